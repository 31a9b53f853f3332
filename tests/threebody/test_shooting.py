import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.threebody import shooting
from qqnet.threebody.cr3bp import SYSTEMS
from qqnet.threebody.families import find_orbit
from qqnet.threebody.periodic import correct
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.shooting import GAP_KM, GAP_KM_S, into_ephemeris
from qqnet.threebody.synodic import orbit_position, period_s

START = 0.9e9
DAY = 86_400.0
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),))


def brought(ephemeris, orbit_name, days, *, phase=0.0, model=MODEL, start=START, **more):
    pair, orbit = seed_orbit(orbit_name)
    span = start, start + days * DAY
    return into_ephemeris(
        pair, orbit, epoch_s=start, phase=phase, span=span, model=model, ephemeris=ephemeris, **more
    )


@pytest.mark.parametrize(
    ("name", "days", "farthest_km"),
    [
        ("halo-L2-south-13000km", 14.0, 1500.0),
        ("halo-L1-north-13000km", 30.0, 1500.0),
        ("nrho-L2-south-9:2", 13.1, 5000.0),
        ("dro-2:1", 30.0, 15_000.0),
        ("halo-L2-south-13000km", 0.5, 100.0),  # less than a tenth of a revolution
    ],
)
def test_arcs_meet_near_the_periodic_orbit(ephemeris, name, days, farthest_km):
    found = brought(ephemeris, name, days, name="relay")
    assert found.name == "relay"
    assert found.center == "Moon"
    assert found.span == found.table.span == (START, pytest.approx(START + days * DAY, abs=1e-6))
    assert found.residual_km < GAP_KM
    assert found.residual_km_s < GAP_KM_S
    assert found.distance_km(ephemeris) < farthest_km


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.5])
def test_phase_and_epoch_are_kept(ephemeris, phase):
    """Three weeks after an epoch before the span the motion is about where the periodic orbit says."""
    pair, orbit = seed_orbit("halo-L2-south-13000km")
    span = START + 21 * DAY, START + 40 * DAY
    found = into_ephemeris(
        pair, orbit, epoch_s=START, phase=phase, span=span, model=MODEL, ephemeris=ephemeris
    )
    times = np.linspace(*span, 60)
    mapped = orbit_position(pair, orbit, times, ephemeris, epoch_s=START, phase=phase)
    off = np.linalg.norm(found.table.evaluate(times) - mapped, axis=1)
    assert np.max(off) < 0.15 * 75_913.0  # the greatest distance from the Moon
    assert np.max(off) > 10.0  # and yet the real field is another


def test_the_table_is_the_motion_from_each_patch_point(ephemeris):
    found = brought(ephemeris, "nrho-L2-south-9:2", 13.1)
    from qqnet.dynamics.propagation import propagate

    assert np.all(np.diff(found.patch_times) > 0.0)
    for n in (0, 3, 8):
        first, last = found.patch_times[[n, n + 1]]
        run = propagate(MODEL, found.patch_states[[n]], first, (first, last), ephemeris)
        times = np.linspace(first, last, 40)
        expected = run.tables[0].evaluate(times)
        np.testing.assert_allclose(found.table.evaluate(times), expected, rtol=0, atol=4e-6)
        np.testing.assert_allclose(run.final[0], found.patch_states[n + 1], rtol=0, atol=2e-6)


def test_a_southern_nrho_stays_one(ephemeris):
    """Perilune and apolune of the orbit, its period and its side of the plane remain, and it is no mapped copy."""
    pair, orbit = seed_orbit("nrho-L2-south-9:2")
    found = brought(ephemeris, "nrho-L2-south-9:2", 46.0)
    times = np.linspace(*found.span, 6000)
    radius = np.linalg.norm(found.table.evaluate(times), axis=1)
    lowest = np.flatnonzero((radius[1:-1] < radius[:-2]) & (radius[1:-1] < radius[2:])) + 1
    assert lowest.size == 7
    assert np.all((radius[lowest] > 2500.0) & (radius[lowest] < 4200.0))
    assert np.diff(times[lowest]) / period_s(pair, orbit) == pytest.approx(np.ones(6), abs=0.05)
    far = found.rotating(times[radius > 60_000.0], ephemeris)
    assert np.all(far[:, 2] < 0.0)


def test_an_orbit_about_the_suns_and_earths_point(ephemeris):
    pair = SYSTEMS["Sun-Earth"]
    orbit = find_orbit(pair, "halo-L2-south", az_km=200_000.0)
    model = ForceModel("Earth", ("Moon", "Sun", "Jupiter"))
    span = START, START + 200 * DAY
    found = into_ephemeris(pair, orbit, epoch_s=START, phase=0.2, span=span, model=model, ephemeris=ephemeris)
    assert found.residual_km < GAP_KM
    assert found.residual_km_s < GAP_KM_S
    assert found.distance_km(ephemeris) < 30_000.0
    # The Moon moves the Earth by 4700 km about the barycentre, to which the orbit belongs.
    assert np.max(np.linalg.norm(found.table.evaluate(np.linspace(*span, 99)), axis=1)) < 2.2e6


def test_two_runs_are_one(ephemeris):
    once, again = (brought(ephemeris, "nrho-L2-south-9:2", 20.0) for _ in range(2))
    assert np.array_equal(once.table.coefficients, again.table.coefficients)


def test_pieces_join_to_what_the_whole_would_give(ephemeris, monkeypatch):
    """Where the span as a whole does not converge, pieces do."""
    real, whole = shooting._newton, []

    def fail_at_first(motions, patches, weights):
        if not whole:
            whole.append(len(patches.times))
            return patches
        return real(motions, patches, weights)

    monkeypatch.setattr(shooting, "_newton", fail_at_first)
    found = brought(ephemeris, "halo-L2-south-13000km", 120.0)
    assert whole == [len(found.patch_times)]
    assert found.residual_km < GAP_KM
    assert found.distance_km(ephemeris) < 3000.0


def test_a_span_outside_the_ephemeris_is_named(ephemeris):
    with pytest.raises(EphemerisRangeError, match=r"ephemeris for relay: time .*is outside the covered span"):
        brought(ephemeris, "dro-2:1", 60.0, start=1.924e9, name="relay")


def test_a_span_that_ends_before_it_starts(ephemeris):
    with pytest.raises(InputError, match=r"relay: span from .*the stop must come after the start"):
        brought(ephemeris, "dro-2:1", -1.0, name="relay")


def test_where_no_motion_is_near_the_message_says_where_it_tears(ephemeris, monkeypatch):
    monkeypatch.setattr(shooting, "ITERATIONS", 1)
    with pytest.raises(
        InputError,
        match=r"relay: no motion under all forces was found near this Earth-Moon orbit from "
        r"2028-07-09T03:58:51Z to 2028-08-08T03:58:51Z; the best one tears at 2028-0[78]-\d\dT[\d:]+Z by .* km",
    ):
        brought(ephemeris, "nrho-L2-south-9:2", 30.0, name="relay")


def test_an_orbit_inside_the_moon_collides(ephemeris):
    """A member of the halo family with its perilune below the surface."""
    pair = SYSTEMS["Earth-Moon"]
    orbit = correct(pair.mu, 1.00792303, -0.1699, -0.07034369)
    nearest = np.min(
        np.linalg.norm(orbit.states(np.linspace(0, 1, 4001))[:, :3] - [1 - pair.mu, 0, 0], axis=1)
    )
    assert nearest * pair.length_km < 1737.4
    with pytest.raises(InputError, match=r"low: .*tears at"):
        into_ephemeris(
            pair,
            orbit,
            epoch_s=START,
            span=(START, START + 13 * DAY),
            model=MODEL,
            ephemeris=ephemeris,
            name="low",
        )


def test_systems_without_a_place(ephemeris):
    pair = SYSTEMS["Saturn-Titan"]
    orbit = find_orbit(pair, "halo-L1-north", az_km=20_000.0)
    with pytest.raises(InputError, match="Titan"):
        into_ephemeris(
            pair, orbit, epoch_s=START, span=(START, START + DAY), model=MODEL, ephemeris=ephemeris
        )
