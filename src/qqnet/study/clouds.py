"""Clouds in the way of lasers: windows of optical links cut where the sky above a site is not clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.weather.of_scenario import skies_of

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.access.link_geometry import LinkGeometry
    from qqnet.study.study import Study

Floats = NDArray[np.float64]
Geometry = Callable[[NDArray[np.int64], Floats], "LinkGeometry"]

_LIGHT_S: Final = 6 * 3600.0
"""Skies are drawn so far beyond the span, for light in flight at its end [s]."""


def cloudy_sites(scenario: Scenario) -> dict[str, Floats]:
    """Draw when the sites of a scenario that have weather are cloudy.

    Parameters
    ----------
    scenario : Scenario
        For sites, span and seed.

    Returns
    -------
    dict of str to ndarray, shape [K, 2]
        Cloudy intervals, ordered and apart, over the span and the flight of light [TDB s past J2000].
    """
    skies = skies_of(scenario)
    if skies is None:
        return {}
    found = skies.cloudy(scenario.time.start_s, scenario.time.stop_s + _LIGHT_S)
    return dict(zip(skies.names, found, strict=True))


def windows_between_clouds(study: Study) -> pd.DataFrame:
    """Cut the windows of a study's optical links at cloudy sites; without weather they stay as they are."""
    return between_clouds(study, study.windows, study.links)


def between_clouds(study: Study, windows: pd.DataFrame, pairs: Sequence[TerminalPair]) -> pd.DataFrame:
    """Cut windows of links of a study at cloudy sites.

    Parameters
    ----------
    study : Study
        For sites, terminals and trajectories.
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them.
    pairs : sequence of TerminalPair
        What ``link`` counts.

    Returns
    -------
    pandas.DataFrame
        As `cut_by_clouds` gives them; `windows` itself where no optical link ends at a site with weather.
    """
    from qqnet.study.network import geometry_of

    cloudy = cloudy_sites(study.scenario)
    exposed = {
        n: (cloudy.get(pair.source), cloudy.get(pair.target))
        for n, pair in enumerate(pairs)
        if pair.kind == "optical" and {pair.source, pair.target} & cloudy.keys()
    }
    if not exposed:
        return windows
    return cut_by_clouds(windows, exposed, geometry_of(study, list(pairs)))


def cut_by_clouds(
    windows: pd.DataFrame,
    cloudy: Mapping[int, tuple[Floats | None, Floats | None]],
    geometry: Geometry,
) -> pd.DataFrame:
    """Take the cloudy times at either end off windows.

    Parameters
    ----------
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them.
    cloudy : mapping of int to (ndarray or None, ndarray or None)
        Link -> cloudy intervals [K, 2] at the source, and at the target, each in the time of that end
        [TDB s past J2000]; links that are not named stay whole.
    geometry : callable
        Range and light time of links (indices) at times of transmission.

    Returns
    -------
    pandas.DataFrame
        Of the same columns, sorted as before; a link has to be acquired anew at the start of each piece.
        ``range_min_km`` and ``range_max_km`` remain those of the whole window, which bound each piece.
    """
    import pandas as pd

    touched = windows["link"].isin(list(cloudy))
    pieces = [_pieces(row, *cloudy[int(row[0])]) for row in _rows(windows[touched])]
    count = np.array([len(found) for found in pieces], dtype=np.int64)
    cut = windows.loc[np.repeat(windows.index[touched], count)].reset_index(drop=True)
    if len(cut):
        edges = np.concatenate(pieces)
        again = edges[:, 0] > cut["start_s"].to_numpy()
        early = edges[:, 1] < cut["end_s"].to_numpy()
        link = cut["link"].to_numpy(dtype=np.int64)
        at_start, at_end = geometry(link, edges[:, 0]), geometry(link, edges[:, 1])
        cut = cut.assign(
            start_s=edges[:, 0],
            end_s=edges[:, 1],
            range_start_km=at_start.range_km,
            range_end_km=at_end.range_km,
            owlt_start_s=at_start.owlt_s,
            owlt_end_s=at_end.owlt_s,
            starts_at_span=cut["starts_at_span"].to_numpy(dtype=np.bool_) & ~again,
            ends_at_span=cut["ends_at_span"].to_numpy(dtype=np.bool_) & ~early,
        )
    return pd.concat([windows[~touched], cut]).sort_values(
        ["link", "start_s"], kind="stable", ignore_index=True
    )


def _rows(windows: pd.DataFrame) -> zip[tuple[float, ...]]:
    names = ("link", "start_s", "end_s", "owlt_start_s", "owlt_end_s")
    return zip(*(windows[name].to_numpy() for name in names), strict=True)


def _pieces(row: tuple[float, ...], at_source: Floats | None, at_target: Floats | None) -> Floats:
    """What is left of one window, shape [K, 2]."""
    _, start, end, owlt_start, owlt_end = row
    blocked = np.empty((0, 2)) if at_source is None else at_source
    if at_target is not None:
        # What meets the cloud when it arrives was sent a light time before.
        slope = (owlt_end - owlt_start) / (end - start)
        sent = start + (at_target - start - owlt_start) / (1.0 + slope)
        blocked = np.concatenate([blocked, sent])
    blocked = blocked[(blocked[:, 1] > start) & (blocked[:, 0] < end)]
    if not len(blocked):
        return np.array([[start, end]])
    blocked = blocked[np.argsort(blocked[:, 0], kind="stable")]
    reached = np.maximum.accumulate(blocked[:, 1])
    starts = np.concatenate([[start], reached])
    ends = np.concatenate([blocked[:, 0], [end]])
    kept = ends > starts
    return np.stack([starts[kept], ends[kept]], axis=1)
