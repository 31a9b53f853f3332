"""Motion as Chebyshev series: what SPICE kernels hold, and what QQNet keeps every trajectory in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.chebyshev import ChebyshevTable, check_span

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arc:
    """Continuous motion of one object over one stretch of time.

    Attributes
    ----------
    object_name, object_id : str
        As in the file; the identifier is the NAIF code where it comes from a SPICE kernel.
    center : str
        Name in QQNet's ephemeris.
    table : ChebyshevTable
        Position relative to the centre [km], ICRF axes, over TDB seconds past J2000.
    useable : (float, float)
        Time in which it holds [TDB s past J2000]; within that of the table.
    """

    object_name: str
    object_id: str
    center: str
    table: ChebyshevTable
    useable: tuple[float, float]

    def __post_init__(self) -> None:
        check_span(self.object_name, self.table.span, self.useable)
        if not self.useable[1] > self.useable[0]:
            raise InputError(
                f"{self.object_name}: useable from {self.useable[0]} to {self.useable[1]} s; "
                "the end must come after the start"
            )

    def at(self, t: ArrayLike) -> Segment:
        """Tabulate the states.

        Parameters
        ----------
        t : array_like, shape [N]
            Times [TDB s past J2000], rising, at least two.

        Returns
        -------
        Segment
            States with Hermite interpolation of degree 7.

        Raises
        ------
        InputError
            If there are fewer than two times or they do not rise.
        EphemerisRangeError
            If a time is not covered.
        """
        times = np.asarray(t, dtype=np.float64)
        if times.ndim != 1 or times.size < 2 or not np.all(np.diff(times) > 0.0):
            raise InputError(f"{self.object_name}: states are taken at two times or more, in rising order")
        check_span(self.object_name, self.useable, times)
        position, velocity = self.table.evaluate_with_rate(times)
        limits = float(times[0]), float(times[-1])
        return Segment(self.object_name, self.object_id, self.center, times, position, velocity, limits)
