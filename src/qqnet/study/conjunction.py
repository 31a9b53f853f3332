"""What the Sun does to the links between planets: angles, distances, and whether they stay connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import separation_rad
from qqnet.links.pairs import terminal_pairs
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Node, Site, member_names
from qqnet.space.constants import AU_KM, SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import format_utc
from qqnet.study.direct_links import Direct, direct_links, figures
from qqnet.study.way_round import Detours, WayRound

if TYPE_CHECKING:
    from qqnet.study.study import Study

PLANETS = ("Mars", "Venus")
"""Planets whose links to Earth the Sun may cross."""

SAMPLES: Final = 96
"""Times over the span at which rates, and the way round, are looked at."""

ON_THE_WAY_S: Final = 3600.0
"""Light to a planet and on to another takes less [s]."""

DENSE: Final = 2000
"""Times at which the angle from the Sun is looked up for rates."""

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


def conjunction_answer(study: Study, planets: Sequence[str] = PLANETS) -> list[dict[str, Any]]:
    """Say in full what the Sun does to the links with every planet that the scenario has a network at.

    Parameters
    ----------
    study : Study
        For contacts and routes.
    planets : sequence of str
        The planets to be looked at.

    Returns
    -------
    list of dict
        What `conjunctions` gives; and, whomever terminals are pointed at: ``direct``, the direct links by
        equipment and direction (`qqnet.study.direct_links.figures`); ``way_round``, what goes without them in
        either direction; ``series``, angle and rates at sampled times, from the planet to the Earth.
    """
    from qqnet.study.study import Study

    free = between_planets(study.scenario)
    possible = study
    if free != study.scenario:
        possible = Study(free)
        possible.take_trajectories(study.trajectories)
    homes = homes_of(possible)
    return [
        entry | _links_past_the_sun(possible, homes, entry["to"])
        for entry in conjunctions(study)
        if entry["to"] in planets
    ]


def _links_past_the_sun(study: Study, homes: dict[str, str], planet: str) -> dict[str, Any]:
    """Direct links, way round and their series for one planet."""
    time, times = study.scenario.time, sample_times(study)
    dense = np.linspace(time.start_s, time.stop_s, DENSE)
    angle, _ = sun_angle(study.ephemeris, planet, dense)
    direct: list[dict[str, Any]] = []
    round_: list[dict[str, Any]] = []
    series: dict[str, Any] = {}
    for source, target in (("Earth", planet), (planet, "Earth")):
        sources, targets = ({name for name, home in homes.items() if home == end} for end in (source, target))
        links = direct_links(study, sources, targets)
        detours = Detours(study, homes, source, target)
        ways = [detours.widest(float(t)) for t in times]
        direct += [figures(study, one, source, target, dense, angle) for one in links]
        round_.append(_way_figures(study.scenario, source, target, times, ways))
        series = _series(study, planet, times, links, ways)  # the last is that from the planet
    return {"direct": direct, "way_round": round_, "series": series}


def between_planets(scenario: Scenario) -> Scenario:
    """Return what of a scenario links the planets: the nodes whose equipment reaches another body's network.

    Every terminal has beams for all its peers: the question is what the Sun leaves possible, whomever a terminal
    is pointed at. Traffic and all other questions are left out.

    Parameters
    ----------
    scenario : Scenario
        Any.

    Returns
    -------
    Scenario
        With at least one node where the original has one.
    """
    homes = {name: _home(node) for node in scenario.nodes for name in member_names(node)}
    reaching: set[str] = set()
    for pair in terminal_pairs(scenario):
        if homes[pair.source] is None or homes[pair.source] != homes[pair.target]:
            reaching |= {pair.source, pair.target}
    kept = [node for node in scenario.nodes if reaching & set(member_names(node))]
    left_out: dict[str, Any] = {"flows": [], "terrestrial": [], "grids": [], "gnss": None}
    left_out |= {
        name: [] for name in ("navigation_users", "service_volumes", "stability", "orbit_determination")
    }
    terminals = {
        name: one if one.beams is None else one.model_copy(update={"beams": None})
        for name, one in scenario.terminals.items()
    }
    return scenario.model_copy(
        update={"nodes": kept or scenario.nodes[:1], "terminals": terminals, **left_out}
    )


def _home(node: Node) -> str | None:
    """Return the body whose network an entry belongs to; None where only its motion will tell."""
    if isinstance(node, Site | GroundStation):
        center = node.body
    else:
        orbit = getattr(node, "orbit", None)
        center = getattr(orbit, "body", None) or getattr(orbit, "system", "").partition("-")[0]
    return ("Earth" if center in HOME else center) or None


def homes_of(study: Study) -> dict[str, str]:
    """Return the body whose network each node belongs to: Earth for the whole Earth-Moon system."""
    return {
        name: "Earth" if trajectory.center in HOME else trajectory.center
        for name, trajectory in study.trajectories.items()
    }


def sample_times(study: Study) -> NDArray[np.float64]:
    """Times at which rates are looked at, shape [T] [TDB s past J2000]: `SAMPLES` even ones.

    They end so long before the span that what is sent then arrives within it.
    """
    time = study.scenario.time
    length = time.duration - min(ON_THE_WAY_S, 0.5 * time.duration)
    return time.start_s + (np.arange(SAMPLES) + 0.5) * length / SAMPLES


def _way_figures(
    scenario: Scenario, source: str, target: str, times: NDArray[np.float64], ways: list[WayRound]
) -> dict[str, Any]:
    """Draw the figures of the ways round that were found at sampled times."""
    there = [one for one in ways if one.via]
    rates, delays = [one.rate_bps for one in there], [one.delay_s for one in there]
    missing = [float(t) for t, one in zip(times, ways, strict=True) if not one.via]
    stations = Counter(_stations(scenario, one.via) for one in there)
    return {
        "from": source,
        "to": target,
        "samples": len(ways),
        "connected": len(there) / len(ways),
        "missing": [format_utc(t) for t in missing],
        "rate_bps": _spread(rates),
        "delay_s": _spread(delays),
        "via": [
            {"nodes": list(nodes), "share": count / len(ways)} for nodes, count in stations.most_common()
        ],
    }


def _stations(scenario: Scenario, via: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries of the scenario's nodes between the gates of the two ends, each once."""
    return tuple(dict.fromkeys(scenario.entry(name).name for name in via[1:-1]))


def _spread(values: list[float]) -> dict[str, float | None]:
    if not values:
        return {"min": None, "median": None, "max": None}
    return {"min": min(values), "median": float(np.median(values)), "max": max(values)}


def _series(
    study: Study, planet: str, times: NDArray[np.float64], direct: list[Direct], ways: list[WayRound]
) -> dict[str, Any]:
    angle, distance = sun_angle(study.ephemeris, planet, times)
    best = {
        kind: np.max(
            [one.best_rate_bps(times) for one in direct if one.kind == kind] or [0.0 * times], axis=0
        )
        for kind in ("optical", "rf")
    }
    return {
        "times_utc": [format_utc(float(t)) for t in times],
        "sep_deg": np.degrees(angle).tolist(),
        "direct_delay_s": (distance / SPEED_OF_LIGHT_KM_S).tolist(),
        "laser_bps": best["optical"].tolist(),
        "radio_bps": best["rf"].tolist(),
        "round_bps": [one.rate_bps for one in ways],
        "round_delay_s": [one.delay_s if one.via else None for one in ways],
    }


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
