"""Rules about models of the atmosphere: they are made for the sites where terminals that ask for them stand."""

from __future__ import annotations

import math
from collections.abc import Iterator

from qqnet.scenario.atmosphere import HIGHEST_STATION_KM, LOWEST_ELEVATION_DEG
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.scenario.terminals import RfTerminal
from qqnet.scenario.validation import Draft, Finding
from qqnet.scenario.wording import Path

Findings = Iterator[Finding]


def atmospheres_fit_their_sites(draft: Draft) -> Findings:
    """A terminal with the ITU-R model stands at one place on the Earth and looks no lower than the model goes."""
    terminals = {
        str(path[-1]): (path, model)
        for path, model in draft.models("terminals")
        if isinstance(model, RfTerminal) and model.atmosphere is not None
    }
    for path, node in draft.models("nodes"):
        if not isinstance(node, Site | GroundStation):
            continue
        for n, name in enumerate(node.terminals):
            if name in terminals:
                yield from _misfits(path, node, n, *terminals[name])


def _misfits(
    path: Path, node: Site | GroundStation, place: int, of_terminal: Path, terminal: RfTerminal
) -> Findings:
    name = node.terminals[place]
    if node.body != "Earth":
        message = (
            f"computes the Earth's atmosphere and stands on {node.body}; give a terminal there a "
            "zenith_attenuation instead of an atmosphere"
        )
        yield Finding((*path, "terminals", place), message, name)
        return
    if node.drift != 0.0:
        message = (
            f"is that of a balloon, and the atmosphere of '{name}' that of one place; leave one of them out"
        )
        yield Finding((*path, "drift"), message)
    if node.altitude > HIGHEST_STATION_KM:
        message = (
            f"is above {HIGHEST_STATION_KM:g} km, up to where the atmosphere of '{name}' (ITU-R P.676) holds; "
            "give it a zenith_attenuation instead"
        )
        yield Finding((*path, "altitude"), message)
    lowest, where = node.mask, (*path, "mask")
    if terminal.minimum_elevation is not None:
        lowest, where = terminal.minimum_elevation, (*of_terminal, "minimum_elevation")
    if lowest < math.radians(LOWEST_ELEVATION_DEG) * (1.0 - 1e-9):
        message = (
            f"is below {LOWEST_ELEVATION_DEG:g} deg, from where on the atmosphere of '{name}' (ITU-R P.618) "
            f"holds; use {LOWEST_ELEVATION_DEG:g} deg or more"
        )
        yield Finding(where, message)
