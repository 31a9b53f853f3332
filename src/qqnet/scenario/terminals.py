"""Terminals: the radio and laser equipment of nodes, and the roles that decide who may talk to whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import (
    DataRate,
    Decibel,
    Duration,
    Frequency,
    Gain,
    Loss,
    MinimumElevation,
    Name,
    PositiveDuration,
    PositiveLength,
    Power,
    SmallAngle,
    Temperature,
)

Role = Literal["trunk", "crosslink", "relay", "user", "downlink", "ground", "broadcast"]

PARTNERS: dict[str, str] = {
    "trunk": "trunk",
    "crosslink": "crosslink",
    "relay": "user",
    "user": "relay",
    "downlink": "ground",
    "ground": "downlink",
}
"""A terminal in a role links with a terminal in the partner role; a navigation broadcast links with nobody."""


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


class RfMode(Part):
    """A rate and the Eb/N0 it needs, implementation loss included."""

    name: str = ""
    rate: DataRate = Field(description="information rate")
    eb_n0: Decibel = Field(description="required Eb/N0")


class RfTransmitter(Part):
    """The transmit side of a radio terminal."""

    frequency: Frequency = Field(description="carrier")
    power: Power = Field(description="at the amplifier's output (W, dBW or dBm)")
    bandwidth: Frequency | None = Field(None, description="occupied bandwidth")
    loss: Loss = Field(0.0, description="circuit loss between amplifier and antenna")
    modes: list[RfMode] = Field(min_length=1, description="the highest rate that closes is used")


class RfReceiver(Part):
    """The receive side of a radio terminal."""

    lowest: Frequency = Field(description="lower edge of the receive band")
    highest: Frequency = Field(description="upper edge of the receive band")
    noise_temperature: Temperature = Field(description="system noise temperature at the antenna port")
    loss: Loss = Field(0.0, description="circuit and polarisation loss before the receiver")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lowest >= self.highest:
            raise broken("is not below highest; exchange the two", "lowest")
        return self


class _Terminal(Described):
    roles: list[Role] = Field(min_length=1, description="what it may be used for")
    peers: list[Name] = Field(
        [], description="nodes, constellations or networks that it may link with; empty: any"
    )
    margin: Loss = Field(3.0, description="link margin that must remain")
    sun_exclusion: SmallAngle = Field(0.0, description="no link within this angle of the Sun, seen from here")
    minimum_elevation: MinimumElevation | None = Field(
        None, description="at a site, instead of its mask; its horizon holds all the same"
    )
    maximum_range: PositiveLength | None = Field(None, description="no link beyond it")


class RfTerminal(_Terminal):
    """A radio terminal: antenna, transmitter, receiver; either of the two may be missing."""

    kind: Literal["rf"]
    band: str = Field("", description="the field's name of the band: UHF, S, X, K, Ka")
    antenna: Antenna
    transmit: RfTransmitter | None = None
    receive: RfReceiver | None = None
    zenith_attenuation: Loss = Field(0.0, description="of an atmosphere above a site, at zenith")

    @model_validator(mode="after")
    def _not_mute_and_deaf(self) -> Self:
        if self.transmit is None and self.receive is None:
            raise broken("neither transmits nor receives; give transmit, receive or both")
        return self


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


class OpticalTerminal(_Terminal):
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


Terminal = Annotated[RfTerminal | OpticalTerminal, Field(discriminator="kind")]
