"""Errors of what the satellites broadcast: ranges, orbits and clocks, and the network's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qqnet.compliance.errors_of_users import grid_body
from qqnet.compliance.requirements import Measured, NotAssessed, Where
from qqnet.navigation.error_radius import NORMAL_95
from qqnet.study.fields import grid_of

if TYPE_CHECKING:
    from qqnet.orbit_determination.result import OrbitDeterminationResult
    from qqnet.study.study import Study


def range_error(study: Study, where: Where) -> Measured:
    """Return the 95 % range error of one transmitter [km]: its signal in space, without the receiver's share."""
    body = grid_body(study, where)
    grid = grid_of(study.scenario, body)
    if grid.errors is None:
        return Measured(
            NORMAL_95 * grid.range_error,
            f"1.96 sigma of range_error {grid.range_error * 1e3:g} m of the grid at {body}: an input of the "
            "scenario that holds the receiver's share too",
        )
    budget = study.navigation_errors(body).budget
    # The first total is the signal in space; the last has the receiver's share.
    space = next(line for line in budget.lines if line.kind == "total")
    return Measured(
        NORMAL_95 * space.sigma_m / 1e3,
        f"error budget of the grid at {body}: 1.96 sigma of orbit and clock on a typical line of sight "
        f"({budget.where}), without the receiver's share",
    )


def utc_error(study: Study, where: Where) -> Measured:
    """Return three sigma of the network's time against its reference [s], an input of the error budget."""
    body = grid_body(study, where)
    errors = grid_of(study.scenario, body).errors
    if errors is None or not errors.time_transfer:
        raise NotAssessed(
            f"the grid at {body} names no 'errors.time_transfer', the tie of the network's time to UTC"
        )
    return Measured(
        3.0 * errors.time_transfer,
        f"3 sigma of time_transfer {errors.time_transfer * 1e9:g} ns of the grid at {body}: an input of the "
        "scenario, not computed",
    )


def signal_position_error(study: Study, where: Where) -> Measured:
    """Return three sigma of position and clock of the worst satellite at its worst settled epoch [km]."""
    result = _determined(study, where)
    return _largest(result, result.position_error_m(), "position and clock, root sum square", "m", 1.0)


def signal_velocity_error(study: Study, where: Where) -> Measured:
    """Return three sigma of velocity and clock rate of the worst satellite at its worst settled epoch [km/s]."""
    result = _determined(study, where)
    return _largest(
        result, result.velocity_error_m_s(), "velocity and clock rate, root sum square", "mm/s", 1e3
    )


def _determined(study: Study, where: Where) -> OrbitDeterminationResult:
    if where.body not in [one.body for one in study.scenario.orbit_determination]:
        raise NotAssessed(
            f"the scenario asks for no orbit determination at {where.body}; add it under 'orbit_determination'"
        )
    return study.orbit_determination(str(where.body))


def _largest(
    result: OrbitDeterminationResult, values: np.ndarray, what: str, unit: str, scale: float
) -> Measured:
    settled = values[result.settled]
    if not settled.size:
        raise NotAssessed(
            f"no epoch of orbit determination at {result.body} is settled and has a message; take a longer span"
        )
    usual = float(np.quantile(settled, 0.95, method="higher"))
    shown = f"{usual * scale:.3g} {unit}" if np.isfinite(usual) else "unbounded"
    worst = float(settled.max())
    return Measured(
        worst / 1e3 if np.isfinite(worst) else np.inf,
        f"orbit determination at {result.body}: 3 sigma of {what}, broadcast message, worst satellite and time "
        f"after settling (our reading); 95 % of satellites and time: {shown}",
    )
