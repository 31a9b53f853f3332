"""Coverage with satellites lost: every set of losses is followed beside the others, in one pass over time.

In view of a point without the lost satellites are those in view with them, less the lost ones that it sees. So
each epoch's visibility is found once, and a set of losses costs a subtraction a point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike

from qqnet.access.losses import LossSets
from qqnet.access.patches import ALL, NONE, SIZE, per_point
from qqnet.access.visibility import Observers, above_mask, integer_shares
from qqnet.errors import InputError

if TYPE_CHECKING:
    import xarray as xr


class CoverageLosses:
    """Coverage of a set of points under losses of satellites, fed with epochs piece by piece.

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
    required_fold : int
        How many satellites are wanted in view.
    levels : int, optional
        Highest fold told apart; at least `required_fold`, and 6 unless given.

    Examples
    --------
    >>> moon = Observers.on_sphere([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]], 1737.4)
    >>> analysis = CoverageLosses(moon, [1.0, 1.0], LossSets.of(2), step_s=60.0)
    >>> analysis.update([[[7000.0, 0.0, 0.0], [-7000.0, 0.0, 0.0]]])
    >>> analysis.result(["a", "b"])["fraction_at_least"].sel(at_least=1).to_numpy().tolist()
    [0.5, 0.5]
    """

    def __init__(
        self,
        observers: Observers,
        weights: ArrayLike,
        losses: LossSets,
        *,
        step_s: float,
        required_fold: int = 1,
        levels: int | None = None,
    ):
        self.observers = observers
        self.shares = integer_shares(weights, len(observers))
        self.losses = losses
        self.step_s = step_s
        self.required_fold = required_fold
        self.epochs = 0
        patches, n_sets = len(observers.patches.points), len(losses)
        self._at_least = np.zeros((patches, n_sets, levels or max(6, required_fold), SIZE), dtype=np.int32)
        self._lowest = np.full((patches, n_sets, SIZE), np.iinfo(np.int32).max, dtype=np.int32)
        self._open_gap = np.zeros((patches, n_sets, SIZE), dtype=np.int32)
        self._longest_gap = np.zeros((patches, n_sets, SIZE), dtype=np.int32)

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
        state = (self._at_least, self._lowest, self._open_gap, self._longest_gap)
        for some, kind in self.losses.stretches(patches, satellites_km):
            _follow(some, patches.points, kind, self.losses.lost, self.required_fold, state)
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
            Over ``loss``: ``fraction_at_least`` (of area and time) and ``fraction_at_least_worst_point`` (of time)
            by ``at_least``, ``fold_min``, ``longest_gap_s`` below the required fold; ``lost``, which satellites.
            Over ``point``: ``any_one_fraction``, the least share of time at the required fold with any one
            satellite lost, where that was tried.

        Raises
        ------
        InputError
            No epoch was fed.
        """
        import xarray as xr

        if self.epochs == 0:
            raise InputError("losses: no epochs; call update first")
        n_points = len(self.observers)
        counts = per_point(self._at_least, n_points)
        area = float(self.shares.sum()) * self.epochs
        data = {
            "fraction_at_least": (("loss", "at_least"), counts @ self.shares / area, {"units": "1"}),
            "fraction_at_least_worst_point": (
                ("loss", "at_least"),
                counts.min(axis=-1) / self.epochs,
                {"units": "1"},
            ),
            "fold_min": (("loss",), per_point(self._lowest, n_points).min(axis=-1), {"units": "1"}),
            "longest_gap_s": (
                ("loss",),
                per_point(self._longest_gap, n_points).max(axis=-1) * self.step_s,
                {"units": "s"},
            ),
        }
        if "any 1" in self.losses.kinds:
            one = counts[self.losses.kinds["any 1"], self.required_fold - 1]
            data["any_one_fraction"] = (("point",), one.min(axis=0) / self.epochs, {"units": "1"})
        return xr.Dataset(
            data,
            {
                "lost": ("loss", self.losses.names(satellites)),
                "at_least": np.arange(1, counts.shape[1] + 1),
            },
            {"required_fold": self.required_fold, "step_s": self.step_s, "epochs": self.epochs},
        )


@njit(parallel=True, cache=True, error_model="numpy")
def _follow(satellites, points, kind, lost, required, state):  # type: ignore[no-untyped-def]
    for b in prange(points.shape[0]):
        _patch(satellites, points, kind, np.int64(b), lost, required, state)


@njit(cache=True, error_model="numpy")
def _patch(satellites, points, kind, b, lost, required, state):  # type: ignore[no-untyped-def]
    at_least, lowest, open_gap, longest_gap = state
    n_epochs, n_satellites, _ = satellites.shape
    seen = np.zeros((n_satellites, SIZE), np.int32)
    whole = np.empty(SIZE, np.int32)
    count = np.empty(SIZE, np.int32)
    for t in range(n_epochs):
        whole[:] = 0
        for s in range(n_satellites):
            if kind[t, s, b] == NONE:
                continue
            x, y, z = satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2]
            everyone = kind[t, s, b] == ALL
            for p in range(SIZE):
                dx, dy, dz = x - points[b, 0, p], y - points[b, 1, p], z - points[b, 2, p]
                ux, uy, uz = points[b, 3, p], points[b, 4, p], points[b, 5, p]
                sees = everyone or above_mask(dx, dy, dz, ux, uy, uz, points[b, 6, p])
                seen[s, p] = np.int32(sees)
                whole[p] += np.int32(sees)
        for loss in range(lost.shape[0]):
            count[:] = whole
            for j in range(lost.shape[1]):
                s = lost[loss, j]
                if s >= 0 and kind[t, s, b] != NONE:
                    for p in range(SIZE):
                        count[p] -= seen[s, p]
            for k in range(at_least.shape[2]):
                for p in range(SIZE):
                    at_least[b, loss, k, p] += np.int32(count[p] > k)
            for p in range(SIZE):
                lowest[b, loss, p] = min(lowest[b, loss, p], count[p])
                open_gap[b, loss, p] = 0 if count[p] >= required else open_gap[b, loss, p] + 1
                longest_gap[b, loss, p] = max(longest_gap[b, loss, p], open_gap[b, loss, p])
