"""What a user of navigation gets over time: errors of the filter and of single epochs, and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.navigation.error_radius import NORMAL_95, radius
from qqnet.navigation.user_estimation import filter_covariances, snapshot_covariances
from qqnet.navigation.user_problem import UserProblem
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

USER_ERRORS: Final = (
    "horizontal",
    "vertical",
    "position",
    "time",
    "velocity",
    "horizontal_p95",
    "position_p95",
)
_UNITS: Final = {"velocity": "m/s"}
_RADIUS: Final = {
    "horizontal": ("horizontal_p95", 1.0),
    "position": ("position_p95", 1.0),
    "vertical": ("vertical", NORMAL_95),
    "time": ("time", NORMAL_95),
}
ESTIMATORS: Final = ("filter", "snapshot")


def user_error_series(covariance: Floats, up: Floats, time_transfer_m: float = 0.0) -> Floats:
    """Errors that follow from covariances of a user's state.

    Parameters
    ----------
    covariance : ndarray [T, 8, 8]
        Of position, velocity, clock offset and rate [m, s]; infinite on the diagonal where unknown.
    up : ndarray [T, 3]
        Zenith, in the axes of the covariance.
    time_transfer_m : float
        Offset of system time from the reference, one sigma [m].

    Returns
    -------
    ndarray [7, T]
        In the order of :data:`USER_ERRORS`, one sigma and the radii that hold 95 % [m, m/s].
    """
    known = np.isfinite(covariance[:, 0, 0])
    result = np.full((len(USER_ERRORS), len(covariance)), np.inf)
    with np.errstate(invalid="ignore"):
        result[3] = np.sqrt(covariance[:, 6, 6] + time_transfer_m**2)
        result[4] = np.sqrt(covariance[:, 3, 3] + covariance[:, 4, 4] + covariance[:, 5, 5])
    if not known.any():
        return result
    place, up = covariance[known, :3, :3], up[known]
    vertical = np.einsum("ti,tij,tj->t", up, place, up)
    total = np.trace(place, axis1=1, axis2=2)
    flat = np.eye(3) - up[:, :, None] * up[:, None, :]
    across = np.linalg.eigvalsh(flat @ place @ flat)[:, 1:]
    result[0, known] = np.sqrt(np.maximum(total - vertical, 0.0))
    result[1, known] = np.sqrt(vertical)
    result[2, known] = np.sqrt(total)
    result[5, known] = radius(0.95, np.maximum(across, 0.0), nodes=20)
    result[6, known] = radius(0.95, np.maximum(np.linalg.eigvalsh(place), 0.0), nodes=20)
    return result


@dataclass(frozen=True)
class UserResult:
    """A user's navigation over time.

    Attributes
    ----------
    data : xarray.Dataset
        ``sigma`` by ``estimator`` (filter, snapshot), ``error`` and ``time`` [m; velocity m/s]; ``satellites``
        in view and ``altitude_km`` by ``time``. Attributes: name, kind, body, goal_m.
    """

    data: xr.Dataset

    @classmethod
    def of(
        cls,
        problem: UserProblem,
        *,
        name: str,
        kind: str,
        body: str,
        goal_m: float,
        time_transfer_m: float = 0.0,
    ) -> UserResult:
        """Solve a user's problem by filter and by snapshots."""
        import xarray as xr

        up = problem.track.up
        sigma = np.stack(
            [
                user_error_series(filter_covariances(problem), up, time_transfer_m),
                user_error_series(snapshot_covariances(problem), up, time_transfer_m),
            ]
        )
        return cls(
            xr.Dataset(
                {
                    "sigma": xr.Variable(
                        ("estimator", "error", "time"),
                        sigma,
                        {"units": "m", "long_name": "one sigma and radius of 95 %; of velocity in m/s"},
                    ),
                    "satellites": xr.Variable(
                        ("time",),
                        problem.lines.seen.sum(axis=1),
                        {"units": "1", "long_name": "satellites in view"},
                    ),
                    "altitude_km": xr.Variable(
                        ("time",),
                        problem.track.altitude_km,
                        {"units": "km", "long_name": "above the mean sphere"},
                    ),
                },
                {
                    "estimator": list(ESTIMATORS),
                    "error": list(USER_ERRORS),
                    "time": xr.Variable(("time",), problem.track.times_s, {"units": "TDB s past J2000"}),
                },
                {"name": name, "kind": kind, "body": body, "goal_m": goal_m},
            )
        )

    @property
    def name(self) -> str:
        """Name of the user."""
        return str(self.data.attrs["name"])

    def series(self, estimator: str, error: str) -> Floats:
        """One error over time [m; velocity m/s]."""
        return np.asarray(self.data["sigma"].sel(estimator=estimator, error=error).to_numpy())

    def summary(self) -> dict[str, Any]:
        """Answers for programs, as plain JSON values; null stands for infinite.

        Returns
        -------
        dict
            By estimator and error: ``mean`` (of the finite), ``p95`` and ``max`` over time and ``end``, the
            last, of one sigma; the same of ``p95_radius`` and ``three_sigma``. ``goal_met_fraction``: share of
            time with the radius of 95 % in space at or below the goal.
        """
        data = self.data
        times, count = data["time"].to_numpy(), data["satellites"].to_numpy()
        goal = float(data.attrs["goal_m"])
        answer: dict[str, Any] = {
            "name": self.name,
            "kind": str(data.attrs["kind"]),
            "body": str(data.attrs["body"]),
            "start": format_utc(float(times[0])),
            "stop": format_utc(float(times[-1])),
            "epochs": int(times.size),
            "satellites": {"min": int(count.min()), "mean": float(count.mean()), "max": int(count.max())},
            "at_least_4_fraction": float(np.mean(count >= 4)),
            "goal_m": goal,
        }
        for estimator in ESTIMATORS:
            radii = self.series(estimator, "position_p95")
            found: dict[str, Any] = {
                "available_fraction": float(np.mean(np.isfinite(radii))),
                "goal_met_fraction": float(np.mean(radii <= goal)),
            }
            for error in USER_ERRORS[:5]:
                figures: dict[str, Any] = over_time(self.series(estimator, error), 1.0)
                if error in _RADIUS:
                    kept, factor = _RADIUS[error]
                    figures["p95_radius"] = over_time(self.series(estimator, kept), factor)
                figures["three_sigma"] = over_time(self.series(estimator, error), 3.0)
                found[error] = figures
            answer[estimator] = found
        return answer


def over_time(values: Floats, factor: float) -> dict[str, float | None]:
    """Mean of the finite values, 95 % quantile, highest and last; null for infinite."""
    finite = values[np.isfinite(values)]
    ordered = np.sort(values)
    found = {
        "mean": float(finite.mean()) if finite.size else np.inf,
        "p95": float(ordered[max(0, int(np.ceil(0.95 * values.size)) - 1)]),
        "max": float(ordered[-1]),
        "end": float(values[-1]),
    }
    return {name: value * factor if np.isfinite(value) else None for name, value in found.items()}


def save(results: Sequence[UserResult], path: Path) -> None:
    """Write users' results to one NetCDF file, a group each."""
    import xarray as xr

    xr.Dataset(attrs={"users": "\n".join(one.name for one in results)}).to_netcdf(path, engine="h5netcdf")
    for one in results:
        one.data.to_netcdf(path, mode="a", group=one.name, engine="h5netcdf")


def load(path: Path) -> list[UserResult]:
    """Read what :func:`save` wrote."""
    import xarray as xr

    names = str(xr.load_dataset(path, engine="h5netcdf").attrs["users"]).split("\n")
    return [
        UserResult(xr.load_dataset(path, group=name, engine="h5netcdf", decode_times=False))
        for name in names
        if name
    ]
