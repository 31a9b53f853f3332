"""What the receiving end of a link sees around the sender: the Sun, and bodies as discs; compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.candidates import Candidates, Floats, Integers
from qqnet.access.margin import compiled, position_of, state_of
from qqnet.errors import InputError
from qqnet.space.bank import TableBank

_ANGLE, _DISTANCE, _PHASE = range(3)


@dataclass(frozen=True, eq=False)
class Sky:
    """Bodies as receivers see them; last axis the rows of the request.

    Attributes
    ----------
    angle_rad : ndarray, shape [bodies, rows]
        Angle between the body's centre and the sender [rad].
    distance_km : ndarray, shape [bodies, rows]
        Distance of the body's centre [km].
    phase_rad : ndarray, shape [bodies, rows]
        Angle between the Sun and the receiver, seen from the body [rad]; NaN for the Sun.
    across_km_s : ndarray, shape [rows]
        Speed of the ends relative to each other across the line of sight [km/s].
    """

    angle_rad: Floats
    distance_km: Floats
    phase_rad: Floats
    across_km_s: Floats


def look(
    bank: TableBank,
    links: Candidates,
    link_index: ArrayLike,
    times: ArrayLike,
    owlt_s: ArrayLike,
    bodies: ArrayLike,
    sun: int,
) -> Sky:
    """See bodies from the receiving ends of links at times.

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
    owlt_s : array_like, shape [rows]
        One-way light time of each row [s]; zeros where geometry is instantaneous.
    bodies : array_like of int, shape [bodies]
        Their trajectories in the bank.
    sun : int
        Trajectory of the Sun.

    Returns
    -------
    Sky
        Angles and distances. Bodies are taken where they are at the time of reception: their own light time and
        aberration, below 0.01 deg, are left out.

    Raises
    ------
    InputError
        If an index is wrong, or a time is outside of a trajectory.
    """
    links.check_against(bank)
    rows = np.ascontiguousarray(link_index, dtype=np.int64).ravel()
    t = np.ascontiguousarray(times, dtype=np.float64).ravel()
    owlt = np.ascontiguousarray(np.broadcast_to(owlt_s, t.shape), dtype=np.float64)
    which: Integers = np.ascontiguousarray(bodies, dtype=np.int64)
    if which.size and not (which.min() >= 0 and which.max() < len(bank) and 0 <= sun < len(bank)):
        raise InputError(f"bodies are {which.tolist()}, the Sun {sun}; right are indices to {len(bank) - 1}")
    out, across = np.empty((3, which.size, t.size)), np.empty(t.size)
    _look(bank.arrays(), links.from_index, links.to_index, which, sun, rows, t, owlt, out, across)
    if which.size and not np.isfinite(out[_DISTANCE]).all():
        raise InputError("a time is outside of a trajectory; the receiver's must reach to the arrival")
    return Sky(out[_ANGLE], out[_DISTANCE], out[_PHASE], across)


@compiled
def _look(bank, senders, receivers, bodies, sun, rows, t, owlt, out, across):  # type: ignore[no-untyped-def]
    place = np.zeros((4, 6))
    peer, here, centre, source = place[0], place[1], place[2], place[3]
    for i in range(rows.size):
        arrival = t[i] + owlt[i]
        state_of(bank, senders[rows[i]], t[i], peer)
        state_of(bank, receivers[rows[i]], arrival, here)
        position_of(bank, sun, arrival, source)
        distance = speed = parting = 0.0
        for j in range(3):
            peer[j] -= here[j]
            moving = peer[3 + j] - here[3 + j]
            distance += peer[j] * peer[j]
            speed += moving * moving
            parting += moving * peer[j]
        distance = np.sqrt(distance)
        across[i] = np.sqrt(max(0.0, speed - (parting / distance) ** 2))
        for k in range(bodies.size):
            position_of(bank, bodies[k], arrival, centre)
            away = along = to_sun = facing = 0.0
            for j in range(3):
                b = centre[j] - here[j]
                s = source[j] - centre[j]
                away += b * b
                along += b * peer[j]
                to_sun += s * s
                facing -= s * b
            away = np.sqrt(away)
            out[0, k, i] = np.arccos(min(1.0, max(-1.0, along / (away * distance))))
            out[1, k, i] = away
            out[2, k, i] = np.nan
            if to_sun > 0.0:
                out[2, k, i] = np.arccos(min(1.0, max(-1.0, facing / (away * np.sqrt(to_sun)))))
