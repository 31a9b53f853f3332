"""Dilution of precision by bands of latitude."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.space.latitude_bands import EDGES_DEG, band_of

if TYPE_CHECKING:
    import xarray as xr


def dop_by_latitude(data: xr.Dataset) -> list[dict[str, Any]]:
    """Figures of each band of latitude, from south to north.

    Parameters
    ----------
    data : xarray.Dataset
        Of :class:`qqnet.navigation.result.NavigationResult`.

    Returns
    -------
    list of dict
        ``south_deg``, ``north_deg``, ``points``; by kind of dilution ``max``, ``mean`` (over area, of each point's
        mean of solutions) and ``fraction_at_most`` each limit, of area and time. None where a band holds no point,
        and for what is infinite.
    """
    where = band_of(data["latitude_deg"].to_numpy())
    area = data["area_share"].to_numpy()
    limits = [f"{float(limit):g}" for limit in data["limit"].to_numpy()]
    found = []
    for band, (south, north) in enumerate(pairwise(EDGES_DEG)):
        inside = np.flatnonzero(where == band)
        row: dict[str, Any] = {"south_deg": south, "north_deg": north, "points": int(inside.size)}
        for kind in map(str, data["dop"].to_numpy()):
            here = data.sel(dop=kind).isel(point=inside)
            shares = here["fraction_at_most"].transpose("limit", "point").to_numpy()
            weights = area[inside]
            row[kind] = {
                "max": _finite(here["max"].to_numpy().max(initial=-np.inf)),
                "mean": _weighted(here["mean"].to_numpy(), weights),
                "fraction_at_most": {
                    limit: _share(share, weights) for limit, share in zip(limits, shares, strict=True)
                },
            }
        found.append(row)
    return found


def _weighted(values: np.ndarray, weights: np.ndarray) -> float | None:
    if not values.size or not weights.sum() > 0.0:
        return None
    return _finite(float(values @ weights / weights.sum()))


def _share(values: np.ndarray, weights: np.ndarray) -> float | None:
    # What is lacking is averaged, so that always everywhere is exactly one.
    lacking = _weighted(1.0 - values, weights)
    return None if lacking is None else 1.0 - lacking


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
