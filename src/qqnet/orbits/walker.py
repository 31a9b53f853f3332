"""Walker patterns: equal orbits spread evenly over planes and within each plane."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]


def walker(
    satellites: int, planes: int, phasing: int, pattern: Literal["delta", "star"] = "delta"
) -> tuple[Floats, Floats]:
    """Return node and mean anomaly of each satellite relative to the first one.

    Parameters
    ----------
    satellites : int
        t, total number of satellites.
    planes : int
        p, number of orbital planes; divides t.
    phasing : int
        f, from 0 to p - 1: neighbouring planes are shifted by f * 360 deg / t.
    pattern : {"delta", "star"}
        Planes spread over 360 deg of node, or over 180 deg.

    Returns
    -------
    raan_rad, mean_anomaly_rad : ndarray, shape [satellites]
        Offsets [rad], plane by plane.

    Raises
    ------
    InputError
        If the numbers do not make a pattern.

    References
    ----------
    Walker 1984, Satellite constellations, J. Br. Interplanet. Soc. 37:559.

    Examples
    --------
    >>> raan, anomaly = walker(6, 3, 1)
    >>> np.degrees(raan).round(6).tolist()
    [0.0, 0.0, 120.0, 120.0, 240.0, 240.0]
    >>> np.degrees(anomaly).round(6).tolist()
    [0.0, 180.0, 60.0, 240.0, 120.0, 300.0]
    """
    if satellites < 1 or planes < 1 or satellites % planes:
        raise InputError(
            f"Walker pattern of {satellites} satellites in {planes} planes; "
            "both must be positive and the number of planes divide that of satellites"
        )
    if not 0 <= phasing < planes:
        raise InputError(f"Walker phasing {phasing}; it must be from 0 to {planes - 1} for {planes} planes")
    if pattern not in ("delta", "star"):
        raise InputError(f"Walker pattern {pattern!r}; known: delta, star")
    spread = 2.0 * np.pi if pattern == "delta" else np.pi
    plane, seat = np.divmod(np.arange(satellites), satellites // planes)
    raan = spread * plane / planes
    anomaly = 2.0 * np.pi * (seat * planes / satellites + plane * phasing / satellites)
    return np.asarray(raan, dtype=np.float64), np.asarray(anomaly % (2.0 * np.pi), dtype=np.float64)
