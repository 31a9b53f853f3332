"""Observations as a struct of arrays: who ranges with whom, when, how well; computed values and partials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.legs import Leg, leg
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TWO_WAY: Final = 0
"""Light goes and comes back; no clock of the satellite takes part."""
RECEIVED: Final = -1
"""The first satellite receives."""
SENT: Final = 1
"""The first satellite sends."""

_STATES = 8
"""States of a satellite that observations depend on: position, velocity, clock bias and rate."""


@dataclass(frozen=True, eq=False)
class Observations:
    """M observations.

    Attributes
    ----------
    epoch : ndarray of int [M]
        Index of the time.
    source : ndarray of int [M]
        Index of the kind of tracking, for reports.
    first : ndarray of int [M]
        Satellite whose time it is told by.
    second : ndarray of int [M]
        Satellite at the other end; -1 where that is no satellite of the constellation.
    way : ndarray of int [M]
        `TWO_WAY`, `RECEIVED` or `SENT`.
    rate : ndarray of bool [M]
        Whether it is a range rate; otherwise a range, or with one way a pseudorange.
    sigma : ndarray [M]
        Standard deviation of its noise [km] or [km/s].
    far : ndarray [M, 2, 6]
        State of an external far end [km, km/s] relative to the satellites' body at the first satellite's time, at
        that time less and plus the light time; zero where the far end is a satellite.
    light_s : ndarray [M, 2]
        These light times [s].
    frame_velocity : ndarray [M, 3]
        Velocity of the body in the axes that light is traced in [km/s]: of the barycentre for far ends elsewhere,
        zero near the body.
    consider : ndarray [M, p]
        Derivatives by the consider parameters of stations.
    """

    epoch: Ints
    source: Ints
    first: Ints
    second: Ints
    way: Ints
    rate: NDArray[np.bool_]
    sigma: Floats
    far: Floats
    light_s: Floats
    frame_velocity: Floats
    consider: Floats

    def __len__(self) -> int:
        return len(self.epoch)

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Observations:
        return Observations(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @classmethod
    def join(cls, parts: Sequence[Observations], parameters: int = 0) -> Observations:
        """Put observations one behind the other, in order of the epoch."""
        empty = cls.none(parameters)
        kept = [part for part in parts if len(part)] or [empty]
        whole = cls(
            *(np.concatenate([getattr(part, field.name) for part in kept]) for field in fields(empty))
        )
        return whole[np.argsort(whole.epoch, kind="stable")]

    @classmethod
    def none(cls, parameters: int) -> Observations:
        """Return no observations."""
        ints = np.empty(0, dtype=np.int64)
        return cls(
            ints, ints, ints, ints, ints, np.empty(0, dtype=bool), np.empty(0), np.empty((0, 2, 6)),
            np.empty((0, 2)), np.empty((0, 3)), np.empty((0, parameters)),
        )  # fmt: skip


def crosslink_far(
    states: Floats, gm_km3_s2: float, first_position: Floats, sense: int
) -> tuple[Floats, Floats]:
    """Return where a satellite is at the other end of a crosslink.

    Parameters
    ----------
    states : ndarray [..., 6]
        Of the satellite at the other's time [km, km/s].
    gm_km3_s2 : float
        Of the body [km^3/s^2].
    first_position : ndarray [..., 3]
        The satellite whose time it is [km].
    sense : int
        -1 a light time before, +1 after.

    Returns
    -------
    far : ndarray [..., 6]
        Its state then, falling freely towards the body.
    light_s : ndarray [...]
        The light time [s].
    """
    r, v = states[..., :3], states[..., 3:6]
    fall = -gm_km3_s2 * r / np.linalg.norm(r, axis=-1, keepdims=True) ** 3
    place = r
    for _ in range(3):
        tau = np.linalg.norm(place - first_position, axis=-1) / SPEED_OF_LIGHT_KM_S
        t = sense * tau[..., None]
        place = r + t * v + 0.5 * t * t * fall
    return np.concatenate([place, v + t * fall], axis=-1), tau


def _legs(made: Observations, states: Floats, gm_km3_s2: float) -> tuple[Leg, Leg, Floats]:
    """Trace the incoming and the outgoing light of each observation; light times [..., M, 2] beside."""
    first = states[..., made.first, :]
    second = states[..., np.maximum(made.second, 0), :]
    pair, times = [], []
    for k, sense in enumerate((-1, 1)):
        near, tau = crosslink_far(second[..., :6], gm_km3_s2, first[..., :3], sense)
        inside = made.second >= 0
        far = np.where(inside[:, None], near, made.far[:, k])
        light = np.where(inside, tau, made.light_s[:, k])
        pair.append(
            leg(
                first[..., :3],
                first[..., 3:6] + made.frame_velocity,
                far[..., :3],
                far[..., 3:],
                light,
                sense,
            )
        )
        times.append(light)
    return pair[0], pair[1], np.stack(times, axis=-1)


def computed(made: Observations, states: Floats, gm_km3_s2: float) -> Floats:
    """Return what the observations would be without noise.

    Parameters
    ----------
    made : Observations
        At one epoch, or with states that hold for each of them.
    states : ndarray [..., S, 8]
        Position, velocity, clock bias and rate of each satellite, the latter two times the speed of light
        [km, km/s, km, km/s].
    gm_km3_s2 : float
        Of the body [km^3/s^2].

    Returns
    -------
    ndarray [..., M]
        Ranges [km] and range rates [km/s].
    """
    incoming, outgoing, _ = _legs(made, states, gm_km3_s2)
    clocks = states[..., made.first, 6:8].copy()
    inside = (made.second >= 0)[:, None]
    clocks = clocks - np.where(inside, states[..., np.maximum(made.second, 0), 6:8], 0.0)
    values = []
    for n, name in enumerate(("range_km", "range_rate_km_s")):
        into, out = getattr(incoming, name), getattr(outgoing, name)
        light = np.where(made.way == TWO_WAY, 0.5 * (into + out), np.where(made.way == RECEIVED, into, out))
        values.append(light - made.way * clocks[..., n])
    return np.asarray(np.where(made.rate, values[1], values[0]))


def partials(made: Observations, states: Floats, gm_km3_s2: float) -> tuple[Floats, Floats]:
    """Return the derivatives of observations by the states of both ends.

    Parameters
    ----------
    made, states, gm_km3_s2
        As of `computed`, states [S, 8].

    Returns
    -------
    first, second : ndarray [M, 8]
        By the first and the second satellite's position, velocity, clock bias and rate; zero where there is no
        second satellite.
    """
    incoming, outgoing, light = _legs(made, states, gm_km3_s2)
    shares = np.stack(
        [
            np.where(made.way == TWO_WAY, 0.5, made.way == RECEIVED),
            np.where(made.way == TWO_WAY, 0.5, made.way == SENT),
        ]
    )
    first, second = np.zeros((2, len(made), _STATES))
    rate = made.rate[:, None]
    for k, (sense, one) in enumerate(((-1.0, incoming), (1.0, outgoing))):
        share = shares[k][:, None]
        by_r = np.where(rate, one.rate_by_position, one.range_by_position)
        by_v = np.where(rate, one.range_by_position, 0.0)
        first[:, :3] += share * by_r
        first[:, 3:6] += share * by_v
        second[:, :3] -= share * by_r
        # The far end's velocity moves it during the light time too, and stretches that.
        stretch = 1.0 + sense * one.range_rate_km_s[:, None] / SPEED_OF_LIGHT_KM_S
        second[:, 3:6] -= share * (by_v * stretch + sense * light[:, k, None] * by_r)
    place = np.where(made.rate, 7, 6)
    rows = np.arange(len(made))
    first[rows, place] = -made.way
    second[rows, place] = made.way
    second[made.second < 0] = 0.0
    return first, second


def design_matrix(
    made: Observations, by_first: Floats, by_second: Floats, satellites: int, size: int
) -> Floats:
    """Return the derivatives by all states of the constellation, over the noise of each observation.

    Parameters
    ----------
    made : Observations
        Of one epoch.
    by_first, by_second : ndarray [M, 8]
        From `partials`.
    satellites, size : int
        Satellites, and states of each.

    Returns
    -------
    ndarray [M, satellites * size]
    """
    design = np.zeros((len(made), satellites, size))
    rows = np.arange(len(made))
    design[rows, made.first, :_STATES] = by_first
    inside = np.flatnonzero(made.second >= 0)
    design[inside, made.second[inside], :_STATES] = by_second[inside]
    return design.reshape(len(made), -1) / made.sigma[:, None]
