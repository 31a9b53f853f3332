"""Covariances of position and velocity as CCSDS messages carry them: kept as written, in the frame they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.ndm import Block, Entry, Values
from qqnet.errors import InputError

Floats = NDArray[np.float64]

_AXES: Final = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")

LOWER: Final = tuple((row, column) for row in range(6) for column in range(row + 1))
"""Row and column of each number of a covariance, in the order of the standard."""

KEYS: Final = tuple(f"C{_AXES[row]}_{_AXES[column]}" for row, column in LOWER)
"""Keywords in that order, such as ``CX_DOT_Y``."""

UNITS: Final = tuple(("km**2", "km**2/s", "km**2/s**2")[(row > 2) + (column > 2)] for row, column in LOWER)
"""Units in that order."""

BLOCK: Final = Block(
    "covarianceMatrix", {"COV_REF_FRAME": None, **dict(zip(KEYS, UNITS, strict=True))}, required=KEYS
)


@dataclass(frozen=True, eq=False)
class Covariance:
    """Covariance of one state.

    Attributes
    ----------
    matrix : ndarray, shape [6, 6]
        Of position [km] and velocity [km/s]: km^2, km^2/s and km^2/s^2.
    frame : str
        As in the message: a reference frame, or one that goes with the orbit (RSW, RTN, TNW).
    t : float or None
        Time [TDB s past J2000], in an OEM; that of the state where None.
    """

    matrix: Floats
    frame: str
    t: float | None = None

    def __eq__(self, other: object) -> bool:
        """Return whether all numbers are the same."""
        return isinstance(other, Covariance) and bool(
            np.array_equal(self.matrix, other.matrix) and self.frame == other.frame and self.t == other.t
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def lower(self) -> list[float]:
        """The 21 numbers on and below the diagonal, row by row."""
        return [float(self.matrix[row, column]) for row, column in LOWER]


def symmetric(lower: list[float]) -> Floats:
    """Return the matrix, shape [6, 6], of 21 numbers row by row; `InputError` where a variance is negative."""
    matrix = np.zeros((6, 6))
    for value, (row, column) in zip(lower, LOWER, strict=True):
        matrix[row, column] = matrix[column, row] = value
    if np.any(np.diag(matrix) < 0.0):
        raise InputError(f"the covariance has a negative variance, {float(np.min(np.diag(matrix)))!r}")
    return matrix


def of_values(values: Values | None, frame: str) -> Covariance | None:
    """Return the covariance of a message.

    Parameters
    ----------
    values : Values or None
        Its block.
    frame : str
        REF_FRAME, which holds where the block names none.

    Returns
    -------
    Covariance or None
        None where there is no block.

    Raises
    ------
    InputError
        If it holds what is no number, or a variance is negative.
    """
    if values is None:
        return None
    try:
        matrix = symmetric([values.number(key) for key in KEYS])
    except InputError as error:
        if str(error).startswith(values.source):
            raise
        raise values.fail("CX_X", str(error)) from None
    return Covariance(matrix, values.text("COV_REF_FRAME", frame))


def to_entries(covariance: Covariance, frame: str) -> dict[str, Entry]:
    """Return the keywords of a covariance; its frame is left out where it is the message's own."""
    entries = {} if covariance.frame == frame else {"COV_REF_FRAME": Entry(covariance.frame)}
    return {**entries, **{key: Entry(repr(v)) for key, v in zip(KEYS, covariance.lower, strict=True)}}
