"""A small network about Earth, Moon and Mars, as a bank."""

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from qqnet.access.candidates import Candidates, Occulters
from qqnet.orbits.kepler import Elements, state
from qqnet.space.bank import TableBank
from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import fit
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

START = 1_275_000_000.0
STOP = START + 2 * 86400.0
_SPAN = (START - 3600.0, STOP + 3600.0)
_FIXED = {"Moon": "MOON_PA", "Earth": "ITRF", "Mars": "IAU_MARS"}


@cache
def orbit_table(body, a_km, e, i, raan, argp, mean):
    """Table of a Kepler orbit; angles in degrees."""
    elements = Elements(a_km, e, *np.radians([i, raan, argp, mean]))
    gm = BODIES[body].gm_km3_s2
    return fit(lambda t: state(elements, gm, t - START)[0], *_SPAN, 1e-6)


@cache
def fixed_table(body, length, latitude, longitude):
    """Table of a body-fixed vector; angles in degrees."""
    lat, lon = np.radians([latitude, longitude])
    vector = length * np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    ephemeris = Ephemeris.packaged()
    return fit(
        lambda t: np.einsum("tji,j->ti", rotation(_FIXED[body], t, ephemeris), vector),
        *_SPAN,
        max(1e-6, 1e-9 * length) if length > 1.0 else 1e-10,
    )


@dataclass
class Network:
    """A bank with names: bodies first, then what was added."""

    names: list
    tables: list
    parents: list

    def add(self, name, table, center):
        self.names.append(name)
        self.tables.append(table)
        self.parents.append(-1 if center is None else self.names.index(center))

    def __getitem__(self, name):
        return self.names.index(name)

    @property
    def bank(self):
        return TableBank.build(self.tables, self.parents)

    def occulters(self, *only):
        bodies = [name for name in self.names if name in BODIES]
        chosen = {"only": only} if only else {}
        return Occulters.build(bodies, [self[name] for name in bodies], **chosen)


def empty_network():
    names, tables, parents = Ephemeris.packaged().tables()
    return Network(list(names), list(tables), list(parents))


@pytest.fixture(scope="session")
def making():
    """What a test needs to make a network of its own."""
    return SimpleNamespace(empty=empty_network, orbit=orbit_table, fixed=fixed_table)


@pytest.fixture(scope="session")
def network():
    made = empty_network()
    made.add("leo", orbit_table("Earth", 6900.0, 0.001, 53.0, 10.0, 20.0, 30.0), "Earth")
    made.add("geo", orbit_table("Earth", 42164.0, 0.01, 5.0, 0.0, 0.0, 100.0), "Earth")
    made.add("orbiter", orbit_table("Moon", 1900.0, 0.01, 85.0, 40.0, 0.0, 0.0), "Moon")
    made.add("relay", orbit_table("Moon", 6540.0, 0.6, 56.2, 0.0, 90.0, 0.0), "Moon")
    made.add("mars-relay", orbit_table("Mars", 9000.0, 0.0, 30.0, 0.0, 0.0, 50.0), "Mars")
    made.add("station", fixed_table("Earth", 6371.0, 46.5, 130.8), "Earth")
    made.add("base", fixed_table("Moon", 1737.4, 70.0, 20.0), "Moon")
    made.add("station-up", fixed_table("Earth", 1.0, 46.69, 130.8), None)
    return made


@pytest.fixture(scope="session")
def links(network):
    """Every kind of end and constraint."""
    n = network
    nan, inf, deg = np.nan, np.inf, np.pi / 180.0
    earth, moon = n["Earth"], n["Moon"]
    rows = [
        # from, to, masks, bodies, ups, exclusions, greatest range
        ("station", "leo", 5 * deg, nan, earth, -1, n["station-up"], -1, 0.0, 0.0, inf),
        ("leo", "station", nan, 5 * deg, -1, earth, -1, -1, 0.0, 0.0, inf),
        ("orbiter", "relay", nan, nan, -1, -1, -1, -1, 0.0, 0.0, inf),
        ("orbiter", "relay", nan, nan, -1, -1, -1, -1, 40 * deg, 0.0, 7000.0),
        ("base", "orbiter", 10 * deg, nan, moon, -1, -1, -1, 0.0, 0.0, inf),
        ("relay", "station", nan, 5 * deg, -1, earth, -1, n["station-up"], 0.0, 20 * deg, inf),
        ("station", "orbiter", 5 * deg, nan, earth, -1, -1, -1, 0.0, 0.0, inf),
        ("mars-relay", "leo", nan, nan, -1, -1, -1, -1, 2 * deg, 2 * deg, inf),
        ("leo", "mars-relay", nan, nan, -1, -1, -1, -1, 0.0, 0.0, inf),
        ("geo", "leo", nan, nan, -1, -1, -1, -1, 0.0, 0.0, inf),
        ("station", "mars-relay", 10 * deg, nan, earth, -1, n["station-up"], -1, 0.0, 0.0, inf),
        ("mars-relay", "base", nan, 0.0, -1, moon, -1, -1, 0.0, 0.0, inf),
        ("geo", "relay", nan, nan, -1, -1, -1, -1, 0.0, 0.0, 70_000.0),
    ]
    columns = list(zip(*rows, strict=True))
    ends = [[n[name] for name in column] for column in columns[:2]]
    return Candidates.build(
        *ends,
        min_elevation_from_rad=columns[2],
        min_elevation_to_rad=columns[3],
        body_from=columns[4],
        body_to=columns[5],
        up_from=columns[6],
        up_to=columns[7],
        sun_exclusion_from_rad=columns[8],
        sun_exclusion_to_rad=columns[9],
        max_range_km=columns[10],
    )
