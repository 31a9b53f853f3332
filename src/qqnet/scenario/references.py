"""Rules about names and numbers: each is unique, and each that is used exists. One function a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from qqnet.scenario.nodes import IPN_HIGHEST, Constellation, Network, member_names
from qqnet.scenario.places import path_text
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding, Item
from qqnet.scenario.wording import Path

NETWORKS: tuple[str, ...] = get_args(Network)
MOST_NODES = 20_000
"""Single nodes, constellations expanded."""

_SINGLE_KINDS = ("spacecraft", "site", "ground-station", "ephemeris")

Findings = Iterator[Finding]


@dataclass(frozen=True)
class Names:
    """Names that the rest of a scenario may use.

    Attributes
    ----------
    nodes : dict
        Single node -> key path of its entry, constellations expanded; of faulty entries the name as written.
    constellations : dict
        Constellation -> names of its satellites; none where the entry is faulty.
    certain : bool
        Whether all nodes are known; else nothing can be said about a name that is not.
    """

    nodes: dict[str, Path]
    constellations: dict[str, list[str]]
    certain: bool

    @classmethod
    def of(cls, draft: Draft) -> Names:
        """Collect the names of a draft."""
        nodes: dict[str, Path] = {}
        constellations: dict[str, list[str]] = {}
        certain = "nodes" not in draft.unread and not draft.full and single_nodes(draft) <= MOST_NODES
        for item in draft.items.get("nodes", []) if certain else ():
            name = item.text("name")
            if name is None:
                certain = False
            elif item.text("kind") not in _SINGLE_KINDS:  # a constellation, or one whose kind is misspelt
                constellations[name] = [] if item.model is None else member_names(item.model)
            else:
                nodes.setdefault(name, item.path)
        for name, members in constellations.items():
            nodes.update((member, nodes.get(member, ("nodes", name))) for member in members)
        return cls(nodes, constellations, certain)

    def missing(self, name: str) -> bool:
        """Whether a single node of that name certainly does not exist."""
        if not self.certain or name in self.nodes:
            return False
        faulty = (one for one, members in self.constellations.items() if not members)
        return not any(name == one or name.startswith(f"{one}-") for one in faulty)

    def missing_group(self, name: str) -> bool:
        """Whether neither a node nor a constellation nor a network of that name exists."""
        return self.missing(name) and name not in self.constellations and name not in NETWORKS

    @property
    def groups(self) -> list[str]:
        """Everything that `missing_group` accepts, the shorter lists first."""
        return [*NETWORKS, *self.constellations, *self.nodes]


def single_nodes(draft: Draft) -> int:
    """Count the nodes of a draft, constellations expanded."""
    total = 0
    for item in draft.items.get("nodes", []):
        total += item.model.pattern.satellites if isinstance(item.model, Constellation) else 1
    return total


def network_is_not_too_large(draft: Draft) -> Findings:
    """The number of single nodes stays within reason."""
    total = single_nodes(draft)
    if total > MOST_NODES:
        message = f"makes {total:,} nodes, constellations expanded; at most {MOST_NODES:,} are possible"
        yield Finding(("nodes",), message)


def names_are_unique(draft: Draft) -> Findings:
    """No two nodes (satellites of constellations included), flows, volumes and the like of one name."""
    if single_nodes(draft) > MOST_NODES:
        return
    for section in (
        "nodes",
        "flows",
        "terrestrial",
        "navigation_users",
        "service_volumes",
        "protected_places",
    ):
        seen: dict[str, Path] = {}
        for item in draft.items.get(section, []):
            own = item.text("name")
            if own is None:
                continue
            if section == "nodes" and own in NETWORKS:
                yield Finding((*item.path, "name"), "is the name of a network; give the node another", own)
            for name in [own, *_members(item)]:
                if name in seen:
                    subject = "is" if name == own else f"makes a satellite {name!r}, which is"
                    message = (
                        f"{subject} the name of {path_text(seen[name])} too; each needs a name of its own"
                    )
                    yield Finding((*item.path, "name"), message, own)
                    break
                seen[name] = item.path


def _members(item: Item) -> list[str]:
    return member_names(item.model) if isinstance(item.model, Constellation) else []


def ipn_numbers_are_unique(draft: Draft) -> Findings:
    """No two nodes of one ipn node number; a constellation takes as many as it has satellites."""
    if single_nodes(draft) > MOST_NODES:
        return
    taken: dict[int, str] = {}
    for item in draft.items.get("nodes", []):
        first = item.raw.get("ipn") if isinstance(item.raw, dict) else None
        if type(first) is not int or not 1 <= first <= IPN_HIGHEST:
            continue
        names = _members(item) or [item.text("name") or path_text(item.path)]
        if first + len(names) - 1 > IPN_HIGHEST:
            message = f"is too high for {len(names)} satellites; node numbers end at {IPN_HIGHEST}"
            yield Finding((*item.path, "ipn"), message, first)
            continue
        for number, name in enumerate(names, start=first):
            if number in taken:
                does = f"gives {name!r} {number}, which" if len(names) > 1 else "is what"
                message = f"{does} {taken[number]!r} has as its ipn number; each node needs one of its own"
                yield Finding((*item.path, "ipn"), message, first)
                break
            taken[number] = name


def terminals_are_known(draft: Draft, names: Names) -> Findings:
    """Every terminal that a node names is defined."""
    if "terminals" in draft.unread:
        return
    known = [str(item.path[-1]) for item in draft.items.get("terminals", [])]
    defined = set(known)
    for item in draft.items.get("nodes", []):
        for n, name in item.texts("terminals"):
            if name not in defined:
                message = unknown("terminal", name, known, "none is defined under 'terminals'")
                yield Finding((*item.path, "terminals", n), message, name)


def groups_are_known(draft: Draft, names: Names) -> Findings:
    """Every peer of a terminal, and every provider of a surface, volume or years, is a node or group of nodes."""
    for section, key in (
        ("terminals", "peers"),
        ("grids", "providers"),
        ("service_volumes", "providers"),
        ("stability", "providers"),
        ("navigation_users", "providers"),
        ("orbit_determination", "satellites"),
    ):
        for item in draft.items.get(section, []):
            for n, name in item.texts(key):
                if names.missing_group(name):
                    message = unknown("node, constellation or network", name, names.groups)
                    yield Finding((*item.path, key, n), message, name)


def trackers_are_known(draft: Draft, names: Names) -> Findings:
    """Stations of an orbit determination are nodes that stand on a body; its transmitters exist."""
    kinds = {item.text("name"): item.text("kind") for item in draft.items.get("nodes", [])}
    fixed = [name for name, kind in kinds.items() if kind in ("site", "ground-station") and name is not None]
    for item in draft.items.get("orbit_determination", []):
        if item.model is None:
            continue
        for k, one in enumerate(item.model.tracking):
            for n, name in enumerate(one.stations):
                if names.certain and name not in fixed:
                    message = unknown("station", name, fixed, "no node is a site or a ground station")
                    if name in names.nodes:
                        message = "does not stand on a body; stations are sites and ground stations"
                    yield Finding((*item.path, "tracking", k, "stations", n), message, name)
        if item.model.gnss is not None:
            for n, name in enumerate(item.model.gnss.transmitters):
                if names.missing_group(name):
                    message = unknown("node, constellation or network", name, names.groups)
                    yield Finding((*item.path, "gnss", "transmitters", n), message, name)


def flow_ends_are_known(draft: Draft, names: Names) -> Findings:
    """A flow runs between two different nodes that exist."""
    for item in draft.items.get("flows", []):
        ends = {key: item.text(key) for key in ("from", "to")}
        for key, name in ends.items():
            if name is not None and names.missing(name):
                yield Finding((*item.path, key), _no_node(name, names), name)
        if ends["from"] is not None and ends["from"] == ends["to"]:
            message = "is also the node that sends; a flow needs two different nodes"
            yield Finding((*item.path, "to"), message, ends["to"])


def terrestrial_nodes_are_known(draft: Draft, names: Names) -> Findings:
    """The nodes of a ground network exist, each named once."""
    for item in draft.items.get("terrestrial", []):
        seen: set[str] = set()
        for n, name in item.texts("nodes"):
            if names.missing(name):
                yield Finding((*item.path, "nodes", n), _no_node(name, names), name)
            elif name in seen:
                yield Finding((*item.path, "nodes", n), "is named twice in this network; once is right", name)
            seen.add(name)


def user_nodes_are_known(draft: Draft, names: Names) -> Findings:
    """A navigation user that is a node is one that exists, of the kind that it says."""
    kinds = {
        member: item.text("kind")
        for item in draft.items.get("nodes", [])
        for member in [item.text("name") or "", *_members(item)]
    }
    for item in draft.items.get("navigation_users", []):
        name = item.text("node")
        if name is None:
            continue
        path = (*item.path, "node")
        on_ground = kinds.get(name) in ("site", "ground-station")
        if names.missing(name) or name in names.constellations:
            yield Finding(path, _no_node(name, names), name)
        elif item.text("kind") == "site" and not on_ground:
            yield Finding(path, "is no site; the kind of a user in space is 'orbiter'", name)
        elif item.text("kind") == "orbiter" and on_ground:
            yield Finding(path, "stands on the ground; the kind of such a user is 'site'", name)


def _no_node(name: str, names: Names) -> str:
    members = names.constellations.get(name)
    if members:
        return f"is a constellation; name one of its satellites, {members[0]!r} to {members[-1]!r}"
    return unknown("node", name, names.nodes)
