"""Laser terminals: pulse-position modulation and coherent modes, telescopes, detectors."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from qqnet.scenario.equipment import Equipment
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    DataRate,
    Duration,
    Frequency,
    Loss,
    PositiveDuration,
    PositiveLength,
    Power,
    Radiance,
    SmallAngle,
    Velocity,
)
from qqnet.scenario.share import Outage

DEFAULT_CODE_GAP_DB = 1.0
"""Distance of SCPPM from capacity [dB]: within 1 dB (Moision and Hamkins, IPN Progress Report 42-161)."""

DIFFRACTION: Final = math.sqrt(8.0) / math.pi
"""Half-angle at 1/e^2 of the Gaussian beam of a telescope, in wavelengths over the diameter [rad]."""

_Photons = Annotated[float, Field(ge=1e-6, le=1e12)]


class PpmMode(Part):
    """A pulse-position modulation: M slots, slot width, code rate (CCSDS 142.0-B).

    What it needs is stated (`photons_per_bit`), or computed from the channel's capacity with background and the
    distance of the code from it (`code_gap`).
    """

    name: str = ""
    order: int = Field(ge=2, le=4096, description="M, slots a symbol; a power of two")
    slot: PositiveDuration = Field(description="slot width")
    code_rate: float = Field(ge=1e-6, le=1.0, description="information bits per coded bit")
    photons_per_bit: _Photons | None = Field(
        None, description="detected signal photons needed per information bit; without it they are computed"
    )
    code_gap: Loss | None = Field(
        None, description="distance of the code from capacity, 1 dB where not given; not with photons_per_bit"
    )

    @model_validator(mode="after")
    def _power_of_two(self) -> Self:
        if self.order & (self.order - 1):
            raise broken("must be a power of two, such as 16", "order")
        if self.photons_per_bit is not None and self.code_gap is not None:
            raise broken("states the need already; leave out code_gap, or photons_per_bit", "photons_per_bit")
        if self.photons_per_bit is None and self.code_rate >= 1.0:
            raise broken(
                "without redundancy no number of photons is enough; give photons_per_bit", "code_rate"
            )
        return self


class CoherentMode(Part):
    """A rate and the detected photons a bit that it needs, for receivers that are not photon-counting PPM.

    The need is stated, or computed from modulation, detection, code rate and the distance from capacity.
    """

    name: str = ""
    rate: DataRate
    photons_per_bit: _Photons | None = Field(
        None, description="detected signal photons needed per information bit"
    )
    modulation: Literal["BPSK", "QPSK", "DPSK", "OOK"] | None = None
    detection: Literal["homodyne", "heterodyne", "preamplified"] | None = None
    code_rate: float | None = Field(None, gt=0.0, lt=1.0, description="information bits per coded bit")
    code_gap: Loss | None = Field(
        None, description="distance from capacity: code, and an amplifier or laser that is not ideal"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        parts = {
            key: getattr(self, key) is not None
            for key in ("modulation", "detection", "code_rate", "code_gap")
        }
        if self.photons_per_bit is not None and any(parts.values()):
            raise broken("states the need already; leave out modulation, detection, code_rate and code_gap")
        if self.photons_per_bit is None and not any(parts.values()):
            raise broken(
                "is missing (detected signal photons needed per information bit); or give modulation, detection, "
                "code_rate and code_gap, and it is computed",
                "photons_per_bit",
            )
        if self.photons_per_bit is None and not all(parts.values()):
            missing = ", ".join(key for key, given in parts.items() if not given)
            raise broken(
                f"needs photons_per_bit, or all of modulation, detection, code_rate, code_gap ({missing})"
            )
        return self


def _kind_of_mode(value: Any) -> str:
    """Return which of the optical modes is meant: `rate` marks the coherent one."""
    if isinstance(value, dict):
        return "coherent" if "rate" in value and not {"order", "slot"} & value.keys() else "ppm"
    return "coherent" if isinstance(value, CoherentMode) else "ppm"


OpticalMode = Annotated[
    Annotated[PpmMode, Tag("ppm")] | Annotated[CoherentMode, Tag("coherent")], Discriminator(_kind_of_mode)
]


class OpticalTransmitter(Part):
    """The transmit side of a laser terminal."""

    power: Power = Field(description="mean optical power (W, dBW or dBm)")
    aperture: PositiveLength = Field(description="diameter of the transmit telescope")
    efficiency: float = Field(
        1.0, ge=1e-6, le=1.0, description="optics; aperture illumination too where obscuration is not given"
    )
    obscuration: float | None = Field(
        None,
        ge=0.0,
        le=0.8,
        description="secondary's diameter over the aperture's; a Gaussian fills the rest",
    )
    truncation: float | None = Field(
        None,
        ge=0.2,
        le=5.0,
        description="aperture over the Gaussian's diameter at 1/e^2; if not given, the best",
    )
    divergence: SmallAngle | None = Field(
        None, description="half-angle at 1/e^2 of a beam made wider than diffraction"
    )
    pointing_error: SmallAngle = Field(0.0, description="angle off the boresight to budget for")
    pointing_jitter: SmallAngle = Field(0.0, description="standard deviation of the jitter on each axis")
    pointing_outage: Outage | None = Field(
        None,
        description="budget the pointing loss exceeded for this share of time, not the mean",
    )
    point_ahead_max: SmallAngle | None = Field(
        None, description="largest point-ahead angle that can be set; without it any"
    )
    point_ahead_error: SmallAngle = Field(0.0, description="error with which it is set")
    modes: list[OpticalMode] = Field(min_length=1, description="the highest rate that closes is used")

    @model_validator(mode="after")
    def _filled(self) -> Self:
        if self.truncation is not None and self.obscuration is None:
            raise broken("needs obscuration beside it (0 for none)", "truncation")
        if self.pointing_outage is not None and self.pointing_jitter == 0.0:
            raise broken("has no effect without pointing_jitter", "pointing_outage")
        return self


class OpticalReceiver(Part):
    """The receive side of a laser terminal."""

    aperture: PositiveLength = Field(description="diameter of the receive telescope")
    efficiency: float = Field(1.0, ge=1e-6, le=1.0, description="optics and detection")
    obscuration: float = Field(
        0.0, ge=0.0, le=0.8, description="diameter of the secondary over the aperture's"
    )
    loss: Loss = Field(0.0, description="other losses before the detector")
    filter_bandwidth: PositiveLength | None = Field(None, description="width of the optical filter")
    field_of_view: SmallAngle | None = Field(None, description="full angle of the sky on the detector")
    dark_counts: Frequency | None = Field(None, description="counts a second of the detector in the dark")
    stray_light: float = Field(
        0.3,
        ge=0.0,
        le=1e3,
        description="scatter of sunlight by the optics at 1 deg, 1/sr; inverse square",
    )
    sky_radiance: Radiance | None = Field(None, description="of the day sky above a site, taken at all hours")
    elements: int = Field(1, ge=1, le=1_000_000, description="photon counters that share the light")
    dead_time: Duration = Field(0.0, description="of one of them after a count")
    timing_jitter: Duration = Field(0.0, description="standard deviation of a count's time")

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.filter_bandwidth is None) != (self.field_of_view is None):
            lone, other = "filter_bandwidth", "field_of_view"
            if self.filter_bandwidth is None:
                lone, other = other, lone
            raise broken(f"needs {other} beside it: background light depends on both", lone)
        if self.sky_radiance is not None and self.field_of_view is None:
            raise broken("needs filter_bandwidth and field_of_view beside it", "sky_radiance")
        return self


class BeaconSearch(Part):
    """A beacon swept over the cone in which the other end must be; data after the light's way there and back."""

    uncertainty: SmallAngle = Field(description="half-angle of the cone")
    beacon_divergence: SmallAngle = Field(description="half-angle of the beacon")
    dwell: PositiveDuration = Field(description="time on each place")
    settling: Duration = Field(0.0, description="from the answer to data")

    @model_validator(mode="after")
    def _above_zero(self) -> Self:
        for key in ("uncertainty", "beacon_divergence"):
            if getattr(self, key) <= 0.0:
                raise broken("must be above zero", key)
        return self


class OpticalTurbulence(Part):
    """Turbulence above a site on Earth: Hufnagel-Valley profile, and the share of time with deeper fades."""

    ground_cn2: float = Field(
        1.7e-14, gt=0.0, le=1e-10, description="structure parameter at the ground, m^(-2/3)"
    )
    wind: Velocity = Field(0.021, description="root mean square of the wind from 5 to 20 km")
    outage: Outage = Field(0.01, description="share of the time with deeper fades than budgeted")


def _kind_of_acquisition(value: Any) -> str:
    return "search" if isinstance(value, dict | BeaconSearch) else "stated"


Acquisition = Annotated[
    Annotated[Duration, Tag("stated")] | Annotated[BeaconSearch, Tag("search")],
    Discriminator(_kind_of_acquisition),
]


class OpticalTerminal(Equipment):
    """A laser terminal."""

    kind: Literal["optical"]
    wavelength: PositiveLength
    transmit: OpticalTransmitter | None = None
    receive: OpticalReceiver | None = None
    acquisition: Acquisition = Field(
        0.0,
        description="time from line of sight to data, or the search for it",
        json_schema_extra={"default": "0 s"},
    )
    reacquisition: Duration | None = Field(
        None, description="time to data after an interruption no longer than reacquisition_gap"
    )
    reacquisition_gap: Duration | None = Field(
        None, description="interruption after which the direction is still known"
    )
    zenith_attenuation: Loss = Field(0.0, description="of a clear atmosphere above a site, at zenith")
    turbulence: OpticalTurbulence | None = Field(None, description="above a site on Earth")

    @model_validator(mode="after")
    def _not_mute_and_deaf(self) -> Self:
        if self.transmit is None and self.receive is None:
            raise broken("neither transmits nor receives; give transmit, receive or both")
        if (self.reacquisition is None) != (self.reacquisition_gap is None):
            raise broken("needs both reacquisition and reacquisition_gap, or neither")
        return self

    @model_validator(mode="after")
    def _beam_that_holds_its_error(self) -> Self:
        sender = self.transmit
        if sender is None or sender.pointing_outage is not None:
            return self
        # Obscuration and truncation change the beam a little; that the link itself looks at.
        diffraction = DIFFRACTION * self.wavelength / sender.aperture
        beam = diffraction if sender.divergence is None else sender.divergence
        error = math.sqrt(sender.pointing_error**2 + 2.0 * sender.pointing_jitter**2)
        if error > beam:
            raise broken(
                f"makes an error of {error * 1e6:.4g} microradian with the jitter, and the beam is only "
                f"{beam * 1e6:.4g} microradian wide (half-angle at 1/e^2); the beam must be wider than the error",
                "transmit.pointing_error",
            )
        return self
