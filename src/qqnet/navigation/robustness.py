"""Dilution of precision with satellites lost: every set of losses is followed in one pass over time.

The normal matrix of a point is a sum over its satellites, so the lines of sight to the lost ones are taken away
from it, and only where a patch sees one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike

from qqnet.access.losses import LossSets
from qqnet.access.patches import ALL, NONE, SIZE, per_point
from qqnet.access.visibility import Observers, integer_shares
from qqnet.errors import InputError
from qqnet.navigation.dop import LARGEST_GDOP, add_lines, factors_at, gdop_squared

if TYPE_CHECKING:
    import xarray as xr


class NavigationLosses:
    """Availability of a GDOP at a set of points under losses of satellites, fed with epochs piece by piece.

    Parameters
    ----------
    observers : Observers
        The P points and their masks.
    weights : array_like [P]
        Area of each point, in any unit.
    losses : LossSets
        The L sets of lost satellites.
    step_s : float
        Time between epochs [s].
    limit : float
        Highest GDOP that counts as available [1].

    Examples
    --------
    >>> pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-9, np.radians(-1.0))
    >>> low = [[np.cos(a), np.sin(a), 0.0] for a in np.radians([0.0, 90.0, 180.0, 270.0])]
    >>> analysis = NavigationLosses(pole, [1.0], LossSets.of(5), step_s=60.0, limit=6.0)
    >>> analysis.update([[*low, [0.0, 0.0, 1.0]]])

    Without the satellite in the zenith the others are in one plane:

    >>> analysis.result(["a", "b", "c", "d", "zenith"])["fraction_available"].to_numpy().tolist()
    [1.0, 1.0, 1.0, 1.0, 0.0]
    """

    def __init__(
        self, observers: Observers, weights: ArrayLike, losses: LossSets, *, step_s: float, limit: float = 6.0
    ):
        if not 0.0 < limit <= LARGEST_GDOP:
            raise InputError(f"limit: {limit:g}; wanted a GDOP above 0 and at most {LARGEST_GDOP:g}")
        self.observers = observers
        self.shares = integer_shares(weights, len(observers))
        self.losses = losses
        self.step_s = step_s
        self.limit = limit
        self.epochs = 0
        shape = (len(observers.patches.points), len(losses), SIZE)
        self._available = np.zeros(shape, dtype=np.int32)
        self._open_gap = np.zeros(shape, dtype=np.int32)
        self._longest_gap = np.zeros(shape, dtype=np.int32)

    def update(self, satellites_km: ArrayLike) -> None:
        """Take in the next epochs.

        Parameters
        ----------
        satellites_km : array_like [T, S, 3]
            Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, or fewer satellites than may be lost.
        """
        patches = self.observers.patches
        state = (self._available, self._open_gap, self._longest_gap)
        for some, kind in self.losses.stretches(patches, satellites_km):
            _follow(some, patches.points, kind, self.losses.lost, self.limit * self.limit, state)
            self.epochs += len(some)

    def result(self, satellites: list[str]) -> xr.Dataset:
        """Return the figures of every set of losses.

        Parameters
        ----------
        satellites : list of str, length S
            Names of the satellites.

        Returns
        -------
        xarray.Dataset
            Over ``loss``: ``fraction_available`` (of area and time with a GDOP of at most the limit),
            ``fraction_available_worst_point`` (of time), ``longest_outage_s``; ``lost``, which satellites. Over
            ``point``: ``any_one_available``, the least share of time with any one satellite lost, where that was
            tried.

        Raises
        ------
        InputError
            No epoch was fed.
        """
        import xarray as xr

        if self.epochs == 0:
            raise InputError("losses: no epochs; call update first")
        n_points = len(self.observers)
        counts = per_point(self._available, n_points)
        area = float(self.shares.sum()) * self.epochs
        data = {
            "fraction_available": (("loss",), counts @ self.shares / area, {"units": "1"}),
            "fraction_available_worst_point": (("loss",), counts.min(axis=1) / self.epochs, {"units": "1"}),
            "longest_outage_s": (
                ("loss",),
                per_point(self._longest_gap, n_points).max(axis=1) * self.step_s,
                {"units": "s"},
            ),
        }
        if "any 1" in self.losses.kinds:
            one = counts[self.losses.kinds["any 1"]]
            data["any_one_available"] = (("point",), one.min(axis=0) / self.epochs, {"units": "1"})
        return xr.Dataset(
            data,
            {"lost": ("loss", self.losses.names(satellites))},
            {"limit": self.limit, "step_s": self.step_s, "epochs": self.epochs},
        )


@njit(parallel=True, cache=True, error_model="numpy")
def _follow(satellites, points, kind, lost, limit_squared, state):  # type: ignore[no-untyped-def]
    for b in prange(points.shape[0]):
        _patch(satellites, points, kind, np.int64(b), lost, limit_squared, state)


@njit(cache=True, error_model="numpy")
def _patch(satellites, points, kind, b, lost, limit_squared, state):  # type: ignore[no-untyped-def]
    available, open_gap, longest_gap = state
    n_epochs, n_satellites, _ = satellites.shape
    whole = np.empty((10, SIZE))
    sums = np.empty((10, SIZE))
    at_first = np.empty(SIZE, np.int32)
    now = np.empty(SIZE, np.int32)
    for t in range(n_epochs):
        whole[:] = 0.0
        for s in range(n_satellites):
            _add(1.0, kind[t, s, b], satellites, t, s, points, b, whole)
        _judge(whole, limit_squared, at_first)
        for loss in range(lost.shape[0]):
            touched = False
            for j in range(lost.shape[1]):
                touched |= lost[loss, j] >= 0 and kind[t, lost[loss, j], b] != NONE
            if touched:
                sums[:] = whole
                for j in range(lost.shape[1]):
                    if lost[loss, j] >= 0:
                        _add(-1.0, kind[t, lost[loss, j], b], satellites, t, lost[loss, j], points, b, sums)
                _judge(sums, limit_squared, now)
            else:
                now[:] = at_first
            for p in range(SIZE):
                available[b, loss, p] += now[p]
                open_gap[b, loss, p] = 0 if now[p] else open_gap[b, loss, p] + 1
                longest_gap[b, loss, p] = max(longest_gap[b, loss, p], open_gap[b, loss, p])


@njit(inline="always")
def _add(sign, kind, satellites, t, s, points, b, sums):  # type: ignore[no-untyped-def]
    x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
    if kind == ALL:
        add_lines(sign, False, x, y, z, points, b, sums)
    elif kind != NONE:
        add_lines(sign, True, x, y, z, points, b, sums)


@njit(inline="always")
def _judge(sums, limit_squared, good):  # type: ignore[no-untyped-def]
    for p in range(SIZE):
        f, regular = factors_at(sums, p)
        good[p] = np.int32(regular & (gdop_squared(f) <= limit_squared))
