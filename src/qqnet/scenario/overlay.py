"""One scenario laid over another, for scenarios that extend one."""

from __future__ import annotations

from typing import Any

from qqnet.scenario.places import Mapping, Sequence


def overlay(base: Mapping, top: Mapping) -> Mapping:
    """Lay one document over another: mappings join key by key, lists of named items name by name.

    Parameters
    ----------
    base, top : Mapping
        `top` wins. An item of a list that has a ``name`` joins the base's item of that name or is added;
        any other list replaces the base's. A part whose ``kind`` or ``type`` changes replaces the base's.

    Returns
    -------
    Mapping
        A new document; every key keeps the place it came from.
    """
    made = Mapping()
    made.faults = [*base.faults, *top.faults]
    for source in (base, top):
        for key, value in source.items():
            made[key] = _join(made[key], value) if key in made else value
            made.places[key] = source.places[key]
    return made


def _join(old: Any, new: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if any(key in old and key in new and old[key] != new[key] for key in ("kind", "type")):
            return new
        return overlay(old, new)
    if isinstance(old, Sequence) and isinstance(new, Sequence) and _named(old) and _named(new):
        return _join_by_name(old, new)
    return new


def _join_by_name(old: Sequence, new: Sequence) -> Sequence:
    made = Sequence()
    made.extend(old)
    made.places.extend(old.places)
    at = {item["name"]: n for n, item in enumerate(old)}
    for item, place in zip(new, new.places, strict=True):
        index = at.get(item["name"])
        if index is None:
            made.append(item)
            made.places.append(place)
        else:
            made[index], made.places[index] = _join(made[index], item), place
    return made


def _named(items: Sequence) -> bool:
    return all(isinstance(item, Mapping) and isinstance(item.get("name"), str) for item in items)
