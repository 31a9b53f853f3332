"""The way between the planets: distances, angles to the Sun, and which trunks stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.report.gantt import Row, gantt_figure, intersected
from qqnet.report.image import embedded
from qqnet.report.links_over_time import GatheredContacts
from qqnet.report.network import home
from qqnet.report.page import Block, Figures, Table, Text
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.sun_between import conjunction_blocks
from qqnet.report.wording import NONE, duration, number, percent, utc
from qqnet.space.constants import AU_KM, SPEED_OF_LIGHT_KM_S

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

NEAR_EARTH = ("Earth", "Moon")
_CONTEXT_S = 400 * 86400.0


def planets_of(study: Study) -> list[str]:
    """Bodies of a study's nodes that are neither near the Earth nor the Sun."""
    homes = dict.fromkeys(home(node) for node in study.scenario.nodes)
    return [body for body in homes if body not in (*NEAR_EARTH, "Sun")]


def planet_blocks(study: Study, gathered: GatheredContacts) -> list[Block]:
    """Distances, angles and trunks between the Earth and the planets of a study.

    Parameters
    ----------
    study : Study
        For the ephemeris and the summary.
    gathered : GatheredContacts
        Its contacts.

    Returns
    -------
    list of Block
    """
    planets = planets_of(study)
    if not planets:
        return [
            Text("This network does not leave the Earth-Moon system, so no planet or Sun gets in between.")
        ]
    time = study.scenario.time
    span = (time.start_s, time.stop_s)
    inside = np.linspace(*span, 400)
    first, last = study.ephemeris.span
    around = np.linspace(max(span[0] - _CONTEXT_S, first), min(span[1] + _CONTEXT_S, last), 900)
    blocks: list[Block] = [
        Figures(
            [_geometry(study, planets, inside, None, "geometry-span")],
            "Over the span of the scenario: geometric distance of the bodies' centres, the light time "
            "that follows, "
            "and the angle between Sun and planet seen from the Earth, on a logarithmic axis.",
            wide=True,
        ),
        Figures(
            [_geometry(study, planets, around, span, "geometry-years")],
            "The same over the years around; the span of the scenario is shaded. Where the angle comes "
            "close to zero "
            "the Sun stands in or beside the beam: conjunction.",
            wide=True,
        ),
    ]
    entries = study.summary.get("conjunction") or []
    if entries:
        blocks.append(_table(entries))
        blocks += conjunction_blocks(entries)
    rows = [row for planet in planets for row in _ways(study, gathered, planet)]
    if rows:
        alternative = "When the trunks to the planets stand: " + "; ".join(
            f"{row.label} {percent(row.share(span))}" for row in rows
        )
        blocks.append(
            Figures(
                [embedded(gantt_figure(rows, span), "ways", alternative)],
                "When there is a trunk from the Earth-Moon system, straight or by way of a station "
                "around the Sun "
                "(both of its halves stand at the same moment; light time not counted). At the right the "
                "share of the span.",
                wide=True,
            )
        )
    else:
        blocks.append(Text("No trunk joins the Earth-Moon system with a planet during the span."))
    return blocks


def _geometry(
    study: Study, planets: list[str], times: Floats, span: tuple[float, float] | None, name: str
) -> Any:
    from qqnet.study.conjunction import sun_angle

    found = {planet: sun_angle(study.ephemeris, planet, times) for planet in planets}

    def lines(values: dict[str, Floats]) -> list[Line]:
        return [Line(planet, line) for planet, line in values.items()]

    distance = {planet: pair[1] for planet, pair in found.items()}
    charts = [
        Chart("Distance from Earth", "distance [AU]", lines({p: d / AU_KM for p, d in distance.items()})),
        Chart(
            "One-way light time",
            "light time [min]",
            lines({p: d / SPEED_OF_LIGHT_KM_S / 60.0 for p, d in distance.items()}),
        ),
        Chart(
            "Angle Sun – Earth – planet",
            "angle [deg]",
            lines({p: np.degrees(pair[0]) for p, pair in found.items()}),
            # Conjunction is a matter of a degree or two, which a linear axis hides over a few days.
            kind="number" if span is not None else "log",
            floor=0.0 if span is not None else None,
        ),
    ]
    words = "; ".join(
        f"{planet} {number(float(d.min() / AU_KM))} to {number(float(d.max() / AU_KM))} AU"
        for planet, d in distance.items()
    )
    return embedded(series_figure(times, charts, span), name, f"Distance, light time and Sun angle: {words}.")


def _table(entries: list[dict[str, Any]]) -> Table:
    rows = [
        [
            entry["to"],
            f"{number(entry['sep_min_deg'])}°",
            utc(entry["sep_min_at"]),
            f"{number(entry['distance_min_au'])} to {number(entry['distance_max_au'])} AU",
            f"{duration(entry['owlt_min_s'])} to {duration(entry['owlt_max_s'])}",
            NONE if entry.get("connected") is None else percent(entry["connected"]),
        ]
        for entry in entries
    ]
    columns = [
        "planet",
        "least angle to the Sun",
        "when",
        "distance",
        "light time",
        "bundles with a route, to or from there",
    ]
    return Table(columns, rows, 1, "Geometry and connection over the span")


def _ways(study: Study, gathered: GatheredContacts, planet: str) -> list[Row]:
    """Rows of a planet: straight by laser, straight by radio, and by each station around the Sun."""
    direct = gathered.between(NEAR_EARTH, [planet])
    direct = direct[direct["trunk"]]
    rows = []
    for kind, word in (("optical", "laser"), ("rf", "radio")):
        chosen = direct[direct["kind"] == kind]
        if len(chosen) or _possible(study, gathered, planet, kind):
            row = gathered.row("", chosen)
            rows.append(Row(f"{planet}: straight, {word}", row.start_s, row.end_s))
    for node in study.scenario.nodes:
        if home(node) != "Sun":
            continue
        trunks = gathered.rows[gathered.rows["trunk"]]
        mine = trunks[(trunks["a"] == node.name) | (trunks["b"] == node.name)]
        near = mine[mine["a_home"].isin(NEAR_EARTH) | mine["b_home"].isin(NEAR_EARTH)]
        far = mine[(mine["a_home"] == planet) | (mine["b_home"] == planet)]
        if len(near) and len(far):
            label = f"{planet}: via {node.name}"
            rows.append(intersected(gathered.row("", near), gathered.row("", far), label))
    return rows


def _possible(study: Study, gathered: GatheredContacts, planet: str, kind: str) -> bool:
    """Whether the equipment allows a trunk at all, so that a row without bars says something."""
    terminals, entries = study.scenario.terminals, gathered.entries
    return any(
        link.kind == kind
        and home(entries[link.source]) in NEAR_EARTH
        and home(entries[link.target]) == planet
        and "trunk" in terminals[link.transmit].roles
        and "trunk" in terminals[link.receive].roles
        for link in study.links
    )
