"""Natural bodies: identity, gravity, size and the frames that belong to each."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

from qqnet.errors import InputError


@dataclass(frozen=True)
class Body:
    """One natural body.

    Attributes
    ----------
    name : str
        Name as written in scenarios.
    naif_id : int
        NAIF integer code of the body itself (not of its system's barycentre).
    gm_km3_s2 : float
        Gravitational parameter [km^3/s^2]. Of the whole system for Mars, Jupiter and Saturn.
    mean_radius_km : float
        Mean radius [km]: the sphere that hides what is behind it and carries the coverage grids.
    equatorial_radius_km, polar_radius_km : float
        Semi-axes of the reference spheroid [km].
    j2 : float
        Second zonal harmonic, unnormalised [1].
    j2_radius_km : float
        Reference radius that belongs to `j2` [km].
    parent : str or None
        Body that it moves about; None for the Sun.
    fixed_frame : str or None
        Frame that turns with the surface; None where QQNet has none.
    equator_frame : str or None
        Inertial frame of the body's equator at an epoch; None where QQNet has none.
    """

    name: str
    naif_id: int
    gm_km3_s2: float
    mean_radius_km: float
    equatorial_radius_km: float
    polar_radius_km: float
    j2: float
    j2_radius_km: float
    parent: str | None
    fixed_frame: str | None
    equator_frame: str | None

    @property
    def flattening(self) -> float:
        """Flattening of the reference spheroid [1]."""
        return (self.equatorial_radius_km - self.polar_radius_km) / self.equatorial_radius_km


# GM: DE440 (Park et al. 2021, AJ 161:105, table 2; digits from the comments in de440s.bsp).
# Radii: IAU WGCCRE 2015 (Archinal et al. 2018, Celest. Mech. Dyn. Astr. 130:22), but for the
# Earth WGS 84 axes, and for the Sun the nominal radius of IAU 2015 Resolution B3.
_ALL: Final = (
    # J2: DE440 constant J2SUN, reference radius ASUN.
    Body("Sun", 10, 132712440041.27942, 695700.0, 695700.0, 695700.0,
         2.1961391516529825e-07, 696000.0, None, None, None),
    # J2: HgM005, Mazarico et al. 2014, JGR Planets 119:2417; unverified: quoted, not read from the model's file.
    Body("Mercury", 199, 22031.86855140, 2439.4, 2440.53, 2438.26, 5.03e-05, 2440.0, "Sun", None, None),
    # J2: MGNP180U, Konopliv et al. 1999, Icarus 139:3, C20 = -0.196972335776e-5 times -sqrt(5).
    Body("Venus", 299, 324858.59200, 6051.8, 6051.8, 6051.8, 4.40443532482e-06, 6051.0, "Sun",
         "IAU_VENUS", "VENUS_EQUATOR"),
    # J2: EGM2008, tide-free C20 = -0.484165143790815e-3 times -sqrt(5), Pavlis et al. 2012, JGR 117:B04406.
    Body("Earth", 399, 398600.43550702266, 6371.0084, 6378.137, 6356.752314245,
         1.0826261738522e-03, 6378.1363, "Sun", "ITRF", "EARTH_EQUATOR"),
    # J2: DE440 constant J2M, reference radius AM.
    Body("Moon", 301, 4902.800118457549, 1737.4, 1737.4, 1737.4,
         2.0321436013500001e-04, 1738.0, "Earth", "MOON_ME", "MOON_EQUATOR"),
    # J2: GMM-2B, Lemoine et al. 2001, JGR 106:23359, C20 = -8.7450547081842009e-4 times -sqrt(5).
    Body("Mars", 499, 42828.375815756102, 3389.50, 3396.19, 3376.20, 1.955453679445e-03, 3397.0, "Sun",
         "IAU_MARS", "MARS_EQUATOR"),
    # J2: Iess et al. 2018, Nature 555:220; unverified: quoted.
    Body("Jupiter", 599, 126712764.1, 69911.0, 71492.0, 66854.0, 1.4696572e-02, 71492.0, "Sun", None, None),
    # J2: Iess et al. 2019, Science 364:eaat2965; unverified: quoted.
    Body("Saturn", 699, 37940584.8418, 58232.0, 60268.0, 54364.0, 1.6290573e-02, 60330.0, "Sun", None, None),
)  # fmt: skip

BODIES: Final[dict[str, Body]] = {entry.name: entry for entry in _ALL}
"""All bodies by name."""

POINTS: Final = ("SSB", "EMB")
"""Points that have a place in the ephemeris and no surface: barycentres of Solar System and Earth-Moon."""


def body(name: str) -> Body:
    """Return the body of that name.

    Parameters
    ----------
    name : str
        A key of `BODIES`; the case of letters matters.

    Returns
    -------
    Body
        The body.

    Raises
    ------
    InputError
        If there is none of that name; the message lists the names and the nearest one.

    Examples
    --------
    >>> body("Moon").mean_radius_km
    1737.4
    """
    try:
        return BODIES[name]
    except (KeyError, TypeError):
        raise InputError(
            f"unknown body {name!r}{nearest(str(name), BODIES)}; known: {', '.join(BODIES)}"
        ) from None


def nearest(name: str, names: dict[str, Body] | tuple[str, ...]) -> str:
    """Return ``" (did you mean 'Moon'?)"`` for the nearest of `names`, or an empty text.

    Parameters
    ----------
    name : str
        What was asked for.
    names : collection of str
        What exists.

    Returns
    -------
    str
        Text to be put into an error message.
    """
    by_lower = {known.lower(): known for known in names}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean {by_lower[found[0]]!r}?)" if found else ""
