"""Laser terminals: pulse-position modulation and coherent modes, telescopes, detectors."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from qqnet.scenario.equipment import Equipment
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    DataRate,
    Duration,
    Loss,
    PositiveDuration,
    PositiveLength,
    Power,
    SmallAngle,
)


class PpmMode(Part):
    """A pulse-position modulation: M slots, slot width, code rate (CCSDS 142.0-B)."""

    name: str = ""
    order: int = Field(ge=2, le=4096, description="M, slots a symbol; a power of two")
    slot: PositiveDuration = Field(description="slot width")
    code_rate: float = Field(ge=1e-6, le=1.0, description="information bits per coded bit")
    photons_per_bit: float = Field(
        ge=1e-6, le=1e12, description="detected signal photons needed per information bit"
    )

    @model_validator(mode="after")
    def _power_of_two(self) -> Self:
        if self.order & (self.order - 1):
            raise broken("must be a power of two, such as 16", "order")
        return self


class CoherentMode(Part):
    """A rate and the detected photons a bit that it needs, for receivers that are not photon-counting PPM."""

    name: str = ""
    rate: DataRate
    photons_per_bit: float = Field(
        ge=1e-6, le=1e12, description="detected signal photons needed per information bit"
    )


def _kind_of_mode(value: Any) -> str:
    """Return which of the optical modes is meant: `rate` marks the coherent one."""
    if isinstance(value, dict):
        return "coherent" if "rate" in value and not {"order", "slot", "code_rate"} & value.keys() else "ppm"
    return "coherent" if isinstance(value, CoherentMode) else "ppm"


OpticalMode = Annotated[
    Annotated[PpmMode, Tag("ppm")] | Annotated[CoherentMode, Tag("coherent")], Discriminator(_kind_of_mode)
]


class OpticalTransmitter(Part):
    """The transmit side of a laser terminal."""

    power: Power = Field(description="mean optical power (W, dBW or dBm)")
    aperture: PositiveLength = Field(description="diameter of the transmit telescope")
    efficiency: float = Field(1.0, ge=1e-6, le=1.0, description="optics and aperture illumination")
    pointing_error: SmallAngle = Field(0.0, description="angle off the boresight to budget for")
    modes: list[OpticalMode] = Field(min_length=1, description="the highest rate that closes is used")


class OpticalReceiver(Part):
    """The receive side of a laser terminal."""

    aperture: PositiveLength = Field(description="diameter of the receive telescope")
    efficiency: float = Field(1.0, ge=1e-6, le=1.0, description="optics and detection")
    loss: Loss = Field(0.0, description="other losses before the detector")


class OpticalTerminal(Equipment):
    """A laser terminal."""

    kind: Literal["optical"]
    wavelength: PositiveLength
    transmit: OpticalTransmitter | None = None
    receive: OpticalReceiver | None = None
    acquisition: Duration = Field(0.0, description="time from line of sight to data")

    @model_validator(mode="after")
    def _not_mute_and_deaf(self) -> Self:
        if self.transmit is None and self.receive is None:
            raise broken("neither transmits nor receives; give transmit, receive or both")
        return self
