"""Orbit determination as a stage: from a scenario's text to a kept result, and its section of the report."""

from dataclasses import replace

import numpy as np
import pytest

import qqnet
from qqnet.errors import InputError, ScenarioError
from qqnet.orbit_determination.clocks import CLOCKS
from qqnet.report.orbit_section import orbit_blocks
from qqnet.report.page import Figures, Text
from qqnet.report.style import drawing
from qqnet.study import keys
from qqnet.study.orbit_determination import asked_of, satellites_of, setup_of, spacecraft_of
from qqnet.study.study import Study

SCENARIO = """
version: 1
name: tracked
time: {start: 2040-06-01T00:00:00Z, duration: 4 h, step: 10 min}
nodes:
  - {name: ground, kind: ground-station, network: earth, ipn: 1, latitude: 38 deg, longitude: -10 deg}
  - {name: other, kind: ground-station, network: earth, ipn: 2, latitude: -35 deg, longitude: 149 deg}
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation], DYNAMICS
     pattern: {type: walker-delta, satellites: 2, planes: 2, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
grids:
  - {body: Moon, subdivisions: 1}
orbit_determination:
  - body: Moon
    step: 10 min
    tracking: [{name: earth, stations: [ground, other], range: 1 m, beams: 2}]
    crosslinks: {kind: two-way, range: 20 cm}
"""


@pytest.fixture
def written(tmp_path):
    def write(*changes, dynamics=""):
        text = SCENARIO.replace("DYNAMICS", dynamics)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "tracked.yaml").write_text(text)
        return qqnet.load(str(tmp_path / "tracked.yaml"))

    return write


def test_a_stage_that_is_kept(written, tmp_path):
    scenario = written()
    first = Study(scenario, tmp_path / "study").orbit_determination("moon")
    assert (tmp_path / "study" / "orbit-determination-moon.nc").is_file()
    again = Study(scenario, tmp_path / "study")
    assert again.orbit_determination("Moon").summary() == first.summary()
    assert "orbit-determination-moon" in keys.stages(scenario)


def test_the_key_follows_what_matters(written):
    spec = written().orbit_determination[0]
    base = keys.orbit_determination(written(), spec)
    louder = written(("range: 1 m", "range: 2 m"))
    talk = written(
        ("    step: 10 min\n    tracking", "    step: 10 min\n    description: hello\n    tracking")
    )
    masked = written(("longitude: -10 deg}", "longitude: -10 deg, mask: 20 deg}"))
    assert keys.orbit_determination(louder, louder.orbit_determination[0]) != base
    assert keys.orbit_determination(masked, masked.orbit_determination[0]) != base
    assert keys.orbit_determination(talk, talk.orbit_determination[0]) == base


def test_forces_are_those_of_the_motion(written):
    own = written(dynamics="dynamics: {degree: 3, third_bodies: [Earth]},")
    chosen = setup_of(Study(own), asked_of(own, "Moon"))
    assert chosen.motion.models[0].text() == "Moon 3x3 (GRGM1200A), Earth"
    usual = setup_of(Study(written()), asked_of(written(), "Moon"))
    assert usual.motion.models[0].text() == "Moon 6x6 (GRGM1200A), Earth, Sun"
    assert usual.motion.names == ("sat-01", "sat-02")
    assert len(usual.times_s) == 25


def test_what_is_written_becomes_the_analysis(written):
    scenario = written(
        (
            "    crosslinks: {kind: two-way, range: 20 cm}\n",
            "    clock: DSAC\n    clock_aging: true\n    apriori: {position: 1 km, unknown: [clock]}\n"
            "    acceleration: {radial: 2 nm/s2, estimated: true}\n"
            "    sunlight: {area_to_mass: 0.02 m2/kg, reflectivity: 1.5, estimated: false, scale: 0.2}\n"
            "    gravity: {gm: 1.0e-8}\n",
        ),
        ("beams: 2}", "beams: 2, errors: {clock: 3 ns}}"),
    )
    spec = scenario.orbit_determination[0]
    craft = spacecraft_of(spec)
    assert craft.clock is CLOCKS["DSAC"]
    assert craft.layout.size == 12
    assert craft.sigma()[0] == 1.0
    assert np.isinf(craft.sigma()[6])
    assert craft.acceleration.sigma_km_s2 == pytest.approx((2e-12, 1e-12, 1e-12))
    # 4.54 uPa times area over mass and C_R [m/s2].
    assert craft.sunlight_km_s2 == pytest.approx(4.54e-6 * 0.02 * 1.5 / 1e3, rel=1e-3)
    parameters = setup_of(Study(scenario), spec).motion.parameters
    assert parameters.names == ("gm", "sat-01 sunlight", "sat-02 sunlight", "ground clock", "other clock")
    assert parameters.sigma[-1] == pytest.approx(0.9e-3, rel=1e-3)


def test_a_section_of_the_report(written):
    study = Study(written())
    with drawing():
        blocks = orbit_blocks(study)
    said = next(block.text for block in blocks if isinstance(block, Text))
    assert "2 satellites with RAFS clocks" in said
    assert "No observation determines clock of 2, clock rate of 2 satellites" in said
    assert sum(isinstance(block, Figures) for block in blocks) == 2


def test_an_arc_longer_than_the_scenario_is_that_of_a_longer_scenario(written):
    arc = ("    step: 10 min\n    tracking", "    step: 10 min\n    duration: 4 h\n    tracking")
    short = Study(written(arc, ("duration: 4 h, step: 10 min", "duration: 1 h, step: 10 min")))
    found, wanted = (study.orbit_determination("Moon") for study in (short, Study(written(arc))))
    assert found.summary() == wanted.summary()
    known = short.signal_in_space("Moon")
    assert known.span[0] <= short.scenario.time.start_s
    assert known.span[1] >= short.scenario.time.stop_s


def test_what_cannot_be(written):
    with pytest.raises(InputError, match="no orbit determination at 'Mars'; it has: Moon"):
        asked_of(written(), "Mars")
    with pytest.raises(ScenarioError, match="leaves no step of the scenario"):
        written(("    step: 10 min\n    tracking", "    step: 10 min\n    start: 4 h\n    tracking"))
    with pytest.raises(ScenarioError, match="is looked at twice"):
        written(
            ("orbit_determination:\n", "orbit_determination:\n  - {body: Moon, crosslinks: {range: 1 m}}\n")
        )
    scenario = written(("  - body: Moon\n    step", "  - body: Moon\n    satellites: [ground]\n    step"))
    with pytest.raises(InputError, match="stands on a body"):
        satellites_of(scenario, scenario.orbit_determination[0])


HEARD = (
    "orbit_determination:\n",
    "gnss:\n  systems: [GPS, Galileo]\n  receivers: [{name: rx, nodes: [sat], antenna: {gain: 15 dBi}, "
    "noise_temperature: 200 K}]\norbit_determination:\n",
)


def listening(asked):
    return "    crosslinks: {kind: two-way, range: 20 cm}\n", f"    gnss: {asked}\n"


def test_signals_of_a_receiver_are_those_of_its_reception(written):
    study = Study(written(HEARD, listening("{receiver: rx, interval: 10 min}")))
    reception, found = study.gnss, study.orbit_determination("Moon")
    usable = reception.data["usable"].sum("system")
    sources = {one["name"]: one for one in found.summary()["sources"]}
    # The reception is told each 5 min, the filter's epochs are each second one of these.
    assert sources["GNSS"]["observations"] == int(usable[:, ::2].sum()) > 100
    one = Study(written(HEARD, listening("{receiver: rx, systems: [GPS], interval: 10 min}")))
    provider = setup_of(one, asked_of(one.scenario, "Moon")).sources[-1].provider
    assert provider.transmitters.systems == ("GPS",)


def test_the_key_follows_the_receiver(written):
    by_angle = listening("{transmitters: [sat], range: 10 m, reach: 30 deg}")
    for asked, same in ((listening("{receiver: rx}"), False), (by_angle, True)):
        cold = written(HEARD, asked)
        warm = written(HEARD, asked, ("200 K", "300 K"))
        one, other = (keys.orbit_determination(made, made.orbit_determination[0]) for made in (cold, warm))
        assert (one == other) is same


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            "{receiver: ry}",
            r"orbit_determination\[0\]\.gnss\.receiver: unknown receiver 'ry'; known are: rx",
        ),
        ("{receiver: rx, systems: [BeiDou]}", r"systems\[0\].*does not count under 'gnss'; these do: GPS"),
        ("{receiver: rx, range: 3 m}", r"gnss\.range.*goes without a receiver"),
        ("{range: 3 m}", "needs transmitters, reach; give transmitters, range and reach, or a receiver"),
        ("{transmitters: [sat], range: 1 m, reach: 9 deg, systems: [GPS]}", "goes with a receiver"),
    ],
)
def test_receivers_that_cannot_be(written, asked, message):
    with pytest.raises(ScenarioError, match=message):
        written(HEARD, listening(asked))


def test_a_receiver_needs_the_section(written):
    with pytest.raises(ScenarioError, match="none is defined under 'gnss'"):
        written(listening("{receiver: rx}"))


def test_a_horizon_takes_from_a_station(written):
    """A station in a pit tracks nothing: the other's observations are left."""
    both = written()
    pit = "[{azimuth: 0 deg, elevation: 89 deg}, {azimuth: 180 deg, elevation: 89 deg}]"
    deep = written(("longitude: -10 deg}", f"longitude: -10 deg, horizon: {pit}}}"))

    def tracked(scenario):
        spec = asked_of(scenario, "Moon")
        setup = setup_of(Study(scenario), spec)
        source = setup.sources[0]
        states = setup.motion.states(setup.times_s)
        return [
            len(replace(source, sites=(one,)).observations(setup.scene, 0, setup.times_s, states))
            for one in source.sites
        ]

    assert tracked(both)[0] > tracked(deep)[0] == 0
    assert tracked(both)[1] == tracked(deep)[1]
    keyed = [keys.orbit_determination(one, one.orbit_determination[0]) for one in (both, deep)]
    assert keyed[0] != keyed[1]
