"""Scenes, checked after Cesium's CZML guide by code that knows nothing of the library that writes them."""

import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from qqnet.ephemerides.czml import write_czml
from qqnet.ephemerides.epochs import parse_epochs
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state

START = parse_epochs(["2030-01-01T08:00:00"], "UTC")[0]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
GM = {"Earth": 398600.43550702266, "Moon": 4902.800118457549, "Mars": 42828.375815756102}
SIZE = {"Earth": 12000.0, "Moon": 6541.4, "Mars": 20428.0}


def segment(name, center, count=50, step=120.0, start=START):
    t = start + step * np.arange(count)
    position, velocity = state(Elements(SIZE[center], 0.3, 1.0, 0.3, 1.5, 2.0), GM[center], t - START)
    position, velocity = position.reshape(-1, 3), velocity.reshape(-1, 3)
    return Segment(name, name, center, t, position, velocity, (float(t[0]), float(t[-1])))


@pytest.fixture
def segments():
    return [
        segment("geo", "Earth"),
        segment("relay", "Moon"),
        segment("sat-2", "Moon"),
        segment("areo", "Mars"),
    ]


@pytest.fixture
def packets(tmp_path, segments):
    write_czml(tmp_path / "a.czml", segments, name="the scene")
    return json.loads((tmp_path / "a.czml").read_text(encoding="utf-8"))


def moment(stamp):
    assert STAMP.fullmatch(stamp), stamp
    return datetime.fromisoformat(stamp).astimezone(UTC)


def interval(text):
    start, stop = (moment(part) for part in text.split("/"))
    assert start < stop
    return start, stop


def test_the_first_packet_is_the_document_with_the_clock(packets, segments):
    head = packets[0]
    assert (head["id"], head["version"], head["name"]) == ("document", "1.0", "the scene")
    assert set(head) == {"id", "version", "name", "clock"}
    clock = head["clock"]
    start, stop = interval(clock["interval"])
    assert start <= moment(clock["currentTime"]) <= stop
    assert abs((stop - start).total_seconds() - 49 * 120.0) < 1e-3
    assert clock["range"] in ("UNBOUNDED", "CLAMPED", "LOOP_STOP")
    assert clock["step"] in ("SYSTEM_CLOCK", "SYSTEM_CLOCK_MULTIPLIER", "TICK_DEPENDENT")
    assert clock["multiplier"] > 0


def test_a_packet_for_each_node_and_for_each_body_that_nodes_move_about(packets):
    ids = [packet["id"] for packet in packets]
    assert len(set(ids)) == len(ids)
    assert ids[1:] == ["body/Moon", "body/Mars", "geo", "relay", "sat-2", "areo"]
    radii = {p["name"]: p["ellipsoid"]["radii"]["cartesian"] for p in packets if "ellipsoid" in p}
    assert radii == {"Moon": [1737400.0] * 3, "Mars": [3396190.0, 3396190.0, 3376200.0]}


def test_every_position_is_sampled_in_metres_within_its_availability(packets):
    for packet in packets[1:]:
        position = packet["position"]
        assert position["referenceFrame"] == "INERTIAL"
        assert position["interpolationAlgorithm"] in ("LINEAR", "LAGRANGE", "HERMITE")
        rows = np.array(position["cartesian"]).reshape(-1, 4)
        assert np.all(np.diff(rows[:, 0]) > 0)
        assert 1 <= position["interpolationDegree"] < len(rows)
        epoch = moment(position["epoch"])
        start, stop = interval(packet["availability"])
        tick = timedelta(microseconds=2)
        assert epoch + timedelta(seconds=rows[0, 0]) <= start + tick
        assert epoch + timedelta(seconds=rows[-1, 0]) >= stop - tick
        assert packet["label"]["text"] == packet["name"]


def test_positions_are_those_of_the_nodes_relative_to_the_earth(packets, segments, ephemeris):
    for packet, one in zip(packets[3:], segments, strict=True):
        rows = np.array(packet["position"]["cartesian"]).reshape(-1, 4)
        where = one.position_km + ephemeris.position(one.center, "Earth", one.t)
        np.testing.assert_allclose(rows[:, 1:] / 1e3, where, rtol=0, atol=1e-6)
        np.testing.assert_allclose(rows[:, 0], one.t - START, rtol=0, atol=2e-6)


def test_paths_and_points_have_colours_and_times(packets):
    for packet in packets[3:]:
        for rgba in (
            packet["point"]["color"]["rgba"],
            packet["path"]["material"]["solidColor"]["color"]["rgba"],
        ):
            assert len(rgba) == 4
            assert all(0 <= value <= 255 for value in rgba)
        assert packet["path"]["trailTime"] > 0
        assert packet["path"]["resolution"] == pytest.approx(120.0)


def test_a_node_that_begins_later_is_there_only_then(tmp_path):
    late = segment("late", "Earth", start=START + 3600.0)
    write_czml(tmp_path / "a.czml", [segment("geo", "Earth"), late])
    packets = json.loads((tmp_path / "a.czml").read_text())
    start, _ = interval(packets[2]["availability"])
    later = start - moment(packets[0]["clock"]["currentTime"])
    assert later.total_seconds() == pytest.approx(3600.0, abs=2e-6)
    assert packets[2]["position"]["cartesian"][0] == pytest.approx(3600.0, abs=2e-6)


def test_what_no_scene_can_show(tmp_path):
    with pytest.raises(InputError, match="nothing to write"):
        write_czml(tmp_path / "a.czml", [])
    with pytest.raises(InputError, match="two motions of relay"):
        write_czml(tmp_path / "a.czml", [segment("relay", "Moon")] * 2)
    assert not list(tmp_path.iterdir())
