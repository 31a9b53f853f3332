"""Who points where: a table of stretches of time, and figures of every aperture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.pointing.apertures import UNLIMITED, Floats, Pairings
from qqnet.pointing.assignment import FULL_FIRST, FULL_SECOND, LATE, TURNED_AWAY, Assigned
from qqnet.pointing.choice import FIXED, FLOW, KEPT, SHARE, VOLUME, WAY
from qqnet.pointing.granted import Pointings
from qqnet.pointing.requests import Wanted, joined_intervals

if TYPE_CHECKING:
    import pandas as pd

PURPOSES: Final = {
    FIXED: "fixed by the operator",
    KEPT: "nobody limits it",
    WAY: "way to Earth",
    FLOW: "way of a flow",
    SHARE: "had no link",
    VOLUME: "free beam",
}
"""What a pointing was made for."""


@dataclass(frozen=True, eq=False)
class PointingResult:
    """Pointings of apertures with a number of beams, granted and denied.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a stretch: ``a``, ``a_terminal``, ``b``, ``b_terminal``: nodes, and terminals that their beams are
        counted at; ``start_s``, ``end_s`` [TDB s past J2000]; ``granted``; ``why``; ``a_busy``, ``b_busy``: with
        whom the beams of a full end were busy when a denial began, empty where it had one free; ``pairing``.
    """

    table: pd.DataFrame

    @classmethod
    def build(cls, pairings: Pairings, wanted: Wanted, assigned: Assigned) -> PointingResult:
        """Name what was assigned; pairings that nobody limits are left out."""
        import pandas as pd

        pairing = wanted.pairing[assigned.wanted]
        kept = np.flatnonzero(pairing < len(pairings))
        kept = kept[~pairings.free[pairing[kept]]]
        order = kept[np.lexsort((pairing[kept], assigned.start[kept]))]
        pairing, why = pairing[order], assigned.why[order]
        nodes = np.array([node for node, _ in pairings.apertures] or [""], dtype=object)
        terminals = np.array([name for _, name in pairings.apertures] or [""], dtype=object)
        ends = pairings.ends[pairing]
        granted = assigned.granted[order]
        start = assigned.start[order]
        told = [PURPOSES[code] if yes else denial(code) for code, yes in zip(why, granted, strict=True)]
        busy = _busy(pairings, ends, nodes, start, assigned.end[order], granted, why)
        return cls(
            pd.DataFrame(
                {
                    "a": nodes[ends[:, 0]],
                    "a_terminal": terminals[ends[:, 0]],
                    "b": nodes[ends[:, 1]],
                    "b_terminal": terminals[ends[:, 1]],
                    "start_s": start,
                    "end_s": assigned.end[order],
                    "granted": granted,
                    "why": told,
                    "a_busy": busy[0],
                    "b_busy": busy[1],
                    "pairing": pairing,
                }
            )
        )

    @property
    def pointings(self) -> Pointings:
        """What was granted."""
        rows = self.table[self.table["granted"]]
        return Pointings(
            rows["pairing"].to_numpy(dtype=np.int64),
            rows["start_s"].to_numpy(dtype=np.float64),
            rows["end_s"].to_numpy(dtype=np.float64),
        )

    def save(self, path: Path) -> None:
        """Write the table (Parquet)."""
        self.table.to_parquet(path)

    @classmethod
    def load(cls, path: Path) -> PointingResult:
        """Read what `save` wrote."""
        import pandas as pd

        return cls(pd.read_parquet(path))


def denial(code: int) -> str:
    """What stood in the way, from bits of `qqnet.pointing.assignment`.

    Examples
    --------
    >>> denial(FULL_SECOND | TURNED_AWAY)
    'b full, turned away'
    """
    words = []
    if code & FULL_FIRST:
        words.append("a full")
    if code & FULL_SECOND:
        words.append("b full")
    if code & LATE:
        words.append("too little time left")
    if code & TURNED_AWAY:
        words.append("turned away")
    return ", ".join(words) or "no data to carry yet"


def _busy(
    pairings: Pairings, ends: Any, nodes: Any, start: Floats, end: Floats, granted: Any, why: Any
) -> tuple[list[str], list[str]]:
    """With whom a full end was busy when a denial began, in words."""
    said: tuple[list[str], list[str]] = ([""] * len(start), [""] * len(start))
    rows: dict[int, list[int]] = {}
    for n in np.flatnonzero(granted).tolist():
        for k in range(2):
            if pairings.beams[ends[n, k]] < UNLIMITED:
                rows.setdefault(int(ends[n, k]), []).append(n)
    asking: dict[tuple[int, int], list[int]] = {}
    for n in np.flatnonzero(~granted).tolist():
        for k in range(2):
            if why[n] & (FULL_FIRST << k):
                asking.setdefault((int(ends[n, k]), k), []).append(n)
    for (aperture, k), denied in asking.items():
        held = np.array(rows.get(aperture, []), dtype=np.int64)
        peers = nodes[np.where(ends[held, 0] == aperture, ends[held, 1], ends[held, 0])]
        moments = start[denied]
        for n, at in zip(denied, moments, strict=True):
            inside = (start[held] <= at) & (at < end[held])
            said[k][n] = ", ".join(sorted(set(peers[inside])))
    return said


def use_of(
    result: PointingResult,
    apertures: list[tuple[str, str]],
    beams: dict[tuple[str, str], int],
    span: tuple[float, float],
) -> pd.DataFrame:
    """Figures of every aperture with a number of beams.

    Parameters
    ----------
    result : PointingResult
        Who points where.
    apertures : list of tuple of str
        Node and terminal of each.
    beams : dict
        Beams of each.
    span : tuple of float
        [TDB s past J2000].

    Returns
    -------
    pandas.DataFrame
        ``node``, ``terminal``, ``beams``; ``use_mean``: mean over time of the share of beams in use; ``peak``:
        most in use at a time; ``full``: share of time in which all are; ``denied_fraction``: share of the
        wanted time that was denied; ``switches_per_day``: pointings that began after the start of the span, a day.
    """
    import pandas as pd

    table = result.table
    length = span[1] - span[0]
    ends = [
        table.rename(columns={one: "node", f"{one}_terminal": "terminal", other: "peer"})[
            ["node", "terminal", "peer", "start_s", "end_s", "granted"]
        ]
        for one, other in (("a", "b"), ("b", "a"))
    ]
    rows = pd.concat(ends, ignore_index=True)
    groups = dict(list(rows.groupby(["node", "terminal"], sort=False)))
    found = []
    for node, terminal in apertures:
        chosen = groups.get((node, terminal))
        if chosen is None:
            found.append((node, terminal, beams[node, terminal], 0.0, 0, 0.0, 0.0, 0.0))
            continue
        chosen = chosen.assign(end_s=np.minimum(chosen["end_s"], span[1]))
        time = (chosen["end_s"] - chosen["start_s"]).to_numpy()
        granted = chosen["granted"].to_numpy()
        starts, levels = in_use(chosen[granted])
        spent = np.diff(np.append(starts, span[1]))
        number = beams[node, terminal]
        began = chosen["start_s"].to_numpy()[granted] > span[0]
        found.append(
            (
                node,
                terminal,
                number,
                float((levels * spent).sum() / (number * length)),
                int(levels.max(initial=0)),
                float(spent[levels >= number].sum() / length),
                float(time[~granted].sum() / time.sum()) if time.sum() else 0.0,
                float(began.sum() / (length / 86400.0)),
            )
        )
    columns = ["node", "terminal", "beams", "use_mean", "peak", "full", "denied_fraction", "switches_per_day"]
    return pd.DataFrame(found, columns=columns)


def in_use(rows: pd.DataFrame) -> tuple[Floats, Any]:
    """Number of different peers over time.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``peer``, ``start_s``, ``end_s`` of one aperture's pointings.

    Returns
    -------
    times : ndarray [K]
        Moments of change [s].
    levels : ndarray of int [K]
        Peers from each on.
    """
    peers = {name: n for n, name in enumerate(dict.fromkeys(rows["peer"]))}
    number = rows["peer"].map(peers).to_numpy(dtype=np.int64)
    held, _ = joined_intervals(number, rows["start_s"].to_numpy(), rows["end_s"].to_numpy())
    times = np.concatenate([held.end, held.start])
    change = np.repeat([-1, 1], [len(held.end), len(held.start)])
    order = np.lexsort((change, times))
    moments, last = np.unique(times[order][::-1], return_index=True)
    levels = np.cumsum(change[order])[len(times) - 1 - last]
    return moments, levels
