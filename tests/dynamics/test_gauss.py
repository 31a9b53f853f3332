"""Collocation against what is known in closed form, what is conserved, and another integrator."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.dynamics import dop853, gauss
from qqnet.dynamics.arcs import DONE, NOT_FINITE, STEP_TOO_SHORT
from qqnet.dynamics.forces import THRUST_SIZE
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.surroundings import surroundings
from qqnet.orbits.kepler import Elements
from qqnet.orbits.kepler import state as kepler_state
from qqnet.space.bodies import BODIES, body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

EPOCH, DAY = 883_612_800.0, 86_400.0
NONE = np.zeros(THRUST_SIZE)
PACKAGED = Ephemeris.packaged()


def orbit(center, a_km, e, i=0.9, argp=1.2, anomaly=0.3, node=0.7):
    return np.concatenate(
        kepler_state(Elements(a_km, e, i, node, argp, anomaly), body(center).gm_km3_s2), axis=-1
    ).ravel()


def motion(model, state, days, **keys):
    around = surroundings(model, (EPOCH, EPOCH + days * DAY), PACKAGED)
    return gauss.run(around, state, 0.0, days * DAY, NONE, **keys)


@settings(max_examples=15)
@given(st.floats(0.0, 0.95), st.floats(0.0, 6.28), st.floats(-40.0, 40.0))
def test_ellipses_of_kepler(e, anomaly, revolutions):
    """Forty revolutions, in and against time, to what one rounding of each step adds up to along the track."""
    a, gm = 30_000.0, BODIES["Moon"].gm_km3_s2
    first = orbit("Moon", a, e, anomaly=anomaly)
    around = surroundings(ForceModel("Moon"), (EPOCH, EPOCH + 1.0), PACKAGED)._replace(
        surface_radius=np.array([1.0])  # some of these ellipses pass through the Moon
    )
    duration = revolutions * 2.0 * np.pi * np.sqrt(a**3 / gm)
    run = gauss.run(around, first, 0.0, duration, NONE)
    elements = Elements(a, e, 0.9, 0.7, 1.2, anomaly)
    expected = np.concatenate(kepler_state(elements, gm, duration), axis=-1).ravel()
    assert run.status == DONE
    np.testing.assert_allclose(run.final[:3], expected[:3], rtol=0, atol=2e-6 / (1.0 - e))


def test_the_lunar_reference_orbit_as_dop853_has_it():
    """30 days of an elliptical orbit in an 8x8 field: a centimetre, most of it the other's."""
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),))
    first = orbit("Moon", 6541.4, 0.6, np.radians(56.2), np.pi / 2, 0.0, 0.0)
    run = motion(model, first, 30)
    around = surroundings(model, (EPOCH, EPOCH + 30 * DAY), PACKAGED)._replace(lanes=1)
    other, status, *_ = dop853.integrate(around, first, 0.0, 30 * DAY, NONE, 2e-14, False, *dop853.tableau())
    assert status == DONE
    np.testing.assert_allclose(run.final[:3], other[:3], rtol=0, atol=1e-5)
    assert len(run.edges_s) < 700


@pytest.mark.parametrize(
    ("tolerance", "reach_km", "error_km"), [(1e-14, 1e-7, 1e-6), (1e-12, 1e-5, 5e-6), (1e-10, 1e-3, 2e-3)]
)
def test_tolerances_are_kept(tolerance, reach_km, error_km):
    """After 30 days, against a run whose tolerances are below rounding. Along the track errors grow 900-fold."""
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),))
    first = orbit("Moon", 6541.4, 0.6, np.radians(56.2), np.pi / 2, 0.0, 0.0)
    best = motion(model, first, 30, tolerance=1e-18, reach_km=1e-10)
    run = motion(model, first, 30, tolerance=tolerance, reach_km=reach_km)
    assert np.linalg.norm(run.final[:3] - best.final[:3]) < error_km
    assert len(run.edges_s) < len(best.edges_s)


def test_energy_and_momentum_about_the_axis_in_a_zonal_field():
    """The pole of Venus stands still, so a field without orders conserves both."""
    run = motion(ForceModel("Venus", (), (Harmonics("Venus", 12, 0),)), orbit("Venus", 7000.0, 0.1), 30)
    _, z = _venus_axes()
    first = orbit("Venus", 7000.0, 0.1)
    momenta = [np.cross(state[:3], state[3:]) @ z for state in (first, run.final)]
    assert momenta[1] == pytest.approx(momenta[0], rel=1e-12)
    np.testing.assert_allclose(
        _venus_integral(run.final, DAY * 30, 0), _venus_integral(first, 0.0, 0), rtol=1e-12
    )


def test_the_integral_of_jacobi_in_a_field_that_turns_evenly():
    """Energy less the rotation times the momentum about the axis; sidereal degrees a day of IAU 2015."""
    first = orbit("Venus", 7000.0, 0.1)
    run = motion(ForceModel("Venus", (), (Harmonics("Venus", 12),)), first, 30)
    start, stop = _venus_integral(first, 0.0, 12), _venus_integral(run.final, DAY * 30, 12)
    assert stop == pytest.approx(start, rel=1e-12)
    # The energy alone is not conserved: the law is not empty.
    turning = np.radians(-1.4813688) / DAY
    _, z = _venus_axes()
    energies = [
        value + turning * (np.cross(state[:3], state[3:]) @ z)
        for value, state in ((start, first), (stop, run.final))
    ]
    assert abs(energies[1] - energies[0]) > 1e-9 * abs(energies[0])


def _venus_axes():
    matrix = rotation("IAU_VENUS", EPOCH)
    return matrix, matrix[2]


def _venus_integral(state, offset_s, order):
    from qqnet.space.gravity import gravity_field

    field, gm = gravity_field("Venus", 12, order), BODIES["Venus"].gm_km3_s2
    x, y, z = rotation("IAU_VENUS", EPOCH + offset_s) @ state[:3]
    r = np.sqrt(x * x + y * y + z * z)
    total, diagonal, power = 1.0, 1.0, 1.0 + 0.0j
    for m in range(field.degree + 1):
        if m:
            diagonal *= np.sqrt(3.0 if m == 1 else (2 * m + 1) / (2 * m))
            power *= (x + 1j * y) / r
        q, before = diagonal, 0.0
        for n in range(m, field.degree + 1):
            if n > m:
                up = np.sqrt((2 * n + 1) * (2 * n - 1) / ((n - m) * (n + m)))
                down = np.sqrt((2 * n + 1) * (n - m - 1) * (n + m - 1) / ((2 * n - 3) * (n + m) * (n - m)))
                q, before = up * z / r * q - down * before, q
            if n > 1:
                amplitude = field.cosine[n, m] * power.real + field.sine[n, m] * power.imag
                total += (field.radius_km / r) ** n * q * amplitude
    _, axis = _venus_axes()
    turning = np.radians(-1.4813688) / DAY
    momentum = np.cross(state[:3], state[3:]) @ axis
    return 0.5 * state[3:] @ state[3:] - gm / r * total - turning * momentum


@pytest.mark.parametrize(
    ("model", "first", "days"),
    [
        (ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 30),)), orbit("Moon", 1950.0, 0.02), 3),
        (ForceModel("Earth", ("Moon",), (Harmonics("Earth", 9),), None, True), orbit("Earth", 24_400.0, 0.72), 5),
        (ForceModel("Earth", ("Moon", "Sun"), (), Radiation(0.05)), orbit("Earth", 7200.0, 0.001), 1),
        (ForceModel("Sun", ("Earth", "Jupiter")), orbit("Sun", 1.8e8, 0.2), 200),
        (ForceModel("Moon", ("Earth", "Sun")), orbit("Moon", 38_000.0, 0.9), 20),
    ],
    ids=["low lunar orbit", "transfer orbit", "in and out of shadow", "about the Sun", "far from the Moon"],
)  # fmt: skip
def test_there_and_back_again(model, first, days):
    """The way back ends where the way there began."""
    around = surroundings(model, (EPOCH, EPOCH + days * DAY), PACKAGED)
    there = gauss.run(around, first, 0.0, days * DAY, NONE)
    back = gauss.run(around, there.final, days * DAY, 0.0, NONE)
    assert there.status == back.status == DONE
    scale = np.linalg.norm(first[:3])
    np.testing.assert_allclose(back.final[:3], first[:3], rtol=0, atol=2e-10 * scale)


def test_steps_end_where_light_changes():
    """Every eclipse of a low orbit has four contacts, each the end of a step; light is smooth within steps."""
    model = ForceModel("Earth", ("Sun",), (), Radiation(0.05))
    first = orbit("Earth", 7200.0, 0.001)
    run = motion(model, first, 1, dense=True)
    period = 2.0 * np.pi * np.sqrt(7200.0**3 / BODIES["Earth"].gm_km3_s2)
    steps = np.diff(run.edges_s)
    # 14.2 eclipses with two penumbras of some 10 s each.
    penumbras = np.count_nonzero((steps > 5.0) & (steps < 30.0))
    assert abs(penumbras - 2.0 * DAY / period) <= 2.0
    best = motion(model, first, 1, tolerance=1e-17, reach_km=1e-10)
    np.testing.assert_allclose(run.final[:3], best.final[:3], rtol=0, atol=1e-7)


def test_a_thrust_along_the_velocity_gives_what_the_rocket_equation_says():
    """Far from everything the change of speed is v_e ln(m0/m1)."""
    around = surroundings(ForceModel("Moon"), (EPOCH, EPOCH + DAY), PACKAGED)
    first = np.array([3e7, 0.0, 0.0, 0.0, 1.0, 0.0])
    flow = 1e-4
    thrust = np.array([flow * 3.0, flow, 0.0, 2.0, 1.0, 0.0, 0.0])  # v_e = 3 km/s
    run = gauss.run(around, first, 0.0, 5000.0, thrust)
    assert np.linalg.norm(run.final[3:]) == pytest.approx(1.0 - 3.0 * np.log(1.0 - flow * 5000.0), abs=1e-6)


def test_forces_that_grow_without_bound_end_the_motion():
    """An engine that burns its spacecraft up: after 1000 s no mass is left."""
    around = surroundings(ForceModel("Moon"), (EPOCH, EPOCH + DAY), PACKAGED)
    thrust = np.array([3e-3, 1e-3, 0.0, 0.0, 0.0, 1.0, 0.0])
    run = gauss.run(around, np.array([3e6, 0.0, 0.0, 0.0, 1.0, 0.0]), 0.0, 2000.0, thrust)
    assert run.status in (STEP_TOO_SHORT, NOT_FINITE)
    assert run.edges_s[-1] == pytest.approx(1000.0, abs=0.1)
