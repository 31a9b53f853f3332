"""The running counts of a service volume, turned into fields over its points and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.coverage.history import Counts, PointHistory
from qqnet.service_volumes.days import DayHistory
from qqnet.service_volumes.shells import ShellPoints

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

_TDB = "TDB s past J2000"


def volume_fields(
    shells: ShellPoints,
    history: PointHistory,
    days: DayHistory,
    linked: Counts,
    times_s: Floats,
    step_s: float,
    area_fraction: Floats,
) -> xr.Dataset:
    """Fields of a service volume.

    Parameters
    ----------
    shells : ShellPoints
        P points on each of H shells.
    history : PointHistory
        Of whether each of the H*P points is covered, as fold 0 or 1.
    days : DayHistory
        Of whole days of UTC.
    linked : ndarray of int64 [H*P]
        Epochs with satellites enough, whatever their geometry.
    times_s : ndarray [T]
        Epochs [TDB s past J2000].
    step_s : float
        Time between epochs [s].
    area_fraction : ndarray [T, H]
        Share of each shell that is covered [1].

    Returns
    -------
    xarray.Dataset
        As described at :class:`qqnet.service_volumes.result.ServiceVolumeResult`.
    """
    import xarray as xr

    epochs = times_s.size
    window = history.ring.shape[0]
    if epochs < window:
        window, worst, worst_start = epochs, history.at_least[0], np.zeros(linked.size, dtype=np.int64)
    else:
        worst, worst_start = history.worst_window[0], history.worst_window_start
    outage_start = history.longest_gap_start[0]
    x, y, z = shells.unit.T

    def field(dims: tuple[str, ...], values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
        return xr.Variable(dims, values, {"units": units, "long_name": name})

    def at_points(values: NDArray[np.generic], units: str, name: str) -> xr.Variable:
        return field(("shell", "point"), values.reshape(shells.shape), units, name)

    def when(epoch: Counts) -> Floats:
        return np.where(epoch < 0, np.nan, times_s[np.maximum(epoch, 0)])

    return xr.Dataset(
        {
            "covered_fraction": at_points(history.at_least[0] / epochs, "1", "share of time covered"),
            "linked_fraction": at_points(
                linked / epochs, "1", "share of time with satellites enough in view, whatever their geometry"
            ),
            "worst_day_fraction": at_points(worst / window, "1", "share of the worst 24 h covered"),
            "worst_day_start_s": at_points(when(worst_start), _TDB, "start of the worst 24 h of the point"),
            "worst_utc_day_fraction": at_points(days.worst, "1", "share of the worst whole UTC day covered"),
            "worst_utc_day_start_s": at_points(
                days.worst_start_s, _TDB, "start of the worst whole UTC day of the point"
            ),
            "longest_outage_s": at_points(
                history.longest_gap[0] * step_s, "s", "longest time without coverage"
            ),
            "longest_outage_start_s": at_points(when(outage_start), _TDB, "start of the longest outage"),
            "outage_count": at_points(history.gaps[0].copy(), "1", "number of outages"),
            "area_fraction": field(("time", "shell"), area_fraction, "1", "share of the shell covered"),
        },
        coords={
            "altitude_km": field(("shell",), shells.altitude_km, "km", "altitude above the surface"),
            "mask_rad": field(("shell",), shells.mask_rad, "rad", "lowest elevation used"),
            "shell_share": field(("shell",), shells.shell_share, "1", "share in the area of all shells"),
            "latitude_deg": field(
                ("point",), np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), "degrees_north", "latitude"
            ),
            "longitude_deg": field(("point",), np.degrees(np.arctan2(y, x)), "degrees_east", "longitude"),
            "time": field(("time",), times_s, _TDB, "epoch"),
        },
        attrs={"step_s": step_s, "worst_day_duration_s": window * step_s, "whole_utc_days": days.days},
    )
