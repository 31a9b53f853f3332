"""Which satellites stand above the elevation mask of a point on or over a body.

One expression, :func:`above_mask`, decides for every compiled kernel of the floors above, so that the
satellites that coverage counts are exactly those that navigation uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.access.patches import Patches
from qqnet.errors import InputError

Floats = NDArray[np.float64]


@njit(inline="always")
def above_mask(dx, dy, dz, up_x, up_y, up_z, signed_square):  # type: ignore[no-untyped-def]
    """Tell whether a satellite stands at or above the elevation mask.

    With ``d`` from the point to the satellite and ``n = d·up``, the elevation reaches the mask ``m`` when
    ``n >= |d| sin m``. The signed square ``x|x|`` grows with ``x``, so both sides may be squared: no root, no
    branch, right for masks of either sign. A satellite whose position is not a number is never seen.

    Parameters
    ----------
    dx, dy, dz : float
        Point to satellite [km].
    up_x, up_y, up_z : float
        Unit vector to the zenith of the point, in the same axes.
    signed_square : float
        ``sin m |sin m|`` of the mask ``m``, see :func:`signed_square_of_sine`.

    Returns
    -------
    bool
        True at or above the mask.
    """
    height = dx * up_x + dy * up_y + dz * up_z
    return height * abs(height) >= signed_square * (dx * dx + dy * dy + dz * dz)


def signed_square_of_sine(mask_rad: ArrayLike) -> Floats:
    """Elevation mask as :func:`above_mask` takes it.

    Parameters
    ----------
    mask_rad : array_like
        Elevation mask [rad].

    Returns
    -------
    ndarray
        ``sin m |sin m|``, of the same shape.
    """
    sine = np.sin(np.asarray(mask_rad, dtype=np.float64))
    result: Floats = sine * np.abs(sine)
    return result


@dataclass(frozen=True)
class Observers:
    """Points on or over a body that look up, laid out as the kernels read them.

    Attributes
    ----------
    position_km : ndarray [3, P]
        Body-fixed position [km].
    up : ndarray [3, P]
        Unit vector to the zenith, body-fixed.
    mask_rad : ndarray [P]
        Elevation mask [rad].
    signed_square : ndarray [P]
        The mask as :func:`above_mask` takes it.
    """

    position_km: Floats
    up: Floats
    mask_rad: Floats
    signed_square: Floats

    def __len__(self) -> int:
        return int(self.mask_rad.size)

    @cached_property
    def patches(self) -> Patches:
        """Neighbouring points as patches that are decided about at once."""
        return Patches.of(self.position_km, self.up, self.mask_rad, self.signed_square)

    @classmethod
    def on_sphere(cls, points: ArrayLike, radius_km: ArrayLike, mask_rad: ArrayLike = 0.0) -> Observers:
        """Place observers on a sphere, or at altitudes above it.

        Parameters
        ----------
        points : array_like [P, 3]
            Body-fixed unit vectors.
        radius_km : array_like, scalar or [P]
            Distance of the points from the centre of the body [km].
        mask_rad : array_like, scalar or [P]
            Elevation mask [rad]. Above zero, the body itself can never stand between a point and a satellite
            that it sees; below zero, keep to the dip of the horizon, or the body will be looked through.

        Returns
        -------
        Observers

        Raises
        ------
        InputError
            A shape or a value that cannot be.

        Examples
        --------
        >>> len(Observers.on_sphere([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], 1737.4, np.radians(5.0)))
        2
        """
        unit = np.asarray(points, dtype=np.float64)
        if unit.ndim != 2 or unit.shape[1] != 3 or not len(unit):
            raise InputError(f"points: shape {unit.shape}; wanted [P, 3] with at least one point")
        length = np.linalg.norm(unit, axis=1)
        if not np.all(np.abs(length - 1.0) < 1e-6):
            index = int(np.argmin(np.abs(length - 1.0) < 1e-6))
            raise InputError(f"points[{index}]: length {length[index]:g}; wanted unit vectors")
        unit = unit / length[:, None]
        radius = _per_point("radius_km", radius_km, len(unit))
        if not np.all((radius > 0.0) & np.isfinite(radius)):
            raise InputError(f"radius_km: {radius.min():g} km; wanted distances from the centre above zero")
        mask = _per_point("mask_rad", mask_rad, len(unit))
        if not np.all(np.abs(mask) < np.pi / 2):
            raise InputError(
                f"mask_rad: {mask[np.argmax(np.abs(mask))]:g} rad; wanted an elevation between -pi/2 and pi/2 "
                "(degrees must be converted)"
            )
        up = np.ascontiguousarray(unit.T)
        return cls(up * radius, up, mask, signed_square_of_sine(mask))


def _per_point(name: str, value: ArrayLike, count: int) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), (count,)):
        raise InputError(
            f"{name}: shape {array.shape}; wanted one value, or one for each of the {count} points"
        )
    return np.ascontiguousarray(np.broadcast_to(array, (count,)))


def check_satellites(satellites_km: ArrayLike) -> Floats:
    """Satellite positions as the kernels read them.

    Parameters
    ----------
    satellites_km : array_like [T, S, 3]
        Body-fixed positions [km]; not-a-number where a satellite is out of service.

    Returns
    -------
    ndarray [T, S, 3]
        The same, contiguous.

    Raises
    ------
    InputError
        Another shape.
    """
    satellites = np.ascontiguousarray(satellites_km, dtype=np.float64)
    if satellites.ndim != 3 or satellites.shape[2] != 3:
        raise InputError(f"satellites_km: shape {satellites.shape}; wanted [epochs, satellites, 3]")
    return satellites


def integer_shares(weights: ArrayLike, count: int) -> NDArray[np.int64]:
    """Area shares in units of 2^-40 of their sum, so that sums over area and time do not depend on their order.

    Parameters
    ----------
    weights : array_like [P]
        Area of each point, in any unit.
    count : int
        P, the number of points.

    Returns
    -------
    ndarray of int64 [P]
        Shares; their sum is 2^40 to within P/2. Four million epochs can be added up.

    Raises
    ------
    InputError
        Another shape, a negative or infinite weight, or no area at all.

    Examples
    --------
    >>> (integer_shares([1.0, 3.0], 2) / 2**40).tolist()
    [0.25, 0.75]
    """
    area = np.asarray(weights, dtype=np.float64)
    if area.shape != (count,):
        raise InputError(f"weights: shape {area.shape}; wanted one for each of the {count} points")
    if not np.all((area >= 0.0) & np.isfinite(area)) or not area.sum() > 0.0:
        raise InputError("weights: wanted finite areas, none negative, not all zero")
    shares: NDArray[np.int64] = np.rint(area / area.sum() * 2.0**40).astype(np.int64)
    return shares
