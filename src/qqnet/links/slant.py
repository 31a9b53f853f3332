"""The attenuation above a station by elevation, computed once and kept: what links look up at every moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.domain import FloatArray
from qqnet.links.itu import Parts, parts_db
from qqnet.links.itu_carriers import LOWEST_ELEVATION_RAD, Carrier, elevation_in_range
from qqnet.links.itu_stations import Station

POINTS: Final = 2049
"""Elevations in a table, from 90 to 5 deg, 0.00002 deg apart at zenith and 0.08 deg at 5 deg."""

KEPT: Final = 512
"""Tables that are kept in memory: 33 kB each."""


@dataclass(frozen=True, eq=False)
class SlantTable:
    """Attenuation by elevation, for one station and carrier.

    Gases and clouds go exactly as 1 / sin(elevation). Rain and scintillation are interpolated linearly, which adds
    no wiggles: between two points the value lies between theirs.

    Attributes
    ----------
    station : Station
        Where.
    carrier : Carrier
        What it was made for.
    gases_db, clouds_db : float
        Attenuation at zenith [dB].
    rain_db, fade_db : ndarray, shape [POINTS]
        Attenuation by rain and depth of scintillation [dB] at the elevations of `places`.
    """

    station: Station
    carrier: Carrier
    gases_db: float
    clouds_db: float
    rain_db: FloatArray
    fade_db: FloatArray

    @classmethod
    def build(cls, station: Station, carrier: Carrier) -> SlantTable:
        """Compute a table; `slant_table` keeps those that were made."""
        parts = parts_db(station, carrier, elevations())
        return cls(
            station, carrier, float(parts.gases[0]), float(parts.clouds[0]), parts.rain, parts.scintillation
        )

    def parts(self, elevation_rad: ArrayLike) -> Parts:
        """Look up all parts.

        Parameters
        ----------
        elevation_rad : array_like
            Elevation [rad].

        Returns
        -------
        Parts
            In the shape of `elevation_rad`.

        Raises
        ------
        InputError
            An elevation is outside 5 to 90 deg.
        """
        elevation = elevation_in_range(elevation_rad)
        return Parts(
            self.gases_at_db(elevation),
            self.clouds_at_db(elevation),
            self.rain_at_db(elevation),
            self.fade_at_db(elevation),
        )

    def gases_at_db(self, elevation_rad: FloatArray) -> FloatArray:
        """Attenuation by gases [dB] at elevations in the range of the table, which are not checked."""
        return self.gases_db / np.sin(elevation_rad)

    def clouds_at_db(self, elevation_rad: FloatArray) -> FloatArray:
        """Attenuation by clouds [dB], likewise."""
        return self.clouds_db / np.sin(elevation_rad)

    def rain_at_db(self, elevation_rad: FloatArray) -> FloatArray:
        """Attenuation by rain [dB], likewise."""
        return np.interp(place_of(elevation_rad), places(), self.rain_db)

    def fade_at_db(self, elevation_rad: FloatArray) -> FloatArray:
        """Depth of scintillation [dB], likewise."""
        return np.interp(place_of(elevation_rad), places(), self.fade_db)

    def absorbed_at_db(self, elevation_rad: FloatArray) -> FloatArray:
        """Attenuation by gases, clouds and rain together [dB], likewise."""
        return (self.gases_db + self.clouds_db) / np.sin(elevation_rad) + self.rain_at_db(elevation_rad)


@lru_cache(maxsize=1)
def places() -> FloatArray:
    """Return the places of a table's points, rising from 0 at zenith to 1 at the lowest elevation."""
    found = np.linspace(0.0, 1.0, POINTS)
    found.flags.writeable = False
    return found


def elevations(points: int = POINTS) -> FloatArray:
    """Return the elevations of a table's points [rad], from zenith to 5 deg."""
    return math.pi / 2 - (math.pi / 2 - LOWEST_ELEVATION_RAD) * np.linspace(0.0, 1.0, points) ** 2


def place_of(elevation_rad: FloatArray) -> FloatArray:
    """Return the place of an elevation: the root of its distance from zenith, over that of 5 deg.

    Rain of P.618 goes with the root of the horizontal path, so near zenith it is straight in this place.
    """
    return np.sqrt(np.maximum(math.pi / 2 - elevation_rad, 0.0) / (math.pi / 2 - LOWEST_ELEVATION_RAD))


@lru_cache(maxsize=KEPT)
def slant_table(station: Station, carrier: Carrier) -> SlantTable:
    """Return the table of a station and carrier, made on first use.

    Parameters
    ----------
    station : Station
        Where.
    carrier : Carrier
        What it is made for.

    Returns
    -------
    SlantTable
        The same object for equal arguments.

    Examples
    --------
    >>> kashi = Station(math.radians(38.4214), math.radians(76.7144))
    >>> table = slant_table(kashi, Carrier(26.25e9, 1.0, 13.3))
    >>> print(np.round(table.parts(np.radians([10.0, 30.0, 90.0])).total, 2))
    [5.49 2.14 1.14]
    """
    return SlantTable.build(station, carrier)
