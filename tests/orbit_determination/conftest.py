"""Four satellites about the Moon, two stations, a beacon and two navigation satellites, for six hours."""

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import propagate
from qqnet.orbit_determination.crosslinks import Crosslinks
from qqnet.orbit_determination.gnss_ranging import GnssRanging, SignalsByAngle
from qqnet.orbit_determination.motion import Motion
from qqnet.orbit_determination.parameters import Parameters, Station
from qqnet.orbit_determination.setup import Broadcast, Setup
from qqnet.orbit_determination.states import Acceleration, Apriori, Spacecraft
from qqnet.orbit_determination.stations import Site
from qqnet.orbit_determination.tracking import SiteTracking
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.sites import Place, body_fixed_position, place_trajectory
from qqnet.orbits.trajectory import Trajectories, Trajectory
from qqnet.orbits.walker import walker
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.turning import rotation_table

START, HOURS = 1.275e9, 6.0
SPAN = (START - 900.0, START + HOURS * 3600.0 + 900.0)
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 4),))
SATELLITES = ("sat-1", "sat-2", "sat-3", "sat-4")
PLACES = {
    "kashi": Place("kashi", "Earth", 0.67, 1.34),
    "neuquen": Place("neuquen", "Earth", -0.67, -1.22),
    "beacon": Place("beacon", "Moon", -1.2, 0.5, 0.5),
}


@pytest.fixture(scope="session")
def planets():
    return Ephemeris.packaged()


@pytest.fixture(scope="session")
def network(planets):
    """Trajectories of everything."""
    pattern = walker(4, 2, 1, "delta")
    lunar = Elements(7000.0, 0.05, np.radians(56.0), 0.3, 0.2, 0.1).shifted(*pattern)
    r, v = state(lunar, body("Moon").gm_km3_s2)
    made = propagate(MODEL, np.hstack([r, v]), START, SPAN, planets, names=SATELLITES)
    nodes = [Trajectory(name, "Moon", table) for name, table in zip(SATELLITES, made.tables, strict=True)]
    earth = Elements(27906.1, 0.0, np.radians(55.0), 1.0, 0.0, 2.0).shifted(*walker(2, 1, 0, "delta"))
    r, v = state(earth, body("Earth").gm_km3_s2)
    high = propagate(ForceModel("Earth"), np.hstack([r, v]), START, SPAN, planets, names=("gnss-1", "gnss-2"))
    nodes += [Trajectory(name, "Earth", table) for name, table in zip(high.names, high.tables, strict=True)]
    for name in ("Earth", "Moon"):
        turning = rotation_table(body(name), SPAN, planets, reach_km=1.01 * body(name).equatorial_radius_km)
        nodes += [place_trajectory(one, SPAN, turning) for one in PLACES.values() if one.body == name]
    return Trajectories.build(planets, nodes)


def site(name):
    place = PLACES[name]
    up = np.array(
        [
            np.cos(place.latitude_rad) * np.cos(place.longitude_rad),
            np.cos(place.latitude_rad) * np.sin(place.longitude_rad),
            np.sin(place.latitude_rad),
        ]
    )
    return Site(name, place.body, body_fixed_position(place), up, np.radians(5.0))


def ground(**changes):
    known = {
        "range_km": 1e-3, "rate_km_s": 1e-7, "one_way_km": 2e-3, "interval_s": 600.0, "beams": 4,
    }  # fmt: skip
    return SiteTracking("ground", (site("kashi"), site("neuquen")), **(known | changes))


def crosslinks(**changes):
    return Crosslinks(
        **({"kind": "dual-one-way", "sigma_km": 3e-4, "links": 2, "interval_s": 600.0} | changes)
    )


def signals():
    provider = SignalsByAngle(("gnss-1", "gnss-2"), np.radians(60.0), 0.01)
    return GnssRanging(provider, 600.0)


def beacon():
    return SiteTracking("beacon", (site("beacon"),), range_km=3e-4, interval_s=600.0, beams=4)


NEAR = Apriori(0.01, 2e-6, 1e-7, 1e-11)
"""Errors so small that ranges are linear in them to a part of their noise."""


@pytest.fixture(scope="session")
def setup_with(network, planets):
    """Make analyses of the four satellites."""

    def make(
        *sources, considered=True, satellites=4, hours=HOURS, step_s=600.0, smoother=False, **spacecraft
    ):
        names = SATELLITES[:satellites]
        errors = Station(3e-5, 5e-4, 4e-5, 1e-4, 1e-3)
        parameters = Parameters.build(
            gm=1e-8 * considered,
            degree_two=1e-9 * considered,
            sunlight=0.1 * considered,
            satellites=names,
            stations=[("kashi", errors), ("neuquen", errors)] * considered,
        )
        craft = Spacecraft(
            **(
                {
                    "apriori": NEAR,
                    "acceleration": Acceleration((1e-12, 1e-12, 1e-12), 3600.0),
                    "sunlight_km_s2": 1e-10,
                }
                | spacecraft
            )
        )
        motion = Motion("Moon", names, (MODEL,) * satellites, craft, parameters, network, planets)
        occulting = tuple((name, body(name).mean_radius_km) for name in ("Moon", "Earth"))
        times = START + step_s * np.arange(round(hours * 3600.0 / step_s) + 1)
        return Setup(motion, sources, occulting, times, Broadcast(7200.0, 1200.0), smoother)

    return make
