"""qqnet orbits: every format it writes, what it says without a file, and what it refuses."""

import errno
import json
import re
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

WRITTEN = {
    "relay.oem": b"CCSDS_OEM_VERS",
    "relay.oem.gz": b"\x1f\x8b",
    "relay.xml": b"<?xml",
    "relay.bsp": b"DAF/SPK ",
    "relay.csv": b"node,center,utc,tdb_s,x_km",
    "relay.parquet": b"PAR1",
    "relay.e": b"stk.v.",
    "relay.czml": b'[{"id":"document"',
    "relay.opm": b"CCSDS_OPM_VERS",
}
READ = [name for name in WRITTEN if name not in ("relay.czml", "relay.opm")]


@pytest.fixture(scope="module")
def made(shells):
    """A folder with the relay of a small shipped scenario in every format."""
    shell = shells("formats")
    for name in WRITTEN:
        shell("orbits", "lunar-relay", "--node", "relay", "-o", name, "--step", "2 min")
    return shell


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_is_written_by_its_ending(made, name):
    assert (made.folder / name).read_bytes().startswith(WRITTEN[name])


def test_names_for_spice_stand_beside_the_kernel(made):
    text = (made.folder / "relay.tf").read_text()
    assert text.startswith("KPL/FK")
    assert "NAIF_BODY_NAME += ( 'relay' )" in text
    assert "NAIF_BODY_CODE += ( -1000010 )" in text


@pytest.mark.parametrize("name", READ)
def test_what_is_written_is_read_as_the_motion_of_a_node(made, name):
    again = made.folder / "again.yaml"
    again.write_text(
        "version: 1\nextends: lunar-relay\nname: again\n"
        "time: {start: 2030-01-01T08:30:00Z, duration: 20 h, step: 10 min}\n"
        f"nodes:\n  - {{name: relay, kind: ephemeris, ipn: 10, network: moon, file: {name},\n"
        "     terminals: [s-relay, laser-crosslink, ka-downlink], services: [relay]}\n"
    )
    imported = made.json("orbits", "again.yaml", "--node", "relay")["nodes"][0]
    assert (imported["center"], imported["kind"]) == ("Moon", "ephemeris")
    # The state of 08:30, after 15 steps of 2 min.
    row = (made.folder / "relay.csv").read_text().splitlines()[16].split(",")
    assert row[2] == "2030-01-01T08:30:00.000Z"
    np.testing.assert_allclose(imported["position_km"], np.array(row[4:7], dtype=float), rtol=0, atol=1e-6)
    np.testing.assert_allclose(imported["velocity_km_s"], np.array(row[7:], dtype=float), rtol=0, atol=1e-7)


def test_the_summary_has_the_documented_keys(made):
    answer = made.json("orbits", "lunar-relay")
    assert set(answer) == {"epoch", "nodes"}
    relay = next(node for node in answer["nodes"] if node["node"] == "relay")
    assert set(relay) == {
        "node", "kind", "center", "dynamics", "position_km", "velocity_km_s", "distance_km", "speed_km_s",
        "elements",
    }  # fmt: skip
    assert set(relay["elements"]) == {
        "frame", "a_km", "e", "i_deg", "raan_deg", "argp_deg", "true_anomaly_deg", "period_s",
        "periapsis_altitude_km", "apoapsis_altitude_km",
    }  # fmt: skip
    assert relay["elements"]["periapsis_altitude_km"] == pytest.approx(200.0, abs=1e-3)
    assert relay["elements"]["apoapsis_altitude_km"] == pytest.approx(16000.0, abs=1e-3)
    rover = next(node for node in answer["nodes"] if node["node"] == "rover")
    assert (rover["kind"], rover["elements"]) == ("site", None)


def test_the_spoken_summary_has_a_line_a_node(made):
    spoken = made("orbits", "lunar-relay").stdout
    assert "200.0 x 16000.0" in spoken
    assert all(name in spoken for name in ("relay", "rover", "ground", "lunar-sat-06"))


def test_another_centre_and_other_axes(made):
    made("orbits", "lunar-relay", "--node", "relay", "-o", "earth.csv", "--center", "Earth", "--step", "1 h")
    made("orbits", "lunar-relay", "--node", "relay", "-o", "earth.bsp", "--center", "Earth", "--step", "1 h")
    made("orbits", "lunar-relay", "--node", "rover", "-o", "me.csv", "--frame", "MOON_ME", "--step", "1 h")
    rows = [line.split(",") for line in (made.folder / "earth.csv").read_text().splitlines()]
    assert rows[1][1] == "Earth"
    distance = np.linalg.norm(np.array(rows[1][4:7], dtype=float))
    assert 350_000 < distance < 420_000
    rows = [line.split(",") for line in (made.folder / "me.csv").read_text().splitlines()]
    assert rows[0][2] == "frame"
    places = np.array([row[5:] for row in rows[1:]], dtype=float)
    np.testing.assert_allclose(
        places[:, :3], places[[0] * len(places), :3], rtol=0, atol=1e-5
    )  # on the surface
    np.testing.assert_allclose(places[:, 3:], 0.0, rtol=0, atol=1e-9)
    again = made.json("orbits", "lunar-relay", "--node", "relay", "-o", "x.txt", "--format", "csv")
    assert again["nodes"][0]["node"] == "relay"
    assert (made.folder / "x.txt").read_bytes().startswith(WRITTEN["relay.csv"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "a.doc"], "a.doc: the ending must be one of .oem, .xml, .bsp, .csv"),
        (["-o", "a.csv", "--format", "word"], "unknown format 'word'; known: oem, oem-xml, spk"),
        (["-o", "a.csv", "--node", "rely"], "--node: unknown node 'rely'"),
        (["-o", "a.e"], "STK ephemeris holds one node and 10 are asked for; name one by --node"),
        (["-o", "none/a.csv"], "cannot write none/a.csv: there is no folder none"),
        (["-o", "."], "the ending must be one of"),
        (
            ["-o", "a.oem", "--frame", "MOON_ME"],
            "--frame: CCSDS OEM, keyword-value notation is written in ICRF",
        ),
        (["-o", "a.csv", "--frame", "GALACTIC"], "--frame: 'GALACTIC' is not read; known: ICRF"),
        (["-o", "a.csv", "--frame", "ITRF", "--node", "relay"], "'ITRF' belongs to the Earth"),
        (["-o", "a.csv", "--center", "moon"], "--center: unknown 'moon' (did you mean 'Moon'?)"),
        (["-o", "a.e", "--node", "relay", "--center", "EMB"], "STK has no central body 'EMB'"),
        (["-o", "a.czml", "--center", "Moon"], "positions in a CZML scene are relative to the Earth"),
        (["-o", "a.csv", "--step", "0 s"], "step"),
        (["--frame", "ICRF", "--format", "csv"], "name it by --output"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(qqnet, options, message):
    done = qqnet("orbits", "lunar-relay", *options, code=2)
    assert message in " ".join(done.stderr.split())
    assert not list(qqnet.folder.iterdir())


EARTH = """\
version: 1
name: earth
time: {start: 2031-01-01T00:00:00Z, duration: 1 day, step: 5 min}
nodes:
"""
SATELLITE = (
    "  - {name: %s, ipn: %d, kind: spacecraft, orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, "
    "a: %s, e: 0.001, i: 55 deg, raan: 10 deg, argp: 20 deg, mean_anomaly: 30 deg}}\n"
)


@pytest.mark.parametrize("name", ["a.tle", "a.omm", "a.omm.xml"])
def test_mean_elements_of_satellites_of_the_earth(qqnet, name):
    scenario = EARTH + SATELLITE % ("one", 1, "27906 km") + SATELLITE % ("two", 2, "27000 km")
    (qqnet.folder / "earth.yaml").write_text(scenario)
    said = " ".join(qqnet("orbits", "earth.yaml", "-o", name).stderr.split())
    assert "2 nodes, 2 sets" in said
    figures = re.search(
        r"SGP4 follows (one|two) to ([0-9.]+) km rms, ([0-9.]+) km at most, over 1 days", said
    )
    _, rms, largest = figures.groups()
    assert 0.0 < float(rms) < float(largest) < 10.0
    again = EARTH + f"  - {{name: two, ipn: 2, kind: ephemeris, file: {name}, object: two}}\n"
    (qqnet.folder / "again.yaml").write_text(again)
    state = qqnet.json("orbits", "again.yaml")["nodes"][0]
    wanted = qqnet.json("orbits", "earth.yaml", "--node", "two")["nodes"][0]
    off = np.linalg.norm(np.subtract(state["position_km"], wanted["position_km"]))
    assert 0.0 < off <= 1.01 * float(largest)


@pytest.mark.parametrize("name", ["a.tle", "a.omm"])
def test_what_has_no_mean_elements_leaves_nothing(qqnet, name):
    moon = qqnet("orbits", "lunar-relay", "--node", "relay", "-o", name, code=2)
    assert "relay: moves about the Moon; mean elements of SGP4 are for satellites of the Earth" in " ".join(
        moon.stderr.split()
    )
    site = qqnet("orbits", "lunar-relay", "--node", "ground", "-o", name, code=2)
    assert "below the Earth's surface" in " ".join(site.stderr.split())
    axes = qqnet("orbits", "lunar-relay", "--node", "relay", "-o", name, "--frame", "EME2000", code=2)
    assert "is written in TEME, not in EME2000" in " ".join(axes.stderr.split())
    center = qqnet("orbits", "lunar-relay", "--node", "relay", "-o", name, "--center", "Moon", code=2)
    assert "mean elements of SGP4 are for satellites of the Earth, not of Moon" in " ".join(
        center.stderr.split()
    )
    assert not list(qqnet.folder.iterdir())


def test_an_old_file_stays_where_the_new_one_fails(qqnet):
    (qqnet.folder / "a.csv").write_text("old")
    qqnet("orbits", "lunar-relay", "--node", "relay", "-o", "a.csv", "--frame", "ITRF", code=2)
    assert (qqnet.folder / "a.csv").read_text() == "old"
    assert [path.name for path in qqnet.folder.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("name", ["a.csv", "a.oem", "a.bsp", "a.czml"])
def test_a_folder_that_may_not_be_written(qqnet, monkeypatch, name):
    def refused(**_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    done = qqnet("orbits", "lunar-relay", "--step", "1 h", "-o", name, code=2)
    assert f"cannot write {name}: Permission denied" in done.stderr
    assert not list(qqnet.folder.iterdir())


def test_interrupted_while_it_writes_nothing_half_written_is_left(tmp_path):
    command = [sys.executable, "-m", "qqnet", "orbits", "lunar-relay", "-o", "a.oem", "--step", "1 s"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 120.0
        while not list(tmp_path.glob(".a.oem.*")):  # it has begun to write
            assert running.poll() is None, running.stderr.read()
            assert time.monotonic() < until
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert "nothing half-written is left" in said
    assert not list(tmp_path.iterdir())


def test_a_scene_holds_all_nodes_and_the_moon(qqnet):
    qqnet("orbits", "lunar-relay", "-o", "a.czml", "--step", "10 min")
    packets = json.loads((qqnet.folder / "a.czml").read_text())
    assert [p["id"] for p in packets][:2] == ["document", "body/Moon"]
    assert len(packets) == 12
