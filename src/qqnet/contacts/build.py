"""From windows to contacts: cut where the rate changes, and where light time would bend too far from a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.link_geometry import LinkGeometry
from qqnet.links.link import Link
from qqnet.links.rates import RateSegment, constant_rate_segments, margin_and_mode

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometry = Callable[[Integers, Floats], LinkGeometry]

OWLT_TOLERANCE_S: Final = 0.01
"""Light time inside a contact is linear between its ends to this [s]; longer contacts are cut."""

SHORTEST_S: Final = 1e-3
"""Edges of windows are right to about this [s]; a contact no longer than that is none."""


def build_contacts(
    windows: pd.DataFrame,
    links: Sequence[Link],
    delays_s: Sequence[float],
    geometry: Geometry,
    advance: Callable[[float], None] = lambda _: None,
) -> pd.DataFrame:
    """Turn windows into contacts of constant rate and linear light time.

    Parameters
    ----------
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them.
    links : sequence of Link, length L
        The link of each index in the windows' column ``link``.
    delays_s : sequence of float, length L
        Time from line of sight to data, for acquisition [s].
    geometry : callable
        Range, elevation and light time of links (indices) at times of transmission [TDB s past J2000].
    advance : callable
        Told the share done, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        ``link`` (index), ``start_s``, ``end_s``, ``rate_bps``, ``margin_db`` (least, above the mode's
        demand), ``owlt_start_s``, ``owlt_end_s``, ``range_start_km``, ``range_end_km``.
    """
    import pandas as pd

    owner: list[int] = []
    rows: list[RateSegment] = []
    columns = [
        windows[name].to_numpy() for name in ("link", "start_s", "end_s", "range_min_km", "range_max_km")
    ]
    for n, (index, start, end, nearest, farthest) in enumerate(zip(*columns, strict=True)):
        found = _segments(links[index], int(index), start + delays_s[index], end, nearest, farthest, geometry)
        rows += found
        owner += [int(index)] * len(found)
        if n % 500 == 0:
            advance(n / len(windows))
    which = np.array(owner, dtype=np.int64)
    table = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 4)
    which, table = _straighten(which, table, geometry)
    at_start, at_end = geometry(which, table[:, 0]), geometry(which, table[:, 1])
    return pd.DataFrame(
        {
            "link": which,
            "start_s": table[:, 0],
            "end_s": table[:, 1],
            "rate_bps": table[:, 2],
            "margin_db": table[:, 3],
            "owlt_start_s": at_start.owlt_s,
            "owlt_end_s": at_end.owlt_s,
            "range_start_km": at_start.range_km,
            "range_end_km": at_end.range_km,
        }
    )


def _segments(
    link: Link, index: int, start: float, end: float, nearest: float, farthest: float, geometry: Geometry
) -> list[RateSegment]:
    """Cut one window where the rate changes."""
    if end - start <= SHORTEST_S:
        return []
    if not any(link.zenith_losses_db):
        # Without an atmosphere the level falls with distance alone, so its extremes decide.
        margin, mode = margin_and_mode(link, np.array([nearest, farthest]))
        if mode[0] == mode[1]:
            rate = 0.0 if mode[0] < 0 else float(link.rates_bps[mode[0]])
            return [RateSegment(start, end, rate, float(margin[1]))] if rate else []

    def range_at(times: Floats) -> Floats:
        return geometry(np.full(times.shape, index), times).range_km

    def elevation_at(times: Floats) -> Floats:
        seen = geometry(np.full(times.shape, index), times)
        # Rounding may put the very edge of a window a hair below a mask of zero; an end that is no site has
        # no elevation, and no atmosphere either.
        return np.fmax(np.stack([seen.elevation_from_rad, seen.elevation_to_rad]), 0.0)

    return [
        segment
        for segment in constant_rate_segments(start, end, range_at, elevation_at, link)
        if segment.end_s - segment.start_s > SHORTEST_S
    ]


def _straighten(which: Integers, table: Floats, geometry: Geometry) -> tuple[Integers, Floats]:
    """Halve contacts until light time inside is within the tolerance of the line between the ends."""
    done_which: list[Integers] = []
    done_table: list[Floats] = []
    while which.size:
        start, end = table[:, 0], table[:, 1]
        middle = 0.5 * (start + end)
        at_start, at_end = geometry(which, start).owlt_s, geometry(which, end).owlt_s
        straight = np.ones(which.size, dtype=np.bool_)
        # Half-way alone would miss a curve that bends one way and then the other.
        for share in (0.25, 0.5, 0.75):
            inside = geometry(which, start + share * (end - start)).owlt_s
            straight &= np.abs(inside - at_start - share * (at_end - at_start)) <= OWLT_TOLERANCE_S
        done_which.append(which[straight])
        done_table.append(table[straight])
        bent = table[~straight]
        first, second = bent.copy(), bent.copy()
        first[:, 1] = second[:, 0] = middle[~straight]
        which = np.concatenate([which[~straight], which[~straight]])
        table = np.concatenate([first, second])
    if not done_which:
        return which, table
    return np.concatenate(done_which), np.concatenate(done_table)
