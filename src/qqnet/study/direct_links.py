"""Direct links between the Earth-Moon system and a planet: when they stand, at what rate, and what shuts them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.link_geometry import LinkEvaluator
from qqnet.links.conjunction import CoronaScintillation
from qqnet.links.pairs import TerminalPair
from qqnet.space.timescales import format_utc
from qqnet.study.network import candidates, links_of
from qqnet.study.paths import PathEvaluator
from qqnet.study.power import is_silent

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

Floats = NDArray[np.float64]

SHORTEST_OUTAGE_S: Final = 60.0
"""Outages that last shorter are left out [s]."""

EXCLUSION: Final = "Sun exclusion"
SATURATED: Final = "corona saturated"
FADING: Final = "corona fading"
WEAK: Final = "signal too weak"
HIDDEN: Final = "no line of sight"
SILENT: Final = "no power in eclipse"
ACQUIRING: Final = "acquisition"
CAUSES: Final = (EXCLUSION, SATURATED, FADING, WEAK, HIDDEN, SILENT, ACQUIRING)
"""What may shut a link, in the order in which it is looked at."""


@dataclass(frozen=True, eq=False)
class Direct:
    """All links of one kind of equipment from one side to the other, taken together.

    Attributes
    ----------
    transmit, receive : str
        Terminals.
    kind : str
        ``optical`` or ``rf``.
    indices : tuple of int
        The study's links.
    start_s, end_s, rate_bps : ndarray, shape [C]
        Their contacts.
    """

    transmit: str
    receive: str
    kind: str
    indices: tuple[int, ...]
    start_s: Floats
    end_s: Floats
    rate_bps: Floats

    def best_rate_bps(self, times: Floats) -> Floats:
        """Highest rate that stands at times [bit/s]; 0 where none does."""
        best = np.zeros(times.shape)
        for rate in np.unique(self.rate_bps):
            spans = union(self.start_s[self.rate_bps >= rate], self.end_s[self.rate_bps >= rate])
            place = np.searchsorted(spans[:, 0], times, side="right") - 1
            inside = (place >= 0) & (times <= spans[np.maximum(place, 0), 1])
            best = np.where(inside, rate, best)
        return best


def union(start_s: Floats, end_s: Floats, join_s: float = 1e-3) -> Floats:
    """Join intervals that overlap or follow each other within a time.

    Parameters
    ----------
    start_s, end_s : ndarray, shape [N]
        Intervals [s].
    join_s : float
        Gaps up to this count as none [s].

    Returns
    -------
    ndarray, shape [M, 2]
        Start and end of each [s], in order and apart.

    Examples
    --------
    >>> union(np.array([5.0, 0.0, 20.0]), np.array([9.0, 6.0, 21.0])).tolist()
    [[0.0, 9.0], [20.0, 21.0]]
    """
    if not len(start_s):
        return np.empty((0, 2))
    order = np.argsort(start_s, kind="stable")
    start, reached = start_s[order], np.maximum.accumulate(end_s[order])
    opens = np.concatenate([[True], start[1:] > reached[:-1] + join_s])
    return np.stack([start[opens], np.append(reached[:-1][opens[1:]], reached[-1])], axis=1)


def gaps(spans: Floats, start_s: float, stop_s: float) -> Floats:
    """Return what a time holds outside of intervals, shape [M, 2] [s].

    Examples
    --------
    >>> gaps(np.array([[2.0, 3.0], [5.0, 10.0]]), 0.0, 10.0).tolist()
    [[0.0, 2.0], [3.0, 5.0]]
    """
    edges = np.concatenate([[start_s], spans.ravel(), [stop_s]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]


def direct_links(study: Study, sources: set[str], targets: set[str]) -> list[Direct]:
    """Group the links from some nodes straight to others by their equipment.

    Parameters
    ----------
    study : Study
        For links and contacts.
    sources, targets : set of str
        Nodes of the two sides.

    Returns
    -------
    list of Direct
        One for each pair of terminals that the equipment allows, with or without contacts; lasers first.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for n, pair in enumerate(study.links):
        if pair.source in sources and pair.target in targets:
            groups.setdefault((pair.kind, pair.transmit, pair.receive), []).append(n)
    rows: pd.DataFrame = study.contacts.contacts
    rows = rows[rows["from"].isin(sources) & rows["to"].isin(targets)]
    found = []
    for (kind, transmit, receive), indices in sorted(groups.items()):
        names = {(study.links[n].source, study.links[n].target, study.links[n].name) for n in indices}
        keys = zip(rows["from"], rows["to"], rows["link"], strict=True)
        mine = rows[np.array([key in names for key in keys], dtype=np.bool_)]
        columns = (mine[name].to_numpy(dtype=np.float64) for name in ("start_s", "end_s", "rate_bps"))
        found.append(Direct(transmit, receive, kind, tuple(indices), *columns))
    return found


def causes(study: Study, direct: Direct, at_s: float) -> dict[str, int]:
    """Say what shuts each of some links at a moment.

    Parameters
    ----------
    study : Study
        For terminals and geometry.
    direct : Direct
        The links.
    at_s : float
        Time of transmission [TDB s past J2000].

    Returns
    -------
    dict of str to int
        Of `CAUSES` those that occur, and for how many of the links each is the first; the most frequent first.
    """
    scenario = study.scenario
    pairs = [study.links[n] for n in direct.indices]
    links = links_of(scenario, pairs)
    rows = np.arange(len(pairs))
    at = np.full(len(pairs), at_s)
    seen = LinkEvaluator(
        study.scene.bank,
        candidates(scenario, study.scene, pairs),
        sun=study.trajectories.body_index("Sun"),
        light_time=scenario.compute.light_time,
    )(rows, at)
    path = PathEvaluator(study, pairs, links)(rows, at)
    counts: Counter[str] = Counter()
    for n, (pair, link) in enumerate(zip(pairs, links, strict=True)):
        corona = [effect for effect in link.effects if isinstance(effect, CoronaScintillation)]
        here = path.take(np.asarray(n))
        loss = float(sum(effect.loss_db(here) for effect in corona))
        excess = float(np.max(link.excess_db(here)))
        angles = float(seen.sun_separation_from_rad[n]), float(seen.sun_separation_to_rad[n])
        if _excluded(study, pair, angles):
            counts[EXCLUSION] += 1
        elif np.isinf(loss):
            counts[SATURATED] += 1
        elif excess < 0.0:
            counts[FADING if excess + loss >= 0.0 else WEAK] += 1
        elif not _in_sight(study, direct.indices[n], at_s):
            counts[HIDDEN] += 1
        else:
            counts[SILENT if is_silent(study, pair, at_s) else ACQUIRING] += 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], CAUSES.index(one[0]))))


def _excluded(study: Study, pair: TerminalPair, angles: tuple[float, float]) -> bool:
    terminals = study.scenario.terminals
    ends = zip((pair.transmit, pair.receive), angles, strict=True)
    return any(angle < terminals[name].sun_exclusion for name, angle in ends)


def _in_sight(study: Study, index: int, at_s: float) -> bool:
    windows = study.windows
    mine = windows[windows["link"] == index]
    return bool(((mine["start_s"] <= at_s) & (at_s <= mine["end_s"])).any())


def figures(
    study: Study, direct: Direct, source: str, target: str, times: Floats, sun_angle_rad: Floats
) -> dict[str, Any]:
    """Draw the figures of direct links.

    Parameters
    ----------
    study : Study
        For span and causes.
    direct : Direct
        The links.
    source, target : str
        The bodies at either side.
    times, sun_angle_rad : ndarray, shape [T]
        Angle between the Sun and the planet at the Earth [rad] at times of the span [TDB s past J2000].

    Returns
    -------
    dict
        ``from``, ``to``, ``kind``, ``band`` (of radio), ``transmit``, ``receive``; ``availability``, the share of
        the span; ``rates``, the highest first: list of ``rate_bps``, the ``share`` of the span in which it is the
        highest that stands, and ``sep_min_deg``, the smallest angle from the Sun at which it stood (None where at
        none of the times); ``outages``: list of ``start``, ``end``, ``duration_s``, ``cause``, ``causes`` (how
        many links each shuts), ``starts_at_span``, ``ends_at_span``.
    """
    time = study.scenario.time
    spans = union(direct.start_s, direct.end_s)
    outages = []
    for start, end in gaps(spans, time.start_s, time.stop_s).tolist():
        if end - start < SHORTEST_OUTAGE_S:
            continue
        why = causes(study, direct, 0.5 * (start + end))
        outages.append(
            {
                "start": format_utc(start),
                "end": format_utc(end),
                "duration_s": end - start,
                "cause": next(iter(why)),
                "causes": why,
                "starts_at_span": start <= time.start_s,
                "ends_at_span": end >= time.stop_s,
            }
        )
    terminal = study.scenario.terminals[direct.transmit]
    return {
        "from": source,
        "to": target,
        "kind": direct.kind,
        "band": getattr(terminal, "band", ""),
        "transmit": direct.transmit,
        "receive": direct.receive,
        "availability": float((spans[:, 1] - spans[:, 0]).sum() / time.duration),
        "rates": _rates(direct, time.duration, times, np.degrees(sun_angle_rad)),
        "outages": outages,
    }


def _rates(direct: Direct, duration_s: float, times: Floats, sep_deg: Floats) -> list[dict[str, Any]]:
    """Share of the span at each rate that is the best of its time, and how near to the Sun that goes."""
    best = direct.best_rate_bps(times)
    found, above = [], 0.0
    for rate in np.unique(direct.rate_bps)[::-1]:
        least = direct.rate_bps >= rate
        spans = union(direct.start_s[least], direct.end_s[least])
        total = float((spans[:, 1] - spans[:, 0]).sum() / duration_s)
        if total > above:
            near = sep_deg[best == rate]
            nearest = float(near.min()) if near.size else None
            found.append({"rate_bps": float(rate), "share": total - above, "sep_min_deg": nearest})
        above = max(above, total)
    return found
