"""Gravity fields of Moon, Earth, Mars and Venus: fully normalised spherical harmonics, cut to what a motion needs.

The Moon's field is GRGM1200A to degree 120, the Earth's GGM03S to 70, that of Mars GGM-2B to 80, all cut by
`tools/cut_gravity.py`. The field of Venus is of low degree and stands in a text file with its source.
Coefficients belong to the field's own reference radius; motions are computed with the GM of DE440, from which
those of the files differ by 8e-10 (Moon), 1.5e-8 (Earth, given in SI seconds and not in TDB) and 9e-8 (Mars,
an older solution) of themselves.
"""

from __future__ import annotations

import importlib.resources
import json
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import nearest

Floats = NDArray[np.float64]

PACKAGED_FILE: Final = "gravity.npz"
VENUS_FILE: Final = "venus_gravity.csv"


@dataclass(frozen=True, eq=False)
class GravityField:
    """A body's gravity in spherical harmonics.

    Attributes
    ----------
    name : str
        Name of the model.
    body : str
        Whose field it is.
    frame : str
        Frame that turns with the body, in which the coefficients hold.
    gm_km3_s2 : float
        Gravitational parameter in the model's file [km^3/s^2].
    radius_km : float
        Reference radius [km].
    cosine, sine : ndarray, shape [degree + 1, degree + 1]
        Fully normalised (4 pi) coefficients by degree and order; cosine[0, 0] is 1.
    source : str
        Where they come from.
    verified : bool
        Whether the numbers were read from the model's own file.
    """

    name: str
    body: str
    frame: str
    gm_km3_s2: float
    radius_km: float
    cosine: Floats
    sine: Floats
    source: str
    verified: bool = True

    @property
    def degree(self) -> int:
        """Highest degree."""
        return len(self.cosine) - 1

    def cut(self, degree: int, order: int | None = None) -> GravityField:
        """Return the field with fewer coefficients.

        Parameters
        ----------
        degree : int
            Highest degree that is kept.
        order : int, optional
            Highest order; the degree where not given.

        Returns
        -------
        GravityField
            The same model.

        Raises
        ------
        InputError
            If the degree is not there, or the order is higher than the degree.
        """
        highest = degree if order is None else order
        if not 0 <= degree <= self.degree:
            raise InputError(
                f"gravity of {self.body}: degree {degree}; {self.name} is packaged from 0 to {self.degree}"
            )
        if not 0 <= highest <= degree:
            raise InputError(f"gravity of {self.body}: order {highest}; right is 0 to the degree, {degree}")
        cosine, sine = (part[: degree + 1, : degree + 1].copy() for part in (self.cosine, self.sine))
        cosine[:, highest + 1 :], sine[:, highest + 1 :] = 0.0, 0.0
        return GravityField(
            self.name, self.body, self.frame, self.gm_km3_s2, self.radius_km, cosine, sine,
            self.source, self.verified,
        )  # fmt: skip


def gravity_field(body: str, degree: int, order: int | None = None) -> GravityField:
    """Return a packaged gravity field.

    Parameters
    ----------
    body : str
        A key of `LARGEST_DEGREE`.
    degree : int
        Highest degree.
    order : int, optional
        Highest order; the degree where not given.

    Returns
    -------
    GravityField
        Coefficients up to that degree.

    Raises
    ------
    InputError
        If there is no field of that body, or none of that degree.

    Examples
    --------
    >>> moon = gravity_field("Moon", 2)
    >>> round(-float(moon.cosine[2, 0]) * 5**0.5, 7)  # J2
    0.0002032
    """
    fields = _fields()
    if body not in fields:
        raise InputError(
            f"no gravity field of {body!r}{nearest(body, tuple(fields))}; known: {', '.join(fields)}"
        )
    return fields[body].cut(degree, order)


@cache
def _fields() -> dict[str, GravityField]:
    fields = {}
    folder = importlib.resources.files("qqnet.data")
    with folder.joinpath(PACKAGED_FILE).open("rb") as file, np.load(file, allow_pickle=False) as archive:
        for body, entry in json.loads(str(archive["meta"])).items():
            cosine, sine = (_square(values, entry["degree"]) for values in archive[body])
            fields[body] = GravityField(
                entry["name"], body, entry["frame"], entry["gm_km3_s2"], entry["radius_km"], cosine, sine,
                entry["source"],
            )  # fmt: skip
    fields["Venus"] = _venus()
    return fields


def _venus() -> GravityField:
    text = importlib.resources.files("qqnet.data").joinpath(VENUS_FILE).read_text(encoding="utf-8")
    rows = np.loadtxt(text.splitlines(), delimiter=",", comments=("#", "degree"))
    degree, order = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    cosine, sine = np.zeros((2, degree.max() + 1, degree.max() + 1))
    cosine[0, 0] = 1.0
    cosine[degree, order], sine[degree, order] = rows[:, 2], rows[:, 3]
    return GravityField(
        "MGNP180U", "Venus", "IAU_VENUS", 324858.592079, 6051.0, cosine, sine,
        "Konopliv, Banerdt and Sjogren 1999, Icarus 139:3; two copies of the file SHGJ180U.A01, which agree",
    )  # fmt: skip


def _square(values: Floats, degree: int) -> Floats:
    square = np.zeros((degree + 1, degree + 1))
    square[np.tril_indices(degree + 1)] = values
    return square


LARGEST_DEGREE: Final = {"Moon": 120, "Earth": 70, "Mars": 80, "Venus": 12}
"""Bodies whose gravity field is packaged, and its highest degree."""
