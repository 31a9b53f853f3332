"""Coverage by bands of latitude."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.coverage.history import Counts
from qqnet.space.latitude_bands import EDGES_DEG, band_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BandCounts:
    """Figures of B bands, from south to north; not-a-number where a band holds no point.

    Attributes
    ----------
    points : ndarray of int64 [B]
        Points in each.
    area_share : ndarray [B]
        Share of the area that its points stand for [1].
    fraction_at_least : ndarray [K, B]
        Share of area and time with a fold of at least 1..K [1].
    lowest : ndarray [B]
        Fewest satellites in view of any of its points.
    longest_gap : ndarray [G, B]
        Epochs of the longest gap at any of its points.
    """

    points: Counts
    area_share: Floats
    fraction_at_least: Floats
    lowest: Floats
    longest_gap: Floats


def band_counts(
    latitude_deg: Floats, shares: Counts, epochs: int, at_least: Counts, lowest: Counts, longest_gap: Counts
) -> BandCounts:
    """Bring the counts of points together by band.

    Parameters
    ----------
    latitude_deg : ndarray [P]
        Latitude [deg].
    shares : ndarray of int64 [P]
        Area of each point.
    epochs : int
        How many there were.
    at_least, lowest, longest_gap : ndarray of int64 [K, P], [P], [G, P]
        As of :class:`qqnet.coverage.history.PointHistory`.

    Returns
    -------
    BandCounts
    """
    bands, where = len(EDGES_DEG) - 1, band_of(latitude_deg)
    points = np.bincount(where, minlength=bands).astype(np.int64)
    fractions = np.full((len(at_least), bands), np.nan)
    fewest = np.full(bands, np.nan)
    gaps = np.full((len(longest_gap), bands), np.nan)
    area = np.zeros(bands, dtype=np.int64)
    for band in np.flatnonzero(points):
        inside = where == band
        area[band] = shares[inside].sum()
        fewest[band] = lowest[inside].min()
        gaps[:, band] = longest_gap[:, inside].max(axis=1)
        if area[band]:
            fractions[:, band] = (at_least[:, inside] @ shares[inside]) / (float(area[band]) * epochs)
    return BandCounts(points, area / float(shares.sum()), fractions, fewest, gaps)
