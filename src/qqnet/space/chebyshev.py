"""Chebyshev tables: the one form in which QQNet keeps every trajectory.

A table cuts time into records of equal length; in each, every component is a Chebyshev series. The kernels
measure time from the middle of the record: ``(t - start) / interval`` would lose a millimetre to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import EphemerisRangeError, InputError

Floats = NDArray[np.float64]

TOLERANCE_KM: Final = 1e-6
"""How far a table of positions may be from what it tabulates [km]: 1 mm."""

SLACK_S: Final = 1e-6
"""How far beyond its span a table still answers [s]: sums of times at 2060 are rounded to 2.4e-7 s."""


@dataclass(frozen=True, eq=False)
class ChebyshevTable:
    """Chebyshev series over consecutive records of equal length.

    Attributes
    ----------
    start_s : float
        Start of the first record [TDB s past J2000].
    interval_s : float
        Length of a record [s].
    coefficients : ndarray of float64, shape [n_records, n_components, n_coefficients]
        Coefficients of T_0, T_1, ... in the unit of the tabulated quantity.
    name : str
        What is tabulated; named in errors.
    """

    start_s: float
    interval_s: float
    coefficients: Floats
    name: str = "table"

    def __post_init__(self) -> None:
        shape = np.shape(self.coefficients)
        if len(shape) != 3 or min(shape) < 1:
            raise InputError(
                f"{self.name}: coefficients have shape {shape}; "
                "right is [n_records, n_components, n_coefficients], each at least 1"
            )
        if not (np.isfinite(self.start_s) and np.isfinite(self.interval_s) and self.interval_s > 0):
            raise InputError(
                f"{self.name}: start {self.start_s} s, interval {self.interval_s} s; "
                "both must be finite, the interval positive"
            )
        coefficients = np.ascontiguousarray(self.coefficients, dtype=np.float64)
        object.__setattr__(self, "coefficients", coefficients)

    @property
    def span(self) -> tuple[float, float]:
        """First and last time that the table covers [TDB s past J2000]."""
        return self.start_s, self.start_s + self.interval_s * len(self.coefficients)

    def evaluate(self, t: ArrayLike) -> Floats:
        """Return the tabulated quantity.

        Parameters
        ----------
        t : array_like, shape [...]
            Time [TDB s past J2000].

        Returns
        -------
        ndarray, shape [..., n_components]
            Value in the unit of the table.

        Raises
        ------
        EphemerisRangeError
            If a time lies outside `span`.
        """
        times, shape = self._checked(t)
        value = np.empty((times.size, self.coefficients.shape[1]))
        _table_values(self.start_s, self.interval_s, self.coefficients, times, value)
        return value.reshape((*shape, value.shape[1]))

    def evaluate_with_rate(self, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return the tabulated quantity and its derivative in time.

        Parameters
        ----------
        t : array_like, shape [...]
            Time [TDB s past J2000].

        Returns
        -------
        value : ndarray, shape [..., n_components]
            Value in the unit of the table.
        rate : ndarray, shape [..., n_components]
            Derivative in that unit per second.

        Raises
        ------
        EphemerisRangeError
            If a time lies outside `span`.
        """
        times, shape = self._checked(t)
        value = np.empty((times.size, self.coefficients.shape[1]))
        rate = np.empty_like(value)
        _table_rates(self.start_s, self.interval_s, self.coefficients, times, value, rate)
        return value.reshape((*shape, value.shape[1])), rate.reshape((*shape, value.shape[1]))

    def _checked(self, t: ArrayLike) -> tuple[Floats, tuple[int, ...]]:
        times = np.asarray(t, dtype=np.float64)
        check_span(self.name, self.span, times)
        return times.ravel(), times.shape


def check_span(name: str, span: tuple[float, float], t: ArrayLike) -> None:
    """Raise unless all times lie inside the span.

    Parameters
    ----------
    name : str
        What is asked for; named in the error.
    span : (float, float)
        Covered time [TDB s past J2000].
    t : array_like
        Times asked for [TDB s past J2000].

    Raises
    ------
    EphemerisRangeError
        If a time is not finite, or outside by more than `SLACK_S`.
    """
    times = np.asarray(t, dtype=np.float64)
    if times.size == 0:
        return
    earliest, latest = float(np.min(times)), float(np.max(times))
    if earliest >= span[0] - SLACK_S and latest <= span[1] + SLACK_S:  # false for NaN too
        return
    worst = earliest if not earliest >= span[0] - SLACK_S else latest
    raise EphemerisRangeError(
        name,
        *span,
        f"{name}: time {_text(worst)} is outside the covered span, {_text(span[0])} to {_text(span[1])}",
    )


def _text(t: float) -> str:
    if not np.isfinite(t):
        return str(t)
    day = np.datetime64("2000-01-01T12:00:00", "s") + np.timedelta64(round(t), "s")
    return f"{day} TDB ({t:.3f} s past J2000)"


def fit(
    function: Callable[[Floats], ArrayLike],
    start_s: float,
    stop_s: float,
    tolerance: float,
    *,
    n_coefficients: int = 16,
    interval_s: float | None = None,
    max_records: int = 1_000_000,
    name: str = "fit",
) -> ChebyshevTable:
    """Fit a table to a function, with records as long as the tolerance allows.

    Each record interpolates at the Chebyshev extrema, ends included, so that the table is continuous.
    The residual is then measured half-way between the nodes of every record, and the records are made shorter
    until it is nowhere above the tolerance.

    Parameters
    ----------
    function : callable
        Takes times, shape [T] [TDB s past J2000]; returns values, shape [T, n_components]. Called for times
        inside [start_s, stop_s] only.
    start_s, stop_s : float
        Span to be covered [TDB s past J2000].
    tolerance : float
        Greatest allowed difference in any component [unit of the function]. Times at 2040 are rounded to
        1.2e-7 s, so a tolerance below the function's rate times that cannot be met.
    n_coefficients : int
        Coefficients a record and component.
    interval_s : float, optional
        Greatest length of a record [s]; the first trial.
    max_records : int
        Give up beyond so many records.
    name : str
        Name of the table.

    Returns
    -------
    ChebyshevTable
        Table that covers exactly start_s to stop_s.

    Raises
    ------
    InputError
        If the arguments make no sense, the function gives values that are not finite, or the tolerance cannot
        be met.

    Examples
    --------
    >>> table = fit(lambda t: np.stack([np.cos(t), np.sin(t)], axis=-1), 0.0, 10.0, 1e-9)
    >>> bool(abs(table.evaluate(1.0)[0] - np.cos(1.0)) < 1e-9)
    True
    """
    span = stop_s - start_s
    if not (np.isfinite(span) and span > 0):
        raise InputError(
            f"{name}: cannot fit from {start_s} to {stop_s} s; the stop must come after the start"
        )
    if not tolerance > 0 or n_coefficients < 3:
        raise InputError(
            f"{name}: tolerance {tolerance} with {n_coefficients} coefficients; right is > 0 with at least 3"
        )
    n_records = 1 if interval_s is None else max(1, int(np.ceil(span / interval_s - 1e-9)))
    residual, stalled = np.inf, 0
    while n_records <= max_records:
        table = _interpolate(function, start_s, stop_s, n_records, n_coefficients, name)
        previous, residual = residual, _residual(function, table, stop_s)
        if residual <= tolerance:
            return table
        # Where a record happens to meet a quick passage moves the residual about; one step says little.
        stalled = stalled + 1 if n_records > 64 and residual > 0.5 * previous else 0
        if stalled == 4:
            break  # shorter records no longer help: rounding or a kink
        # The error of a smooth function falls as the power n_coefficients of the length.
        growth = 1.05 * (residual / tolerance) ** (1.0 / n_coefficients)
        n_records = int(np.ceil(n_records * min(max(growth, 1.1), 4.0)))
    raise InputError(
        f"{name}: no table of at most {max_records} records meets {tolerance:g}; best residual {residual:g}. "
        "The function is not smooth enough, or the tolerance is below its rounding"
    )


def _middles(start_s: float, interval_s: float, n_records: int) -> Floats:
    return np.asarray(start_s + (np.arange(n_records) + 0.5) * interval_s, dtype=np.float64)


def _sample(function: Callable[[Floats], ArrayLike], times: Floats, name: str) -> Floats:
    values = np.asarray(function(times.ravel()), dtype=np.float64)
    if values.ndim != 2 or len(values) != times.size:
        raise InputError(
            f"{name}: the function returned shape {values.shape} for {times.size} times; "
            "right is [T, n_components]"
        )
    if not np.isfinite(values).all():
        raise InputError(f"{name}: the function returned values that are not finite")
    return np.asarray(values.reshape((*times.shape, -1)), dtype=np.float64)


def _interpolate(
    function: Callable[[Floats], ArrayLike],
    start_s: float,
    stop_s: float,
    n_records: int,
    n_coefficients: int,
    name: str,
) -> ChebyshevTable:
    interval_s = (stop_s - start_s) / n_records
    degree = n_coefficients - 1
    angle = np.pi * np.arange(n_coefficients) / degree
    times = _middles(start_s, interval_s, n_records)[:, None] + 0.5 * interval_s * np.cos(angle)
    values = _sample(function, np.clip(times, start_s, stop_s), name)
    weight = np.ones(n_coefficients)
    weight[[0, -1]] = 0.5
    # Discrete cosine transform of the first kind: interpolation at the extrema of T_degree.
    transform = 2.0 / degree * weight[:, None] * np.cos(np.outer(np.arange(n_coefficients), angle)) * weight
    return ChebyshevTable(start_s, interval_s, (transform @ values).transpose(0, 2, 1), name)


def _residual(function: Callable[[Floats], ArrayLike], table: ChebyshevTable, stop_s: float) -> float:
    n_records, _, n_coefficients = table.coefficients.shape
    between = np.cos(np.pi * (np.arange(n_coefficients - 1) + 0.5) / (n_coefficients - 1))
    times = _middles(table.start_s, table.interval_s, n_records)[:, None] + 0.5 * table.interval_s * between
    times = np.clip(times, table.start_s, stop_s)
    return float(np.max(np.abs(table.evaluate(times) - _sample(function, times, table.name))))


# NumPy's error model spares the check for a division by zero, a third of the time; intervals are positive by
# construction.


@njit(cache=True, error_model="numpy")
def record_of(start_s: float, interval_s: float, n_records: int, t: float) -> int:
    """Return the record that holds time t, or -1 if none does."""
    record = int(np.floor((t - start_s) / interval_s))
    if record < 0:
        return 0 if t >= start_s - SLACK_S else -1
    if record >= n_records:
        return n_records - 1 if t <= start_s + interval_s * n_records + SLACK_S else -1
    return record


@njit(cache=True, error_model="numpy")
def _table_values(start_s, interval_s, coefficients, t, value):  # type: ignore[no-untyped-def]
    n_records, n_components, n_coefficients = coefficients.shape
    for i in range(t.size):
        record = record_of(start_s, interval_s, n_records, t[i])
        tau = (t[i] - (start_s + (record + 0.5) * interval_s)) * (2.0 / interval_s)
        double = 2.0 * tau
        for j in range(n_components):
            b1 = 0.0
            b2 = 0.0
            for k in range(n_coefficients - 1, 0, -1):
                b1, b2 = (coefficients[record, j, k] - b2) + double * b1, b1
            value[i, j] = coefficients[record, j, 0] + (tau * b1 - b2)


@njit(cache=True, error_model="numpy")
def _table_rates(start_s, interval_s, coefficients, t, value, rate):  # type: ignore[no-untyped-def]
    n_records, n_components, n_coefficients = coefficients.shape
    for i in range(t.size):
        record = record_of(start_s, interval_s, n_records, t[i])
        tau = (t[i] - (start_s + (record + 0.5) * interval_s)) * (2.0 / interval_s)
        double = 2.0 * tau
        for j in range(n_components):
            b1 = 0.0
            b2 = 0.0
            d1 = 0.0
            d2 = 0.0
            for k in range(n_coefficients - 1, 0, -1):
                d1, d2 = (2.0 * b1 - d2) + double * d1, d1
                b1, b2 = (coefficients[record, j, k] - b2) + double * b1, b1
            value[i, j] = coefficients[record, j, 0] + (tau * b1 - b2)
            rate[i, j] = (b1 + (tau * d1 - d2)) * (2.0 / interval_s)
