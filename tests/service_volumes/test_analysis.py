"""The score of a volume against plain NumPy, and against cases whose answer is known."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.service_volumes.analysis import ServiceVolumeAnalysis
from qqnet.service_volumes.result import ServiceVolumeResult
from qqnet.service_volumes.shells import ShellPoints, zone_points


def plain(times, satellites, unit, radius_km, mask_rad, fold, gdop):
    """Covered or not, point by point, by the definition: elevations, then the inverse of the normal matrix."""
    covered = np.zeros((len(times), len(unit)), dtype=bool)
    for t, positions in enumerate(satellites):
        for p, up in enumerate(unit):
            sight = positions - radius_km * up
            sight /= np.linalg.norm(sight, axis=1, keepdims=True)
            seen = sight[np.arcsin(sight @ up) >= mask_rad]
            if len(seen) < fold:
                continue
            design = np.hstack([seen, np.ones((len(seen), 1))])
            normal = design.T @ design
            good = len(seen) >= 4 and np.linalg.cond(normal) < 1e12
            covered[t, p] = good and np.sqrt(np.trace(np.linalg.inv(normal))) < gdop
    return covered


def test_score_equals_the_definition(circling, analysed):
    times, satellites = circling
    result = analysed(times, satellites, required_fold=4, gdop_limit=6.0, mask=5.0)
    unit = zone_points(-np.pi / 2, np.radians(-60.0), 20)
    worst, whole = [], []
    for shell, height in enumerate((0.0, 100.0)):
        covered = plain(times, satellites, unit, 1737.4 + height, np.radians(5.0), 4, 6.0)
        days = np.stack([covered[k : k + 24].mean(axis=0) for k in range(len(times) - 23)])
        worst.append(days.min())
        whole.append(covered[:72].reshape(3, 24, -1).mean(axis=1).min())
        data = result.data.isel(shell=shell)
        assert np.array_equal(data["covered_fraction"], covered.mean(axis=0))
        assert np.array_equal(data["worst_day_fraction"], days.min(axis=0))
        assert np.array_equal(data["area_fraction"], covered.mean(axis=1))
    assert 0.0 < result.score < 1.0
    assert result.score == min(worst)
    assert result.worst_utc_day.fraction == min(whole)
    assert result.data.attrs["whole_utc_days"] == 3


def test_pieces_do_not_matter(circling, analysed):
    times, satellites = circling
    one = analysed(times, satellites, required_fold=4, gdop_limit=6.0, pieces=())
    many = analysed(times, satellites, required_fold=4, gdop_limit=6.0, pieces=(1, 2, 30, 49))
    assert one.data.identical(many.data)


def test_a_cap_under_its_satellites_is_always_covered_and_the_other_never(analysed):
    """Four satellites that hang high over the south pole: seen from all of the cap, from nothing in the north."""
    around = np.radians([0.0, 120.0, 240.0])
    high = [[20000.0 * np.cos(a), 20000.0 * np.sin(a), -20000.0] for a in around] + [[0.0, 0.0, -30000.0]]
    times = 3600.0 * np.arange(30)
    satellites = np.tile(high, (30, 1, 1))
    south = analysed(times, satellites, north=-80.0, required_fold=4, gdop_limit=10.0, mask=5.0)
    north = analysed(times, satellites, south=80.0, north=90.0, required_fold=4, mask=5.0)
    assert (south.score, south.fraction, south.linked_fraction) == (1.0, 1.0, 1.0)
    assert south.summary()["longest_outage"] is None
    assert (north.score, north.fraction) == (0.0, 0.0)
    assert north.longest_outage.duration_s == 30 * 3600.0


def test_links_alone_are_not_enough_where_the_geometry_is_bad(analysed):
    """Satellites in one direction: in view, but GDOP is beyond any limit."""
    line = [[1.0 * k, 0.0, -9000.0 - 100.0 * k] for k in range(5)]
    times, satellites = 3600.0 * np.arange(26), np.tile(line, (26, 1, 1))
    result = analysed(times, satellites, north=-85.0, required_fold=4, gdop_limit=6.0)
    assert result.linked_fraction == 1.0
    assert result.score == 0.0


def test_a_satellite_behind_the_body_is_never_seen_however_low_the_mask(analysed):
    times = 3600.0 * np.arange(26)
    behind = np.tile([[0.0, 0.0, 9000.0]], (26, 1, 1))
    result = analysed(times, behind, north=-85.0, altitudes=(0.0, 200.0), required_fold=1, mask=-80.0)
    assert result.fraction == 0.0


def test_worst_whole_day_needs_a_whole_day(analysed):
    from qqnet.space.timescales import format_utc, tdb_from_utc

    over = [[0.0, 0.0, -9000.0]]
    times = tdb_from_utc("2040-06-01T06:00:00") + 3600.0 * np.arange(60)
    satellites = np.tile(over, (60, 1, 1))
    satellites[30:36] = np.nan  # out of service from 12 to 18 h of the second of June
    result = analysed(times, satellites, north=-85.0, required_fold=1)
    day = result.worst_utc_day
    assert (day.fraction, format_utc(day.start_s, 0)) == (0.75, "2040-06-02T00:00:00Z")
    assert result.data.attrs["whole_utc_days"] == 1
    assert result.longest_outage.duration_s == 6 * 3600.0
    assert format_utc(result.longest_outage.start_s, 0) == "2040-06-02T12:00:00Z"
    short = analysed(times[:12], satellites[:12], north=-85.0, required_fold=1, pieces=())
    assert short.worst_utc_day is None
    assert short.summary()["worst_day"]["whole_span"] is True


def test_what_is_written_is_read_again(circling, analysed, tmp_path):
    times, satellites = circling
    result = analysed(times, satellites, required_fold=4, gdop_limit=6.0)
    result.save(tmp_path / "volume.nc")
    assert ServiceVolumeResult.load(tmp_path / "volume.nc").summary() == result.summary()


def test_wrong_arguments_are_refused():
    shells = ShellPoints.build("Moon", 1737.4, [[0.0, 0.0, 1.0]], [0.0], 0.0)
    with pytest.raises(InputError, match="required_fold: 0"):
        ServiceVolumeAnalysis("v", shells, step_s=60.0, required_fold=0)
    with pytest.raises(InputError, match="gdop_limit"):
        ServiceVolumeAnalysis("v", shells, step_s=60.0, gdop_limit=-1.0)
    analysis = ServiceVolumeAnalysis("v", shells, step_s=60.0)
    with pytest.raises(InputError, match="no epochs"):
        analysis.result()
    with pytest.raises(InputError, match=r"times_s\[1\]"):
        analysis.update([0.0, 61.0], np.zeros((2, 1, 3)))
