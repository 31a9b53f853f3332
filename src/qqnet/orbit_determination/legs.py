"""One way of light between a satellite and a far end: range, its rate, and their partial derivatives.

All is told at the time t of the satellite's clock event (sending, receiving or turning round), in axes that do not
turn. The far end is at e(t + s tau), s = +1 where light leaves the satellite and -1 where it comes in, and tau is
the light time, rho / c = tau. With n the unit vector from satellite to far end and w = e' - v,

    d rho / dr  = -n / D,    D = 1 - s (n . e') / c,
    rho'        = n . w / D,
    d n / dr    = (I - n n^T) (-I + s e' (d rho / dr)^T / c) / rho,
    d rho' / dr = (w / D + rho' s e' / (c D))^T dn/dr,    d rho' / dv = -n / D

(Moyer 2003, Formulation for Observed and Computed Values of Deep Space Network Data Types, chapters 8 and 12, by
the satellite's time). The far end moves straight on during the microseconds that an error of the satellite changes
tau by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]

_C = SPEED_OF_LIGHT_KM_S


@dataclass(frozen=True, eq=False)
class Leg:
    """Light between a satellite and a far end.

    Attributes
    ----------
    range_km : ndarray [...]
        Way of the light [km].
    range_rate_km_s : ndarray [...]
        Its change by the satellite's time [km/s].
    direction : ndarray [..., 3]
        Unit vector from the satellite to the far end.
    range_by_position : ndarray [..., 3]
        Derivative of the range by the satellite's position, and of the rate by its velocity [-].
    rate_by_position : ndarray [..., 3]
        Derivative of the rate by the satellite's position [1/s].
    """

    range_km: Floats
    range_rate_km_s: Floats
    direction: Floats
    range_by_position: Floats
    rate_by_position: Floats


def leg(
    position_km: ArrayLike,
    velocity_km_s: ArrayLike,
    far_km: ArrayLike,
    far_velocity_km_s: ArrayLike,
    light_s: ArrayLike,
    sense: ArrayLike,
) -> Leg:
    """Trace light between a satellite and a far end.

    Parameters
    ----------
    position_km, velocity_km_s : array_like [..., 3]
        Of the satellite at its time [km, km/s].
    far_km, far_velocity_km_s : array_like [..., 3]
        Of the far end at the satellite's time plus ``sense * light_s`` [km, km/s].
    light_s : array_like [...]
        Light time that the far end is given for; the true one may differ by microseconds [s].
    sense : array_like [...]
        +1 where light leaves the satellite, -1 where it comes in.

    Returns
    -------
    Leg

    Examples
    --------
    >>> one = leg([0.0, 0, 0], [1.0, 0, 0], [3000.0, 0, 0], [0.0, 1, 0], 0.01, -1)
    >>> round(float(one.range_km), 6), round(float(one.range_rate_km_s), 6)
    (3000.0, -1.0)
    """
    r, v, e, ev = (
        np.asarray(a, dtype=np.float64) for a in (position_km, velocity_km_s, far_km, far_velocity_km_s)
    )
    s, tau = np.asarray(sense, dtype=np.float64), np.asarray(light_s, dtype=np.float64)
    distance = np.linalg.norm(e - r, axis=-1)
    for _ in range(3):  # each turn gains a factor c / v
        far = e + (s * (distance / _C - tau))[..., None] * ev
        distance = np.linalg.norm(far - r, axis=-1)
    n = (far - r) / distance[..., None]
    w = ev - v
    d = 1.0 - s * np.sum(n * ev, axis=-1) / _C
    by_position = -n / d[..., None]
    rate = np.sum(n * w, axis=-1) / d
    toward = w / d[..., None] + (rate * s / (_C * d))[..., None] * ev
    across = (toward - np.sum(toward * n, axis=-1, keepdims=True) * n) / distance[..., None]
    rate_by_position = -across + (s * np.sum(across * ev, axis=-1) / _C)[..., None] * by_position
    return Leg(distance, rate, n, by_position, rate_by_position)


def body_held_range(
    direction: ArrayLike, turning: ArrayLike, axes_rate: ArrayLike, turned: ArrayLike
) -> tuple[Floats, Floats]:
    """Return how a range and its rate change with the place of a station in the axes that turn with its body.

    Parameters
    ----------
    direction : array_like [..., 3]
        Unit vector from satellite to station, ICRF axes.
    turning : array_like [..., 3]
        Its rate [1/s].
    axes_rate : array_like [..., 3]
        Angular velocity of the body [rad/s], ICRF axes.
    turned : array_like [..., 3, 3]
        Rotation from ICRF to the body's axes.

    Returns
    -------
    range_by_place, rate_by_place : ndarray [..., 3]
        [-] and [1/s]; without the change of the light time, 1e-4 of it.
    """
    n, turn = np.asarray(direction, dtype=np.float64), np.asarray(turned, dtype=np.float64)
    # d (n . d) / dt with d held by the body: n' . d + n . (omega x d), and n . (omega x d) = d . (n x omega).
    rate = np.asarray(turning, dtype=np.float64) + np.cross(n, np.asarray(axes_rate, dtype=np.float64))
    return np.einsum("...ij,...j->...i", turn, n), np.einsum("...ij,...j->...i", turn, rate)
