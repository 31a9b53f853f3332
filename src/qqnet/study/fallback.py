"""Lasers and their fallback: how long a laser holds, how long radio alone does, and what a laser fails for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

Floats = NDArray[np.float64]
Ends = tuple[str, str]

CAUSES: Final = {
    "occultation": "no sight",
    "range": "range",
    "sun": "Sun",
    "cloud": "cloud",
    "power": "eclipse",
    "beam": "busy",
    "acquisition": "acquisition",
    "mode": "no mode",
}
"""Why a laser is missing, in the order in which they are asked, and in words; the first that holds is named. An
end below the mask or the horizon of a site counts as occultation; `power` is the duty cycle in an eclipse, `beam`
that every beam of an end is with somebody else."""


@dataclass(frozen=True)
class Held:
    """What joins two nodes in one direction, with a laser and with radio.

    Attributes
    ----------
    source, target : str
        Nodes; a target may be several, by one name.
    lasers, radios : tuple of str
        Links by name (terminals).
    laser, radio_only : float
        Share of the span with a laser, and with radio but no laser.
    laser_bytes, radio_bytes : float
        What lasers could carry, and what radio could carry while there is no laser, each by the fastest link at a
        time [byte].
    longest_without_laser_s, longest_without_s : float
        Longest time without a laser, and without either [s].
    missing : dict of str to float
        Cause of `CAUSES` -> share of the span in which the laser is missing for it; the sum is 1 - `laser`.
    """

    source: str
    target: str
    lasers: tuple[str, ...]
    radios: tuple[str, ...]
    laser: float
    radio_only: float
    laser_bytes: float
    radio_bytes: float
    longest_without_laser_s: float
    longest_without_s: float
    missing: dict[str, float]


def union(intervals: Floats, start_s: float, stop_s: float) -> Floats:
    """Join intervals that may overlap.

    Parameters
    ----------
    intervals : ndarray, shape [N, 2]
        Starts and ends [s].
    start_s, stop_s : float
        Span that they are cut at [s].

    Returns
    -------
    ndarray, shape [K, 2]
        Ordered and apart.

    Examples
    --------
    >>> union(np.array([[5.0, 7.0], [1.0, 3.0], [2.0, 4.0]]), 0.0, 6.0).tolist()
    [[1.0, 4.0], [5.0, 6.0]]
    """
    cut = np.clip(intervals, start_s, stop_s)
    cut = cut[cut[:, 1] > cut[:, 0]]
    cut = cut[np.argsort(cut[:, 0], kind="stable")]
    if not len(cut):
        return cut
    reached = np.maximum.accumulate(cut[:, 1])
    first = np.concatenate([[True], cut[1:, 0] > reached[:-1]])
    last = np.concatenate([first[1:], [True]])
    return np.stack([cut[first, 0], reached[last]], axis=1)


def covered_s(intervals: Floats, starts: Floats, ends: Floats) -> Floats:
    """Time within ordered, separate intervals [K, 2] that lies between starts and ends, each of shape [N] [s]."""
    if not len(intervals):
        return np.zeros(len(starts))
    flat = intervals.ravel()
    grown = np.concatenate([[0.0], np.cumsum(intervals[:, 1] - intervals[:, 0])])
    height = np.repeat(grown, 2)[1:-1]
    found: Floats = np.interp(ends, flat, height) - np.interp(starts, flat, height)
    return found


def best_volume_bytes(contacts: Floats, busy: Floats | None = None) -> float:
    """What contacts can carry, the fastest at a time.

    Parameters
    ----------
    contacts : ndarray, shape [N, 3]
        Start, end [s], rate [bit/s]; they may overlap.
    busy : ndarray, shape [K, 2], optional
        Ordered, separate intervals in which nothing is carried [s].

    Returns
    -------
    float
        [byte]

    Examples
    --------
    >>> best_volume_bytes(np.array([[0.0, 8.0, 1.0], [4.0, 12.0, 2.0]]), np.array([[8.0, 10.0]]))
    2.0
    """
    edges = np.unique(contacts[:, :2])
    if not len(edges):
        return 0.0
    best = np.zeros(len(edges) - 1)
    first, last = np.searchsorted(edges, contacts[:, 0]), np.searchsorted(edges, contacts[:, 1])
    for k in np.argsort(contacts[:, 2], kind="stable"):
        best[first[k] : last[k]] = contacts[k, 2]
    free = np.diff(edges)
    if busy is not None:
        free = free - covered_s(busy, edges[:-1], edges[1:])
    return float((best * free).sum()) / 8.0


def longest_gap_s(intervals: Floats, start_s: float, stop_s: float) -> float:
    """Longest time of a span outside of ordered, separate intervals [K, 2] [s]."""
    edges = np.concatenate([[start_s], intervals.ravel(), [stop_s]])
    return float((edges[1::2] - edges[::2]).max())


def lasers_with_radio(scenario: Scenario) -> bool:
    """Whether any two nodes of a scenario have both a laser and radio between them."""
    from qqnet.links.pairs import terminal_pairs

    kinds: dict[Ends, set[str]] = {}
    for pair in terminal_pairs(scenario):
        kinds.setdefault((pair.source, pair.target), set()).add(pair.kind)
    return {"optical", "rf"} in kinds.values()


def fallback(study: Study) -> list[Held]:
    """Look at every pair of nodes that has both a laser and radio, each direction by itself.

    Parameters
    ----------
    study : Study
        For windows and contacts.

    Returns
    -------
    list of Held
        In the order of links.
    """
    return _looked_at(study, {(pair.source, pair.target): (pair.source, pair.target) for pair in study.links})


def downlinks(study: Study) -> list[Held]:
    """Look at every node that has lasers to several sites with weather: any of them will do.

    Parameters
    ----------
    study : Study
        For windows and contacts.

    Returns
    -------
    list of Held
        Whose target is ``ground``.
    """
    from qqnet.weather.of_scenario import sites_with_weather

    skies = sites_with_weather(study.scenario).keys()
    ends = {(pair.source, pair.target) for pair in study.links if pair.kind == "optical"}
    several = {
        source for source, _ in ends if sum(one == source and target in skies for one, target in ends) > 1
    }
    groups = {
        (pair.source, pair.target): (pair.source, "ground")
        for pair in study.links
        if pair.source in several and pair.target in skies
    }
    return _looked_at(study, groups)


def _looked_at(study: Study, groups: dict[Ends, Ends]) -> list[Held]:
    """Look at groups of pairs of nodes that have a laser; those without radio only if they are several pairs."""
    by_kind: dict[Ends, dict[str, list[int]]] = {}
    for n, pair in enumerate(study.links):
        ends = groups.get((pair.source, pair.target))
        if ends is not None:
            by_kind.setdefault(ends, {}).setdefault(pair.kind, []).append(n)
    single = {ends for pair, ends in groups.items() if pair == ends}
    chosen = {
        ends: kinds
        for ends, kinds in by_kind.items()
        if "optical" in kinds and ("rf" in kinds or ends not in single)
    }
    if not chosen:
        return []
    lasers = sorted(n for kinds in chosen.values() for n in kinds["optical"])
    levels = _levels(study, lasers)
    contacts = dict(list(study.contacts.contacts.groupby(["from", "to", "link"])))
    return [
        _held(study, ends, kinds["optical"], kinds.get("rf", []), levels, contacts)
        for ends, kinds in chosen.items()
    ]


def _held(
    study: Study,
    ends: Ends,
    lasers: list[int],
    radios: list[int],
    levels: list[dict[int, Floats]],
    contacts: dict[Any, pd.DataFrame],
) -> Held:
    time = study.scenario.time
    span = time.start_s, time.stop_s
    by_laser = _contacts_of(study.links, lasers, contacts)
    by_radio = _contacts_of(study.links, radios, contacts)
    laser = union(by_laser[:, :2], *span)
    either = union(np.concatenate([by_laser[:, :2], by_radio[:, :2]]), *span)
    held = float((laser @ [-1.0, 1.0]).sum())
    # What has data was acquired in time, however long acquisition was thought to take.
    *before, ready = (np.concatenate([level.get(n, _NONE) for n in lasers]) for level in levels)
    ready = np.concatenate([ready, laser])
    seen = [float((union(level, *span) @ [-1.0, 1.0]).sum()) for level in (*before, ready)]
    steps = [time.duration, *seen, held]
    return Held(
        *ends,
        tuple(dict.fromkeys(study.links[n].name for n in lasers)),
        tuple(dict.fromkeys(study.links[n].name for n in radios)),
        laser=held / time.duration,
        radio_only=max(float((either @ [-1.0, 1.0]).sum()) - held, 0.0) / time.duration,
        laser_bytes=best_volume_bytes(by_laser),
        radio_bytes=best_volume_bytes(by_radio, laser),
        longest_without_laser_s=longest_gap_s(laser, *span),
        longest_without_s=longest_gap_s(either, *span),
        missing={cause: max(steps[k] - steps[k + 1], 0.0) / time.duration for k, cause in enumerate(CAUSES)},
    )


_NONE: Final = np.empty((0, 2))


def _contacts_of(links: list[TerminalPair], chosen: list[int], contacts: dict[Any, pd.DataFrame]) -> Floats:
    """Start, end and rate of the contacts of some links, shape [N, 3]."""
    keys = dict.fromkeys((links[n].source, links[n].target, links[n].name) for n in chosen)
    rows = [contacts[key][["start_s", "end_s", "rate_bps"]].to_numpy() for key in keys if key in contacts]
    return np.concatenate(rows) if rows else np.empty((0, 3))


def _levels(study: Study, lasers: list[int]) -> list[dict[int, Floats]]:
    """Intervals of lasers as one cause after the other is let in, from the line of sight alone to acquisition.

    Each is a mapping of link to intervals [K, 2]. What is missing from the last, no mode closes for.
    """
    from qqnet.study.acquisition import acquisition_delays_s
    from qqnet.study.clouds import windows_between_clouds
    from qqnet.study.network import geometry, served_windows, usable_windows

    within = study.windows[study.windows["link"].isin(lasers)]
    dark = _lifted(study, lasers, within, "sun")
    seen = _lifted(study, lasers, dark, "range")
    between, usable, served = (
        table[table["link"].isin(lasers)]
        for table in (windows_between_clouds(study), usable_windows(study), served_windows(study))
    )
    delays = acquisition_delays_s(study.scenario, study.links, served, geometry(study))
    ready = served.assign(start_s=served["start_s"] + delays)
    return [_by_link(table) for table in (seen, dark, within, between, usable, served, ready)]


def _lifted(study: Study, lasers: list[int], windows: pd.DataFrame, limit: str) -> pd.DataFrame:
    """Windows of lasers without the Sun's exclusion, or without the limit of range as well.

    Only links are searched anew that have the limit and are not there throughout already.
    """
    import pandas as pd

    from qqnet.access.windows import find_windows
    from qqnet.study.network import candidates, occulters

    scenario, time = study.scenario, study.scenario.time
    there = (windows["end_s"] - windows["start_s"]).groupby(windows["link"]).sum()
    short = [n for n in lasers if there.get(n, 0.0) < time.duration - 1e-3]
    asked = candidates(scenario, study.scene, [study.links[n] for n in short])
    limited = np.isfinite(asked.max_range_km)
    if limit == "sun":
        limited = (asked.sun_exclusion_from_rad > 0.0) | (asked.sun_exclusion_to_rad > 0.0)
    which = np.flatnonzero(limited)
    if not which.size:
        return windows
    asked = asked.take(which)
    none = np.zeros(which.size)
    asked = replace(asked, sun_exclusion_from_rad=none, sun_exclusion_to_rad=none)
    if limit == "range":
        asked = replace(asked, max_range_km=np.full(which.size, np.inf))
    found = find_windows(
        study.scene.bank,
        asked,
        occulters(scenario, study.trajectories),
        time.start_s,
        time.stop_s,
        step_s=time.step,
        light_time=scenario.compute.light_time,
    )
    anew = np.array(short)[which]
    found["link"] = anew[found["link"].to_numpy(dtype=np.int64)]
    return pd.concat([windows[~windows["link"].isin(anew)], found], ignore_index=True)


def _by_link(table: pd.DataFrame) -> dict[int, Floats]:
    edges = table[["start_s", "end_s"]].to_numpy(dtype=np.float64)
    edges = np.stack([np.minimum(edges[:, 0], edges[:, 1]), edges[:, 1]], axis=1)
    return {int(str(link)): edges[chosen] for link, chosen in table.groupby("link").indices.items()}


def fallback_summary(scenario: Scenario, found: list[Held]) -> list[dict[str, Any]]:
    """Bring what `fallback` found to plain values, members of constellations together.

    Parameters
    ----------
    scenario : Scenario
        For the entries that nodes belong to.
    found : list of Held
        As `fallback` or `downlinks` gives it.

    Returns
    -------
    list of dict
        ``from``, ``to`` (entries of ``nodes``), ``lasers``, ``radios``, ``pairs`` of nodes; ``share`` of the span
        with ``laser``, ``radio_only`` and ``none``, mean of the pairs; ``volume_bytes`` of ``laser`` and
        ``radio_only``, sum; ``longest_without_s`` of ``laser`` and ``any``, worst pair; ``missing``, by cause.
    """
    owner = {name: node.name for node in scenario.nodes for name in member_names(node)}
    groups: dict[tuple[Any, ...], list[Held]] = {}
    for one in found:
        ends = owner.get(one.source, one.source), owner.get(one.target, one.target)
        groups.setdefault((*ends, one.lasers, one.radios), []).append(one)

    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    rows = []
    for (source, target, lasers, radios), held in groups.items():
        laser, radio = mean([one.laser for one in held]), mean([one.radio_only for one in held])
        rows.append(
            {
                "from": source,
                "to": target,
                "lasers": list(lasers),
                "radios": list(radios),
                "pairs": len(held),
                "share": {"laser": laser, "radio_only": radio, "none": max(1.0 - laser - radio, 0.0)},
                "volume_bytes": {
                    "laser": sum(one.laser_bytes for one in held),
                    "radio_only": sum(one.radio_bytes for one in held),
                },
                "longest_without_s": {
                    "laser": max(one.longest_without_laser_s for one in held),
                    "any": max(one.longest_without_s for one in held),
                },
                "missing": {cause: mean([one.missing[cause] for one in held]) for cause in CAUSES},
            }
        )
    return rows
