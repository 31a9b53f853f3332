"""Models of the atmosphere above radio terminals at sites."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from qqnet import units
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Quantity

BAND_HZ: Final = (1e9, 55e9)
"""Carriers that ITU-R P.618 is made for [Hz]; its scintillation since version 14, with the same equations."""

SERIES_LOWEST_HZ: Final = 4e9
"""Least carrier of ITU-R P.1853, rain in time [Hz]."""

LEAST_AVAILABLE_PERCENT: Final = 50.0
MOST_AVAILABLE_PERCENT: Final = 99.999
"""Range of P.618 as a whole [percent of an average year]."""

LEAST_RAINY_PERCENT: Final = 95.0
"""Least availability that P.618's rain is made for [%]."""

MOST_SCINTILLATING_PERCENT: Final = 99.99
"""Greatest availability that P.618's scintillation is made for [%]."""

LOWEST_ELEVATION_DEG: Final = 5.0
"""Least elevation of P.618's scintillation and of P.676's approximate method [deg]."""

HIGHEST_STATION_KM: Final = 10.0
"""Greatest height of a station for P.676's approximate method [km]."""

Availability = Annotated[
    float,
    Quantity(
        units.SHARE,
        at_least=LEAST_AVAILABLE_PERCENT,
        at_most=MOST_AVAILABLE_PERCENT,
        bounds="from 50 % to 99.999 %, the range of ITU-R P.618",
    ),
]
PolarisationTilt = Annotated[
    float,
    Quantity(
        units.ANGLE,
        at_least=0.0,
        at_most=1.5707963267948966,
        bounds="from 0 deg (horizontal) to 90 deg (vertical)",
    ),
]


class ItuAtmosphere(Part):
    """The Earth's troposphere after the ITU-R P series, at the terminal's own carriers and above its site."""

    model: Literal["itu-r"]
    availability: Availability = Field(
        description="share of an average year during which the attenuation is not exceeded"
    )
    weather: Literal["design", "series"] = Field(
        "design",
        description="design: rain as bad as the availability asks, always; series: rain drawn in time by the "
        "seed, and the availability is that of the rest",
    )
    rain: bool = Field(True, description="whether rain counts; it holds from an availability of 95 %")
    clouds: bool = Field(True, description="whether clouds count")
    scintillation: bool = Field(
        True, description="whether scintillation counts; it holds up to an availability of 99.99 %"
    )
    tilt: PolarisationTilt = Field(
        0.7853981633974483,
        description="of the polarisation against the horizon; 45 deg, for circular, where not given",
    )

    @property
    def exceeded_percent(self) -> float:
        """Percentage of an average year during which the attenuation is exceeded."""
        return round(100.0 - self.availability, 9)

    def outside(self, frequency_hz: float) -> str:
        """Say why the model does not hold for a carrier [Hz]; empty where it does."""
        return carrier_outside(frequency_hz) or (
            series_outside(frequency_hz) if self.weather == "series" else ""
        )

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.weather == "series" and not self.rain:
            raise broken("draws rain, and 'rain: false' leaves it out; leave one of the two out", "weather")
        designed = self.rain and self.weather == "design"
        reason = availability_outside(self.availability, designed, self.scintillation)
        if reason:
            raise broken(reason, "availability")
        return self


def carrier_outside(frequency_hz: float) -> str:
    """Say why ITU-R P.618 does not hold for a carrier [Hz]; empty where it does."""
    lowest, highest = BAND_HZ
    if lowest <= frequency_hz <= highest:
        return ""
    return (
        f"is {frequency_hz / 1e9:.6g} GHz, and ITU-R P.618 holds from {lowest / 1e9:g} to {highest / 1e9:g} GHz; "
        "state a zenith_attenuation instead of the atmosphere"
    )


def series_outside(frequency_hz: float) -> str:
    """Say why rain can not be drawn in time for a carrier [Hz]; empty where it can."""
    if frequency_hz >= SERIES_LOWEST_HZ:
        return ""
    return (
        f"is {frequency_hz / 1e9:.6g} GHz, and rain drawn in time (ITU-R P.1853) holds from "
        f"{SERIES_LOWEST_HZ / 1e9:g} GHz; take 'weather: design' there"
    )


def availability_outside(availability_percent: float, rain: bool, scintillation: bool) -> str:
    """Say why ITU-R P.618 does not hold for an availability.

    Parameters
    ----------
    availability_percent : float
        Percentage of an average year [%].
    rain, scintillation : bool
        Whether they count.

    Returns
    -------
    str
        The reason and the range, to follow the value; empty where it holds.
    """
    if not LEAST_AVAILABLE_PERCENT <= availability_percent <= MOST_AVAILABLE_PERCENT:
        bounds = f"{LEAST_AVAILABLE_PERCENT:g} % to {MOST_AVAILABLE_PERCENT:g} %"
        return f"must be from {bounds}, the range of ITU-R P.618"
    if rain and availability_percent < LEAST_RAINY_PERCENT:
        return (
            f"is below {LEAST_RAINY_PERCENT:g} %, from where on rain of ITU-R P.618 holds; ask for that much, "
            "or say 'rain: false'"
        )
    if scintillation and availability_percent > MOST_SCINTILLATING_PERCENT:
        return (
            f"is above {MOST_SCINTILLATING_PERCENT:g} %, up to which scintillation of ITU-R P.618 holds; ask for "
            "less, or say 'scintillation: false'"
        )
    return ""
