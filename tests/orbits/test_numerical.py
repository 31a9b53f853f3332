"""From a scenario's dynamics to trajectories: forces, states, manoeuvres and epochs reach the integrator."""

import time

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states
from qqnet.errors import InputError, PropagationError
from qqnet.orbits.build import build_trajectories, dynamics_texts
from qqnet.orbits.initial import initial_states
from qqnet.orbits.kepler import elements_from_state
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.loading import from_text, load, shipped
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.timescales import format_utc, tdb_from_utc

HEAD = """\
version: 1
name: test
time: {start: "2040-06-01T00:00:00Z", duration: 1 d, step: 60 s}
nodes:
"""
START = tdb_from_utc("2040-06-01T00:00:00Z")
ELFO = "{type: keplerian, body: Moon, frame: MOON_OP, a: 6541.4 km, e: 0.6, i: 56.2 deg, argp: 90 deg%s}"
STATE = "{type: state, body: %s, position: [%s], velocity: [%s]%s}"


def node(name, orbit, dynamics=None, ipn=1):
    extra = "" if dynamics is None else f", dynamics: {dynamics}"
    return f"  - {{name: {name}, kind: spacecraft, ipn: {ipn}, orbit: {orbit}{extra}}}\n"


def state_orbit(center, state, epoch=None):
    position, velocity = ([f"{float(x)!r} {unit}" for x in part]
                          for part, unit in ((state[:3], "km"), (state[3:], "km/s")))  # fmt: skip
    text = "" if epoch is None else f', epoch: "{epoch}"'
    return STATE % (center, ", ".join(position), ", ".join(velocity), text)


def build(nodes, ephemeris, directory=None, duration="1 d", **options):
    scenario = from_text(HEAD.replace("1 d", duration) + nodes, "test.yaml", directory)
    return build_trajectories(scenario, ephemeris, **options)


class Drawer:
    """A store in memory."""

    def __init__(self):
        self.tables, self.found = {}, []

    def find(self, key):
        self.found += [key] if key in self.tables else []
        return self.tables.get(key)

    def keep(self, key, table):
        self.tables[key] = table


def acceleration(network, ephemeris, name, center, t, bodies):
    """Pull of point masses, written out."""
    r = network.position(name, t, center)
    pull = -body(center).gm_km3_s2 * r / np.linalg.norm(r, axis=1)[:, None] ** 3
    for other in bodies:
        to_body = ephemeris.position(other, center, t)
        to_craft = r - to_body
        gm = body(other).gm_km3_s2
        pull -= gm * (to_craft / np.linalg.norm(to_craft, axis=1)[:, None] ** 3
                      + to_body / np.linalg.norm(to_body, axis=1)[:, None] ** 3)  # fmt: skip
    return pull


@pytest.mark.parametrize(
    ("center", "orbit", "bodies", "step", "atol"),
    [
        ("Moon", ELFO % "", ("Earth", "Sun"), 40.0, 1.5e-10),
        ("Mars", "{type: keplerian, body: Mars, frame: ICRF, a: 20000 km, e: 0.1, i: 30 deg}", ("Sun",),
         200.0, 5e-11),
        ("Sun", "{type: keplerian, body: Sun, frame: ECLIPJ2000, a: 1 AU, e: 0, i: 0 deg}", ("Jupiter", "Venus"),
         3600.0, 5e-12),
    ],
)  # fmt: skip
def test_the_motion_follows_the_forces_that_are_written(ephemeris, center, orbit, bodies, step, atol):
    network = build(
        node("A", orbit, f"{{degree: 0, third_bodies: [{', '.join(bodies)}]}}"), ephemeris, duration="2 d"
    )
    t = START + np.linspace(2 * step, 2 * 86400 - 2 * step, 40)
    velocity = [network.state("A", t + k * step, center)[1] for k in (-2, -1, 1, 2)]
    felt = (8 * (velocity[2] - velocity[1]) - (velocity[3] - velocity[0])) / (12 * step)
    pull = acceleration(network, ephemeris, "A", center, t, bodies)
    # Differences of velocities that a table within a millimetre gives.
    np.testing.assert_allclose(felt, pull, rtol=0, atol=atol)
    for missing in bodies:
        less = acceleration(network, ephemeris, "A", center, t, [name for name in bodies if name != missing])
        assert np.max(np.abs(less - felt)) > 2 * atol
    assert network["A"].dynamics == ", ".join((center, *bodies))
    assert network["A"].center == center


def test_elements_are_osculating_at_their_epoch(ephemeris):
    network = build(node("A", ELFO % "", "numerical"), ephemeris)
    r, v = network.state("A", START, "Moon")
    axes = rotation("MOON_OP", START, ephemeris)
    found = elements_from_state(axes @ r, axes @ v, body("Moon").gm_km3_s2)
    np.testing.assert_allclose(
        [found.a_km / 1e4, found.e, np.degrees(found.i_rad), np.degrees(found.argp_rad)],
        [0.65414, 0.6, 56.2, 90.0],
        rtol=0,
        atol=1e-5,
    )


@pytest.mark.parametrize("days", [-100.0, -0.5, 0.25, 3.0])
def test_a_state_before_within_or_after_the_span_gives_the_same_motion(ephemeris, days):
    """Elements at the start; their motion's state at another epoch; from there back over the same span."""
    forces = "{degree: 4, third_bodies: [Earth, Sun]}"
    scenario = from_text(HEAD + node("A", ELFO % "", forces))
    begun = initial_states(scenario.nodes[0], scenario, ephemeris)
    text = format_utc(START + days * 86400, 3)
    epoch = tdb_from_utc(text)
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 4),))
    (state,) = final_states(model, begun.states, START, epoch, ephemeris)
    again = build(node("A", state_orbit("Moon", state, text), forces), ephemeris)
    t = START + np.linspace(0.0, 86400.0, 100)
    ahead = build_trajectories(scenario, ephemeris)
    # Times at 2040 are rounded to 0.2 us: 0.5 mm of the start, which 100 days turn into a metre.
    atol = 2e-3 if days < -10.0 else 5e-5
    np.testing.assert_allclose(
        again.position("A", t, "Moon"), ahead.position("A", t, "Moon"), rtol=0, atol=atol
    )


def test_a_constellation_is_its_satellites_one_by_one(ephemeris):
    pattern = (
        "  - {name: LUNA, kind: constellation, ipn: 1, pattern: {type: walker-delta, satellites: 4, planes: 2}, "
        "orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0.01, i: 56 deg}, dynamics: {}}\n"
    )
    network = build(pattern, ephemeris)
    t = START + np.linspace(0, 86400, 50)
    for k, (raan, mean) in enumerate([(0, 0), (0, 180), (180, 0), (180, 180)], 1):
        orbit = (
            "{type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0.01, i: 56 deg, "
            f"raan: {raan} deg, mean_anomaly: {mean} deg}}"
        )
        alone = build(node("A", orbit, "{}"), ephemeris)
        name = f"LUNA-{k:02d}"
        np.testing.assert_allclose(
            network.position(name, t, "Moon"), alone.position("A", t, "Moon"), rtol=0, atol=2e-6
        )


def test_equal_forces_are_integrated_together(ephemeris, monkeypatch):
    from qqnet.orbits import numerical

    batches = []
    propagate = numerical.propagate

    def watched(model, states, *rest, **options):
        batches.append((model.text(), options["names"]))
        return propagate(model, states, *rest, **options)

    monkeypatch.setattr(numerical, "propagate", watched)
    eight = "{degree: 8, third_bodies: [Earth]}"
    told = []
    network = build(
        node("A", ELFO % "", eight)
        + node("B", ELFO % ", raan: 90 deg", eight, 2)
        + node("C", ELFO % "", "{degree: 2, third_bodies: [Earth]}", 3)
        + node("D", ELFO % "", None, 4)
        + node("E", ELFO % ", raan: 180 deg", eight, 5),
        ephemeris,
        advance=told.append,
    )
    assert [names for _, names in batches] == [["A", "B", "E"], ["C"]]
    assert network.dynamics[3] == "two-body"
    assert network.dynamics[0] == network.dynamics[4] == "Moon 8x8 (GRGM1200A), Earth"
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_burns_change_the_velocity_where_they_are_written(ephemeris):
    forces = "degree: 0, third_bodies: []"
    burn = '{at: "2040-06-01T06:00:00Z", delta_v: [0 m/s, 10 m/s, 0 m/s]}'
    network = build(
        node("A", ELFO % "", f"{{{forces}}}")
        + node("B", ELFO % "", f"{{{forces}, burns: [{burn}]}}", 2)
        + node("C", ELFO % "", f"{{{forces}, mass: 500 kg, burns: ["
               f"{burn[:-1]}, thrust: 50 N, specific_impulse: 300 s}}]}}", 3),
        ephemeris,
    )  # fmt: skip
    at = START + 6 * 3600.0
    before = START + np.linspace(0, 6 * 3600 - 60, 30)
    np.testing.assert_allclose(
        network.position("B", before, "A"), np.zeros((30, 3)), rtol=0, atol=5e-6
    )  # equal until then
    r, v = network.state("A", at, "Moon")
    transverse = np.cross(np.cross(r, v), r)
    transverse /= np.linalg.norm(transverse)
    after = START + 6 * 3600.0 + 30.0
    np.testing.assert_allclose(network.position("B", after, "A"), 30.0 * 0.01 * transverse, rtol=0, atol=1e-4)
    # 500 kg m/s/50 N: 100 s of thrust, half before; 200 s later both are as far, but for the second order.
    later = START + 6 * 3600.0 + 200.0
    np.testing.assert_allclose(network.position("C", later, "B"), np.zeros(3), rtol=0, atol=5e-3)
    assert np.linalg.norm(network.position("C", START + 6 * 3600.0, "A")) > 0.1  # 0.5 * 0.1 m/s2 * (50 s)^2


FALL = [6000.0, 0.0, 0.0, 0.0, 0.3, 0.0]
"""Hits the surface some hours later; neither in the half hour before the start nor at once."""


def test_a_collision_names_node_body_and_time_and_keeps_the_others(ephemeris):
    nodes = node("GOOD", ELFO % "", "{degree: 4}") + node(
        "FALL", state_orbit("Moon", FALL), "{degree: 4}", 2
    ) + node("OTHER", ELFO % "", "{degree: 2}", 3)  # fmt: skip
    drawer = Drawer()
    with pytest.raises(PropagationError, match=r"FALL.*Moon.*2040-06-01T0") as caught:
        build(nodes, ephemeris, store=drawer)
    assert caught.value.name == "FALL"
    assert len(drawer.tables) == 2
    assert drawer.found == []
    mended = nodes.replace("0.3 km/s", "0.9 km/s")
    network = build(mended, ephemeris, store=drawer)
    assert len(drawer.found) == 2  # the others are not integrated again
    assert len(drawer.tables) == 3
    fresh = build(mended, ephemeris)
    for ours, theirs in zip(network.bank.arrays(), fresh.bank.arrays(), strict=True):
        assert np.array_equal(ours, theirs)


def test_what_takes_off_or_lands_in_the_margins_is_covered_as_far_as_it_flies(ephemeris):
    """Half an hour before the start belongs to light in flight, not to a spacecraft that was not there yet."""
    rise = [1900.0, 0.0, 0.0, 0.9, 1.5, 0.0]
    with pytest.raises(PropagationError, match="FALL"):
        build(node("A", ELFO % "", "{}") + node("FALL", state_orbit("Moon", rise), "{}", 2), ephemeris)
    network = build(
        node("A", ELFO % "", "{}") + node("RISE", state_orbit("Moon", rise), "{}", 2),
        ephemeris,
        duration="1 h",
    )
    first, last = network["RISE"].table.span
    assert START - 1800 < first < START
    assert last == pytest.approx(START + 3600 + 1800)
    height = np.linalg.norm(network.position("RISE", [first, START], "Moon"), axis=1) - 1737.4
    assert 0.0 < height[0] < 2.0
    assert height[1] == pytest.approx(1900.0 - 1737.4)


def test_every_collision_is_told_at_once(ephemeris):
    nodes = node("ONE", state_orbit("Moon", FALL), "{degree: 4}") + node(
        "TWO", state_orbit("Moon", FALL), "{degree: 2}", 2
    )
    with pytest.raises(PropagationError, match=r"(?s)ONE.*TWO"):
        build(nodes, ephemeris)


@pytest.mark.parametrize(
    "change",
    [
        ("degree: 4", "degree: 5"),
        ("third_bodies: [Earth]", "third_bodies: [Sun]"),
        ("a: 6541.4 km", "a: 6541.5 km"),
        ("1 m/s", "2 m/s"),
        ("area_to_mass: 0.01", "area_to_mass: 0.02"),
    ],
)
def test_kept_motion_is_found_only_for_the_same_input(ephemeris, change):
    forces = (
        "{degree: 4, third_bodies: [Earth], radiation: {area_to_mass: 0.01 m2/kg}, burns: "
        '[{at: "2040-06-01T06:00:00Z", delta_v: [0 m/s, 1 m/s, 0 m/s]}]}'
    )
    drawer, text = Drawer(), node("A", ELFO % "", forces)
    build(text, ephemeris, store=drawer, duration="8 h")
    build(text, ephemeris, store=drawer, duration="8 h")
    assert len(drawer.found) == 1
    assert change[0] in text
    build(text.replace(*change), ephemeris, store=drawer, duration="8 h")
    build(text, ephemeris, store=drawer, duration="9 h")
    assert len(drawer.found) == 1
    assert len(drawer.tables) == 3


def test_a_state_without_dynamics_moves_on_its_ellipse(ephemeris):
    scenario = from_text(HEAD + node("A", ELFO % ""))
    (state,) = initial_states(scenario.nodes[0], scenario, ephemeris).states
    again = build(node("B", state_orbit("Moon", state)), ephemeris)
    t = START + np.linspace(0, 86400, 200)
    elements = build_trajectories(scenario, ephemeris)
    np.testing.assert_allclose(
        again.position("B", t, "Moon"), elements.position("A", t, "Moon"), rtol=0, atol=5e-6
    )
    assert again["B"].dynamics == "two-body"


ESCAPE = [4000.0, 0.0, 0.0, 0.5, 1.8, 0.0]


def test_a_state_may_escape_if_it_is_integrated(ephemeris):
    with pytest.raises(InputError, match=r"node 'A': speed .* is not below that of escape"):
        build(node("A", state_orbit("Moon", ESCAPE)), ephemeris)
    network = build(node("A", state_orbit("Moon", ESCAPE), "numerical"), ephemeris)
    assert np.linalg.norm(network.position("A", START + 86400, "Moon")) > 80_000.0


def test_a_state_straight_down_needs_forces(ephemeris):
    with pytest.raises(InputError, match=r"node 'A': the state moves straight up or down"):
        build(node("A", state_orbit("Moon", [9000.0, 0.0, 0.0, 0.0, 0.0, 0.0])), ephemeris)
    with pytest.raises(PropagationError, match=r"A: meets the surface of the Moon"):
        build(node("A", state_orbit("Moon", [9000.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "{}"), ephemeris)


def test_a_state_on_its_way_below_the_surface_is_no_ellipse_to_stay_on(ephemeris):
    with pytest.raises(InputError, match=r"node 'A': .*surface"):
        build(node("A", state_orbit("Moon", FALL)), ephemeris)


def test_texts_are_known_without_integration(ephemeris):
    nodes = (
        node("A", ELFO % "", "numerical")
        + node("B", ELFO % "", "{degree: 0, third_bodies: [Earth], relativity: true, mass: 1 t, "
               "radiation: {area: 10 m2}}", 2)
        + node("C", ELFO % ", perturbations: secular-j2", None, 3)
        + node("D", "{type: three-body, seed: halo-L2-south-13000km}", None, 4)
        + "  - {name: E, kind: ground-station, ipn: 5, latitude: 0 deg, longitude: 0 deg}\n"
    )  # fmt: skip
    scenario = from_text(HEAD + nodes)
    texts = dynamics_texts(scenario, ephemeris)
    assert texts["A"].startswith("Moon ")
    assert "Earth, Sun" in texts["A"]
    assert texts["B"] == (
        "Moon, Earth, sunlight on 0.01 m2/kg, C_R 1.3, shadows of Moon and Earth, Schwarzschild term"
    )
    assert (texts["C"], texts["D"], texts["E"]) == ("secular J2", "CR3BP on DE440 geometry", "site")
    assert build_trajectories(scenario, ephemeris).dynamics == tuple(texts.values())


OPM = """\
CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2040-05-01T00:00:00
ORIGINATOR = TEST
OBJECT_NAME = A
OBJECT_ID = 2040-001A
CENTER_NAME = MOON
REF_FRAME = ICRF
TIME_SYSTEM = UTC
EPOCH = 2040-06-01T00:00:00
X = 1000.0
Y = -7000.0
Z = 250.0
X_DOT = 0.8
Y_DOT = 0.1
Z_DOT = 0.0
MASS = 1000.0
SOLAR_RAD_AREA = 20.0
SOLAR_RAD_COEFF = 1.5
"""
BURN = """\
MAN_EPOCH_IGNITION = 2040-06-01T06:00:00
MAN_DURATION = 0.0
MAN_DELTA_MASS = 0.0
MAN_REF_FRAME = RTN
MAN_DV_1 = 0.0
MAN_DV_2 = 0.001
MAN_DV_3 = 0.0
"""


def test_a_message_gives_state_spacecraft_and_manoeuvres(ephemeris, tmp_path):
    (tmp_path / "a.opm").write_text(OPM + BURN)
    (tmp_path / "b.opm").write_text(OPM)
    orbit = state_orbit("Moon", [1000.0, -7000.0, 250.0, 0.8, 0.1, 0.0])
    forces = "degree: 2, third_bodies: [Earth]"
    written = (
        "radiation: {area_to_mass: 0.02 m2/kg, reflectivity: 1.5}, "
        'burns: [{at: "2040-06-01T06:00:00Z", delta_v: [0 m/s, 1 m/s, 0 m/s]}]'
    )
    network = build(
        node("A", "{type: opm, file: a.opm}", f"{{{forces}}}")
        + node("B", orbit, f"{{{forces}, {written}}}", 2)
        + node("C", "{type: opm, file: b.opm}", None, 3)
        + node("D", orbit, None, 4),
        ephemeris,
        tmp_path,
    )
    t = START + np.linspace(0, 86400, 50)
    for one, other in (("A", "B"), ("C", "D")):
        np.testing.assert_allclose(network.position(one, t, other), np.zeros((50, 3)), rtol=0, atol=5e-6)
        assert network[one].dynamics == network[other].dynamics
    with pytest.raises(InputError, match=r"node 'A': a\.opm holds manoeuvres.*add 'dynamics'"):
        build(node("A", "{type: opm, file: a.opm}"), ephemeris, tmp_path)
    (tmp_path / "in.opm").write_text(OPM.replace("Y = -7000", "Y = -700"))
    with pytest.raises(
        InputError, match=r"node 'A': .*in\.opm: the state is 1246\.0 km .* below its surface"
    ):
        build(node("A", "{type: opm, file: in.opm}", "numerical"), ephemeris, tmp_path)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_flies_to_its_end(ephemeris, name):
    """No orbit of theirs meets a surface, and what is made in seconds is made in seconds."""
    scenario = load(name)
    begin = time.process_time()
    network = build_trajectories(scenario, ephemeris)
    assert time.process_time() - begin < 20.0
    assert network.span[0] <= scenario.time.start_s
    assert network.span[1] >= scenario.time.stop_s
    assert any(getattr(node, "dynamics", None) is not None for node in scenario.nodes)


def test_saved_trajectories_say_how_they_were_found(ephemeris, tmp_path):
    network = build(node("A", ELFO % "", "numerical"), ephemeris)
    network.save(tmp_path / "t.npz")
    assert Trajectories.load(tmp_path / "t.npz").dynamics == network.dynamics


def test_a_day_of_24_satellites_is_quick(ephemeris):
    pattern = (
        "  - {name: LUNA, kind: constellation, ipn: 1, pattern: {type: walker-delta, satellites: 24, planes: 3}, "
        "orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}, dynamics: {}}\n"
    )
    build(pattern, ephemeris)  # compiled
    begin = time.process_time()
    build(pattern, ephemeris, duration="7 d")
    assert time.process_time() - begin < 5.0
