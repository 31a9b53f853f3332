"""Mean elements: osculating elements averaged over a revolution, and how they drift over years.

Elements swing with each revolution, which says nothing of whether an orbit holds. The average over one
revolution leaves what adds up: the pull of third bodies, of the oblateness, of radiation. Averages are taken
of equinoctial elements, which only a retrograde equatorial orbit makes singular, in axes frozen at the middle
of the average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, elements_from_state, period_s, state
from qqnet.space.bodies import body
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]

SAMPLES: Final = 48
"""Samples of a revolution: an average of equally spaced ones converges as fast as the motion is smooth."""


def equinoctial_from_state(position_km: ArrayLike, velocity_km_s: ArrayLike, gm_km3_s2: float) -> Floats:
    """Return equinoctial elements of the ellipse through a state.

    Parameters
    ----------
    position_km, velocity_km_s : array_like, shape [..., 3]
        Relative to the central body, inertial axes [km, km/s].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].

    Returns
    -------
    ndarray, shape [..., 6]
        a [km]; h = e sin(raan + argp), k = e cos(raan + argp); p = tan(i/2) sin raan, q = tan(i/2) cos raan
        [1]; mean longitude raan + argp + mean anomaly, in [0, 2 pi) [rad].

    Raises
    ------
    InputError
        If the orbit is not an ellipse.

    References
    ----------
    Broucke & Cefola 1972, On the equinoctial orbit elements, Celest. Mech. 5:303.

    Examples
    --------
    >>> equinoctial_from_state([7000.0, 0.0, 0.0], [0.0, (4902.8 / 7000.0) ** 0.5, 0.0], 4902.8).round(6)
    array([7000.,    0.,    0.,    0.,    0.,    0.])
    """
    elements = elements_from_state(position_km, velocity_km_s, gm_km3_s2)
    a, e, i, raan, argp, mean = elements.fields()
    tangent, periapsis = np.tan(i / 2.0), raan + argp
    return np.stack(
        [
            a,
            e * np.sin(periapsis),
            e * np.cos(periapsis),
            tangent * np.sin(raan),
            tangent * np.cos(raan),
            (periapsis + mean) % (2.0 * np.pi),
        ],
        axis=-1,
    )


def wrapped(angle_rad: ArrayLike) -> Floats:
    """Return angles in [-pi, pi) [rad], of any shape."""
    return np.asarray((np.asarray(angle_rad, dtype=np.float64) + np.pi) % (2.0 * np.pi) - np.pi)


def elements_from_equinoctial(equinoctial: ArrayLike) -> Elements:
    """Return classical elements.

    Parameters
    ----------
    equinoctial : array_like, shape [..., 6]
        As `equinoctial_from_state` gives them.

    Returns
    -------
    Elements
        Angles in [0, 2 pi).
    """
    a, h, k, p, q, longitude = np.moveaxis(np.asarray(equinoctial, dtype=np.float64), -1, 0)
    raan, periapsis = np.arctan2(p, q), np.arctan2(h, k)
    turn = 2.0 * np.pi
    return Elements(
        a, np.hypot(h, k), 2.0 * np.arctan(np.hypot(p, q)),
        raan % turn, (periapsis - raan) % turn, (longitude - periapsis) % turn,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class MeanElements:
    """Mean elements of several satellites at several times.

    Attributes
    ----------
    frame : str
        Axes, taken anew at each time.
    t_s : ndarray, shape [K]
        Times [TDB s past J2000].
    equinoctial : ndarray, shape [K, N, 6]
        As `equinoctial_from_state` gives them, averaged over a revolution.
    """

    frame: str
    t_s: Floats
    equinoctial: Floats

    @property
    def a_km(self) -> Floats:
        """Semi-major axis, shape [K, N] [km]."""
        return np.asarray(self.equinoctial[..., 0])

    @property
    def e(self) -> Floats:
        """Length of the mean eccentricity vector, shape [K, N] [1]."""
        return np.hypot(self.equinoctial[..., 1], self.equinoctial[..., 2])

    @property
    def i_rad(self) -> Floats:
        """Inclination, shape [K, N] [rad]."""
        return np.asarray(2.0 * np.arctan(np.hypot(self.equinoctial[..., 3], self.equinoctial[..., 4])))

    @property
    def raan_rad(self) -> Floats:
        """Right ascension of the ascending node, continuous in time, shape [K, N] [rad]."""
        return _unwrapped(np.arctan2(self.equinoctial[..., 3], self.equinoctial[..., 4]))

    @property
    def argp_rad(self) -> Floats:
        """Argument of periapsis, continuous in time, shape [K, N] [rad]."""
        periapsis = np.arctan2(self.equinoctial[..., 1], self.equinoctial[..., 2])
        return _unwrapped(periapsis - self.raan_rad)

    @property
    def argument_of_latitude_rad(self) -> Floats:
        """Mean argument of latitude, argp plus mean anomaly, in [0, 2 pi), shape [K, N] [rad]."""
        return np.asarray((self.equinoctial[..., 5] - self.raan_rad) % (2.0 * np.pi))

    @classmethod
    def join(cls, parts: Sequence[MeanElements]) -> MeanElements:
        """Return elements of consecutive times as one."""
        return cls(
            parts[0].frame,
            np.concatenate([part.t_s for part in parts]),
            np.concatenate([part.equinoctial for part in parts]),
        )


def _unwrapped(angle: Floats) -> Floats:
    return np.asarray(np.unwrap(angle, axis=0))


def mean_elements(
    tables: Sequence[ChebyshevTable],
    center: str,
    frame: str,
    times_s: ArrayLike,
    ephemeris: Ephemeris,
    *,
    samples: int = SAMPLES,
) -> MeanElements:
    """Average the elements of satellites over the revolution about each time.

    Parameters
    ----------
    tables : sequence of ChebyshevTable, length N
        Positions relative to the central body [km], ICRF axes; they cover half a revolution beyond the times.
    center : str
        The central body.
    frame : str
        Axes of the elements, frozen at each time.
    times_s : array_like, shape [K]
        Times [TDB s past J2000].
    ephemeris : Ephemeris
        Source of the axes.
    samples : int
        Samples of a revolution.

    Returns
    -------
    MeanElements
        Of all satellites.

    Raises
    ------
    InputError
        If a motion is no ellipse.
    EphemerisRangeError
        If a table does not reach half a revolution beyond a time.
    """
    times = np.atleast_1d(np.asarray(times_s, dtype=np.float64))
    gm = body(center).gm_km3_s2
    if samples < 4:
        raise InputError(f"samples of a revolution: {samples}; right is at least 4")
    axes = rotation(frame, times, ephemeris)
    result = np.empty((times.size, len(tables), 6))
    share = (np.arange(samples) + 0.5) / samples - 0.5
    for n, table in enumerate(tables):
        position, velocity = table.evaluate_with_rate(times)
        here = equinoctial_from_state(position, velocity, gm)
        period = period_s(here[:, 0], gm)
        # The osculating period is off by some 1e-3; the mean semi-major axis of a first average is not.
        for _ in range(2):
            offsets = share * period[:, None]
            position, velocity = table.evaluate_with_rate(times[:, None] + offsets)
            r, v = (np.einsum("kij,ksj->ksi", axes, part) for part in (position, velocity))
            values = equinoctial_from_state(r, v, gm)
            a = values[..., 0].mean(axis=1)
            period = period_s(a, gm)
        motion = 2.0 * np.pi / period[:, None] * offsets
        middle = values[:, samples // 2, 5] - motion[:, samples // 2]
        residual = wrapped(values[..., 5] - motion - middle[:, None])
        result[:, n] = values.mean(axis=1)
        result[:, n, 5] = (middle + residual.mean(axis=1)) % (2.0 * np.pi)
    return MeanElements(frame, times, result)


def osculating_from_mean(
    model: ForceModel,
    states: ArrayLike,
    epoch_s: float,
    frame: str,
    ephemeris: Ephemeris,
    *,
    iterations: int = 4,
) -> Floats:
    """Return osculating states whose mean elements are the elements of given states.

    A pattern of equal osculating elements is none of equal mean ones: satellites would drift apart at once.

    Parameters
    ----------
    model : ForceModel
        Forces.
    states : ndarray, shape [N, 6]
        States of the Keplerian orbits with the wanted mean elements [km, km/s], ICRF axes.
    epoch_s : float
        Their time [TDB s past J2000].
    frame : str
        Axes of the averages.
    ephemeris : Ephemeris
        Where the bodies are; it reaches a revolution before and after the epoch.
    iterations : int
        Corrections; each leaves about a hundredth of the difference.

    Returns
    -------
    ndarray, shape [N, 6]
        States [km, km/s], ICRF axes.

    Raises
    ------
    InputError
        If a motion is no ellipse or meets a surface.
    """
    from qqnet.dynamics.propagation import propagate

    gm = body(model.center).gm_km3_s2
    axes = rotation(frame, epoch_s, ephemeris)
    current = np.array(states, dtype=np.float64)
    turned = current.reshape(-1, 2, 3) @ axes.T
    wanted = equinoctial_from_state(turned[:, 0], turned[:, 1], gm)
    elements = wanted.copy()
    reach = 0.6 * float(np.max(period_s(wanted[:, 0], gm)))
    for _ in range(iterations):
        done = propagate(
            model, current, epoch_s, (epoch_s - reach, epoch_s + reach), ephemeris, tolerance_km=1e-4
        )
        mean = mean_elements(done.tables, model.center, frame, [epoch_s], ephemeris).equinoctial[0]
        difference = wanted - mean
        difference[:, 5] = wrapped(difference[:, 5])
        elements = elements + difference
        position, velocity = state(elements_from_equinoctial(elements), gm)
        current = np.hstack([position.reshape(-1, 3) @ axes, velocity.reshape(-1, 3) @ axes])
    return current
