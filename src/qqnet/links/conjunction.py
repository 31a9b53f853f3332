"""Radio links past the Sun: the loss that scintillation in the corona costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from qqnet.links.corona import (
    corona_angle_rad,
    coronal_delay_s,
    saturation_angle_rad,
    scintillation_index,
)
from qqnet.links.domain import FloatArray
from qqnet.links.effects import Looks
from qqnet.links.fading import fade_db
from qqnet.links.link import Link
from qqnet.links.path import Path
from qqnet.links.place import Ends
from qqnet.links.rates import range_limits_km
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.terminals import RfTerminal

SHORTEST_KM: Final = 15e6
"""Links that reach no farther never pass the Sun much nearer than they stand from it [km]: 0.1 AU."""


@dataclass(frozen=True)
class CoronaScintillation:
    """Fades of a carrier that passes the Sun, as a loss.

    Attributes
    ----------
    frequency_hz : float
        Carrier [Hz].
    outage : float
        Share of frames that fades may cost [1].
    refused_inside_rad : float
        Angle from the Sun, seen from the Earth, inside which there is no link [rad]; 0 refuses none.
    """

    frequency_hz: float
    outage: float = 0.05
    refused_inside_rad: float = 0.0

    name = "Scintillation in the solar corona"
    looks_at: Looks = "sky"

    @classmethod
    def of(
        cls, frequency_hz: float, outage: float = 0.05, saturated: Literal["refused", "fading"] = "refused"
    ) -> CoronaScintillation:
        """Make the effect of a carrier [Hz]; saturated scintillation refuses the link, or leaves its fading.

        Examples
        --------
        >>> effect = CoronaScintillation.of(8.42e9)
        >>> print(f"no link within {math.degrees(effect.refused_inside_rad):.1f} deg of the Sun")
        no link within 1.1 deg of the Sun
        """
        inside = saturation_angle_rad(frequency_hz) if saturated == "refused" else 0.0
        return cls(frequency_hz, outage, inside)

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB] at every moment: infinite where the link is refused, 0 where the Sun is not between."""
        closest = path.sun_closest_km
        near = np.isfinite(closest)
        if not near.any():
            return np.zeros(closest.shape)
        inside = np.where(near, closest, np.inf)
        loss = fade_db(scintillation_index(inside, self.frequency_hz), self.outage)
        refused = corona_angle_rad(inside) < self.refused_inside_rad
        return np.where(refused, np.inf, loss)

    def source(self, path: Path) -> str:
        """Where the loss comes from, for a path of one moment."""
        closest = float(path.sun_closest_km)
        if math.isnan(closest):
            return "the direction of the Sun is not known"
        if math.isinf(closest):
            return "the Sun does not stand between the ends"
        angle = float(corona_angle_rad(closest))
        where = f"{math.degrees(angle):.2f} deg from the Sun as from the Earth"
        if angle < self.refused_inside_rad:
            edge = math.degrees(self.refused_inside_rad)
            return f"saturated within {edge:.2f} deg: no link; {where}"
        index = float(scintillation_index(closest, self.frequency_hz))
        later = float(coronal_delay_s(closest, self.frequency_hz))
        return (
            f"index {index:.3f} {where}, Morabito 2003; Rician fade that {100.0 * self.outage:g} % fall below; "
            f"{later * 1e6:.3g} us of delay"
        )


def corona(ends: Ends) -> Iterator[CoronaScintillation]:
    """Give the scintillation of a radio link, where it reaches far enough to pass the Sun."""
    transmit, receive = ends.transmit, ends.receive
    if not (isinstance(transmit, RfTerminal) and isinstance(receive, RfTerminal)):
        return
    limits = [one.maximum_range for one in (transmit, receive) if one.maximum_range is not None]
    if receive.corona.model == "none" or min(limits, default=math.inf) < SHORTEST_KM:
        return
    if range_limits_km(Link(transmit_end(transmit), receive_end(receive))).max() < SHORTEST_KM:
        return
    yield CoronaScintillation.of(ends.frequency_hz, receive.corona.outage, receive.corona.saturated)
