"""Small problems of pointing, written as who may point at whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest

from qqnet.pointing.assignment import Assigned, Fixed, assign
from qqnet.pointing.choice import Needs, Network, Options
from qqnet.pointing.requests import Wanted


class Sight(NamedTuple):
    """A pairing sees each other from start to end, with a rate each way."""

    pairing: int
    start: float
    end: float
    rate: float = 1.0


@dataclass
class Problem:
    """One aperture a node, `beams` of each; pairings of nodes; when they see each other."""

    beams: Sequence[int]
    pairs: Sequence[tuple[int, int]]
    sights: Sequence[Sight]
    setup: float = 0.0
    dwell: float = 0.0
    relays: Sequence[int] = ()
    roots: Sequence[int] = ()
    flows: Sequence[tuple[int, int, float]] = ()
    fixed: Sequence[tuple[int, float, float]] = ()
    policy: str = "volume"
    keep: float = 1.25
    patience: float = 3600.0
    lookahead: float = 3600.0
    step: float = 300.0
    span: tuple[float, float] = (0.0, 3600.0)
    order: list[int] = field(default_factory=list)

    @property
    def network(self) -> Network:
        ends = np.array(self.pairs, dtype=np.int64).reshape(-1, 2)
        peers = np.stack([ends, ends[:, ::-1]], axis=-1).reshape(-1, 2)
        _, slot = np.unique(peers, axis=0, return_inverse=True)
        nodes = np.arange(len(self.beams))
        return Network(
            aperture=ends,
            slot=slot.reshape(-1, 2).astype(np.int64),
            node=ends,
            beams=np.array(self.beams, dtype=np.int64),
            setup=np.full(len(ends), self.setup),
            dwell=np.full(len(ends), self.dwell),
            free=np.zeros(len(ends), dtype=np.bool_),
            relay=np.isin(nodes, self.relays),
            root=np.isin(nodes, self.roots),
            message=np.ones((len(nodes), 2)),
            first=np.searchsorted(np.sort(ends.ravel()), np.arange(len(nodes) + 1)).astype(np.int64),
            around=(np.argsort(ends.ravel(), kind="stable") // 2).astype(np.int64),
        )

    @property
    def wanted(self) -> Wanted:
        sights = sorted(self.sights)
        number = np.arange(len(sights))
        start = np.array([one.start for one in sights], dtype=np.float64)
        end = np.array([one.end for one in sights], dtype=np.float64)
        rate = np.array([one.rate for one in sights], dtype=np.float64)
        return Wanted(
            pairing=np.array([one.pairing for one in sights], dtype=np.int64),
            start=start,
            end=end,
            first=number,
            cells=np.ones_like(number),
            origin=start,
            length=end - start,
            rates=np.stack([rate, rate]),
            owlt=np.full(len(sights), 1.0),
        )

    def solve(self) -> Assigned:
        flows = np.array(self.flows, dtype=np.float64).reshape(-1, 3)
        fixed = np.array(self.fixed, dtype=np.float64).reshape(-1, 3)
        return assign(
            self.network,
            self.wanted,
            Needs(
                flows[:, 0].astype(np.int64),
                flows[:, 1].astype(np.int64),
                flows[:, 2],
                flows[:, 2],
                np.ones(len(flows), dtype=np.bool_),
            ),
            Fixed(fixed[:, 0].astype(np.int64), fixed[:, 1], fixed[:, 2]),
            Options(
                self.policy == "connected",
                self.policy != "volume",
                self.policy != "volume",
                self.lookahead,
                self.keep,
                self.patience,
            ),
            self.span,
            self.step,
        )

    def granted(self) -> list[tuple[int, float, float]]:
        """Pairing, start and end of everything that points, by start."""
        found, wanted = self.solve(), self.wanted
        rows = [
            (int(wanted.pairing[w]), float(start), float(end))
            for w, start, end, yes in zip(found.wanted, found.start, found.end, found.granted, strict=True)
            if yes
        ]
        return sorted(rows, key=lambda row: (row[1], row[0]))


@pytest.fixture(scope="session")
def problem() -> type[Problem]:
    return Problem


@pytest.fixture(scope="session")
def sight() -> type[Sight]:
    return Sight
