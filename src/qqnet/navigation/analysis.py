"""Dilution of precision of a grid over a span of any length: fed with epochs piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.visibility import Observers, check_satellites, integer_shares
from qqnet.errors import InputError
from qqnet.navigation.dop import Floats, dop
from qqnet.navigation.fields import navigation_fields
from qqnet.navigation.history import Counts, DopHistory
from qqnet.navigation.result import NavigationResult

LIMITS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0)

# Points and epochs held at a time: 10 MB of values.
_CELLS = 1 << 18


class NavigationAnalysis:
    """Dilution of precision at a set of points, fed with epochs in order, in pieces of any length.

    Memory does not grow with the span, but for a few numbers an epoch.

    Parameters
    ----------
    body : str
        Name of the body, for the result.
    observers : Observers
        The P points and their masks.
    weights : array_like [P]
        Area of each point, in any unit.
    limits : sequence of float, optional
        Values for which shares of time at or below are counted [1].
    kernel : callable, optional
        What finds the dilution of precision: :func:`qqnet.navigation.dop.dop` or
        :func:`qqnet.navigation.dop_jax.dop_jax`.

    Raises
    ------
    InputError
        An argument out of its domain.

    Examples
    --------
    >>> pole = Observers.on_sphere([[0.0, 0.0, 1.0]], 1e-9, np.radians(-1.0))
    >>> low = [[np.cos(a), np.sin(a), 0.0] for a in np.radians([0.0, 120.0, 240.0])]
    >>> analysis = NavigationAnalysis("Moon", pole, [1.0])
    >>> analysis.update([0.0], [[*low, [0.0, 0.0, 1.0]]])
    >>> result = analysis.result()
    >>> round(result.maximum("gdop"), 4), result.fraction_at_most("gdop", 6.0)
    (1.7321, 1.0)
    """

    def __init__(
        self,
        body: str,
        observers: Observers,
        weights: ArrayLike,
        *,
        limits: Sequence[float] = LIMITS,
        kernel: Callable[[Observers, ArrayLike], Floats] = dop,
    ):
        values = np.unique(np.asarray(limits, dtype=np.float64))
        if not values.size or not np.all((values > 0.0) & np.isfinite(values)):
            raise InputError(f"limits: {list(limits)}; wanted finite values above zero")
        self.body = body
        self.observers = observers
        self.shares = integer_shares(weights, len(observers))
        self._kernel = kernel
        self.epochs = 0
        self.history = DopHistory.empty(len(observers), values)
        self._last_s = -np.inf
        self._times: list[Floats] = []
        self._highest: list[Floats] = []
        self._p95: list[Floats] = []
        self._solved: list[Counts] = []

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike) -> None:
        """Take in the next epochs; each counts the same.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, ascending, later than those before [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Positions in the axes of the observers (body-fixed) [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, or epochs out of order.
        """
        satellites = check_satellites(satellites_km)
        times = np.array(times_s, dtype=np.float64)
        if times.shape != satellites.shape[:1]:
            raise InputError(
                f"times_s: shape {times.shape}; wanted one time for each of {len(satellites)} epochs"
            )
        steps = np.diff(times, prepend=self._last_s)
        if not np.all(steps > 0.0):
            index = int(np.argmin(steps > 0.0))
            raise InputError(f"times_s[{index}]: {times[index]:.3f} s; wanted a time after the epoch before")
        batch = max(1, _CELLS // len(self.observers))
        for first in range(0, times.size, batch):
            values = self._kernel(self.observers, satellites[first : first + batch])
            highest, p95, solved = self.history.update(values, self.shares)
            self._times.append(times[first : first + batch])
            self._highest.append(highest)
            self._p95.append(p95)
            self._solved.append(solved)
        self.epochs += times.size
        self._last_s = float(times[-1]) if times.size else self._last_s

    def result(self) -> NavigationResult:
        """Dilution of precision over the epochs so far; more may follow.

        Returns
        -------
        NavigationResult

        Raises
        ------
        InputError
            No epoch was fed.
        """
        if self.epochs == 0:
            raise InputError("navigation: no epochs; call update first")
        return NavigationResult(
            navigation_fields(
                self.body,
                self.observers,
                self.shares,
                self.history,
                np.concatenate(self._times),
                np.concatenate(self._highest),
                np.concatenate(self._p95),
                np.concatenate(self._solved),
            )
        )
