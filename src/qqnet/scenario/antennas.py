"""Antennas of radio terminals: which kinds there are, and what none of them can be."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from qqnet.scenario.antenna_files import TabulatedPattern
from qqnet.scenario.antenna_limits import (
    LOBE,
    aperture_fault,
    array_fault,
    helix_fault,
    patch_fault,
    pitch_fault,
    reflector_beam_rad,
    side_lobe_fault,
    surface_fault,
    unreached,
)
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Angle, AxialRatio, Gain, PositiveLength, ScanAngle, SmallAngle
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

UNIFORM_BEAM_RAD: Final = 1.02899397
"""Half-power beam of a uniformly lit aperture, in wavelengths over the diameter [rad]."""


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


class AimedAntenna(Part):
    """What all kinds of antenna share: how well they are pointed, and how their waves are polarised."""

    pointing_error: SmallAngle = Field(0.0, description="angle off the axis to budget for")
    polarisation: Literal["RHCP", "LHCP", "linear"] | None = Field(
        None, description="right or left circular, or linear; no mismatch is counted where not given"
    )
    axial_ratio: AxialRatio = Field(
        0.0, description="of a circular antenna: major over minor axis of its ellipse"
    )
    tilt: Angle | None = Field(
        None, description="of a linear antenna: angle of the field from a direction that both ends share"
    )

    @model_validator(mode="after")
    def _polarised(self) -> Self:
        if self.tilt is not None and self.polarisation != "linear":
            raise broken("is the angle of linear polarisation; write 'polarisation: linear' too", "tilt")
        if self.axial_ratio and self.polarisation not in ("RHCP", "LHCP"):
            raise broken(
                "belongs to circular polarisation; write 'polarisation: RHCP' or LHCP", "axial_ratio"
            )
        return self

    def fault_at(self, frequency_hz: float) -> str:
        """Say why the antenna can not be what it says at a frequency [Hz]; empty where it can."""
        return ""

    def beam_rad(self, frequency_hz: float) -> float:
        """Half-power beam [rad] where it follows from what is written; else a half-turn, which limits nothing."""
        return math.pi


class Parabola(AimedAntenna):
    """A reflector: gain and beam follow from diameter and efficiency."""

    type: Literal["parabola"] = "parabola"
    diameter: PositiveLength
    efficiency: float = Field(
        0.6, ge=1e-6, le=1.0, description="aperture efficiency; without what the two keys below take from it"
    )
    surface_error: PositiveLength | None = Field(
        None, description="rms deviation of the surface from a paraboloid (Ruze's loss)"
    )
    blockage: float = Field(
        0.0, ge=0.0, le=0.5, description="diameter of what stands before the reflector, over its own"
    )
    side_lobes: Literal["F.699", "S.465", "Airy"] = Field(
        "F.699", description="outside the main lobe: envelopes of ITU-R F.699 or S.465, or a uniform aperture"
    )

    @model_validator(mode="before")
    @classmethod
    def _has_a_size(cls, data: Any) -> Any:
        if isinstance(data, dict) and "diameter" not in data:
            raise broken("needs exactly one of diameter and gain, or the type of another kind of antenna")
        return data

    def fault_at(self, frequency_hz: float) -> str:
        """Say where Ruze's loss does not hold, or the pattern that was asked for."""
        fault = "" if self.surface_error is None else surface_fault(self.surface_error, frequency_hz)
        asked = "side_lobes" in self.model_fields_set
        return fault or (side_lobe_fault(self.side_lobes, frequency_hz) if asked else "")

    def beam_rad(self, frequency_hz: float) -> float:
        """Half-power beam [rad]."""
        if self.side_lobes == "Airy":
            return UNIFORM_BEAM_RAD * SPEED_OF_LIGHT_KM_S / (frequency_hz * self.diameter)
        return reflector_beam_rad(self.diameter, self.efficiency, frequency_hz)


class StatedGain(AimedAntenna):
    """A gain as stated, the same at every frequency."""

    type: Literal["gain"] = "gain"
    gain: Gain
    efficiency: float = Field(0.6, ge=1e-6, le=1.0, description="of an aperture of this gain: sets the beam")
    diameter: PositiveLength | None = Field(
        None, description="of the aperture, where known: sets the beam, and the gain must be possible with it"
    )

    @model_validator(mode="after")
    def _one_story(self) -> Self:
        if self.diameter is not None and "efficiency" in self.model_fields_set:
            raise broken("follows from gain and diameter; leave one of the three out", "efficiency")
        return self

    def fault_at(self, frequency_hz: float) -> str:
        """Say where the gain is above that of its aperture at 100 % efficiency."""
        return "" if self.diameter is None else aperture_fault(self.gain, self.diameter, frequency_hz)

    def beam_rad(self, frequency_hz: float) -> float:
        """Half-power beam [rad]."""
        gain = 10.0 ** (self.gain / 10.0)
        if self.diameter is not None:
            rule = math.radians(70.0) * SPEED_OF_LIGHT_KM_S / (frequency_hz * self.diameter)
        else:
            rule = math.radians(70.0) * math.pi * math.sqrt(self.efficiency / gain)
        return min(rule, math.sqrt(LOBE / gain))


class Helix(AimedAntenna):
    """A helix that radiates along its axis (Kraus)."""

    type: Literal["helix"]
    turns: float = Field(ge=3.0, le=100.0)
    diameter: PositiveLength = Field(description="of the helix, to the middle of the wire")
    spacing: PositiveLength = Field(description="between turns, along the axis")

    @model_validator(mode="after")
    def _pitched(self) -> Self:
        reason = pitch_fault(self.diameter, self.spacing)
        if reason:
            raise broken(reason, "spacing")
        return self

    def fault_at(self, frequency_hz: float) -> str:
        """Say where the helix does not radiate along its axis."""
        return helix_fault(self.diameter, frequency_hz)

    def beam_rad(self, frequency_hz: float) -> float:
        """Half-power beam [rad]."""
        wavelength = SPEED_OF_LIGHT_KM_S / frequency_hz
        length = math.sqrt(self.turns * self.spacing / wavelength)
        return math.radians(52.0) * wavelength / (math.pi * self.diameter * length)


class Patch(AimedAntenna):
    """A rectangular patch over a large ground plane, in its first mode (cavity model)."""

    type: Literal["patch"]
    length: PositiveLength = Field(description="along the field: about half a wavelength in the substrate")
    width: PositiveLength = Field(description="across it: the radiating edges")
    efficiency: float = Field(0.9, ge=1e-6, le=1.0, description="radiated over accepted power")

    def fault_at(self, frequency_hz: float) -> str:
        """Say where another mode than the first would radiate."""
        return patch_fault(self.length, self.width, frequency_hz)


class PhasedArray(AimedAntenna):
    """A flat array of equal elements, all fed alike, steered by phase."""

    type: Literal["array"]
    elements: list[int] = Field(description="along the two axes, such as [16, 16]")
    spacing: PositiveLength = Field(description="between elements, along both axes")
    element_gain: Gain = Field(description="of one element within the array")
    efficiency: float = Field(1.0, ge=1e-6, le=1.0, description="of feeds and phase shifters")
    scan: ScanAngle = Field(0.0, description="farthest angle from the normal, which is budgeted for")
    scan_exponent: float = Field(
        1.5, ge=1.0, le=4.0, description="gain falls as cosine of the scan angle to this power"
    )

    @model_validator(mode="after")
    def _two_axes(self) -> Self:
        if len(self.elements) != 2 or min(self.elements) < 1 or max(self.elements) > 1000:
            raise broken("must be two whole numbers from 1 to 1000, such as [16, 16]", "elements")
        if self.elements[0] * self.elements[1] < 2:
            raise broken("makes a single element; an array has two or more", "elements")
        return self

    def fault_at(self, frequency_hz: float) -> str:
        """Say where it gains more than its area can, or has grating lobes."""
        return array_fault(self.spacing, self.element_gain, self.scan, frequency_hz)


class PatternAntenna(AimedAntenna):
    """A measured or computed pattern: gain by angle from the axis."""

    type: Literal["pattern"]
    pattern: TabulatedPattern = Field(description="points by angle, or a file of them")
    beyond: Gain | None = Field(
        None, description="gain at angles beyond the last; a pattern without it must reach 180 deg"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if isinstance(self.pattern, list):
            reason = unreached([(point.angle, point.gain) for point in self.pattern], self.beyond)
            if reason:
                raise broken(reason, "pattern")
        return self


def _typed(value: Any) -> Any:
    """Name the kind of an antenna that does not: a gain as stated, or else a parabola."""
    if isinstance(value, dict) and "type" not in value:
        return {**value, "type": "gain" if "gain" in value else "parabola"}
    return value


TerminalAntenna = Annotated[
    Parabola | StatedGain | Helix | Patch | PhasedArray | PatternAntenna,
    Field(discriminator="type"),
    BeforeValidator(_typed),
]
"""What stands at a radio terminal's ``antenna``; a gain without a type is as stated, a diameter a parabola."""
