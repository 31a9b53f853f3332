"""Consider parameters: what the filter takes for granted though it is not known well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM
from qqnet.space.gravity import gravity_field

Floats = NDArray[np.float64]

DEGREE_TWO = ("C20", "C21", "S21", "C22", "S22")
STATION_PARTS = ("x", "y", "z", "bias", "troposphere", "ionosphere", "clock")


@dataclass(frozen=True)
class Station:
    """Errors of a station that the filter does not estimate; standard deviations.

    Attributes
    ----------
    position_km : float
        Of each axis, in axes that turn with the body [km].
    bias_km : float
        Constant error of range [km].
    troposphere_km, ionosphere_km : float
        Error of the modelled zenith delay [km].
    clock_km : float
        Offset from the system's time, times the speed of light [km]; enters one-way ranges.
    """

    position_km: float = 0.0
    bias_km: float = 0.0
    troposphere_km: float = 0.0
    ionosphere_km: float = 0.0
    clock_km: float = 0.0

    @property
    def sigma(self) -> tuple[float, ...]:
        """Standard deviations in the order of `STATION_PARTS`."""
        return (
            *(self.position_km,) * 3, self.bias_km, self.troposphere_km, self.ionosphere_km, self.clock_km,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Parameters:
    """All consider parameters of an analysis, in order.

    Attributes
    ----------
    names : tuple of str, length p
        For people: ``gm``, ``C20``, ``sunlight``, ``jiamusi bias`` and so on.
    sigma : ndarray [p]
        Standard deviations, in internal units.
    """

    names: tuple[str, ...]
    sigma: Floats

    @classmethod
    def build(
        cls,
        *,
        gm: float = 0.0,
        degree_two: float = 0.0,
        sunlight: float = 0.0,
        satellites: Sequence[str] = (),
        stations: Sequence[tuple[str, Station]] = (),
    ) -> Parameters:
        """Collect the parameters that have an error; those without are left out.

        Parameters
        ----------
        gm : float
            Relative error of the central body's GM [-].
        degree_two : float
            Error of each normalised gravity coefficient of degree two [-].
        sunlight : float
            Error of the scale of the pressure of sunlight, of each satellite for itself [-].
        satellites : sequence of str
            Whose scales these are.
        stations : sequence of (str, Station)
            Stations by name.

        Returns
        -------
        All of them
            In order.
        """
        found: list[tuple[str, float]] = [("gm", gm), *((name, degree_two) for name in DEGREE_TWO)]
        found += [(f"{name} sunlight", sunlight) for name in satellites]
        found += [
            (f"{name} {part}", sigma)
            for name, station in stations
            for part, sigma in zip(STATION_PARTS, station.sigma, strict=True)
        ]
        for name, sigma in found:
            if not (np.isfinite(sigma) and sigma >= 0.0):
                raise InputError(f"consider parameter {name}: sigma {sigma}; right is a number, zero or more")
        kept = [(name, sigma) for name, sigma in found if sigma > 0.0]
        return cls(tuple(name for name, _ in kept), np.array([sigma for _, sigma in kept]))

    def __len__(self) -> int:
        return len(self.names)

    def at(self, name: str) -> int | None:
        """Return the place of a parameter; None where it is taken to be known."""
        return self.names.index(name) if name in self.names else None


def gm_acceleration(position_km: Floats, center: str) -> Floats:
    """Return the acceleration by a relative change of the central body's GM [km/s^2], shape [..., 3]."""
    r = np.linalg.norm(position_km, axis=-1, keepdims=True)
    return np.asarray(-body(center).gm_km3_s2 * position_km / r**3)


def degree_two_acceleration(position_km: Floats, turned: Floats, center: str) -> Floats:
    """Return the accelerations by the normalised coefficients of degree two.

    Each solid harmonic of degree two is a quadratic form x^T A x over r^5.

    Parameters
    ----------
    position_km : ndarray [..., 3]
        Relative to the body [km], ICRF axes.
    turned : ndarray [..., 3, 3]
        Rotation from ICRF to the axes of the field.
    center : str
        The body.

    Returns
    -------
    ndarray [..., 3, 5]
        By C20, C21, S21, C22, S22 [km/s^2], ICRF axes.
    """
    field = gravity_field(center, 2)
    x = np.einsum("...ij,...j->...i", turned, position_km)
    r = np.linalg.norm(x, axis=-1)[..., None]
    columns = []
    for form in _forms():
        along = x @ form
        value = np.sum(along * x, axis=-1, keepdims=True)
        columns.append(2.0 * along / r**5 - 5.0 * value * x / r**7)
    pull = field.gm_km3_s2 * field.radius_km**2 * np.stack(columns, axis=-1)
    return np.asarray(np.swapaxes(turned, -1, -2) @ pull)


def _forms() -> list[Floats]:
    """Return the quadratic forms of the fully normalised solid harmonics: Heiskanen and Moritz 1967, eq. 1-77."""
    forms = [np.zeros((3, 3)) for _ in DEGREE_TWO]
    c20, c21, s21, c22, s22 = forms
    c20[0, 0] = c20[1, 1] = -0.5
    c20[2, 2] = 1.0
    c21[0, 2] = c21[2, 0] = s21[1, 2] = s21[2, 1] = 1.5
    c22[0, 0], c22[1, 1] = 3.0, -3.0
    s22[0, 1] = s22[1, 0] = 3.0
    norms = np.sqrt([5.0, 5.0 / 3.0, 5.0 / 3.0, 5.0 / 12.0, 5.0 / 12.0])
    return [norm * form for norm, form in zip(norms, forms, strict=True)]


def sunlight_acceleration(position_km: Floats, sun_km: Floats, center: str, at_one_au_km_s2: float) -> Floats:
    """Return the acceleration by sunlight, none in the cylinder of the body's shadow.

    Parameters
    ----------
    position_km : ndarray [..., 3]
        Relative to the body [km].
    sun_km : ndarray [..., 3]
        The Sun, likewise [km].
    center : str
        The body.
    at_one_au_km_s2 : float
        Size at one astronomical unit [km/s^2].

    Returns
    -------
    ndarray [..., 3]
        [km/s^2].
    """
    away = position_km - sun_km
    distance = np.linalg.norm(away, axis=-1, keepdims=True)
    sun = sun_km / np.linalg.norm(sun_km, axis=-1, keepdims=True)
    along = np.sum(position_km * sun, axis=-1, keepdims=True)
    aside = np.linalg.norm(position_km - along * sun, axis=-1, keepdims=True)
    lit = (along > 0.0) | (aside > body(center).mean_radius_km)
    return np.asarray(lit * at_one_au_km_s2 * (AU_KM / distance) ** 2 * away / distance)
