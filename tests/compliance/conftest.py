"""A small study with a grid and volumes, made once."""

from pathlib import Path

import pytest

import qqnet
from qqnet.compliance.loading import table_from_text
from qqnet.scenario.loading import from_text

SCENARIO = """
version: 1
name: tiny
time: {start: 2030-03-01T00:00:00Z, duration: 2 d, step: 20 min}
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [relay, navigation],
     pattern: {type: walker-delta, satellites: 24, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
grids:
  - {body: Moon, subdivisions: 1, fold: 4, gdop: 5}
service_volumes:
  - {name: cap, body: Moon, north: -80 deg, shells: {highest: 125 km}, gdop: 6, points: 6}
  - {name: pole, body: Moon, north: -84 deg, altitudes: [0 km, 200 km], fold: 1, points: 3}
"""


@pytest.fixture(scope="session")
def study():
    return qqnet.Study(from_text(SCENARIO, "tiny.yaml", Path.cwd()))


@pytest.fixture
def table():
    """A table of one requirement."""

    def make(quantity, comparison, value, where="{body: Moon}", extra=""):
        return table_from_text(
            f"version: 1\nname: own\ntitle: Own\nrequirements:\n"
            f"  - {{id: one, title: One, quantity: {quantity}, comparison: {comparison}, value: {value},\n"
            f"     where: {where}, source: test, verified: own{extra}}}\n",
            "own.yaml",
        )

    return make
