"""Pseudoranges of Earth's navigation satellites, received at the constellation.

Which signals are usable, and how well they are measured, is asked of a provider: anything with `signals`. The one
here goes by angles: side lobes reach to an angle off the transmitter's nadir. A link budget is another provider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.observations import RECEIVED, Observations
from qqnet.orbit_determination.schedule import compressed_sigma, due
from qqnet.orbit_determination.tracking import Scene

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of G transmitters at S receivers.

    Attributes
    ----------
    usable : ndarray of bool [T, S, G]
        Whether a signal is tracked.
    sigma_km : ndarray [T, S, G]
        Noise of one pseudorange, errors of the transmitter's broadcast included [km].
    """

    usable: NDArray[np.bool_]
    sigma_km: Floats


class SignalProvider(Protocol):
    """Says which signals are usable."""

    @property
    def transmitters(self) -> Sequence[str]:
        """Names of the nodes that transmit."""
        ...

    def signals(self, scene: Scene, times_s: Floats, states: Floats) -> Signals:
        """Return the signals at epochs, shape [T], of receivers with states [T, S, 6] about the scene's centre."""
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
    channels: int = 12

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


@dataclass(frozen=True, eq=False)
class GnssRanging:
    """Pseudoranges received from a provider's transmitters.

    Attributes
    ----------
    provider : SignalProvider
        Which signals.
    interval_s : float
        Time between observations [s].
    label : str
        For reports.
    """

    provider: SignalProvider
    interval_s: float = 60.0
    label: str = "GNSS"

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs; arguments as of `SiteTracking.observations`."""
        found = self.provider.signals(scene, times_s, states)
        usable = found.usable & due(times_s, scene.start_s, self.interval_s, scene.step_s)[:, None, None]
        parts = []
        for g, name in enumerate(self.provider.transmitters):
            epoch, first = np.nonzero(usable[:, :, g])
            count = len(epoch)
            if not count:
                continue
            far, light, velocity = scene.far(name, times_s, states[..., :3])
            noise = compressed_sigma(1.0, self.interval_s, scene.step_s) * found.sigma_km[epoch, first, g]
            parts.append(
                Observations(
                    epoch, np.full(count, source), first, np.full(count, -1), np.full(count, RECEIVED),
                    np.zeros(count, dtype=bool), noise, far[epoch, first], light[epoch, first],
                    velocity[epoch], np.zeros((count, len(scene.parameters))),
                )
            )  # fmt: skip
        return Observations.join(parts, len(scene.parameters))
