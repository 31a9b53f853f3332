"""Where a motion crosses the xz plane of the rotating frame, and how fast it goes across the line of the bodies.

Periodic orbits cross that plane at right angles: what is left of the velocity along x tells an orbit that holds
from one that leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.cr3bp import ThreeBodySystem
from qqnet.threebody.motions import Motions
from qqnet.threebody.shooting import EphemerisOrbit
from qqnet.threebody.synodic import period_s, states_to_rotating

Floats = NDArray[np.float64]

SAMPLES: Final = 400
"""Places a revolution among which changes of side are looked for."""

SEARCHES: Final = 4
LATEST: Final = 0.2
"""A crossing that comes later or earlier than the reference's by this share of a period is another one."""

STENCIL_S: Final = 20.0


@dataclass(frozen=True, eq=False)
class Target:
    """A crossing of the reference, and what changes the velocity along x there.

    Attributes
    ----------
    time_s : float
        Of the reference's crossing [TDB s past J2000].
    vx_km_s : float
        Velocity along x there, rotating frame [km/s].
    gradient : ndarray, shape [6]
        Derivative of that velocity, at the crossing wherever it comes, by the state at the manoeuvre.
    """

    time_s: float
    vx_km_s: float
    gradient: Floats


def speed_unit_km_s(system: ThreeBodySystem) -> float:
    """Return the nondimensional unit of velocity [km/s]."""
    return 2.0 * np.pi / system.mean_period_s * system.length_km


def crossing_times(reference: EphemerisOrbit, ephemeris: Ephemeris) -> Floats:
    """Return the times at which a reference crosses the xz plane [TDB s past J2000], in order."""
    start, stop = reference.span
    period = period_s(reference.system, reference.orbit)
    times = np.linspace(start, stop, max(64, int(SAMPLES * (stop - start) / period)))
    y = reference.rotating(times, ephemeris)[:, 1]
    change = np.flatnonzero(np.signbit(y[1:]) != np.signbit(y[:-1]))
    found = times[change] - y[change] * np.diff(times)[change] / np.diff(y)[change]
    rate = 2.0 * np.pi / reference.system.mean_period_s
    for _ in range(SEARCHES):
        state = reference.rotating(found, ephemeris)
        found = np.clip(found - state[:, 1] / (state[:, 4] * rate), start, stop)
    return found


def targets(
    reference: EphemerisOrbit,
    ephemeris: Ephemeris,
    motions: Motions,
    manoeuvres_s: Floats,
    horizon_s: float,
) -> list[Target]:
    """Choose for each manoeuvre the crossing nearest to the horizon, and linearise the way there.

    Parameters
    ----------
    reference : EphemerisOrbit
        The orbit to be held.
    ephemeris : Ephemeris
        Where the pair is.
    motions : Motions
        The reference's forces.
    manoeuvres_s : ndarray, shape [M]
        Times of manoeuvres [TDB s past J2000], ascending.
    horizon_s : float
        How far ahead to aim [s].

    Returns
    -------
    list of Target
        One a manoeuvre.

    Raises
    ------
    InputError
        If the reference does not reach that far, or does not cross the plane.
    """
    crossings = crossing_times(reference, ephemeris)
    if not crossings.size:
        raise InputError(f"{reference.name}: the orbit does not cross the xz plane in its span")
    aims = crossings[np.argmin(np.abs(crossings - (manoeuvres_s + horizon_s)[:, None]), axis=1)]
    times = np.unique(np.concatenate([manoeuvres_s, aims]))
    _, steps = motions.transitions(reference.states(times[:-1]), times[:-1], times[1:])
    vx = reference.rotating(aims, ephemeris)[:, 3] * speed_unit_km_s(reference.system)
    made = []
    for start, aim, speed, row in zip(
        manoeuvres_s, aims, vx, _crossing_rows(reference, ephemeris, aims), strict=True
    ):
        first, last = np.searchsorted(times, [start, aim])
        for step in steps[first:last][::-1]:
            row = row @ step
        made.append(Target(float(aim), float(speed), row))
    return made


def _crossing_rows(reference: EphemerisOrbit, ephemeris: Ephemeris, times: Floats) -> Floats:
    """Return the derivative of vx at the crossing by the state at its reference time, shape [N, 6] [km/s]."""
    system, states = reference.system, reference.states(times)
    unit = np.array([1.0] * 3 + [1e-6] * 3)
    base = states_to_rotating(states, system, times, ephemeris, reference.center)
    columns = [  # the map is linear in the state
        (states_to_rotating(states + shift, system, times, ephemeris, reference.center) - base) / size
        for shift, size in zip(np.diag(1e6 * unit), 1e6 * unit, strict=True)
    ]
    after, before = (reference.rotating(times + s, ephemeris) for s in (STENCIL_S, -STENCIL_S))
    rate = (after - before) / (2.0 * STENCIL_S)
    slope = np.stack(columns, axis=-1)
    late = (rate[:, 3] / rate[:, 1])[:, None]
    return np.asarray((slope[:, 3] - late * slope[:, 1]) * speed_unit_km_s(system), dtype=np.float64)


def vx_at_crossing(
    motions: Motions,
    reference: EphemerisOrbit,
    ephemeris: Ephemeris,
    states: Floats,
    start_s: float,
    target: Target,
) -> Floats:
    """Follow motions to their crossings near that of a target.

    Parameters
    ----------
    motions : Motions
        The forces.
    reference : EphemerisOrbit
        The orbit to be held.
    ephemeris : Ephemeris
        Where the pair is.
    states : ndarray, shape [N, 6]
        States at the start [km, km/s], ICRF axes.
    start_s : float
        Start [TDB s past J2000].
    target : Target
        Where the reference crosses.

    Returns
    -------
    ndarray, shape [N]
        Velocity along x in the rotating frame [km/s]; NaN where the motion does not come through there.
    """
    system = reference.system
    near = motions.ends(states, start_s, target.time_s)
    times, here = np.full(len(states), target.time_s), near
    rate, limit = 2.0 * np.pi / system.mean_period_s, LATEST * period_s(system, reference.orbit)
    rotating = np.full((len(states), 6), np.nan)
    good = np.isfinite(near).all(axis=1)
    for _ in range(SEARCHES):
        rotating[good] = states_to_rotating(here[good], system, times[good], ephemeris, reference.center)
        late = np.where(good, -rotating[:, 1] / (rotating[:, 4] * rate), 0.0)
        good &= np.abs(times + late - target.time_s) < limit
        if not good.any() or np.max(np.abs(late[good])) < 1e-3:
            break
        times = np.where(good, times + late, target.time_s)
        here = np.full_like(near, np.nan)
        here[good] = motions.ends(near[good], target.time_s, times[good])
        good &= np.isfinite(here).all(axis=1)
    return np.where(good, rotating[:, 3] * speed_unit_km_s(system), np.nan)
