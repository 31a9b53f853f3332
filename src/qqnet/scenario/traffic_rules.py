"""Rules about the conditions of traffic: what fails exists, and fails within the span."""

from __future__ import annotations

from collections.abc import Iterator

from qqnet.scenario.references import Names
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding
from qqnet.scenario.wording import Path

Findings = Iterator[Finding]


def failures_are_of_known_nodes(draft: Draft, names: Names) -> Findings:
    """Failures name nodes that exist: single ones, or groups where they come at random."""
    asked = draft.parts.get("traffic")
    for n, one in enumerate(() if asked is None else asked.failures):
        path = ("traffic", "failures", n)
        single: list[tuple[Path, str]] = [] if one.node is None else [((*path, "node"), one.node)]
        single += [((*path, "link", k), name) for k, name in enumerate(one.link or [])]
        for place, name in single:
            if names.missing(name) or name in names.constellations:
                message = unknown("single node", name, names.nodes)
                if name in names.constellations:
                    message = "is a constellation; name a satellite, or give failures at random under `nodes`"
                yield Finding(place, message, name)
        for k, name in enumerate(one.nodes):
            if names.missing_group(name):
                message = unknown("node, constellation or network", name, names.groups)
                yield Finding((*path, "nodes", k), message, name)


def failures_fit_the_span(draft: Draft) -> Findings:
    """A failure begins before the scenario ends."""
    asked, time = draft.parts.get("traffic"), draft.parts.get("time")
    if asked is None or time is None:
        return
    for n, one in enumerate(asked.failures):
        if one.start is not None and one.start >= time.duration:
            message = f"is not before the end of the scenario, {time.duration:g} s after its start"
            yield Finding(("traffic", "failures", n, "from"), message)
