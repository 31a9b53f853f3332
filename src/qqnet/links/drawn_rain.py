"""Rain drawn in time as an effect on a link."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray
from qqnet.links.effects import Looks
from qqnet.links.itu_carriers import LOWEST_ELEVATION_RAD
from qqnet.links.itu_stations import Station
from qqnet.links.path import End, Path
from qqnet.links.rain_series import RainLaw, rain_process


@dataclass(frozen=True, eq=False)
class DrawnRain:
    """Rain above one end of a link, from moment to moment.

    Attributes
    ----------
    station : Station
        Where; the place decides what is drawn.
    law : RainLaw
        Of the station and the carrier.
    seed : int
        Of the scenario.
    end : {"sending", "receiving"}
        At which end the station is.
    """

    station: Station
    law: RainLaw
    seed: int
    end: End
    looks_at: Looks = "sky"

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return f"Rain above the {self.end} end"

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB] at every moment; none at an end without elevation; InputError where the time is not known."""
        elevation = path.view(self.end).elevation_rad
        above = np.isfinite(elevation)
        if not above.any():
            return np.zeros(np.shape(elevation))
        if not np.isfinite(path.time_s).all():
            raise InputError("rain drawn in time needs the time of the path, which is not known")
        state = rain_process(self.seed, self.station, path.time_s)
        return np.where(above, self.law.loss_db(state, np.fmax(elevation, LOWEST_ELEVATION_RAD)), 0.0)

    def source(self, path: Path) -> str:
        """Recommendation, and where the weather comes from."""
        elevation = math.degrees(float(path.view(self.end).elevation_rad))
        return f"ITU-R P.618-13 and P.1853-1, drawn in time by seed {self.seed}, at {elevation:.1f} deg"
