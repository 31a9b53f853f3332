"""Errors of navigation users that requirements are judged by: maps, landers and rovers of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.compliance.requirements import Measured, NotAssessed, Where
from qqnet.errors import InputError
from qqnet.scenario.navigation_users import LanderUser, RoverUser
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.study.fields import grid_of

if TYPE_CHECKING:
    import xarray as xr

    from qqnet.navigation.user_result import UserResult
    from qqnet.study.study import Study

MapKind = Literal["position", "time"]


def grid_body(study: Study, where: Where) -> str:
    """Return the body of a requirement, spelled as its grid's; NotAssessed where there is no grid."""
    body = str(where.body)
    try:
        return grid_of(study.scenario, body).body
    except InputError:
        raise NotAssessed(f"the scenario has no grid at {body}; add one under 'grids'") from None


def inside_zone(data: xr.Dataset, where: Where) -> NDArray[np.bool_]:
    """Tell which points of a grid's result lie between the latitudes; NotAssessed where none does."""
    latitude = np.radians(data["latitude_deg"].to_numpy())
    inside = np.asarray((latitude >= where.south - 1e-9) & (latitude <= where.north + 1e-9))
    if not inside.any():
        raise NotAssessed(f"no point of the grid at {where.body} lies in the zone; take a finer grid")
    return inside


def worst_error(study: Study, where: Where, kind: MapKind) -> Measured:
    """Return three sigma of the position or time error [km] at the worst point of a zone, at its worst time.

    From the error budget where the grid has one, else dilution of precision times the grid's range error.
    """
    body = grid_body(study, where)
    grid = grid_of(study.scenario, body)
    if grid.errors is None:
        return _dop_times_range_error(study, where, body, kind)
    data = study.navigation_errors(body).data
    inside = inside_zone(data, where)
    largest = 3.0 * float(data["max"].sel(error=kind).to_numpy()[inside].max())
    usual = 3.0 * float(data["p95"].sel(error=kind).to_numpy()[inside].max())
    meant = "3 x root sum square of the axes" if kind == "position" else "3 sigma, time transfer included"
    basis = (
        f"error budget of the grid at {body}: {meant}, worst point of the zone at its worst time (our reading)"
        f"; for 95 % of the time at any point there: {_shown(usual, kind)}"
    )
    return Measured(largest / 1e3, basis)


def _shown(value_m: float, kind: MapKind) -> str:
    if not np.isfinite(value_m):
        return "unbounded"
    return f"{value_m:.3g} m" if kind == "position" else f"{value_m / SPEED_OF_LIGHT_KM_S / 1e3 * 1e6:.3g} µs"


def _dop_times_range_error(study: Study, where: Where, body: str, kind: MapKind) -> Measured:
    range_error_km = grid_of(study.scenario, body).range_error
    data = study.navigation(body).data
    dop = {"position": "pdop", "time": "tdop"}[kind]
    worst = float(data["max"].sel(dop=dop).to_numpy()[inside_zone(data, where)].max())
    return Measured(
        3.0 * worst * range_error_km,
        f"3 sigma: largest dilution of precision in the zone on the grid at {body}, times its range error of "
        f"{range_error_km * 1e3:g} m; the grid has no error budget",
    )


def landing_error(study: Study, where: Where) -> Measured:
    """Return three sigma of an axis [km] at the end of the descent of the worst lander in a zone.

    The horizontal axes count together, so that neither of them has a larger error than what is given.
    """
    found = []
    for user, result in _users(study, where, landers_only=True):
        ends = {kind: float(result.series("filter", kind)[-1]) for kind in ("horizontal", "vertical")}
        larger = max(ends, key=lambda kind: ends[kind])
        found.append((3.0 * ends[larger] / 1e3, user, larger))
    value, name, axis = max(found)
    axes = "both horizontal axes together" if axis == "horizontal" else "the vertical axis"
    return Measured(value, f"navigation user {name}: 3 sigma of {axes} by the filter, end of the descent")


def velocity_error(study: Study, where: Where) -> Measured:
    """Return three sigma of the velocity [km/s] of the worst user in a zone, not exceeded for 95 % of its time."""
    found = []
    for name, result in _users(study, where, landers_only=False):
        ordered = np.sort(result.series("filter", "velocity"))
        found.append((3.0 * float(ordered[int(np.ceil(0.95 * ordered.size)) - 1]) / 1e3, name))
    value, name = max(found)
    return Measured(
        value,
        f"navigation user {name}: 3 x root sum square of the axes by the filter, not exceeded for 95 % of its "
        "time (our reading)",
    )


def _users(study: Study, where: Where, *, landers_only: bool) -> list[tuple[str, UserResult]]:
    """Names and results of landers, or of rovers and landers, that end in a zone."""
    wanted, what = ((LanderUser,), "lander") if landers_only else ((LanderUser, RoverUser), "rover or lander")
    there = [
        user
        for user in study.scenario.navigation_users
        if isinstance(user, LanderUser | RoverUser) and isinstance(user, wanted) and user.body == where.body
    ]
    ends = {user.name: (user.descent if isinstance(user, LanderUser) else user.route)[-1] for user in there}
    chosen = [name for name, end in ends.items() if where.south <= end.latitude <= where.north]
    if not chosen:
        others = ", ".join(f"{name} at {np.degrees(end.latitude):.1f} deg" for name, end in ends.items())
        raise NotAssessed(
            f"no navigation user of the scenario is a {what} in the zone on {where.body}; add one under "
            "'navigation_users'" + (f" (outside: {others})" if others else "")
        )
    results = {one.name: one for one in study.navigation_users}
    return [(name, results[name]) for name in chosen]
