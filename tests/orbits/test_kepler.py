import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.orbits.kepler import (
    Elements,
    apsides_km,
    check_clearance,
    elements_from_state,
    period_s,
    secular_j2_rates,
    semi_major_axis_km,
    size_from_apsides,
    state,
)

GM_EARTH, J2_EARTH, R_EARTH = 398600.43550702266, 1.0826261738522e-3, 6378.1363

eccentricities = st.floats(0.0, 0.99)


@given(
    a=st.floats(1e3, 1e6),
    e=st.floats(0.001, 0.95),
    i=st.floats(0.01, 3.13),
    raan=st.floats(0, 6.28),
    argp=st.floats(0, 6.28),
    mean=st.floats(0, 6.28),
)
def test_elements_and_state_round_trip(a, e, i, raan, argp, mean):
    elements = Elements(a, e, i, raan, argp, mean)
    r, v = state(elements, GM_EARTH)
    back_r, back_v = state(elements_from_state(r, v, GM_EARTH), GM_EARTH)
    assert np.allclose(back_r, r, atol=1e-9 * a, rtol=0)
    assert np.allclose(back_v, v, atol=1e-9 * np.linalg.norm(v), rtol=0)
    again = elements_from_state(r, v, GM_EARTH)
    assert float(again.a_km) == pytest.approx(a, rel=1e-10)
    assert float(again.e) == pytest.approx(e, abs=1e-10)
    assert float(again.i_rad) == pytest.approx(i, abs=1e-10)


@pytest.mark.parametrize(("e", "i"), [(0.0, 0.7), (0.3, 0.0), (0.0, 0.0), (0.0, np.pi), (0.3, np.pi)])
def test_circular_and_equatorial_orbits_round_trip(e, i):
    r, v = state(Elements(8000.0, e, i, 0.4, 0.9, 1.3), GM_EARTH)
    back_r, back_v = state(elements_from_state(r, v, GM_EARTH), GM_EARTH)
    assert np.allclose(back_r, r, atol=1e-8, rtol=0)
    assert np.allclose(back_v, v, atol=1e-11, rtol=0)


@given(e=eccentricities, mean=st.floats(0, 6.28), dt=st.floats(-1e6, 1e6))
def test_two_body_motion_conserves_energy_and_momentum(e, mean, dt):
    a = 20000.0
    r, v = state(Elements(a, e, 0.9, 1.0, 2.0, mean), GM_EARTH, np.array([0.0, dt]))
    energy = np.sum(v * v, -1) / 2 - GM_EARTH / np.linalg.norm(r, axis=-1)
    assert np.allclose(energy, -GM_EARTH / (2 * a), rtol=1e-11 / (1 - e))
    momentum = np.cross(r, v)
    assert np.allclose(momentum[1], momentum[0], rtol=0, atol=1e-10 * np.linalg.norm(momentum[0]))


def test_velocity_is_the_derivative_of_position():
    elements = Elements(
        np.array([9000.0, 26560.0]), np.array([0.1, 0.7]), 1.1, 0.3, 4.7, np.array([0.2, 3.0])
    )
    dt = np.array([0.0, 5000.0])
    _, v = state(elements, GM_EARTH, dt)
    at = {k: state(elements, GM_EARTH, dt + k)[0] for k in (-2.0, -1.0, 1.0, 2.0)}
    # Five-point rule: its error, (1 s)^4 / 30 times the fifth derivative, is below 1e-12 km/s here; what is left
    # is the rounding of positions of 5e4 km.
    slope = (8.0 * (at[1.0] - at[-1.0]) - (at[2.0] - at[-2.0])) / 12.0
    assert v.shape == (2, 2, 3)
    assert np.allclose(slope, v, atol=5e-11, rtol=0)


def test_size_from_period_and_apsides():
    assert semi_major_axis_km(period_s(7000.0, GM_EARTH), GM_EARTH) == pytest.approx(7000.0, rel=1e-14)
    # Queqiao-2 concept of Zhang 2021: 300 x 8600 km altitude, published as about 12 h.
    a, e = size_from_apsides(300 + 1737.4, 8600 + 1737.4)
    assert (float(a), float(e)) == (pytest.approx(6187.4, abs=0.05), pytest.approx(0.67072, abs=1e-5))
    assert period_s(a, 4902.800118457549) / 3600 == pytest.approx(12.13, abs=0.005)
    assert np.allclose(apsides_km(a, e), (2037.4, 10337.4))


def test_secular_j2_known_facts():
    def rates(a, e, i_deg):
        return secular_j2_rates(Elements(a, e, np.radians(i_deg), 0, 0, 0), GM_EARTH, J2_EARTH, R_EARTH)

    # Critical inclination: periapsis stands still at cos^2 i = 1/5, 63.4349 deg.
    assert abs(rates(26560.0, 0.74, np.degrees(np.arccos(np.sqrt(0.2)))).argp_rad_s) < 1e-20
    # Polar orbits keep their node; 54.7356 deg (cos^2 i = 1/3) keeps the mean motion.
    assert abs(rates(7000.0, 0.0, 90.0).raan_rad_s) < 1e-20
    still = rates(7000.0, 0.0, np.degrees(np.arccos(np.sqrt(1 / 3))))
    assert float(still.mean_anomaly_rad_s) == pytest.approx(np.sqrt(GM_EARTH / 7000.0**3), rel=1e-15)
    # Sun-synchronous at 800 km: i = 98.6 deg (Vallado 2013, section 11.4.1).
    node = np.degrees(rates(7178.137, 0.0, 98.603).raan_rad_s) * 86400
    assert node == pytest.approx(0.985647, abs=1e-4)


def test_secular_rates_match_a_numerical_integration_with_j2():
    # The closed formulas against Cowell's method: the mean drift over 30 revolutions, to second order in J2.
    from scipy.integrate import solve_ivp

    elements = Elements(9000.0, 0.15, 0.8, 0.4, 1.0, 0.0)
    r, v = state(elements, GM_EARTH)

    def gravity(t, y):
        x = y[:3]
        d2 = x @ x
        k = 1.5 * J2_EARTH * R_EARTH**2 / d2
        factor = np.array([1, 1, 3]) - 5 * x[2] ** 2 / d2
        return np.concatenate([y[3:], -GM_EARTH / d2**1.5 * x * (1 + k * factor)])

    span = 30 * float(period_s(9000.0, GM_EARTH))
    t = np.linspace(0, span, 30 * 60)
    run = solve_ivp(gravity, (0, span), np.concatenate([r, v]), "DOP853", t, rtol=1e-11, atol=1e-9)
    osculating = elements_from_state(run.y[:3].T, run.y[3:].T, GM_EARTH)
    mean = Elements(float(np.mean(osculating.a_km)), float(np.mean(osculating.e)), 0.8, 0, 0, 0)
    rates = secular_j2_rates(mean, GM_EARTH, J2_EARTH, R_EARTH)
    node = np.polyfit(t, np.unwrap(osculating.raan_rad), 1)[0]
    periapsis = np.polyfit(t, np.unwrap(osculating.argp_rad), 1)[0]
    assert node == pytest.approx(float(rates.raan_rad_s), rel=5e-3)
    assert periapsis == pytest.approx(float(rates.argp_rad_s), rel=1e-2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Elements(7000.0, 1.0, 0, 0, 0, 0), "eccentricity 1; a closed orbit needs 0 <= e < 1"),
        (lambda: Elements(-7000.0, 0.1, 0, 0, 0, 0), "semi-major axis -7000 km"),
        (lambda: size_from_apsides(8000.0, 7000.0), "periapsis 8000.0 km and apoapsis 7000.0 km"),
        (lambda: check_clearance(2000.0, 0.3, 1737.4, "Moon"), "1400.000 km is below the surface of Moon"),
        (lambda: elements_from_state([7000.0, 0, 0], [0, 12.0, 0], GM_EARTH), "speed 12 km/s"),
    ],
)
def test_what_is_no_orbit_is_named(call, said):
    with pytest.raises(InputError, match=said):
        call()
