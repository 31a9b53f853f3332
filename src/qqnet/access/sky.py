"""What each end of a link sees around the other: the Sun, and bodies as discs; compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.candidates import Candidates, Floats, Integers
from qqnet.access.margin import C_KM_S, LIGHT_TIME, RANGE, WORK_SHAPE, compiled, evaluate_link, position_of
from qqnet.errors import InputError
from qqnet.space.bank import TableBank

_ANGLE, _DISTANCE, _PHASE = range(3)


@dataclass(frozen=True, eq=False)
class Sky:
    """Bodies as seen from both ends of links; last axis the rows of the request.

    Attributes
    ----------
    angle_rad : ndarray, shape [2, bodies, rows]
        Angle between the body's centre and the peer, seen from the sender (0) and the receiver (1) [rad].
    distance_km : ndarray, shape [2, bodies, rows]
        Distance of the body's centre [km].
    phase_rad : ndarray, shape [2, bodies, rows]
        Angle between the Sun and the observer, seen from the body [rad]; NaN for the Sun.
    """

    angle_rad: Floats
    distance_km: Floats
    phase_rad: Floats


def look(
    bank: TableBank,
    links: Candidates,
    link_index: ArrayLike,
    times: ArrayLike,
    bodies: ArrayLike,
    sun: int,
    *,
    light_time: bool = True,
) -> Sky:
    """See bodies from both ends of links at times.

    Parameters
    ----------
    bank : TableBank
        Trajectories.
    links : Candidates
        The links.
    link_index : array_like of int, shape [rows]
        Which link in each row.
    times : array_like, shape [rows]
        Time of transmission in each row [TDB s past J2000].
    bodies : array_like of int, shape [bodies]
        Their trajectories in the bank.
    sun : int
        Trajectory of the Sun.
    light_time : bool
        Whether the receiver is met where it is when the light arrives. Bodies are taken where they are at the time
        of each end: their own light time and aberration, below 0.01 deg, are left out.

    Returns
    -------
    Sky
        Angles and distances.

    Raises
    ------
    InputError
        If an index is wrong, or a time is outside of a trajectory.
    """
    links.check_against(bank)
    rows = np.ascontiguousarray(link_index, dtype=np.int64).ravel()
    t = np.ascontiguousarray(times, dtype=np.float64).ravel()
    which: Integers = np.ascontiguousarray(bodies, dtype=np.int64)
    if which.size and not (which.min() >= 0 and which.max() < len(bank) and 0 <= sun < len(bank)):
        raise InputError(f"bodies are {which.tolist()}, the Sun {sun}; right are indices to {len(bank) - 1}")
    ends, _ = links.arrays()
    out = np.empty((3, 2, which.size, t.size))
    _look(bank.arrays(), ends, which, sun, light_time, rows, t, out)
    if which.size and not np.isfinite(out[_DISTANCE]).all():
        raise InputError("a time is outside of a trajectory; the receiver's must reach to the arrival")
    return Sky(out[_ANGLE], out[_DISTANCE], out[_PHASE])


@compiled
def _look(bank, ends, bodies, sun, with_light_time, rows, t, out):  # type: ignore[no-untyped-def]
    work = np.zeros(WORK_SHAPE)
    place = np.zeros((2, 3))
    for i in range(rows.size):
        if i == 0 or rows[i] != rows[i - 1]:
            work[3, LIGHT_TIME] = 0.0
        evaluate_link(bank, ends[rows[i]], np.int64(-1), with_light_time, t[i], work)
        distance = work[3, RANGE]
        arrival = t[i] + distance / C_KM_S if with_light_time else t[i]
        for end in range(2):
            time = t[i] if end == 0 else arrival
            here, there = work[end], work[1 - end]
            position_of(bank, sun, time, place[1])
            for k in range(bodies.size):
                position_of(bank, bodies[k], time, place[0])
                away = along = to_sun = facing = 0.0
                for j in range(3):
                    b = place[0, j] - here[j]
                    s = place[1, j] - place[0, j]
                    away += b * b
                    along += b * (there[j] - here[j]) / distance
                    to_sun += s * s
                    facing -= s * b
                away = np.sqrt(away)
                out[0, end, k, i] = np.arccos(min(1.0, max(-1.0, along / away)))
                out[1, end, k, i] = away
                out[2, end, k, i] = np.nan
                if to_sun > 0.0:
                    out[2, end, k, i] = np.arccos(min(1.0, max(-1.0, facing / (away * np.sqrt(to_sun)))))
        if not np.isfinite(work[3, LIGHT_TIME]):
            work[3, LIGHT_TIME] = 0.0
