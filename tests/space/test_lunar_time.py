import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.coordinate_times import tcg_minus_tdb, tcl_minus_tdb
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.lunar_time import (
    L_L,
    clock_rate,
    clock_rate_against_tt,
    tcl_rate_against_tcg,
    tl_minus_tcl,
    tl_minus_tt,
)

EPHEMERIS = Ephemeris.packaged()
C = 299_792.458
DAY = 86_400.0


def barycentric_rate(position, velocity, t, without):
    """Plain potential and speed over c^2 in the barycentric frame: minus the rate of a clock against TCB."""
    total = 0.5 * velocity @ velocity
    for name in ("Sun", "Mercury", "Venus", "Earth", "Moon", "Mars", "Jupiter", "Saturn"):
        if name != without:
            place = EPHEMERIS.position(name, "SSB", t)
            total += BODIES[name].gm_km3_s2 / np.linalg.norm(position - place)
    return -total / C**2


def test_the_surface_of_the_moon_and_the_geoid():
    """A clock on the geoid at the equator ticks TT; one on the mean sphere of the Moon TL but for tides and J2."""
    t, turn = 0.9e9, 2.0 * np.pi / 86_164.0989
    place, velocity = np.array([6378.137, 0.0, 0.0]), np.array([0.0, 6378.137 * turn, 0.0])
    axes = rotation("EARTH_EQUATOR", t)  # from the equator to ICRF by the transpose
    found = clock_rate_against_tt("Earth", place @ axes, velocity @ axes, t)
    # J4, C22 and the geoid's height there leave some 20 m: 2e-15.
    assert abs(float(found)) < 3e-15
    moon = clock_rate("Moon", [1737.4, 0.0, 0.0], [0.0, 0.0, 0.0], t)
    assert float(moon) == pytest.approx(-L_L, rel=2e-4)


def test_gps_gains_what_its_clocks_are_set_back_for():
    """Factory offset of GPS clocks, 4.4647e-10 at a = 26,561.75 km (IS-GPS-200, Ashby 2003)."""
    a = 26_561.75
    speed = np.sqrt(BODIES["Earth"].gm_km3_s2 / a)
    found = clock_rate_against_tt("Earth", [a, 0.0, 0.0], [0.0, speed, 0.0], 0.9e9)
    assert float(found) == pytest.approx(4.4647e-10, abs=1e-14)


def test_rates_of_published_lunar_times():
    """Ashby and Patla 2024: 56.02 us a day; Turyshev et al. 2024: 56.0256, and 0.470 us each perigee."""
    t = np.arange(0.5e9, 1.5e9, 0.7 * DAY)
    turns = [2.0 * np.pi * t / (p * DAY) for p in (27.55455, 31.812, 14.765)]
    columns = [np.ones_like(t), t - t[0], *(f(x) for x in turns for f in (np.sin, np.cos))]
    found = np.linalg.lstsq(np.stack(columns, axis=-1), tl_minus_tt(t), rcond=None)[0]
    assert found[1] * DAY * 1e6 == pytest.approx(56.0256, abs=0.001)
    assert np.hypot(found[2], found[3]) * 1e6 == pytest.approx(0.470, abs=0.003)
    np.testing.assert_allclose(np.diff(tl_minus_tcl(t)) / np.diff(t), -L_L, rtol=1e-6, atol=0)


@given(
    st.sampled_from(["Earth", "Moon"]),
    st.floats(2.9e8, 1.9e9),
    st.lists(st.floats(-1.0, 1.0), min_size=6, max_size=6),
)
def test_local_and_barycentric_rates_agree(center, t, numbers):
    """D tau/dTCB of a clock is that of the centre, the local rate, and the rate of v.r/c^2, to order c^-2."""
    r = 40_000.0 * np.array(numbers[:3])
    v = 3.0 * np.array(numbers[3:])
    if np.linalg.norm(r) < 1.5 * BODIES[center].mean_radius_km:
        return
    x, u = EPHEMERIS.state(center, "SSB", t)
    acceleration = np.zeros(3)  # of the centre by the same bodies
    for name in ("Sun", "Mercury", "Venus", "Earth", "Moon", "Mars", "Jupiter", "Saturn"):
        if name != center:
            away = EPHEMERIS.position(name, "SSB", t) - x
            acceleration += BODIES[name].gm_km3_s2 * away / np.linalg.norm(away) ** 3
    own = BODIES[center].gm_km3_s2 / np.linalg.norm(r) / C**2
    whole = barycentric_rate(x + r, u + v, t, center) - own
    parts = barycentric_rate(x, u, t, center) - (u @ v + acceleration @ r) / C**2
    oblate = 2.0 * BODIES[center].j2 * (BODIES[center].j2_radius_km / np.linalg.norm(r)) ** 2 * own
    planets = 3e-19  # their tides are left out
    assert abs(whole - parts - float(clock_rate(center, r, v, t))) < oblate + planets + 1e-23


def test_tcl_against_tcg_is_what_the_tables_say():
    """The rate in the geocentric frame, integrated for a year, against both integrals of DE440: within 3e-18."""
    start, days = 0.9e9, 365
    nodes, weights = np.polynomial.legendre.leggauss(8)
    t = start + (np.arange(days)[:, None] + 0.5 + 0.5 * nodes) * DAY
    grown = float(np.sum(tcl_rate_against_tcg(t) @ weights) * 0.5 * DAY)
    ends = np.array([start, start + days * DAY])
    tables = tcl_minus_tdb(ends) - tcg_minus_tdb(ends, EPHEMERIS.position("Moon", "Earth", ends))
    assert grown == pytest.approx(float(np.diff(tables)[0]), abs=1e-10)


def test_faults_are_named():
    with pytest.raises(InputError, match="known: Earth, Moon"):
        clock_rate("Mars", [4000.0, 0.0, 0.0], [0.0, 0.0, 0.0], 0.9e9)
    with pytest.raises(InputError, match=r"17\.4 km from the centre of the Moon is inside"):
        clock_rate("Moon", [17.374, 0.0, 0.0], [0.0, 0.0, 0.0], 0.9e9)
