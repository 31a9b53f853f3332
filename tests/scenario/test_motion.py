"""Rules about orbits and dynamics: every wrong input is told with what would be right."""

from __future__ import annotations

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.loading import from_text

CASES = {
    "a word that is none": (
        "dynamics: numerical",
        "dynamics: numeric",
        "nodes[10].dynamics",
        "'numeric' must be 'numerical', or a mapping of keys to values",
    ),
    "negative mass": ("mass: 1 t", "mass: -1 t", "nodes[9].dynamics.mass", "'-1 t' must be above zero"),
    "mass as area": (
        "mass: 1 t",
        "mass: 10 m2",
        "nodes[9].dynamics.mass",
        "'10 m2' is an area; a mass is needed, such as '1200 kg'",
    ),
    "no mass for an area": (
        "mass: 1 t",
        "relativity: false",
        "nodes[9].dynamics.radiation",
        "has an area and needs the mass of the dynamics beside it",
    ),
    "two strengths of radiation": (
        "radiation: {area: 10 m2,",
        "radiation: {area: 10 m2, area_to_mass: 0.01 m2/kg,",
        "nodes[9].dynamics.radiation",
        "needs exactly one of area and area_to_mass",
    ),
    "reflectivity": (
        "reflectivity: 1.2",
        "reflectivity: 2.5",
        "nodes[9].dynamics.radiation.reflectivity",
        "2.5 must be at most 2",
    ),
    "change of velocity in two components": (
        "delta_v: [1 m/s, 0 m/s, 0 m/s]",
        "delta_v: [1 m/s, 0 m/s]",
        "nodes[9].dynamics.burns[0].delta_v",
        "has 2 components; a vector has three, such as [1 m/s, 0 m/s, 0 m/s]",
    ),
    "change of velocity without unit": (
        "delta_v: [1 m/s, 0 m/s, 0 m/s]",
        "delta_v: [1 m/s, 0, 0 m/s]",
        "nodes[9].dynamics.burns[0].delta_v[1]",
        "0 has no unit; a velocity is needed, such as '1.5 km/s'",
    ),
    "change of velocity beyond all": (
        "delta_v: [1 m/s, 0 m/s, 0 m/s]",
        "delta_v: [2000 km/s, 0 m/s, 0 m/s]",
        "nodes[9].dynamics.burns[0].delta_v[0]",
        "'2000 km/s' must be from -1000 km/s to 1000 km/s: nothing about the Sun is quicker",
    ),
    "half an engine": (
        ", specific_impulse: 300 s",
        "",
        "nodes[9].dynamics.burns[0].thrust",
        "'22 N' is given without specific_impulse; a burn that lasts needs both",
    ),
    "the other half of an engine": (
        "thrust: 22 N, ",
        "",
        "nodes[9].dynamics.burns[0].specific_impulse",
        "'300 s' is given without thrust; a burn that lasts needs both",
    ),
    "frame of a burn": (
        "frame: RTN",
        "frame: RSW",
        "nodes[9].dynamics.burns[0].frame",
        "'RSW' must be one of 'RTN', 'VNC', 'ICRF'",
    ),
    "burn after the end": (
        '{at: "2040-06-01T06:00:00Z"',
        '{at: "2040-06-03T06:00:00Z"',
        "nodes[9].dynamics.burns[0].at",
        "'2040-06-03T06:00:00Z' is outside the time that is propagated, "
        "2040-05-31T18:00:00Z to 2040-06-02T00:00:00Z",
    ),
    "burn before the epoch": (
        '{at: "2040-06-01T06:00:00Z"',
        '{at: "2040-05-31T17:00:00Z"',
        "nodes[9].dynamics.burns[0].at",
        "'2040-05-31T17:00:00Z' is outside the time that is propagated, "
        "2040-05-31T18:00:00Z to 2040-06-02T00:00:00Z",
    ),
    "degree beyond the data": (
        "degree: 20,",
        "degree: 500,",
        "nodes[11].dynamics.degree",
        "500 is above 120, the largest degree of Moon's gravity field here",
    ),
    "field of a body without one": (
        "body: Moon, frame: MOON_EQUATOR, a: 1900 km",
        "body: Saturn, frame: ICRF, a: 190000 km",
        "nodes[11].dynamics.degree",
        "20 needs a gravity field of Saturn; there are those of ",
    ),
    "degree that is none": (
        "degree: 20, order: 10",
        "degree: 1",
        "nodes[11].dynamics.degree",
        "1 leaves a point mass, as 0 does: degree 1 is in the choice of the centre",
    ),
    "order above the degree": (
        "order: 10",
        "order: 30",
        "nodes[11].dynamics.order",
        "30 is above the degree, 20",
    ),
    "order alone": (
        "degree: 20, order: 10",
        "order: 10",
        "nodes[11].dynamics.order",
        "10 is given without degree; give both",
    ),
    "unknown third body": (
        "third_bodies: [Earth, Sun]",
        "third_bodies: [Earth, Pluto]",
        "nodes[11].dynamics.third_bodies[1]",
        "unknown body 'Pluto'; known are: Sun, Mercury, Venus, Earth, Moon, Mars, Jupiter, Saturn",
    ),
    "central body as third": (
        "third_bodies: [Earth, Sun]",
        "third_bodies: [Earth, Moon]",
        "nodes[11].dynamics.third_bodies[1]",
        "'Moon' is the central body, which pulls anyway; leave it out here",
    ),
    "third body twice": (
        "third_bodies: [Earth, Sun]",
        "third_bodies: [Earth, Sun, Earth]",
        "nodes[11].dynamics.third_bodies[2]",
        "'Earth' is named twice; once is right",
    ),
    "unknown propagator": (
        "propagator: dop853",
        "propagator: dop835",
        "nodes[11].dynamics.propagator",
        "'dop835' must be one of 'gauss', 'dop853', 'heyoka'; did you mean 'dop853'?",
    ),
    "unknown key": (
        "relativity: true",
        "drag: true",
        "nodes[11].dynamics.drag",
        "unknown key 'drag'; known are: degree, order, third_bodies, mass, radiation, relativity, burns, "
        "propagator",
    ),
    "secular drift and forces": (
        "      perturbations: secular-j2\n",
        "      perturbations: secular-j2\n    dynamics: numerical\n",
        "nodes[1].dynamics",
        "'numerical' contradicts 'perturbations: secular-j2' of the orbit; leave one of them out",
    ),
    "forces at a libration point": (
        "point: L1}\n",
        "point: L1}\n    dynamics: {}\n",
        "nodes[3].dynamics",
        "makes no sense at a libration point, where nothing stays by itself; take an orbit about it, such as "
        "{type: three-body, family: halo-L1-south, az: 13000 km}",
    ),
    "state inside the Moon": (
        "position: [1000 km, -7000 km, 250 km]",
        "position: [1000 km, -700 km, 250 km]",
        "nodes[9].orbit.position",
        "puts the spacecraft at a radius of 1246.0 km, below the surface (Moon's radius is 1737.4 km); "
        "it must be above",
    ),
    "position in one component": (
        "position: [1000 km, -7000 km, 250 km]",
        "position: [1000 km]",
        "nodes[9].orbit.position",
        "has 1 component; a vector has three, such as [1000 km, -7000 km, 250 km]",
    ),
    "frame of a state": (
        "frame: ICRF\n      position",
        "frame: J2000\n      position",
        "nodes[9].orbit.frame",
        "'J2000' must be one of 'ICRF', 'ECLIPJ2000', ",
    ),
    "body of a state": (
        "body: Moon\n      frame: ICRF",
        "body: Mooon\n      frame: ICRF",
        "nodes[9].orbit.body",
        "unknown body 'Mooon'; did you mean 'Moon'?",
    ),
    "epoch of a state": (
        '"2040-05-31T18:00:00Z"',
        '"1990-05-31T18:00:00Z"',
        "nodes[9].orbit.epoch",
        "'1990-05-31T18:00:00Z' is outside the ephemeris, which covers ",
    ),
    "message that is not there": (
        "{type: state, body: Earth, position: [42164 km, 0 km, 0 km], velocity: [0 km/s, 3.07 km/s, 0 km/s]}",
        "{type: opm, file: gone.opm}",
        "nodes[10].orbit.file",
        "'gone.opm' cannot be read (No such file or directory); file names are relative to ",
    ),
    "burns of a periodic orbit": (
        "phase: 0.25}\n",
        "phase: 0.25}\n    dynamics: {burns: [{at: 2040-06-01T06:00:00Z, delta_v: [1 m/s, 0 m/s, 0 m/s]}]}\n",
        "nodes[4].dynamics",
        "holds burns, which a periodic orbit in the real field is found without; start from a state to fly them",
    ),
    "unknown family": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "family: hallo-L2-south, az: 13000 km",
        "nodes[4].orbit.family",
        "unknown three-body family 'hallo-L2-south'; did you mean 'halo-L2-south'? known: ",
    ),
    "resonance that is none": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "family: nrho-L2-south, resonance: nine to two",
        "nodes[4].orbit.resonance",
        "nrho-L2-south: resonance 'nine to two'; right is p:q, ",
    ),
    "amplitude of a family in the plane": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "family: dro, az: 3000 km",
        "nodes[4].orbit.az",
        "'3000 km' dro orbits are planar and have no az; use resonance, jacobi or period",
    ),
    "no family": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "az: 13000 km, state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "nodes[4].orbit.az",
        "'13000 km' chooses a member of a family; give the family, or leave it out",
    ),
    "no member of a family": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "family: halo-L2-south",
        "nodes[4].orbit.family",
        "'halo-L2-south' needs exactly one of resonance, az, jacobi, period to choose its member",
    ),
    "two members of a family": (
        "state: {x: 1.1798, z: 0.0334, vy: -0.162}",
        "family: halo-L2-south, az: 13000 km, jacobi: 3.1",
        "nodes[4].orbit.family",
        "'halo-L2-south' needs exactly one of resonance, az, jacobi, period to choose its member",
    ),
}


@pytest.mark.parametrize(("old", "new", "path", "message"), CASES.values(), ids=CASES)
def test_a_fault_is_told_at_its_line_and_path(small, faults_of, old, new, path, message):
    assert old in small
    before, after = small.split(old, 1)
    found = [fault for fault in faults_of(before + new + after) if fault.path == path]
    assert len(found) == 1
    if message.endswith((" ", ", ")):
        assert found[0].message.startswith(message)
    else:
        assert found[0].message == message
    assert found[0].line >= before.count("\n") + 1


def test_a_message_with_a_fault_is_told_with_its_line(small, tmp_path):
    old = (
        "{type: state, body: Earth, position: [42164 km, 0 km, 0 km], velocity: [0 km/s, 3.07 km/s, 0 km/s]}"
    )
    assert old in small
    (tmp_path / "junk.opm").write_text("CCSDS_OPM_VERS = 2.0\nhello\n")
    with pytest.raises(ScenarioError) as caught:
        from_text(small.replace(old, "{type: opm, file: junk.opm}"), directory=tmp_path)
    (fault,) = caught.value.faults
    assert fault.path == "nodes[10].orbit.file"
    assert "junk.opm:2: 'hello' where a line 'KEYWORD = value' was expected" in fault.message


def test_the_word_is_every_default(small):
    scenario = from_text(small)
    assert scenario.entry("FREE2").dynamics == Dynamics()
    assert scenario.entry("LOW").dynamics is None
    again = from_text(small.replace("dynamics: numerical", "dynamics: {}"))
    assert again == scenario
    assert from_text(scenario.to_yaml()) == scenario


def test_dynamics_are_read_into_internal_units(small):
    free = from_text(small).entry("FREE")
    assert free.orbit.position == [1000.0, -7000.0, 250.0]
    assert free.orbit.velocity == pytest.approx([0.8, 0.1, 0.0])
    assert free.dynamics.mass == 1000.0
    assert free.dynamics.radiation.area == 10.0
    (burn,) = free.dynamics.burns
    assert burn.delta_v == [1e-3, 0.0, 0.0]
    assert (burn.thrust, burn.specific_impulse) == (22.0, 300.0)


def test_a_resonance_is_text_to_every_reader(small):
    """YAML 1.1 takes 9:2 for a number in base 60."""
    orbit = "type: three-body, family: nrho-L2-south, resonance: 9:2"
    text = small.replace("type: three-body, state: {x: 1.1798, z: 0.0334, vy: -0.162}", orbit)
    scenario = from_text(text)
    assert scenario.entry("EML2").orbit.resonance == "9:2"
    assert "resonance: '9:2'" in scenario.to_yaml()


def test_the_schema_takes_the_word_and_the_mapping():
    from qqnet.scenario.model import json_schema

    for kind in ("Spacecraft", "Constellation"):
        choices = json_schema()["$defs"][kind]["properties"]["dynamics"]["anyOf"]
        assert {"const": "numerical", "type": "string"} in choices
        assert {"$ref": "#/$defs/Dynamics"} in choices
    vector = json_schema()["$defs"]["Manoeuvre"]["properties"]["delta_v"]
    assert (vector["minItems"], vector["maxItems"]) == (3, 3)
