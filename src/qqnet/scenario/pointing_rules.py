"""Rules about beams: apertures that are shared, pointings that are fixed."""

from __future__ import annotations

from collections.abc import Iterator

from qqnet.scenario.references import Names
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding

Findings = Iterator[Finding]


def apertures_are_known(draft: Draft) -> Findings:
    """A terminal shares the aperture of another that exists and has its own."""
    if "terminals" in draft.unread:
        return
    items = {str(item.path[-1]): item for item in draft.items.get("terminals", [])}
    for name, item in items.items():
        shared = item.text("shares")
        if shared is None:
            continue
        path = (*item.path, "shares")
        if shared == name:
            yield Finding(path, "is this terminal itself; name another, or leave it out", shared)
        elif shared not in items:
            yield Finding(path, unknown("terminal", shared, list(items)), shared)
        elif (other := items[shared].text("shares")) is not None:
            message = f"shares the aperture of {other!r} itself; name that one"
            yield Finding(path, message, shared)


def fixed_pointings_are_known(draft: Draft, names: Names) -> Findings:
    """A fixed pointing joins nodes that exist, with a terminal that one of them carries, within the span."""
    asked, time = draft.parts.get("pointing"), draft.parts.get("time")
    if asked is None:
        return
    carried = {
        member: {text for _, text in item.texts("terminals")}
        for item in draft.items.get("nodes", [])
        for member in names.constellations.get(item.text("name") or "", [item.text("name") or ""])
    }
    for n, one in enumerate(asked.fixed):
        path = ("pointing", "fixed", n)
        known = True
        for key, name in (("from", one.source), ("to", one.target)):
            if names.missing(name) or name in names.constellations:
                known = False
                yield Finding((*path, key), unknown("single node", name, names.nodes), name)
        if known and names.certain and one.terminal is not None:
            both = sorted(carried.get(one.source, set()) | carried.get(one.target, set()))
            if one.terminal not in both:
                yield Finding(
                    (*path, "terminal"), unknown("terminal of either node", one.terminal, both), one.terminal
                )
        if time is not None and one.start >= time.duration:
            message = f"is not before the end of the scenario, {time.duration:g} s after its start"
            yield Finding((*path, "start"), message)
