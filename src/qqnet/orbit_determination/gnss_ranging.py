"""Pseudoranges of Earth's navigation satellites, received at the constellation.

Which signals are usable, and how well they are measured, is asked of a provider. The one here goes by angles: side
lobes reach to an angle off the transmitter's nadir. That of `gnss_reception` goes by signal power.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.observations import RECEIVED, Observations
from qqnet.orbit_determination.schedule import compressed_sigma, due
from qqnet.orbit_determination.tracking import Scene

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = tuple[Integers, Integers, Integers]
"""Epoch, receiver and transmitter of M signals."""

CHANNELS: Final = 12
"""Signals that a receiver tracks at a time where nothing is said."""


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of G transmitters at S receivers.

    Attributes
    ----------
    usable : ndarray of bool [T, S, G]
        Whether a signal is tracked.
    sigma_km : ndarray [T, S, G]
        Noise of one pseudorange, white from one to the next [km].
    lasting_km : ndarray [G] or float
        Errors that are the same for all pseudoranges of a step or more: of the transmitter's broadcast [km].
    """

    usable: NDArray[np.bool_]
    sigma_km: Floats
    lasting_km: Floats | float = 0.0


class SignalProvider(Protocol):
    """Says which signals are usable, and where they come from."""

    def signals(self, scene: Scene, times_s: Floats, states: Floats) -> Signals:
        """Return the signals at epochs, shape [T], of receivers with states [T, S, 6] about the scene's centre."""
        ...

    def far(self, scene: Scene, times_s: Floats, states: Floats, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Return where M signals come from.

        Parameters
        ----------
        scene, times_s, states
            As for `signals`.
        rows : tuple of ndarray of int [M]
            Epoch, receiver and transmitter of each.

        Returns
        -------
        far : ndarray [M, 2, 6]
        light_s : ndarray [M, 2]
        frame_velocity : ndarray [M, 3]
            As in `Observations`.
        """
        ...


@dataclass(frozen=True, eq=False)
class SignalsByAngle:
    """Signals that reach to an angle off the transmitter's nadir, and pass the bodies.

    Attributes
    ----------
    transmitters : tuple of str
        Nodes about the Earth.
    reach_rad : float
        Largest angle at the transmitter between the Earth's centre and the receiver [rad].
    sigma_km : float
        Noise of one pseudorange [km].
    channels : int
        Signals that a receiver tracks at a time; those nearest to the transmitter's nadir.
    """

    transmitters: tuple[str, ...]
    reach_rad: float
    sigma_km: float
    channels: int = CHANNELS

    def signals(self, scene: Scene, times_s: Floats, states: Floats) -> Signals:
        """Return the signals at epochs, as `SignalProvider`."""
        place = states[:, :, None, :3]
        transmitters = np.stack(
            [scene.trajectories.position(name, times_s, scene.center) for name in self.transmitters], axis=1
        )[:, None]
        earth = scene.trajectories.position("Earth", times_s, scene.center)[:, None, None]
        down, sight = earth - transmitters, place - transmitters
        angle = np.arccos(
            np.clip(
                np.sum(down * sight, axis=-1)
                / (np.linalg.norm(down, axis=-1) * np.linalg.norm(sight, axis=-1)),
                -1.0,
                1.0,
            )
        )
        usable = (angle <= self.reach_rad) & scene.clear(times_s, place, transmitters)
        rank = np.argsort(np.argsort(np.where(usable, angle, np.inf), axis=-1), axis=-1)
        usable &= rank < self.channels
        return Signals(usable, np.full(usable.shape, self.sigma_km))

    def far(self, scene: Scene, times_s: Floats, states: Floats, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Return where signals come from, as `SignalProvider`."""
        epoch, first, transmitter = rows
        far, light, velocity = (
            np.empty((len(epoch), 2, 6)),
            np.empty((len(epoch), 2)),
            np.empty((len(epoch), 3)),
        )
        for g in np.unique(transmitter):
            mine = transmitter == g
            place, times, frame = scene.far(self.transmitters[g], times_s, states[..., :3])
            far[mine], light[mine] = place[epoch[mine], first[mine]], times[epoch[mine], first[mine]]
            velocity[mine] = frame[epoch[mine]]
        return far, light, velocity


@dataclass(frozen=True, eq=False)
class GnssRanging:
    """Pseudoranges received from a provider's transmitters.

    Attributes
    ----------
    provider : SignalProvider
        Which signals.
    interval_s : float
        Time between observations [s].
    correlation_s : float
        Time that lasting errors last, 1/e [s]. The filter has no states for them: they are drawn anew each step,
        with the spectral density at low frequencies that they have, 2 sigma^2 correlation_s. Zero: as they are.
    label : str
        For reports.
    """

    provider: SignalProvider
    interval_s: float = 60.0
    correlation_s: float = 0.0
    label: str = "GNSS"

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs; arguments as of `SiteTracking.observations`."""
        found = self.provider.signals(scene, times_s, states)
        usable = found.usable & due(times_s, scene.start_s, self.interval_s, scene.step_s)[:, None, None]
        epoch, transmitter, first = np.nonzero(np.swapaxes(usable, 1, 2))
        far, light, velocity = self.provider.far(scene, times_s, states, (epoch, first, transmitter))
        white = compressed_sigma(1.0, self.interval_s, scene.step_s) * found.sigma_km
        longer = np.sqrt(max(1.0, 2.0 * self.correlation_s / scene.step_s))
        noise = np.hypot(white, longer * found.lasting_km)[epoch, first, transmitter]
        count = len(epoch)
        return Observations(
            epoch, np.full(count, source), first, np.full(count, -1), np.full(count, RECEIVED),
            np.zeros(count, dtype=bool), noise, far, light, velocity,
            np.zeros((count, len(scene.parameters))),
        )  # fmt: skip
