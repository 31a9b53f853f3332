from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S as C
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.light_time import MASSES, gravitational_delay_s, light_time_s
from qqnet.space.timescales import tdb_from_utc

EPHEMERIS = Ephemeris.packaged()
T = 0.9e9
SUN = EPHEMERIS.position("Sun", "SSB", T)


def slowed(sender, receiver, gm):
    """Light at c (1 - 2 U/c^2) along a straight line from one place to another, about a mass at the origin."""
    path = receiver - sender
    length = np.linalg.norm(path)
    nearest = -float(sender @ path) / length**2  # share of the way at which the mass is nearest
    total = 0.0
    nodes, weights = np.polynomial.legendre.leggauss(40)
    # Panels that shrink toward the nearest point, on both sides of it.
    for toward in (0.0, 1.0):
        edges = nearest + (toward - nearest) * np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 40)])
        for low, high in pairwise(edges):
            share = 0.5 * (low + high) + 0.5 * (high - low) * nodes
            distance = np.linalg.norm(sender + share[:, None] * path, axis=-1)
            total += np.sum(weights * gm / distance) * 0.5 * abs(high - low) * length
    return 2.0 * total / C**3


@given(st.floats(2.0, 100.0), st.floats(0.4, 10.0), st.floats(0.4, 10.0), st.floats(0.0, 6.28))
def test_delay_is_the_integral_of_the_potential(impact_radii, before_au, after_au, angle):
    """An integral that knows no logarithm; the bending, second order in GM/(c^2 b), stays below a part in 1e3."""
    impact = impact_radii * 695_700.0 * np.array([0.0, np.cos(angle), np.sin(angle)])
    sender = impact - np.array([before_au * 149_597_870.7, 0.0, 0.0])
    receiver = impact + np.array([after_au * 149_597_870.7, 0.0, 0.0])
    found = float(gravitational_delay_s(SUN + sender, SUN + receiver, T, T, EPHEMERIS, ["Sun"]))
    assert found == pytest.approx(slowed(sender, receiver, BODIES["Sun"].gm_km3_s2), rel=1e-3, abs=0)


def test_bending_shortens_by_the_second_order():
    """Twice as far from the limb, the difference to the straight integral is four times less."""
    misses = []
    for radii in (2.0, 4.0):
        impact = np.array([0.0, radii * 695_700.0, 0.0])
        along = np.array([1.5e8, 0.0, 0.0])
        sender, receiver = impact - along, impact + 1.5 * along
        found = float(gravitational_delay_s(SUN + sender, SUN + receiver, T, T, EPHEMERIS, ["Sun"]))
        misses.append(slowed(sender, receiver, BODIES["Sun"].gm_km3_s2) - found)
    assert 0.0 < misses[0] < 5e-9
    assert misses[0] / misses[1] == pytest.approx(4.0, rel=0.02)


def test_mars_in_conjunction_is_delayed_as_the_vikings_were():
    """Superior conjunction: about 250 us there and back for signals near the limb (Reasenberg et al. 1979)."""
    t = np.arange(tdb_from_utc("2023-11-16"), tdb_from_utc("2023-11-20"), 600.0)
    mars = EPHEMERIS.position("Mars", "SSB", t)

    def earth(when):
        return EPHEMERIS.position("Earth", "SSB", when)

    tau = light_time_s(mars, earth, t)
    delay = light_time_s(mars, earth, t, EPHEMERIS) - tau
    limb = []
    for i in range(t.size):
        sun = EPHEMERIS.position("Sun", "SSB", t[i] + 0.6 * tau[i])
        way = earth(t[i] + tau[i]) - mars[i]
        limb.append(np.linalg.norm(np.cross(sun - mars[i], way)) / np.linalg.norm(way) / 695_700.0)
    outside = np.array(limb) > 1.0
    assert np.min(np.array(limb)[outside]) < 1.2
    assert 2.0 * delay[outside].max() == pytest.approx(247e-6, abs=5e-6)
    assert delay[np.argmax(limb)] < delay[outside].max()


def test_flat_light_time_satisfies_its_equation():
    moon = EPHEMERIS.position("Moon", "SSB", T)
    tau = light_time_s(moon, lambda when: EPHEMERIS.position("Earth", "SSB", when), T)
    way = EPHEMERIS.position("Earth", "SSB", T + tau) - moon
    assert float(tau) == pytest.approx(np.linalg.norm(way) / C, abs=5e-11)
    assert light_time_s(np.zeros((4, 1, 3)), lambda when: np.ones((*when.shape, 3)), np.zeros(5)).shape == (
        4,
        5,
    )


def test_from_earth_to_moon_the_sun_takes_nanoseconds():
    earth, moon = (EPHEMERIS.position(name, "SSB", T) for name in ("Earth", "Moon"))
    way = (moon - earth) / np.linalg.norm(moon - earth)
    start, end = earth + 6378.0 * way, moon - 1737.4 * way
    delays = {
        name: float(gravitational_delay_s(start, end, T, T + 1.3, EPHEMERIS, [name])) for name in MASSES
    }
    assert 20e-9 < delays["Sun"] < 30e-9
    assert 0.05e-9 < delays["Earth"] < 0.2e-9
    assert all(delays[name] < 0.02e-9 for name in MASSES if name not in ("Sun", "Earth"))
    together = float(gravitational_delay_s(start, end, T, T + 1.3, EPHEMERIS))
    assert together == pytest.approx(sum(delays.values()), rel=1e-12)


def test_an_unknown_mass_is_named():
    with pytest.raises(InputError, match="Sun"):
        gravitational_delay_s([1e8, 0.0, 0.0], [0.0, 1e8, 0.0], T, T, EPHEMERIS, ["Sol"])
