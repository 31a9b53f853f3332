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

BUDGETS = """
version: 1
name: budgets
time: {start: 2030-03-01T00:00:00Z, duration: 6 h, step: 20 min}
grids:
  - body: Moon
    subdivisions: 1
    fold: 4
    errors: {signal_in_space: {orbit: 4 m, clock: 3 m}, time_transfer: 10 ns}
service_volumes: []
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [relay, navigation],
     pattern: {type: walker-delta, satellites: 24, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
  - {name: ground, kind: ground-station, network: earth, ipn: 99, latitude: 40 deg, longitude: 116 deg}
navigation_users:
  - name: down
    kind: lander
    body: Moon
    start: 1 h
    step: 60 s
    descent:
      - {at: 0 s, latitude: -70 deg, longitude: 0 deg, altitude: 50 km}
      - {at: 20 min, latitude: -87 deg, longitude: 0 deg, altitude: 0 km}
orbit_determination:
  - body: Moon
    duration: 2 h
    step: 20 min
    settle: 1 h
    tracking:
      - {name: ground, stations: [ground], range: 1 m, doppler: 0.1 mm/s, one_way: 2 m, interval: 60 s}
    apriori: {position: 100 m, velocity: 1 cm/s, clock: 1 us, clock_rate: 1.0e-11}
    broadcast: {upload: 20 min, latency: 20 min}
"""


@pytest.fixture(scope="session")
def study():
    return qqnet.Study(from_text(SCENARIO, "tiny.yaml", Path.cwd()))


@pytest.fixture(scope="session")
def budgets():
    """A study with an error budget, a lander and orbit determination."""
    return qqnet.Study(from_text(BUDGETS, "budgets.yaml", Path.cwd()))


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
