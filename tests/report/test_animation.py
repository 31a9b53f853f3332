import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.report.animation import Film, frame_times, one_orbit, quantity_of
from qqnet.report.views import view
from qqnet.space.bodies import body
from qqnet.study.fields import body_fixed, grid_of, providers


@pytest.fixture(scope="module")
def grid(lunar_study):
    return grid_of(lunar_study.scenario, "Moon")


def film(study, grid, quantity, times):
    return Film(study, grid, quantity, times, view("sides"))


def test_instants_add_up_to_what_the_analysis_found(lunar_study, grid):
    times = frame_times(lunar_study.scenario)
    folds = np.stack([one.values for one in film(lunar_study, grid, "fold", times).instants()])
    coverage = lunar_study.coverage("Moon").data
    np.testing.assert_array_equal(times, coverage["time"])
    np.testing.assert_array_equal(folds.min(axis=0), coverage["fold_min"])
    np.testing.assert_array_equal(folds.max(axis=1), coverage["epoch_fold_max"])
    dops = np.stack([one.values for one in film(lunar_study, grid, "pdop", times).instants()])
    highest = lunar_study.navigation("Moon").data["max"].sel(dop="pdop")
    np.testing.assert_array_equal(dops.max(axis=0), highest)


def test_points_below_satellites(lunar_study, grid):
    times = frame_times(lunar_study.scenario, 2)
    instants = list(film(lunar_study, grid, "fold", times).instants())
    names = providers(lunar_study.scenario, grid)
    (_, places) = next(body_fixed(lunar_study.trajectories, lunar_study.ephemeris, names, "Moon", times))
    for n, instant in enumerate(instants):
        assert instant.time_s == times[n]
        latitude, longitude = np.radians(instant.latitude_deg), np.radians(instant.longitude_deg)
        across = np.cos(latitude)
        below = np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=1)
        up = places[n] / np.linalg.norm(places[n], axis=1)[:, None]
        np.testing.assert_allclose(below, up, rtol=0, atol=1e-12)


def test_frames_change_with_time_and_are_the_same_again(lunar_study, grid):
    shown = film(lunar_study, grid, "gdop", frame_times(lunar_study.scenario, 3))
    told = []
    frames, again = list(shown.frames(told.append)), list(shown.frames())
    assert told == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert len({frame.tobytes() for frame in frames}) == 3
    assert all(np.array_equal(one, other) for one, other in zip(frames, again, strict=True))
    assert frames[0].shape[2] == 3
    assert frames[0].dtype == np.uint8


def test_times_of_frames(lunar_study):
    time = lunar_study.scenario.time
    ends = frame_times(lunar_study.scenario, 5)[[0, -1]]
    np.testing.assert_allclose(ends, [time.start_s, time.stop_s], rtol=0, atol=1e-6)
    long = lunar_study.scenario.model_copy(update={"time": time.model_copy(update={"step": 1.0})})
    assert len(frame_times(long)) == 120
    for frames in (0, 1001):
        with pytest.raises(InputError, match=f"frames: {frames}; wanted 1 to 1000"):
            frame_times(long, frames)


def test_one_orbit_is_a_revolution(lunar_study, grid):
    times = one_orbit(lunar_study, grid, 40)
    # Six of seven satellites have a = 7000 km, mean; osculating they differ by some per mille.
    period = 2 * np.pi * np.sqrt(7000.0**3 / body("Moon").gm_km3_s2)
    span = lunar_study.scenario.time.duration
    assert (times[1] - times[0]) * 40 == pytest.approx(min(period, span), rel=0.01)
    assert times[0] == lunar_study.scenario.time.start_s


def test_a_film_shows_what_the_field_is_about():
    assert quantity_of(None, "coverage") == "fold"
    assert quantity_of("fold-min", "coverage") == "fold"
    assert quantity_of("hdop-share:4", "navigation") == "hdop"
    with pytest.raises(
        InputError, match="'longest-gap' has no value at an instant; an animation shows: fold"
    ):
        quantity_of("longest-gap", "coverage")
