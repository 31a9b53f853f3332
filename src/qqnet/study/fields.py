"""Coverage and navigation of a scenario's grids: satellites turned into body-fixed axes, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.fold import Folds, fold
from qqnet.coverage.result import CoverageResult
from qqnet.coverage.sites import SiteCoverage
from qqnet.errors import InputError
from qqnet.navigation.analysis import LIMITS, NavigationAnalysis
from qqnet.navigation.dop import dop
from qqnet.navigation.result import NavigationResult
from qqnet.navigation.sites import SiteNavigation
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.model import Grid, Scenario
from qqnet.scenario.nodes import member_names
from qqnet.scenario.service_volumes import ServiceVolume
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.grids import SurfaceGrid, equal_area, icosphere
from qqnet.study.sites import site_coverage, site_navigation

if TYPE_CHECKING:
    from qqnet.study.study import Study

CHUNK = 512
"""Epochs held at a time; memory does not grow with the span."""


def grid_of(scenario: Scenario, body_name: str) -> Grid:
    """Return the scenario's grid at a body.

    Raises
    ------
    InputError
        Where it has none there.
    """
    for grid in scenario.grids:
        if grid.body.lower() == body_name.lower():
            return grid
    known = ", ".join(grid.body for grid in scenario.grids) or "none"
    raise InputError(f"{scenario.name} has no grid at {body_name!r}; it has: {known}")


def providers(scenario: Scenario, asked: Grid | ServiceVolume) -> list[str]:
    """Return the satellites that count: those that a grid or volume names, or the navigation nodes about its body.

    Raises
    ------
    InputError
        Where there is none.
    """
    if asked.providers:
        return scenario.expand(asked.providers)
    names = [
        name
        for node in scenario.nodes
        if "navigation" in node.services and node.network == asked.body.lower()
        for name in member_names(node)
    ]
    if not names:
        where = f"the service volume {asked.name}" if isinstance(asked, ServiceVolume) else asked.body
        raise InputError(
            f"no node of the network '{asked.body.lower()}' has the service navigation, so nothing covers "
            f"{where}; name its providers"
        )
    return names


def epochs(scenario: Scenario) -> NDArray[np.float64]:
    """Return the base epochs of the scenario [TDB s past J2000], both ends included."""
    time = scenario.time
    steps = np.arange(int(time.duration / time.step + 1e-9) + 1, dtype=np.float64)
    return time.start_s + steps * time.step


def body_fixed(
    trajectories: Trajectories,
    ephemeris: Ephemeris,
    names: list[str],
    body_name: str,
    times: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Give positions of nodes in a body's fixed axes, in chunks of epochs.

    Parameters
    ----------
    trajectories : Trajectories
        Of the network.
    ephemeris : Ephemeris
        Of the bodies; for the Moon's axes.
    names : list of str, length S
        Nodes.
    body_name : str
        The body whose axes and centre are used.
    times : ndarray, shape [T]
        Epochs [TDB s past J2000].

    Yields
    ------
    times : ndarray, shape [C]
        The chunk's epochs.
    positions : ndarray, shape [C, S, 3]
        Positions [km].
    """
    frame = body(body_name).fixed_frame
    if frame is None:
        raise InputError(f"{body_name} has no surface frame")
    for first in range(0, len(times), CHUNK):
        chunk = times[first : first + CHUNK]
        relative = np.stack([trajectories.position(name, chunk, body_name) for name in names], axis=1)
        turned = rotation(frame, chunk, ephemeris) @ relative.transpose(0, 2, 1)
        yield chunk, np.ascontiguousarray(turned.transpose(0, 2, 1))


def surface_grid(grid: Grid) -> SurfaceGrid:
    """Return the points and weights of a scenario's grid."""
    if grid.points is not None:
        return equal_area(grid.points)
    return icosphere(4 if grid.subdivisions is None else grid.subdivisions)


def observers(grid: Grid) -> Observers:
    """Return a grid's points with zenith and mask."""
    points = surface_grid(grid)
    return Observers.on_sphere(points.points, body(grid.body).mean_radius_km + grid.altitude, grid.mask)


def fold_kernel(scenario: Scenario) -> Callable[[Observers, ArrayLike], Folds]:
    """Return what counts satellites, by the back end that the scenario names."""
    if scenario.compute.backend == "numba":
        return fold
    from qqnet.coverage.fold_jax import fold_jax

    return fold_jax


def dop_kernel(scenario: Scenario) -> Callable[[Observers, ArrayLike], NDArray[np.float64]]:
    """Return what finds dilutions of precision, by the back end that the scenario names."""
    if scenario.compute.backend == "numba":
        return dop
    from qqnet.navigation.dop_jax import dop_jax

    return dop_jax


def coverage(study: Study, grid: Grid, advance: Callable[[float], None]) -> CoverageResult:
    """Compute the fold of a grid and of the sites on its body; `advance` is told the share of the span done."""
    analysis = CoverageAnalysis(
        grid.body,
        observers(grid),
        surface_grid(grid).weights,
        step_s=study.scenario.time.step,
        required_fold=grid.fold,
        kernel=fold_kernel(study.scenario),
    )
    named = site_coverage(study.scenario, grid)
    if named is None:
        _feed(study, grid, [analysis], advance)
        return analysis.result()
    _feed(study, grid, [analysis, named], advance)
    return replace(analysis.result(), sites=named.result())


def navigation(study: Study, grid: Grid, advance: Callable[[float], None]) -> NavigationResult:
    """Compute dilution of precision on a grid and at its body's sites; `advance` is told the share done."""
    analysis = NavigationAnalysis(
        grid.body,
        observers(grid),
        surface_grid(grid).weights,
        limits=sorted({*LIMITS, grid.gdop}),
        kernel=dop_kernel(study.scenario),
    )
    named = site_navigation(study.scenario, grid)
    if named is None:
        _feed(study, grid, [analysis], advance)
        return analysis.result()
    _feed(study, grid, [analysis, named], advance)
    return replace(analysis.result(), sites=named.result())


def _feed(
    study: Study,
    grid: Grid,
    analyses: Sequence[CoverageAnalysis | SiteCoverage | NavigationAnalysis | SiteNavigation],
    advance: Callable[[float], None],
) -> None:
    names, times = providers(study.scenario, grid), epochs(study.scenario)
    moved = study.trajectories_of(names)
    for chunk, satellites in body_fixed(moved, study.ephemeris, names, grid.body, times):
        for analysis in analyses:
            analysis.update(chunk, satellites)
        advance(
            float((chunk[-1] - times[0] + study.scenario.time.step) / (len(times) * study.scenario.time.step))
        )
