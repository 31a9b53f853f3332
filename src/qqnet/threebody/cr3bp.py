"""The circular restricted three-body problem: constants, libration points, motion and its linearisation.

Coordinates rotate with the two primaries about their barycentre: x from the larger to the smaller primary, z
along their angular momentum, unit of length their distance, unit of time their period over 2 pi. The larger
primary is at x = -mu, the smaller at x = 1 - mu.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.constants import AU_KM, SECONDS_PER_DAY

Floats = NDArray[np.float64]
Point = Literal["L1", "L2", "L3", "L4", "L5"]


@dataclass(frozen=True)
class ThreeBodySystem:
    """Two primaries, and the units in which periodic orbits of the system are written.

    Attributes
    ----------
    name : str
        Name as written in scenarios.
    primary, secondary : str
        The larger and the smaller one, as named in the ephemeris where it has them.
    mu : float
        Mass of the smaller over that of both [1].
    length_km : float
        Unit of length [km].
    time_s : float
        Unit of time [s] that belongs to `length_km` by Kepler's third law.
    mean_period_s : float
        Mean sidereal period of the real pair [s].
    primary_radius_km, secondary_radius_km : float
        Mean radii [km]; what passes below them meets the surface.
    source : str
        Where mu and the units come from.
    synodic_period_s : float or None
        Mean time from one alignment with the Sun to the next [s], where the pair goes about the Sun.
    in_ephemeris : bool
        Whether both bodies have real places; without, orbits stay in the rotating frame.
    """

    name: str
    primary: str
    secondary: str
    mu: float
    length_km: float
    time_s: float
    mean_period_s: float
    primary_radius_km: float
    secondary_radius_km: float
    source: str
    synodic_period_s: float | None = None
    in_ephemeris: bool = True


def _sun_earth() -> ThreeBodySystem:
    sun, pair = BODIES["Sun"].gm_km3_s2, BODIES["Earth"].gm_km3_s2 + BODIES["Moon"].gm_km3_s2
    return ThreeBodySystem(
        name="Sun-Earth",
        primary="Sun",
        secondary="EMB",
        mu=pair / (sun + pair),
        length_km=AU_KM,
        time_s=float(np.sqrt(AU_KM**3 / (sun + pair))),
        # Sidereal year at J2000: Simon et al. 1994, Astron. Astrophys. 282:663.
        mean_period_s=365.256363004 * SECONDS_PER_DAY,
        primary_radius_km=BODIES["Sun"].mean_radius_km,
        secondary_radius_km=BODIES["Earth"].mean_radius_km,
        source="derived here: GM of the Sun, Earth and Moon of DE440, Earth-Moon barycentre as secondary, "
        "unit of length 1 au",
    )


def _sun_planet(planet: str, radians_per_century: float) -> ThreeBodySystem:
    sun, own = BODIES["Sun"].gm_km3_s2, BODIES[planet].gm_km3_s2
    unit = 36525.0 * SECONDS_PER_DAY / radians_per_century
    return ThreeBodySystem(
        name=f"Sun-{planet}",
        primary="Sun",
        secondary=planet,
        mu=own / (sun + own),
        length_km=float(np.cbrt((sun + own) * unit**2)),
        time_s=unit,
        mean_period_s=2.0 * np.pi * unit,
        primary_radius_km=BODIES["Sun"].mean_radius_km,
        secondary_radius_km=BODIES[planet].mean_radius_km,
        source="derived here: GM of DE440, mean motion of IERS Conventions 2010, section 5.7.3, "
        "length by Kepler's third law",
    )


SYSTEMS: Final = {
    "Earth-Moon": ThreeBodySystem(
        name="Earth-Moon",
        primary="Earth",
        secondary="Moon",
        mu=1.215058560962404e-02,
        length_km=389703.2648292776,
        time_s=382981.2891290545,
        # Sidereal and synodic month: Chapront et al. 2002, Astron. Astrophys. 387:700.
        mean_period_s=27.321661547 * SECONDS_PER_DAY,
        primary_radius_km=BODIES["Earth"].mean_radius_km,
        secondary_radius_km=BODIES["Moon"].mean_radius_km,
        source="JPL Three-Body Periodic Orbits API (ssd-api.jpl.nasa.gov/doc/periodic_orbits.html)",
        synodic_period_s=29.530588853 * SECONDS_PER_DAY,
    ),
    "Sun-Earth": _sun_earth(),
    "Sun-Venus": _sun_planet("Venus", 1021.3285546211),
    "Sun-Mars": _sun_planet("Mars", 334.0612426700),
    "Sun-Jupiter": _sun_planet("Jupiter", 52.9690962641),
    "Saturn-Titan": ThreeBodySystem(
        name="Saturn-Titan",
        primary="Saturn",
        secondary="Titan",
        mu=2.366393158331484e-04,
        length_km=1195677.151917583,
        time_s=212238.2726842311,
        mean_period_s=2.0 * np.pi * 212238.2726842311,
        primary_radius_km=BODIES["Saturn"].mean_radius_km,
        secondary_radius_km=2574.7,
        source="JPL Three-Body Periodic Orbits API (ssd-api.jpl.nasa.gov/doc/periodic_orbits.html)",
        in_ephemeris=False,
    ),
}
"""Three-body systems by name."""


def system(name: str) -> ThreeBodySystem:
    """Return a three-body system.

    Parameters
    ----------
    name : str
        A key of `SYSTEMS`.

    Returns
    -------
    ThreeBodySystem
        The system.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> system("Earth-Moon").mu
    0.01215058560962404
    """
    if name not in SYSTEMS:
        raise InputError(f"unknown three-body system {name!r}; known: {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


# ------------------------------------------------------------------------------------------ libration points


def libration_point(mu: float, point: Point) -> Floats:
    """Return the place of a libration point.

    Parameters
    ----------
    mu : float
        Mass ratio, 0 < mu <= 0.5 [1].
    point : {"L1", "L2", "L3", "L4", "L5"}
        L1 between the primaries, L2 beyond the smaller, L3 beyond the larger one; L4 leads the smaller primary,
        L5 trails it.

    Returns
    -------
    ndarray, shape [3]
        Nondimensional rotating coordinates about the barycentre.

    Raises
    ------
    InputError
        If the mass ratio or the point does not exist.

    Examples
    --------
    >>> round(float(libration_point(1.215058560962404e-02, "L2")[0]), 9)
    1.155682165
    """
    if not 0.0 < mu <= 0.5:
        raise InputError(f"mass ratio {mu}; it must be above 0 and at most 0.5")
    if point not in get_args(Point):
        raise InputError(f"unknown libration point {point!r}; known: {', '.join(get_args(Point))}")
    if point in ("L4", "L5"):
        return np.array([0.5 - mu, np.sqrt(0.75) if point == "L4" else -np.sqrt(0.75), 0.0])
    from scipy.optimize import brentq

    def pull(x: float) -> float:
        return float(acceleration(np.array([x, 0.0, 0.0, 0.0, 0.0, 0.0]), mu)[0])

    near = 1e-6  # the field is singular in the primaries themselves
    low, high = {
        "L1": (-mu + near, 1.0 - mu - near),
        "L2": (1.0 - mu + near, 2.0),
        "L3": (-2.0, -mu - near),
    }[point]
    return np.array([brentq(pull, low, high, xtol=1e-16, rtol=8.9e-16), 0.0, 0.0])


# -------------------------------------------------------------------------------------------------- dynamics


def acceleration(state: ArrayLike, mu: float) -> Floats:
    """Return the acceleration [3] in the rotating frame of a state [6], nondimensional; Szebehely 1967, ch. 1."""
    x, y, z, vx, vy, _ = np.asarray(state, dtype=np.float64)
    d1 = (1.0 - mu) * ((x + mu) ** 2 + y * y + z * z) ** -1.5
    d2 = mu * ((x - 1.0 + mu) ** 2 + y * y + z * z) ** -1.5
    return np.array(
        [
            2.0 * vy + x - d1 * (x + mu) - d2 * (x - 1.0 + mu),
            -2.0 * vx + y - (d1 + d2) * y,
            -(d1 + d2) * z,
        ]
    )


def jacobi_constant(state: ArrayLike, mu: float) -> Floats:
    """Return the Jacobi constant.

    Parameters
    ----------
    state : array_like, shape [..., 6]
        Nondimensional rotating coordinates and velocities.
    mu : float
        Mass ratio [1].

    Returns
    -------
    ndarray, shape [...]
        ``x^2 + y^2 + 2 (1 - mu)/r1 + 2 mu/r2 - v^2``, without the term mu (1 - mu) that some authors add.
    """
    s = np.asarray(state, dtype=np.float64)
    x, y, z = s[..., 0], s[..., 1], s[..., 2]
    r1 = np.sqrt((x + mu) ** 2 + y**2 + z**2)
    r2 = np.sqrt((x - 1.0 + mu) ** 2 + y**2 + z**2)
    speed2 = np.sum(s[..., 3:] ** 2, axis=-1)
    return np.asarray(x**2 + y**2 + 2.0 * (1.0 - mu) / r1 + 2.0 * mu / r2 - speed2, dtype=np.float64)


def propagate(state: ArrayLike, duration: float, mu: float) -> Callable[[ArrayLike], Floats]:
    """Propagate a state.

    Parameters
    ----------
    state : array_like, shape [6]
        Nondimensional rotating coordinates and velocities.
    duration : float
        Nondimensional time; negative runs backwards.
    mu : float
        Mass ratio [1].

    Returns
    -------
    callable
        Takes nondimensional times [T] from 0 to `duration`; returns states [T, 6].

    Raises
    ------
    InputError
        If the state is not six finite numbers, or the motion runs into a primary.
    """
    from qqnet.threebody import taylor

    first = _checked(state)
    times, series = taylor.motion(first, float(duration), mu)
    _check_reached(first, float(times[-1]), duration)

    def states(wanted: ArrayLike) -> Floats:
        flat = np.atleast_1d(np.asarray(wanted, dtype=np.float64))
        return np.asarray(taylor.states_at(times, series, flat.ravel()).reshape(*flat.shape, 6))

    return states


def propagate_transition(state: ArrayLike, duration: float, mu: float) -> tuple[Floats, Floats]:
    """Propagate a state together with the sensitivity of its end to its beginning.

    Parameters
    ----------
    state : array_like, shape [6]
        Nondimensional rotating coordinates and velocities.
    duration : float
        Nondimensional time.
    mu : float
        Mass ratio [1].

    Returns
    -------
    final : ndarray, shape [6]
        State at the end.
    transition : ndarray, shape [6, 6]
        State-transition matrix.

    Raises
    ------
    InputError
        If the state is not six finite numbers, or the motion runs into a primary.
    """
    from qqnet.threebody import taylor

    first = _checked(state)
    reached, final, transition = taylor.transition(first, float(duration), mu)
    _check_reached(first, reached, duration)
    return final, transition


def next_crossing(state: ArrayLike, mu: float, *, within: float = 4.0 * np.pi) -> float:
    """Return the time at which a motion that starts in the plane y = 0 comes back to it.

    Parameters
    ----------
    state : array_like, shape [6]
        Nondimensional rotating coordinates and velocities, y = 0.
    mu : float
        Mass ratio [1].
    within : float
        Give up after this nondimensional time.

    Returns
    -------
    float
        Nondimensional time, above zero.

    Raises
    ------
    InputError
        If there is no crossing.
    """
    from qqnet.threebody import taylor

    first = _checked(state)
    times, series = taylor.motion(first, float(within), mu)
    crossing = float(taylor.first_return(times, series))
    if not np.isfinite(crossing):
        _check_reached(first, float(times[-1]), within)
        raise InputError(f"three-body motion from {first} does not come back to the xz plane")
    return crossing


def _checked(state: ArrayLike) -> Floats:
    first = np.asarray(state, dtype=np.float64)
    if first.shape != (6,) or not np.isfinite(first).all():
        raise InputError(f"three-body state {first}; right are six finite numbers")
    return first


def _check_reached(start: Floats, reached: float, duration: float) -> None:
    if reached != duration:
        raise InputError(
            f"three-body motion from {start} cannot be followed beyond t = {reached:.6f}: "
            "it runs into a primary"
        )
