"""Antennas of radio terminals."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Gain, PositiveLength, SmallAngle


class Antenna(Part):
    """An aperture (diameter and efficiency) or a fixed gain."""

    diameter: PositiveLength | None = None
    efficiency: float = Field(0.6, ge=1e-6, le=1.0, description="aperture efficiency")
    gain: Gain | None = Field(None, description="instead of diameter, the same at every frequency")
    pointing_error: SmallAngle = Field(0.0, description="angle off the boresight to budget for")

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.diameter is None) == (self.gain is None):
            raise broken("needs exactly one of diameter and gain")
        return self
