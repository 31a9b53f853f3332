"""What moves a spacecraft: the forces that its motion is integrated under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from qqnet.errors import InputError
from qqnet.space.bodies import body
from qqnet.space.gravity import LARGEST_DEGREE, gravity_field

NEGLECTED_KM_S2: Final = 1e-12
"""Root mean square over the sphere of the acceleration that `default_model` leaves out of a gravity field."""

DEGREE_WITHOUT_HEIGHT: Final = 8
"""Degree of the central body's field where `default_model` is not told a height."""

# Venus moves an elliptical lunar orbit by 2 cm in 30 days, Jupiter by 10 cm.
_THIRD_BODIES: Final = {
    "Moon": ("Earth", "Sun"),
    "Earth": ("Moon", "Sun"),
    "Mars": ("Sun", "Jupiter"),
    "Venus": ("Sun", "Earth", "Jupiter"),
    "Mercury": ("Sun", "Venus", "Jupiter"),
    "Sun": ("Mercury", "Venus", "Earth", "Moon", "Mars", "Jupiter", "Saturn"),
}


@dataclass(frozen=True)
class Harmonics:
    """The part of a body's gravity field beyond a point mass.

    Attributes
    ----------
    body : str
        Whose field; the centre of the model or one of its bodies.
    degree : int
        Highest degree.
    order : int, optional
        Highest order; the degree where not given.
    """

    body: str
    degree: int
    order: int | None = None

    def __post_init__(self) -> None:
        if self.degree < 2:
            raise InputError(
                f"gravity of {self.body}: degree {self.degree}; right is 2 or more, or no harmonics at all"
            )
        gravity_field(self.body, self.degree, self.order)


@dataclass(frozen=True)
class Radiation:
    """Solar radiation pressure on a sphere, with shadows that have an umbra and a penumbra.

    Attributes
    ----------
    area_to_mass_m2_kg : float
        Cross-section over mass [m^2/kg].
    reflectivity : float
        Coefficient C_R: 1 for a sphere that absorbs all light, up to 2.
    occulters : tuple of str, optional
        Bodies that cast shadows; where not given the centre and every body of the model but the Sun.
        An empty tuple is sunlight without shadows.
    """

    area_to_mass_m2_kg: float
    reflectivity: float = 1.3
    occulters: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.area_to_mass_m2_kg < np.inf:
            raise InputError(f"area over mass {self.area_to_mass_m2_kg} m2/kg; right is 0 or more")
        if not 0.0 <= self.reflectivity <= 2.0:
            raise InputError(f"reflectivity {self.reflectivity}; right is 0 to 2")
        if self.occulters is not None:
            object.__setattr__(self, "occulters", tuple(self.occulters))
            for name in self.occulters:
                if body(name).name == "Sun":
                    raise InputError("the Sun is listed as an occulter of itself; leave it out")


@dataclass(frozen=True)
class ForceModel:
    """All forces on a spacecraft whose position is relative to one body.

    Attributes
    ----------
    center : str
        Body that positions are relative to and that pulls as a point mass.
    bodies : tuple of str
        Other bodies that pull as point masses, on the spacecraft and on the centre.
    harmonics : tuple of Harmonics
        Gravity fields beyond the point masses; those of other bodies pull on the centre too.
    radiation : Radiation or None
        Pressure of sunlight; None for none.
    relativity : bool
        Whether the centre's Schwarzschild term is added.

    Examples
    --------
    >>> ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),)).text()
    'Moon 8x8 (GRGM1200A), Earth, Sun'
    """

    center: str
    bodies: tuple[str, ...] = ()
    harmonics: tuple[Harmonics, ...] = ()
    radiation: Radiation | None = None
    relativity: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "bodies", tuple(self.bodies))
        object.__setattr__(self, "harmonics", tuple(self.harmonics))
        body(self.center)
        for name in self.bodies:
            if body(name).name == self.center:
                raise InputError(f"forces: {name} is the centre and is listed among the other bodies too")
        fields = [field.body for field in self.harmonics]
        for kind, names in (("body", self.bodies), ("gravity field", fields)):
            twice = sorted({name for name in names if list(names).count(name) > 1})
            if twice:
                raise InputError(f"forces: the {kind} {twice[0]} is listed twice")
        for name in fields:
            if name != self.center and name not in self.bodies:
                raise InputError(
                    f"forces: the gravity field of {name}, which is neither the centre {self.center} nor one "
                    f"of the bodies; list {name} among the bodies"
                )

    @property
    def occulters(self) -> tuple[str, ...]:
        """Bodies that cast shadows in this model."""
        if self.radiation is None:
            return ()
        if self.radiation.occulters is not None:
            return self.radiation.occulters
        return tuple(name for name in (self.center, *self.bodies) if name != "Sun")

    def text(self) -> str:
        """Return the model in one line, for reports."""
        fields = {field.body: field for field in self.harmonics}
        parts = [_pull(name, fields.get(name)) for name in (self.center, *self.bodies)]
        if self.radiation is not None:
            shadows = " and ".join(self.occulters) or "nothing"
            parts.append(
                f"sunlight on {self.radiation.area_to_mass_m2_kg:g} m2/kg, C_R "
                f"{self.radiation.reflectivity:g}, shadows of {shadows}"
            )
        if self.relativity:
            parts.append("Schwarzschild term")
        return ", ".join(parts)


def _pull(name: str, field: Harmonics | None) -> str:
    if field is None:
        return name
    order = field.degree if field.order is None else field.order
    return f"{name} {field.degree}x{order} ({gravity_field(name, 2).name})"


def least_degree(name: str, radius_km: float, neglected_km_s2: float = NEGLECTED_KM_S2) -> int:
    """Return the least degree of a body's gravity field that leaves out no more than a given acceleration.

    Parameters
    ----------
    name : str
        A key of `qqnet.space.gravity.LARGEST_DEGREE`.
    radius_km : float
        Distance from the body's centre [km].
    neglected_km_s2 : float
        Root mean square, over the sphere of that radius, of what all higher degrees pull [km/s^2].

    Returns
    -------
    int
        From 2 to the highest degree that is packaged.
    """
    field = gravity_field(name, LARGEST_DEGREE[name])
    degree = np.arange(field.degree + 1)
    power = np.sqrt(np.sum(field.cosine**2 + field.sine**2, axis=1))
    # Gradient of a surface harmonic of degree n, root mean square: sqrt((n + 1)(2n + 1)) of it.
    pull = (
        field.gm_km3_s2 / radius_km**2 * np.sqrt((degree + 1.0) * (2.0 * degree + 1.0))
        * (field.radius_km / radius_km) ** degree * power
    )  # fmt: skip
    beyond = np.sqrt(np.append(np.cumsum((pull**2)[::-1])[::-1][1:], 0.0))
    return max(2, int(np.argmax(beyond <= neglected_km_s2)))


def default_model(
    center: str, *, lowest_altitude_km: float | None = None, radiation: Radiation | None = None
) -> ForceModel:
    """Return the forces that matter for an orbit about a body.

    Parameters
    ----------
    center : str
        The body.
    lowest_altitude_km : float, optional
        Least height above the mean radius [km], from which the degree of the gravity field follows: the least
        one that leaves out no more than `NEGLECTED_KM_S2`. Degree 8 where not given.
    radiation : Radiation, optional
        Pressure of sunlight.

    Returns
    -------
    ForceModel
        The centre with its field, and the bodies that pull noticeably.

    Raises
    ------
    InputError
        If the body is unknown or the height is not a number.

    Examples
    --------
    >>> default_model("Moon", lowest_altitude_km=20_000).text()
    'Moon 2x2 (GRGM1200A), Earth, Sun'
    """
    home = body(center)
    harmonics: tuple[Harmonics, ...] = ()
    if center in LARGEST_DEGREE:
        degree = min(DEGREE_WITHOUT_HEIGHT, LARGEST_DEGREE[center])
        if lowest_altitude_km is not None:
            if not np.isfinite(lowest_altitude_km):
                raise InputError(f"lowest altitude {lowest_altitude_km} km; right is a number of kilometres")
            degree = least_degree(center, home.mean_radius_km + max(lowest_altitude_km, 0.0))
        harmonics = (Harmonics(center, degree),)
    return ForceModel(center, _THIRD_BODIES.get(center, ("Sun",)), harmonics, radiation)
