"""What is asked of each emission: limits at surfaces, at protected places and at receivers of navigation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names
from qqnet.scenario.protected_places import ProtectedPlace
from qqnet.scenario.terminals import RfTerminal
from qqnet.spectrum.emissions import region
from qqnet.spectrum.flux import share_in_band
from qqnet.spectrum.flux_rows import NO_LIMIT
from qqnet.spectrum.limits import Sourced, limits
from qqnet.study.emitters import Floats, Sent

WIDE_FROM_HZ: Final = 15e9
"""From here on the Radio Regulations count power flux density in 1 MHz, below in 4 kHz."""


@dataclass(frozen=True)
class Question:
    """What is asked of one emission at one place: a limit, or none."""

    criterion: str
    band_hz: float
    reference_hz: float
    limit_db: Callable[[Floats], Floats]
    limited: bool
    source: Sourced | None


@dataclass(frozen=True)
class Listener:
    """Who is to be kept undisturbed at a point: a protected place, or a node with a receiver.

    Attributes
    ----------
    name : str
        The place, or the node.
    place : str
        Whom a row is about.
    power_dbw : float
        What of the emission falls into the band that is asked about [dBW].
    question : Question
        Band and limit.
    """

    name: str
    place: str
    power_dbw: float
    question: Question


def surface_questions(sent: Sent) -> dict[str, list[Question]]:
    """Limits at the surfaces that an emission meets; one question without a limit where it meets none."""
    asked: dict[str, list[Question]] = {}
    for name in ("Earth", "Moon"):
        rows = limits().at_surface(name, *sent.occupied_hz)
        asked[name] = [Question(row.id, row.lowest, row.reference, row.at_db, True, row) for row in rows]
        if not rows:
            reference = 1e6 if sent.end.frequency_hz >= WIDE_FROM_HZ else 4e3
            asked[name] = [Question(NO_LIMIT, 0.0, reference, np.zeros_like, False, None)]
    return asked


def at_protected(sent: Sent, places: list[ProtectedPlace]) -> Iterator[Listener]:
    """Bands of protected places that an emission meets."""
    table = limits().radio_astronomy
    for place in places:
        for band in place.bands:
            part = share_in_band(sent.occupied_hz, (band.lowest, band.highest))
            if part <= 0.0:
                continue
            limit = table.limit_db_w_m2(band.lowest, band.highest) if band.limit is None else band.limit
            question = Question(
                "ra-769" if band.limit is None else f"limit-of-{place.name}",
                band.lowest,
                band.highest - band.lowest,
                partial(np.full_like, fill_value=limit),
                True,
                table if band.limit is None else None,
            )
            yield Listener(place.name, place.name, sent.power_dbw + 10.0 * math.log10(part), question)


def navigation_receivers(scenario: Scenario) -> list[str]:
    """Single nodes at the Moon whose receivers are open to all of the band of navigation broadcasts."""
    found = []
    for limit in limits().reception:
        for node in scenario.nodes:
            ears = (scenario.terminals[name] for name in node.terminals)
            hears = any(
                isinstance(ear, RfTerminal)
                and ear.receive
                and ear.receive.lowest <= limit.lowest
                and ear.receive.highest >= limit.highest
                for ear in ears
            )
            if hears and region(node) == limit.body:
                found += member_names(node)
    return found


def at_receivers(sent: Sent, receivers: list[str]) -> Iterator[Listener]:
    """Receivers of navigation whose band an emission meets that is no navigation broadcast itself."""
    for limit in limits().reception:
        if sent.link == "lunar-broadcast" or not limit.meets(*sent.occupied_hz):
            continue
        question = Question(
            limit.id,
            limit.lowest,
            limit.reference,
            partial(np.full_like, fill_value=limit.most),
            True,
            limit,
        )
        for name in receivers:
            yield Listener(name, "navigation receivers", sent.power_in_dbw(limit.reference), question)
