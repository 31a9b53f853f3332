import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS, jacobi_constant
from qqnet.threebody.families import check_request, find_orbit
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.synodic import period_s

EARTH_MOON = SYSTEMS["Earth-Moon"]
DAY = 86400.0

# Where each quantity takes every value between the two, in a part of the family that is flown.
ranges = st.one_of(
    st.tuples(
        st.sampled_from(["halo-L1-north", "halo-L2-south"]), st.just("az_km"), st.floats(1000.0, 60000.0)
    ),
    st.tuples(
        st.sampled_from(["nrho-L2-south", "nrho-L2-north"]),
        st.just("period_s"),
        st.floats(6 * DAY, 9.8 * DAY),
    ),
    st.tuples(st.just("dro"), st.just("period_s"), st.floats(3 * DAY, 24 * DAY)),
    st.tuples(st.just("lyapunov-L1"), st.just("jacobi"), st.floats(3.02, 3.18)),
    st.tuples(st.just("vertical-L2"), st.just("az_km"), st.floats(5000.0, 300000.0)),
    st.tuples(st.just("axial-L1"), st.just("az_km"), st.floats(5000.0, 90000.0)),
    st.tuples(st.just("butterfly-south"), st.just("period_s"), st.floats(12.5 * DAY, 20 * DAY)),
)


@settings(max_examples=25)
@given(ranges)
def test_a_member_has_what_was_asked_for_and_obeys_the_laws(asked):
    name, quantity, value = asked
    orbit = find_orbit(EARTH_MOON, name, **{quantity: value})
    has = {
        "az_km": orbit.extent.z * EARTH_MOON.length_km,
        "period_s": period_s(EARTH_MOON, orbit),
        "jacobi": orbit.jacobi,
    }[quantity]
    assert has == pytest.approx(value, rel=1e-9)
    assert orbit.closure < 1e-10 * max(1.0, orbit.stability / 100)
    states = orbit.states(np.linspace(0, 1, 200))
    assert np.ptp(jacobi_constant(states, EARTH_MOON.mu)) < 1e-11
    # Eigenvalues of the monodromy matrix come in reciprocal pairs: its characteristic polynomial is a palindrome.
    polynomial = np.poly(orbit.monodromy)
    assert np.allclose(polynomial, polynomial[::-1], atol=1e-6 * np.max(np.abs(polynomial)), rtol=0)


@pytest.mark.parametrize("kind", ["halo-L1", "halo-L2", "nrho-L2", "butterfly"])
def test_south_is_north_mirrored(kind):
    period = 7 * DAY if kind == "nrho-L2" else 13 * DAY if kind == "butterfly" else 11 * DAY
    north, south = (find_orbit(EARTH_MOON, f"{kind}-{side}", period_s=period) for side in ("north", "south"))
    phase = np.linspace(0, 1, 50)
    mirror = [1, 1, -1, 1, 1, -1]
    assert np.allclose(south.states(phase), north.states(phase) * mirror, atol=1e-14, rtol=0)
    z = north.states(phase)[:, 2]
    assert z[np.argmax(np.abs(z))] > 0
    assert south.jacobi == north.jacobi
    assert south.stability == pytest.approx(north.stability, rel=1e-6)


@pytest.mark.parametrize(
    ("seed", "name", "asked"),
    [
        ("halo-L2-south-13000km", "halo-L2-south", {"az_km": 13000.0}),
        ("halo-L1-north-13000km", "halo-L1-north", {"az_km": 13000.0}),
        ("dro-2:1", "dro", {"resonance": "2:1"}),
        ("dro-3:1", "dro", {"resonance": "3:1"}),
    ],
)
def test_packaged_orbits_are_members(seed, name, asked):
    _, known = seed_orbit(seed)
    orbit = find_orbit(EARTH_MOON, name, **asked)
    assert np.allclose(orbit.initial, known.initial, atol=1e-11, rtol=0)
    assert orbit.period == pytest.approx(known.period, abs=1e-10)


@pytest.mark.parametrize("seed", ["nrho-L2-south-9:2", "nrho-L2-north-4:1"])
def test_published_near_rectilinear_orbits_are_members_of_another_resonance(seed):
    pair, known = seed_orbit(seed)
    side = "south" if "south" in seed else "north"
    orbit = find_orbit(EARTH_MOON, f"nrho-L2-{side}", period_s=period_s(pair, known))
    assert np.allclose(orbit.initial, known.initial, atol=1e-10, rtol=0)
    resonant = find_orbit(EARTH_MOON, f"nrho-L2-{side}", resonance=seed[-3:])
    assert 1e-3 < abs(resonant.period - known.period) < 1e-2


def test_resonances_count_real_months():
    nine = find_orbit(EARTH_MOON, "nrho-L2-south", resonance="9:2")
    assert 9 * period_s(EARTH_MOON, nine) == pytest.approx(2 * 29.530588853 * DAY, rel=1e-12)
    sidereal = find_orbit(EARTH_MOON, "nrho-L2-south", resonance="4:1 sidereal")
    assert 4 * period_s(EARTH_MOON, sidereal) == pytest.approx(27.321661547 * DAY, rel=1e-12)
    synodic = find_orbit(EARTH_MOON, "dro", resonance="2:1 synodic")
    assert 2 * period_s(EARTH_MOON, synodic) == pytest.approx(29.530588853 * DAY, rel=1e-12)
    year = find_orbit(SYSTEMS["Sun-Earth"], "dro", resonance="2:1")
    assert 2 * period_s(SYSTEMS["Sun-Earth"], year) == pytest.approx(365.256363004 * DAY, rel=1e-12)


def test_of_several_members_the_first_is_meant():
    # The near-rectilinear part reaches 75000 km as well, farther along the family.
    first = find_orbit(EARTH_MOON, "halo-L2-north", az_km=75000.0)
    narrow = find_orbit(EARTH_MOON, "nrho-L2-north", az_km=75000.0)
    assert first.period > 2.8
    assert narrow.period < 1.8


def test_a_value_between_the_last_two_neighbours_at_a_turning_point():
    # The least period of the family, 1.80367205, lies between members that were followed.
    orbit = find_orbit(
        EARTH_MOON, "halo-L1-north", period_s=1.803675 / (2 * np.pi) * EARTH_MOON.mean_period_s
    )
    assert orbit.period == pytest.approx(1.803675, abs=1e-12)


def test_the_same_request_is_answered_from_memory():
    asked = {"resonance": "9:2"}
    assert find_orbit(EARTH_MOON, "nrho-L2-south", **asked) is find_orbit(
        EARTH_MOON, "nrho-L2-south", **asked
    )


@pytest.mark.parametrize(
    ("system", "name", "asked", "said"),
    [
        ("Earth-Moon", "halo-L2-sout", {"az_km": 1.0}, "did you mean 'halo-L2-south'"),
        ("Earth-Moon", "dro", {}, "exactly one of resonance, az, jacobi and period; got none"),
        ("Earth-Moon", "dro", {"jacobi": 2.9, "resonance": "2:1"}, "got resonance and jacobi"),
        ("Earth-Moon", "dro", {"az_km": 5.0}, "planar and have no az"),
        ("Earth-Moon", "halo-L2-south", {"az_km": -5.0}, "az of -5; it must be above 0"),
        ("Earth-Moon", "dro", {"period_s": float("nan")}, "period of nan"),
        ("Earth-Moon", "nrho-L2-south", {"resonance": "9-2"}, "'9-2'; right is p:q"),
        ("Earth-Moon", "nrho-L2-south", {"resonance": "0:2"}, "'0:2'; right is p:q"),
        ("Sun-Earth", "dro", {"resonance": "2:1 synodic"}, "Sun-Earth has no synodic period"),
        ("Earth-Moon", "nrho-L2-south", {"resonance": "9:1"}, "no member with resonance 9:1; it has periods"),
        ("Earth-Moon", "nrho-L2-south", {"resonance": "6:1"}, "passes 1272 km below the surface of Moon"),
        ("Earth-Moon", "halo-L2-south", {"az_km": 90000.0}, "az from 65 to 788.. km"),
        ("Earth-Moon", "lyapunov-L1", {"jacobi": 4.0}, "Jacobi constants from"),
        ("Sun-Earth", "butterfly-north", {"period_s": 1e7}, "Sun-Earth butterfly-north: this three-body"),
    ],
)  # fmt: skip
def test_errors_say_what_exists(system, name, asked, said):
    with pytest.raises(InputError, match=said):
        find_orbit(SYSTEMS[system], name, **asked)


def test_a_check_needs_a_known_system():
    with pytest.raises(InputError, match="unknown three-body system 'Earth-Mars'"):
        check_request("Earth-Mars", "dro", resonance="2:1")


def test_a_check_says_what_is_wanted():
    wanted = check_request("Earth-Moon", "halo-L2-south", az_km=13000.0)
    assert wanted.value == pytest.approx(13000.0 / 389703.2648292776)
    assert wanted.text == "az of 13000 km"
