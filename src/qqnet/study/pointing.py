"""Who points where in a study: lines of sight cut to the beams that there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.links.link import best_mode
from qqnet.links.rates import TOGETHER, LinkBook
from qqnet.pointing.apertures import UNLIMITED, Pairings, is_limited
from qqnet.pointing.assignment import assign
from qqnet.pointing.granted import granted_windows
from qqnet.pointing.problem import fixed_of, joined, needs_of, network_of, options_of
from qqnet.pointing.requests import RateEstimate, wanted_of
from qqnet.pointing.result import PointingResult, use_of
from qqnet.scenario.nodes import member_names
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.study.network import geometry, links_of, usable_windows
from qqnet.study.paths import PathEvaluator

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

Floats = NDArray[np.float64]

_LOOKS: Final = 17
"""Looks at the distance within a window that was cut."""


def pointing(study: Study, advance: Callable[[float], None]) -> PointingResult:
    """Choose who points where, and when; `advance` is told the share done.

    Raises
    ------
    InputError
        Where no terminal that a node carries has a number of beams.
    """
    scenario = study.scenario
    if not is_limited(scenario):
        raise InputError(
            f"{scenario.name}: no terminal of any node has a number of beams, so all that see each other point at "
            "each other; give 'beams' to a terminal"
        )
    pairings = Pairings.build(scenario, study.links)
    wanted = wanted_of(usable_windows(study), pairings, _estimate(study))
    advance(0.5)
    whole = joined(wanted, scenario, pairings)
    time = scenario.time
    assigned = assign(
        network_of(scenario, pairings),
        whole,
        needs_of(scenario),
        fixed_of(scenario, pairings),
        options_of(scenario),
        (time.start_s, time.stop_s),
        scenario.pointing.step,
    )
    return PointingResult.build(pairings, whole, assigned)


def granted(study: Study, windows: pd.DataFrame) -> pd.DataFrame:
    """Return the windows of a study's links in which their ends point at each other.

    Parameters
    ----------
    study : Study
        For pointings.
    windows : pandas.DataFrame
        When links could be used; the pointings are of these.

    Returns
    -------
    pandas.DataFrame
        Like `windows`, and just these where no terminal has a number of beams. Of a window that is cut, the
        least and greatest distance are bounds, a little wider than the distance itself.
    """
    if not is_limited(study.scenario):
        return windows
    pairings = Pairings.build(study.scenario, study.links)
    evaluate = geometry(study)

    def light(link: NDArray[np.int64], times: Floats) -> tuple[Floats, Floats]:
        owlt = evaluate(link, times).owlt_s
        return np.zeros_like(owlt), owlt

    found = granted_windows(windows, pairings, study.pointing.pointings, light)
    return _measured(found, evaluate)


def _measured(found: pd.DataFrame, evaluate: Any) -> pd.DataFrame:
    """Look at the geometry of windows that were cut."""
    cut = np.flatnonzero(found["range_start_km"].isna() | found["range_end_km"].isna())
    if not cut.size:
        return found
    rows = found.iloc[cut]
    link = rows["link"].to_numpy(dtype=np.int64)
    share = np.linspace(0.0, 1.0, _LOOKS)
    start, end = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    times = start[:, None] * (1.0 - share) + end[:, None] * share
    seen = evaluate(np.broadcast_to(link[:, None], times.shape), times)
    distance = seen.range_km
    # A parabola through equal steps leaves its chord by an eighth of the second difference.
    bend = np.abs(np.diff(distance, 2, axis=1)).max(axis=1) / 8.0
    columns = {
        "range_start_km": distance[:, 0],
        "range_end_km": distance[:, -1],
        "owlt_start_s": seen.owlt_s[:, 0],
        "owlt_end_s": seen.owlt_s[:, -1],
        "range_min_km": np.maximum(distance.min(axis=1) - bend, rows["range_min_km"].to_numpy()),
        "range_max_km": np.minimum(distance.max(axis=1) + bend, rows["range_max_km"].to_numpy()),
    }
    for name, values in columns.items():
        column = found[name].to_numpy(dtype=np.float64, copy=True)
        column[cut] = values
        found[name] = column
    return found


def _estimate(study: Study) -> RateEstimate:
    """Rate and light time of links at times, by their budgets."""
    links = links_of(study.scenario, study.links)
    path_at = PathEvaluator(study, study.links, links)
    book = LinkBook(links, path_at)
    light = 1.0 if study.scenario.compute.light_time else 0.0

    def estimate(link: NDArray[np.int64], times: Floats) -> tuple[Floats, Floats]:
        rate, owlt = np.zeros(times.size), np.zeros(times.size)
        for first in range(0, times.size, TOGETHER):
            part = slice(first, first + TOGETHER)
            path = path_at(link[part], times[part])
            rate[part] = book.rates_bps(link[part], best_mode(book.excess_on_db(link[part], path)))
            owlt[part] = light * path.range_km / SPEED_OF_LIGHT_KM_S
        return rate, owlt

    return estimate


def pointing_summary(study: Study) -> dict[str, Any]:
    """Figures of all pointings together.

    Returns
    -------
    dict
        ``policy``; ``pointings_count``; ``denied_fraction``: share of the wanted time of all pairs of terminals
        that was denied; ``use_mean``: share of all beams in use, over time; ``switches_per_day``: mean over
        terminals.
    """
    table, use = study.pointing.table, beams(study)
    time = (table["end_s"] - table["start_s"]).to_numpy()
    granted = table["granted"].to_numpy()
    wanted = float(time.sum())
    total = float(use["beams"].sum())
    return {
        "policy": study.scenario.pointing.policy,
        "pointings_count": int(granted.sum()),
        "denied_fraction": float(time[~granted].sum()) / wanted if wanted else 0.0,
        "use_mean": float((use["use_mean"] * use["beams"]).sum()) / total if total else 0.0,
        "switches_per_day": float(use["switches_per_day"].mean()) if len(use) else 0.0,
    }


def beams(study: Study) -> pd.DataFrame:
    """Figures of every aperture with a number of beams, as `qqnet.pointing.result.use_of` gives them.

    And ``entry``, that of the scenario's nodes which the node belongs to. Apertures come as the nodes do;
    those that no link joins to anything are left out.
    """
    pairings = Pairings.build(study.scenario, study.links)
    order = {name: n for n, name in enumerate(study.scenario.node_names)}
    limited = {
        aperture: int(count)
        for aperture, count in zip(pairings.apertures, pairings.beams, strict=True)
        if count < UNLIMITED
    }
    time = study.scenario.time
    apertures = sorted(limited, key=lambda one: (order[one[0]], one[1]))
    found = use_of(study.pointing, apertures, limited, (time.start_s, time.stop_s))
    entries = {name: node.name for node in study.scenario.nodes for name in member_names(node)}
    return found.assign(entry=found["node"].map(entries))
