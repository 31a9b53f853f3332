"""Users' errors on a grid over a span of any length: fed with epochs piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers, check_satellites, integer_shares
from qqnet.errors import InputError
from qqnet.navigation.error_budget import ErrorBudget
from qqnet.navigation.error_history import POINT, TOTAL, ErrorHistory
from qqnet.navigation.error_result import ErrorResult
from qqnet.navigation.range_error import RangeErrorModel
from qqnet.navigation.weighted import ERRORS, user_errors
from qqnet.space.cf import described_as

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

# Points and epochs held at a time: 12 MB of values.
_CELLS = 1 << 18


class ErrorAnalysis:
    """Errors of users at a set of points, fed with epochs in order, in pieces of any length.

    Memory does not grow with the span, but for a few numbers an epoch.

    Parameters
    ----------
    body : str
        Name of the body, for the result.
    observers : Observers
        The P points and their masks.
    weights : array_like [P]
        Area of each point, in any unit.
    model : RangeErrorModel
        All of a range's error but orbit and clock.

    Examples
    --------
    >>> pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-9, np.radians(-1.0))
    >>> low = [[np.cos(a), np.sin(a), 0.0] for a in np.radians([0.0, 120.0, 240.0])]
    >>> analysis = ErrorAnalysis("Moon", pole, [1.0], RangeErrorModel.constant(2.0))
    >>> analysis.update([0.0], [[*low, [0.0, 0.0, 1.0]]], np.zeros((1, 4, 10)))
    >>> round(analysis.result().maximum("position"), 4)
    3.266
    """

    def __init__(self, body: str, observers: Observers, weights: ArrayLike, model: RangeErrorModel):
        self.body = body
        self.observers = observers
        self.model = model
        self.shares = integer_shares(weights, len(observers))
        self.history = ErrorHistory.empty(len(observers))
        self._times: list[Floats] = []
        self._series: list[tuple[Floats, Floats, Floats]] = []

    @property
    def epochs(self) -> int:
        """How many there were."""
        return sum(times.size for times in self._times)

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike, signal_in_space: ArrayLike) -> None:
        """Take in the next epochs; each counts the same.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, ascending, later than those before [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.
        signal_in_space : array_like [T, S, 10] or [1, S, 10]
            As :func:`qqnet.navigation.weighted.user_errors` takes it [m²].

        Raises
        ------
        InputError
            Another shape, or epochs out of order.
        """
        satellites = check_satellites(satellites_km)
        known = np.asarray(signal_in_space, dtype=np.float64)
        times = np.array(times_s, dtype=np.float64)
        if times.shape != satellites.shape[:1]:
            raise InputError(
                f"times_s: shape {times.shape}; wanted one time for each of {len(satellites)} epochs"
            )
        before = self._times[-1][-1] if self._times else -np.inf
        if not np.all(np.diff(times, prepend=before) > 0.0):
            raise InputError("times_s: wanted times that ascend, after the epochs before")
        batch = max(1, _CELLS // len(self.observers))
        for first in range(0, times.size, batch):
            piece = slice(first, first + batch)
            errors = user_errors(
                self.observers, satellites[piece], known if len(known) == 1 else known[piece], self.model
            )
            self._series.append(self.history.update(errors, self.shares))
            self._times.append(times[piece])

    def result(self, budget: ErrorBudget | None = None) -> ErrorResult:
        """Errors over the epochs so far; more may follow.

        Parameters
        ----------
        budget : ErrorBudget, optional
            To keep with the result.

        Returns
        -------
        ErrorResult

        Raises
        ------
        InputError
            No epoch was fed.
        """
        if not self._times:
            raise InputError("errors: no epochs; call update first")
        return ErrorResult(self._dataset(), budget or ErrorBudget(()))

    @described_as("Errors of navigation users")
    def _dataset(self) -> xr.Dataset:
        import xarray as xr

        history, epochs, area = self.history, self.epochs, float(self.shares.sum())
        x, y, z = self.observers.up
        never = history.solved == 0
        mean = np.where(never, np.inf, history.total / np.maximum(history.solved, 1))
        met = np.flatnonzero(history.histogram[:, :-1].any(axis=0))
        first, stop = (int(met[0]), int(met[-1]) + 1) if met.size else (0, 1)
        solved = max(1.0, float(history.solved @ self.shares))
        total = np.where(never.all(), np.inf, history.total @ self.shares / solved)
        series = [np.concatenate(parts) for parts in zip(*self._series, strict=True)]

        def field(dims: tuple[str, ...], values: ArrayLike, units: str, name: str) -> xr.Variable:
            return xr.Variable(dims, np.asarray(values), {"units": units, "long_name": name})

        each, when = ("error", "point"), ("time", "error")
        highest = np.where(history.solved < epochs, np.inf, history.highest)
        return xr.Dataset(
            {
                "max": field(each, highest, "m", "highest error"),
                "max_finite": field(
                    each, np.where(never, np.inf, history.highest), "m", "highest of the solutions there are"
                ),
                "mean": field(each, mean, "m", "mean of the solutions there are"),
                "p95": field(each, history.point_quantile(0.95), "m", "not exceeded for 95 % of the time"),
                "fraction_solved": field(
                    ("point",), history.solved / epochs, "1", "share of time with a solution"
                ),
                "total_mean": field(("error",), total, "m", "mean over area and time of the solutions"),
                "epoch_mean": field(when, series[0], "m", "mean over the area with a solution"),
                "epoch_p95": field(when, series[1], "m", "value that 95 % of the area does not exceed"),
                "epoch_max": field(when, series[2], "m", "highest of any point"),
                "histogram": field(
                    ("error", "bin"),
                    history.histogram[:, first:stop] / (area * epochs),
                    "1",
                    "share of area and time",
                ),
                "histogram_infinite": field(
                    ("error",), history.histogram[:, -1] / (area * epochs), "1", "share with no solution"
                ),
            },
            coords={
                "error": list(ERRORS),
                "bin_edge": field(("edge",), TOTAL.edges()[first : stop + 1], "m", "edges of the bins"),
                "time": field(("time",), np.concatenate(self._times), "TDB s past J2000", "epoch"),
                "latitude_deg": field(
                    ("point",), np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), "degrees_north", "latitude"
                ),
                "longitude_deg": field(("point",), np.degrees(np.arctan2(y, x)), "degrees_east", "longitude"),
                "mask_rad": field(("point",), self.observers.mask_rad, "rad", "elevation mask"),
                "area_share": field(("point",), self.shares / area, "1", "share of the area"),
            },
            attrs={
                "body": self.body,
                "quantile_resolution": 2.0**-TOTAL.bits,
                "point_quantile_resolution": 2.0**-POINT.bits,
                "probability": 0.95,
            },
        )
