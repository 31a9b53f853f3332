"""Bands of latitude between fixed parallels, the polar caps among them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

EDGES_DEG: Final = (-90.0, -80.0, -60.0, -30.0, 0.0, 30.0, 60.0, 80.0, 90.0)
"""Parallels between the bands [deg]; the first and the last band are the polar caps."""


def band_of(latitude_deg: ArrayLike) -> NDArray[np.intp]:
    """Tell which band a latitude is in.

    Parameters
    ----------
    latitude_deg : array_like [P]
        Latitude [deg]. One on a parallel counts to the band toward the nearer pole, one on the equator to the
        north.

    Returns
    -------
    ndarray of int [P]
        From 0, the southern cap.

    Examples
    --------
    >>> band_of([-90.0, -80.0, -79.9, 0.0, 59.9, 60.0, 90.0]).tolist()
    [0, 0, 1, 4, 5, 6, 7]
    """
    latitude = np.round(np.asarray(latitude_deg, dtype=np.float64), 9)
    inner = np.array(EDGES_DEG[1:-1])
    north = np.searchsorted(inner, latitude, side="right")
    south = np.searchsorted(inner, latitude, side="left")
    return np.where(latitude >= 0.0, north, south)
