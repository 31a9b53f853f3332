import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import propagate
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, secular_j2_rates, state
from qqnet.orbits.mean_elements import (
    elements_from_equinoctial,
    equinoctial_from_state,
    mean_elements,
    osculating_from_mean,
)
from qqnet.space.bodies import body
from qqnet.space.frames import rotation

EPOCH = 0.8e9
DAY = 86_400.0
MARS = body("Mars")


@given(
    a=st.floats(2000.0, 50_000.0),
    e=st.floats(0.0, 0.9),
    i=st.floats(0.0, 3.0),
    raan=st.floats(0.0, 6.28),
    argp=st.floats(0.0, 6.28),
    mean=st.floats(0.0, 6.28),
)
def test_equinoctial_elements_and_back(a, e, i, raan, argp, mean):
    given_state = np.hstack(state(Elements(a, e, i, raan, argp, mean), 4902.8)).ravel()
    found = equinoctial_from_state(given_state[:3], given_state[3:], 4902.8)
    again = np.hstack(state(elements_from_equinoctial(found), 4902.8)).ravel()
    scale = np.repeat([a, np.sqrt(4902.8 / a)], 3) / (1.0 - e)
    np.testing.assert_allclose(again / scale, given_state / scale, rtol=0, atol=3e-8)


def _mars_orbit(ephemeris, e=0.1, i=1.0, days=12.0):
    """Return mean elements of a satellite of Mars under its oblateness alone."""
    model = ForceModel("Mars", (), (Harmonics("Mars", 2, 0),))
    axes = rotation("MARS_EQUATOR", EPOCH, ephemeris)
    elements = Elements(9000.0, e, i, 0.5, 0.9, 0.2)
    r, v = state(elements, MARS.gm_km3_s2)
    start = np.hstack([r.reshape(-1, 3) @ axes, v.reshape(-1, 3) @ axes])
    start = osculating_from_mean(model, start, EPOCH, "MARS_EQUATOR", ephemeris)
    reach = 0.5 * DAY
    made = propagate(model, start, EPOCH, (EPOCH - reach, EPOCH + days * DAY + reach), ephemeris)
    times = EPOCH + np.linspace(0.0, days * DAY, 9)
    return elements, mean_elements(made.tables, "Mars", "MARS_EQUATOR", times, ephemeris)


def test_mean_elements_drift_as_oblateness_makes_them(ephemeris):
    elements, found = _mars_orbit(ephemeris)
    rates = secular_j2_rates(elements, MARS.gm_km3_s2, MARS.j2, MARS.j2_radius_km)
    passed = found.t_s[-1] - found.t_s[0]
    node = (found.raan_rad[-1, 0] - found.raan_rad[0, 0]) / passed
    periapsis = (found.argp_rad[-1, 0] - found.argp_rad[0, 0]) / passed
    # First-order theory: what it leaves out is of the order of J2 itself, 2e-3.
    np.testing.assert_allclose(node, rates.raan_rad_s, rtol=4e-3, atol=0)
    np.testing.assert_allclose(periapsis, rates.argp_rad_s, rtol=1e-2, atol=0)
    np.testing.assert_allclose(found.i_rad[:, 0], elements.i_rad, rtol=0, atol=2e-5)


def test_a_state_with_given_mean_elements(ephemeris):
    elements, found = _mars_orbit(ephemeris)
    np.testing.assert_allclose(found.a_km[0, 0], elements.a_km, rtol=0, atol=1e-3)
    np.testing.assert_allclose(found.e[0, 0], elements.e, rtol=0, atol=1e-7)
    latitude = (elements.argp_rad + elements.mean_anomaly_rad) % (2.0 * np.pi)
    np.testing.assert_allclose(found.argument_of_latitude_rad[0, 0], latitude, rtol=0, atol=1e-6)


def test_osculating_elements_swing_far_more_than_mean_ones(ephemeris):
    _, found = _mars_orbit(ephemeris)
    assert np.ptp(found.a_km[:, 0]) < 0.02  # osculating: 10 km


def test_too_few_samples(ephemeris):
    with pytest.raises(InputError, match="samples of a revolution: 3; right is at least 4"):
        mean_elements([], "Moon", "MOON_OP", [EPOCH], ephemeris, samples=3)
