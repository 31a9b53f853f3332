"""Chebyshev tables: the one form in which QQNet keeps every trajectory, and its compiled kernels.

A table cuts time into records of equal length; in each, every component is a Chebyshev series. The kernels
measure time from the middle of the record: ``(t - start) / interval`` would lose a millimetre to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import EphemerisRangeError, InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BankArrays = tuple[Floats, Floats, Integers, Integers, Integers, Floats, Integers]

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


# ------------------------------------------------------------------------------------------------------- fi


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
    return ChebyshevTable(start_s, interval_s, np.einsum("kj,rjc->rck", transform, values), name)


def _residual(function: Callable[[Floats], ArrayLike], table: ChebyshevTable, stop_s: float) -> float:
    n_records, _, n_coefficients = table.coefficients.shape
    between = np.cos(np.pi * (np.arange(n_coefficients - 1) + 0.5) / (n_coefficients - 1))
    times = _middles(table.start_s, table.interval_s, n_records)[:, None] + 0.5 * table.interval_s * between
    times = np.clip(times, table.start_s, stop_s)
    return float(np.max(np.abs(table.evaluate(times) - _sample(function, times, table.name))))


# ----------------------------------------------------------------------------------------- many trajectorie


@dataclass(frozen=True, eq=False)
class TableBank:
    """Many trajectories in flat arrays, for compiled kernels.

    Each trajectory is a position relative to its parent; positions add up along the chain of parents to the
    Solar System barycentre. All in ICRF axes and km.

    Attributes
    ----------
    start_s : ndarray of float64, shape [N]
        Start of each table [TDB s past J2000].
    interval_s : ndarray of float64, shape [N]
        Length of each table's records [s].
    n_records, n_coefficients : ndarray of int64, shape [N]
        Records, and coefficients a component.
    offset : ndarray of int64, shape [N]
        Where each table starts in `coefficients`.
    coefficients : ndarray of float64, shape [sum of n_records * n_coefficients * 3]
        Laid out [record, coefficient, component] for each table [km].
    parent : ndarray of int64, shape [N]
        Index of each trajectory's centre; -1 for the Solar System barycentre.
    """

    start_s: Floats
    interval_s: Floats
    n_records: Integers
    n_coefficients: Integers
    offset: Integers
    coefficients: Floats
    parent: Integers

    @classmethod
    def build(cls, tables: Sequence[ChebyshevTable], parents: Sequence[int]) -> TableBank:
        """Flatten tables.

        Parameters
        ----------
        tables : sequence of ChebyshevTable
            Each of three components [km], ICRF axes.
        parents : sequence of int
            For each table the index of its centre; a parent comes before its children; -1 for the SSB.

        Returns
        -------
        TableBank
            The bank.

        Raises
        ------
        InputError
            If lengths differ, a table has not three components, or a parent does not come first.
        """
        if len(tables) != len(parents):
            raise InputError(f"{len(tables)} tables but {len(parents)} parents; right is one parent a table")
        for index, (table, parent) in enumerate(zip(tables, parents, strict=True)):
            if table.coefficients.shape[1] != 3:
                raise InputError(f"{table.name}: {table.coefficients.shape[1]} components; a position has 3")
            if not -1 <= parent < index:
                raise InputError(
                    f"{table.name}: parent {parent} of table {index}; right is -1 or an earlier table"
                )
        sizes = np.array([table.coefficients.size for table in tables], dtype=np.int64)
        flat = [table.coefficients.transpose(0, 2, 1).ravel() for table in tables]
        return cls(
            start_s=np.array([table.start_s for table in tables], dtype=np.float64),
            interval_s=np.array([table.interval_s for table in tables], dtype=np.float64),
            n_records=np.array([table.coefficients.shape[0] for table in tables], dtype=np.int64),
            n_coefficients=np.array([table.coefficients.shape[2] for table in tables], dtype=np.int64),
            offset=np.cumsum(sizes) - sizes,
            coefficients=np.concatenate(flat) if flat else np.empty(0),
            parent=np.array(parents, dtype=np.int64),
        )

    def joined(self, tables: Sequence[ChebyshevTable]) -> TableBank:
        """Return a bank with more tables at its end.

        Parameters
        ----------
        tables : sequence of ChebyshevTable
            Positions relative to the Solar System barycentre [km], ICRF axes.

        Returns
        -------
        TableBank
            This bank's trajectories under their indices, then the new ones.
        """
        more = TableBank.build(tables, [-1] * len(tables))
        return TableBank(
            start_s=np.concatenate([self.start_s, more.start_s]),
            interval_s=np.concatenate([self.interval_s, more.interval_s]),
            n_records=np.concatenate([self.n_records, more.n_records]),
            n_coefficients=np.concatenate([self.n_coefficients, more.n_coefficients]),
            offset=np.concatenate([self.offset, more.offset + len(self.coefficients)]),
            coefficients=np.concatenate([self.coefficients, more.coefficients]),
            parent=np.concatenate([self.parent, more.parent]),
        )

    def __len__(self) -> int:
        return len(self.start_s)

    def arrays(self) -> BankArrays:
        """Return the arrays in the kernels' order: ``bank_position(*bank.arrays(), index, t, out)``."""
        return (
            self.start_s, self.interval_s, self.n_records, self.n_coefficients,
            self.offset, self.coefficients, self.parent,
        )  # fmt: skip

    @property
    def span(self) -> tuple[float, float]:
        """Time that every table covers [TDB s past J2000]."""
        return self.span_of(range(len(self)))

    def span_of(self, indices: Sequence[int] | Integers) -> tuple[float, float]:
        """Return the time that these trajectories and their chains of parents cover [TDB s past J2000]."""
        return self._overlap({link for index in indices for link in self._chain(int(index))})

    def relative_span(self, target: int, center: int) -> tuple[float, float]:
        """Return the time for which target relative to center is known [TDB s past J2000].

        Chains count only to where they meet; without end if the two are the same.
        """
        return self._overlap(set(self._chain(target)) ^ set(self._chain(center)))

    def _chain(self, index: int) -> list[int]:
        chain = []
        while index >= 0:
            chain.append(index)
            index = int(self.parent[index])
        return chain

    def _overlap(self, members: set[int]) -> tuple[float, float]:
        which = sorted(members)
        if not which:
            return -np.inf, np.inf
        stop = self.start_s + self.interval_s * self.n_records
        return float(np.max(self.start_s[which])), float(np.min(stop[which]))

    def positions(self, indices: Sequence[int] | Integers, t: ArrayLike) -> Floats:
        """Return positions relative to the Solar System barycentre.

        Parameters
        ----------
        indices : sequence of int, shape [K]
            Trajectories.
        t : array_like, shape [T]
            Time [TDB s past J2000].

        Returns
        -------
        ndarray, shape [K, T, 3]
            Position [km], ICRF axes.

        Raises
        ------
        EphemerisRangeError
            If a time is not covered.
        """
        which, times = self._checked(indices, t)
        out = np.empty((which.size, times.size, 3))
        _bank_positions(*self.arrays(), which, times, out)
        return out

    def states(self, indices: Sequence[int] | Integers, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return positions and velocities relative to the Solar System barycentre.

        Parameters
        ----------
        indices : sequence of int, shape [K]
            Trajectories.
        t : array_like, shape [T]
            Time [TDB s past J2000].

        Returns
        -------
        position : ndarray, shape [K, T, 3]
            Position [km], ICRF axes.
        velocity : ndarray, shape [K, T, 3]
            Velocity [km/s], ICRF axes.

        Raises
        ------
        EphemerisRangeError
            If a time is not covered.
        """
        which, times = self._checked(indices, t)
        out = np.empty((which.size, times.size, 6))
        _bank_states(*self.arrays(), which, times, out)
        return out[..., :3], out[..., 3:]

    def relative_positions(self, target: int, center: int, t: ArrayLike) -> Floats:
        """Return positions of one trajectory relative to another.

        The chains are followed only to where they meet, so the Moon seen from the Earth does not pass through
        numbers of the size of an astronomical unit.

        Parameters
        ----------
        target, center : int
            Trajectories; -1 is the Solar System barycentre.
        t : array_like, shape [T]
            Time [TDB s past J2000].

        Returns
        -------
        ndarray, shape [T, 3]
            Position [km], ICRF axes.

        Raises
        ------
        EphemerisRangeError
            If a time is not covered.
        """
        times = self._checked_pair(target, center, t)
        out = np.empty((times.size, 3))
        _bank_relative_positions(*self.arrays(), target, center, times, out)
        return out

    def relative_states(self, target: int, center: int, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return positions and velocities of one trajectory relative to another.

        Parameters
        ----------
        target, center : int
            Trajectories; -1 is the Solar System barycentre.
        t : array_like, shape [T]
            Time [TDB s past J2000].

        Returns
        -------
        position : ndarray, shape [T, 3]
            Position [km], ICRF axes.
        velocity : ndarray, shape [T, 3]
            Velocity [km/s], ICRF axes.

        Raises
        ------
        EphemerisRangeError
            If a time is not covered.
        """
        times = self._checked_pair(target, center, t)
        out = np.empty((times.size, 6))
        _bank_relative_states(*self.arrays(), target, center, times, out)
        return out[:, :3], out[:, 3:]

    def _checked(self, indices: Sequence[int] | Integers, t: ArrayLike) -> tuple[Integers, Floats]:
        which = np.asarray(indices, dtype=np.int64)
        times = np.atleast_1d(np.asarray(t, dtype=np.float64))
        if which.size and not (which.min() >= 0 and which.max() < len(self)):
            raise InputError(f"trajectory index {which.tolist()} outside 0 to {len(self) - 1}")
        if which.ndim != 1 or times.ndim != 1:
            raise InputError(
                f"indices of shape {which.shape}, times of shape {times.shape}; right is [K] and [T]"
            )
        check_span("trajectory", self.span_of(which), times)
        return which, times

    def _checked_pair(self, target: int, center: int, t: ArrayLike) -> Floats:
        times = np.atleast_1d(np.asarray(t, dtype=np.float64))
        if not (-1 <= target < len(self) and -1 <= center < len(self)):
            raise InputError(f"trajectory index {target} or {center} outside -1 to {len(self) - 1}")
        if times.ndim != 1:
            raise InputError(f"times of shape {times.shape}; right is [T]")
        check_span("trajectory", self.relative_span(target, center), times)
        return times


# --------------------------------------------------------------------------------------------------- kernel
# Plain loops over flat arrays, for use inside other compiled kernels. A time outside a table gives NaN:
# kernels cannot raise cheaply, so callers check spans before they enter one. NumPy's error model spares the
# check for a division by zero, a third of the time; intervals are positive by construction.


@njit(cache=True, error_model="numpy")
def _record(start_s: float, interval_s: float, n_records: int, t: float) -> int:
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
        record = _record(start_s, interval_s, n_records, t[i])
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
        record = _record(start_s, interval_s, n_records, t[i])
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


@njit(cache=True, error_model="numpy")
def _add_position(start_s, interval_s, n_records, n_coefficients, offset, coefficients, index, t, sign, out):  # type: ignore[no-untyped-def]
    """Add sign times the position of one table, relative to its parent, to out[0:3]."""
    interval = interval_s[index]
    record = _record(start_s[index], interval, n_records[index], t)
    if record < 0:
        out[0] = np.nan
        out[1] = np.nan
        out[2] = np.nan
        return
    n = n_coefficients[index]
    base = offset[index] + record * n * 3
    tau = (t - (start_s[index] + (record + 0.5) * interval)) * (2.0 / interval)
    double = 2.0 * tau
    x1 = 0.0
    y1 = 0.0
    z1 = 0.0
    x2 = 0.0
    y2 = 0.0
    z2 = 0.0
    # Clenshaw's recurrence for three components at once: independent chains hide each other's latency, and
    # the brackets leave one product and one sum between a step and the next.
    for k in range(base + 3 * (n - 1), base, -3):
        x0 = (coefficients[k] - x2) + double * x1
        y0 = (coefficients[k + 1] - y2) + double * y1
        z0 = (coefficients[k + 2] - z2) + double * z1
        x2 = x1
        y2 = y1
        z2 = z1
        x1 = x0
        y1 = y0
        z1 = z0
    out[0] += sign * (coefficients[base] + (tau * x1 - x2))
    out[1] += sign * (coefficients[base + 1] + (tau * y1 - y2))
    out[2] += sign * (coefficients[base + 2] + (tau * z1 - z2))


@njit(cache=True, error_model="numpy")
def _add_state(start_s, interval_s, n_records, n_coefficients, offset, coefficients, index, t, sign, out):  # type: ignore[no-untyped-def]
    """Add sign times position and velocity of one table, relative to its parent, to out[0:6]."""
    interval = interval_s[index]
    record = _record(start_s[index], interval, n_records[index], t)
    if record < 0:
        out[:6] = np.nan
        return
    n = n_coefficients[index]
    base = offset[index] + record * n * 3
    tau = (t - (start_s[index] + (record + 0.5) * interval)) * (2.0 / interval)
    double = 2.0 * tau
    for j in range(3):
        b1 = 0.0
        b2 = 0.0
        d1 = 0.0
        d2 = 0.0
        for k in range(base + j + 3 * (n - 1), base + j, -3):
            d0 = (2.0 * b1 - d2) + double * d1
            b0 = (coefficients[k] - b2) + double * b1
            d2 = d1
            d1 = d0
            b2 = b1
            b1 = b0
        out[j] += sign * (coefficients[base + j] + (tau * b1 - b2))
        out[3 + j] += sign * (b1 + (tau * d1 - d2)) * (2.0 / interval)


@njit(cache=True, error_model="numpy")
def bank_position(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, index, t, out
):
    """Write the position of one trajectory at one time, relative to the SSB, to out[0:3] [km], ICRF axes.

    Compiled; call as ``bank_position(*bank.arrays(), index, t, out)``. NaN outside the span.
    Index -1 is the SSB.
    """
    out[0] = 0.0
    out[1] = 0.0
    out[2] = 0.0
    while index >= 0:
        _add_position(
            start_s, interval_s, n_records, n_coefficients, offset, coefficients, index, t, 1.0, out
        )
        index = parent[index]


@njit(cache=True, error_model="numpy")
def bank_state(start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, index, t, out):  # type: ignore[no-untyped-def]
    """Write position and velocity of one trajectory, relative to the SSB, to out[0:6] [km, km/s], ICRF.

    Compiled; call as ``bank_state(*bank.arrays(), index, t, out)``. NaN outside the span.
    Index -1 is the SSB.
    """
    out[:6] = 0.0
    while index >= 0:
        _add_state(start_s, interval_s, n_records, n_coefficients, offset, coefficients, index, t, 1.0, out)
        index = parent[index]


@njit(cache=True, error_model="numpy")
def _meeting_point(parent, target, center):  # type: ignore[no-untyped-def]
    """Return the first trajectory that both chains of parents pass, -1 if that is the SSB."""
    a = target
    while a >= 0:
        b = center
        while b >= 0:
            if a == b:
                return a
            b = parent[b]
        a = parent[a]
    return -1


@njit(cache=True, error_model="numpy")
def bank_relative_position(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, target, center, t, out
):
    """Write the position of target relative to center at one time to out[0:3] [km], ICRF axes.

    Compiled; call as ``bank_relative_position(*bank.arrays(), target, center, t, out)``. The chains are
    followed to where they meet. NaN outside the span. Index -1 is the SSB.
    """
    out[0] = 0.0
    out[1] = 0.0
    out[2] = 0.0
    meeting = _meeting_point(parent, target, center)
    while center != meeting:
        _add_position(
            start_s, interval_s, n_records, n_coefficients, offset, coefficients, center, t, -1.0, out
        )
        center = parent[center]
    while target != meeting:
        _add_position(
            start_s, interval_s, n_records, n_coefficients, offset, coefficients, target, t, 1.0, out
        )
        target = parent[target]


@njit(cache=True, error_model="numpy")
def bank_relative_state(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, target, center, t, out
):
    """Write position and velocity of target relative to center to out[0:6] [km, km/s], ICRF axes.

    Compiled; call as ``bank_relative_state(*bank.arrays(), target, center, t, out)``. The chains are followed
    to where they meet. NaN outside the span. Index -1 is the SSB.
    """
    out[:6] = 0.0
    meeting = _meeting_point(parent, target, center)
    while center != meeting:
        _add_state(start_s, interval_s, n_records, n_coefficients, offset, coefficients, center, t, -1.0, out)
        center = parent[center]
    while target != meeting:
        _add_state(start_s, interval_s, n_records, n_coefficients, offset, coefficients, target, t, 1.0, out)
        target = parent[target]


@njit(cache=True, error_model="numpy")
def _bank_positions(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, indices, t, out
):
    for i in range(indices.size):
        for j in range(t.size):
            bank_position(
                start_s,
                interval_s,
                n_records,
                n_coefficients,
                offset,
                coefficients,
                parent,
                indices[i],
                t[j],
                out[i, j],
            )


@njit(cache=True, error_model="numpy")
def _bank_states(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, indices, t, out
):
    for i in range(indices.size):
        for j in range(t.size):
            bank_state(
                start_s,
                interval_s,
                n_records,
                n_coefficients,
                offset,
                coefficients,
                parent,
                indices[i],
                t[j],
                out[i, j],
            )


@njit(cache=True, error_model="numpy")
def _bank_relative_positions(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, target, center, t, out
):
    for j in range(t.size):
        bank_relative_position(
            start_s,
            interval_s,
            n_records,
            n_coefficients,
            offset,
            coefficients,
            parent,
            target,
            center,
            t[j],
            out[j],
        )


@njit(cache=True, error_model="numpy")
def _bank_relative_states(  # type: ignore[no-untyped-def]
    start_s, interval_s, n_records, n_coefficients, offset, coefficients, parent, target, center, t, out
):
    for j in range(t.size):
        bank_relative_state(
            start_s,
            interval_s,
            n_records,
            n_coefficients,
            offset,
            coefficients,
            parent,
            target,
            center,
            t[j],
            out[j],
        )
