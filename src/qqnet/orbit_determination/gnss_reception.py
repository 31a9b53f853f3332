"""Pseudoranges of the navigation satellites that a receiver hears: by signal power, as in `qqnet.gnss`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qqnet.gnss.constellation import Transmitters
from qqnet.gnss.measurements import EARTH_ALTITUDE_KM, observe
from qqnet.gnss.receivers import Receiver, sise_m
from qqnet.orbit_determination.gnss_ranging import Rows, Signals
from qqnet.orbit_determination.tracking import Scene
from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SignalsByReception:
    """Signals that a receiver hears, of which every satellite carries one.

    Thermal noise is white from one pseudorange to the next. The error of a transmitter's broadcast lasts for
    hours: it is the same for all pseudoranges of a step.

    Attributes
    ----------
    receiver : Receiver
        What the satellites carry.
    transmitters : Transmitters
        The navigation satellites, G of them.
    earth_altitude_km : float
        Rays that come closer to the ground are not used [km].
    channels : int, optional
        Signals that a receiver tracks at a time, those with the least noise; all where not given.
    """

    receiver: Receiver
    transmitters: Transmitters
    earth_altitude_km: float = EARTH_ALTITUDE_KM
    channels: int | None = None
    _held: dict[str, tuple[float, NDArray[np.bool_]]] = field(default_factory=dict, init=False, repr=False)

    def signals(self, scene: Scene, times_s: Floats, states: Floats) -> Signals:
        """Return the signals at epochs, as `SignalProvider`.

        What was tracked at the end of one piece of the span is tracked at the begin of the next.
        """
        sent = _once(self.transmitters, times_s)
        parts = [self._heard(scene, name, sent, times_s) for name in scene.names]
        usable, sigma = (np.stack(one, axis=1) for one in zip(*parts, strict=True))
        lasting = sise_m(self.transmitters) / 1e3
        if self.channels is not None:
            rank = np.argsort(np.argsort(np.hypot(sigma, lasting), axis=-1, kind="stable"), axis=-1)
            usable &= rank < self.channels
        return Signals(usable, sigma, lasting)

    def _heard(
        self, scene: Scene, name: str, sent: Transmitters, times_s: Floats
    ) -> tuple[NDArray[np.bool_], Floats]:
        """Return what one satellite hears, and the noise of its pseudoranges [km]: [T, G]."""
        before, held = self._held.get(name, (np.nan, None))
        follows = times_s[0] > scene.start_s and abs(times_s[0] - before - scene.step_s) < 1e-3
        _, heard, _ = observe(
            scene.trajectories,
            name,
            self.receiver,
            sent,
            times_s,
            earth_altitude_km=self.earth_altitude_km,
            held=held if follows else None,
        )
        self._held[name] = float(times_s[-1]), heard.held
        return heard.usable, heard.range_sigma_m / 1e3

    def far(self, scene: Scene, times_s: Floats, states: Floats, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Return where signals come from, as `SignalProvider`; on parabolas about the epoch, good to 1 mm."""
        epoch, first, transmitter = rows
        place, moving = (one[epoch, transmitter] for one in self.transmitters.states(times_s))
        fall = -body("Earth").gm_km3_s2 * place / np.linalg.norm(place, axis=-1, keepdims=True) ** 3
        origin = "Earth" if scene.center == "Earth" else "SSB"
        begin, frame = scene.trajectories.state(scene.center, times_s, origin)
        receiver = states[epoch, first, :3] + begin[epoch]
        far, light = np.empty((len(epoch), 2, 6)), np.empty((len(epoch), 2))
        for k, sense in enumerate((-1.0, 1.0)):
            tau = np.zeros(len(epoch))
            for _ in range(3):
                t = sense * tau[:, None]
                there = scene.trajectories.position("Earth", times_s[epoch] + t[:, 0], origin)
                there = there + place + t * moving + 0.5 * t * t * fall
                tau = np.linalg.norm(there - receiver, axis=-1) / SPEED_OF_LIGHT_KM_S
            _, earth = scene.trajectories.state("Earth", times_s[epoch] + sense * tau, origin)
            far[:, k, :3] = there - begin[epoch]
            far[:, k, 3:] = earth + moving + sense * tau[:, None] * fall
            light[:, k] = tau
        return far, light, frame[epoch]


def _once(transmitters: Transmitters, times_s: Floats) -> Transmitters:
    """Return transmitters whose states at some epochs are computed once for all receivers."""
    place, velocity = transmitters.states(times_s)
    return Transmitters(transmitters.names, transmitters.blocks, lambda _: (place.copy(), velocity))
