"""Tabulated states: what every ephemeris file holds, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qqnet.ephemerides.covariance import Covariance

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Segment:
    """States of one object over one stretch of time, to be interpolated within it.

    Attributes
    ----------
    object_name, object_id : str
        As in the file.
    center : str
        Name in QQNet's ephemeris.
    t : ndarray, shape [N]
        Times [TDB s past J2000], rising.
    position_km, velocity_km_s : ndarray, shape [N, 3]
        Relative to the centre, ICRF axes.
    useable : (float, float)
        Time in which interpolated states may be used [TDB s past J2000].
    interpolation : {"HERMITE", "LAGRANGE", "LINEAR"}
        Method; Hermite where the file names none.
    degree : int
        Degree of the interpolating polynomial; 7 where the file gives none.
    acceleration_km_s2 : ndarray, shape [N, 3], or None
        As in the file, ICRF axes; carried along, not used by the interpolation.
    covariances : tuple of Covariance
        As in the file, each with the frame it names; carried along.
    comments : tuple of str
        Of metadata and data.
    """

    object_name: str
    object_id: str
    center: str
    t: Floats
    position_km: Floats
    velocity_km_s: Floats
    useable: tuple[float, float]
    interpolation: str = "HERMITE"
    degree: int = 7
    acceleration_km_s2: Floats | None = None
    covariances: tuple[Covariance, ...] = ()
    comments: tuple[str, ...] = ()
