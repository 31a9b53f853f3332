"""Patches of neighbouring observers, of which most see a satellite all or none.

A satellite at a distance ``r`` stands above the mask ``m`` of an observer at radius ``R`` where the angle between
them at the centre of the body is at most ``acos(R cos m / r) - m``. So where a whole patch lies within that angle
all its points see the satellite, where it lies beyond none does, and only across the edge is each point asked.
The decision is on the safe side of rounding: what it leaves open is tested point by point, so counts are those of
:func:`qqnet.access.visibility.above_mask` exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from qqnet.space.grids import PATCH

Floats = NDArray[np.float64]

SIZE: Final = PATCH
"""Points of a patch; grids are ordered so that these are neighbours."""

NONE: Final = 0
EACH: Final = 1
ALL: Final = 2
"""Whether no point of a patch sees a satellite, each must be asked, or all see it."""

_GUARD_RAD: Final = 1e-7


@dataclass(frozen=True, eq=False)
class Patches:
    """Consecutive observers, `SIZE` at a time, as caps on the sphere of zeniths.

    Attributes
    ----------
    points : ndarray [B, 7, SIZE]
        Position [km], zenith, and mask as :func:`qqnet.access.visibility.above_mask` takes it, of each patch's
        points; the last patch is filled up with its last point.
    centre : ndarray [3, B]
        Unit vectors to the middles.
    cos_radius, sin_radius : ndarray [B]
        Of the angle from the middle to the farthest point, and a little more.
    run : ndarray of int64 [K + 1]
        Where runs of patches begin that share the limits below, and the end.
    limits : ndarray [K, 6]
        Of each run: least radius [km], cosine and sine of the least mask; greatest radius [km], cosine and sine of
        the greatest mask.
    """

    points: Floats
    centre: Floats
    cos_radius: Floats
    sin_radius: Floats
    run: NDArray[np.int64]
    limits: Floats

    @classmethod
    def of(cls, position_km: Floats, up: Floats, mask_rad: Floats, signed_square: Floats) -> Patches:
        """Cut observers into patches in the order given.

        Parameters
        ----------
        position_km, up : ndarray [3, P]
            Body-fixed positions [km] and unit vectors to the zenith.
        mask_rad : ndarray [P]
            Elevation masks [rad].
        signed_square : ndarray [P]
            Masks as :func:`qqnet.access.visibility.above_mask` takes them.

        Returns
        -------
        Patches
            Points whose zenith is not away from the centre are left to be asked one by one.
        """
        firsts = np.arange(0, mask_rad.size, SIZE)
        middle = np.add.reduceat(up, firsts, axis=1)
        length = np.linalg.norm(middle, axis=0)
        centre = middle / np.where(length > 0.0, length, 1.0)
        cosine = np.einsum("ip,ip->p", np.repeat(centre, _sizes(mask_rad.size), axis=1), up)
        radius = np.arccos(np.clip(np.minimum.reduceat(cosine, firsts), -1.0, 1.0)) + _GUARD_RAD
        distance = np.linalg.norm(position_km, axis=0)
        tilted = np.einsum("ip,ip->p", position_km, up) < distance * (1.0 - 1e-14)
        radius[(length == 0.0) | np.logical_or.reduceat(tilted, firsts)] = np.pi
        low, high = np.minimum.reduceat(mask_rad, firsts), np.maximum.reduceat(mask_rad, firsts)
        limits = np.stack(
            [
                np.minimum.reduceat(distance, firsts), np.cos(low), np.sin(low),
                np.maximum.reduceat(distance, firsts), np.cos(high), np.sin(high),
            ],
            axis=1,
        )  # fmt: skip
        # Radii of one sphere differ by rounding, which must not make a run of every patch.
        differs = np.abs(np.diff(limits, axis=0)) > 1e-12 * np.abs(limits[1:])
        begins = np.flatnonzero(np.append(True, differs.any(axis=1)))
        run = np.append(begins, firsts.size).astype(np.int64)
        least = np.minimum.reduceat(limits, begins, axis=0)[:, :3]
        greatest = np.maximum.reduceat(limits, begins, axis=0)[:, 3:]
        # Cosine and sine of one and the same mask, not the least of each.
        least[:, 1:], greatest[:, 1:] = limits[begins, 1:3], limits[begins, 4:]
        rows = np.concatenate([position_km, up, signed_square[None]])
        return cls(
            laid_out(rows),
            np.ascontiguousarray(centre),
            np.cos(radius),
            np.sin(radius),
            run,
            np.hstack([least, greatest]),
        )

    def caps(self) -> tuple[Floats, Floats, Floats, NDArray[np.int64], Floats]:
        """Return what :func:`classify` takes."""
        return self.centre, self.cos_radius, self.sin_radius, self.run, self.limits


def laid_out(rows: Floats) -> Floats:
    """Lay rows over points out patch by patch, for kernels.

    Parameters
    ----------
    rows : ndarray [N, P]
        Any values of P points.

    Returns
    -------
    ndarray [B, N, SIZE]
        The same; the last patch is filled up with its last point.
    """
    patches = -(-rows.shape[1] // SIZE)
    filled = np.pad(rows, ((0, 0), (0, patches * SIZE - rows.shape[1])), mode="edge")
    return np.ascontiguousarray(filled.reshape(len(rows), patches, SIZE).swapaxes(0, 1))


def per_point(table: NDArray[np.generic], points: int) -> NDArray[np.int64]:
    """Put counts that kernels keep patch by patch side by side.

    Parameters
    ----------
    table : ndarray [B, ..., SIZE]
        Counts; of the last patch some may stand for no point.
    points : int
        P.

    Returns
    -------
    ndarray of int64 [..., P]
    """
    flat = np.moveaxis(table, 0, -2)
    return flat.reshape(*flat.shape[:-2], flat.shape[-2] * SIZE)[..., :points].astype(np.int64)


def _sizes(points: int) -> NDArray[np.int64]:
    sizes = np.full(-(-points // SIZE), SIZE, dtype=np.int64)
    sizes[-1] = points - SIZE * (sizes.size - 1)
    return sizes


@njit(inline="always")
def _reach(distance_km, radius_km, cos_mask, sin_mask):  # type: ignore[no-untyped-def]
    # Cosine and sine of acos(R cos m / r) - m.
    share = radius_km * cos_mask / distance_km
    across = np.sqrt(max(1.0 - share * share, 0.0))
    return share * cos_mask + across * sin_mask, across * cos_mask - share * sin_mask


@njit(inline="always")
def classify(x, y, z, patches, kind):  # type: ignore[no-untyped-def]
    """Tell of each patch whether none of its points sees a satellite, each must be asked, or all see it.

    Parameters
    ----------
    x, y, z : float
        Position of the satellite, body-fixed [km]; not-a-number where it is out of service.
    patches : tuple
        As :meth:`Patches.caps` gives them, B patches.
    kind : ndarray of uint8 [B]
        Filled with `NONE`, `EACH` or `ALL`.
    """
    centre, cos_radius, sin_radius, run, limits = patches
    distance = np.sqrt(x * x + y * y + z * z)
    inverse = 1.0 / distance
    x, y, z = x * inverse, y * inverse, z * inverse
    for k in range(run.size - 1):
        first, stop = run[k], run[k + 1]
        # Below an observer, or nowhere, nothing is decided.
        if not distance > limits[k, 3]:
            kind[first:stop] = EACH
            continue
        far_cos, far_sin = _reach(distance, limits[k, 0], limits[k, 1], limits[k, 2])
        near_cos, near_sin = _reach(distance, limits[k, 3], limits[k, 4], limits[k, 5])
        cx, cy, cz = centre[0, first:stop], centre[1, first:stop], centre[2, first:stop]
        cosines, sines, answer = cos_radius[first:stop], sin_radius[first:stop], kind[first:stop]
        for b in range(stop - first):  # from zero: no index can be negative, which would keep it from vectors
            cosine = x * cx[b] + y * cy[b] + z * cz[b]
            c, s = cosines[b], sines[b]
            none = (cosine < far_cos * c - far_sin * s) & (far_sin * c + far_cos * s > 0.0)
            every = (cosine >= near_cos * c + near_sin * s) & (near_cos < c)
            answer[b] = NONE if none else (ALL if every else EACH)


@njit(parallel=True, cache=True, error_model="numpy")
def classify_all(satellites, caps):  # type: ignore[no-untyped-def]
    """Classify all patches for all satellites at all epochs, as :func:`classify` does for one of them.

    Parameters
    ----------
    satellites : ndarray [T, S, 3]
        Body-fixed positions [km].
    caps : tuple
        As :meth:`Patches.caps` gives them, B patches.

    Returns
    -------
    ndarray of uint8 [T, S, B]
    """
    n_epochs, n_satellites, _ = satellites.shape
    kind = np.empty((n_epochs, n_satellites, caps[1].size), np.uint8)
    for t in prange(n_epochs):
        for s in range(n_satellites):
            classify(satellites[t, s, 0], satellites[t, s, 1], satellites[t, s, 2], caps, kind[t, s])
    return kind
