"""Rules about navigation receivers: who carries one, where they work, which nodes are satellites of a system."""

from __future__ import annotations

from collections.abc import Iterator

from qqnet.scenario.gnss import Gnss
from qqnet.scenario.nodes import member_names
from qqnet.scenario.references import Names
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding, Item
from qqnet.scenario.wording import Path

Findings = Iterator[Finding]


def receivers_are_carried(draft: Draft, names: Names) -> Findings:
    """Receivers have names of their own; their nodes exist, are not on the Earth, and carry one receiver each."""
    gnss: Gnss | None = draft.parts.get("gnss")
    carried: dict[str, str] = {}
    seen: set[str] = set()
    for n, receiver in enumerate(gnss.receivers if gnss else ()):
        place: Path = ("gnss", "receivers", n)
        if receiver.name in seen:
            yield Finding((*place, "name"), "is the name of another receiver too; each needs one of its own")
        seen.add(receiver.name)
        for k, name in enumerate(receiver.nodes):
            path = (*place, "nodes", k)
            if names.missing_group(name):
                yield Finding(path, unknown("node, constellation or network", name, names.groups), name)
                continue
            for item in _meant(draft, name):
                if _on_earth(item):
                    message = (
                        f"holds {item.text('name')!r}, which is on the Earth's surface; only receivers above the "
                        "atmosphere can be computed, in orbit or on the Moon"
                    )
                    yield Finding(path, message, name)
                    break
                twice = [
                    one for one in _members(item, name) if carried.get(one, receiver.name) != receiver.name
                ]
                if twice:
                    message = f"carries {carried[twice[0]]!r} already; a node carries one receiver"
                    yield Finding(path, message, twice[0])
                    break
                carried.update(dict.fromkeys(_members(item, name), receiver.name))


def transmitters_are_nodes(draft: Draft, names: Names) -> Findings:
    """The nodes that stand for a block exist, each block is replaced once and by each node once."""
    gnss: Gnss | None = draft.parts.get("gnss")
    blocks: set[str] = set()
    used: set[str] = set()
    for n, part in enumerate(gnss.transmitters if gnss else ()):
        place: Path = ("gnss", "transmitters", n)
        if part.block in blocks:
            yield Finding(
                (*place, "block"), "is replaced already; name all its nodes in one entry", part.block
            )
        blocks.add(part.block)
        for k, name in enumerate(part.nodes):
            if names.missing_group(name):
                yield Finding(
                    (*place, "nodes", k), unknown("node, constellation or network", name, names.groups), name
                )
            elif name in used:
                yield Finding((*place, "nodes", k), "sends as another block already; once is right", name)
            used.add(name)


def listeners_are_known(draft: Draft, names: Names) -> Findings:
    """A receiver that an orbit determination names is one of the section, and so are its systems."""
    gnss: Gnss | None = draft.parts.get("gnss")
    for path, model in draft.models("orbit_determination"):
        asked = model.gnss
        if asked is None or asked.receiver is None or "gnss" in draft.unread:
            continue
        place: Path = (*path, "gnss")
        known = [one.name for one in gnss.receivers] if gnss else []
        if asked.receiver not in known:
            message = unknown("receiver", asked.receiver, known, "none is defined under 'gnss'")
            yield Finding((*place, "receiver"), message, asked.receiver)
            continue
        for k, name in enumerate(asked.systems):
            if gnss and name not in gnss.systems:
                message = f"does not count under 'gnss'; these do: {', '.join(gnss.systems)}"
                yield Finding((*place, "systems", k), message, name)


def _meant(draft: Draft, name: str) -> list[Item]:
    """Entries of nodes that a name of a node, constellation or network stands for."""
    return [
        item
        for item in draft.items.get("nodes", [])
        if item.model is not None and (item.model.network == name or _members(item, name))
    ]


def _members(item: Item, name: str) -> list[str]:
    """Single nodes of an entry that a name stands for."""
    members = member_names(item.model)
    if name in (item.model.name, item.model.network):
        return members
    return [one for one in members if one == name]


def _on_earth(item: Item) -> bool:
    return getattr(item.model, "body", None) == "Earth"
