"""The circular restricted three-body problem: constants, libration points, motion and its linearisation.

Coordinates rotate with the two primaries about their barycentre: x from the larger to the smaller primary, z
along their angular momentum, unit of length their distance, unit of time their period over 2 pi. The larger
primary is at x = -mu, the smaller at x = 1 - mu.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.constants import AU_KM, SECONDS_PER_DAY

Floats = NDArray[np.float64]
Point = Literal["L1", "L2", "L3", "L4", "L5"]

RELATIVE_TOLERANCE: Final = 5e-14
"""Of the integrator; SciPy clips what is below 100 times the rounding of one, 2.2e-14."""

COLLISION: Final = 1e-5
"""Distance from the centre of a primary at which a motion ends [1]; inside every primary's surface."""


@dataclass(frozen=True)
class ThreeBodySystem:
    """Two primaries, and the units in which periodic orbits of the system are written.

    Attributes
    ----------
    name : str
        Name as written in scenarios.
    primary, secondary : str
        The larger and the smaller one, as named in the ephemeris.
    mu : float
        Mass of the smaller over that of both [1].
    length_km : float
        Unit of length [km].
    time_s : float
        Unit of time [s] that belongs to `length_km` by Kepler's third law.
    mean_period_s : float
        Mean sidereal period of the real pair [s].
    source : str
        Where mu and the units come from.
    """

    name: str
    primary: str
    secondary: str
    mu: float
    length_km: float
    time_s: float
    mean_period_s: float
    source: str


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
        source="derived here: GM of the Sun, Earth and Moon of DE440, Earth-Moon barycentre as secondary, "
        "unit of length 1 au",
    )


SYSTEMS: Final = {
    "Earth-Moon": ThreeBodySystem(
        name="Earth-Moon",
        primary="Earth",
        secondary="Moon",
        mu=1.215058560962404e-02,
        length_km=389703.2648292776,
        time_s=382981.2891290545,
        # Sidereal month: Chapront et al. 2002, Astron. Astrophys. 387:700.
        mean_period_s=27.321661547 * SECONDS_PER_DAY,
        source="JPL Three-Body Periodic Orbits API (ssd-api.jpl.nasa.gov/doc/periodic_orbits.html)",
    ),
    "Sun-Earth": _sun_earth(),
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


@njit(cache=True)
def _acceleration(s, mu, out):  # type: ignore[no-untyped-def]
    """Write the acceleration in the rotating frame to out[0:3]; Szebehely 1967, Theory of Orbits, ch. 1."""
    x, y, z = s[0], s[1], s[2]
    d1 = ((x + mu) ** 2 + y * y + z * z) ** -1.5 * (1.0 - mu)
    d2 = ((x - 1.0 + mu) ** 2 + y * y + z * z) ** -1.5 * mu
    out[0] = 2.0 * s[4] + x - d1 * (x + mu) - d2 * (x - 1.0 + mu)
    out[1] = -2.0 * s[3] + y - (d1 + d2) * y
    out[2] = -(d1 + d2) * z


@njit(cache=True)
def _motion(t, s, mu):  # type: ignore[no-untyped-def]
    out = np.empty(6)
    out[0], out[1], out[2] = s[3], s[4], s[5]
    _acceleration(s, mu, out[3:])
    return out


@njit(cache=True)
def _motion_with_transition(t, s, mu):  # type: ignore[no-untyped-def]
    """Return the rate of the state [6] and of the state-transition matrix [36]."""
    out = np.empty(42)
    out[:6] = _motion(t, s[:6], mu)
    x, y, z = s[0], s[1], s[2]
    u, w = x + mu, x - 1.0 + mu
    r1, r2 = u * u + y * y + z * z, w * w + y * y + z * z
    a, b = (1.0 - mu) * r1**-1.5, mu * r2**-1.5
    p, q = 3.0 * a / r1, 3.0 * b / r2
    xx = 1.0 - a - b + p * u * u + q * w * w
    yy = 1.0 - a - b + (p + q) * y * y
    zz = -a - b + (p + q) * z * z
    xy, xz, yz = (p * u + q * w) * y, (p * u + q * w) * z, (p + q) * y * z
    for j in range(6):
        f = s[6 + j :: 6]  # column j of the matrix
        out[6 + j], out[12 + j], out[18 + j] = f[3], f[4], f[5]
        out[24 + j] = xx * f[0] + xy * f[1] + xz * f[2] + 2.0 * f[4]
        out[30 + j] = xy * f[0] + yy * f[1] + yz * f[2] - 2.0 * f[3]
        out[36 + j] = xz * f[0] + yz * f[1] + zz * f[2]
    return out


def acceleration(state: ArrayLike, mu: float) -> Floats:
    """Return the acceleration [3] in the rotating frame of a state [6], nondimensional."""
    out = np.empty(3)
    _acceleration(np.asarray(state, dtype=np.float64), mu, out)
    return out


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
    run = _solve(_motion, _checked(state), duration, mu, dense_output=True)

    def states(times: ArrayLike) -> Floats:
        return np.asarray(run.sol(np.asarray(times, dtype=np.float64)).T, dtype=np.float64)

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
    run = _solve(_motion_with_transition, np.concatenate([_checked(state), np.eye(6).ravel()]), duration, mu)
    final = np.asarray(run.y[:, -1], dtype=np.float64)
    return final[:6], final[6:].reshape(6, 6)


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
    first = _checked(state)

    def height(t: float, s: Floats, mu: float) -> float:
        return float(s[1])

    height.direction = -np.sign(first[4])  # type: ignore[attr-defined]
    height.terminal = True  # type: ignore[attr-defined]
    run = _solve(_motion, first, within, mu, height)
    if not run.t_events[1].size:
        raise InputError(f"three-body motion from {first} does not come back to the xz plane")
    return float(run.t_events[1][0])


def _checked(state: ArrayLike) -> Floats:
    first = np.asarray(state, dtype=np.float64)
    if first.shape != (6,) or not np.isfinite(first).all():
        raise InputError(f"three-body state {first}; right are six finite numbers")
    return first


def _solve(
    function: Callable[..., Floats],
    start: Floats,
    duration: float,
    mu: float,
    event: Callable[..., float] | None = None,
    dense_output: bool = False,
) -> Any:
    from scipy.integrate import solve_ivp

    def clearance(t: float, s: Floats, mu: float) -> float:
        along, across2 = float(s[0]), float(s[1] ** 2 + s[2] ** 2)
        nearest = min((along + mu) ** 2 + across2, (along - 1.0 + mu) ** 2 + across2)
        return float(np.sqrt(nearest)) - COLLISION

    clearance.terminal = True  # type: ignore[attr-defined]
    integrate: Any = solve_ivp  # its stubs know no functions with extra arguments and events together
    run = integrate(
        function, (0.0, duration), start, "DOP853",
        args=(mu,), rtol=RELATIVE_TOLERANCE, atol=1e-15, dense_output=dense_output,
        events=[clearance] if event is None else [clearance, event],
    )  # fmt: skip
    if not run.success or run.t_events[0].size:
        raise InputError(
            f"three-body motion from {start[:6]} cannot be followed beyond t = {run.t[-1]:.6f}: "
            "it runs into a primary"
        )
    return run
