"""Mean elements from motion: those of SGP4's own motion come back; real motion is followed to stated residuals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qqnet.ephemerides.omm import MeanElements, Omm, TleParameters
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.sgp4_fit import as_lines, fit_sgp4, residuals
from qqnet.ephemerides.sgp4_orbits import sgp4_segment
from qqnet.ephemerides.tle import format_tle, parse_tle, written_epoch
from qqnet.errors import InputError

# Of the verification cases of Vallado et al. 2006, and made up: retrograde, circular in the equator.
SETS = {
    "near": """\
1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753
2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667
""",
    "half-day": """\
1 21897U 92011A   06176.02341244 -.00001273  00000-0 -13525-3 0  3044
2 21897  62.1749 198.0096 7421690 253.0462  20.1561  2.01269994104880
""",
    "synchronous": """\
1 28626U 05008A   06176.46683397 -.00000205  00000-0  10000-3 0  2190
2 28626   0.0019 286.9433 0000335  13.7918  55.6504  1.00270176  4891
""",
}
DAY_S = 86400.0
EPOCH_S = written_epoch(1.0e9)


def made(motion, e, i, raan, argp, anomaly, bstar=0.0):
    elements = MeanElements(motion, None, e, i, raan, argp, anomaly)
    tle = TleParameters(0, "U", 80001, bstar_per_er=bstar)
    return Omm("MADE", "2031-001A", "Earth", "TEME", "SGP4", EPOCH_S, elements, tle)


def assert_same_elements(found, wanted, tolerance_deg):
    """Equal where the elements are defined: angles of circular and equatorial orbits only in their sums."""
    a, b = found.elements, wanted.elements
    assert a.mean_motion_rev_day == pytest.approx(b.mean_motion_rev_day, abs=1e-9)
    assert a.eccentricity == pytest.approx(b.eccentricity, abs=1e-8)
    assert a.inclination_deg == pytest.approx(b.inclination_deg, abs=tolerance_deg)

    def turned(difference_deg, weight):
        return abs((difference_deg + 180.0) % 360.0 - 180.0) * weight

    node = a.raan_deg - b.raan_deg
    apse = a.argument_of_periapsis_deg - b.argument_of_periapsis_deg
    anomaly = a.mean_anomaly_deg - b.mean_anomaly_deg
    sense = np.sign(np.cos(np.radians(b.inclination_deg)))
    assert turned(node, np.sin(np.radians(b.inclination_deg))) < tolerance_deg
    assert turned(apse + sense * node, b.eccentricity) < tolerance_deg
    assert turned(anomaly + apse + sense * node, 1.0) < tolerance_deg


@pytest.mark.parametrize("name", ["near", "half-day"])
@pytest.mark.parametrize("days", [0.6, 7.0])
def test_motion_of_sgp4_gives_its_elements_back(name, days):
    (omm,) = parse_tle(SETS[name])
    segment = sgp4_segment(omm, (omm.t, omm.t + days * DAY_S))
    fit = fit_sgp4(segment, drag=True, number=5)
    assert fit.omm.t == omm.t
    assert fit.largest_km < 1e-5
    assert fit.rms_km <= fit.largest_km
    assert_same_elements(fit.omm, omm, 1e-7)
    if name == "near":  # high up B* has no effect
        assert fit.omm.tle.bstar_per_er == pytest.approx(omm.tle.bstar_per_er, abs=1e-8 if days > 1 else 2e-6)
    assert (fit.omm.object_name, fit.omm.object_id) == (omm.object_name, omm.object_id)
    assert fit.omm.tle.norad_cat_id == 5


# Between 12 and 168 deg and above e = 1e-6 SGP4 has the same formulas for all orbits of one class, and is smooth.
# Shrinking would take minutes.
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
@given(
    st.floats(0.9, 15.0), st.floats(0.0, 1.0), st.floats(12.0, 168.0), st.floats(0.0, 360.0),
    st.floats(0.0, 360.0), st.floats(0.0, 360.0),
)  # fmt: skip
def test_every_orbit_comes_back(motion, part, i, raan, argp, anomaly):
    a = (398600.8 * (DAY_S / (2.0 * np.pi * motion)) ** 2) ** (1.0 / 3.0)
    e = 1e-3 + part * max(0.0, min(0.7, 0.99 - 6778.0 / a))
    omm = made(motion, e, i, raan, argp, anomaly)
    segment = sgp4_segment(omm, (omm.t, omm.t + 1.5 * DAY_S), step_s=120.0)
    fit = fit_sgp4(segment, drag=False)
    assert fit.largest_km < 1e-5
    assert fit.omm.tle.bstar_per_er == 0.0


@pytest.mark.parametrize("i", [1e-4, 90.0, 175.0])
def test_circular_equatorial_and_polar_orbits(i):
    omm = made(10.0, 0.0, i, 10.0, 20.0, 30.0)
    fit = fit_sgp4(sgp4_segment(omm, (omm.t, omm.t + DAY_S)))
    assert fit.largest_km < 1e-5
    assert fit.omm.elements.inclination_deg == pytest.approx(i, abs=1e-6)


@pytest.mark.parametrize("days", [0.6, 7.0])
def test_near_the_equator_high_up_sgp4_itself_is_not_smooth(days):
    (omm,) = parse_tle(SETS["synchronous"])
    fit = fit_sgp4(sgp4_segment(omm, (omm.t, omm.t + days * DAY_S)))
    assert fit.largest_km < 0.3  # 7e-6 of the distance
    assert fit.omm.elements.mean_motion_rev_day == pytest.approx(1.00270176, abs=1e-5)


def test_drag_is_fitted_where_there_is_some():
    low = made(15.5, 0.001, 51.6, 10.0, 20.0, 30.0, bstar=3e-4)
    segment = sgp4_segment(low, (low.t, low.t + 3 * DAY_S), step_s=60.0)
    fit = fit_sgp4(segment)
    assert fit.omm.tle.bstar_per_er == pytest.approx(3e-4, abs=1e-9)
    assert fit.largest_km < 1e-5
    without = fit_sgp4(segment, drag=False)
    assert without.omm.tle.bstar_per_er == 0.0
    assert without.rms_km > 1.0
    high = made(12.0, 0.001, 51.6, 10.0, 20.0, 30.0, bstar=3e-4)  # 1670 km
    assert fit_sgp4(sgp4_segment(high, (high.t, high.t + DAY_S))).omm.tle.bstar_per_er == 0.0


def test_residuals_are_those_of_the_set_that_is_written():
    omm = made(2.005612345, 0.123456789, 55.123456789, 10.000033333, 20.000033333, 30.000033333)
    segment = sgp4_segment(omm, (omm.t, omm.t + DAY_S))
    fit = fit_sgp4(segment)
    lines = as_lines(fit, segment)
    assert format_tle(lines.omm) == format_tle(fit.omm)
    assert (lines.rms_km, lines.largest_km) == residuals(lines.omm, segment)
    assert (
        fit.largest_km < lines.largest_km < 0.1
    )  # 1e-4 deg are 74 m; rounding errs by half of that an angle
    moved = replace(segment, position_km=segment.position_km + np.array([3.0, 0.0, 4.0]))
    assert residuals(omm, moved) == pytest.approx((5.0, 5.0), abs=1e-5)


# ------------------------------------------------------------------------------------------------ other motion


def ellipse(a, e, i_deg, days, step_s=300.0, center="Earth", name="SAT"):
    """Two-body motion from its apse, by Kepler's equation."""
    gm = 398600.435507
    t = EPOCH_S + np.arange(0.0, days * DAY_S + 1.0, step_s)
    n = np.sqrt(gm / a**3)
    mean = n * (t - EPOCH_S)
    anomaly = mean.copy()
    for _ in range(60):
        anomaly -= (anomaly - e * np.sin(anomaly) - mean) / (1.0 - e * np.cos(anomaly))
    x, y = a * (np.cos(anomaly) - e), a * np.sqrt(1 - e * e) * np.sin(anomaly)
    rate = n / (1.0 - e * np.cos(anomaly))
    vx, vy = -a * rate * np.sin(anomaly), a * np.sqrt(1 - e * e) * rate * np.cos(anomaly)
    ci, si = np.cos(np.radians(i_deg)), np.sin(np.radians(i_deg))
    p = np.stack([x, ci * y, si * y], axis=1)
    v = np.stack([vx, ci * vy, si * vy], axis=1)
    return Segment(name, name, center, t, p, v, (t[0], t[-1]))


def test_two_body_motion_of_a_navigation_satellite():
    """SGP4 turns the node by 1.5 J2 (R/a)^2 n cos i, two-body motion does not.

    Half a day's turn is left at the ends: the turn is 5.7e-4 rad a day, which makes 6.5 km across the orbit; Moon
    and Sun add little in a day.
    """
    fit = fit_sgp4(ellipse(27906.1, 0.001, 55.0, 1.0))
    n = np.sqrt(398600.4 / 27906.1**3)
    turn = 1.5 * 1.08262e-3 * (6378.1 / 27906.1) ** 2 * n * np.cos(np.radians(55.0)) * DAY_S
    across = 27906.1 * np.sin(np.radians(55.0)) * turn / 2.0
    assert fit.largest_km == pytest.approx(across, rel=0.25)
    assert 0.3 * fit.largest_km < fit.rms_km < 0.5 * fit.largest_km


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        (ellipse(7000.0, 0.0, 50.0, 1.0, center="Moon"), "SAT: moves about the Moon; .* satellites of the Earth"),
        (ellipse(6000.0, 0.0, 50.0, 1.0), "SAT: its orbit has a perigee 378 km below the Earth's surface"),
        (ellipse(7000.0, 0.0, 50.0, 0.02), r"SAT: 6 states over 0\.42 h; .* at least 7 over half a rev.*0\.81 h"),
        (ellipse(42164.0, 0.0, 0.0, 0.4), r"116 states over 9\.58 h; .* half a revolution, 11\.9"),
    ],
)  # fmt: skip
def test_what_has_no_mean_elements(segment, said):
    with pytest.raises(InputError, match=said):
        fit_sgp4(segment)


def test_an_escape_is_told_with_its_time():
    segment = ellipse(7000.0, 0.0, 50.0, 1.0)
    faster = np.where(np.arange(len(segment.t)) < 100, 1.0, 1.5)[:, None]
    with pytest.raises(InputError, match=r"SAT: leaves the Earth on an open orbit at 2031-09-09T22:.*Z"):
        fit_sgp4(replace(segment, velocity_km_s=segment.velocity_km_s * faster))


def test_motion_that_sgp4_does_not_describe():
    segment = ellipse(30000.0, 0.1, 50.0, 3.0)
    drifting = segment.position_km * (1.0 + 0.2 * np.linspace(0.0, 1.0, len(segment.t)) ** 4)[:, None]
    with pytest.raises(InputError, match=r"SAT: SGP4 does not describe its motion: .* up to \d+ km off"):
        fit_sgp4(replace(segment, position_km=drifting))
