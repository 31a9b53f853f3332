"""The analysis: trends, messages, what is not determined."""

from dataclasses import replace

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.orbit_determination.analysis import analyse
from qqnet.orbit_determination.clocks import CLOCKS
from qqnet.orbit_determination.result import OrbitDeterminationResult
from qqnet.orbit_determination.states import Apriori

from .conftest import crosslinks, ground, signals


def run(setup):
    return OrbitDeterminationResult.build(setup, analyse(setup), 3600.0)


@pytest.fixture(scope="module")
def by_ground(setup_with):
    setup = setup_with(ground(), smoother=True)
    return setup, run(setup)


def worst(result, kind="filtered"):
    return result.position_error_m(kind)[-1]


def test_more_sources_less_error(setup_with, by_ground):
    """Crosslinks or navigation signals lower the error of every satellite, and what each brings adds up."""
    _, alone = by_ground
    with_links = run(setup_with(ground(), crosslinks()))
    with_signals = run(setup_with(ground(), signals()))
    for better in (with_links, with_signals):
        formal = [r.data["formal"].to_numpy()[-1] for r in (alone, better)]
        assert np.all(formal[1] <= formal[0] * (1 + 1e-9))
        assert np.all(worst(better) < worst(alone))
    shares = with_links.shares
    assert sum(shares.values()) == pytest.approx(1.0)
    assert 0.0 < shares["ground"] < 1.0
    assert np.all(with_links.data["information"].to_numpy() > 0.0)


def test_degrees_of_freedom_of_one_epoch(setup_with):
    """At the first epoch they are what of the a-priori variance is gone: the trace of I - P P0^-1."""
    setup = setup_with(ground(), crosslinks(), considered=False, hours=1.0, step_s=3600.0)
    record, sigma = analyse(replace(setup, times_s=setup.times_s[:2])), setup.motion.spacecraft.sigma()
    first = analyse(replace(setup, sources=(OnlyFirst(ground()), OnlyFirst(crosslinks()))))
    # Axes turn within position and within velocity, whose a-priori variances are equal on all axes.
    left = np.diagonal(record.formal[0], axis1=-2, axis2=-1) / np.square(sigma * 1e3)
    assert first.information.sum() == pytest.approx(np.sum(1.0 - left), rel=1e-9)


class OnlyFirst:
    """A source that falls silent after the first epoch."""

    def __init__(self, source):
        self.source, self.label = source, source.label

    def observations(self, scene, number, times_s, states):
        made = self.source.observations(scene, number, times_s, states)
        return made[times_s[made.epoch] == scene.start_s]


def test_a_better_clock_gives_a_better_message(setup_with):
    errors = [
        run(setup_with(ground(), crosslinks(), clock=CLOCKS[name], considered=False)).sigma()[-1, :, 6].max()
        for name in ("DSAC", "RAFS", "USO")
    ]
    assert errors == sorted(errors)


def test_messages_are_older_than_the_filter(by_ground):
    setup, result = by_ground
    ages = result.data["age"].to_numpy()
    assert np.isnan(ages[0])
    assert np.isnan(ages[1])
    # Latency of 20 minutes, uploads each two hours: from 20 min to 2 h 10 min in steps of ten minutes.
    assert ages[2] == 1200.0
    assert np.nanmax(ages) == 7800.0
    there = np.isfinite(ages)
    formal = result.data["formal"].to_numpy()
    assert np.all(result.sigma()[there][..., 6] > formal[there][..., 6] * 0.999)
    known = result.signal_in_space()
    assert known.times_s[0] == setup.times_s[2]
    np.testing.assert_allclose(
        known.covariance_m2[-1, 0, 3, 3], result.data["broadcast"].to_numpy()[-1, 0, 6, 6]
    )
    assert known.rate_covariance_m2_s2.shape == known.covariance_m2.shape


def test_a_message_is_the_filter_without_later_observations(setup_with):
    """Observed at the first epoch only, the filter itself is a prediction; consider parameters included."""
    result = run(setup_with(OnlyFirst(ground()), OnlyFirst(crosslinks())))
    ages = result.data["age"].to_numpy()
    times = result.data["time"].to_numpy()
    of_first = ages == times - times[0]  # messages of the first upload
    assert of_first.sum() > 3
    filtered, broadcast = (result.data[kind].to_numpy()[of_first] for kind in ("filtered", "broadcast"))
    size = np.sqrt(np.diagonal(filtered, axis1=-2, axis2=-1))
    scale = size[..., :, None] * size[..., None, :]
    np.testing.assert_allclose(broadcast / scale, filtered / scale, atol=1e-7)


def test_smoothing_lowers_the_error(by_ground):
    _, result = by_ground
    smooth, plain = (result.position_error_m(kind) for kind in ("smoothed", "filtered"))
    np.testing.assert_allclose(smooth[-1], plain[-1], rtol=1e-6)
    # The formal part never grows; with consider parameters a smoother may do a little worse at single epochs.
    assert smooth[:18].mean() < plain[:18].mean()


def test_range_error_of_the_worst_user(by_ground):
    _, result = by_ground
    worst_user = result.range_error_m()
    there = np.isfinite(result.data["age"].to_numpy())
    assert np.all(worst_user[there] <= np.sqrt(2.0) * result.position_error_m()[there])
    assert np.all(
        worst_user[there] > 0.9 * 3.0 * np.abs(result.sigma()[there][..., 0] - result.sigma()[there][..., 6])
    )


def test_nothing_observed_is_said(setup_with):
    with pytest.raises(InputError, match="nothing is observed"):
        analyse(setup_with(crosslinks(range_max_km=1.0)))


def test_two_way_ranges_tell_nothing_of_clocks(setup_with):
    """With an a-priori value it is named as not determined; without one it is infinite, and no message is made."""
    result = run(setup_with(ground(one_way_km=None)))
    assert {state for _, state in result.undetermined} == {"clock", "clock rate"}
    open_clock = Apriori(0.01, 2e-6, np.inf, np.inf)
    result = run(setup_with(ground(one_way_km=None), apriori=open_clock))
    assert np.isinf(result.sigma("filtered")[..., 6]).all()
    assert np.isfinite(result.sigma("filtered")[..., 0]).all()
    with pytest.raises(InputError, match="nothing is known of the clock of sat-1"):
        result.signal_in_space()
    answer = result.summary()
    assert answer["position_3sigma_m"] == {"mean": None, "p95": None, "max": None}
    assert answer["broadcast_sigma"]["clock_m"] is None
    assert answer["broadcast_sigma"]["radial_m"] > 0.0


def test_unknown_orbits_become_known(setup_with):
    """Nothing known at the start: infinite at first, in the end as with a wide a-priori value."""
    nothing = run(setup_with(ground(), apriori=Apriori(np.inf, np.inf, np.inf, np.inf), considered=False))
    sigma = nothing.sigma("filtered")
    assert np.isinf(sigma[0]).any()
    assert np.isfinite(sigma[-1]).all()
    wide = run(setup_with(ground(), apriori=Apriori(1e5, 1e2, 1.0, 1e-3), considered=False))
    np.testing.assert_allclose(sigma[-1], wide.sigma("filtered")[-1], rtol=1e-3)


def test_kept_on_disk(by_ground, tmp_path):
    _, result = by_ground
    result.save(tmp_path / "od.nc")
    again = OrbitDeterminationResult.load(tmp_path / "od.nc")
    assert again.summary() == result.summary()
    assert np.array_equal(again.signal_in_space().covariance_m2, result.signal_in_space().covariance_m2)
