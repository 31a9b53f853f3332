"""An orbit determination as it is asked for: motion, sources of observations, epochs, messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbit_determination.motion import Motion
from qqnet.orbit_determination.observations import Observations
from qqnet.orbit_determination.srif import Step
from qqnet.orbit_determination.tracking import Scene

Floats = NDArray[np.float64]

CHUNK: Final = 32
"""Epochs whose geometry is held at a time."""


class Source(Protocol):
    """A kind of tracking."""

    @property
    def label(self) -> str:
        """For reports; each source has its own."""
        ...

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs of satellites with reference states [T, S, 6]."""
        ...


@dataclass(frozen=True)
class Broadcast:
    """Ephemeris and clock messages: predictions, uploaded from time to time.

    Attributes
    ----------
    upload_s : float
        Time between uploads [s].
    latency_s : float
        Time from the last observation in a message to its begin [s].
    """

    upload_s: float = 7200.0
    latency_s: float = 1800.0

    def __post_init__(self) -> None:
        if not (self.upload_s > 0.0 and self.latency_s >= 0.0):
            raise InputError(
                f"broadcast: upload every {self.upload_s} s after {self.latency_s} s; right is above zero, and "
                "zero or more"
            )


@dataclass(frozen=True, eq=False)
class Setup:
    """An analysis: motion, tracking, epochs.

    Attributes
    ----------
    motion : Motion
        Of the satellites' errors.
    sources : tuple of Source
        The tracking.
    occulting_km : tuple of (str, float)
        Bodies that block light, and their radii [km].
    times_s : ndarray [T]
        Epochs of the filter, equally spaced [TDB s past J2000].
    broadcast : Broadcast
        The messages.
    smoother : bool
        Whether smoothed covariances are made too; memory then grows with the span.
    """

    motion: Motion
    sources: tuple[Source, ...]
    occulting_km: tuple[tuple[str, float], ...]
    times_s: Floats
    broadcast: Broadcast
    smoother: bool = False

    @property
    def step_s(self) -> float:
        """Step of the filter [s]."""
        return float(self.times_s[1] - self.times_s[0])

    @property
    def scene(self) -> Scene:
        """What the sources look at."""
        motion = self.motion
        return Scene(
            motion.center, motion.names, motion.trajectories, motion.ephemeris, motion.parameters,
            float(self.times_s[0]), self.step_s, self.occulting_km,
        )  # fmt: skip

    def chunks(self) -> Iterator[tuple[int, Floats, Observations, list[Step]]]:
        """Give the span in pieces: number of the first epoch, reference states [C, S, 6], observations, steps.

        A piece's steps lead to each of its epochs but the very first of all.
        """
        scene = self.scene
        for first in range(0, len(self.times_s), CHUNK):
            times = self.times_s[first : first + CHUNK]
            states = self.motion.states(times)
            parts = [source.observations(scene, n, times, states) for n, source in enumerate(self.sources)]
            made = Observations.join(parts, len(scene.parameters))
            lead = self.times_s[max(first - 1, 0) : first + CHUNK]
            yield first, states, made, self.motion.steps(lead) if len(lead) > 1 else []
