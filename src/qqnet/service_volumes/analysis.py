"""Coverage of a service volume over a span of any length: fed with epochs piece by piece."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import check_satellites
from qqnet.coverage.analysis import DAY_S
from qqnet.coverage.fold import fold
from qqnet.coverage.history import PointHistory
from qqnet.errors import InputError
from qqnet.navigation.dop import gdop
from qqnet.service_volumes.days import DayHistory
from qqnet.service_volumes.fields import volume_fields
from qqnet.service_volumes.result import ServiceVolumeResult
from qqnet.service_volumes.shells import ShellPoints

Floats = NDArray[np.float64]

# Points and epochs held at a time: 10 MB of dilutions of precision.
_CELLS = 1 << 18


class ServiceVolumeAnalysis:
    """Coverage of the points of a service volume, fed with epochs in order, in pieces of any length.

    A user is covered when at least `required_fold` satellites are in view and, where a limit is given, GDOP is
    below it. Memory does not grow with the span, but for a number an epoch and shell.

    Parameters
    ----------
    name : str
        Name of the volume, for the result.
    shells : ShellPoints
        The points on their shells.
    step_s : float
        Time between epochs; each stands for one step [s].
    required_fold : int
        Satellites that must be in view.
    gdop_limit : float, optional
        GDOP must be below it [1].

    Raises
    ------
    InputError
        An argument out of its domain.

    References
    ----------
    The rule of LCRNS service volumes as evaluated by GTGNSS, ``coverageLNSP``: links >= 4, GDOP < 6; the
    score is the worst 24 h of the worst point.

    Examples
    --------
    >>> shells = ShellPoints.build("Moon", 1737.4, [[0.0, 0.0, -1.0]], [0.0, 100.0], 0.0)
    >>> analysis = ServiceVolumeAnalysis("pole", shells, step_s=60.0, required_fold=1)
    >>> analysis.update([0.0, 60.0], [[[0.0, 0.0, -5000.0]], [[0.0, 0.0, 5000.0]]])
    >>> analysis.result().score
    0.5
    """

    def __init__(
        self,
        name: str,
        shells: ShellPoints,
        *,
        step_s: float,
        required_fold: int = 4,
        gdop_limit: float | None = None,
    ):
        if not (step_s > 0.0 and np.isfinite(step_s)):
            raise InputError(f"step_s: {step_s:g} s; wanted a step above zero")
        if required_fold < 1:
            raise InputError(f"required_fold: {required_fold}; wanted at least 1 satellite in view")
        if gdop_limit is not None and not (gdop_limit > 0.0 and np.isfinite(gdop_limit)):
            raise InputError(f"gdop_limit: {gdop_limit:g}; wanted a limit above zero, or none")
        self.name = name
        self.shells = shells
        self.step_s = float(step_s)
        self.required_fold = int(required_fold)
        self.gdop_limit = gdop_limit
        n = len(shells.observers)
        self.epochs = 0
        self.n_satellites = 0
        self.start_s = np.nan
        self.history = PointHistory.empty(n, levels=1, required=1, window=max(1, round(DAY_S / step_s)))
        self.days = DayHistory.empty(n, self.step_s)
        self.linked = np.zeros(n, dtype=np.int64)
        self._areas: list[Floats] = []

    def update(self, times_s: ArrayLike, satellites_km: ArrayLike) -> None:
        """Take in the next epochs.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs, one step apart, going on where the last call ended [TDB s past J2000].
        satellites_km : array_like [T, S, 3]
            Positions in the axes of the points (body-fixed) [km]; not-a-number where out of service.

        Raises
        ------
        InputError
            Another shape, another number of satellites than before, or epochs that do not go on in steps.
        """
        satellites = check_satellites(satellites_km)
        times = np.asarray(times_s, dtype=np.float64)
        self._check(times, satellites)
        batch = max(1, _CELLS // len(self.shells.observers))
        for first in range(0, times.size, batch):
            self._take(times[first : first + batch], satellites[first : first + batch])

    def _take(self, times: Floats, satellites: Floats) -> None:
        observers = self.shells.observers
        covered = fold(observers, satellites) >= self.required_fold
        self.linked += covered.sum(axis=0)
        if self.gdop_limit is not None:
            covered &= gdop(observers, satellites) < self.gdop_limit
        self.history.update(covered.astype(np.uint16), self.epochs)
        self.days.update(times, covered)
        self._areas.append(covered.reshape(len(times), *self.shells.shape).mean(axis=2))
        self.epochs += len(times)

    def result(self) -> ServiceVolumeResult:
        """Coverage of the volume over the epochs so far; more may follow.

        Returns
        -------
        ServiceVolumeResult

        Raises
        ------
        InputError
            No epoch was fed.
        """
        if self.epochs == 0:
            raise InputError("service volume: no epochs; call update first")
        days = deepcopy(self.days)
        days.close()
        times = self.start_s + self.step_s * np.arange(self.epochs, dtype=np.float64)
        fields = volume_fields(
            self.shells, self.history, days, self.linked, times, self.step_s, np.concatenate(self._areas)
        )
        fields.attrs |= {
            "volume": self.name,
            "body": self.shells.body,
            "required_fold": self.required_fold,
            "gdop_limit": np.inf if self.gdop_limit is None else self.gdop_limit,
            "satellites": self.n_satellites,
        }
        return ServiceVolumeResult(fields)

    def _check(self, times: Floats, satellites: Floats) -> None:
        if times.shape != satellites.shape[:1]:
            raise InputError(
                f"times_s: shape {times.shape}; wanted one time for each of {len(satellites)} epochs"
            )
        if not times.size:
            return
        if self.epochs == 0:
            self.start_s, self.n_satellites = float(times[0]), satellites.shape[1]
        if satellites.shape[1] != self.n_satellites:
            raise InputError(
                f"satellites_km: {satellites.shape[1]} satellites; wanted {self.n_satellites} as before "
                "(not-a-number where one is out of service)"
            )
        wanted = self.start_s + self.step_s * (self.epochs + np.arange(times.size))
        wrong = ~(np.abs(times - wanted) <= 1e-3)
        if wrong.any():
            index = int(np.argmax(wrong))
            raise InputError(
                f"times_s[{index}]: {times[index]:.3f} s; wanted {wanted[index]:.3f} s, "
                f"{self.step_s:g} s after the epoch before"
            )
