"""Radio terminals: transmitters with their modes, receivers with their noise."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.antenna_limits import pointing_fault
from qqnet.scenario.antennas import TerminalAntenna
from qqnet.scenario.atmosphere import ItuAtmosphere
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


NoisyBody = Literal["Sun", "Moon", "Earth", "Mars", "Venus"]
"""Bodies whose brightness at radio frequencies is known."""


class NoiseChain(Part):
    """The parts that a system noise temperature is made of (Friis)."""

    antenna_temperature: Temperature = Field(
        2.725, description="sky and spill-over; the cosmic background where not given"
    )
    line_loss: Loss = Field(
        0.0,
        description="between antenna and receiver; it counts here, so leave it out of the receiver's loss",
    )
    line_temperature: Temperature = Field(290.0, description="of that line, physical")
    receiver_temperature: Temperature | None = Field(None, description="equivalent at the receiver's input")
    noise_figure: Loss | None = Field(None, description="instead of receiver_temperature, to 290 K")

    @model_validator(mode="after")
    def _one_receiver(self) -> Self:
        if (self.receiver_temperature is None) == (self.noise_figure is None):
            raise broken("needs exactly one of receiver_temperature and noise_figure")
        return self


class RfReceiver(Part):
    """The receive side of a radio terminal."""

    lowest: Frequency = Field(description="lower edge of the receive band")
    highest: Frequency = Field(description="upper edge of the receive band")
    noise_temperature: Temperature | None = Field(
        None, description="system noise temperature at the antenna port"
    )
    noise: NoiseChain | None = Field(
        None, description="instead of noise_temperature: the parts it is made of"
    )
    noise_includes: list[NoisyBody] = Field(
        [], description="bodies in the beam whose noise is in these figures; that of others is added"
    )
    solar_activity: Literal["quiet", "active"] = Field(
        "quiet", description="of the Sun, whose noise is added where it stands in the beam"
    )
    loss: Loss = Field(0.0, description="circuit and polarisation loss before the receiver")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.lowest >= self.highest:
            raise broken("is not below highest; exchange the two", "lowest")
        if (self.noise_temperature is None) == (self.noise is None):
            raise broken("needs exactly one of noise_temperature and noise")
        if len(set(self.noise_includes)) != len(self.noise_includes):
            raise broken("names a body twice; once is right", "noise_includes")
        return self


class RfTerminal(Equipment):
    """A radio terminal: antenna, transmitter, receiver; either of the two may be missing."""

    kind: Literal["rf"]
    band: str = Field("", description="the field's name of the band: UHF, S, X, K, Ka")
    antenna: TerminalAntenna
    transmit: RfTransmitter | None = None
    receive: RfReceiver | None = None
    zenith_attenuation: Loss = Field(0.0, description="of an atmosphere above a site, at zenith")
    corona: Corona = Field(Corona(), description="scintillation of what it receives past the Sun")
    atmosphere: ItuAtmosphere | None = Field(
        None, description="a model of the atmosphere above a site, instead of zenith_attenuation"
    )

    @model_validator(mode="after")
    def _not_mute_and_deaf(self) -> Self:
        if self.transmit is None and self.receive is None:
            raise broken("neither transmits nor receives; give transmit, receive or both")
        return self

    @model_validator(mode="after")
    def _one_atmosphere(self) -> Self:
        if self.atmosphere is None:
            return self
        if self.zenith_attenuation > 0.0:
            raise broken("contradicts zenith_attenuation; leave one of the two out", "atmosphere")
        carriers = {} if self.transmit is None else {"transmit.frequency": self.transmit.frequency}
        if self.receive is not None:
            carriers |= {"receive.lowest": self.receive.lowest, "receive.highest": self.receive.highest}
        for key, carrier in carriers.items():
            reason = self.atmosphere.outside(carrier)
            if reason:
                raise broken(reason, key)
        return self

    @model_validator(mode="after")
    def _antenna_is_possible(self) -> Self:
        frequencies = [] if self.transmit is None else [self.transmit.frequency]
        if self.receive is not None:
            frequencies += [self.receive.lowest, self.receive.highest]
        for frequency_hz in frequencies:
            reason = self.antenna.fault_at(frequency_hz)
            if reason:
                raise broken(reason, "antenna")
        # Of a receive band the lowest edge has the widest beam: what is outside there is outside in all of it.
        for frequency_hz in frequencies[:-1] if self.receive is not None else frequencies:
            beam = self.antenna.beam_rad(frequency_hz)
            reason = pointing_fault(self.antenna.pointing_error, beam, frequency_hz)
            if reason:
                raise broken(reason, "antenna.pointing_error")
        return self
