"""What a user estimates and from what: state, process, and the rows of its measurements.

The state is, in metres and seconds: position (3), velocity (3), clock offset and clock rate times the speed of
light; after these come the errors that last (orbit, clock and rate of each satellite, the terrain map), each a
Gauss-Markov process of unit variance. A filter that took them for white noise would average them away and be
far too sure of itself.

A two-way range holds no clock of the user. The altitude above mapped terrain is a measurement of the distance from
the centre of the body, with an error of the map that lasts as long as the user stays within its correlation
length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.navigation.user_clock import ReceiverClock
from qqnet.navigation.user_lines import Lines
from qqnet.navigation.user_motion import Track

Floats = NDArray[np.float64]

CORE = 8
"""Position, velocity, clock offset, clock rate."""

LASTING = 3
"""Lasting errors of a satellite: what its orbit does to ranges, what its clock does besides, and the rates."""

MEASUREMENTS = ("one-way", "two-way", "doppler")


@dataclass(frozen=True)
class AltitudeAid:
    """Altitude from a terrain map, by standing on it or by an altimeter above it.

    Attributes
    ----------
    map_m : float
        Error of the map, one sigma [m]; it lasts over the correlation length.
    noise_m : float
        White error of one value, one sigma [m].
    correlation_length_km : float
        [km].
    below_km : float
        Greatest altitude [km].
    """

    map_m: float
    noise_m: float
    correlation_length_km: float = 1.0
    below_km: float = np.inf


@dataclass(frozen=True, eq=False)
class Step:
    """A step of the process: the core moves, each lasting error fades and is renewed.

    Attributes
    ----------
    transition, noise : ndarray [8, 8]
        Of the core.
    kept : ndarray [n - 8]
        Share of each lasting error that is left; what is new has the variance ``1 - kept²``.
    """

    transition: Floats
    noise: Floats
    kept: Floats

    def moved(self, state: Floats) -> Floats:
        """State [..., n] after the step, without noise."""
        core, lasting = state[..., :CORE] @ self.transition.T, state[..., CORE:] * self.kept
        return np.concatenate([core, lasting], axis=-1)

    def spread(self, covariance: Floats) -> Floats:
        """Covariance [..., n, n] after the step, noise included."""
        after = np.empty_like(covariance)
        core = self.transition @ covariance[..., :CORE, :CORE] @ self.transition.T
        after[..., :CORE, :CORE] = core + self.noise
        mixed = self.transition @ covariance[..., :CORE, CORE:] * self.kept
        after[..., :CORE, CORE:] = mixed
        after[..., CORE:, :CORE] = np.swapaxes(mixed, -1, -2)
        after[..., CORE:, CORE:] = covariance[..., CORE:, CORE:] * np.outer(self.kept, self.kept)
        index = np.arange(CORE, covariance.shape[-1])
        after[..., index, index] += 1.0 - self.kept**2
        return after


@dataclass(frozen=True, eq=False)
class UserProblem:
    """A user's estimation problem.

    Attributes
    ----------
    track : Track
        The true motion.
    lines : Lines
        Satellites and the worth of their measurements.
    clock : ReceiverClock
        The user's clock.
    measurements : tuple of str
        Of :data:`MEASUREMENTS`.
    correlation_time_s : float
        How long errors of orbit and clock last [s].
    velocity_noise_m_s : float
        Spread of the change of velocity in a minute that the motion does not explain, each axis [m/s].
    initial_sigma : tuple of float
        Of the start: position [m], velocity [m/s], clock offset [m], clock rate [m/s], one sigma.
    two_way_noise_m : float
        White error of a two-way range, one sigma [m].
    altitude : AltitudeAid or None
        None where nothing is known of it.
    """

    track: Track
    lines: Lines
    clock: ReceiverClock
    measurements: tuple[str, ...]
    correlation_time_s: float
    velocity_noise_m_s: float
    initial_sigma: tuple[float, float, float, float]
    two_way_noise_m: float = 1.0
    altitude: AltitudeAid | None = None

    def __post_init__(self) -> None:
        unknown = set(self.measurements) - set(MEASUREMENTS)
        if unknown or not self.measurements:
            raise InputError(f"measurements: {sorted(unknown)}; wanted some of {', '.join(MEASUREMENTS)}")

    @property
    def used(self) -> NDArray[np.intp]:
        """Satellites that are ever in view."""
        return np.flatnonzero(self.lines.seen.any(axis=0))

    @property
    def size(self) -> int:
        """Number of states."""
        return CORE + LASTING * self.used.size + 1

    def truth(self, epoch: int) -> Floats:
        """State that the track has at an epoch, lasting errors at zero, shape [size]."""
        state = np.zeros(self.size)
        state[:3] = self.track.position_km[epoch] * 1e3
        state[3:6] = self.track.velocity_km_s[epoch] * 1e3
        return state

    def start(self) -> Floats:
        """Covariance of the start, shape [size, size]."""
        position, velocity, offset, rate = self.initial_sigma
        sigma = np.concatenate([[position] * 3, [velocity] * 3, [offset, rate], np.ones(self.size - CORE)])
        return np.diag(sigma**2)

    def step(self, epoch: int) -> Step:
        """How the state goes from an epoch to the next."""
        seconds = float(self.track.times_s[epoch + 1] - self.track.times_s[epoch])
        transition, noise = np.eye(CORE), np.zeros((CORE, CORE))
        if self.track.transition is None:
            transition[:3, 3:6] = np.eye(3) * seconds
        else:
            transition[:6, :6] = self.track.transition[epoch]
        transition[6, 7] = seconds
        density = self.velocity_noise_m_s**2 / 60.0
        noise[:3, :3] = np.eye(3) * density * seconds**3 / 3.0
        noise[:3, 3:6] = noise[3:6, :3] = np.eye(3) * density * seconds**2 / 2.0
        noise[3:6, 3:6] = np.eye(3) * density * seconds
        noise[6:8, 6:8] = self.clock.process_noise(seconds)
        kept = np.full(self.size - CORE, np.exp(-seconds / self.correlation_time_s))
        if self.altitude is not None:
            gone = np.linalg.norm(self.track.position_km[epoch + 1] - self.track.position_km[epoch])
            kept[-1] = np.exp(-gone / self.altitude.correlation_length_km)
        return Step(transition, noise, kept)

    def white(self, epoch: int) -> Floats:
        """Variances of the white errors of the measurements at an epoch, in their order, shape [M]."""
        lines, seen = self.lines, self.seen(epoch)
        parts = []
        if "one-way" in self.measurements:
            parts.append(lines.white_m[epoch, seen] ** 2)
        if "two-way" in self.measurements:
            parts.append(np.full(seen.size, self.two_way_noise_m**2))
        if "doppler" in self.measurements:
            parts.append(lines.rate_m_s[epoch, seen] ** 2)
        if self.has_altitude(epoch):
            assert self.altitude is not None
            parts.append(np.array([self.altitude.noise_m**2]))
        return np.concatenate(parts)

    def kinds(self, epoch: int) -> list[str]:
        """Kind of each measurement at an epoch, in their order: one-way, two-way, doppler, altitude."""
        count = self.seen(epoch).size
        found = [kind for kind in MEASUREMENTS if kind in self.measurements for _ in range(count)]
        return [*found, *(["altitude"] if self.has_altitude(epoch) else [])]

    def seen(self, epoch: int) -> NDArray[np.intp]:
        """Satellites in view at an epoch."""
        return np.flatnonzero(self.lines.seen[epoch])

    def has_altitude(self, epoch: int) -> bool:
        """Whether the altitude is measured at an epoch."""
        return self.altitude is not None and bool(self.track.altitude_km[epoch] <= self.altitude.below_km)

    def measured(self, epoch: int, state: Floats) -> tuple[Floats, Floats]:
        """Measurements without white errors, and their derivatives.

        Parameters
        ----------
        epoch : int
            Which.
        state : ndarray [..., size]
            One or many states.

        Returns
        -------
        values : ndarray [..., M]
            [m] and [m/s].
        rows : ndarray [..., M, size]
            Derivatives by the state.
        """
        lines, seen = self.lines, self.seen(epoch)
        place = np.searchsorted(self.used, seen)
        apart = lines.position_km[epoch, seen] * 1e3 - state[..., None, :3]
        distance = np.linalg.norm(apart, axis=-1)
        line = apart / distance[..., None]
        values, rows = [], []

        def blank(count: int) -> Floats:
            return np.zeros((*state.shape[:-1], count, self.size))

        for kind in MEASUREMENTS:
            if kind not in self.measurements:
                continue
            row, index = blank(seen.size), np.arange(seen.size)
            if kind == "doppler":
                moving = lines.velocity_km_s[epoch, seen] * 1e3 - state[..., None, 3:6]
                rate = np.sum(line * moving, axis=-1)
                row[..., :3] = -(moving - line * rate[..., None]) / distance[..., None]
                row[..., 3:6] = -line
                row[..., 7] = 1.0
                loading = lines.lasting_rate_m_s[epoch, seen]
                row[..., index, CORE + LASTING * place + 2] = loading
                lasting = loading * state[..., CORE + LASTING * place + 2]
                values.append(rate + state[..., None, 7] + lasting)
            else:
                row[..., :3] = -line
                loading = lines.one_way_m[epoch, seen]
                if kind == "two-way":
                    loading = np.stack([lines.two_way_m[epoch, seen], np.zeros(seen.size)], axis=-1)
                row[..., 6] = kind == "one-way"
                for part in range(2):
                    row[..., index, CORE + LASTING * place + part] = loading[:, part]
                lasting = np.sum(row[..., CORE:] * state[..., None, CORE:], axis=-1)
                values.append(distance + row[..., 6] * state[..., None, 6] + lasting)
            rows.append(row)
        if self.has_altitude(epoch):
            assert self.altitude is not None
            row, height = blank(1), np.linalg.norm(state[..., :3], axis=-1)
            row[..., 0, :3] = state[..., :3] / height[..., None]
            row[..., 0, -1] = self.altitude.map_m
            values.append((height + self.altitude.map_m * state[..., -1])[..., None])
            rows.append(row)
        return np.concatenate(values, axis=-1), np.concatenate(rows, axis=-2)
