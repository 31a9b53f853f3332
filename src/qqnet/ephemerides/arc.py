"""Motion as Chebyshev series: what SPICE kernels hold, and what QQNet keeps every trajectory in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.chebyshev import ChebyshevTable, check_span

Floats = NDArray[np.float64]

JOINT_S: Final = 1e-6
"""How far two arcs may be apart in time and still be one [s]."""


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


def joined(parts: Sequence[Arc | Segment]) -> list[Arc | Segment]:
    """Join arcs that go on in the records of the one before, as kernels cut into pieces have them.

    Parameters
    ----------
    parts : sequence of Arc or Segment
        In the order of time.

    Returns
    -------
    list of Arc or Segment
        As few as possible.
    """
    out: list[Arc | Segment] = []
    for part in parts:
        before = out[-1] if out else None
        if isinstance(before, Arc) and isinstance(part, Arc) and _goes_on(before, part):
            first, then = before.table, part.table
            shared = round((first.span[1] - then.start_s) / first.interval_s)  # a record may stand in both
            kept = first.coefficients[: len(first.coefficients) - shared]
            table = ChebyshevTable(
                first.start_s, first.interval_s, np.concatenate([kept, then.coefficients]), first.name
            )
            useable = before.useable[0], part.useable[1]
            out[-1] = Arc(before.object_name, before.object_id, before.center, table, useable)
        else:
            out.append(part)
    return out


def _goes_on(before: Arc, part: Arc) -> bool:
    """Tell whether an arc begins where the other ends, on the same grid of records, or with its last record."""
    first, then = before.table, part.table
    if (before.object_id, before.center) != (part.object_id, part.center):
        return False
    if first.interval_s != then.interval_s or first.coefficients.shape[1:] != then.coefficients.shape[1:]:
        return False
    if abs(before.useable[1] - part.useable[0]) > JOINT_S:
        return False
    shared = (first.span[1] - then.start_s) / first.interval_s
    if abs(shared) * first.interval_s <= JOINT_S:
        return True
    same = np.array_equal(first.coefficients[-1], then.coefficients[0])
    return abs(shared - 1.0) * first.interval_s <= JOINT_S and same
