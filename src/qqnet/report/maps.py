"""Maps of results: what stands on them, and one call that draws any field in any view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qqnet.coverage.result import CoverageResult
from qqnet.report.field_catalogue import Result, surface_field
from qqnet.report.map_drawing import Mark, SurfaceField, map_figure
from qqnet.report.style import PAPER, drawing
from qqnet.report.views import view as view_of
from qqnet.scenario.nodes import Site

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.scenario.model import Scenario

__all__ = ["Mark", "SurfaceField", "map_figure", "marks", "plot", "site_marks", "worst_point"]


def plot(
    result: Result,
    field: str | None = None,
    view: str = "world",
    scenario: Scenario | None = None,
    wanted: float | None = None,
) -> Figure:
    """Draw a field of a result on a map.

    Parameters
    ----------
    result : CoverageResult or NavigationResult
        What ``Study.coverage`` or ``Study.navigation`` gives.
    field : str, optional
        As :func:`qqnet.report.field_catalogue.surface_field` takes it; ``fold-min`` and ``gdop-max`` where
        not given.
    view : str
        One of :data:`qqnet.report.views.VIEWS`.
    scenario : Scenario, optional
        Its sites are shown.
    wanted : float, optional
        GDOP that is asked for [1].

    Returns
    -------
    matplotlib.figure.Figure
        ``figure.savefig("map.png", dpi=200)`` writes it.

    Raises
    ------
    InputError
        There is no such field or view; the message lists those there are.

    Examples
    --------
    >>> import qqnet
    >>> study = qqnet.Study(qqnet.load("lunar-relay"))
    >>> figure = plot(study.coverage("Moon"), "longest-gap", "south-cap:75", study.scenario)
    >>> figure.texts[0].get_text()
    'Longest time with fewer than 1 in view'
    """
    panels = view_of(view, result.body)
    shown = surface_field(result, field, wanted)
    with drawing():
        figure = map_figure(shown, marks(result, scenario, field), panels)
    figure.set_facecolor(PAPER)
    return figure


def marks(result: Result, scenario: Scenario | None = None, field: str | None = None) -> list[Mark]:
    """Return the worst point of a result, and the sites of a scenario at its body.

    For navigation, `field` says what counts: of ``hdop-mean`` it is HDOP.
    """
    found = [worst_point(result, (field or "").partition("-")[0])]
    if scenario is not None:
        found += site_marks(scenario, result.body)
    return found


def worst_point(result: Result, kind: str = "") -> Mark:
    """Where coverage is worst; or where a solution is rarest, among equals where `kind` is largest.

    Without a kind that the result has, that is its first: GDOP, or the horizontal error.
    """
    if isinstance(result, CoverageResult):
        label, index = "worst point for coverage", result.worst_point
    else:
        by = "dop" if "dop" in result.data.dims else "error"
        kinds = [str(one) for one in result.data[by].to_numpy()]
        kind = kind if kind in kinds else kinds[0]
        solved = result.data["fraction_solved"].to_numpy()
        highest = result.data["max_finite"].sel({by: kind}).to_numpy()
        label = f"worst point for {kind.upper() if by == 'dop' else f'{kind} error'}"
        index = int(np.lexsort((-highest, solved))[0])
    here = result.data.isel(point=index)
    return Mark(label, [float(here["latitude_deg"])], [float(here["longitude_deg"])], "x")


def site_marks(scenario: Scenario, body: str) -> list[Mark]:
    """Return the sites of a scenario on a body; empty where it has none there."""
    sites = [node for node in scenario.nodes if isinstance(node, Site) and node.body == body]
    if not sites:
        return []
    latitudes = [float(np.degrees(node.latitude)) for node in sites]
    return [Mark("sites", latitudes, [float(np.degrees(node.longitude)) for node in sites], "o")]
