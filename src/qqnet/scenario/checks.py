"""Rules that look across a scenario. One function a rule; each finding says what would be right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from typing import Any

from qqnet.scenario.nodes import IPN_HIGHEST, Constellation, EphemerisNode, Network, Site, member_names
from qqnet.scenario.orbits import KeplerianOrbit
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding, Item, Path

NETWORKS: tuple[str, ...] = Network.__args__  # type: ignore[attr-defined]


def check(draft: Draft, directory: FilePath) -> Iterator[Finding]:
    """Apply every rule.

    Parameters
    ----------
    draft : Draft
        The scenario, item by item; rules skip what the schema already refused.
    directory : Path
        Where relative file names start.

    Yields
    ------
    Finding
        In no particular order.
    """
    yield from names_are_unique(draft)
    yield from ipn_numbers_are_unique(draft)
    yield from bodies_are_known(draft)
    yield from orbits_clear_the_surface(draft)
    yield from span_is_covered(draft)
    yield from terminals_are_known(draft)
    yield from peers_are_known(draft)
    yield from flow_ends_are_known(draft)
    yield from flows_fit_the_span(draft)
    yield from terrestrial_nodes_are_known(draft)
    yield from providers_are_known(draft)
    yield from files_exist(draft, directory)


def _text(raw: Any, key: str) -> str | None:
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, str) else None


def _node_names(draft: Draft) -> list[str]:
    """Names that a flow may use: expanded where the node is valid, as written where it is not."""
    names: list[str] = []
    for item in draft.items.get("nodes", []):
        if item.model is not None:
            names += member_names(item.model)
        elif (name := _text(item.raw, "name")) is not None:
            names.append(name)
    return names


def _faulty_constellations(draft: Draft) -> tuple[str, ...]:
    """Prefixes of member names that may exist once a faulty constellation is mended."""
    return tuple(
        f"{item.raw['name']}-"
        for item in draft.items.get("nodes", [])
        if item.model is None and _text(item.raw, "name") and _text(item.raw, "kind") == "constellation"
    )


def _groups(draft: Draft) -> list[str]:
    """Names that stand for several nodes: constellations and networks."""
    entries = (_text(item.raw, "name") for item in draft.items.get("nodes", []))
    return [*(name for name in entries if name), *NETWORKS]


def names_are_unique(draft: Draft) -> Iterator[Finding]:
    """No two nodes (constellation members included), flows or ground networks of one name."""
    for section in ("nodes", "flows", "terrestrial"):
        seen: dict[str, Path] = {}
        for item in draft.items.get(section, []):
            for name in _item_names(item, section):
                if name in seen:
                    first = f"{seen[name][0]}[{seen[name][1]}]"
                    kind = {"nodes": "node", "flows": "flow"}.get(section, "ground network")
                    message = f"is the name of another {kind} too, {first}; names must differ"
                    yield Finding((*item.path, "name"), message, name)
                    break
                seen[name] = item.path


def _item_names(item: Item, section: str) -> list[str]:
    if section == "nodes" and item.model is not None:
        entry = [item.model.name] if isinstance(item.model, Constellation) else []
        return entry + member_names(item.model)
    name = _text(item.raw, "name")
    return [] if name is None else [name]


def ipn_numbers_are_unique(draft: Draft) -> Iterator[Finding]:
    """No two nodes of one ipn node number; a constellation takes as many as it has satellites."""
    taken: dict[int, str] = {}
    for path, node in draft.models("nodes"):
        names = member_names(node)
        if node.ipn + len(names) - 1 > IPN_HIGHEST:
            yield Finding((*path, "ipn"), f"takes numbers above {IPN_HIGHEST}", node.ipn)
            continue
        for number, name in enumerate(names, start=node.ipn):
            if number in taken:
                message = f"gives ipn number {number} to '{name}', but '{taken[number]}' has it; they must differ"
                yield Finding((*path, "ipn"), message, node.ipn)
                break
            taken[number] = name


def bodies_are_known(draft: Draft) -> Iterator[Finding]:
    """Every named body is one that QQNet knows."""
    from qqnet.space.bodies import BODIES

    for item in draft.items.get("bodies", []):
        name = str(item.path[-1])
        if name not in BODIES:
            yield Finding(item.path, unknown("body", name, BODIES), item.raw)
    for path, node in draft.models("nodes"):
        orbit = getattr(node, "orbit", None)
        if isinstance(orbit, KeplerianOrbit) and orbit.body not in BODIES:
            yield Finding((*path, "orbit", "body"), unknown("body", orbit.body, BODIES), orbit.body)
        if isinstance(node, Site):
            yield from _surface(node.body, (*path, "body"))
    for path, grid in draft.models("grids"):
        yield from _surface(grid.body, (*path, "body"))


SURFACES = ("Earth", "Moon", "Mars", "Venus")


def _surface(name: str, path: Path) -> Iterator[Finding]:
    if name not in SURFACES:
        yield Finding(path, unknown("body with a surface", name, SURFACES), name)


def orbits_clear_the_surface(draft: Draft) -> Iterator[Finding]:
    """A Keplerian orbit starts, and comes to its periapsis, above the surface."""
    from qqnet.space.bodies import BODIES

    for path, node in draft.models("nodes"):
        orbit = getattr(node, "orbit", None)
        if not isinstance(orbit, KeplerianOrbit) or orbit.body not in BODIES:
            continue
        body = BODIES[orbit.body]
        if orbit.periapsis_altitude is not None:
            key, periapsis = "periapsis_altitude", body.mean_radius_km + orbit.periapsis_altitude
        elif orbit.a is not None:
            key, periapsis = "a", orbit.a * (1.0 - (orbit.e or 0.0))
        else:
            key = "period"
            a = (body.gm_km3_s2 * ((orbit.period or 0.0) / (2 * math.pi)) ** 2) ** (1 / 3)
            periapsis = a * (1.0 - (orbit.e or 0.0))
        if periapsis <= body.mean_radius_km:
            message = (
                f"puts the periapsis at a radius of {periapsis:.1f} km, below the surface of {body.name} "
                f"({body.mean_radius_km} km); raise it above that"
            )
            yield Finding((*path, "orbit", key), message)


def span_is_covered(draft: Draft) -> Iterator[Finding]:
    """The time span, and each epoch of elements, lies inside the ephemeris."""
    from qqnet.space.timescales import format_utc, tdb_from_utc

    time = draft.parts.get("time")
    compute = draft.parts.get("compute")
    start, stop = _ephemeris_span(compute is not None and compute.ephemeris == "de440")
    first, last = format_utc(start + _LIGHT_MARGIN_S, 0), format_utc(stop - _LIGHT_MARGIN_S, 0)
    covered = f"the ephemeris covers {first[:10]} to {last[:10]}"
    if start > -1e10:
        covered += "; longer spans: 'compute: {ephemeris: de440}'"
    if time is not None:
        if not start + _LIGHT_MARGIN_S <= time.start_s <= stop - _LIGHT_MARGIN_S:
            yield Finding(("time", "start"), f"is outside the ephemeris: {covered}", time.start)
        elif time.stop_s > stop - _LIGHT_MARGIN_S:
            yield Finding(("time", "duration"), f"ends outside the ephemeris: {covered}")
    for path, node in draft.models("nodes"):
        orbit = getattr(node, "orbit", None)
        epoch = orbit.epoch if isinstance(orbit, KeplerianOrbit) else None
        if epoch is not None and not start <= tdb_from_utc(epoch) <= stop:
            yield Finding((*path, "orbit", "epoch"), f"is outside the ephemeris: {covered}", epoch)


_LIGHT_MARGIN_S = 86400.0
"""Trajectories reach beyond the span so that light in flight at its ends has both ends known."""


def _ephemeris_span(full: bool) -> tuple[float, float]:
    from qqnet.errors import MissingDataError
    from qqnet.space.ephemeris import Ephemeris

    try:
        ephemeris = Ephemeris.de440() if full else Ephemeris.packaged()
    except MissingDataError:
        ephemeris = Ephemeris.packaged()
    return ephemeris.span


def terminals_are_known(draft: Draft) -> Iterator[Finding]:
    """Every terminal that a node names is defined."""
    known = [str(item.path[-1]) for item in draft.items.get("terminals", [])]
    for path, node in draft.models("nodes"):
        for n, name in enumerate(node.terminals):
            if name not in known:
                yield Finding((*path, "terminals", n), unknown("terminal", name, known), name)


def peers_are_known(draft: Draft) -> Iterator[Finding]:
    """Every peer that a terminal names is a node, a constellation or a network."""
    known = [*_node_names(draft), *_groups(draft)]
    for path, terminal in draft.models("terminals"):
        yield from _known("node or network", terminal.peers, (*path, "peers"), known, draft)


def flow_ends_are_known(draft: Draft) -> Iterator[Finding]:
    """A flow runs between two different nodes that exist."""
    known = _node_names(draft)
    soon = _faulty_constellations(draft)
    for item in draft.items.get("flows", []):
        ends = {key: _text(item.raw, key) for key in ("from", "to")}
        for key, name in ends.items():
            if name is not None and name not in known and not name.startswith(soon):
                yield Finding((*item.path, key), unknown("node", name, known), name)
        if ends["from"] is not None and ends["from"] == ends["to"]:
            yield Finding(
                (*item.path, "to"), "is where the flow comes from; a flow needs two nodes", ends["to"]
            )


def flows_fit_the_span(draft: Draft) -> Iterator[Finding]:
    """A flow starts before the scenario ends."""
    time = draft.parts.get("time")
    if time is None:
        return
    for path, flow in draft.models("flows"):
        if flow.start >= time.duration:
            yield Finding((*path, "start"), "is after the end of the scenario")


def terrestrial_nodes_are_known(draft: Draft) -> Iterator[Finding]:
    """The nodes of a ground network exist."""
    known = _node_names(draft)
    for path, network in draft.models("terrestrial"):
        yield from _known("node", network.nodes, (*path, "nodes"), known, draft)


def providers_are_known(draft: Draft) -> Iterator[Finding]:
    """The providers that a grid counts exist."""
    known = [*_node_names(draft), *_groups(draft)]
    for path, grid in draft.models("grids"):
        yield from _known("node or network", grid.providers, (*path, "providers"), known, draft)


def _known(kind: str, names: Iterable[str], path: Path, known: list[str], draft: Draft) -> Iterator[Finding]:
    soon = _faulty_constellations(draft)
    for n, name in enumerate(names):
        if name not in known and not name.startswith(soon):
            yield Finding((*path, n), unknown(kind, name, known), name)


def files_exist(draft: Draft, directory: FilePath) -> Iterator[Finding]:
    """Imported ephemerides are there to read."""
    for path, node in draft.models("nodes"):
        if not isinstance(node, EphemerisNode):
            continue
        try:
            (directory / node.file).open("rb").close()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"cannot be read ({reason}); the name is relative to {directory}"
            yield Finding((*path, "file"), message, node.file)
