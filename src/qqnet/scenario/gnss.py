"""Reception of Earth's navigation satellites: which systems, by which receivers, on which nodes."""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import (
    Altitude,
    Angle,
    CarrierToNoise,
    Frequency,
    Loss,
    Name,
    PositiveDuration,
    Temperature,
)
from qqnet.scenario.terminals import Antenna

GnssSystem = Literal["GPS", "Galileo", "GLONASS", "BeiDou", "QZSS", "NavIC", "SBAS"]
GnssBand = Literal["L1", "L5"]
GnssBlock = Literal[
    "gps-iir", "gps-iir-b", "gps-iir-m", "gps-iif", "gps-iii", "galileo-foc", "glonass-m", "beidou-meo",
    "beidou-igso", "beidou-geo", "qzss-qzo", "qzss-geo", "navic-geo", "navic-igso", "sbas-geo",
]  # fmt: skip

_HALF_TURN = math.pi


class GnssNodes(Part):
    """Nodes of this scenario that are the satellites of a block, instead of the packaged nominal ones."""

    block: GnssBlock = Field(description="block of the packaged table: what the nodes send")
    nodes: list[Name] = Field(min_length=1, description="nodes or constellations of this scenario")


class GnssReceiver(Described):
    """A receiver of navigation signals, and the nodes that carry one."""

    name: Name
    nodes: list[Name] = Field(
        min_length=1, description="nodes, constellations or networks that carry one each"
    )
    bands: list[GnssBand] = Field(["L1", "L5"], min_length=1, description="L1: 1.56-1.61 GHz; L5: 1.18 GHz")
    antenna: Antenna = Field(description="an aperture, or a fixed gain")
    beamwidth: Angle | None = Field(
        None, description="full half-power width; that of a beam of this gain where not given"
    )
    pointing: Literal["earth", "steered"] = Field(
        "earth", description="earth: the axis stays on the Earth; steered: a beam on every satellite"
    )
    noise_temperature: Temperature = Field(description="of the whole system, at the antenna's port")
    loss: Loss = Field(0.0, description="polarisation, implementation and correlation")
    threshold: CarrierToNoise = Field(
        26.0, description="least C/N0 at which a signal is acquired; 26 dB-Hz where not given"
    )
    tracking: CarrierToNoise | None = Field(
        None, description="least C/N0 at which an acquired signal is kept; as `threshold` where not given"
    )
    code_loop: Frequency = Field(0.1, description="noise bandwidth of the code loop; 0.1 Hz where not given")
    frequency_loop: Frequency = Field(
        1.0, description="noise bandwidth of the frequency loop; 1 Hz where not given"
    )
    integration: PositiveDuration = Field(
        0.1, description="coherent integration, on pilots or with data wiped off; 0.1 s where not given"
    )
    spacing: float = Field(0.5, gt=0.0, le=1.0, description="early minus late of the code loop, in chips")
    time_offsets: Literal["known", "solved"] = Field(
        "solved", description="offsets between the systems' time scales: known, or one more unknown each"
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if len(set(self.bands)) != len(self.bands):
            raise broken("names a band twice; each stands for one front end", "bands")
        if self.tracking is not None and self.tracking > self.threshold:
            raise broken(f"is above the threshold of acquisition, {self.threshold:g} dB-Hz", "tracking")
        if self.beamwidth is not None:
            if not 0.0 < self.beamwidth <= _HALF_TURN:
                raise broken("must be above zero and at most 180 deg", "beamwidth")
            if self.antenna.diameter is not None:
                raise broken("follows from the antenna's diameter; leave it out, or give a gain", "beamwidth")
            gain = self.antenna.gain or 0.0
            most = 10.0 * math.log10(16.0 * math.log(2.0) / self.beamwidth**2)
            if gain > most + 1e-9:
                raise broken(
                    f"leaves at most {most:.4g} dBi for a lossless beam, and the antenna's gain is {gain:g} dBi; "
                    "make it narrower",
                    "beamwidth",
                )
        return self


class Gnss(Described):
    """Navigation satellites of the Earth, and who listens to them."""

    systems: list[GnssSystem] = Field(
        ["GPS", "Galileo", "GLONASS", "BeiDou", "QZSS", "NavIC", "SBAS"],
        min_length=1,
        description="systems that count",
    )
    transmitters: list[GnssNodes] = Field(
        [], description="blocks whose satellites are nodes of this scenario; the others are packaged"
    )
    earth_altitude: Altitude = Field(
        100.0, description="rays that come closer to the ground are not used; 100 km where not given"
    )
    step: PositiveDuration = Field(300.0, description="time between epochs; 5 min where not given")
    receivers: list[GnssReceiver] = Field(min_length=1, description="who listens")
