"""One-way light time, with the delay that masses near the path add (Shapiro).

In barycentric coordinates light from r1 at t1 to r2 at t2 takes

    c (t2 - t1) = r12 + sum over bodies of m ln((r1 + r2 + r12 + m)/(r1 + r2 - r12 + m)),   m = 2 GM/c^2,

with r1, r2 the distances of sender and receiver from the body, each at its own time (Moyer 2003, Formulation for
Observed and Computed Values of Deep Space Network Data Types, chapter 8; m inside the logarithm is the bending of
the path, with Moyer for the Sun only). From Mars to the Earth the Sun delays light by 3 us in opposition and by
120 us where it grazes the Sun, Jupiter by 5 ns, the Earth by 0.3 ns; from Earth to Moon the Sun by 27 ns, the
Earth by 0.2 ns.

Times are of TDB. A clock that measures a light time has its own rate, 1.5e-8 and less off: see
`qqnet.space.lunar_time`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]

MASSES: Final = ("Sun", "Jupiter", "Saturn", "Earth", "Moon", "Venus", "Mars")
"""Bodies that delay light, where not chosen otherwise."""

_C: Final = SPEED_OF_LIGHT_KM_S


@njit(cache=True, error_model="numpy")
def mass_delay_s(sender, receiver, mass_at_sending, mass_at_reception, gm_km3_s2):  # type: ignore[no-untyped-def]
    """Return the delay [s] by one body; positions [km] in [0:3] of each, relative to one origin."""
    first = 0.0
    second = 0.0
    whole = 0.0
    for j in range(3):
        first += (sender[j] - mass_at_sending[j]) ** 2
        second += (receiver[j] - mass_at_reception[j]) ** 2
        whole += (receiver[j] - sender[j]) ** 2
    m = 2.0 * gm_km3_s2 / (_C * _C)
    around = np.sqrt(first) + np.sqrt(second)
    whole = np.sqrt(whole)
    return m / _C * np.log((around + whole + m) / (max(around - whole, 0.0) + m))


@njit(cache=True, error_model="numpy")
def _delays(senders, receivers, at_sending, at_reception, gm_km3_s2, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] += mass_delay_s(senders[i], receivers[i], at_sending[i], at_reception[i], gm_km3_s2)


def gravitational_delay_s(
    sender: ArrayLike,
    receiver: ArrayLike,
    sent_s: ArrayLike,
    received_s: ArrayLike,
    ephemeris: Ephemeris,
    masses: Sequence[str] = MASSES,
) -> Floats:
    """Return how much longer than in flat space light travels.

    Parameters
    ----------
    sender, receiver : array_like, shape [..., 3]
        Places of sending and reception relative to the Solar System barycentre [km], ICRF axes.
    sent_s, received_s : array_like, shape [...]
        Their times [TDB s past J2000].
    ephemeris : Ephemeris
        Where the masses are.
    masses : sequence of str
        Which bodies count.

    Returns
    -------
    ndarray, shape [...]
        Delay [s].

    Raises
    ------
    InputError
        If a body is unknown.
    EphemerisRangeError
        If a time is not covered.
    """
    start, end = np.asarray(sender, dtype=np.float64), np.asarray(receiver, dtype=np.float64)
    first, last = np.asarray(sent_s, dtype=np.float64), np.asarray(received_s, dtype=np.float64)
    shape = np.broadcast_shapes(start.shape[:-1], end.shape[:-1], first.shape, last.shape)
    out = np.zeros(int(np.prod(shape)))

    def flat(vectors: Floats) -> Floats:
        return np.ascontiguousarray(np.broadcast_to(vectors, (*shape, 3)).reshape(-1, 3))

    start, end = flat(start), flat(end)
    for name in masses:
        at_sending, at_reception = (flat(ephemeris.position(name, "SSB", t)) for t in (first, last))
        _delays(start, end, at_sending, at_reception, body(name).gm_km3_s2, out)
    return out.reshape(shape)


def light_time_s(
    sender: ArrayLike,
    receiver: Callable[[Floats], ArrayLike],
    t: ArrayLike,
    ephemeris: Ephemeris | None = None,
    masses: Sequence[str] = MASSES,
) -> Floats:
    """Return the one-way light time from a sender at t to a receiver that moves on meanwhile.

    Parameters
    ----------
    sender : array_like, shape [..., 3]
        Place of sending relative to the Solar System barycentre [km], ICRF axes.
    receiver : callable
        Place of the receiver at given times [TDB s past J2000], shape [...] to [..., 3], likewise [km].
    t : array_like, shape [...]
        Time of sending [TDB s past J2000].
    ephemeris : Ephemeris, optional
        Where the masses are; without one light goes straight at the speed of light.
    masses : sequence of str
        Which bodies delay it.

    Returns
    -------
    ndarray, shape [...]
        Light time [s of TDB]. At the scale of the Solar System it is good to the rounding of t, 1e-7 s times the
        speed of the receiver over that of light: 0.02 ns.

    Raises
    ------
    InputError
        If a body is unknown.
    EphemerisRangeError
        If a time is not covered.

    Examples
    --------
    >>> planets = Ephemeris.packaged()
    >>> t = 0.8e9
    >>> mars = planets.position("Mars", "SSB", t)
    >>> def earth(when):
    ...     return planets.position("Earth", "SSB", when)
    >>> delay = light_time_s(mars, earth, t, planets, ["Sun"]) - light_time_s(mars, earth, t)
    >>> bool(1e-6 < delay < 130e-6)
    True
    """
    start, time = np.asarray(sender, dtype=np.float64), np.asarray(t, dtype=np.float64)
    tau = np.zeros(np.broadcast_shapes(start.shape[:-1], time.shape))
    # Each turn divides the error by c / v, about 1e4.
    for _ in range(6):
        place = np.asarray(receiver(time + tau), dtype=np.float64)
        tau = np.linalg.norm(place - start, axis=-1) / _C
        if ephemeris is not None:
            tau = tau + gravitational_delay_s(start, place, time, time + tau, ephemeris, masses)
    return np.asarray(tau, dtype=np.float64)
