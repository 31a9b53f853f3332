"""The share of a beam that a disc fills: tabulated once for a pattern, looked up for any number of moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.domain import FloatArray
from qqnet.links.radiators import Radiator

SMALLEST_RAD: Final = 3e-5
LARGEST_RAD: Final = math.pi / 2
"""Radii of discs that tables hold [rad]: from one much smaller than any beam, which counts by its solid angle
alone, to a body whose surface one stands on."""

FINE_RINGS: Final = 3000
_RADII: Final = 56
_EDGES: Final = 160
_RINGS: Final = 600
_CHORDS: Final = 16


def full_sphere_share(shape: Radiator, frequency_hz: float) -> float:
    """Share of all power that the mean pattern holds: its integral over 4 pi [1]."""
    _, power = _rings(shape, frequency_hz, FINE_RINGS)
    return float(power.sum())


def _rings(shape: Radiator, frequency_hz: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Middle angles of rings about the axis [rad] and the power in each [1], fine where the main lobe is."""
    fine = shape.beamwidth_rad(frequency_hz) * 1e-3
    edges = np.concatenate([[0.0], np.geomspace(min(fine, 1e-3), math.pi, count)])
    middle = 0.5 * (edges[1:] + edges[:-1])
    area = 0.5 * -np.diff(np.cos(edges))
    area[0] = math.sin(0.5 * edges[1]) ** 2
    return middle, 10.0 ** (shape.mean_dbi(frequency_hz, middle) / 10.0) * area


def disc_share(
    shape: Radiator,
    frequency_hz: float,
    angle_rad: ArrayLike,
    radius_rad: ArrayLike,
    rings: int = FINE_RINGS,
) -> FloatArray:
    """Share of all power that a pattern holds within a disc: (1 / 4 pi) times the integral of the gain over it.

    Parameters
    ----------
    shape : Radiator
        The antenna; its mean pattern is used.
    frequency_hz : float
        Frequency [Hz].
    angle_rad : array_like
        Between the axis and the centre of the disc [rad], 0 to pi.
    radius_rad : array_like
        Of the disc [rad], above 0 and at most pi/2.
    rings : int
        Number of rings about the axis that the pattern is summed over.

    Returns
    -------
    ndarray
        Share [1]. Discs about the axis are summed over rings of the pattern, of which each lies in the disc with
        the arc that spherical trigonometry gives; a disc off the axis by more than two radii over its chords.
    """
    angle, radius = (np.asarray(one, dtype=np.float64) for one in (angle_rad, radius_rad))
    angle, radius = np.broadcast_arrays(angle, radius)
    out = np.empty(angle.shape)
    away = radius < 0.5 * angle
    middle, power = _rings(shape, frequency_hz, rings)
    out[~away] = _arc(middle, angle[~away, None], radius[~away, None]) @ power
    # Chords across the disc: Gauss-Chebyshev of the second kind has their lengths as its weight.
    step = np.arange(1, _CHORDS + 1) * math.pi / (_CHORDS + 1)
    far = np.minimum(angle[away, None] + radius[away, None] * np.cos(step), math.pi)
    gain = 10.0 ** (shape.mean_dbi(frequency_hz, far) / 10.0)
    weight = 2.0 / (_CHORDS + 1) * np.sin(step) ** 2
    out[away] = (gain @ weight) * np.sin(0.5 * radius[away]) ** 2
    return out


def _arc(ring: FloatArray, angle: FloatArray, radius: FloatArray) -> FloatArray:
    """Share of a ring about the axis that lies in a disc [1]."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = (np.cos(radius) - np.cos(ring) * np.cos(angle)) / (np.sin(ring) * np.sin(angle))
    centred = np.where(ring <= radius, 1.0, 0.0)
    return np.where(np.isfinite(cosine), np.arccos(np.clip(cosine, -1.0, 1.0)) / math.pi, centred)


@dataclass(frozen=True, eq=False)
class ShareTable:
    """Share of a pattern within a disc, by the disc's radius and the distance of the axis from its edge.

    Attributes
    ----------
    scale_rad : float
        Distance from the edge over which the share changes [rad]: the beamwidth.
    log_share : ndarray, shape [radii, edges]
        Logarithm of the share over that of the disc's own solid angle.
    """

    scale_rad: float
    log_share: FloatArray

    def __call__(self, angle_rad: ArrayLike, radius_rad: ArrayLike) -> FloatArray:
        """Share [1] of discs, given as for `disc_share`."""
        radius = np.minimum(radius_rad, LARGEST_RAD)
        row = np.log(np.maximum(radius, SMALLEST_RAD) / SMALLEST_RAD) * (
            (_RADII - 1) / math.log(LARGEST_RAD / SMALLEST_RAD)
        )
        reach = math.asinh(math.pi / self.scale_rad)
        column = np.arcsinh((angle_rad - radius) / self.scale_rad)
        column = np.clip((column + reach) * ((_EDGES - 1) / (2.0 * reach)), 0.0, _EDGES - 1.0)
        i = np.minimum(row.astype(np.intp), _RADII - 2)
        j = np.minimum(column.astype(np.intp), _EDGES - 2)
        u, v, table = row - i, column - j, self.log_share.ravel()
        at = i * _EDGES + j
        low = table[at] * (1.0 - v) + table[at + 1] * v
        high = table[at + _EDGES] * (1.0 - v) + table[at + _EDGES + 1] * v
        share = np.exp(low * (1.0 - u) + high * u) * np.sin(0.5 * radius) ** 2
        return np.asarray(np.minimum(share, 1.0), dtype=np.float64)


@cache
def share_table(shape: Radiator, frequency_hz: float) -> ShareTable:
    """Table of a pattern at a frequency [Hz], made once."""
    scale = shape.beamwidth_rad(frequency_hz)
    reach = math.asinh(math.pi / scale)
    radius = np.geomspace(SMALLEST_RAD, LARGEST_RAD, _RADII)[:, None]
    edge = scale * np.sinh(np.linspace(-reach, reach, _EDGES))[None, :]
    angle = np.abs(edge + radius)
    angle = np.where(angle > math.pi, 2.0 * math.pi - angle, angle)
    share = disc_share(shape, frequency_hz, angle, radius, _RINGS)
    return ShareTable(scale, np.log(np.maximum(share, 1e-30) / np.sin(0.5 * radius) ** 2))
