"""Ranging between the satellites of a constellation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.observations import RECEIVED, SENT, TWO_WAY, Observations
from qqnet.orbit_determination.schedule import compressed_sigma, due, pairs, partners
from qqnet.orbit_determination.tracking import Scene

Floats = NDArray[np.float64]

CrosslinkKind = Literal["two-way", "one-way", "dual-one-way"]


@dataclass(frozen=True, eq=False)
class Crosslinks:
    """Ranges between satellites.

    Attributes
    ----------
    kind : str
        ``two-way``: ranges without clocks; ``one-way``: one pseudorange a link and epoch; ``dual-one-way``:
        pseudoranges both ways, whose sum is a range and whose difference compares the clocks.
    sigma_km : float
        Noise of one range or pseudorange [km].
    rate_km_s : float or None
        Noise of one range rate of the same kind [km/s]; None where there is none.
    interval_s : float
        Time between observations of a link [s].
    links : int
        Links of a satellite at a time.
    range_max_km : float
        Longest link [km].
    label : str
        For reports.
    """

    kind: CrosslinkKind
    sigma_km: float
    rate_km_s: float | None = None
    interval_s: float = 300.0
    links: int = 4
    range_max_km: float = np.inf
    label: str = "crosslinks"

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs; arguments as of `SiteTracking.observations`."""
        ends = pairs(len(scene.names))
        first, second = states[:, ends[:, 0], :3], states[:, ends[:, 1], :3]
        seen = np.linalg.norm(first - second, axis=-1) <= self.range_max_km
        seen &= scene.clear(times_s, first, second)
        seen &= due(times_s, scene.start_s, self.interval_s, scene.step_s)[:, None]
        numbers = np.rint((times_s - scene.start_s) / scene.step_s).astype(np.int64)
        epoch, pair = np.nonzero(partners(seen, self.links, numbers))
        ways = {"two-way": (TWO_WAY,), "one-way": (RECEIVED,), "dual-one-way": (RECEIVED, SENT)}[self.kind]
        count, parts = len(epoch), []
        for way in ways:
            for sigma, rate in ((self.sigma_km, False), (self.rate_km_s, True)):
                if sigma is None:
                    continue
                noise = compressed_sigma(sigma, self.interval_s, scene.step_s)
                parts.append(
                    Observations(
                        epoch, np.full(count, source), ends[pair, 0], ends[pair, 1], np.full(count, way),
                        np.full(count, rate), np.full(count, noise), np.zeros((count, 2, 6)),
                        np.zeros((count, 2)), np.zeros((count, 3)), np.zeros((count, len(scene.parameters))),
                    )
                )  # fmt: skip
        return Observations.join(parts, len(scene.parameters))
