"""The rotation of bodies on Chebyshev tables, for places on them and for their gravity fields."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES, Body
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable, fit
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]


def rotation_table(
    home: Body,
    span: tuple[float, float],
    ephemeris: Ephemeris,
    *,
    tolerance_km: float = TOLERANCE_KM,
    reach_km: float | None = None,
) -> ChebyshevTable:
    """Fit the rotation of a body.

    Parameters
    ----------
    home : Body
        The body.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Source of the Moon's orientation.
    tolerance_km : float
        Greatest error of a place's component [km].
    reach_km : float, optional
        Distance from the centre at which that holds [km]; the equatorial radius and 1 per cent where not given.

    Returns
    -------
    ChebyshevTable
        Nine components: the matrix from ICRF to the body's fixed frame, row by row, over time since the start
        of the span.

    Raises
    ------
    InputError
        If the body has no fixed frame.
    """
    if home.fixed_frame is None:
        known = ", ".join(name for name, entry in BODIES.items() if entry.fixed_frame)
        raise InputError(f"{home.name} has no frame that turns with its surface; places can be on: {known}")
    frame, start = home.fixed_frame, span[0]
    # Three components of the matrix meet in one of a place: their errors add to at most sqrt(3).
    tolerance = tolerance_km / (np.sqrt(3.0) * (reach_km or 1.01 * home.equatorial_radius_km))

    def matrices(dt: Floats) -> Floats:
        return rotation(frame, start + dt, ephemeris).reshape(-1, 9)

    return fit(
        matrices, 0.0, span[1] - start, tolerance, interval_s=5 * 86_400.0, name=f"rotation of {home.name}"
    )
