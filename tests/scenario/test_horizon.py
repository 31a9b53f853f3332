"""Horizons as users write them: lists, files, and what is wrong with them."""

import numpy as np
import pytest

from qqnet.errors import InputError, ScenarioError
from qqnet.scenario.horizon import HorizonFile, horizon_points, read_horizon
from qqnet.scenario.loading import from_text, load

NET = """
version: 1
name: net
time: {start: 2030-03-01T00:00:00Z, duration: 12 h}
nodes:
  - name: base
    kind: site
    ipn: 1
    body: Moon
    latitude: -89 deg
    longitude: 0 deg
    horizon: HORIZON
"""
POINTS = (
    "[{azimuth: 0 deg, elevation: 3 deg}, {azimuth: 90 deg, elevation: -1 deg}, "
    "{azimuth: 6 rad, elevation: 0.1 rad}]"
)


def read(horizon, directory, extra=""):
    return from_text(NET.replace("HORIZON", horizon) + extra, "net.yaml", directory)


def test_a_list_is_read_and_written(tmp_path):
    scenario = read(POINTS, tmp_path)
    points = horizon_points(scenario.nodes[0].horizon, tmp_path)
    np.testing.assert_allclose(points, [(0.0, np.radians(3)), (np.pi / 2, np.radians(-1)), (6.0, 0.1)])
    assert from_text(scenario.to_yaml()) == scenario


def test_a_file_is_read(tmp_path):
    (tmp_path / "sky.csv").write_text(
        "# survey of 2029\nname, elevation_deg ,azimuth_deg\na,3.5,0\n\n b,-1e-1,90\n#c,1,100\nd, 7, 359.9\n"
    )
    scenario = read("{file: sky.csv}", tmp_path)
    assert isinstance(scenario.nodes[0].horizon, HorizonFile)
    points = np.degrees(horizon_points(scenario.nodes[0].horizon, tmp_path))
    np.testing.assert_allclose(points, [(0.0, 3.5), (90.0, -0.1), (359.9, 7.0)])


def test_a_file_is_found_from_wherever_the_scenario_is_written_or_extended(tmp_path):
    (tmp_path / "sky.csv").write_text("azimuth_deg,elevation_deg\n0,1\n180,2\n")
    (tmp_path / "net.yaml").write_text(NET.replace("HORIZON", "{file: sky.csv}"))
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "more.yaml").write_text("extends: ../net.yaml\nname: more\n")
    loaded = load(tmp_path / "below" / "more.yaml")
    assert horizon_points(loaded.nodes[0].horizon, loaded.directory)[1][1] == pytest.approx(np.radians(2))
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    (copy / "net.yaml").write_text(load(tmp_path / "net.yaml").to_yaml(copy))
    again = load(copy / "net.yaml")
    assert horizon_points(again.nodes[0].horizon, again.directory)[0][1] == pytest.approx(np.radians(1))


@pytest.mark.parametrize(
    ("horizon", "path", "message"),
    [
        ("[]", "nodes[0].horizon", "has 0 points; at least 2 are needed"),
        ("[{azimuth: 0 deg, elevation: 3 deg}]", "nodes[0].horizon", "has 1 point; at least 2 are needed"),
        (
            "[{azimuth: 50 deg, elevation: 3 deg}, {azimuth: 20 deg, elevation: 3 deg}]",
            "nodes[0].horizon",
            "has azimuth 20 deg (point 2) after 50 deg; azimuths must ascend",
        ),
        (
            "[{azimuth: 0 deg, elevation: 3 deg}, {azimuth: 360 deg, elevation: 3 deg}]",
            "nodes[0].horizon[1].azimuth",
            "'360 deg' must be from 0 deg to below 360 deg",
        ),
        (
            "[{azimuth: 0 deg, elevation: 90 deg}, {azimuth: 10 deg, elevation: 3 deg}]",
            "nodes[0].horizon[0].elevation",
            "'90 deg' must be above -90 deg and below 90 deg",
        ),
        ("[{azimuth: 0 deg, elevation: 3}]", "nodes[0].horizon[0].elevation", "3 has no unit"),
        ("[{azimuth: 0 deg}]", "nodes[0].horizon[0].elevation", "is missing (of the horizon there)"),
        ("5 deg", "nodes[0].horizon", "'5 deg' must be a list"),
        ("{folder: a}", "nodes[0].horizon.file", "is missing (relative to the scenario file)"),
        ("{file: none.csv}", "nodes[0].horizon.file", "'none.csv' cannot be read (No such file"),
    ],
)
def test_faults_name_their_place(tmp_path, horizon, path, message):
    with pytest.raises(ScenarioError) as caught:
        read(horizon, tmp_path)
    faults = {fault.path: fault.message for fault in caught.value.faults}
    assert message in faults[path]


def test_a_balloon_has_no_horizon(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read(POINTS, tmp_path, "    drift: 1 deg/d\n")
    (fault,) = caught.value.faults
    assert (fault.path, fault.message[:26]) == ("nodes[0].horizon", "is that of one place, and ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first line must name the columns azimuth_deg and elevation_deg; it is ''"),
        ("azimuth,elevation\n0,1\n", "it is 'azimuth,elevation'"),
        ("azimuth_deg,elevation_deg\n0,1\n", "has 1 point; at least 2 are needed"),
        ("azimuth_deg,elevation_deg\n0,1\n# no\n10,x\n", "line 4: elevation_deg is 'x'; a number of degrees"),
        ("azimuth_deg,elevation_deg\n0,1\n10\n", "line 3: elevation_deg is ''; a number of degrees"),
        ("azimuth_deg,elevation_deg\n0,1\n10,91\n", "line 3: elevation_deg 91 must be above -90 deg"),
        ("azimuth_deg,elevation_deg\n0,1\n360,1\n", "line 3: azimuth_deg 360 must be from 0 deg"),
        ("azimuth_deg,elevation_deg\n0,nan\n10,1\n", "line 2: elevation_deg nan"),
        ("azimuth_deg,elevation_deg\n9,1\n3,1\n", "has azimuth 3 deg (point 2) after 9 deg"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_faults_of_a_file_name_its_line(tmp_path, text, message):
    path = tmp_path / "sky.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_horizon(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
