"""Coverage and navigation of a scenario's grids: satellites turned into body-fixed axes, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from qqnet.access.visibility import Observers
from qqnet.coverage.statistics import CoverageResult
from qqnet.errors import InputError
from qqnet.navigation.statistics import NavigationResult
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.model import Icosphere, Scenario
from qqnet.scenario.nodes import member_names
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.grids import icosphere

CHUNK = 512
"""Epochs held at a time; memory does not grow with the span."""


def grid_of(scenario: Scenario, body_name: str) -> Icosphere:
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


def providers(scenario: Scenario, grid: Icosphere) -> list[str]:
    """Return the satellites that a grid counts: those it names, or the navigation nodes about its body.

    Raises
    ------
    InputError
        Where there is none.
    """
    if grid.providers:
        return scenario.expand(grid.providers)
    names = [
        name
        for node in scenario.nodes
        if "navigation" in node.services and node.network == grid.body.lower()
        for name in member_names(node)
    ]
    if not names:
        raise InputError(
            f"no node of the network '{grid.body.lower()}' has the service navigation, so nothing covers "
            f"{grid.body}; name providers in its grid"
        )
    return names


def epochs(scenario: Scenario) -> NDArray[np.float64]:
    """Return the base epochs of the scenario [TDB s past J2000], both ends included."""
    time = scenario.time
    return time.start_s + np.arange(int(time.duration / time.step + 1e-9) + 1) * time.step


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
    bank = trajectories.bank
    centre = trajectories.body_index(body_name)
    indices = np.array([trajectories.node_index(name) for name in names])
    frame = body(body_name).fixed_frame
    for first in range(0, len(times), CHUNK):
        chunk = times[first : first + CHUNK]
        relative = bank.positions(indices, chunk) - bank.positions(np.array([centre]), chunk)
        yield chunk, np.einsum("tij,stj->tsi", rotation(frame, chunk, ephemeris), relative)


def observers(grid: Icosphere) -> Observers:
    """Return a grid's points with zenith and mask."""
    points = icosphere(grid.subdivisions)
    return Observers.on_sphere(points.points, body(grid.body).mean_radius_km + grid.altitude, grid.mask)


def coverage(
    scenario: Scenario,
    trajectories: Trajectories,
    ephemeris: Ephemeris,
    grid: Icosphere,
    advance: Callable[[float], None] = lambda _: None,
) -> CoverageResult:
    """Compute the fold of a grid over the scenario's span; `advance` is told the share done."""
    raise NotImplementedError


def navigation(
    scenario: Scenario,
    trajectories: Trajectories,
    ephemeris: Ephemeris,
    grid: Icosphere,
    advance: Callable[[float], None] = lambda _: None,
) -> NavigationResult:
    """Compute the dilution of precision on a grid over the span; `advance` is told the share done."""
    raise NotImplementedError
