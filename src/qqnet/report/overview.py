"""What the network is: the drawing, the views to scale, and how many of what there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.report.image import Picture, embedded
from qqnet.report.network import bonds, home, worlds
from qqnet.report.network_map import network_map
from qqnet.report.page import Block, Figures, Fold, Markup, Table
from qqnet.report.top_view import earth_moon_figure, solar_system_figure
from qqnet.report.wording import distance, utc, whole
from qqnet.scenario.nodes import GroundStation, Node, Site, member_names
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

_SMALL = 4
"""Constellations of at most so many spacecraft are shown one by one."""


def overview_blocks(study: Study) -> list[Block]:
    """Draw a study's network.

    Parameters
    ----------
    study : Study
        Scenario, links and trajectories.

    Returns
    -------
    list of Block
    """
    scenario = study.scenario
    drawing = network_map(
        worlds(scenario),
        bonds(scenario, study.links),
        [net.name for net in scenario.terrestrial],
    )
    when = utc(format_utc(scenario.time.start_s))
    return [
        Markup(
            drawing,
            "Not to scale. A line stands for links that the equipment allows, in either direction; when "
            "they are up "
            "is in the sections on trunks and contacts. Links among the members of one constellation are "
            "not drawn.",
        ),
        Figures(
            _views(study),
            f"To scale, seen from the north of the ecliptic, at the start, {when}. Grey: orbits of "
            "planets and Moon. "
            "Blue lines: paths of single spacecraft over the first days; orange: members of constellations.",
        ),
        Fold(f"All {whole(len(scenario.nodes))} entries of the scenario's nodes", [_census(study)]),
    ]


def _views(study: Study) -> list[Picture]:
    scenario, trajectories, at_s = study.scenario, study.trajectories, study.scenario.time.start_s
    bodies = [home(node) for node in scenario.nodes] + [grid.body for grid in scenario.grids]
    spacecraft = [node for node in scenario.nodes if not isinstance(node, Site | GroundStation)]
    names = [(node, name) for node in spacecraft for name in member_names(node)]
    around_sun = {
        name: trajectories.position(name, at_s, "Sun") for node, name in names if home(node) == "Sun"
    }
    pictures = [
        embedded(
            solar_system_figure(study.ephemeris, at_s, bodies, around_sun),
            "view-sun",
            "Positions of the planets around the Sun and of stations far from all of them.",
        )
    ]
    near = [node for node in spacecraft if home(node) in ("Earth", "Moon")]
    if near:
        pictures.append(
            embedded(
                earth_moon_figure(study.ephemeris, at_s, *_earth_moon(study, near)),
                "view-earth",
                "Positions of spacecraft about Earth and Moon.",
            )
        )
    return pictures


def _earth_moon(study: Study, near: Sequence[Node]) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Tracks of single relays, and positions of constellations and of navigation satellites together."""
    trajectories, start = study.trajectories, study.scenario.time.start_s
    times = start + np.linspace(0.0, min(study.scenario.time.duration, 7 * 86400.0), 160)
    tracks: dict[str, Floats] = {}
    swarms: dict[str, list[Floats]] = {}
    for node in near:
        members = member_names(node)
        alone = "relay" in node.services or node.network == "core"
        if alone and len(members) <= _SMALL:
            for name in members:
                tracks[name] = trajectories.position(name, times, "Earth")
            continue
        if not node.services:
            continue
        label = f"navigation, {home(node)}" if "relay" not in node.services else node.name
        swarms.setdefault(label, []).extend(trajectories.position(name, start, "Earth") for name in members)
    return tracks, {label: np.stack(swarm) for label, swarm in swarms.items()}


def _census(study: Study) -> Table:
    rows = []
    for node in study.scenario.nodes:
        members = member_names(node)
        place = home(node)
        far = ""
        if not isinstance(node, Site | GroundStation) and place != "Sun":
            position = study.trajectories.position(members[0], study.scenario.time.start_s, place)
            far = distance(float(np.linalg.norm(position)))
        rows.append(
            [
                node.name,
                node.kind.replace("-", " "),
                node.network,
                place,
                ", ".join(node.services) or ("user" if node.terminals else "–"),
                ", ".join(node.terminals) or "–",
                study.trajectories[members[0]].dynamics,
                whole(len(members)),
                far or "–",
            ]
        )
    columns = [
        "node",
        "kind",
        "network",
        "at",
        "service",
        "terminals",
        "motion",
        "count",
        "from its centre at the start",
    ]
    return Table(columns, rows, 7, prose=True)
