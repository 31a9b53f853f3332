"""Users' filters and snapshots: covariances against Monte Carlo of the full model, and laws that they keep."""

import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.navigation.dop import dop
from qqnet.navigation.range_error import RangeErrorModel
from qqnet.navigation.user_clock import CLOCKS
from qqnet.navigation.user_estimation import filter_covariances, snapshot_covariances
from qqnet.navigation.user_lines import user_lines
from qqnet.navigation.user_motion import Track, rover_track
from qqnet.navigation.user_problem import AltitudeAid, UserProblem
from qqnet.navigation.user_result import UserResult, load, save, user_error_series
from qqnet.navigation.user_simulation import simulate_filter, simulate_snapshot

RADIUS_KM, ORBIT_KM, GM = 1737.4, 7000.0, 4902.8
RUNS = 60


def satellites(times, count, seed=3):
    """Circular orbits in planes at random."""
    random = np.random.default_rng(seed)
    rate = np.sqrt(GM / ORBIT_KM**3)
    a, b = random.normal(size=(2, count, 3))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b -= a * np.sum(a * b, axis=1, keepdims=True)
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    angle = rate * times[:, None, None] + random.uniform(0.0, 2.0 * np.pi, (1, count, 1))
    position = ORBIT_KM * (np.cos(angle) * a + np.sin(angle) * b)
    return position, ORBIT_KM * rate * (np.cos(angle) * b - np.sin(angle) * a)


def problem(
    measurements=("one-way", "doppler"),
    count=20,
    altitude=None,
    epochs=25,
    step=60.0,
    orbit_m=5.0,
    clock="ocxo",
):
    times = np.arange(epochs) * step
    track = rover_track(times, np.radians([-60.0, -59.0]), [0.1, 0.2], [0.0, 1.0], 0.002, RADIUS_KM)
    position, velocity = satellites(times, count)
    root = np.random.default_rng(9).normal(size=(count, 4, 4))
    covariance = root @ np.swapaxes(root, -1, -2) * (orbit_m / 2.0) ** 2
    whole = np.broadcast_to(covariance, (epochs, count, 4, 4))
    model = RangeErrorModel(other_m=0.5)
    lines = user_lines(track, position, velocity, whole, whole * 1e-8, model, np.radians(5.0))
    return UserProblem(
        track=track,
        lines=lines,
        clock=CLOCKS[clock],
        measurements=measurements,
        correlation_time_s=1800.0,
        velocity_noise_m_s=0.05,
        initial_sigma=(100.0, 1.0, 300.0, 0.3),
        altitude=altitude,
    )


CASES = {
    "one-way and doppler": {},
    "one-way": {"measurements": ("one-way",)},
    "two-way": {"measurements": ("two-way",)},
    "all, with altitude": {
        "measurements": ("one-way", "two-way", "doppler"),
        "altitude": AltitudeAid(8.0, 1.0, 1.0),
    },
    "too few satellites, with altitude": {"count": 5, "altitude": AltitudeAid(8.0, 1.0, 1.0)},
}


@pytest.mark.parametrize("case", CASES)
def test_filter_is_consistent(case):
    """Mean NEES of 60 runs inside 99.9 % bounds at every fifth epoch and inside 99 % bounds over all."""
    found = simulate_filter(problem(**CASES[case], epochs=16), RUNS, seed=11)
    low, high = found.bounds(0.999)
    assert np.all((found.nees[::5].mean(axis=1) > low) & (found.nees[::5].mean(axis=1) < high))
    # Errors at different epochs are not independent, so that the mean over all is held to the bounds of one.
    low, high = found.bounds(0.99)
    assert low < found.nees.mean() < high


def test_filter_covariance_is_what_runs_scatter_by():
    one = problem(epochs=16)
    covariance = filter_covariances(one)[-1]
    scatter = simulate_filter(one, 400, seed=2).error[-1]
    sigma = np.sqrt(np.diag(covariance))
    # A standard deviation of 400 samples is known to 3.5 %; four times that.
    assert scatter.std(axis=0) / sigma == pytest.approx(np.ones(8), abs=0.14)


@pytest.mark.parametrize("case", ["one-way and doppler", "two-way", "all, with altitude"])
def test_snapshot_is_consistent(case):
    found = simulate_snapshot(problem(**CASES[case]), 3, 400, seed=8)
    low, high = found.bounds(0.99)
    assert low < found.nees.mean() < high


def test_snapshot_is_dilution_of_precision():
    one = problem(measurements=("one-way",), orbit_m=0.0)
    lines = one.lines
    covariance = snapshot_covariances(one)
    up = one.track.up
    errors = user_error_series(covariance, up)
    for k in (0, 10, 20):
        here = Observers.on_sphere(up[k : k + 1], np.linalg.norm(one.track.position_km[k]), np.radians(5.0))
        values = dop(here, lines.position_km[k : k + 1])[:, 0, 0]
        white = lines.white_m[k, lines.seen[k]]
        assert white.min() * values[1] <= errors[2, k] <= white.max() * values[1]


def test_fewer_than_four_satellites_have_no_snapshot_but_a_filter():
    one = problem(count=5, epochs=20)
    few = one.lines.seen.sum(axis=1) < 4
    assert few.any()
    errors = user_error_series(snapshot_covariances(one), one.track.up)
    assert np.isinf(errors[:, few][[0, 1, 2, 3, 5, 6]]).all()
    assert np.isfinite(user_error_series(filter_covariances(one), one.track.up)).all()


def test_altitude_stands_for_a_satellite():
    free, held = problem(count=9), problem(count=9, altitude=AltitudeAid(3.0, 1.0, 1.0))
    three = free.lines.seen.sum(axis=1) == 3
    assert three.any()
    without = user_error_series(snapshot_covariances(free), free.track.up)
    with_map = user_error_series(snapshot_covariances(held), held.track.up)
    assert np.isinf(without[2, three]).all()
    assert np.isfinite(with_map[2, three]).any()
    assert np.nanmax(with_map[1][np.isfinite(with_map[1])]) <= np.hypot(3.0, 1.0) + 1e-9


def test_lasting_errors_do_not_average_away():
    """A filter of an hour at one place is bounded by orbits and clocks; taken for white they would average."""
    lasting = problem(epochs=60, count=25)
    sigma = user_error_series(filter_covariances(lasting), lasting.track.up)[2, -1]
    snapshot = user_error_series(snapshot_covariances(lasting), lasting.track.up)[2]
    assert snapshot.mean() / np.sqrt(60.0) < 0.6 * sigma
    assert sigma < snapshot[-1]


def test_two_way_ranges_need_no_clock():
    errors = user_error_series(snapshot_covariances(problem(measurements=("two-way",))), np.eye(3)[[2] * 25])
    assert np.isfinite(errors[2]).all()
    assert np.isinf(errors[3]).all()


def test_satellites_behind_the_body_are_not_seen():
    times = np.array([0.0, 60.0])
    place = np.array([[1837.4, 0.0, 0.0]] * 2)
    track = Track(times, place, np.zeros((2, 3)), RADIUS_KM, surface=False, transition=np.eye(6)[None])
    # Ahead, behind, and just above and below the limb, which lies 19 degrees under the horizon.
    dip = np.arccos(RADIUS_KM / 1837.4)
    ways = [
        [1.0, 0.0],
        [-1.0, 0.0],
        [-np.sin(dip - 0.01), np.cos(dip - 0.01)],
        [-np.sin(dip + 0.01), np.cos(dip + 0.01)],
    ]
    position = np.array([[[1837.4 + 5000.0 * x, 5000.0 * y, 0.0] for x, y in ways]] * 2)
    lines = user_lines(
        track, position, np.zeros_like(position), np.zeros((2, 4, 4, 4)), None, RangeErrorModel(), 0.0
    )
    assert lines.seen[0].tolist() == [True, False, True, False]


def test_results_are_kept(tmp_path):
    one = UserResult.of(
        problem(epochs=5), name="rover", kind="rover", body="Moon", goal_m=50.0, time_transfer_m=3.0
    )
    save([one], tmp_path / "users.nc")
    again = load(tmp_path / "users.nc")[0]
    assert again.summary() == one.summary()
    answer = one.summary()
    assert answer["filter"]["time"]["end"] >= 3.0
    assert answer["filter"]["position"]["p95_radius"]["end"] > 1.5 * answer["filter"]["position"]["end"]
