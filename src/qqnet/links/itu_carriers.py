"""What an attenuation above a station is asked for, and where the models of the ITU-R hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, positive
from qqnet.scenario.atmosphere import LOWEST_ELEVATION_DEG, availability_outside, carrier_outside

LOWEST_ELEVATION_RAD: Final = math.radians(LOWEST_ELEVATION_DEG)

_ROUNDING_RAD: Final = 2e-4  # of a window's edge at the mask


@dataclass(frozen=True)
class Carrier:
    """What the attenuation depends on besides place and elevation.

    Attributes
    ----------
    frequency_hz : float
        Carrier [Hz].
    exceeded_percent : float
        Percentage of an average year during which the attenuation is exceeded [%]: 100 less the availability.
    aperture_m : float
        Diameter of the antenna times the root of its aperture efficiency [m], over which scintillation averages.
    tilt_rad : float
        Tilt of the polarisation against the horizon [rad]; 45 deg for circular polarisation.
    clouds, rain, scintillation : bool
        Whether they count.
    """

    frequency_hz: float
    exceeded_percent: float
    aperture_m: float
    tilt_rad: float = math.pi / 4
    clouds: bool = True
    rain: bool = True
    scintillation: bool = True

    def __post_init__(self) -> None:
        reason = carrier_outside(self.frequency_hz)
        if reason:
            raise InputError(f"the carrier {reason}")
        availability = round(100.0 - self.exceeded_percent, 9)
        reason = availability_outside(availability, self.rain, self.scintillation)
        if reason:
            raise InputError(f"the availability, {availability:.6g} %, {reason}")
        positive(self.aperture_m, "the aperture of the antenna", "m")
        if not 0.0 <= self.tilt_rad <= math.pi / 2:
            raise InputError(
                f"the tilt of the polarisation is {math.degrees(self.tilt_rad):g} deg; it must be from 0 deg "
                "(horizontal) to 90 deg (vertical), 45 deg for circular polarisation"
            )


def elevation_in_range(elevation_rad: ArrayLike) -> FloatArray:
    """Return elevations as an array, at most a hair of rounding below 5 deg.

    Parameters
    ----------
    elevation_rad : array_like
        Elevation [rad].

    Returns
    -------
    ndarray
        From 5 to 90 deg [rad].

    Raises
    ------
    InputError
        An elevation is outside 5 to 90 deg.
    """
    elevation = np.asarray(elevation_rad, dtype=np.float64)
    valid = (elevation >= LOWEST_ELEVATION_RAD - _ROUNDING_RAD) & (elevation <= math.pi / 2 + _ROUNDING_RAD)
    if not valid.all():
        worst = math.degrees(float(elevation[~valid].flat[0] if elevation.ndim else elevation))
        raise InputError(
            f"the elevation is {worst:.6g} deg; the ITU-R models of the atmosphere hold from 5 to 90 deg, so give "
            "the terminal a minimum_elevation of 5 deg or more"
        )
    return np.clip(elevation, LOWEST_ELEVATION_RAD, math.pi / 2)
