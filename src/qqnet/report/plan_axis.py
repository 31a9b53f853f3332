"""Time on charts of a plan: dates of UTC where the plan has them, or else time since a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.contacts.timebase import TimeBase
from qqnet.report.dates import axis_days, utc_dates
from qqnet.report.style import utc_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

UNITS: Final = (("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3))
_FEWEST = 3.0
"""A chart shows at least so many of the unit that it counts in."""


@dataclass(frozen=True)
class PlanAxis:
    """A span of time, and how it stands on a chart.

    Attributes
    ----------
    span : tuple of float
        Start and end [s of `base`].
    base : TimeBase
        What the seconds count from.
    since_s : float or None
        Count from this moment; dates where it is None and the plan has them. [s of `base`]
    """

    span: tuple[float, float]
    base: TimeBase = field(default_factory=TimeBase)
    since_s: float | None = None

    @property
    def has_dates(self) -> bool:
        """Whether the axis is one of dates."""
        return self.since_s is None and self.base.is_absolute

    @property
    def unit(self) -> tuple[str, float]:
        """Unit of time since a moment, and its length [s].

        Examples
        --------
        >>> PlanAxis((0.0, 9000.0), TimeBase("relative")).unit
        ('min', 60.0)
        """
        length = self.span[1] - self.span[0]
        return next(((name, size) for name, size in UNITS if length >= _FEWEST * size), UNITS[-1])

    def positions(self, times_s: ArrayLike) -> Floats:
        """Return where times stand on the axis.

        Parameters
        ----------
        times_s : array_like
            Times [s of `base`].

        Returns
        -------
        ndarray
            Days since 1970 for dates, or else counts of the unit; of the same shape.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if self.has_dates:
            return axis_days(utc_dates(self.base.tdb(times), float(self.base.tdb(self.span[0]))))
        return np.asarray((times - (self.since_s or 0.0)) / self.unit[1])

    def dress(self, axes: Axes) -> None:
        """Set limits, ticks and label of the horizontal axis."""
        axes.set_xlim(*self.positions(self.span))
        if self.has_dates:
            axes.xaxis_date()
            utc_axis(axes)
            return
        unit = self.unit[0]
        if self.since_s is None:
            axes.set_xlabel(f"time of the plan [{unit}]")
            return
        moment = self.base.utc_text(self.since_s, 1)
        origin = f"{self.since_s:g} s of the plan" if moment is None else _words(moment)
        axes.set_xlabel(f"time after {origin} [{unit}]")


def _words(moment: str) -> str:
    """Write a date as people do, without what is zero."""
    return moment.replace("T", " ").rstrip("Z").removesuffix(".0") + " UTC"
