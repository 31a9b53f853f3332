"""Three-body constants and periodic orbits against published and independently computed values.

Sources: JPL Three-Body Periodic Orbits API (constants and catalogue rows), Spreen's thesis (NRHO), and an
independent computation from the same constants (halo of Queqiao-1, DRO). Tolerances are the digits given.
"""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS, jacobi_constant, libration_point, propagate_transition
from qqnet.threebody.families import find_orbit
from qqnet.threebody.periodic import correct, stability_index
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.tracing import trace

EARTH_MOON = SYSTEMS["Earth-Moon"]
MU, LU = EARTH_MOON.mu, EARTH_MOON.length_km


@pytest.mark.parametrize(
    ("point", "x"),
    [("L1", 0.8369151257723572), ("L2", 1.155682165444884), ("L3", -1.005062645810278)],
)
def test_collinear_points_equal_jpl(point, x):
    assert libration_point(MU, point)[0] == pytest.approx(x, abs=2.3e-16)  # one unit in the last place


def test_triangular_point_equals_jpl():
    assert np.allclose(
        libration_point(MU, "L4"), [0.4878494143903759, 0.8660254037844386, 0], atol=1e-16, rtol=0
    )


# State, Jacobi constant, period and stability index as printed by the API.
JPL_L1_HALO = (
    MU,
    [-4.1456184803140111e-01, 0, 9.0753120433295065e-01, -1.1555581216266303e-12, 1.4076145460136695,
     3.9979936124406781e-13],
    0.19516273085815472, 3.1233143922761588, 243.40572681337468,
)  # fmt: skip
JPL_TITAN_BUTTERFLY = (
    2.366393158331484e-04,
    [9.7753007347844856e-01, 0, 3.9522030056289147e-02, 0, -1.1884747036685137e-02, 0],
    3.009185830091419, 3.6919029518069890, 1.0,
)  # fmt: skip


@pytest.mark.parametrize("row", [JPL_L1_HALO, JPL_TITAN_BUTTERFLY], ids=["L1 halo", "Titan butterfly"])
def test_jpl_catalogue_rows_close(row):
    mu, state, jacobi, period, stability = row
    final, monodromy = propagate_transition(state, period, mu)
    assert np.linalg.norm(final - state) < 1e-10
    assert float(jacobi_constant(state, mu)) == pytest.approx(jacobi, abs=1e-14)
    assert stability_index(monodromy) == pytest.approx(stability, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "x", "z", "vy", "period", "jacobi", "periapsis_km", "apoapsis_km", "stability"),
    [
        ("nrho-L2-south-9:2", 1.021335861925, -0.18162, -0.101757909255, 1.5020721109, 3.0471874608,
         3185.9, 71970.9, 1.3037),
        ("nrho-L2-south-4:1", 1.035447339985, -0.19003, -0.130706936313, 1.6897469088, 3.0347653525,
         5678.3, 76343.0, 1.615),
        ("halo-L2-north-13000km", 1.179768406630, 0.033358714611, -0.161987963428, 3.4063942805, 3.1472942,
         50884, 75913, 557),
        ("dro-2:1", 0.808932810866, 0.0, 0.515640610509, np.pi, 2.9305207618, 69724, 94100, 1.0),
        ("dro-3:1", 0.859727147390, 0.0, 0.474152335273, 2 * np.pi / 3, 2.9700094504, 49930, 58867, 1.0),
    ],
)  # fmt: skip
def test_packaged_orbits_to_the_digits_of_the_reference(
    name, x, z, vy, period, jacobi, periapsis_km, apoapsis_km, stability
):
    # The reference rounds the halo's z to 0.033358714611; the packaged one has 13000 km exactly, 1.4e-11 more.
    _, orbit = seed_orbit(name)
    assert np.allclose(orbit.initial, [x, 0, z, 0, vy, 0], atol=5e-11 if name[0] == "h" else 1.5e-12, rtol=0)
    kept = {"fixed": "z"} if z else {"fixed": "period", "period": period}
    orbit = correct(MU, x, z, vy, **kept)
    assert np.allclose(orbit.initial, [x, 0, z, 0, vy, 0], atol=1.5e-12, rtol=0)
    assert orbit.period == pytest.approx(period, abs=1e-10)
    assert orbit.jacobi == pytest.approx(jacobi, abs=1e-10 if name[0] != "h" else 5e-8)
    distance = np.linalg.norm(orbit.states(np.linspace(0, 1, 20001))[:, :3] - [1 - MU, 0, 0], axis=1) * LU
    digit = 0.06 if name[0] == "n" else 0.6
    assert distance.min() == pytest.approx(periapsis_km, abs=digit)
    assert distance.max() == pytest.approx(apoapsis_km, abs=digit)
    assert orbit.stability == pytest.approx(stability, abs={"n": 6e-4, "h": 0.5, "d": 1e-4}[name[0]])
    assert orbit.closure < 1e-10


def test_queqiao_halo_width_and_period():
    _, orbit = seed_orbit("halo-L2-north-13000km")
    states = orbit.states(np.linspace(0, 1, 20001))
    assert np.max(np.abs(states[:, 1])) * LU == pytest.approx(35750, abs=10)
    assert orbit.period * EARTH_MOON.time_s / 86400 == pytest.approx(15.10, abs=0.005)


def test_nrho_of_a_given_period_is_another_member():
    # T = 2/9 of the synodic month with JPL's unit of time; the reference gives this member. It writes the month
    # as 29.530589 d; its twelve digits are those of the full value, 29.530588853 d, whose own last digit moves
    # the velocity by 4e-12: hence the tolerance.
    target = 2 / 9 * 29.530588853 * 86400 / EARTH_MOON.time_s
    orbit = correct(MU, 1.0197, -0.1804, -0.0981, fixed="period", period=target)
    assert np.allclose(
        orbit.initial[[0, 2, 4]], [1.019698683485, -0.180445679013, -0.098140235428], atol=5e-12, rtol=0
    )
    assert orbit.jacobi == pytest.approx(3.04887076, abs=1e-8)
    distance = np.linalg.norm(orbit.states(np.linspace(0, 1, 20001))[:, :3] - [1 - MU, 0, 0], axis=1) * LU
    assert distance.min() == pytest.approx(2936, abs=0.6)


# ------------------------------------------------------------------------------- families found by continuation


def test_limits_of_the_jpl_family_of_northern_l1_halos():
    # Periods 1.8036720655626510 to 3.1233143922761588, stability 1 to 1180.4065333857613, Jacobi constants
    # 0.19516273085815472 to 3.1743435193301153. The greatest stability index is that of the smallest orbit.
    smallest = find_orbit(EARTH_MOON, "halo-L1-north", jacobi=3.1743435193301153)
    assert smallest.stability == pytest.approx(1180.4065333857613, rel=1e-9)
    turn = EARTH_MOON.mean_period_s / (2 * np.pi)
    shortest = find_orbit(EARTH_MOON, "halo-L1-north", period_s=1.8036720655626510 * turn)
    assert shortest.period == pytest.approx(1.8036720655626510, abs=1e-12)
    with pytest.raises(
        InputError, match="no member"
    ):  # the least of all lies between two of JPL's 5731 members
        find_orbit(EARTH_MOON, "halo-L1-north", period_s=1.8036718 * turn)
    family = trace(EARTH_MOON, "halo-L1-north", below_surface=True)
    assert min(orbit.stability for orbit in family.orbits) == pytest.approx(1.0, abs=1e-7)


# More rows of the page: x, z, vy, Jacobi constant, period, stability index.
JPL_L1_HALOS = [
    (-4.1456184803140111e-01, 9.0753120433295065e-01, 1.4076145460136695, 0.19516273085815472,
     3.1233143922761588, 243.40572681337468),
    (-4.1421982661362478e-01, 9.0768629637651521e-01, 1.4072700950580586, 0.19584418854987273,
     3.1233112610554632, 243.52872940755927),
    (-4.1387776145545296e-01, 9.0784124892510798e-01, 1.4069256037546980, 0.19652572760226936,
     3.1233081181627282, 243.65166172846071),
]  # fmt: skip


@pytest.mark.parametrize("row", JPL_L1_HALOS)
def test_rows_of_the_jpl_family_are_members_of_ours(row):
    x, z, vy, jacobi, period, stability = row
    family = trace(EARTH_MOON, "halo-L1-north", below_surface=True)
    near = min(family.orbits, key=lambda orbit: abs(orbit.jacobi - jacobi))
    orbit = correct(
        MU,
        near.initial[0],
        near.initial[2],
        near.initial[4],
        fixed="jacobi",
        jacobi=jacobi,
        period=near.period,
    )
    assert np.allclose(orbit.initial, [x, 0, z, 0, vy, 0], atol=2e-12, rtol=0)
    assert orbit.period == pytest.approx(period, abs=1e-12)
    assert orbit.stability == pytest.approx(stability, rel=1e-9)


def test_the_jpl_butterfly_of_titan_is_a_member_of_ours():
    titan = SYSTEMS["Saturn-Titan"]
    _, state, jacobi, period, stability = JPL_TITAN_BUTTERFLY
    orbit = find_orbit(titan, "butterfly-north", period_s=period * titan.time_s)
    assert np.allclose(orbit.initial, state, atol=1e-12, rtol=0)
    # The state is known to some rounding errors of 1, the constant's gradient there is of the order of 1.
    assert orbit.jacobi == pytest.approx(jacobi, abs=1e-14)
    assert orbit.stability == pytest.approx(stability, abs=1e-8)
    assert orbit.closure < 1e-12


def test_a_period_in_the_units_of_jpl_is_found():
    # As in the test above of the member with 2/9 of a synodic month in JPL's unit of time.
    period = 2 / 9 * 29.530588853 * 86400 / EARTH_MOON.time_s
    real = period / (2 * np.pi) * EARTH_MOON.mean_period_s
    orbit = find_orbit(EARTH_MOON, "nrho-L2-south", period_s=real)
    assert np.allclose(
        orbit.initial[[0, 2, 4]], [1.019698683485, -0.180445679013, -0.098140235428], atol=5e-12, rtol=0
    )


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("halo-L1-north", {"az_km": 40000.0}),
        ("halo-L2-south", {"az_km": 13000.0}),
        ("halo-L3-north", {"az_km": 100000.0}),
        ("nrho-L2-south", {"resonance": "9:2"}),
        ("butterfly-south", {"period_s": 14 * 86400.0}),
        ("dro", {"resonance": "2:1"}),
        ("lyapunov-L2", {"jacobi": 3.1}),
        ("vertical-L1", {"az_km": 50000.0}),
        ("axial-L2", {"az_km": 60000.0}),
    ],
)
def test_members_close_in_another_integrator(name, asked):
    # heyoka's own equations: the primaries are where ours are after half a turn about z; momenta for velocities.
    heyoka = pytest.importorskip("heyoka")
    orbit = find_orbit(EARTH_MOON, name, **asked)
    x, y, z, vx, vy, vz = orbit.initial
    start = np.array([-x, -y, z, -vx + y, -vy - x, vz])
    run = heyoka.taylor_adaptive(heyoka.model.cr3bp(mu=MU), start.tolist(), tol=1e-16)
    run.propagate_until(orbit.period)
    assert np.linalg.norm(run.state - start) < 1e-12 * max(1.0, orbit.stability)


@pytest.mark.parametrize(
    ("name", "mean_longitude"), [("Venus", "fave03"), ("Mars", "fama03"), ("Jupiter", "faju03")]
)
def test_planets_move_as_the_iers_conventions_say(name, mean_longitude):
    import erfa

    turn = 2 * np.pi
    ahead = (getattr(erfa, mean_longitude)(1e-3) - getattr(erfa, mean_longitude)(0.0)) % turn
    pair = SYSTEMS[f"Sun-{name}"]
    moved = 1e-3 * 36525 * 86400 / pair.time_s
    assert (moved - ahead + 1.0) % turn == pytest.approx(1.0, abs=1e-12)
