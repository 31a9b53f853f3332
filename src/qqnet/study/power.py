"""Power in eclipse: when nodes are in shadow, and what that leaves of their transmissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.candidates import OCCULTERS
from qqnet.access.shadow import dark_intervals, sunlit_share
from qqnet.access.slices import off_slices, without
from qqnet.links.pairs import TerminalPair
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.eclipse import EclipsePower
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

Floats = NDArray[np.float64]

STEP_S: Final = 60.0
"""Step of the search for shadows [s]; one that lasts shorter may be missed, and matters to no battery."""

_SAMPLES: Final = 17  # of a piece of a window, for its shortest and longest distance


def limited_nodes(scenario: Scenario) -> dict[str, EclipsePower]:
    """Return the single nodes whose transmission a shadow limits, and how."""
    found = {}
    for node in scenario.nodes:
        limit: EclipsePower | None = getattr(node, "eclipse", None)
        if limit is not None:
            found.update(dict.fromkeys(member_names(node), limit))
    return found


def shadows(trajectories: Trajectories, name: str, span: tuple[float, float], sunlight: float) -> Floats:
    """Find when a node is in the shadow of a body.

    Parameters
    ----------
    trajectories : Trajectories
        Of nodes and bodies.
    name : str
        The node.
    span : (float, float)
        When to look [TDB s past J2000].
    sunlight : float
        It is dark where less than this share of the Sun's disc is seen [1].

    Returns
    -------
    ndarray, shape [N, 2]
        Start and end of each shadow [TDB s past J2000].
    """
    bodies = [one for one in OCCULTERS if one != "Sun" and one in trajectories.body_names]

    def seen(times: Floats) -> Floats:
        to_bodies = [trajectories.position(one, times, name) for one in bodies]
        return sunlit_share(trajectories.position("Sun", times, name), np.array(to_bodies), bodies)

    return dark_intervals(seen, *span, below=sunlight, step_s=STEP_S)


@dataclass(frozen=True, eq=False)
class Night:
    """When a node is in shadow, and what that does to its transmission.

    Attributes
    ----------
    limit : EclipsePower
        What the scenario says.
    dark, silent : ndarray, shape [N, 2]
        Start and end of each shadow, and of each time without transmission [TDB s past J2000].
    """

    limit: EclipsePower
    dark: Floats
    silent: Floats


def nights(study: Study) -> dict[str, Night]:
    """Find the shadows of every node whose transmission they limit, by name; `Study.nights` keeps them."""
    time = study.scenario.time
    found = {}
    for name, limit in limited_nodes(study.scenario).items():
        dark = shadows(study.trajectories, name, (time.start_s, time.stop_s), limit.sunlight)
        found[name] = Night(limit, dark, off_slices(dark, limit.duty_cycle, limit.period))
    return found


def is_silent(study: Study, pair: TerminalPair, at_s: float) -> bool:
    """Whether a shadow keeps a link's sender from transmitting at a time [TDB s past J2000]."""
    night = study.nights.get(pair.source)
    if night is None or pair.transmit not in (night.limit.terminals or [pair.transmit]):
        return False
    return bool(((night.silent[:, 0] <= at_s) & (at_s < night.silent[:, 1])).any())


def powered(study: Study, windows: pd.DataFrame) -> pd.DataFrame:
    """Leave of windows what the power of their senders allows.

    Parameters
    ----------
    study : Study
        For shadows, links and their geometry.
    windows : pandas.DataFrame
        As `qqnet.access.windows.find_windows` gives them, for the study's links.

    Returns
    -------
    pandas.DataFrame
        The same columns and order; a window in which its sender is silent for a time is several.
    """
    owners: dict[str, list[int]] = {}
    for n, pair in enumerate(study.links if limited_nodes(study.scenario) else ()):
        night = study.nights.get(pair.source)
        if night is not None and pair.transmit in (night.limit.terminals or [pair.transmit]):
            owners.setdefault(pair.source, []).append(n)
    quiet = {name: study.nights[name].silent for name in owners if len(study.nights[name].silent)}
    if not quiet or not len(windows):
        return windows
    link, start, end = (windows[name].to_numpy() for name in ("link", "start_s", "end_s"))
    pieces = []
    touched = np.zeros(len(windows), dtype=np.bool_)
    for name, off in quiet.items():
        rows = np.flatnonzero(np.isin(link, owners[name]))
        touched[rows] = True
        which, begins, ends = without(start[rows], end[rows], off)
        pieces.append((rows[which], begins, ends))
    rows, begins, ends = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    return _joined(study, windows, touched, rows, begins, ends)


def _joined(
    study: Study,
    windows: pd.DataFrame,
    touched: NDArray[np.bool_],
    rows: NDArray[np.int64],
    begins: Floats,
    ends: Floats,
) -> pd.DataFrame:
    """Put the pieces of cut windows beside those that nothing touched; pieces get their own distances."""
    import pandas as pd

    from qqnet.study.network import geometry

    cut = windows.iloc[rows].copy()
    whole = (begins == cut["start_s"].to_numpy()) & (ends == cut["end_s"].to_numpy())
    cut["starts_at_span"] &= begins == cut["start_s"].to_numpy()
    cut["ends_at_span"] &= ends == cut["end_s"].to_numpy()
    cut["start_s"], cut["end_s"] = begins, ends
    new = np.flatnonzero(~whole)
    if new.size:
        share = np.linspace(0.0, 1.0, _SAMPLES)
        times = begins[new, None] + share * (ends[new] - begins[new])[:, None]
        seen = geometry(study)(cut["link"].to_numpy()[new, None], times)
        values = {
            "range_start_km": seen.range_km[:, 0],
            "range_end_km": seen.range_km[:, -1],
            "range_min_km": seen.range_km.min(axis=1),
            "range_max_km": seen.range_km.max(axis=1),
            "owlt_start_s": seen.owlt_s[:, 0],
            "owlt_end_s": seen.owlt_s[:, -1],
        }
        for name, column in values.items():
            filled = cut[name].to_numpy(copy=True)
            filled[new] = column
            cut[name] = filled
    joined = pd.concat([windows[~touched], cut])
    return joined.sort_values(["link", "start_s"], kind="stable", ignore_index=True)


def eclipses(study: Study) -> list[dict[str, Any]]:
    """Figures of the shadows of every node whose power a shadow limits.

    Parameters
    ----------
    study : Study
        For trajectories.

    Returns
    -------
    list of dict
        ``node``, ``count`` of shadows, ``longest_s``, ``share`` of the span in shadow, ``silent_share`` of it
        in which the node may not transmit, ``duty_cycle``, ``terminals`` (empty: all).
    """
    duration = study.scenario.time.duration
    rows = []
    for name, night in study.nights.items():
        lengths = night.dark[:, 1] - night.dark[:, 0]
        rows.append(
            {
                "node": name,
                "count": len(night.dark),
                "longest_s": float(lengths.max(initial=0.0)),
                "share": float(lengths.sum() / duration),
                "silent_share": float((night.silent[:, 1] - night.silent[:, 0]).sum() / duration),
                "duty_cycle": night.limit.duty_cycle,
                "terminals": list(night.limit.terminals),
            }
        )
    return rows
