"""Coverage of a grid over a span of any length: fed with epochs piece by piece, finished with the result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers, check_satellites, integer_shares
from qqnet.coverage.days import DayTally
from qqnet.coverage.fields import coverage_fields
from qqnet.coverage.fold import Folds, fold
from qqnet.coverage.history import Counts, PointHistory
from qqnet.coverage.result import CoverageResult
from qqnet.errors import InputError

DAY_S = 86400.0

# Folds held at a time: 4 MB.
_CELLS = 1 << 21


class CoverageAnalysis:
    """Coverage of a set of points, fed with epochs in order, in pieces of any length.

    Memory does not grow with the span, but for a few numbers an epoch: a ring of the folds of one day is kept
    (2 bytes a point and epoch: 7 MB for 2,562 points at 60 s).

    Parameters
    ----------
    body : str
        Name of the body, for the result.
    observers : Observers
        The P points and their masks.
    weights : array_like [P]
        Area of each point, in any unit.
    step_s : float
        Time between epochs [s]. Each epoch stands for one step.
    required_fold : int
        How many satellites are wanted in view.
    levels : int, optional
        Highest fold told apart in shares; at least `required_fold`, and 6 unless given.
    kernel : callable, optional
        What counts: :func:`qqnet.coverage.fold.fold` or :func:`qqnet.coverage.fold_jax.fold_jax`.

    Raises
    ------
    InputError
        An argument out of its domain.

    Examples
    --------
    >>> moon = Observers.on_sphere([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]], 1737.4)
    >>> analysis = CoverageAnalysis("Moon", moon, [0.5, 0.5], step_s=60.0)
    >>> analysis.update([0.0, 60.0], [[[7000.0, 0.0, 0.0]], [[-7000.0, 0.0, 0.0]]])
    >>> result = analysis.result()
    >>> result.worst_fold, result.longest_gap_s, result.fraction_at_least(1)
    (0, 60.0, 0.5)
    """

    def __init__(
        self,
        body: str,
        observers: Observers,
        weights: ArrayLike,
        *,
        step_s: float,
        required_fold: int = 1,
        levels: int | None = None,
        kernel: Callable[[Observers, ArrayLike], Folds] = fold,
    ):
        if not (step_s > 0.0 and np.isfinite(step_s)):
            raise InputError(f"step_s: {step_s:g} s; wanted a step above zero")
        if required_fold < 1:
            raise InputError(f"required_fold: {required_fold}; wanted at least 1 satellite in view")
        if levels is not None and levels < required_fold:
            raise InputError(f"levels: {levels}; wanted at least the required fold, {required_fold}")
        self.body = body
        self.observers = observers
        self.step_s = float(step_s)
        self.required_fold = int(required_fold)
        self.shares = integer_shares(weights, len(observers))
        self._kernel = kernel
        self.epochs = 0
        self.start_s = np.nan
        self.n_satellites: int | None = None
        self.history = PointHistory.empty(
            len(observers),
            levels=levels or max(6, required_fold),
            required=self.required_fold,
            window=max(1, round(DAY_S / step_s)),
        )
        self.days: DayTally | None = None
        self._areas: list[Counts] = []
        self._extremes: list[Folds] = []

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike) -> None:
        """Take in the next epochs.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, one step apart, going on where the last call ended [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, another number of satellites than before, or epochs that do not go on in steps.
        """
        satellites = check_satellites(satellites_km)
        times = np.asarray(times_s, dtype=np.float64)
        if times.shape != satellites.shape[:1]:
            raise InputError(
                f"times_s: shape {times.shape}; wanted one time for each of {len(satellites)} epochs"
            )
        if times.size and self.n_satellites is None:
            self.n_satellites = satellites.shape[1]
        if times.size and satellites.shape[1] != self.n_satellites:
            raise InputError(
                f"satellites_km: {satellites.shape[1]} satellites; wanted {self.n_satellites} as before "
                "(not-a-number where one is out of service)"
            )
        self._check(times)
        batch = max(1, _CELLS // len(self.observers))
        for first in range(0, times.size, batch):
            part = slice(first, first + batch)
            self._take(times[part], self._kernel(self.observers, satellites[part]))

    def update_folds(self, times_s: ArrayLike, folds: Folds) -> None:
        """Take in the next epochs, whose folds are known already.

        Parameters
        ----------
        times_s : array_like [T]
            As for :meth:`update`.
        folds : ndarray of uint16 [T, P]
            Satellites in view of every point, however they were counted.

        Raises
        ------
        InputError
            Another shape, or epochs that do not go on in steps.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if times.ndim != 1 or folds.shape != (times.size, len(self.observers)):
            raise InputError(
                f"folds: shape {folds.shape}; wanted [{times.size}, {len(self.observers)}], epochs and points"
            )
        self._check(times)
        self._take(times, folds)

    def _take(self, times: NDArray[np.float64], folds: Folds) -> None:
        """Count folds, cut where a UTC day ends."""
        if not times.size:
            return
        if self.days is None:
            levels = len(self.history.at_least)
            self.days = DayTally(self.start_s, self.step_s, self.shares, levels, self.required_fold)
        areas = np.zeros((len(folds), len(self.history.at_least)), dtype=np.int64)
        extremes = np.empty((len(folds), 2), dtype=np.uint16)
        _sweep(folds, self.shares, areas, extremes)
        self._areas.append(areas)
        self._extremes.append(extremes)
        first = 0
        while first < len(folds):
            part = folds[first : first + self.days.stop - self.epochs]
            self.history.update(part, self.epochs)
            self.epochs += len(part)
            first += len(part)
            self.days.reached(self.epochs, self.history.at_least)

    def result(self) -> CoverageResult:
        """Coverage over the epochs so far; more may follow.

        Returns
        -------
        CoverageResult

        Raises
        ------
        InputError
            No epoch was fed.
        """
        if self.days is None:
            raise InputError("coverage: no epochs; call update first")
        fields = coverage_fields(
            self.body,
            self.observers,
            self.shares,
            self.history,
            self._times(0, self.epochs),
            self.step_s,
            np.concatenate(self._areas),
            np.concatenate(self._extremes),
            self.days.so_far(self.epochs, self.history.at_least),
        )
        return CoverageResult(fields)

    def _times(self, first: int, stop: int) -> NDArray[np.float64]:
        return self.start_s + self.step_s * np.arange(first, stop, dtype=np.float64)

    def _check(self, times: NDArray[np.float64]) -> None:
        if times.size and self.epochs == 0:
            self.start_s = float(times[0])
        wanted = self._times(self.epochs, self.epochs + times.size)
        wrong = ~(np.abs(times - wanted) <= 1e-3)
        if wrong.any():
            index = int(np.argmax(wrong))
            raise InputError(
                f"times_s[{index}]: {times[index]:.3f} s; wanted {wanted[index]:.3f} s, "
                f"{self.step_s:g} s after the epoch before"
            )


@njit(cache=True)
def _sweep(folds, shares, areas, extremes):  # type: ignore[no-untyped-def]
    # Over the points at each epoch: area with a fold of at least 1..K, lowest and highest fold.
    for t in range(folds.shape[0]):
        lowest = highest = folds[t, 0]
        for p in range(folds.shape[1]):
            lowest = min(lowest, folds[t, p])
            highest = max(highest, folds[t, p])
        extremes[t, 0], extremes[t, 1] = lowest, highest
        for k in range(areas.shape[1]):
            area = 0
            for p in range(folds.shape[1]):
                area += shares[p] if folds[t, p] > k else 0
            areas[t, k] = area
