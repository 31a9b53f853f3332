import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.errors import InputError
from qqnet.orbits.constellation_keeping import KeepingRules, follow
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.mean_elements import osculating_from_mean
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc

EPOCH = tdb_from_utc("2040-06-01")
DAY = 86_400.0
MOON = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 2),))


def _pattern(ephemeris, e=0.0, a=7000.0):
    """Return three satellites on one orbit each, 120 deg apart in node and in place."""
    third = np.radians([0.0, 120.0, 240.0])
    elements = Elements(a, e, np.radians(56.0), third, np.radians(90.0), third)
    axes = rotation("MOON_OP", EPOCH, ephemeris)
    r, v = state(elements, body("Moon").gm_km3_s2)
    kepler = np.hstack([r.reshape(-1, 3) @ axes, v.reshape(-1, 3) @ axes])
    return osculating_from_mean(MOON, kepler, EPOCH, "MOON_OP", ephemeris)


def _run(ephemeris, states, days, kept, seed=1, **rules):
    names = ["one", "two", "three"]
    return list(
        follow(
            MOON, states, names, EPOCH, days * DAY, "MOON_OP", ephemeris,
            rules=KeepingRules(**rules), kept=kept, seed=seed,
        )
    )  # fmt: skip


def test_keeping_holds_what_drifts_when_left_alone(ephemeris):
    # Starting at e = 0.012, Lidov-Kozai growth leaves a box of 0.005 within months.
    states = _pattern(ephemeris, e=0.012)
    free = _run(ephemeris, states, 280.0, kept=False)
    kept = _run(ephemeris, states, 280.0, kept=True, eccentricity_box=0.005)
    drift = [np.nanmax(np.abs(run[-1].elements.e - 0.012)) for run in (free, kept)]
    assert drift[0] > 0.02
    assert drift[1] < 0.01
    spent = sum(float(np.linalg.norm(burn.delta_v_km_s)) for stretch in kept for burn in stretch.burns)
    # Half of v for each unit of eccentricity that is taken back; growth is a factor of some 10 in this time.
    assert 1e-3 < spent < 0.1
    assert not any(stretch.burns for stretch in free)


def test_the_same_seed_gives_the_same_burns(ephemeris):
    states = _pattern(ephemeris, e=0.012)
    first, again, other = (
        np.concatenate([burn.delta_v_km_s for part in run for burn in part.burns])
        for run in (
            _run(ephemeris, states, 84.0, kept=True, seed=seed, eccentricity_box=0.002) for seed in (1, 1, 2)
        )
    )
    np.testing.assert_array_equal(first, again)
    assert other.shape != first.shape or np.any(other != first)


def test_a_satellite_out_of_its_place_comes_back(ephemeris):
    states = _pattern(ephemeris)
    # Half a kilometre more of semi-major axis: 0.7 deg of drift in 14 days.
    states[1, 3:] *= 1.0 + 0.25 * 0.5 / 7000.0 * 4.0

    def place(run):
        latitude = np.array([part.elements.argument_of_latitude_rad[0] for part in run])
        moved = np.unwrap(latitude - latitude[0], axis=0)
        return np.degrees(moved[:, 1] - (moved[:, 0] + moved[:, 2]) / 2.0)

    free = place(_run(ephemeris, states, 280.0, kept=False))
    kept = place(_run(ephemeris, states, 280.0, kept=True, phase_box_rad=np.radians(2.0)))
    assert np.max(np.abs(free)) > 8.0
    assert np.max(np.abs(kept)) < 6.0


def test_a_satellite_that_meets_the_surface_is_lost_and_the_others_go_on(ephemeris):
    states = _pattern(ephemeris)
    doomed = Elements(5000.0, 0.64, np.radians(90.0), 0.0, np.radians(90.0), np.pi)
    r, v = state(doomed, body("Moon").gm_km3_s2)
    axes = rotation("MOON_OP", EPOCH, ephemeris)
    states[1] = np.concatenate([np.ravel(r) @ axes, np.ravel(v) @ axes])
    run = _run(ephemeris, states, 400.0, kept=False)
    assert list(run[-1].lost) == [1]
    assert EPOCH < run[-1].lost[1] < EPOCH + 400.0 * DAY
    assert run[-1].paths[1] is None
    assert run[-1].paths[0] is not None
    assert np.isnan(run[-1].elements.e[0, 1])
    assert np.isfinite(run[-1].elements.e[0, 0])


def test_a_span_shorter_than_two_revolutions(ephemeris):
    with pytest.raises(InputError, match=r"a span of 0\.5 days; right are at least two revolutions"):
        _run(ephemeris, _pattern(ephemeris), 0.5, kept=False)
