"""Orbit determination, as a user asks for it."""

import json

import pytest

SCENARIO = """
version: 1
name: tracked
time: {start: 2040-06-01T00:00:00Z, duration: 6 h, step: 10 min}
nodes:
  - {name: ground, kind: ground-station, network: earth, ipn: 1, latitude: 38 deg, longitude: -10 deg}
  - {name: south, kind: ground-station, network: earth, ipn: 2, latitude: -35 deg, longitude: 149 deg}
  - {name: pole, kind: site, network: moon, ipn: 3, body: Moon, latitude: -89 deg, longitude: 0 deg}
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {type: walker-delta, satellites: 3, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
grids:
  - {body: Moon, subdivisions: 1}
orbit_determination:
  - body: Moon
    step: 10 min
    clock: mine
    clocks: {mine: {white_fm: 1.0e-12, flicker_fm: 1.0e-14}}
    tracking:
      - {name: earth, stations: [ground, south], range: 1 m, doppler: 0.1 mm/s, one_way: 2 m, beams: 3,
         errors: {position: 3 cm, clock: 3 ns}}
      - {name: beacon, stations: [pole], one_way: 1 m, direction: to-satellite, beams: 3}
    crosslinks: {kind: dual-one-way, range: 20 cm}
"""


@pytest.fixture
def tracked(qqnet):
    (qqnet.folder / "tracked.yaml").write_text(SCENARIO)
    return qqnet


@pytest.fixture
def ask(tracked):
    """Ask the command, and return what it prints, or says when it refuses."""

    def run_od(*arguments, code=0):
        done = tracked("-q", "od", *arguments, code=code)
        return done.stderr if code else done.stdout

    return run_od


@pytest.fixture
def refused(ask):
    return lambda *arguments: ask(*arguments, code=2)


def written(tracked, *changes):
    text = SCENARIO
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tracked.folder / "changed.yaml").write_text(text)
    return "changed.yaml"


def test_errors_and_where_they_come_from(tracked, ask):
    answer = tracked.json("od", "tracked.yaml", "--leave-one-out", "-o", "od.nc")
    assert answer["satellites"] == 3
    assert answer["clock"] == "mine"
    assert [one["name"] for one in answer["sources"]] == ["earth", "beacon", "crosslinks"]
    assert sum(one["information_share"] for one in answer["sources"]) == pytest.approx(1.0)
    assert answer["without"]["crosslinks"]["position_3sigma_m"]["p95"] > answer["position_3sigma_m"]["p95"]
    assert not answer["undetermined"]
    spoken = ask("tracked.yaml", "--without", "crosslinks", "--clock", "DSAC")
    assert "clock DSAC" in spoken
    assert "crosslinks" not in spoken
    import xarray as xr

    data = xr.open_dataset(tracked.folder / "od.nc", engine="h5netcdf", decode_timedelta=False)
    assert dict(data.sizes) == {"time": 37, "satellite": 3, "state": 8, "state_of": 8, "source": 3}


def test_what_is_not_determined_is_named_and_not_given_a_number(tracked, ask):
    """Two-way ranges tell nothing of clocks."""
    name = written(
        tracked,
        (", one_way: 2 m", ""),
        ("one_way: 1 m, direction: to-satellite", "range: 1 m"),
        ("    crosslinks: {kind: dual-one-way, range: 20 cm}\n", ""),
    )
    answer = json.loads(ask(name, "--json"))
    assert {one["state"] for one in answer["undetermined"]} == {"clock", "clock rate"}
    (tracked.folder / name).write_text(
        (tracked.folder / name).read_text() + "    apriori: {unknown: [clock]}\n"
    )
    answer = json.loads(ask(name, "--json"))
    assert answer["position_3sigma_m"]["max"] is None
    assert answer["broadcast_sigma"]["clock_m"] is None
    assert answer["broadcast_sigma"]["radial_m"] > 0.0
    spoken = ask(name)
    assert "clock none" in spoken
    assert "not determined by any observation: clock of 3, clock rate of 3 satellites" in spoken


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--clock", "sundial"),
            "orbit_determination[0].clock: 'sundial' is no known clock; known: USO, RAFS",
        ),
        (("--without", "magic"), "unknown source 'magic'"),
        (("--without", "earth", "--without", "beacon", "--without", "crosslinks"), "nothing is observed"),
        (("--body", "Mars"), "no orbit determination at 'Mars'"),
        (("--duration", "0 h"), "--duration: '0 h' must be above zero"),
        (("--step", "0 s"), "must be above zero"),
    ],
)
def test_options_that_cannot_be(refused, arguments, words):
    assert words in refused("tracked.yaml", *arguments)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stations: [pole]", "stations: [pohl]", "tracking[1].stations[0]: unknown station 'pohl'"),
        ("stations: [pole]", "stations: [sat-01]", "does not stand on a body"),
        ("doppler: 0.1 mm/s", "doppler: -0.1 mm/s", "doppler: '-0.1 mm/s' must be above zero"),
        ("range: 1 m, doppler", "range: 1, doppler", "range: 1 has no unit"),
        ("white_fm: 1.0e-12", "white_fm: -1.0e-12", "white_fm: -1e-12 must be at least 0"),
        ("range: 1 m, doppler: 0.1 mm/s, one_way: 2 m, ", "", "observes nothing"),
        ("body: Moon\n    step", "body: Ceres\n    step", "orbit_determination[0].body"),
        ("name: beacon", "name: earth", "the source 'earth' twice"),
    ],
)
def test_what_is_written_wrong(tracked, refused, old, new, words):
    assert words in refused(written(tracked, (old, new)))


def test_nothing_ever_seen(tracked, refused):
    """A mask that no satellite comes above, and nothing else: a clear answer."""
    lonely = written(
        tracked,
        ("longitude: -10 deg}", "longitude: -10 deg, mask: 89.9 deg}"),
        ("stations: [ground, south]", "stations: [ground]"),
        (
            "      - {name: beacon, stations: [pole], one_way: 1 m, direction: to-satellite, beams: 3}\n"
            "    crosslinks: {kind: dual-one-way, range: 20 cm}\n",
            "",
        ),
    )
    assert "nothing is observed in the whole span" in refused(lonely)
