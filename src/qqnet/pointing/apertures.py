"""Apertures and the pairs of them that may point at each other.

An *aperture* is what holds beams: one terminal of one node, or several terminals that share a dish. It is used by
as many beams as it has different peers at a time: both directions with one peer, and all terminals of a shared
aperture towards one peer, take one. A *pairing* is two apertures of two nodes that links join, whichever way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

UNLIMITED: Final = 2**31
"""Beams of an aperture that nobody limits."""


def aperture_name(scenario: Scenario, terminal: str) -> str:
    """Return the terminal at which the beams of a terminal are counted: itself, or the one that it shares."""
    return scenario.terminals[terminal].shares or terminal


def is_limited(scenario: Scenario) -> bool:
    """Whether any terminal that a node carries has a number of beams, so that pointings must be chosen."""
    carried = {aperture_name(scenario, name) for node in scenario.nodes for name in node.terminals}
    return any(scenario.terminals[name].beams is not None for name in carried)


@dataclass(frozen=True, eq=False)
class Pairings:
    """Pairs of apertures that links join.

    Attributes
    ----------
    apertures : list of tuple of str, length A
        Node and terminal of each.
    beams : ndarray of int [A]
        How many it has; `UNLIMITED` where nobody limits them.
    ends : ndarray of int [P, 2]
        Apertures of each pairing.
    setup_s : ndarray [P]
        From the start of a pointing to data: turning, and acquisition [s].
    turn_s : ndarray [P]
        The turning alone [s].
    dwell_s : ndarray [P]
        Least time that it is held [s].
    of_link : ndarray of int [L]
        The pairing of each directed link.
    forward : ndarray of bool [L]
        Whether the link sends from the first end of its pairing.
    """

    apertures: list[tuple[str, str]]
    beams: Integers
    ends: Integers
    setup_s: Floats
    turn_s: Floats
    dwell_s: Floats
    of_link: Integers
    forward: Flags

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def free(self) -> Flags:
        """Which pairings nobody limits at either end [P]."""
        return np.asarray((self.beams[self.ends] >= UNLIMITED).all(axis=1))

    @classmethod
    def build(cls, scenario: Scenario, links: Sequence[TerminalPair]) -> Pairings:
        """Gather the pairings of links.

        Parameters
        ----------
        scenario : Scenario
            For the terminals.
        links : sequence of TerminalPair, length L
            Directed links.

        Returns
        -------
        Pairings
            In the order in which the links name them.
        """
        apertures: dict[tuple[str, str], int] = {}
        pairings: dict[tuple[int, int], int] = {}
        of_link: list[int] = []
        forward: list[bool] = []
        turn: list[float] = []
        setup: list[float] = []
        dwell: list[float] = []
        for link in links:
            names = (link.source, link.transmit), (link.target, link.receive)
            ends = [
                apertures.setdefault((node, aperture_name(scenario, terminal)), len(apertures))
                for node, terminal in names
            ]
            ahead = ends[0] < ends[1]
            number = pairings.setdefault((min(ends), max(ends)), len(pairings))
            if number == len(turn):
                turn.append(0.0)
                setup.append(0.0)
                dwell.append(0.0)
            equipment = [scenario.terminals[terminal] for _, terminal in names]
            turning = max(one.switch_time for one in equipment)
            turn[number] = max(turn[number], turning)
            acquisition = max(getattr(one, "acquisition", 0.0) for one in equipment)
            setup[number] = max(setup[number], turning + acquisition)
            dwell[number] = max(dwell[number], *(one.least_contact for one in equipment))
            of_link.append(number)
            forward.append(ahead)
        beams = [scenario.terminals[terminal].beams or UNLIMITED for _, terminal in apertures]
        return cls(
            list(apertures),
            np.array(beams, dtype=np.int64),
            np.array(list(pairings), dtype=np.int64).reshape(-1, 2),
            np.array(setup),
            np.array(turn),
            np.array(dwell),
            np.array(of_link, dtype=np.int64),
            np.array(forward, dtype=np.bool_),
        )
