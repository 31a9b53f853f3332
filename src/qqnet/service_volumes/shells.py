"""Points of a zone of latitudes on altitude shells, and the elevation down to which each shell sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.visibility import Observers
from qqnet.errors import InputError

Floats = NDArray[np.float64]

_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


def zone_points(south_rad: float, north_rad: float, n: int) -> Floats:
    """Spread points evenly over a zone of latitudes: a Fibonacci lattice between two parallels.

    Parameters
    ----------
    south_rad, north_rad : float
        Planetocentric latitudes of the edges [rad].
    n : int
        Number of points.

    Returns
    -------
    ndarray [n, 3]
        Body-fixed unit vectors from south to north, each for the same area. The first and the last lie half a
        point's share of the area inside of the edges.

    Raises
    ------
    InputError
        A zone or a number that holds no point.

    References
    ----------
    Gonzalez 2010, Math. Geosci. 42:49; on a zone the sine of latitude is spread between its edges.

    Examples
    --------
    >>> z = zone_points(np.radians(-90.0), np.radians(-80.0), 100)[:, 2]
    >>> len(z), bool((z < np.sin(np.radians(-80.0))).all())
    (100, True)
    """
    if not -np.pi / 2 <= south_rad < north_rad <= np.pi / 2:
        raise InputError(
            f"zone: from {np.degrees(south_rad):g} to {np.degrees(north_rad):g} deg holds no point; wanted south "
            "below north, both within -90 and 90 deg"
        )
    if n < 1:
        raise InputError(f"zone: {n} points; wanted at least 1")
    index = np.arange(n)
    low, high = np.sin(south_rad), np.sin(north_rad)
    z = low + (high - low) * (index + 0.5) / n
    across = np.sqrt(1.0 - z * z)
    longitude = index * _GOLDEN_ANGLE
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), z], axis=-1)


def horizon_dip_rad(radius_km: float, altitude_km: ArrayLike) -> Floats:
    """Return how far the horizon of a sphere lies below the local horizontal.

    Parameters
    ----------
    radius_km : float
        Radius of the body [km].
    altitude_km : array_like
        Altitude of the observer [km].

    Returns
    -------
    ndarray
        ``arccos(R / (R + h))`` [rad]; zero on and below the surface.

    Examples
    --------
    >>> round(float(np.degrees(horizon_dip_rad(1737.4, 200.0))), 2)
    26.26
    """
    height = np.maximum(np.asarray(altitude_km, dtype=np.float64), 0.0)
    return np.asarray(np.arccos(radius_km / (radius_km + height)))


@dataclass(frozen=True)
class ShellPoints:
    """The same points on each of several shells.

    Attributes
    ----------
    body : str
        Name of the body.
    unit : ndarray [P, 3]
        Body-fixed unit vectors.
    altitude_km : ndarray [H]
        Altitudes of the shells [km].
    mask_rad : ndarray [H]
        Lowest elevation that each shell uses [rad].
    observers : Observers
        All H*P points, shell by shell.
    """

    body: str
    unit: Floats
    altitude_km: Floats
    mask_rad: Floats
    observers: Observers

    @classmethod
    def build(
        cls, body: str, radius_km: float, unit: ArrayLike, altitudes_km: ArrayLike, mask_rad: float
    ) -> ShellPoints:
        """Place points on shells over a sphere.

        Parameters
        ----------
        body : str
            Name of the body.
        radius_km : float
            Its radius [km].
        unit : array_like [P, 3]
            Body-fixed unit vectors.
        altitudes_km : array_like [H]
            Altitudes above the radius [km].
        mask_rad : float
            Lowest usable elevation above the local horizontal. Below zero it holds down to the dip of each
            shell's horizon and no further, so that nothing is seen through the body [rad].

        Returns
        -------
        ShellPoints

        Raises
        ------
        InputError
            A shape or a value that cannot be.

        Examples
        --------
        >>> shells = ShellPoints.build("Moon", 1737.4, [[0.0, 0.0, -1.0]], [0.0, 200.0], np.radians(-30.0))
        >>> np.degrees(shells.mask_rad).round(2).tolist()
        [0.0, -26.26]
        """
        points = np.asarray(unit, dtype=np.float64)
        altitude = np.atleast_1d(np.asarray(altitudes_km, dtype=np.float64))
        if altitude.ndim != 1 or not altitude.size or not np.all(np.diff(altitude) > 0.0):
            raise InputError(f"altitudes_km: {altitude.tolist()}; wanted at least one, rising")
        mask = np.maximum(mask_rad, -horizon_dip_rad(radius_km, altitude)) + 0.0  # no minus zero
        n = len(points)
        observers = Observers.on_sphere(
            np.tile(points, (altitude.size, 1)), np.repeat(radius_km + altitude, n), np.repeat(mask, n)
        )
        return cls(body, points, altitude, mask, observers)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of shells, and of points on each."""
        return self.altitude_km.size, len(self.unit)

    @property
    def shell_share(self) -> Floats:
        """Share of each shell in the area of all; shape [H]."""
        radius = np.linalg.norm(self.observers.position_km, axis=0).reshape(self.shape)[:, 0]
        share: Floats = radius**2 / np.sum(radius**2)
        return share
