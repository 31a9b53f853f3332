"""A receiver on the Moon, one about it and one in the geosynchronous orbit, with their trajectories."""

import pytest

from qqnet.gnss.constellation import packaged
from qqnet.gnss.receivers import Receiver
from qqnet.orbits.build import build_trajectories
from qqnet.scenario.loading import from_text
from qqnet.space.ephemeris import Ephemeris

TEXT = """
version: 1
name: listeners
time: {start: 2030-03-01T00:00:00Z, duration: 1 d, step: 10 min}
nodes:
  - {name: base, kind: site, network: moon, body: Moon, latitude: 10 deg, longitude: 20 deg, ipn: 2, mask: 5 deg}
  - {name: orbiter, kind: spacecraft, network: moon, ipn: 3,
     orbit: {type: keplerian, body: Moon, frame: MOON_EQUATOR, a: 1937.4 km, e: 0, i: 90 deg, raan: 60 deg}}
  - {name: geo, kind: spacecraft, network: earth, ipn: 4,
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 42164.17 km, e: 0, i: 0 deg}}
  - {name: meo, kind: constellation, network: earth, ipn: 10,
     pattern: {type: walker-delta, satellites: 6, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 27906.1 km, e: 0, i: 55 deg}}
  - {name: areo, kind: spacecraft, network: mars, ipn: 6,
     orbit: {type: keplerian, body: Mars, frame: MARS_EQUATOR, a: 20428 km, e: 0, i: 0 deg}}
  - {name: kashi, kind: ground-station, network: earth, latitude: 38 deg, longitude: 76 deg, ipn: 5}
gnss:
  systems: [GPS, BeiDou]
  transmitters: [{block: beidou-meo, nodes: [meo]}]
  step: 30 min
  receivers:
    - {name: high-gain, nodes: [base, orbiter], antenna: {gain: 15 dBi}, noise_temperature: 200 K}
    - {name: dish, nodes: [geo], antenna: {diameter: 30 cm}, noise_temperature: 300 K, threshold: 30 dB-Hz,
       time_offsets: known}
"""


@pytest.fixture(scope="session")
def listeners():
    return from_text(TEXT)


@pytest.fixture(scope="session")
def ephemeris():
    return Ephemeris.packaged()


@pytest.fixture(scope="session")
def paths(listeners, ephemeris):
    return build_trajectories(listeners, ephemeris)


@pytest.fixture(scope="session")
def satellites(listeners):
    return packaged(["GPS", "Galileo"], listeners.time.start_s)


@pytest.fixture(scope="session")
def high_gain():
    return Receiver("high-gain", {"L1": 15.0, "L5": 15.0}, {"L1": 0.55, "L5": 0.55}, 200.0)
