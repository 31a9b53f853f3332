"""The running statistics of a navigation analysis, turned into fields over the points and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.visibility import Observers
from qqnet.navigation.dop import KINDS, Floats
from qqnet.navigation.history import RESOLUTION, Counts, DopHistory, bin_edges
from qqnet.space.cf import TIME_UNITS, described_as

if TYPE_CHECKING:
    import xarray as xr


@described_as("Dilution of precision")
def navigation_fields(
    body: str,
    observers: Observers,
    shares: Counts,
    history: DopHistory,
    times_s: Floats,
    highest: Floats,
    p95: Floats,
    solved: Counts,
) -> xr.Dataset:
    """Fields of a navigation analysis.

    Parameters
    ----------
    body : str
        Name of the body.
    observers : Observers
        The P points.
    shares : ndarray of int64 [P]
        Area shares, in any unit.
    history : DopHistory
        Statistics of T epochs.
    times_s : ndarray [T]
        Epochs [TDB s past J2000].
    highest, p95 : ndarray [T, 5]
        Over the points at each epoch [1].
    solved : ndarray of int64 [T]
        Area with a solution, in the unit of `shares`.

    Returns
    -------
    xarray.Dataset
        As described at :class:`qqnet.navigation.result.NavigationResult`.
    """
    import xarray as xr

    epochs = times_s.size
    area = float(shares.sum())
    x, y, z = observers.up
    never = history.solved == 0
    mean = np.where(never, np.inf, history.total / np.maximum(history.solved, 1))
    # Only the bins that were met, and one more for the edge above them.
    met = np.flatnonzero(history.histogram[:, :-1].any(axis=0))
    first, stop = (int(met[0]), int(met[-1]) + 1) if met.size else (0, 1)
    edges = bin_edges()[first : stop + 1]

    def field(dims: tuple[str, ...], values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
        return xr.Variable(dims, values, {"units": units, "long_name": name})

    def at_points(values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
        return field(("point",), values, units, name)

    each, when = ("dop", "point"), ("time", "dop")
    return xr.Dataset(
        {
            "max": field(
                each,
                np.where(history.solved < epochs, np.inf, history.highest),
                "1",
                "highest dilution of precision",
            ),
            "max_finite": field(
                each, np.where(never, np.inf, history.highest), "1", "highest of the solutions there are"
            ),
            "mean": field(each, mean, "1", "mean of the solutions there are"),
            "fraction_solved": at_points(history.solved / epochs, "1", "share of time with a solution"),
            "fraction_at_most": field(
                ("dop", "limit", "point"),
                history.at_most / epochs,
                "1",
                "share of time at or below the limit",
            ),
            "total_mean": field(
                ("dop",),
                np.where(
                    never.all(), np.inf, history.total @ shares / max(1.0, float(history.solved @ shares))
                ),
                "1",
                "mean over area and time of the solutions there are",
            ),
            # From whole numbers, so that full availability is exactly one.
            "total_fraction_at_most": field(
                ("dop", "limit"), (history.at_most @ shares) / (area * epochs), "1", "share of area and time"
            ),
            "epoch_max": field(when, highest, "1", "highest of any point"),
            "epoch_p95": field(when, p95, "1", "value that 95 % of the area does not exceed"),
            "area_fraction_solved": field(("time",), solved / area, "1", "share of area with a solution"),
            "histogram": field(
                ("dop", "bin"),
                history.histogram[:, first:stop] / (area * epochs),
                "1",
                "share of area and time",
            ),
            "histogram_infinite": field(
                ("dop",),
                history.histogram[:, -1] / (area * epochs),
                "1",
                "share of area and time with no solution",
            ),
        },
        coords={
            "dop": list(KINDS),
            "limit": history.limits.copy(),
            "bin_edge": field(("edge",), edges, "1", "edges of the bins of the histogram"),
            "time": field(("time",), times_s, TIME_UNITS, "epoch"),
            "latitude_deg": at_points(
                np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), "degrees_north", "latitude"
            ),
            "longitude_deg": at_points(np.degrees(np.arctan2(y, x)), "degrees_east", "longitude"),
            "radius_km": at_points(
                np.linalg.norm(observers.position_km, axis=0), "km", "distance from centre"
            ),
            "mask_rad": at_points(observers.mask_rad, "rad", "elevation mask"),
            "area_share": at_points(shares / area, "1", "share of the area"),
        },
        attrs={"body": body, "quantile_resolution": RESOLUTION},
    )
