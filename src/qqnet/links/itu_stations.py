"""Stations on the Earth and their climate after the maps of the ITU-R, which the library itur carries."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace

import numpy as np

from qqnet.errors import InputError
from qqnet.scenario.atmosphere import HIGHEST_STATION_KM


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what itur says about ranges, which are checked here, and about roots that it discards."""
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@lru_cache(maxsize=1)
def itur_models() -> SimpleNamespace:
    """Return the models of itur; importing it takes a second, and would switch off NumPy's warnings."""
    with np.errstate():
        from itur.models import (
            itu453,
            itu618,
            itu676,
            itu835,
            itu836,
            itu837,
            itu839,
            itu840,
            itu1510,
            itu1511,
        )
    return SimpleNamespace(
        p453=itu453,
        p618=itu618,
        p676=itu676,
        p835=itu835,
        p836=itu836,
        p837=itu837,
        p839=itu839,
        p840=itu840,
        p1510=itu1510,
        p1511=itu1511,
    )


@dataclass(frozen=True)
class Station:
    """A place on the Earth, and its climate after the maps of the ITU-R.

    Attributes
    ----------
    latitude_rad, longitude_rad : float
        Geodetic latitude and east longitude [rad].
    height_km : float or None
        Height above the sea [km]; None takes that of the ground from P.1511.
    """

    latitude_rad: float
    longitude_rad: float
    height_km: float | None = None

    def __post_init__(self) -> None:
        if not abs(self.latitude_rad) <= math.pi / 2:
            raise InputError(
                f"the latitude is {math.degrees(self.latitude_rad):g} deg; it must be from -90 to 90 deg"
            )
        if not math.isfinite(self.longitude_rad):
            raise InputError(f"the longitude is {self.longitude_rad:g} rad; it must be finite")
        if self.height_km is not None and not -1.0 <= self.height_km <= HIGHEST_STATION_KM:
            raise InputError(
                f"the station is {self.height_km:g} km above the sea; ITU-R P.676 and P.618 hold from sea level "
                f"(here -1 km) to {HIGHEST_STATION_KM:g} km"
            )

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and east longitude [deg], the latter from -180 to 180."""
        longitude = math.degrees(self.longitude_rad)
        return math.degrees(self.latitude_rad), (longitude + 180.0) % 360.0 - 180.0

    @cached_property
    def height_above_sea_km(self) -> float:
        """Height above the sea that the models use [km]."""
        if self.height_km is not None:
            return self.height_km
        return float(itur_models().p1511.topographic_altitude(*self.place).value)

    @cached_property
    def rain_height_km(self) -> float:
        """Mean height of rain above the sea [km], P.839."""
        return float(itur_models().p839.rain_height(*self.place).value)

    @cached_property
    def rain_rate_mm_h(self) -> float:
        """Rain rate exceeded for 0.01 % of an average year [mm/h], P.837."""
        with quiet():
            return float(itur_models().p837.rainfall_rate(*self.place, 0.01).value)

    @cached_property
    def rain_probability(self) -> float:
        """Share of an average year during which it rains [1], P.837."""
        with quiet():
            return float(itur_models().p837.rainfall_probability(*self.place).value) / 100.0

    @cached_property
    def temperature_k(self) -> float:
        """Mean temperature at the ground [K], P.1510."""
        return float(itur_models().p1510.surface_mean_temperature(*self.place).value)
