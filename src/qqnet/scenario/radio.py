"""Radio terminals: transmitters with their modes, receivers with their noise."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.antennas import Antenna
from qqnet.scenario.corona import Corona
from qqnet.scenario.equipment import Equipment
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    DataRate,
    Decibel,
    Frequency,
    Loss,
    Power,
    Temperature,
)


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


class RfTerminal(Equipment):
    """A radio terminal: antenna, transmitter, receiver; either of the two may be missing."""

    kind: Literal["rf"]
    band: str = Field("", description="the field's name of the band: UHF, S, X, K, Ka")
    antenna: Antenna
    transmit: RfTransmitter | None = None
    receive: RfReceiver | None = None
    zenith_attenuation: Loss = Field(0.0, description="of an atmosphere above a site, at zenith")
    corona: Corona = Field(Corona(), description="scintillation of what it receives past the Sun")

    @model_validator(mode="after")
    def _not_mute_and_deaf(self) -> Self:
        if self.transmit is None and self.receive is None:
            raise broken("neither transmits nor receives; give transmit, receive or both")
        return self
