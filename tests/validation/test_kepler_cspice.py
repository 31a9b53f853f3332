"""Two-body motion against CSPICE's `conics` (NAIF toolkit N0067, through spiceypy). Tolerance 1e-9 relative."""

import numpy as np
import pytest
import spiceypy

from qqnet.orbits.kepler import Elements, elements_from_state, state

GM = {"Earth": 398600.43550702266, "Moon": 4902.800118457549, "Mars": 42828.375815756102}


@pytest.mark.parametrize("body", GM)
def test_states_equal_conics(body):
    random = np.random.default_rng(20400601)
    for _ in range(200):
        a = random.uniform(1.8e3, 2e5)
        e = random.choice([0.0, random.uniform(0, 0.99), 0.99])
        i, raan, argp, mean = random.uniform(0, np.pi), *random.uniform(0, 2 * np.pi, 3)
        dt = random.uniform(-30 * 86400, 30 * 86400)
        r, v = state(Elements(a, e, i, raan, argp, mean), GM[body], dt)
        expected = spiceypy.conics([a * (1 - e), e, i, raan, argp, mean, 0.0, GM[body]], dt)
        assert np.linalg.norm(r - expected[:3]) <= 1e-9 * np.linalg.norm(expected[:3])
        assert np.linalg.norm(v - expected[3:]) <= 1e-9 * np.linalg.norm(expected[3:])


def test_elements_equal_oscelt():
    random = np.random.default_rng(7)
    for _ in range(200):
        r, v = random.normal(size=3) * 8000, random.normal(size=3) * 3
        if v @ v / 2 - GM["Earth"] / np.linalg.norm(r) > -1.0:
            continue
        periapsis, e, i, raan, argp, mean, *_ = spiceypy.oscelt(np.concatenate([r, v]), 0.0, GM["Earth"])
        ours = elements_from_state(r, v, GM["Earth"])
        assert ours.a_km * (1 - ours.e) == pytest.approx(periapsis, rel=1e-9)
        assert (ours.e, ours.i_rad) == (pytest.approx(e, rel=1e-9), pytest.approx(i, rel=1e-9))
        for mine, theirs in ((ours.raan_rad, raan), (ours.argp_rad, argp), (ours.mean_anomaly_rad, mean)):
            assert abs(np.angle(np.exp(1j * (mine - theirs)))) < 1e-8
