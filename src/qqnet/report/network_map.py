"""The network, drawn: a panel for each world, a row for each node, lines for the links between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qqnet.report.network import STATIONS, USERS, Bond, BondKind, Member, World
from qqnet.report.style import BODY_COLOURS, FAINT

_PANEL_W = 292.0
_CENTRE_W = 232.0
_GUTTER = 152.0
_HEAD, _ROW, _SMALL_ROW, _GROUP_HEAD, _GAP = 42.0, 37.0, 21.0, 27.0, 22.0
_LANE, _SPREAD = 30.0, 4.4
_MOST_ROWS = 14
_LONGEST = 29

STYLES: dict[BondKind, str] = {
    "laser trunk": "laser",
    "radio trunk": "radio",
    "laser link": "laser thin",
    "radio link": "radio thin",
    "user access": "access",
    "ground link": "ground",
}
"""Classes of the page's style sheet."""


@dataclass(frozen=True)
class _Port:
    x: float
    y: float
    side: float
    """-1 where lines leave to the left, 1 to the right."""
    room: float
    """Height over which lines may end."""


def network_map(worlds: Sequence[World], bonds: Sequence[Bond], terrestrial: Sequence[str]) -> str:
    """Draw the network.

    Bodies with stations and the Moon stand at the left, planets at the right, what circles the Sun between
    them. No line runs behind a panel: those between left and right pass below the middle one.

    Parameters
    ----------
    worlds : sequence of World
        What is where.
    bonds : sequence of Bond
        What is linked.
    terrestrial : sequence of str
        Names of the networks on the ground.

    Returns
    -------
    str
        An SVG element.
    """
    drawing = _Drawing(worlds, terrestrial)
    lines = drawing.lines(bonds)
    legend_y = drawing.height
    used = [kind for kind in STYLES if any(bond.kind == kind for bond in bonds)]
    legend, height = _legend(used, legend_y, drawing.width)
    title = "The network: " + "; ".join(
        f"{world.body} with {', '.join(member.name for member in world.relays) or 'users only'}"
        for world in worlds
    )
    return (
        f'<svg class="network" viewBox="0 0 {drawing.width:.0f} {height:.0f}" role="img" '
        f'style="max-width:{1.1 * drawing.width:.0f}px;min-width:{0.72 * drawing.width:.0f}px" '
        f'aria-label="{escape(title, quote=True)}">{lines}{"".join(drawing.parts)}{legend}</svg>'
    )


class _Drawing:
    """Panels placed in columns, and where the lines may end."""

    def __init__(self, worlds: Sequence[World], terrestrial: Sequence[str]):
        self.parts: list[str] = []
        self.ports: dict[tuple[str, str], list[_Port]] = {}
        self.terrestrial = terrestrial
        centre = [world for world in worlds if world.body == "Sun"]
        left = [world for world in worlds if world.body in ("Earth", "Moon")]
        right = [world for world in worlds if world.body not in ("Sun", "Earth", "Moon")]
        if not right and len(left) == 2:
            left, right = left[:1], left[1:]
        left.sort(key=lambda world: world.body)
        middle = _CENTRE_W if centre else 0.0
        right_x = _PANEL_W + 2 * _GUTTER + middle if centre else _PANEL_W + 1.6 * _GUTTER
        self.width = right_x + _PANEL_W if right else _PANEL_W + _GUTTER * 2 + middle
        heights = {world.body: _height(world, terrestrial) for world in worlds}
        total = max(
            (sum(heights[world.body] + _GAP for world in column) for column in (left, right, centre)),
            default=0.0,
        )
        self._column(left, 0.0, _PANEL_W, (1.0,), heights, total)
        self._column(right, right_x, _PANEL_W, (-1.0,), heights, total)
        self.lane_y = 0.0
        if centre:
            y = 4.0 + 0.15 * (total - heights["Sun"])
            self._panel(centre[0], _PANEL_W + _GUTTER, y, _CENTRE_W, heights["Sun"], (-1.0, 1.0))
            self.lane_y = y + heights["Sun"] + _LANE
        self.centre = (_PANEL_W + _GUTTER, _PANEL_W + _GUTTER + middle)
        self.height = total + 8.0

    def _column(
        self,
        worlds: Sequence[World],
        x: float,
        width: float,
        sides: tuple[float, ...],
        heights: dict[str, float],
        total: float,
    ) -> None:
        free = total - sum(heights[world.body] for world in worlds)
        y, gap = 4.0, free / max(len(worlds), 1)
        for world in worlds:
            self._panel(world, x, y, width, heights[world.body], sides)
            y += heights[world.body] + gap

    def _panel(
        self, world: World, x: float, y: float, width: float, height: float, sides: tuple[float, ...]
    ) -> None:
        colour = BODY_COLOURS.get(world.body, FAINT)
        self.parts.append(
            f'<rect class="panel" x="{x + 1:.0f}" y="{y:.0f}" width="{width - 2:.0f}" '
            f'height="{height:.0f}" rx="8"/>'
            f'<circle cx="{x + 24:.0f}" cy="{y + 22:.0f}" r="11" fill="{colour}"/>'
            f'<text class="world" x="{x + 46:.0f}" y="{y + 27:.0f}">{escape(_title(world.body))}</text>'
        )
        top = y + _HEAD
        for member in world.relays[:_MOST_ROWS]:
            self._row(member, x, top)
            self._port((world.body, member.name), x, width, top + _ROW / 2 - 2, sides, _ROW - 4)
            top += _ROW
        top += _more(self.parts, len(world.relays) - _MOST_ROWS, x, top)
        for place, members in ((USERS, world.users), (STATIONS, world.stations)):
            if members:
                self._group(world, place, members, x, top, width, sides)
                top += _group_height(members, self.terrestrial if place == STATIONS else ())

    def _port(
        self, key: tuple[str, str], x: float, width: float, y: float, sides: tuple[float, ...], room: float
    ) -> None:
        self.ports[key] = [_Port(x + width - 1 if side > 0 else x + 1, y, side, room) for side in sides]

    def _row(self, member: Member, x: float, y: float) -> None:
        middle = y + _ROW / 2 - 2
        self.parts.append(_symbol(member.symbol, x + 24, middle))
        strong = " core" if member.core else ""
        self.parts.append(
            f'<text class="name{strong}" x="{x + 46:.0f}" y="{middle - (2 if member.detail else -4):.0f}">'
            f"{_short(member.name)}</text>"
        )
        if member.detail:
            self.parts.append(
                f'<text class="detail" x="{x + 46:.0f}" '
                f'y="{middle + 12:.0f}">{_short(member.detail, 40)}</text>'
            )

    def _group(
        self,
        world: World,
        place: str,
        members: Sequence[Member],
        x: float,
        y: float,
        width: float,
        sides: tuple[float, ...],
    ) -> None:
        nets = self.terrestrial if place == STATIONS else ()
        height = _group_height(members, nets) - 8
        self.parts.append(
            f'<rect class="group" x="{x + 10:.0f}" y="{y:.0f}" width="{width - 20:.0f}" '
            f'height="{height:.0f}" rx="6"/>'
            f'<text class="detail" x="{x + 22:.0f}" y="{y + 17:.0f}">{place}</text>'
        )
        self._port((world.body, place), x, width, y + height / 2, sides, height - 8)
        row = y + _GROUP_HEAD
        for member in members[:_MOST_ROWS]:
            self.parts.append(_symbol(member.symbol, x + 30, row + 6, 0.72))
            self.parts.append(
                f'<text class="name" x="{x + 46:.0f}" y="{row + 10:.0f}">{_short(member.name)}</text>'
            )
            row += _SMALL_ROW
        row += _more(self.parts, len(members) - _MOST_ROWS, x, row - 10)
        for net in nets:
            self.parts.append(
                f'<line class="wire" x1="{x + 22:.0f}" x2="{x + 38:.0f}" y1="{row + 6:.0f}" '
                f'y2="{row + 6:.0f}"/>'
                f'<text class="detail" x="{x + 46:.0f}" '
                f'y="{row + 10:.0f}">{_short("joined by " + net, 38)}</text>'
            )
            row += _SMALL_ROW

    # ------------------------------------------------------------------------------------------------- lines

    def lines(self, bonds: Sequence[Bond]) -> str:
        """Paths of all bonds, fanned out at their ends so that each can be followed."""
        shown = [bond for bond in bonds if all(end in self.ports for end in bond.ends)]
        ends = {bond: self._facing(bond) for bond in shown}
        lanes = self._lanes([bond for bond in shown if self._crosses(*ends[bond])], ends)
        heights = self._fanned(shown, ends, lanes)
        return "".join(
            f'<path class="bond {STYLES[bond.kind]}" '
            f'd="{self._path(ends[bond], heights[bond], lanes.get(bond))}">'
            f"<title>{escape(f'{bond.ends[0][1]} – {bond.ends[1][1]}: {bond.kind}')}</title></path>"
            for bond in shown
        )

    def _facing(self, bond: Bond) -> tuple[_Port, _Port]:
        """The ports of two places that lie nearest to each other."""
        ones, others = (self.ports[end] for end in bond.ends)
        return min(((a, b) for a in ones for b in others), key=lambda pair: abs(pair[0].x - pair[1].x))

    def _crosses(self, one: _Port, other: _Port) -> bool:
        """Whether a line leads from left to right, so that the middle panel is in its way."""
        width = self.centre[1] - self.centre[0]
        return width > 0 and abs(one.x - other.x) > width + _GUTTER

    def _lanes(self, crossing: Sequence[Bond], ends: dict[Bond, tuple[_Port, _Port]]) -> dict[Bond, float]:
        """Heights at which lines pass below the middle panel; those of one pair of places stay together."""
        order = sorted(
            {bond.ends: sum(port.y for port in ends[bond]) for bond in crossing}.items(), key=_value
        )
        step = min(_LANE, (self.height - self.lane_y - 20.0) / max(len(order), 1))
        at = {places: self.lane_y + n * step for n, (places, _) in enumerate(order)}
        lanes = {}
        for places, height in at.items():
            together = [bond for bond in crossing if bond.ends == places]
            for n, bond in enumerate(together):
                lanes[bond] = height + _SPREAD * (n - (len(together) - 1) / 2)
        return lanes

    @staticmethod
    def _fanned(
        bonds: Sequence[Bond], ends: dict[Bond, tuple[_Port, _Port]], lanes: dict[Bond, float]
    ) -> dict[Bond, list[float]]:
        """Height of each line at its two ends: side by side at a port, in the order of where they lead."""
        heights = {bond: [0.0, 0.0] for bond in bonds}
        at_port: dict[int, list[tuple[float, int, Bond]]] = {}
        for bond in bonds:
            for n, port in enumerate(ends[bond]):
                leads_to = lanes.get(bond, ends[bond][1 - n].y)
                at_port.setdefault(id(port), []).append((leads_to, n, bond))
        for bond in bonds:
            for n, port in enumerate(ends[bond]):
                there = sorted(at_port[id(port)], key=lambda item: (item[0], item[2].ends, item[2].kind))
                step = min(_SPREAD, port.room / len(there))
                place = next(k for k, item in enumerate(there) if item[1] == n and item[2] is bond)
                heights[bond][n] = port.y + step * (place - (len(there) - 1) / 2)
        return heights

    def _path(self, ends: tuple[_Port, _Port], heights: Sequence[float], lane: float | None) -> str:
        one, other = ends
        (x1, y1), (x2, y2) = (one.x, heights[0]), (other.x, heights[1])
        if lane is not None:
            if x1 > x2:
                x1, y1, x2, y2 = x2, y2, x1, y1
            left, right = self.centre
            reach = _GUTTER * 0.55
            return (
                f"M{x1:.1f} {y1:.1f}C{x1 + reach:.1f} {y1:.1f} {left - reach:.1f} {lane:.1f} {left:.1f} "
                f"{lane:.1f}"
                f"L{right:.1f} {lane:.1f}C{right + reach:.1f} {lane:.1f} {x2 - reach:.1f} {y2:.1f} "
                f"{x2:.1f} {y2:.1f}"
            )
        if one.side == other.side:
            bulge = min(22.0 + 0.27 * abs(y2 - y1), _GUTTER * 1.15) * one.side
            x = max(x1, x2) + bulge if one.side > 0 else min(x1, x2) + bulge
            return f"M{x1:.1f} {y1:.1f}C{x:.1f} {y1:.1f} {x:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        reach = abs(x2 - x1) * 0.5
        return (
            f"M{x1:.1f} {y1:.1f}C{x1 + one.side * reach:.1f} {y1:.1f} "
            f"{x2 + other.side * reach:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        )


def _value(item: tuple[object, float]) -> float:
    return item[1]


def _title(body: str) -> str:
    return "Around the Sun" if body == "Sun" else body


def _group_height(members: Sequence[Member], nets: Sequence[str]) -> float:
    rows = min(len(members), _MOST_ROWS) + (len(members) > _MOST_ROWS) + len(nets)
    return _GROUP_HEAD + rows * _SMALL_ROW + 10


def _height(world: World, terrestrial: Sequence[str]) -> float:
    relays = min(len(world.relays), _MOST_ROWS) + (len(world.relays) > _MOST_ROWS)
    groups = sum(
        _group_height(members, nets)
        for members, nets in ((world.users, ()), (world.stations, terrestrial))
        if members
    )
    return _HEAD + relays * _ROW + groups + 6


def _more(parts: list[str], hidden: int, x: float, y: float) -> float:
    if hidden <= 0:
        return 0.0
    parts.append(f'<text class="detail" x="{x + 46:.0f}" y="{y + 18:.0f}">and {hidden} more</text>')
    return _ROW


def _short(text: str, longest: int = _LONGEST) -> str:
    if len(text) <= longest:
        return escape(text)
    return f"{escape(text[: longest - 1])}…<title>{escape(text)}</title>"


def _symbol(symbol: str, x: float, y: float, size: float = 1.0) -> str:
    shapes = {
        "spacecraft": '<rect x="-3.5" y="-4" width="7" height="8"/>'
        '<path d="M-12-3h6v6h-6zM6-3h6v6h-6zM-6 0h2.5M3.5 0h2.5"/>',
        "constellation": '<ellipse rx="11" ry="6.5" fill="none"/><circle cx="-11" r="2.8"/>'
        '<circle cx="5" cy="-5.6" r="2.8"/>'
        '<circle cx="7" cy="5.2" r="2.8"/>',
        "site": '<path d="M-9 6h18M-6 6a6 6 0 0 1 12 0z"/>',
        "station": '<path d="M-8-5a9 9 0 0 0 12 9zM-2 0l6-6M-3 5l-4 4h9z"/>',
    }
    return f'<g class="symbol" transform="translate({x:.0f} {y:.0f}) scale({size:g})">{shapes[symbol]}</g>'


def _legend(used: Sequence[BondKind], y: float, width: float) -> tuple[str, float]:
    """Line styles that occur, in rows; bold names are explained with them."""
    parts, x, row = [], 8.0, y + 18.0
    for text, style in [*((kind, STYLES[kind]) for kind in used), ("core network", "")]:
        need = 56.0 + 7.6 * len(text)
        if x + need > width:
            x, row = 8.0, row + 22.0
        mark = (
            f'<line class="bond {style}" x1="{x:.0f}" x2="{x + 38:.0f}" y1="{row - 4:.0f}" '
            f'y2="{row - 4:.0f}"/>'
            if style
            else f'<text class="name core" x="{x + 6:.0f}" y="{row:.0f}">bold</text>'
        )
        parts.append(f'{mark}<text class="detail" x="{x + 46:.0f}" y="{row:.0f}">{text}</text>')
        x += need
    return "".join(parts), row + 14.0
