"""Clock noise against simulated clocks."""

import numpy as np
import pytest

from qqnet.navigation.user_clock import CLOCKS, ReceiverClock

C_M_S = 299792458.0


@pytest.mark.parametrize("clock", [ReceiverClock("white", 2e-11, 0.0), ReceiverClock("walk", 0.0, 3e-12)])
def test_process_noise_has_the_allan_deviation(clock):
    random, step, count = np.random.default_rng(5), 10.0, 40_000
    values, vectors = np.linalg.eigh(clock.process_noise(step))
    kicks = random.normal(size=(count, 2)) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    rate = np.cumsum(kicks[:, 1])
    phase = np.cumsum(kicks[:, 0] + step * (rate - kicks[:, 1])) / C_M_S
    for tau in (10.0, 100.0):
        x = phase[:: int(tau / step)]
        allan = np.sqrt(0.5 * np.mean(np.diff(x, 2) ** 2)) / tau
        # Random walk: the deviation of the mean over tau, by the definition of the clock.
        assert allan == pytest.approx(clock.allan_deviation(tau), rel=0.06)


def test_better_clocks_are_better():
    hour = [CLOCKS[name].allan_deviation(3600.0) for name in ("tcxo", "ocxo", "csac", "uso", "rafs")]
    assert hour == sorted(hour, reverse=True)
