"""The cheapest impulses that change elements by a wanted amount, on one revolution of a Keplerian orbit.

Changes of elements are linear in small impulses (Gauss's equations). Which impulses, at which of many points
of the orbit, in which directions, make a wanted change with the least sum of magnitudes is a convex problem.
It is solved as a sequence of linear programs: each holds some directions at each point, its dual is the
primer vector there, and where that is longer than one its direction joins the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.orbits.kepler import elements_from_state, period_s, state
from qqnet.orbits.mean_elements import equinoctial_from_state, wrapped

Floats = NDArray[np.float64]

CONTROLLED: Final = ("a", "ex", "ey", "i", "raan")
"""Elements that impulses can change: a [km], e cos argp, e sin argp [1], inclination and node [rad]."""

POINTS: Final = 36
"""Points of the revolution at which an impulse may lie."""

_STEP_KM_S: Final = 1e-7  # of the numerical derivative: far above rounding, far below any curvature
_ROUNDS: Final = 20  # of programs; the last is near enough where it still has a surplus
_SURPLUS: Final = 1e-3  # by which a primer vector may exceed one: the sum is then that close to its least


@dataclass(frozen=True, eq=False)
class Impulse:
    """One impulse.

    Attributes
    ----------
    after_s : float
        Time since the state that was given [s].
    delta_v_km_s : ndarray, shape [3]
        Change of velocity [km/s], inertial axes of the state.
    """

    after_s: float
    delta_v_km_s: Floats


def controlled_elements(position_km: ArrayLike, velocity_km_s: ArrayLike, gm_km3_s2: float) -> Floats:
    """Return the elements of `CONTROLLED`, shape [..., 5], of states [..., 3]; angles in [0, 2 pi) [rad]."""
    a, h, k, p, q, _ = np.moveaxis(equinoctial_from_state(position_km, velocity_km_s, gm_km3_s2), -1, 0)
    raan = np.arctan2(p, q)
    cosine, sine = np.cos(raan), np.sin(raan)
    return np.stack(
        [
            a,
            k * cosine + h * sine,
            h * cosine - k * sine,
            2.0 * np.arctan(np.hypot(p, q)),
            raan % (2.0 * np.pi),
        ],
        axis=-1,
    )


def cheapest_impulses(
    position_km: ArrayLike,
    velocity_km_s: ArrayLike,
    gm_km3_s2: float,
    changes: dict[str, float],
    *,
    points: int = POINTS,
) -> list[Impulse]:
    """Return the impulses of least total magnitude that change elements on the next revolution.

    Parameters
    ----------
    position_km, velocity_km_s : array_like, shape [3]
        State at the beginning of the revolution, relative to the central body, inertial axes [km, km/s].
    gm_km3_s2 : float
        Gravitational parameter of the central body [km^3/s^2].
    changes : dict of str to float
        Wanted changes of elements, named as in `CONTROLLED`; others are free.
    points : int
        Points of the revolution at which an impulse may lie.

    Returns
    -------
    list of Impulse
        In order of time; at most as many as there are wanted changes. None where nothing is wanted.

    Raises
    ------
    InputError
        If an element is unknown, or the changes cannot be made.

    References
    ----------
    Lawden 1963, Optimal trajectories for space navigation (primer vector); Gaias & D'Amico 2015, Impulsive
    maneuvers for formation reconfiguration using relative orbital elements, JGCD 38:1036 (bounds in element
    space).

    Examples
    --------
    A change of the semi-major axis of a circular orbit costs v/2 times its share:

    >>> speed = (4902.8 / 7000.0) ** 0.5
    >>> found = cheapest_impulses([7000, 0, 0], [0, speed * 0.6, speed * 0.8], 4902.8, {"a": 7.0})
    >>> cost = sum(float(np.linalg.norm(one.delta_v_km_s)) for one in found)
    >>> abs(cost / (speed * 0.5e-3) - 1.0) < 1e-3
    True
    """
    unknown = [name for name in changes if name not in CONTROLLED]
    if unknown:
        raise InputError(f"unknown element {unknown[0]!r} to be changed; known: {', '.join(CONTROLLED)}")
    rows = [CONTROLLED.index(name) for name in changes]
    wanted = np.array(list(changes.values()), dtype=np.float64)
    if not np.any(wanted):
        return []
    start = elements_from_state(position_km, velocity_km_s, gm_km3_s2)
    offsets = np.arange(points) / points * float(period_s(start.a_km, gm_km3_s2))
    position, velocity = (part.reshape(points, 3) for part in state(start, gm_km3_s2, offsets))
    slope = _slopes(position, velocity, gm_km3_s2)[:, rows]
    # Rows in units of the wanted change, or of what 1 m/s does, so that the program is well scaled.
    scale = 1e-3 * np.linalg.norm(slope, axis=(0, 2)) / np.sqrt(points)
    slope, wanted = slope / scale[:, None], wanted / scale
    which, directions = (
        np.repeat(np.arange(points), 6),
        np.tile(np.vstack([np.eye(3), -np.eye(3)]), (points, 1)),
    )
    for _ in range(_ROUNDS):
        amounts, primer = _program(slope, which, directions, wanted, changes)
        length = np.linalg.norm(primer, axis=1)
        better = np.nonzero(length > 1.0 + _SURPLUS)[0]
        if not better.size:
            break
        which = np.concatenate([which, better])
        directions = np.concatenate([directions, primer[better] / length[better, None]])
    solved = slice(len(amounts))  # directions that joined after the last program have no amount
    sums = np.zeros((points, 3))
    np.add.at(sums, which[solved], amounts[:, None] * directions[solved])
    used = np.nonzero(np.linalg.norm(sums, axis=1) > 1e-12)[0]
    return [Impulse(float(offsets[j]), sums[j]) for j in used]


def _slopes(position: Floats, velocity: Floats, gm: float) -> Floats:
    """Return the derivative of the controlled elements by velocity, shape [M, 5, 3]."""
    columns = []
    for axis in np.eye(3):
        ahead, behind = (
            controlled_elements(position, velocity + sign * _STEP_KM_S * axis, gm) for sign in (1.0, -1.0)
        )
        difference = ahead - behind
        difference[..., 4] = wrapped(difference[..., 4])
        columns.append(difference / (2.0 * _STEP_KM_S))
    return np.stack(columns, axis=-1)


def _program(
    slope: Floats, which: NDArray[np.intp], directions: Floats, wanted: Floats, changes: dict[str, float]
) -> tuple[Floats, Floats]:
    """Return amounts along the directions, and the primer vector at each point."""
    from scipy.optimize import linprog

    columns = np.einsum("jrc,jc->rj", slope[which], directions)
    solution = linprog(np.ones(len(which)), A_eq=columns, b_eq=wanted, method="highs")
    if solution.x is None:
        raise InputError(f"no impulses change {', '.join(changes)} as wanted: {solution.message}")
    dual = np.asarray(solution.eqlin.marginals, dtype=np.float64)
    return np.asarray(solution.x, dtype=np.float64), np.einsum("jrc,r->jc", slope, dual)


def total_km_s(impulses: Sequence[Impulse]) -> float:
    """Return the sum of the magnitudes [km/s]."""
    return float(sum(np.linalg.norm(one.delta_v_km_s) for one in impulses))
