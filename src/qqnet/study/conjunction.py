"""What the Sun does to the links between planets: angles, distances, and whether they stay connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import separation_rad
from qqnet.space.constants import AU_KM, SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.study.study import Study

PLANETS = ("Mars", "Venus")
"""Planets whose links to Earth the Sun may cross."""

HOME = ("Earth", "Moon", "EMB")
"""What nodes of the Earth-Moon system move about."""


def sun_angle(
    ephemeris: Ephemeris, planet: str, times: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Geometric angle between a planet and the Sun seen from the Earth, and the planet's distance.

    Parameters
    ----------
    ephemeris : Ephemeris
        Where they are.
    planet : str
        The planet.
    times : ndarray, shape [T]
        Epochs [TDB s past J2000].

    Returns
    -------
    angle : ndarray, shape [T]
        Sun-Earth-planet angle [rad].
    distance : ndarray, shape [T]
        Earth to planet [km].
    """
    to_planet = ephemeris.position(planet, "Earth", times)
    to_sun = ephemeris.position("Sun", "Earth", times)
    return separation_rad(to_planet, to_sun), np.linalg.norm(to_planet, axis=-1)


def conjunctions(study: Study) -> list[dict[str, Any]]:
    """Figures for every planet that the scenario has a network at.

    Parameters
    ----------
    study : Study
        For contacts and routes.

    Returns
    -------
    list of dict
        ``from``, ``to``, ``sep_min_deg`` and when, distances [AU], light times [s], ``direct_availability``
        (share of time with any contact from the planet straight to the Earth-Moon system), ``connected`` (share of
        the looked-at bundles between the two that find a route; None where no flow runs between them).
    """
    scenario = study.scenario
    time = scenario.time
    times = np.linspace(time.start_s, time.stop_s, int(np.clip(time.duration / 600.0, 25, 2000)))
    found = []
    here = _nodes_about(study, HOME)
    for planet in PLANETS:
        there = _nodes_about(study, (planet,))
        if not there:
            continue
        angle, distance = sun_angle(study.ephemeris, planet, times)
        nearest = int(np.argmin(angle))
        found.append(
            {
                "from": "Earth",
                "to": planet,
                "sep_min_deg": float(np.degrees(angle[nearest])),
                "sep_min_at": format_utc(float(times[nearest])),
                "sep_max_deg": float(np.degrees(angle.max())),
                "distance_min_au": float(distance.min() / AU_KM),
                "distance_max_au": float(distance.max() / AU_KM),
                "owlt_min_s": float(distance.min() / SPEED_OF_LIGHT_KM_S),
                "owlt_max_s": float(distance.max() / SPEED_OF_LIGHT_KM_S),
                "direct_availability": _direct(study, here, there),
                "connected": _connected(study, there),
            }
        )
    return found


def _nodes_about(study: Study, centers: tuple[str, ...]) -> set[str]:
    return {name for name, trajectory in study.trajectories.items() if trajectory.center in centers}


def _direct(study: Study, here: set[str], there: set[str]) -> float:
    """Share of time with any contact from the planet straight to the Earth-Moon system."""
    rows = study.contacts.contacts
    chosen = rows[rows["from"].isin(there) & rows["to"].isin(here)]
    return covered_s(chosen["start_s"].to_numpy(), chosen["end_s"].to_numpy()) / study.scenario.time.duration


def covered_s(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> float:
    """Length of the union of intervals [s].

    Examples
    --------
    >>> covered_s(np.array([0.0, 5.0, 20.0]), np.array([10.0, 12.0, 21.0]))
    13.0
    """
    order = np.argsort(starts, kind="stable")
    start, end = starts[order], ends[order]
    reached = np.concatenate([[-np.inf], np.maximum.accumulate(end)[:-1]]) if len(end) else end
    return float(np.clip(end - np.maximum(start, reached), 0.0, None).sum())


def _connected(study: Study, there: set[str]) -> float | None:
    ends = {flow.name: {flow.source, flow.destination} for flow in study.scenario.flows}
    routes = [route.route is not None for route in study.routes if len(ends[route.flow] & there) == 1]
    return sum(routes) / len(routes) if routes else None
