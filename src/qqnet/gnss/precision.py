"""What pseudoranges give: dilution of precision, and errors of position and time. Pure array functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]

WORST_CONDITION: Final = 1e13
"""Above this condition of the normal matrix its inverse has no digit left, and the answer is infinite."""


@dataclass(frozen=True, eq=False)
class Precision:
    """Figures of T snapshots; infinite where there is no solution.

    Attributes
    ----------
    pdop, tdop, gdop : ndarray, shape [T]
        Dilution of precision of position, of the first clock, and of both.
    position, radial, lateral, time : ndarray, shape [T]
        1-sigma errors in the unit of the ranges' sigma: three-dimensional, along the line to the Earth, across
        it (both directions together), and of the receiver's clock as a length.
    """

    pdop: Floats
    tdop: Floats
    gdop: Floats
    position: Floats
    radial: Floats
    lateral: Floats
    time: Floats


def snapshot_precision(
    direction: ArrayLike,
    usable: ArrayLike,
    sigma: ArrayLike,
    toward_earth: ArrayLike,
    offsets: ArrayLike | None = None,
) -> Precision:
    """Precision of least squares from the pseudoranges of one epoch, for many epochs.

    Parameters
    ----------
    direction : array_like, shape [T, S, 3]
        Unit vectors from satellite to receiver.
    usable : array_like, shape [T, S]
        Which ranges there are.
    sigma : array_like, shape [T, S]
        Their standard deviation, any unit.
    toward_earth : array_like, shape [T, 3]
        Direction from the receiver to the Earth, for the radial error; need not be of unit length.
    offsets : array_like, shape [S], optional
        Number of each satellite's time scale. Where given, the offset of each scale that is seen from the
        first one is solved for too, and costs a range.

    Returns
    -------
    Precision
        Infinite where ranges are too few or the geometry is singular.

    Raises
    ------
    InputError
        A usable range has a sigma that is not above zero.

    Examples
    --------
    Three axes and the diagonal between them:

    >>> axes = np.vstack([np.eye(3), -np.ones((1, 3)) / np.sqrt(3.0)])[None]
    >>> made = snapshot_precision(axes, np.ones((1, 4), bool), np.ones((1, 4)), [[1.0, 0.0, 0.0]])
    >>> print(f"{made.pdop[0]:.4f} {made.tdop[0]:.4f}")
    1.5925 0.5176
    """
    lines = np.asarray(direction, dtype=np.float64)
    there = np.asarray(usable, dtype=bool)
    spread = np.asarray(sigma, dtype=np.float64)
    if not (spread[there] > 0.0).all():
        raise InputError("the standard deviation of a range is not above zero; it must be")
    columns = [lines, np.ones((*there.shape, 1))]
    scales = np.zeros(there.shape[1], dtype=np.int64) if offsets is None else np.asarray(offsets)
    seen = np.stack([(there & (scales == one)).any(axis=1) for one in np.unique(scales)], axis=1)
    first = seen.argmax(axis=1)
    kept = [np.ones((there.shape[0], 4), dtype=bool)]
    for k, one in enumerate(np.unique(scales)) if offsets is not None else ():
        # The first scale that is seen is the receiver's; the others have an unknown offset from it.
        own = (seen[:, k] & (first != k))[:, None]
        columns.append(((scales == one)[None, :] & own)[..., None].astype(np.float64))
        kept.append(own)
    design, active = np.concatenate(columns, axis=2), np.concatenate(kept, axis=1)
    enough = there.sum(axis=1) >= active.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(there, 1.0 / spread**2, 0.0)
    plain = _inverse(design, there.astype(np.float64), active, enough)
    weighted = _inverse(design, weight, active, enough)
    earth = np.asarray(toward_earth, dtype=np.float64)
    earth = earth / np.linalg.norm(earth, axis=-1, keepdims=True)
    position2 = np.trace(weighted[:, :3, :3], axis1=1, axis2=2)
    radial2 = np.einsum(
        "ti,tij,tj->t", earth, np.where(enough[:, None, None], weighted[:, :3, :3], 0.0), earth
    )
    radial2 = np.where(np.isfinite(position2), radial2, np.inf)
    lateral2 = np.where(
        np.isfinite(position2), position2 - np.where(np.isfinite(radial2), radial2, 0.0), np.inf
    )
    pdop2 = np.trace(plain[:, :3, :3], axis1=1, axis2=2)
    squares = (pdop2, plain[:, 3, 3], pdop2 + plain[:, 3, 3], position2, radial2, lateral2, weighted[:, 3, 3])
    return Precision(*(np.sqrt(np.maximum(one, 0.0)) for one in squares))


def _inverse(design: Floats, weight: Floats, active: NDArray[np.bool_], enough: NDArray[np.bool_]) -> Floats:
    """Invert the normal matrices, shape [T, N, N]; infinite diagonals where there is no solution."""
    n = design.shape[2]
    normal = np.einsum("tsi,ts,tsj->tij", design, weight, design, optimize=True)
    scale = np.sqrt(np.maximum(np.einsum("tii->ti", normal), 1e-300))
    scale = np.where(active, scale, 1.0)
    eye = np.eye(n)
    # Unknowns that an epoch does not have stand as ones on the diagonal.
    scaled = np.where(
        (active[:, :, None] & active[:, None, :]), normal / (scale[:, :, None] * scale[:, None, :]), eye
    )
    made = np.full_like(normal, np.inf)
    good = enough & np.isfinite(scaled).all(axis=(1, 2))
    index = np.flatnonzero(good)
    if index.size:
        values = np.linalg.eigvalsh(scaled[index])
        index = index[values[:, 0] > values[:, -1] / WORST_CONDITION]
    if index.size:
        made[index] = np.linalg.inv(scaled[index]) / (scale[index, :, None] * scale[index, None, :])
    return np.asarray(made)
