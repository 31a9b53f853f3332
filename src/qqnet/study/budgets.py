"""Budgets of a scenario's links at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.errors import InputError
from qqnet.links.budget import Budget, link_budget
from qqnet.links.doppler import doppler_shift_hz, shift_rate_hz_s
from qqnet.links.pairs import TerminalPair
from qqnet.scenario.suggest import unknown
from qqnet.space.timescales import format_utc, tdb_from_utc
from qqnet.study.network import links_of, visible
from qqnet.study.paths import PathEvaluator
from qqnet.study.round_trip import RoundTrip, round_trip

if TYPE_CHECKING:
    from qqnet.study.study import Study


@dataclass(frozen=True)
class LinkReport:
    """The budget of one link of a study at one time.

    Attributes
    ----------
    pair : TerminalPair
        Nodes and terminals.
    at_s : float
        Time of transmission [TDB s past J2000].
    budget : Budget
        Line by line.
    visible : bool
        Whether there is a line of sight within all limits then.
    range_rate_km_s : float
        Change of the range [km/s].
    doppler_hz, doppler_rate_hz_s : float
        Shift of the carrier at the receiver [Hz], and its change [Hz/s].
    light : RoundTrip or None
        Light time there and back; None where the motion is not known until the return.
    others : tuple of str
        Other transmit terminals that could be used between the two nodes.
    """

    pair: TerminalPair
    at_s: float
    budget: Budget
    visible: bool
    range_rate_km_s: float
    doppler_hz: float
    doppler_rate_hz_s: float
    light: RoundTrip | None
    others: tuple[str, ...] = ()

    @property
    def at_utc(self) -> str:
        """Time of transmission, UTC."""
        return format_utc(self.at_s)

    def to_json(self) -> dict[str, Any]:
        """Plain values for programs: the budget's, and where and when it is."""
        return {
            "from": self.pair.source,
            "to": self.pair.target,
            "terminal": self.pair.transmit,
            "receive_terminal": self.pair.receive,
            "at": self.at_utc,
            "visible": self.visible,
            "range_rate_km_s": self.range_rate_km_s,
            "round_trip": None if self.light is None else self.light.to_json(),
            "doppler_hz": self.doppler_hz,
            "doppler_rate_hz_s": self.doppler_rate_hz_s,
            **self.budget.to_json(),
            "others": list(self.others),
        }


def budget_of(study: Study, index: int, at_s: float) -> LinkReport:
    """Budget of a link of the study.

    Parameters
    ----------
    study : Study
        For trajectories and terminals.
    index : int
        Into ``study.links``.
    at_s : float
        Time of transmission [TDB s past J2000].

    Returns
    -------
    LinkReport
        With the budget for the distance of that time.

    Raises
    ------
    InputError
        Where the time is outside the scenario's span.
    """
    time = study.scenario.time
    if not time.start_s <= at_s <= time.stop_s:
        raise InputError(
            f"{format_utc(at_s)} is outside the scenario's span, {format_utc(time.start_s)} to "
            f"{format_utc(time.stop_s)}; move the span with --start"
        )
    pair = study.links[index]
    link = links_of(study.scenario, [pair])[0]
    evaluate = PathEvaluator(study, [pair], [link], motion=True)
    path = evaluate(np.zeros(1, dtype=np.int64), np.array([at_s]))
    rate = float(path.range_rate_km_s[0])
    return LinkReport(
        pair,
        at_s,
        link_budget(link, path),
        visible(study, pair, at_s),
        rate,
        float(doppler_shift_hz(link.frequency_hz, rate)),
        float(shift_rate_hz_s(link.frequency_hz, rate, path.range_acceleration_km_s2[0])),
        _light(study, pair, at_s),
    )


def _light(study: Study, pair: TerminalPair, at_s: float) -> RoundTrip | None:
    try:
        return round_trip(study, pair.source, pair.target, at_s)
    except InputError:
        return None  # the light comes back after the end of what was computed


def link_report(
    study: Study,
    source: str,
    target: str,
    at: str | None = None,
    terminal: str | None = None,
) -> LinkReport:
    """Budget of the link between two named nodes.

    Parameters
    ----------
    study : Study
        The scenario.
    source, target : str
        Single nodes.
    at : str, optional
        UTC; the start of the span where not given.
    terminal : str, optional
        Transmit terminal; where not given, the pair of terminals with the highest rate, visible ones first.

    Returns
    -------
    LinkReport
        With the other possible terminals in `others`.

    Raises
    ------
    InputError
        Unknown nodes, or nodes whose terminals never link.
    """
    names = study.scenario.node_names
    for name in (source, target):
        if name not in names:
            raise InputError(unknown("node", name, names))
    indices = [n for n, pair in enumerate(study.links) if (pair.source, pair.target) == (source, target)]
    if not indices:
        raise InputError(
            f"no terminal of {source} links with one of {target}: roles, bands and peers must match "
            f"({source} has {_listed(study, source)}; {target} has {_listed(study, target)})"
        )
    known = [study.links[n].transmit for n in indices]
    if terminal is not None:
        indices = [n for n in indices if study.links[n].transmit == terminal]
        if not indices:
            raise InputError(unknown("terminal for this link", terminal, known))
    at_s = study.scenario.time.start_s if at is None else tdb_from_utc(at)
    reports = [budget_of(study, n, at_s) for n in indices]
    best = max(reports, key=lambda one: (one.visible, one.budget.rate_bps, one.budget.margin_db))
    others = tuple(name for name in dict.fromkeys(known) if name != best.pair.transmit)
    return replace(best, others=others)


def _listed(study: Study, name: str) -> str:
    return ", ".join(study.scenario.entry(name).terminals) or "no terminals"
