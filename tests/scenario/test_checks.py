"""Faults that only a look across the scenario finds, and all faults of a file at once."""

from __future__ import annotations

import time

import pytest

from qqnet.errors import MissingDataError, ScenarioError
from qqnet.scenario.loading import from_text
from qqnet.space.bodies import BODIES

CASES = {
    "years without a grid": (
        "grids:",
        "stability: [{body: Venus}]\ngrids:",
        "stability[0].body",
        "unknown body with a grid 'Venus'; known are: Moon",
    ),
    "years twice": (
        "grids:",
        "stability: [{body: Moon}, {body: Moon}]\ngrids:",
        "stability[1].body",
        "'Moon' is looked at twice; once is right",
    ),
    "years of nobody": (
        "grids:",
        "stability: [{body: Moon, providers: [LUNAA]}]\ngrids:",
        "stability[0].providers[0]",
        "unknown node, constellation or network 'LUNAA'; did you mean 'LUNA' or 'LUNA-06'?",
    ),
    "unknown node in a flow": (
        "to: LUNA-03",
        "to: LUNA-7",
        "flows[2].to",
        "unknown node 'LUNA-7'; did you mean 'LUNA-06' or 'LUNA-05'?",
    ),
    "constellation in a flow": (
        "to: LUNA-03",
        "to: LUNA",
        "flows[2].to",
        "'LUNA' is a constellation; name one of its satellites, 'LUNA-01' to 'LUNA-06'",
    ),
    "flow to itself": (
        "from: BASE, to: BEIJING, type",
        "from: BASE, to: BASE, type",
        "flows[0].to",
        "'BASE' is also the node that sends; a flow needs two different nodes",
    ),
    "two nodes of one name": (
        "name: LOW",
        "name: ELFO",
        "nodes[2].name",
        "'ELFO' is the name of nodes[1] too; each needs a name of its own",
    ),
    "node named as a satellite": (
        "name: LOW",
        "name: LUNA-02",
        "nodes[2].name",
        "'LUNA-02' is the name of nodes[0] too; each needs a name of its own",
    ),
    "node named as a constellation": (
        "name: LOW",
        "name: LUNA",
        "nodes[2].name",
        "'LUNA' is the name of nodes[0] too; each needs a name of its own",
    ),
    "node named as a network": (
        "name: LOW",
        "name: moon",
        "nodes[2].name",
        "'moon' is the name of a network; give the node another",
    ),
    "two flows of one name": (
        "name: images",
        "name: telemetry",
        "flows[1].name",
        "'telemetry' is the name of flows[0] too; each needs a name of its own",
    ),
    "two nodes of one ipn number": (
        "ipn: 12\n",
        "ipn: 10\n",
        "nodes[3].ipn",
        "10 is what 'ELFO' has as its ipn number; each node needs one of its own",
    ),
    "ipn number of a satellite": (
        "ipn: 12\n",
        "ipn: 103\n",
        "nodes[3].ipn",
        "103 is what 'LUNA-04' has as its ipn number; each node needs one of its own",
    ),
    "ipn numbers that run out": (
        "ipn: 100\n",
        f"ipn: {2**32 - 3}\n",
        "nodes[0].ipn",
        f"{2**32 - 3} is too high for 6 satellites; node numbers end at {2**32 - 1}",
    ),
    "unknown body of an orbit": (
        "body: Moon, frame: MOON_OP",
        "body: Mon, frame: MOON_OP",
        "nodes[0].orbit.body",
        "unknown body 'Mon'; did you mean 'Moon'?",
    ),
    "unknown body of a site": (
        "body: Venus",
        "body: Jupiter",
        "nodes[6].body",
        "unknown body with a surface 'Jupiter'; known are: Earth, Moon, Mars, Venus",
    ),
    "unknown body of a grid": (
        "{type: icosphere, body: Moon",
        "{type: icosphere, body: moon",
        "grids[0].body",
        "unknown body with a surface 'moon'; did you mean 'Moon'?",
    ),
    "unknown body with options": (
        "  Earth: {occ",
        "  Erth: {occ",
        "bodies.Erth",
        "unknown body 'Erth'; did you mean 'Earth'?",
    ),
    "orbit below the surface, by a": (
        "a: 7000 km",
        "a: 1700 km",
        "nodes[0].orbit.a",
        "'1700 km' puts the periapsis at a radius of 1700.0 km, below the surface (Moon's radius is 1737.4 km); "
        "it must be above",
    ),
    "orbit below the surface, by altitude": (
        "periapsis_altitude: 90 km",
        "periapsis_altitude: -1 km",
        "nodes[2].orbit.periapsis_altitude",
        "'-1 km' puts the periapsis at a radius of 1736.4 km, below the surface (Moon's radius is 1737.4 km); "
        "it must be above",
    ),
    "orbit below the surface, by period": (
        "period: 24 h",
        "period: 7 h",
        "nodes[1].orbit.period",
        "'7 h' puts the periapsis at a radius of 1286.5 km, below the surface (Moon's radius is 1737.4 km); "
        "it must be above",
    ),
    "start outside the ephemeris": (
        '"2040-06-01T00:00:00Z"',
        "2070-06-01",
        "time.start",
        "'2070-06-01' is outside the ephemeris, which covers 2009-01-01 to 2060-12-30; "
        "'compute: {ephemeris: de440}' covers more",
    ),
    "end outside the ephemeris": (
        'start: "2040-06-01T00:00:00Z", duration: 1 d',
        "start: 2060-12-20, duration: 30 d",
        "time.duration",
        "'30 d' ends outside the ephemeris, which covers 2009-01-01 to 2060-12-30; "
        "'compute: {ephemeris: de440}' covers more",
    ),
    "elements outside the ephemeris": (
        '"2040-05-31T12:00:00Z"',
        "1999-05-31",
        "nodes[1].orbit.epoch",
        "'1999-05-31' is outside the ephemeris, which covers 2009-01-01 to 2060-12-30; "
        "'compute: {ephemeris: de440}' covers more",
    ),
    "unknown terminal": (
        "[ka-down, uhf-relay]",
        "[ka-dwn, uhf-relay]",
        "nodes[1].terminals[0]",
        "unknown terminal 'ka-dwn'; did you mean 'ka-down'?",
    ),
    "unknown peer": (
        "peers: [moon]",
        "peers: [mond]",
        "terminals.uhf-user.peers[0]",
        "unknown node, constellation or network 'mond'; did you mean 'moon'?",
    ),
    "unknown provider": (
        "providers: [LUNA, moon, ELFO]",
        "providers: [LUNA, moon, ELFE]",
        "grids[0].providers[2]",
        "unknown node, constellation or network 'ELFE'; did you mean 'ELFO'?",
    ),
    "unknown node on the ground": (
        "nodes: [KASHI, BEIJING]",
        "nodes: [KASHI, BEJING]",
        "terrestrial[0].nodes[1]",
        "unknown node 'BEJING'; did you mean 'BEIJING'?",
    ),
    "node twice on the ground": (
        "nodes: [KASHI, BEIJING]",
        "nodes: [KASHI, BEIJING, KASHI]",
        "terrestrial[0].nodes[2]",
        "'KASHI' is named twice in this network; once is right",
    ),
    "flow after the end": (
        "start: 1 h, stop: 20 h",
        "start: 30 h",
        "flows[1].start",
        "'30 h' is not before the end of the scenario, 86400 s after its start",
    ),
    "too many nodes": (
        "satellites: 6, planes: 3",
        "satellites: 9999, planes: 3}\n    orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, "
        "i: 56 deg}\n  - {name: A, kind: constellation, ipn: 20000, pattern: {type: walker-star, "
        "satellites: 9999, planes: 1}, orbit: {type: keplerian, body: Moon, frame: MOON_OP, "
        "a: 7000 km, e: 0, i: 56 deg}}\n"
        "  - name: B\n    kind: constellation\n    ipn: 200\n"
        "    pattern: {type: walker-delta, satellites: 9, planes: 3",
        "nodes",
        "makes 20,018 nodes, constellations expanded; at most 20,000 are possible",
    ),
}


@pytest.mark.parametrize(("old", "new", "path", "message"), CASES.values(), ids=CASES)
def test_a_fault_is_told_at_its_line_and_path(small, faults_of, old, new, path, message):
    assert old in small
    before, after = small.split(old, 1)
    found = [fault for fault in faults_of(before + new + after) if fault.path == path]
    assert [fault.message for fault in found] == [message]
    line = small[: small.index("nodes:\n")].count("\n") + 1 if path == "nodes" else before.count("\n") + 1
    assert found[0].line == line


def test_a_missing_file_is_told_with_the_folder(small, tmp_path):
    text = small.replace(
        "kind: spacecraft\n    ipn: 12\n    terminals: [laser]\n"
        "    orbit: {type: libration-point, system: Earth-Moon, point: L1}",
        "kind: ephemeris\n    ipn: 12\n    file: {}",
    )
    (tmp_path / "there.oem").write_text("CCSDS_OEM_VERS = 2.0\n", encoding="utf-8")
    scenario = from_text(text.replace("{}", "there.oem", 1), directory=tmp_path)
    assert scenario.directory == tmp_path
    for name, reason in (("gone.oem", "No such file or directory"), (".", "not a file"), ('"a\\0b"', "null")):
        with pytest.raises(ScenarioError) as caught:
            from_text(text.replace("file: {}", f"file: {name}"), directory=tmp_path)
        (fault,) = caught.value.faults
        assert fault.path == "nodes[3].file"
        assert reason in fault.message
        assert f"file names are relative to {tmp_path}" in fault.message


def test_a_file_that_holds_no_ephemeris_is_told_when_the_scenario_is_read(small, tmp_path):
    text = small.replace(
        "kind: spacecraft\n    ipn: 12\n    terminals: [laser]\n"
        "    orbit: {type: libration-point, system: Earth-Moon, point: L1}",
        "kind: ephemeris\n    ipn: 12\n    file: x.dat",
    )
    for content, reason in (
        ("hello", "not an ephemeris that is read"),
        ("CCSDS_OPM_VERS = 2.0", "an OPM holds"),
    ):
        (tmp_path / "x.dat").write_text(content, encoding="utf-8")
        with pytest.raises(ScenarioError, match=rf"nodes\[3\]\.file: .*x\.dat: {reason}"):
            from_text(text, directory=tmp_path)


def test_the_full_ephemeris_reaches_further_or_is_asked_for(small, faults_of):
    from qqnet.space.ephemeris import Ephemeris

    text = small.replace("ephemeris: packaged", "ephemeris: de440").replace("2040-0", "2070-0")
    try:
        Ephemeris.de440()
    except MissingDataError:
        (fault,) = faults_of(text)
        assert fault.path == "compute.ephemeris"
        assert "qqnet[data]" in fault.message
    else:
        assert from_text(text).compute.ephemeris == "de440"


TEN = """\
version: 1
name: ten
time: {start: 2070-01-01, duration: 1 d}
terminals:
  radio:
    kind: rf
    roles: [relay, usr]
    antenna: {gain: 3 dB}
    receive: {lowest: 400 MHz, highest: 500 MHz, noise_temperature: 300}
nodes:
  - name: A
    kind: spacecraft
    ipn: 1
    terminals: [radoi]
    orbit: {type: keplerian, body: Moon, frame: ICRF, a: 1000 km, e: 0, i: 90 deg}
  - name: B
    kind: spacecraft
    ipn: 1
    orbit: {type: keplerian, body: Moon, frame: ICRF, a: 9000 s, e: 0, i: 90 deg}
  - name: A
    kind: site
    ipn: 3
    body: Moon
    latitude: 100 deg
    longitude: 0 deg
flows:
  - {name: f, from: A, to: C, rate: 1 kbit/s, deadlin: 1 h}
"""


def test_a_file_with_ten_faults_tells_all_ten_in_order(faults_of):
    """Faults of structure and of reference together, also several in one item."""
    found = [(fault.line, fault.path, fault.message) for fault in faults_of(TEN)]
    assert found == sorted(found, key=lambda one: one[0])
    told = {(line, path): message for line, path, message in found}
    assert told == {
        (3, "time.start"): "'2070-01-01' is outside the ephemeris, which covers 2009-01-01 to 2060-12-30; "
        "'compute: {ephemeris: de440}' covers more",
        (
            7,
            "terminals.radio.roles[1]",
        ): "'usr' must be one of 'trunk', 'crosslink', 'relay', 'user', 'downlink', "
        "'ground', 'broadcast'; did you mean 'user'?",
        (
            9,
            "terminals.radio.receive.noise_temperature",
        ): "300 has no unit; a temperature is needed, such as '150 K'",
        (14, "nodes[0].terminals[0]"): "unknown terminal 'radoi'; did you mean 'radio'?",
        (15, "nodes[0].orbit.a"): "'1000 km' puts the periapsis at a radius of 1000.0 km, below the surface "
        "(Moon's radius is 1737.4 km); it must be above",
        (18, "nodes[1].ipn"): "1 is what 'A' has as its ipn number; each node needs one of its own",
        (19, "nodes[1].orbit.a"): "'9000 s' is a duration; a length is needed, such as '9000 km'",
        (20, "nodes[2].name"): "'A' is the name of nodes[0] too; each needs a name of its own",
        (24, "nodes[2].latitude"): "'100 deg' must be from -90 deg to 90 deg",
        (27, "flows[0].to"): "unknown node 'C'; known are: A, B",
        (27, "flows[0].deadlin"): "unknown key 'deadlin'; did you mean 'deadline'?",
        (27, "flows[0].deadline"): "is missing (lifetime: useful only if it arrives within this time); "
        "a duration is needed, such as '12 h'",
    }


def test_keys_given_twice_do_not_hide_other_faults(small, faults_of):
    text = small.replace("seed: 7", "seed: 7\nseed: 8").replace("a: 7000 km", "a: 7000")
    assert [fault.path for fault in faults_of(text)] == ["seed", "nodes[0].orbit.a"]


def test_one_fault_is_told_once(small, faults_of):
    """A faulty section raises no doubts about the names that it would have defined."""
    (fault,) = faults_of(small.replace("planes: 3", "planes: 4"))
    assert fault.path == "nodes[0].pattern.planes"  # LUNA-03, in a flow, may exist
    (fault,) = faults_of(small.replace("kind: constellation", "kind: konstellation"))
    assert fault.path == "nodes[0].kind"
    text = small[: small.index("nodes:\n")] + "nodes: 5\n" + small[small.index("terrestrial:") :]
    (fault,) = faults_of(text)
    assert fault.path == "nodes"
    text = small[: small.index("terminals:\n")] + "terminals: 5\n" + small[small.index("nodes:\n") :]
    (fault,) = faults_of(text)
    assert fault.path == "terminals"


@pytest.mark.parametrize("name", sorted(BODIES))
def test_the_surface_is_the_limit_at_every_body(small, faults_of, name):
    radius = BODIES[name].mean_radius_km
    old = "body: Moon, frame: MOON_OP, a: 7000 km"
    assert from_text(small.replace(old, f"body: {name}, frame: ICRF, a: {radius * 1.0001!r} km"))
    (fault,) = faults_of(small.replace(old, f"body: {name}, frame: ICRF, a: {radius * 0.9999!r} km"))
    assert "below the surface" in fault.message


def test_many_unknown_names_in_a_large_network_are_told_in_seconds(faults_of):
    lines = ["version: 1", "name: large", "time: {start: 2040-01-01, duration: 1 d}", "nodes:"]
    for n in range(3000):
        point = "orbit: {type: libration-point, system: Earth-Moon, point: L1}"
        lines.append(f"  - {{name: N{n:05d}, kind: spacecraft, ipn: {n + 1}, {point}}}")
    lines.append("flows:")
    flow = "  - {{name: f{0}, from: N{0:05d}, to: N{0:05d}x, rate: 1 bit/s, deadline: 1 h}}"
    lines.extend(flow.format(n) for n in range(2000))
    start = time.perf_counter()
    faults = faults_of("\n".join(lines))
    assert len(faults) == 1001
    assert "did you mean 'N00000'" in faults[0].message
    assert time.perf_counter() - start < 20.0
