import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states
from qqnet.threebody.motions import Motions

START = 0.9e9
DAY = 86_400.0
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 4),))
ORBIT = np.array([[8000.0, 0.0, 1000.0, 0.1, 0.7, 0.2], [-3000.0, 500.0, 6000.0, -0.4, 0.7, -0.2]])


@pytest.fixture(scope="module")
def motions(ephemeris):
    return Motions.over(MODEL, (START, START + 5 * DAY), ephemeris)


def test_ends_are_those_of_a_propagation(motions, ephemeris):
    stops = START + np.array([1.0, 3.0]) * DAY
    expected = final_states(MODEL, ORBIT, START, stops, ephemeris)
    np.testing.assert_allclose(motions.ends(ORBIT, START, stops), expected, rtol=0, atol=1e-6)
    back = motions.ends(motions.ends(ORBIT, START, stops), stops, START)
    np.testing.assert_allclose(back, ORBIT, rtol=0, atol=1e-5)


def test_transitions_are_difference_quotients(motions):
    stops = START + np.array([0.3, 0.5]) * DAY
    _, matrices = motions.transitions(ORBIT, START, stops)
    for j, size in enumerate([1e-2] * 3 + [1e-6] * 3):
        shift = size * np.eye(6)[j]
        quotient = motions.ends(ORBIT + shift, START, stops) - motions.ends(ORBIT - shift, START, stops)
        np.testing.assert_allclose(
            matrices[:, :, j] * size, quotient / 2.0, rtol=0, atol=1e-6 * np.max(np.abs(quotient))
        )


def test_rates_are_those_of_the_motion(motions):
    later, sooner = (motions.ends(ORBIT, START + 100.0, START + 100.0 + h) for h in (10.0, -10.0))
    np.testing.assert_allclose(
        motions.rates(ORBIT, START + 100.0), (later - sooner) / 20.0, rtol=0, atol=1e-6
    )


def test_a_motion_that_meets_the_moon_has_no_end(motions):
    falling = np.array([[3000.0, 0.0, 0.0, -1.0, 0.0, 0.0], ORBIT[0]])
    ends = motions.ends(falling, START, START + 0.2 * DAY)
    assert np.isnan(ends[0]).all()
    assert np.isfinite(ends[1]).all()
    assert np.isnan(motions.transitions(falling, START, START + 0.2 * DAY)[0][0]).all()


def test_a_chain_is_tabulated_as_it_runs(motions):
    edges = START + np.array([0.0, 0.7, 2.0]) * DAY
    middle = motions.ends(ORBIT[:1], edges[0], edges[1])
    table = motions.table(np.concatenate([ORBIT[:1], middle]), edges, 1e-6, "chain")
    assert table.span == pytest.approx((edges[0], edges[2]), abs=1e-6)
    times = np.linspace(edges[0] + 1.0, edges[2], 50)
    expected = motions.ends(np.repeat(ORBIT[:1], 50, axis=0), START, times)[:, :3]
    np.testing.assert_allclose(table.evaluate(times), expected, rtol=0, atol=3e-6)
