"""When bodies hide the Sun from a spacecraft: the share of its disc that is seen, and the times in shadow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from qqnet.dynamics.shadow import sunlit
from qqnet.errors import InputError
from qqnet.space.bodies import body

Floats = NDArray[np.float64]

EDGE_S: Final = 1e-3
"""How exactly the edges of a shadow are found [s]."""


@njit(cache=True, error_model="numpy", nogil=True)
def _sunlit(to_sun, to_bodies, sun_radius, radii, out):  # type: ignore[no-untyped-def]
    for t in range(out.size):
        seen = 1.0
        for i in range(radii.size):
            s, b = to_sun[t], to_bodies[i, t]
            seen *= sunlit(s[0], s[1], s[2], sun_radius, b[0], b[1], b[2], radii[i])
        out[t] = seen


def sunlit_share(to_sun_km: ArrayLike, to_bodies_km: ArrayLike, bodies: Sequence[str]) -> Floats:
    """Share of the Sun's disc that bodies leave visible.

    Parameters
    ----------
    to_sun_km : array_like, shape [T, 3]
        From the observer to the Sun [km].
    to_bodies_km : array_like, shape [B, T, 3]
        From the observer to the bodies [km].
    bodies : sequence of str, length B
        Which these are; spheres of their mean radius.

    Returns
    -------
    ndarray, shape [T]
        Share [1]: 0 in the umbra, between 0 and 1 in the penumbra.

    Raises
    ------
    InputError
        A body is unknown, or the shapes do not fit.

    References
    ----------
    Overlap of discs: Montenbruck & Gill 2000, Satellite Orbits, section 3.4.2. Shares of two bodies are
    multiplied. No atmosphere bends or dims the light.

    Examples
    --------
    >>> half = [[0.0, 1737.4, 20_000.0]]  # the Moon's rim before the Sun's centre
    >>> print(np.round(sunlit_share([[0.0, 0.0, 1.5e8]], [half], ["Moon"]), 2))
    [0.51]
    """
    sun = np.ascontiguousarray(to_sun_km, dtype=np.float64)
    others = np.ascontiguousarray(to_bodies_km, dtype=np.float64).reshape(-1, *sun.shape)
    if sun.ndim != 2 or sun.shape[1] != 3 or len(others) != len(bodies):
        raise InputError(
            f"to_sun_km has shape {sun.shape}, to_bodies_km {others.shape} for {len(bodies)} bodies; right are "
            "[T, 3] and [B, T, 3]"
        )
    out = np.empty(len(sun))
    radii = np.array([body(name).mean_radius_km for name in bodies])
    _sunlit(sun, others, body("Sun").mean_radius_km, radii, out)
    return out


def dark_intervals(
    seen: Callable[[Floats], Floats],
    start_s: float,
    stop_s: float,
    *,
    below: float = 0.5,
    step_s: float = 60.0,
) -> Floats:
    """Find when less than a share of the Sun's disc is seen.

    Parameters
    ----------
    seen : callable
        Share of the disc [1] at times [TDB s past J2000], shape [T] to [T].
    start_s, stop_s : float
        Span [TDB s past J2000].
    below : float
        It is dark below this share [1], above 0 and at most 1.
    step_s : float
        Step of the search [s]: a shadow shorter than it may be missed.

    Returns
    -------
    ndarray, shape [N, 2]
        Start and end of each shadow, cut at the span; edges are right to `EDGE_S`.

    Raises
    ------
    InputError
        The share, the span or the step makes no sense.
    """
    if not 0.0 < below <= 1.0:
        raise InputError(f"the share of sunlight is {below:g}; it must be above 0 and at most 1")
    if not (stop_s > start_s and step_s > 0.0):
        raise InputError(
            f"span {start_s} to {stop_s} s in steps of {step_s} s; wanted a span and a step above zero"
        )
    times = np.append(np.arange(start_s, stop_s, step_s), stop_s)
    dark = seen(times) < below
    change = np.flatnonzero(dark[1:] != dark[:-1])
    low, high, after = times[change], times[change + 1], dark[change + 1]
    while change.size and (high - low).max() > EDGE_S:
        middle = 0.5 * (low + high)
        done = (seen(middle) < below) == after
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    edges = [*([start_s] if dark[0] else []), *(0.5 * (low + high)), *([stop_s] if dark[-1] else [])]
    return np.array(edges, dtype=np.float64).reshape(-1, 2)
