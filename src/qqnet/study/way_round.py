"""The way round the Sun: what reaches a planet without any link straight to it from the Earth-Moon system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.routing.graph import CompiledPlan, compile_plan
from qqnet.routing.routes import Route, RouteRequest, find_route

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

LATEST_S: Final = 7200.0
"""What takes longer is no way round, but waiting for the Sun to pass [s]; light to Mars takes 22 min at most."""

_UNBOUND: Final = 1e15  # rate within a system, which the question is not about [bit/s]


@dataclass(frozen=True)
class WayRound:
    """The widest way at a moment.

    Attributes
    ----------
    rate_bps : float
        Least rate of its links [bit/s]; 0 where there is no way.
    delay_s : float
        From the first node to the last, for the first bit [s]; infinite where there is no way.
    via : tuple of str
        Nodes, from the last in the one system to the first in the other; empty where there is no way.
    """

    rate_bps: float
    delay_s: float
    via: tuple[str, ...]


NO_WAY: Final = WayRound(0.0, float("inf"), ())


class Detours:
    """Ways from one body's network to another's that use no link straight between the two.

    Only gates are looked at: nodes with links to other bodies' networks. Within the network of an end any of its
    gates will do.

    Parameters
    ----------
    study : Study
        For the contact plan.
    homes : mapping of str to str
        Node -> the body whose network it belongs to.
    source, target : str
        The bodies.
    """

    def __init__(self, study: Study, homes: Mapping[str, str], source: str, target: str):
        gates = {
            name
            for pair in study.links
            if homes[pair.source] != homes[pair.target]
            for name in (pair.source, pair.target)
        }
        rows = study.contacts.contacts
        rows = rows[rows["from"].isin(gates) & rows["to"].isin(gates)]
        begin, finish = rows["from"].map(homes), rows["to"].map(homes)
        ends = {source, target}
        straight = begin.isin(ends) & finish.isin(ends)
        self._rows = rows[~straight]
        self._gates = sorted(gates)
        self._homes = homes
        self._ends = source, target
        self._study = study
        self._plans: dict[float, CompiledPlan] = {}

    @cached_property
    def rates_bps(self) -> Floats:
        """Rates that a way may have, rising [bit/s]."""
        return np.unique(self._rows["rate_bps"].to_numpy(dtype=np.float64))

    def _plan(self, rate_bps: float) -> CompiledPlan:
        """Compile the contacts of at least a rate, with one node for all gates of either end."""
        if rate_bps not in self._plans:
            import pandas as pd

            time = self._study.scenario.time
            free: dict[str, float | str] = {
                "start_s": time.start_s,
                "end_s": time.stop_s,
                "rate_bps": _UNBOUND,
            }
            free |= {"owlt_start_s": 0.0, "owlt_end_s": 0.0, "link": "gate", "kind": "terrestrial"}
            source, target = self._ends
            names = (f"any at {source}", f"any at {target}")
            joints = [{"from": names[0], "to": name, **free} for name in self._of(source)]
            joints += [{"from": name, "to": names[1], **free} for name in self._of(target)]
            columns = ["from", "to", *free]
            quick = self._rows[self._rows["rate_bps"] >= rate_bps]
            table = pd.concat([quick[columns], pd.DataFrame(joints, columns=columns)], ignore_index=True)
            numbers = {name: n for n, name in enumerate((*self._gates, *names), start=1)}
            self._plans[rate_bps] = compile_plan(ContactPlan(table, numbers))
        return self._plans[rate_bps]

    def _of(self, home: str) -> list[str]:
        return [name for name in self._gates if self._homes[name] == home]

    def _route(self, rate_bps: float, at_s: float) -> Route | None:
        source, target = (f"any at {name}" for name in self._ends)
        request = RouteRequest(source, target, at_s, deadline_s=at_s + LATEST_S)
        return find_route(self._plan(rate_bps), request)

    def widest(self, at_s: float) -> WayRound:
        """Find the way whose slowest link is quickest, and of these the one that arrives first.

        Parameters
        ----------
        at_s : float
            When the first bit leaves [TDB s past J2000].

        Returns
        -------
        WayRound
            `NO_WAY` where nothing arrives within `LATEST_S`.
        """
        rates = self.rates_bps
        if not self._of(self._ends[0]) or not self._of(self._ends[1]) or not rates.size:
            return NO_WAY
        found = self._route(float(rates[0]), at_s)
        if found is None:
            return NO_WAY
        low, high = 0, len(rates)
        while high - low > 1:
            middle = (low + high) // 2
            route = self._route(float(rates[middle]), at_s)
            low, high = (middle, high) if route is not None else (low, middle)
            found = found if route is None else route
        rate = min(self._rate(hop.contact, float(rates[low])) for hop in found.hops)
        return WayRound(rate, found.arrival_s - at_s, found.nodes[1:-1])

    def _rate(self, contact: int, rate_bps: float) -> float:
        return float(self._plan(rate_bps).plan.contacts["rate_bps"].iloc[contact])
