"""Periodic orbits of a scenario in the real field: forces, place, what is kept, what is refused."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.orbits.build import build_trajectories, dynamics_texts
from qqnet.scenario.loading import from_text
from qqnet.space.bodies import body
from qqnet.space.timescales import tdb_from_utc

HEAD = """\
version: 1
name: test
time: {start: "2040-06-01T00:00:00Z", duration: 20 d, step: 60 s}
nodes:
"""
START = tdb_from_utc("2040-06-01T00:00:00Z")
HALO = "family: halo-L2-south, az: 13000 km"


def node(name, orbit, dynamics="numerical", ipn=1):
    extra = "" if dynamics is None else f", dynamics: {dynamics}"
    return (
        f"  - {{name: {name}, kind: spacecraft, ipn: {ipn}, orbit: {{type: three-body, {orbit}}}{extra}}}\n"
    )


def scenario(nodes):
    return from_text(HEAD + nodes, "test.yaml")


@pytest.fixture(scope="module")
def network(ephemeris):
    return build_trajectories(
        scenario(
            node("REAL", HALO, "{degree: 0, third_bodies: [Sun]}")
            + node("MAPPED", HALO, None, 2)
            + node("NRHO", "family: nrho-L2-south, resonance: 9:2, phase: 0.5", ipn=3)
            + node("SUN", "system: Sun-Earth, family: halo-L1-north, az: 120000 km", ipn=4)
            + node("SEED", "seed: halo-L2-south-13000km", ipn=5)
        ),
        ephemeris,
    )


def test_the_motion_is_one_of_the_forces_all_along(network, ephemeris):
    """No kick anywhere: the second derivative is the pull of Moon, Earth and Sun, the Earth though not written."""
    step, t = 3600.0, START + np.linspace(7200.0, 20 * 86400 - 7200.0, 200)
    velocity = [network.state("REAL", t + k * step, "Moon")[1] for k in (-2, -1, 1, 2)]
    felt = (8 * (velocity[2] - velocity[1]) - (velocity[3] - velocity[0])) / (12 * step)
    r = network.position("REAL", t, "Moon")
    pull = -body("Moon").gm_km3_s2 * r / np.linalg.norm(r, axis=1)[:, None] ** 3
    for name in ("Earth", "Sun"):
        place = ephemeris.position(name, "Moon", t)
        for vector in (r - place, place):
            pull -= body(name).gm_km3_s2 * vector / np.linalg.norm(vector, axis=1)[:, None] ** 3
    np.testing.assert_allclose(felt, pull, rtol=0, atol=2e-11)
    mapped = [network.state("MAPPED", t + k * step, "Moon")[1] for k in (-2, -1, 1, 2)]
    forced = (8 * (mapped[2] - mapped[1]) - (mapped[3] - mapped[0])) / (12 * step)
    assert np.max(np.abs(forced - pull)) > 1e-8  # an orbit on the geometry is none of the forces


def test_it_stays_near_the_periodic_orbit(network):
    t = START + np.linspace(0.0, 20 * 86400.0, 500)
    apart = np.linalg.norm(network.position("REAL", t, "MAPPED"), axis=1)
    assert np.max(apart) < 20_000.0
    assert np.median(apart) < 8_000.0
    distance = np.linalg.norm(network.position("NRHO", t, "Moon"), axis=1)
    assert 2500.0 < distance.min() < 6000.0
    assert 60_000.0 < distance.max() < 80_000.0
    assert distance[0] < 10_000.0  # half a period after the crossing far from the Moon


def test_the_centre_is_the_body_next_to_it(network):
    centers = {name: network[name].center for name in network}
    assert centers == {"REAL": "Moon", "MAPPED": "Moon", "NRHO": "Moon", "SUN": "Earth", "SEED": "Moon"}
    distance = np.linalg.norm(network.position("SUN", START, "Earth"))
    assert 1.2e6 < distance < 1.8e6


def test_texts_say_the_forces_and_where_the_orbit_is_from(network, ephemeris):
    texts = dict(zip(network.names, network.dynamics, strict=True))
    assert texts["REAL"] == "Moon, Earth, Sun; from the Earth-Moon three-body problem"
    assert texts["MAPPED"] == "CR3BP on DE440 geometry"
    assert texts["SUN"].endswith("; from the Sun-Earth three-body problem")
    asked = scenario(node("REAL", HALO, "{degree: 0, third_bodies: [Sun]}"))
    assert dynamics_texts(asked, ephemeris) == {"REAL": texts["REAL"]}


class Drawer(dict):
    find = dict.get
    keep = dict.__setitem__


def test_it_is_kept_and_found_again_until_it_is_another(ephemeris, monkeypatch):
    from qqnet.orbits import real_field

    made = []
    find = real_field.into_ephemeris
    monkeypatch.setattr(
        real_field, "into_ephemeris", lambda *args, **options: made.append(1) or find(*args, **options)
    )
    drawer = Drawer()
    for orbit, dynamics, count in (
        (HALO, "{degree: 0}", 1),
        (HALO, "{degree: 0}", 1),
        (HALO, "{degree: 2}", 2),
        (HALO + ", phase: 0.5", "{degree: 0}", 3),
        (HALO.replace("13000", "14000"), "{degree: 0}", 4),
    ):
        build_trajectories(scenario(node("A", orbit, dynamics)), ephemeris, store=drawer)
        assert len(made) == len(drawer) == count


def test_orbits_that_do_not_exist_name_their_node(ephemeris):
    for dynamics in (None, "numerical"):
        text = node("FAR", "family: nrho-L2-south, resonance: 1:2", dynamics)
        with pytest.raises(InputError, match=r"node 'FAR': .*no member with resonance 1:2"):
            dynamics_texts(scenario(text), ephemeris)
        with pytest.raises(InputError, match=r"node 'FAR': .*no member with resonance 1:2"):
            build_trajectories(scenario(text), ephemeris)
