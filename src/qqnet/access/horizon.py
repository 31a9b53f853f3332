"""The horizon of a site: the least elevation that terrain leaves free, by azimuth.

A profile is a polygon: elevation is linear in azimuth between its points and closes round the full turn. Azimuth
counts from north over east, in the plane at right angles to the zenith.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TURN: Final = 2.0 * np.pi

LEAST_POINTS: Final = 2
"""A single point would be a constant mask."""


@njit(cache=True, error_model="numpy")
def horizon_at(rows, first, stop, azimuth):  # type: ignore[no-untyped-def]
    """Return the elevation [rad] of a horizon at an azimuth in (-2 pi, 2 pi) [rad].

    rows[first:stop] are its points (azimuth, elevation) in ascending order; they reach from 0 or below to a full
    turn or beyond, see :attr:`HorizonProfile.rows`.
    """
    if azimuth < 0.0:
        azimuth += TURN
    low = first
    high = stop - 1
    while high - low > 1:
        middle = (low + high) // 2
        if rows[middle, 0] <= azimuth:
            low = middle
        else:
            high = middle
    share = (azimuth - rows[low, 0]) / (rows[high, 0] - rows[low, 0])
    return rows[low, 1] + share * (rows[high, 1] - rows[low, 1])


@njit(cache=True, error_model="numpy")
def azimuth_of(x, y, z, north, up):  # type: ignore[no-untyped-def]
    """Return the azimuth [rad] in (-pi, pi] of a direction of any length, from north over east.

    north is a unit vector, up at right angles to it and of any length; east is north x up.
    """
    ex = north[1] * up[2] - north[2] * up[1]
    ey = north[2] * up[0] - north[0] * up[2]
    ez = north[0] * up[1] - north[1] * up[0]
    length = np.sqrt(up[0] * up[0] + up[1] * up[1] + up[2] * up[2])
    return np.arctan2((x * ex + y * ey + z * ez) / length, x * north[0] + y * north[1] + z * north[2])


@njit(cache=True, error_model="numpy")
def hide_behind(rows, position, east, north, up, satellites, out):  # type: ignore[no-untyped-def]
    """Write satellites[T, S, 3] to out, not-a-number where one stands below the horizon of a site.

    rows are those of one profile; position [km] and the unit vectors east, north, up are in the axes of the
    satellites.
    """
    for t in range(satellites.shape[0]):
        for s in range(satellites.shape[1]):
            e = n = u = 0.0
            for j in range(3):
                d = satellites[t, s, j] - position[j]
                e += d * east[j]
                n += d * north[j]
                u += d * up[j]
            lowest = horizon_at(rows, 0, len(rows), np.arctan2(e, n))
            seen = np.arctan2(u, np.hypot(e, n)) >= lowest
            for j in range(3):
                out[t, s, j] = satellites[t, s, j] if seen else np.nan


@dataclass(frozen=True, eq=False)
class HorizonProfile:
    """Elevation of the horizon about a site.

    Attributes
    ----------
    azimuth_rad : ndarray [N]
        Azimuths from north over east, ascending, from 0 to below 2 pi [rad].
    elevation_rad : ndarray [N]
        Elevation of the horizon there [rad].
    """

    azimuth_rad: Floats
    elevation_rad: Floats

    @classmethod
    def build(cls, azimuth_rad: ArrayLike, elevation_rad: ArrayLike) -> HorizonProfile:
        """Make a profile from its points.

        Parameters
        ----------
        azimuth_rad, elevation_rad : array_like [N]
            As the attributes.

        Returns
        -------
        HorizonProfile

        Raises
        ------
        InputError
            Fewer than two points, azimuths that do not ascend from 0 to below a full turn, or an elevation at
            or beyond the zenith or the nadir.

        Examples
        --------
        >>> ridge = HorizonProfile.build(np.radians([90.0, 180.0, 270.0]), np.radians([0.0, 10.0, 0.0]))
        >>> np.degrees(ridge.at(np.radians([0.0, 135.0, 180.0, -90.0]))).round(9).tolist()
        [0.0, 5.0, 10.0, 0.0]
        """
        azimuth = np.array(azimuth_rad, dtype=np.float64)
        elevation = np.array(elevation_rad, dtype=np.float64)
        if azimuth.ndim != 1 or azimuth.shape != elevation.shape or azimuth.size < LEAST_POINTS:
            raise InputError(
                f"horizon: azimuths of shape {azimuth.shape}, elevations of shape {elevation.shape}; wanted [N] "
                f"for both, with at least {LEAST_POINTS} points"
            )
        if not np.all((azimuth >= 0.0) & (azimuth < TURN)):
            raise InputError("horizon: an azimuth is outside 0 to below 2 pi rad")
        if not np.all(np.diff(azimuth) > 0.0):
            n = int(np.argmin(np.diff(azimuth))) + 1
            raise InputError(
                f"horizon: azimuth {azimuth[n]:g} rad follows {azimuth[n - 1]:g} rad; wanted ascending azimuths"
            )
        if not np.all(np.abs(elevation) < np.pi / 2):
            raise InputError("horizon: an elevation is not between -pi/2 and pi/2 rad")
        return cls(azimuth, elevation)

    @property
    def rows(self) -> Floats:
        """Points (azimuth, elevation) with the last one before and the first one after a turn: [N + 2, 2]."""
        rows = np.empty((self.azimuth_rad.size + 2, 2))
        rows[1:-1, 0], rows[1:-1, 1] = self.azimuth_rad, self.elevation_rad
        rows[0] = self.azimuth_rad[-1] - TURN, self.elevation_rad[-1]
        rows[-1] = self.azimuth_rad[0] + TURN, self.elevation_rad[0]
        return rows

    def at(self, azimuth_rad: ArrayLike) -> Floats:
        """Return the elevation of the horizon at azimuths of any number of turns [rad].

        Parameters
        ----------
        azimuth_rad : array_like [...]
            Azimuths [rad].

        Returns
        -------
        ndarray [...]
            Elevations [rad].
        """
        rows = self.rows
        return np.asarray(np.interp(np.mod(azimuth_rad, TURN), rows[:, 0], rows[:, 1]))


@dataclass(frozen=True, eq=False)
class Horizons:
    """Profiles side by side, as the kernels read them.

    Attributes
    ----------
    first : ndarray of int64 [H + 1]
        Row at which each profile begins; the last one ends at ``first[H]``.
    rows : ndarray [R, 2]
        Azimuth and elevation [rad], see :attr:`HorizonProfile.rows`.
    """

    first: Integers
    rows: Floats

    def __len__(self) -> int:
        return int(self.first.size) - 1

    @classmethod
    def of(cls, profiles: list[HorizonProfile]) -> Horizons:
        """Lay profiles side by side; none is fine."""
        rows = [profile.rows for profile in profiles]
        first = np.concatenate([[0], np.cumsum([len(one) for one in rows])]).astype(np.int64)
        return cls(first, np.concatenate(rows) if rows else np.empty((0, 2)))
