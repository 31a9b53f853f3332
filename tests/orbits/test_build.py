import time

import numpy as np
import pytest

from qqnet.ephemerides.oem_writing import write_oem
from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.build import MARGIN_S, build_trajectories
from qqnet.orbits.kepler import Elements, elements_from_state, period_s, state
from qqnet.orbits.sampling import sample
from qqnet.scenario.loading import from_text
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc
from qqnet.threebody.synodic import libration_position

HEAD = """\
version: 1
name: test
time: {start: "2040-06-01T00:00:00Z", duration: 2 d, step: 60 s}
nodes:
"""
NODES = """\
  - name: ELFO
    kind: spacecraft
    ipn: 10
    orbit: {type: keplerian, body: Moon, frame: MOON_OP, period: 24 h, e: 0.7, i: 62.4 deg, argp: 90 deg,
            true_anomaly: 180 deg, epoch: "2040-05-30T12:00:00Z"}
  - name: LUNA
    kind: constellation
    ipn: 100
    pattern: {type: walker-delta, satellites: 6, planes: 3, phasing: 1}
    orbit: {type: keplerian, body: Moon, frame: MOON_EQUATOR, a: 7000 km, e: 0, i: 56 deg}
  - {name: EML1, kind: spacecraft, ipn: 12, orbit: {type: libration-point, system: Earth-Moon, point: L1}}
  - {name: SEL4, kind: spacecraft, ipn: 13, orbit: {type: libration-point, system: Sun-Earth, point: L4}}
  - {name: HALO, kind: spacecraft, ipn: 14, orbit: {type: three-body, seed: halo-L2-south-13000km, phase: 0.25}}
  - {name: NRHO, kind: spacecraft, ipn: 15, orbit: {type: three-body, seed: "nrho-L2-south-9:2"}}
  - {name: OWN, kind: spacecraft, ipn: 16, orbit: {type: three-body, state: {x: 1.1798, z: 0.0334, vy: -0.162}}}
  - {name: LANDER, kind: site, ipn: 20, body: Moon, latitude: -89.5 deg, longitude: 10 deg}
  - {name: BALLOON, kind: site, ipn: 21, body: Venus, latitude: 5 deg, longitude: 60 deg, altitude: 55 km,
     drift: -90 deg/d}
  - {name: KASHI, kind: ground-station, ipn: 30, latitude: 38.42 deg, longitude: 76.71 deg, altitude: 1 km}
"""
START = tdb_from_utc("2040-06-01T00:00:00Z")


def build(nodes, ephemeris, directory=None, head=HEAD):
    return build_trajectories(from_text(head + nodes, "test.yaml", directory), ephemeris)


def spacecraft(orbit):
    return f"  - {{name: A, kind: spacecraft, ipn: 1, orbit: {{{orbit}}}}}\n"


@pytest.fixture(scope="module")
def network(ephemeris):
    return build(NODES, ephemeris)


def test_every_node_is_there_in_order_with_its_margin(network):
    assert network.names == (
        "ELFO", *(f"LUNA-{k:02d}" for k in range(1, 7)),
        "EML1", "SEL4", "HALO", "NRHO", "OWN", "LANDER", "BALLOON", "KASHI",
    )  # fmt: skip
    assert network.span == pytest.approx((START - MARGIN_S, START + 2 * 86400 + MARGIN_S))
    centers = {name: network[name].center for name in network}
    assert centers["ELFO"] == centers["HALO"] == centers["LANDER"] == "Moon"
    assert (centers["SEL4"], centers["BALLOON"], centers["KASHI"]) == ("Sun", "Venus", "Earth")


def test_keplerian_elements_come_back_in_their_frame(network, ephemeris):
    epoch = tdb_from_utc("2040-05-30T12:00:00Z")
    axes = rotation("MOON_OP", epoch, ephemeris)
    t = START + np.linspace(0, 2 * 86400, 9)
    r, v = network.state("ELFO", t, "Moon")
    found = elements_from_state(r @ axes.T, v @ axes.T, body("Moon").gm_km3_s2)
    # The velocity of a table within a millimetre is right to some 1e-8 of itself at the ends of its records.
    assert np.allclose(period_s(found.a_km, body("Moon").gm_km3_s2), 86400, rtol=1e-7)
    assert np.allclose(found.e, 0.7, atol=1e-8, rtol=0)
    assert np.allclose(np.degrees(found.i_rad), 62.4, atol=1e-6, rtol=0)
    assert np.allclose(np.degrees(found.argp_rad), 90, atol=1e-6, rtol=0)
    assert np.allclose(np.angle(np.exp(1j * np.asarray(found.raan_rad))), 0, atol=1e-7, rtol=0)
    # Apoapsis at the epoch, a day and a half before the start: at the start half a revolution later.
    turns = 0.5 + (t - epoch) / 86400
    assert np.allclose(
        np.exp(1j * np.asarray(found.mean_anomaly_rad)), np.exp(2j * np.pi * turns), atol=1e-6, rtol=0
    )


def test_constellation_is_spread_like_its_pattern(network, ephemeris):
    axes = rotation("MOON_EQUATOR", START, ephemeris)
    raan, latitude = [], []
    for k in range(1, 7):
        r, v = network.state(f"LUNA-{k:02d}", START, "Moon")
        found = elements_from_state(axes @ r, axes @ v, body("Moon").gm_km3_s2)
        raan.append(np.degrees(found.raan_rad))
        latitude.append(np.degrees(found.argp_rad + found.mean_anomaly_rad))
    for found, wanted in ((raan, [0, 0, 120, 120, 240, 240]), (latitude, [0, 180, 60, 240, 120, 300])):
        off = np.exp(1j * np.radians(np.array(found) - np.array(wanted)))
        assert np.allclose(off, 1.0, atol=1e-7, rtol=0)


def test_three_body_nodes_are_where_the_rotating_frame_says(network, ephemeris):
    from qqnet.threebody.cr3bp import SYSTEMS

    t = START + np.linspace(0, 2 * 86400, 50)
    moon = libration_position(SYSTEMS["Earth-Moon"], "L1", t, ephemeris)
    assert np.allclose(network.position("EML1", t, "Moon"), moon, atol=2e-6, rtol=0)
    sun = libration_position(SYSTEMS["Sun-Earth"], "L4", t, ephemeris)
    assert np.allclose(
        network.position("SEL4", t, "Sun"), sun, atol=3e-5, rtol=0
    )  # 30 km/s and times to 2.4e-7 s
    for name, lowest, highest in (("HALO", 45000, 80000), ("NRHO", 2900, 76000), ("OWN", 45000, 80000)):
        distance = np.linalg.norm(network.position(name, t, "Moon"), axis=1)
        assert np.all((distance > lowest) & (distance < highest))


@pytest.mark.parametrize("frame", ["EARTH_EQUATOR", "ICRF"])
def test_secular_j2_turns_the_orbit_plane_about_the_bodys_pole(ephemeris, frame):
    orbit = "type: keplerian, body: Earth, a: 7178 km, e: 0.001, i: 98.6 deg, perturbations: secular-j2"
    network = build(spacecraft(f"{orbit}, frame: {frame}"), ephemeris)
    earth = body("Earth")
    r, v = state(Elements(7178.0, 0.001, np.radians(98.6), 0.0, 0.0, 0.0), earth.gm_km3_s2)
    assert np.allclose(
        network.position("A", START, "Earth"), rotation(frame, START, ephemeris).T @ r, atol=2e-6, rtol=0
    )
    axes = rotation("EARTH_EQUATOR", START, ephemeris)
    turn = axes @ rotation(frame, START, ephemeris).T
    begun = elements_from_state(turn @ r, turn @ v, earth.gm_km3_s2)
    # First-order rate of the node, written out: -3/2 n J2 (R/p)^2 cos i.
    motion, parameter = np.sqrt(earth.gm_km3_s2 / 7178.0**3), 7178.0 * (1 - 0.001**2)
    rate = -1.5 * motion * earth.j2 * (earth.j2_radius_km / parameter) ** 2 * np.cos(begun.i_rad)
    t = START + np.linspace(0, 2 * 86400, 500)
    node, tilt = begun.raan_rad + rate * (t - START), np.sin(begun.i_rad)
    normal = [tilt * np.sin(node), -tilt * np.cos(node), np.full_like(node, np.cos(begun.i_rad))]
    out_of_plane = np.sum(network.position("A", t, "Earth") @ axes.T * np.stack(normal, -1), axis=1)
    assert np.max(np.abs(out_of_plane)) < 1e-5
    assert np.degrees(rate) * 86400 == pytest.approx(0.986, abs=0.02)  # nearly sun-synchronous


def test_imported_ephemeris_takes_its_place(network, ephemeris, tmp_path):
    span = START - 600.0, START + 2 * 86400 + 600.0
    write_oem(
        tmp_path / "relay.oem",
        [sample(network, name, span, 60.0) for name in ("ELFO", "HALO")],
        creation_date="2026-11-23T00:00:00",
    )
    text = "  - {name: A, kind: ephemeris, ipn: 1, file: relay.oem, object: HALO}\n"
    again = build(text, ephemeris, tmp_path)
    t = START + np.linspace(0, 2 * 86400, 500)
    assert np.max(np.abs(again.position("A", t, "Moon") - network.position("HALO", t, "Moon"))) < 1e-6
    with pytest.raises(InputError, match=r"node 'A': .*holds several objects, name one: ELFO \(ELFO\), HALO"):
        build(text.replace(", object: HALO", ""), ephemeris, tmp_path)
    late = HEAD.replace("2 d", "3 d")
    with pytest.raises(
        EphemerisRangeError, match=r"node 'A': .*relay\.oem: states cover 2040-05-31.*are needed"
    ):
        build(text, ephemeris, tmp_path, late)


@pytest.mark.parametrize(
    ("name", "periapsis_km", "e"),
    [("Moon", 10423.595757973875, 0.8641655056114371), ("Mars", 17426.755293127215, 0.9313503642083161),
     ("Venus", 20352.639084356815, 0.9512992486241483), ("Sun", 162334976.67327297, 0.6730745091223737)],
)  # fmt: skip
def test_very_eccentric_orbits_are_tabulated_for_a_month(ephemeris, name, periapsis_km, e):
    a = periapsis_km / (1 - e)
    orbit = (
        f"type: keplerian, body: {name}, frame: ICRF, a: {a!r} km, e: {e!r}, i: 30 deg, mean_anomaly: 300 deg"
    )
    network = build(spacecraft(orbit), ephemeris, head=HEAD.replace("2 d", "30 d"))
    t = START + np.random.default_rng(4).uniform(0, 30 * 86400, 500)
    expected, v = state(
        Elements(a, e, np.radians(30), 0.0, 0.0, np.radians(300)), body(name).gm_km3_s2, t - START
    )
    slack = 1e-6 + 1e-14 * 2 * a + 2.4e-7 * np.linalg.norm(v, axis=1)  # the fit's, and the rounding of times
    assert np.all(np.abs(network["A"].table.evaluate(t) - expected) <= slack[:, None])


@pytest.mark.parametrize(
    ("orbit", "said"),
    [
        ("type: three-body, seed: halo-L9", "node 'A': unknown periodic orbit 'halo-L9'; known: halo-L2-north"),
        ("type: three-body, system: Sun-Earth, seed: dro-2:1", "'dro-2:1' belongs to Earth-Moon, not to Sun-E"),
        ("type: three-body, state: {x: 0.2, z: 0.9, vy: 3.0}", "node 'A': "),
        ("type: keplerian, body: Jupiter, frame: ICRF, a: 200000 km, e: 0, i: 0 deg, perturbations: secular-j2",
         "node 'A': secular-j2 about Jupiter"),
    ],
)  # fmt: skip
def test_impossible_orbits_name_their_node(ephemeris, orbit, said):
    with pytest.raises(InputError, match=said):
        build(spacecraft(orbit), ephemeris)


def test_130_nodes_for_a_week_are_quick_and_small(ephemeris):
    def walker(name, ipn, orbit, count=36):
        return (
            f"  - {{name: {name}, kind: constellation, ipn: {ipn}, "
            f"pattern: {{type: walker-delta, satellites: {count}, planes: 3, phasing: 1}}, "
            f"orbit: {{type: keplerian, {orbit}, e: 0.001, i: 55 deg}}}}\n"
        )

    nodes = (
        NODES
        + walker("BDS", 1000, "body: Earth, frame: EARTH_EQUATOR, a: 27906 km")
        + walker("LEO", 2000, "body: Earth, frame: EARTH_EQUATOR, a: 7100 km")
        + walker("MARS", 3000, "body: Mars, frame: MARS_EQUATOR, a: 9000 km", 48)
    )
    build(NODES, ephemeris)  # compiled
    begin = time.process_time()
    network = build(nodes, ephemeris, head=HEAD.replace("2 d", "7 d"))
    assert len(network) == 135
    assert time.process_time() - begin < 6.0
    assert network.bank.coefficients.nbytes < 60e6
