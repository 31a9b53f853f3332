"""Many trajectories in flat arrays, and the compiled kernels that walk them.

A `TableBank` holds Chebyshev tables one behind the other, each with the index of the trajectory that it is
relative to. The kernels are plain loops over its arrays, for use inside other compiled kernels. A time outside a
table gives NaN: kernels cannot raise cheaply, so callers check spans before they enter one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.chebyshev import ChebyshevTable, check_span, record_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BankArrays = tuple[Floats, Floats, Integers, Integers, Integers, Floats, Integers]


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


@njit(cache=True, error_model="numpy")
def _add_position(start_s, interval_s, n_records, n_coefficients, offset, coefficients, index, t, sign, out):  # type: ignore[no-untyped-def]
    """Add sign times the position of one table, relative to its parent, to out[0:3]."""
    interval = interval_s[index]
    record = record_of(start_s[index], interval, n_records[index], t)
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
    record = record_of(start_s[index], interval, n_records[index], t)
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
