"""Elliptic Keplerian motion, and the secular drift that a body's oblateness adds.

All functions take arrays and broadcast. Axes are those in which the elements are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.orbits.anomalies import check_eccentricity, mean_from_true, solve_kepler

Floats = NDArray[np.float64]

TURN = 2.0 * np.pi


@dataclass(frozen=True)
class Elements:
    """Classical elements of elliptic orbits; the fields broadcast against each other.

    Attributes
    ----------
    a_km : float or ndarray
        Semi-major axis [km].
    e : float or ndarray
        Eccentricity [1].
    i_rad, raan_rad, argp_rad : float or ndarray
        Inclination, right ascension of the ascending node, argument of periapsis [rad].
    mean_anomaly_rad : float or ndarray
        Mean anomaly at the epoch [rad].
    """

    a_km: float | Floats
    e: float | Floats
    i_rad: float | Floats
    raan_rad: float | Floats
    argp_rad: float | Floats
    mean_anomaly_rad: float | Floats

    def __post_init__(self) -> None:
        check_shape(self.a_km, self.e)

    def fields(self) -> tuple[Floats, ...]:
        """Return a, e, i, raan, argp and mean anomaly as arrays of one shape."""
        values = (self.a_km, self.e, self.i_rad, self.raan_rad, self.argp_rad, self.mean_anomaly_rad)
        return np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))

    def shifted(self, raan_rad: ArrayLike, mean_anomaly_rad: ArrayLike) -> Elements:
        """Return the same orbit turned by a node and advanced by a mean anomaly [rad]."""
        return replace(
            self,
            raan_rad=np.asarray(self.raan_rad + np.asarray(raan_rad, dtype=np.float64)),
            mean_anomaly_rad=np.asarray(
                self.mean_anomaly_rad + np.asarray(mean_anomaly_rad, dtype=np.float64)
            ),
        )


def check_shape(a_km: ArrayLike, e: ArrayLike) -> None:
    """Raise unless the size and shape are those of an ellipse.

    Parameters
    ----------
    a_km : array_like
        Semi-major axis [km].
    e : array_like
        Eccentricity [1].

    Raises
    ------
    InputError
        If an axis is not positive and finite, or an eccentricity not in [0, 1).
    """
    given = np.atleast_1d(np.asarray(a_km, dtype=np.float64))
    bad = given[~((given > 0) & np.isfinite(given))]
    if bad.size:
        raise InputError(f"semi-major axis {bad[0]:g} km; it must be positive and finite")
    check_eccentricity(e)


def check_clearance(a_km: ArrayLike, e: ArrayLike, radius_km: float, name: str) -> None:
    """Raise if an orbit dips below a body's surface.

    Parameters
    ----------
    a_km, e : array_like
        Semi-major axis [km] and eccentricity [1].
    radius_km : float
        Radius of the body [km].
    name : str
        Name of the body, for the message.

    Raises
    ------
    InputError
        If the periapsis radius is smaller than the body's.
    """
    lowest = float(np.min(apsides_km(a_km, e)[0]))
    if lowest < radius_km:
        raise InputError(
            f"periapsis radius {lowest:.3f} km is below the surface of {name} (mean radius {radius_km:g} km)"
        )


# ------------------------------------------------------------------------------------------- size and period


def period_s(a_km: ArrayLike, gm_km3_s2: float) -> Floats:
    """Return the orbital period.

    Parameters
    ----------
    a_km : array_like
        Semi-major axis [km].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].

    Returns
    -------
    ndarray
        Period [s], Kepler's third law.

    Examples
    --------
    >>> round(float(period_s(20427.69, 42828.375815756102)), 0)  # areostationary
    88643.0
    """
    return TURN * np.sqrt(np.asarray(a_km, dtype=np.float64) ** 3 / gm_km3_s2)


def semi_major_axis_km(period: ArrayLike, gm_km3_s2: float) -> Floats:
    """Return the semi-major axis that has a period.

    Parameters
    ----------
    period : array_like
        Orbital period [s].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].

    Returns
    -------
    ndarray
        Semi-major axis [km].
    """
    return np.cbrt(gm_km3_s2 * (np.asarray(period, dtype=np.float64) / TURN) ** 2)


def apsides_km(a_km: ArrayLike, e: ArrayLike) -> tuple[Floats, Floats]:
    """Return the radii of periapsis and apoapsis [km] for a semi-major axis [km] and an eccentricity [1]."""
    a, ecc = np.asarray(a_km, dtype=np.float64), np.asarray(e, dtype=np.float64)
    return a * (1.0 - ecc), a * (1.0 + ecc)


def size_from_apsides(periapsis_km: ArrayLike, apoapsis_km: ArrayLike) -> tuple[Floats, Floats]:
    """Return semi-major axis and eccentricity of an orbit between two radii.

    Parameters
    ----------
    periapsis_km, apoapsis_km : array_like
        Distances from the body's centre [km].

    Returns
    -------
    a_km, e : ndarray
        Semi-major axis [km], eccentricity [1].

    Raises
    ------
    InputError
        If a periapsis is not positive or lies above its apoapsis.
    """
    low, high = np.asarray(periapsis_km, dtype=np.float64), np.asarray(apoapsis_km, dtype=np.float64)
    if not (np.all(low > 0) and np.all(high >= low)):
        raise InputError(f"periapsis {low} km and apoapsis {high} km; right is 0 < periapsis <= apoapsis")
    return (low + high) / 2.0, (high - low) / (high + low)


# --------------------------------------------------------------------------------------- elements and states


@njit(cache=True)
def _state(a, e, inc, raan, argp, mean, gm, out):  # type: ignore[no-untyped-def]
    """Write position and velocity of one orbit to out[0:6]."""
    anomaly = solve_kepler(mean, e)
    sine, cosine = np.sin(anomaly), np.cos(anomaly)
    ratio = np.sqrt((1.0 - e) * (1.0 + e))
    x, y = a * (cosine - e), a * ratio * sine
    rate = np.sqrt(gm / a) / (1.0 - e * cosine)
    u, v = -rate * sine, rate * ratio * cosine
    cr, sr = np.cos(raan), np.sin(raan)
    cw, sw = np.cos(argp), np.sin(argp)
    ci, si = np.cos(inc), np.sin(inc)
    px, py, pz = cr * cw - sr * sw * ci, sr * cw + cr * sw * ci, sw * si
    qx, qy, qz = -cr * sw - sr * cw * ci, -sr * sw + cr * cw * ci, cw * si
    out[0], out[1], out[2] = x * px + y * qx, x * py + y * qy, x * pz + y * qz
    out[3], out[4], out[5] = u * px + v * qx, u * py + v * qy, u * pz + v * qz


@njit(cache=True)
def _states(a, e, inc, raan, argp, mean, rates, gm, dt, out):  # type: ignore[no-untyped-def]
    for k in range(dt.size):
        for j in range(a.size):
            _state(
                a[j], e[j], inc[j],
                raan[j] + rates[j, 0] * dt[k], argp[j] + rates[j, 1] * dt[k], mean[j] + rates[j, 2] * dt[k],
                gm, out[k, j],
            )  # fmt: skip


def state(
    elements: Elements, gm_km3_s2: float, dt_s: ArrayLike = 0.0, rates: SecularRates | None = None
) -> tuple[Floats, Floats]:
    """Return position and velocity at times after the epoch.

    Parameters
    ----------
    elements : Elements
        At the epoch; fields of shape [N].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].
    dt_s : array_like, shape [T]
        Time since the epoch [s].
    rates : SecularRates, optional
        Drift of node, periapsis and mean anomaly; two-body motion where not given.

    Returns
    -------
    position_km, velocity_km_s : ndarray, shape [T, N, 3]
        In the axes of the elements; T and N are left out where the input is scalar. With `rates` the velocity
        is that of the osculating ellipse, without the drift itself.

    Examples
    --------
    >>> r, v = state(Elements(7000.0, 0.0, 0.0, 0.0, 0.0, 0.0), 398600.4355)
    >>> round(float(r[0]), 6), round(float(v[1]), 6)
    (7000.0, 7.546053)
    """
    fields = elements.fields()
    dt = np.asarray(dt_s, dtype=np.float64)
    a, e, i, raan, argp, mean = (np.ascontiguousarray(field.ravel()) for field in fields)
    if rates is None:
        drift = np.zeros((a.size, 3))
        drift[:, 2] = np.sqrt(gm_km3_s2 / a**3)
    else:
        columns = (rates.raan_rad_s, rates.argp_rad_s, rates.mean_anomaly_rad_s)
        drift = np.stack([np.broadcast_to(column, fields[0].shape).ravel() for column in columns], axis=-1)
    out = np.empty((dt.size, a.size, 6))
    _states(a, e, i, raan, argp, mean, drift, gm_km3_s2, dt.ravel(), out)
    out = out.reshape((*dt.shape, *fields[0].shape, 6))
    return out[..., :3], out[..., 3:]


def elements_from_state(position_km: ArrayLike, velocity_km_s: ArrayLike, gm_km3_s2: float) -> Elements:
    """Return the elements of the ellipse through a state.

    Parameters
    ----------
    position_km, velocity_km_s : array_like, shape [..., 3]
        Relative to the central body, inertial axes [km, km/s].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].

    Returns
    -------
    Elements
        Angles in [0, 2 pi). The node of an equatorial orbit is put at 0, the periapsis of a circular one at
        its node.

    Raises
    ------
    InputError
        If the orbit is not an ellipse.
    """
    r, v = np.asarray(position_km, dtype=np.float64), np.asarray(velocity_km_s, dtype=np.float64)
    distance = np.linalg.norm(r, axis=-1)
    energy = np.sum(v * v, axis=-1) / 2.0 - gm_km3_s2 / distance
    if not np.all(energy < 0):
        raise InputError(
            f"speed {float(np.max(np.linalg.norm(v, axis=-1))):g} km/s is not below that of escape; "
            "only closed orbits have these elements"
        )
    momentum = np.cross(r, v)
    normal = momentum / np.linalg.norm(momentum, axis=-1, keepdims=True)
    apse = np.cross(v, momentum) / gm_km3_s2 - r / distance[..., None]
    e = np.linalg.norm(apse, axis=-1)
    inclined = np.hypot(normal[..., 0], normal[..., 1])
    i = np.arctan2(inclined, normal[..., 2])
    raan = np.where(inclined > 1e-12, np.arctan2(normal[..., 0], -normal[..., 1]), 0.0)
    node = np.stack([np.cos(raan), np.sin(raan), np.zeros_like(raan)], axis=-1)
    ahead = np.cross(normal, node)  # 90 deg ahead of the node, in the orbital plane

    def latitude(vector: Floats) -> Floats:
        angle = np.arctan2(np.sum(vector * ahead, axis=-1), np.sum(vector * node, axis=-1))
        return np.asarray(angle, dtype=np.float64)

    argp = np.where(e > 1e-12, latitude(apse), 0.0)
    mean = mean_from_true(latitude(r) - argp, np.minimum(e, 1.0 - 1e-16))
    return Elements(-gm_km3_s2 / (2.0 * energy), e, i, raan % TURN, argp % TURN, mean % TURN)


# --------------------------------------------------------------------------------------------- secular drift


@dataclass(frozen=True)
class SecularRates:
    """Constant rates of the angles, relative to the equator of the central body.

    Attributes
    ----------
    raan_rad_s, argp_rad_s : float or ndarray
        Rates of node and argument of periapsis [rad/s].
    mean_anomaly_rad_s : float or ndarray
        Rate of the mean anomaly, mean motion included [rad/s].
    """

    raan_rad_s: float | Floats
    argp_rad_s: float | Floats
    mean_anomaly_rad_s: float | Floats


def secular_j2_rates(elements: Elements, gm_km3_s2: float, j2: float, radius_km: float) -> SecularRates:
    """Return the first-order secular effect of the second zonal harmonic.

    Parameters
    ----------
    elements : Elements
        Mean elements relative to the body's equator.
    gm_km3_s2 : float
        Gravitational parameter [km^3/s^2].
    j2 : float
        Second zonal harmonic, unnormalised [1].
    radius_km : float
        Reference radius of the harmonic [km].

    Returns
    -------
    SecularRates
        Of node, periapsis and mean anomaly.

    References
    ----------
    Kaula 1966, Theory of Satellite Geodesy, eq. 3.74; Vallado 2013, Fundamentals of Astrodynamics and
    Applications, 4th ed., section 9.6.

    Examples
    --------
    >>> sun_synchronous = Elements(7178.137, 0.0, np.radians(98.603), 0.0, 0.0, 0.0)
    >>> rates = secular_j2_rates(sun_synchronous, 398600.4355, 1.0826261738522e-3, 6378.1363)
    >>> round(float(np.degrees(rates.raan_rad_s)) * 86400, 3)  # 360 deg in a tropical year
    0.986
    """
    a, e, i, *_ = elements.fields()
    n = np.sqrt(gm_km3_s2 / a**3)
    factor = 0.75 * n * j2 * (radius_km / (a * (1.0 - e**2))) ** 2
    return SecularRates(
        raan_rad_s=-2.0 * factor * np.cos(i),
        argp_rad_s=factor * (5.0 * np.cos(i) ** 2 - 1.0),
        mean_anomaly_rad_s=n + factor * np.sqrt(1.0 - e**2) * (3.0 * np.cos(i) ** 2 - 1.0),
    )
