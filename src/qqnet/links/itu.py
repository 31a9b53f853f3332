"""Attenuation above a station on the Earth after the ITU-R P series, computed by the library itur.

Which Recommendations, in the versions that itur 0.4 carries:

===============  ================================================================================
P.618-13         rain along the path, scintillation, how the parts combine
P.676-12         oxygen and water vapour, approximate method of annex 2
P.840-7          clouds, from maps of liquid water
P.837-7          rain rate; P.838-3 attenuation by rain; P.839-4 height of rain
P.835-6          pressure at the station's height; P.836-6 water vapour; P.1510-1 temperature
P.453-13         wet refractivity; P.1511-2 height of the ground
===============  ================================================================================

Attenuations are those exceeded during a percentage of an average year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray
from qqnet.links.itu_carriers import Carrier, elevation_in_range
from qqnet.links.itu_stations import Station, itur_models, quiet
from qqnet.scenario.atmosphere import LOWEST_ELEVATION_DEG

STEADY_PERCENT: Final = 1.0
"""Gases and clouds count as exceeded for this long when it rains more seldom (P.618-13 2.5) [%]."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of the attenuation, each exceeded for the carrier's percentage of an average year.

    Attributes
    ----------
    gases, clouds, rain, scintillation : ndarray
        Attenuation [dB], zero or more; of scintillation the depth of the fade.
    """

    gases: FloatArray
    clouds: FloatArray
    rain: FloatArray
    scintillation: FloatArray

    @property
    def total(self) -> FloatArray:
        """All together [dB]: gases, and the root of the squares of rain with clouds and scintillation.

        References
        ----------
        ITU-R P.618-13, 2.5.
        """
        return self.gases + np.hypot(self.rain + self.clouds, self.scintillation)


def parts_db(station: Station, carrier: Carrier, elevation_rad: ArrayLike) -> Parts:
    """Compute the parts of the attenuation above a station.

    It takes some milliseconds whatever the number of elevations, and a few seconds for the first station, when
    itur reads its maps; `qqnet.links.slant.slant_table` keeps what is computed.

    Parameters
    ----------
    station : Station
        Where.
    carrier : Carrier
        Frequency, percentage and antenna.
    elevation_rad : array_like
        Elevation [rad], from 5 deg to 90 deg.

    Returns
    -------
    Parts
        In the shape of `elevation_rad`.

    Raises
    ------
    InputError
        An elevation is outside 5 to 90 deg.

    Examples
    --------
    Rome, 14.25 GHz, 0.1 % of the year, a case of the ITU-R's validation examples (3.1717 dB):

    >>> rome = Station(math.radians(41.9), math.radians(12.49), 0.046122988)
    >>> ku = Carrier(14.25e9, 0.1, math.sqrt(0.65), tilt_rad=0.0)
    >>> print(f"{parts_db(rome, ku, math.radians(40.232036)).total:.3f}")
    3.172
    """
    elevation = elevation_in_range(elevation_rad)
    flat = np.atleast_1d(elevation).ravel()
    slant, nothing = 1.0 / np.sin(flat), np.zeros_like(flat)
    gases = zenith_gases_db(station, carrier) * slant
    clouds = zenith_clouds_db(station, carrier) * slant if carrier.clouds else nothing
    rain = rain_db(station, carrier, flat) if carrier.rain else nothing
    fade = _scintillation_db(station, carrier, flat) if carrier.scintillation else nothing
    return Parts(*(np.reshape(part, elevation.shape) for part in (gases, clouds, rain, fade)))


def zenith_gases_db(station: Station, carrier: Carrier) -> float:
    """Attenuation by oxygen and water vapour at zenith [dB], which grows as 1 / sin(elevation); P.676 annex 2."""
    itur, height = itur_models(), station.height_above_sea_km
    exceeded = max(carrier.exceeded_percent, STEADY_PERCENT)
    with quiet():
        vapour = itur.p836.total_water_vapour_content(*station.place, exceeded, height)
        density = itur.p836.surface_water_vapour_density(*station.place, exceeded, height)
        pressure = itur.p835.standard_pressure(height)
        loss = itur.p676.gaseous_attenuation_slant_path(
            carrier.frequency_hz / 1e9,
            90.0,
            density,
            pressure,
            station.temperature_k,
            vapour,
            height,
            "approx",
        )
    return _checked(float(loss.value), "gases", station)


def zenith_clouds_db(station: Station, carrier: Carrier) -> float:
    """Attenuation by clouds at zenith [dB], which grows as 1 / sin(elevation); P.840."""
    exceeded = max(carrier.exceeded_percent, STEADY_PERCENT)
    with quiet():
        loss = itur_models().p840.cloud_attenuation(
            *station.place, 90.0, carrier.frequency_hz / 1e9, exceeded
        )
    return _checked(float(loss.value), "clouds", station)


def rain_db(station: Station, carrier: Carrier, elevation_rad: FloatArray) -> FloatArray:
    """Attenuation by rain [dB] at elevations in range [rad], which are not checked; P.618-13, 2.2.1.1."""
    rate, height = station.rain_rate_mm_h, station.height_above_sea_km
    if rate <= 0.0 or station.rain_height_km <= height:
        return np.zeros_like(elevation_rad)
    with quiet():
        loss = itur_models().p618.rain_attenuation(
            *station.place,
            carrier.frequency_hz / 1e9,
            np.maximum(
                np.degrees(elevation_rad), LOWEST_ELEVATION_DEG
            ),  # rounding would choose a curved Earth
            height,
            carrier.exceeded_percent,
            rate,
            math.degrees(carrier.tilt_rad),
        )
    return _finite(np.reshape(loss.value, elevation_rad.shape), "rain", station)


def _scintillation_db(station: Station, carrier: Carrier, elevation_rad: FloatArray) -> FloatArray:
    with quiet():
        loss = itur_models().p618.scintillation_attenuation(
            *station.place,
            carrier.frequency_hz / 1e9,
            np.degrees(elevation_rad),
            carrier.exceeded_percent,
            carrier.aperture_m,
            1.0,
        )
    return _finite(np.reshape(loss.value, elevation_rad.shape), "scintillation", station)


def _checked(loss: float, what: str, station: Station) -> float:
    return float(_finite(np.array([loss]), what, station)[0])


def _finite(loss: FloatArray, what: str, station: Station) -> FloatArray:
    """Refuse what is no attenuation; a map without data would give it."""
    if not (np.isfinite(loss) & (loss >= 0.0)).all():
        latitude, longitude = station.place
        raise InputError(
            f"the attenuation by {what} at {latitude:.4g} deg, {longitude:.4g} deg is "
            f"{float(np.min(loss)):g} dB by the ITU-R models; state a zenith_attenuation there"
        )
    return loss
