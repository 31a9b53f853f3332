"""Places that are to be kept quiet: radio telescopes, and the bands in which they listen."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import Angle, Decibel, Frequency, Latitude, Name, SurfaceAltitude


class ProtectedBand(Part):
    """A band in which nothing may be heard at a place."""

    lowest: Frequency = Field(description="lower edge")
    highest: Frequency = Field(description="upper edge")
    limit: Decibel | None = Field(
        None,
        description="power flux density in the band that is harmful [dB(W/m2)]; the threshold of RA.769 where "
        "not given",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lowest >= self.highest:
            raise broken("is not below highest; exchange the two", "lowest")
        return self


class ProtectedPlace(Described):
    """A place on a body's surface that emissions may not disturb."""

    name: Name
    body: str = Field(description="the body it stands on")
    latitude: Latitude = Field(description="geodetic on Earth, planetocentric elsewhere")
    longitude: Angle = Field(description="east")
    altitude: SurfaceAltitude = Field(0.0, description="above the reference surface")
    bands: list[ProtectedBand] = Field(min_length=1, description="where it listens")
