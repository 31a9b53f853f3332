"""What the Earth's troposphere does to a radio link: loss by gases, clouds, rain and scintillation, and noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links import rf
from qqnet.links.antennas import Antenna
from qqnet.links.atmosphere import ATMOSPHERE_TEMPERATURE_K
from qqnet.links.domain import FloatArray, not_negative
from qqnet.links.drawn_rain import DrawnRain
from qqnet.links.effects import Effect, Looks, NoiseSource
from qqnet.links.ends import RfReceive, RfTransmit
from qqnet.links.itu import STEADY_PERCENT
from qqnet.links.itu_carriers import LOWEST_ELEVATION_RAD, Carrier
from qqnet.links.itu_stations import Station
from qqnet.links.path import End, Path
from qqnet.links.place import Ends, Place
from qqnet.links.rain_series import rain_law
from qqnet.links.slant import SlantTable, slant_table
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.atmosphere import ItuAtmosphere
from qqnet.scenario.terminals import RfTerminal

COSMIC_K: Final = 2.7
"""Temperature of the sky behind the atmosphere [K] (ITU-R P.618-13, 3)."""

Part = Literal["gases", "clouds", "rain", "scintillation"]


def sky_noise_k(loss_db: ArrayLike, temperature_k: float = ATMOSPHERE_TEMPERATURE_K) -> FloatArray:
    """Noise that an absorbing atmosphere adds to an antenna that would see the cosmic background without it.

    Parameters
    ----------
    loss_db : array_like
        Absorption along the path [dB], scintillation left out.
    temperature_k : float
        Mean radiating temperature [K]; 275 K is the one of P.618 for clear and rainy weather.

    Returns
    -------
    ndarray
        Added antenna temperature [K]: the sky's, less the 2.7 K that a receiver's noise temperature holds.

    Raises
    ------
    InputError
        The loss is negative.

    References
    ----------
    ITU-R P.618-13, 3: T_sky = T_mr (1 - 10^(-A/10)) + 2.7 K 10^(-A/10).

    Examples
    --------
    >>> print(np.round(sky_noise_k([0.0, 1.0, 3.0103, 30.0]), 1))
    [  0.   56.  136.2 272. ]
    """
    loss = not_negative(loss_db, "the atmospheric loss", "dB")
    return (temperature_k - COSMIC_K) * -np.expm1(-loss * math.log(10.0) / 10.0)


def _at(path: Path, end: End, look_up: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Look up a path in a table: nothing at an end without elevation, below 5 deg what holds at 5 deg.

    Windows end at 5 deg or higher, which the rules of a scenario see to; lower is only a budget out of view, whose
    lines say so.
    """
    elevation = path.view(end).elevation_rad
    found = look_up(np.fmax(elevation, LOWEST_ELEVATION_RAD))
    unknown = np.isnan(elevation)
    return np.where(unknown, 0.0, found) if unknown.any() else found


def _where(path: Path, end: End) -> str:
    elevation = float(path.view(end).elevation_rad)
    if elevation >= LOWEST_ELEVATION_RAD - 1e-9:
        return f"at {math.degrees(elevation):.1f} deg"
    lowest = math.degrees(LOWEST_ELEVATION_RAD)
    return (
        f"at {lowest:g} deg, the lowest of the model, for the other end at {math.degrees(elevation):.1f} deg"
    )


@dataclass(frozen=True, eq=False)
class SlantLoss:
    """One part of the attenuation above one end of a link.

    Attributes
    ----------
    table : SlantTable
        Of the station and the carrier.
    part : {"gases", "clouds", "rain", "scintillation"}
        Which part; scintillation is what it adds to gases, clouds and rain, so that the parts sum to the total.
    end : {"sending", "receiving"}
        At which end the station is.
    """

    table: SlantTable
    part: Part
    end: End
    looks_at: Looks = "elevation"

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return f"{self.part.capitalize()} above the {self.end} end"

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB] at every moment of the path."""
        table = self.table
        look_up = {
            "gases": table.gases_at_db,
            "clouds": table.clouds_at_db,
            "rain": table.rain_at_db,
            "scintillation": self._by_scintillation_db,
        }[self.part]
        return _at(path, self.end, look_up)

    def _by_scintillation_db(self, elevation_rad: FloatArray) -> FloatArray:
        beside = self.table.rain_at_db(elevation_rad) + self.table.clouds_at_db(elevation_rad)
        return np.hypot(beside, self.table.fade_at_db(elevation_rad)) - beside

    def source(self, path: Path) -> str:
        """Recommendation, values and elevation."""
        carrier, station = self.table.carrier, self.table.station
        exceeded = carrier.exceeded_percent
        steady = max(exceeded, STEADY_PERCENT)
        at = _where(path, self.end)
        if self.part == "gases":
            height = station.height_above_sea_km
            return f"ITU-R P.676-12, exceeded for {steady:g} % of a year {height:.2f} km above the sea, {at}"
        if self.part == "clouds":
            return f"ITU-R P.840-7, exceeded for {steady:g} % of a year, {at}"
        if self.part == "rain":
            rate = station.rain_rate_mm_h
            return f"ITU-R P.618-13, exceeded for {exceeded:g} % of a year; {rate:.1f} mm/h for 0.01 %, {at}"
        fade = float(_at(path, self.end, self.table.fade_at_db))
        return (
            f"ITU-R P.618-13, fade of {fade:.2f} dB for {exceeded:g} % of a year, as root of squares with "
            f"rain and clouds, {at}"
        )


@dataclass(frozen=True, eq=False)
class SkyNoise:
    """Noise that the troposphere above a receiver emits.

    Attributes
    ----------
    table : SlantTable
        Of the station and the carrier.
    rain : DrawnRain or None
        Rain that is not in the table, because it is drawn in time.
    """

    table: SlantTable
    rain: DrawnRain | None = None
    name: str = "Noise of the atmosphere"

    @property
    def looks_at(self) -> Looks:
        """What the source depends on."""
        return "elevation" if self.rain is None else self.rain.looks_at

    def amount(self, path: Path) -> FloatArray:
        """Return the added system noise temperature [K]."""
        return sky_noise_k(self._absorbed_db(path))

    def source(self, path: Path) -> str:
        """Recommendation and values."""
        absorbed, added = float(self._absorbed_db(path)), float(self.amount(path))
        kelvin = f"({ATMOSPHERE_TEMPERATURE_K:g} - {COSMIC_K:g}) K"
        formula = f"{kelvin} (1 - 10^(-A/10)), A = {absorbed:.2f} dB without scintillation"
        return f"{added:.4g} K: ITU-R P.618-13, {formula}"

    def _absorbed_db(self, path: Path) -> FloatArray:
        absorbed = _at(path, "receiving", self.table.absorbed_at_db)
        return absorbed if self.rain is None else absorbed + self.rain.loss_db(path)


def losses(table: SlantTable, end: End) -> tuple[SlantLoss, ...]:
    """Return the effects of a station's troposphere, those that the carrier counts."""
    carrier = table.carrier
    counted: dict[Part, bool] = {
        "gases": True,
        "clouds": carrier.clouds,
        "rain": carrier.rain,
        "scintillation": carrier.scintillation,
    }
    return tuple(SlantLoss(table, part, end) for part, counts in counted.items() if counts)


def tropospheres(ends: Ends) -> Iterator[Effect | NoiseSource]:
    """Give the losses above stations of a radio link that ask for the ITU-R model, and the receiver's noise."""
    if not (isinstance(ends.transmit, RfTerminal) and isinstance(ends.receive, RfTerminal)):
        return
    above, below = ends.transmit.atmosphere, ends.receive.atmosphere
    if above is not None and ends.sender is not None:
        sender = transmit_end(ends.transmit)
        assert isinstance(sender, RfTransmit)
        table, rain = _above(ends, ends.sender, above, sender.antenna, "sending")
        yield from losses(table, "sending")
        if rain is not None:
            yield rain
    if below is not None and ends.receiver is not None:
        receiver = receive_end(ends.receive)
        assert isinstance(receiver, RfReceive)
        table, rain = _above(ends, ends.receiver, below, receiver.antenna, "receiving")
        yield from losses(table, "receiving")
        if rain is not None:
            yield rain
        yield SkyNoise(table, rain)


def _above(
    ends: Ends, place: Place, atmosphere: ItuAtmosphere, antenna: Antenna, end: End
) -> tuple[SlantTable, DrawnRain | None]:
    """Return the table above an end, and rain if it is drawn; where no height is stated, P.1511's map has it."""
    frequency, drawn = ends.frequency_hz, atmosphere.weather == "series"
    station = Station(place.latitude_rad, place.longitude_rad, place.altitude_km or None)
    carrier = Carrier(
        frequency,
        atmosphere.exceeded_percent,
        float(rf.equivalent_diameter_m(antenna.gain_at_dbi(frequency), frequency, 1.0)),
        atmosphere.tilt,
        atmosphere.clouds,
        atmosphere.rain and not drawn,
        atmosphere.scintillation,
    )
    if not drawn:
        return slant_table(station, carrier), None
    law = rain_law(station, frequency, atmosphere.tilt)
    return slant_table(station, carrier), DrawnRain(station, law, ends.seed, end)
