"""A small scenario, its study in memory and in a folder, made once."""

from pathlib import Path

import pytest

import qqnet
from qqnet.scenario.loading import from_text

SMALL = """
version: 1
name: small
time: {start: 2030-03-01T00:00:00Z, duration: 12 h, step: 5 min}
terminals:
  user: {kind: rf, roles: [user], antenna: {gain: 10 dBi},
         transmit: {frequency: 2.25 GHz, power: 5 W, modes: [{rate: 1 Mbit/s, eb_n0: 3 dB}]},
         receive: {lowest: 2.0 GHz, highest: 2.1 GHz, noise_temperature: 300 K}}
  relay: {kind: rf, roles: [relay], antenna: {diameter: 1 m},
          transmit: {frequency: 2.05 GHz, power: 10 W, modes: [{rate: 1 Mbit/s, eb_n0: 3 dB}]},
          receive: {lowest: 2.2 GHz, highest: 2.3 GHz, noise_temperature: 300 K}}
  laser: {kind: optical, roles: [trunk], wavelength: 1550 nm, sun_exclusion: 3 deg, acquisition: 30 s,
          transmit: {power: 1 W, aperture: 10 cm, modes: [{rate: 1 Gbit/s, photons_per_bit: 40}]},
          receive: {aperture: 10 cm, efficiency: 0.5}}
  down: {kind: rf, roles: [downlink], antenna: {diameter: 1 m},
         transmit: {frequency: 26 GHz, power: 20 W, modes: [{rate: 50 Mbit/s, eb_n0: 2 dB}]},
         receive: {lowest: 22 GHz, highest: 23 GHz, noise_temperature: 400 K}}
  ground: {kind: rf, roles: [ground], antenna: {diameter: 34 m}, zenith_attenuation: 0.5 dB,
           transmit: {frequency: 22.8 GHz, power: 100 W, modes: [{rate: 50 Mbit/s, eb_n0: 2 dB}]},
           receive: {lowest: 25.5 GHz, highest: 27 GHz, noise_temperature: 100 K}}
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [relay, navigation],
     terminals: [relay, laser, down],
     pattern: {type: walker-delta, satellites: 6, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
  - {name: base, kind: site, network: moon, body: Moon, latitude: -89 deg, longitude: 0 deg, ipn: 2,
     terminals: [user]}
  - {name: kashi, kind: ground-station, network: earth, latitude: 38.4214 deg, longitude: 76.7144 deg,
     mask: 10 deg, ipn: 3, terminals: [ground]}
  - {name: beijing, kind: ground-station, network: earth, latitude: 40 deg, longitude: 116 deg, ipn: 1}
terrestrial:
  - {name: fibre, nodes: [kashi, beijing], rate: 1 Gbit/s, delay: 50 ms}
flows:
  - {name: science, from: base, to: beijing, size: 10 MB, every: 1 h, deadline: 12 h, priority: bulk}
  - {name: command, from: beijing, to: base, size: 1 kB, every: 1 h, deadline: 12 h, priority: expedited}
grids:
  - {body: Moon, subdivisions: 1, fold: 1}
"""


@pytest.fixture(scope="session")
def small() -> qqnet.Scenario:
    return from_text(SMALL, "small.yaml", Path.cwd())


@pytest.fixture(scope="session")
def study(small) -> qqnet.Study:
    return qqnet.run(small)


@pytest.fixture(scope="session")
def folder(small, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("studies") / "small"
    qqnet.run(small, path)
    return path


CLOUDY = """
version: 1
name: cloudy
seed: 5
time: {start: 2030-03-01T00:00:00Z, duration: 4 d, step: 10 min}
weather: {correlation_length: 300 km, years: 2}
terminals:
  laser-up: {kind: optical, roles: [downlink], wavelength: 1550 nm, acquisition: 30 s,
             transmit: {power: 1 W, aperture: 10 cm, modes: [{rate: 1 Gbit/s, photons_per_bit: 50}]},
             receive: {aperture: 10 cm, efficiency: 0.5}}
  laser-down: {kind: optical, roles: [ground], wavelength: 1550 nm, acquisition: 10 s,
               transmit: {power: 1 W, aperture: 20 cm, modes: [{rate: 1 Gbit/s, photons_per_bit: 50}]},
               receive: {aperture: 50 cm, efficiency: 0.5}}
  ka-up: {kind: rf, roles: [downlink], antenna: {diameter: 1 m},
          transmit: {frequency: 26 GHz, power: 20 W, modes: [{rate: 50 Mbit/s, eb_n0: 2 dB}]},
          receive: {lowest: 22 GHz, highest: 23 GHz, noise_temperature: 400 K}}
  ka-down: {kind: rf, roles: [ground], antenna: {diameter: 5 m},
            transmit: {frequency: 22.8 GHz, power: 100 W, modes: [{rate: 50 Mbit/s, eb_n0: 2 dB}]},
            receive: {lowest: 25.5 GHz, highest: 27 GHz, noise_temperature: 100 K}}
nodes:
  - {name: geo, kind: spacecraft, ipn: 1, services: [relay], terminals: [laser-up, ka-up],
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 42164.17 km, e: 0, i: 0 deg,
             mean_anomaly: 259 deg, epoch: 2030-03-01T00:00:00Z}}
  - {name: one, kind: ground-station, ipn: 2, latitude: 32 deg, longitude: 100 deg,
     terminals: [laser-down, ka-down], weather: {clear_sky: 50 %}}
  - {name: two, kind: ground-station, ipn: 3, latitude: 35 deg, longitude: 100 deg,
     terminals: [laser-down, ka-down], weather: {clear_sky: 60 %}}
"""


@pytest.fixture(scope="session")
def cloudy_text() -> str:
    """A relay in geostationary orbit above two sites under clouds, with lasers and radio."""
    return CLOUDY


@pytest.fixture(scope="session")
def cloudy_study() -> qqnet.Study:
    return qqnet.Study(from_text(CLOUDY, "cloudy.yaml", Path.cwd()))
