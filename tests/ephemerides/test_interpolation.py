import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate, tabulate
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.space.chebyshev import ChebyshevTable, fit

START = 1275393669.184


def arc(e):
    def position(dt):
        return state(Elements(6541.4, e, 1.0, 0.3, 1.5, 2.0), 4902.800118457549, dt)[0].reshape(-1, 3)

    table = fit(position, 0.0, 2 * 86400.0, 1e-6, interval_s=7000.0)
    shifted = ChebyshevTable(START, table.interval_s, table.coefficients, "relay")
    return Arc("relay", "-1", "Moon", shifted, (START + 1000.0, START + 170_000.0))


@pytest.mark.parametrize("e", [0.0, 0.6])
def test_interpolated_states_of_an_arc_give_it_back(e):
    motion = arc(e)
    segment = tabulate(motion)
    assert segment.useable == motion.useable
    assert (segment.object_name, segment.object_id, segment.center) == ("relay", "-1", "Moon")
    t = np.random.default_rng(1).uniform(*motion.useable, 3000)
    np.testing.assert_allclose(interpolate(segment, t), motion.table.evaluate(t), rtol=0, atol=3e-6)
    # A looser tolerance takes fewer states.
    assert len(tabulate(motion, 1e-2).t) < len(segment.t)


def test_what_jumps_cannot_be_tabulated():
    coefficients = np.random.default_rng(0).normal(size=(4, 3, 5))
    broken = Arc("relay", "-1", "Moon", ChebyshevTable(START, 10.0, coefficients), (START, START + 40.0))
    with pytest.raises(InputError, match="relay: not smooth enough to be tabulated"):
        tabulate(broken)
