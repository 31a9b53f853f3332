"""Reception over a span, and its result on disk."""

import json

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss import analysis
from qqnet.gnss.analysis import analyse
from qqnet.gnss.measurements import observe
from qqnet.gnss.of_scenario import epochs, receivers, surfaces, transmitters
from qqnet.gnss.result import GnssResult


@pytest.fixture(scope="module")
def asked(listeners, paths, ephemeris):
    carried = receivers(listeners)
    places = surfaces(listeners, list(carried), ephemeris, {})
    return transmitters(listeners, paths), carried, epochs(listeners), places


@pytest.fixture(scope="module")
def result(paths, asked):
    satellites, carried, t, places = asked
    return analyse(paths, satellites, carried, t, surfaces=places)


def test_counts_are_those_of_the_receiver(result, paths, asked):
    satellites, carried, t, places = asked
    _, heard, clear = observe(paths, "base", carried["base"], satellites, t, surface=places["base"])
    one = result.data.sel(node="base")
    for k, name in enumerate(satellites.systems):
        own = satellites.system_index == k
        assert np.array_equal(one["usable"].sel(system=name), heard.usable[:, own].sum(axis=1))
        assert np.array_equal(one["clear"].sel(system=name), clear[:, own].sum(axis=1))
    share = (heard.usable.sum(axis=1) >= 4).mean()
    assert result.fraction_at_least("base", 4) == pytest.approx(share)
    assert result.fraction_at_least("base", 4, ["GPS"]) <= share


def test_chunks_do_not_show(result, paths, asked, monkeypatch):
    satellites, carried, t, places = asked
    monkeypatch.setattr(analysis, "CHUNK", 7)
    told: list[float] = []
    again = analyse(paths, satellites, carried, t, surfaces=places, advance=told.append)
    assert result.data.equals(again.data)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_no_fix_is_infinite_and_told_as_none(result):
    orbiter = result.data.sel(node="orbiter")
    few = orbiter["usable"].sum("system") < 4
    assert few.any()
    assert np.isposinf(orbiter["position_error"].to_numpy()[few]).all()
    told = next(one for one in result.summary()["nodes"] if one["node"] == "orbiter")
    assert told["fix_fraction"] < 0.95
    assert told["pdop"]["p95"] is None
    assert told["error_m"]["position"]["mean"] > 100.0


def test_the_histogram_holds_what_is_clear(result):
    for node in result.nodes:
        one = result.data.sel(node=node)
        assert (one["histogram"].sum("c_n0") <= one["clear"].sum("time")).all()
        threshold = float(one["threshold_db_hz"])
        loud = one["histogram"].where(one["c_n0"] > threshold, 0).sum()
        # C/N0 is that of the band with the better range; both bands together decide who is usable.
        assert int(loud) == int(one["usable"].sum())


def test_a_geosynchronous_receiver_sees_far_better(result):
    told = {one["node"]: one for one in result.summary()["nodes"]}
    assert told["geo"]["fix_fraction"] == 1.0
    assert told["geo"]["error_m"]["position"]["p95"] < 30.0
    assert told["geo"]["pdop"]["p50"] < told["base"]["pdop"]["p50"] / 20.0
    # From the Moon all satellites are within some degrees: the error lies along the line to the Earth.
    error = told["base"]["error_m"]
    assert error["radial"]["p50"] > 10.0 * error["lateral"]["p50"]


def test_saved_and_loaded(result, tmp_path):
    result.save(tmp_path / "gnss.nc")
    again = GnssResult.load(tmp_path / "gnss.nc")
    assert again.data.equals(result.data)
    assert json.dumps(again.summary(), allow_nan=False) == json.dumps(result.summary(), allow_nan=False)
    assert again.data["pdop"].attrs["units"] == "1"


def test_a_file_that_is_none(tmp_path):
    (tmp_path / "gnss.nc").write_text("hello")
    with pytest.raises(InputError, match="not a file of navigation reception"):
        GnssResult.load(tmp_path / "gnss.nc")
