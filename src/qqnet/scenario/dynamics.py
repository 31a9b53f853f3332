"""Dynamics of a node: which forces its motion is integrated under, and its manoeuvres."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    Area,
    AreaToMass,
    Epoch,
    Force,
    Mass,
    PositiveDuration,
    VelocityVector,
)

BurnFrame = Literal["RTN", "VNC", "ICRF"]
Propagator = Literal["gauss", "dop853", "heyoka"]

NUMERICAL = "numerical"
"""What may be written in place of a mapping: every default."""


class SolarRadiation(Part):
    """Pressure of sunlight on a sphere, less where a body stands before the Sun.

    Its strength is given by `area_to_mass`, or by `area` and the `mass` of the dynamics.
    """

    area: Area | None = Field(None, description="cross-section that the Sun sees; with the mass beside it")
    area_to_mass: AreaToMass | None = Field(None, description="instead of area and mass")
    reflectivity: float = Field(
        1.3, ge=0.0, le=2.0, description="coefficient C_R: 1 absorbs all light, 2 throws it all back"
    )

    @model_validator(mode="after")
    def _one_strength(self) -> Self:
        if (self.area is None) == (self.area_to_mass is None):
            raise broken("needs exactly one of area and area_to_mass")
        return self


class Manoeuvre(Part):
    """A change of velocity: at once, or with `thrust` a burn of its length, half of it before `at`."""

    at: Epoch = Field(description="UTC; the middle of a burn that lasts")
    delta_v: VelocityVector = Field(description="change of velocity, by its components")
    frame: BurnFrame = Field(
        "RTN",
        description="axes: radial, transverse, normal; velocity, normal, co-normal; both turn during a burn "
        "that lasts; or ICRF",
    )
    thrust: Force | None = Field(None, description="of the engine; without it the change is instantaneous")
    specific_impulse: PositiveDuration | None = Field(None, description="of the engine, with thrust")

    @model_validator(mode="after")
    def _whole_engine(self) -> Self:
        if (self.thrust is None) != (self.specific_impulse is None):
            given, lacking = ("thrust", "specific_impulse") if self.thrust else ("specific_impulse", "thrust")
            raise broken(f"is given without {lacking}; a burn that lasts needs both", given)
        return self


class Dynamics(Part):
    """Forces that the motion is integrated under; `numerical` alone means every default.

    What is not given is chosen by the central body and the least height above it: the bodies that pull
    noticeably, and a gravity field of as high a degree as makes a difference.
    """

    degree: int | None = Field(
        None, ge=0, description="of the central body's gravity field; 0 is a point mass; by height"
    )
    order: int | None = Field(None, ge=0, description="of the gravity field; the degree where not given")
    third_bodies: list[str] | None = Field(None, description="other bodies that pull; by the central body")
    mass: Mass | None = Field(None, description="of the spacecraft at the start, with area or thrust")
    radiation: SolarRadiation | None = Field(
        None, description="solar radiation pressure; none where not given"
    )
    relativity: bool = Field(False, description="the central body's relativistic pull (Schwarzschild term)")
    burns: list[Manoeuvre] = Field([], description="manoeuvres; of each satellite of a constellation")
    propagator: Propagator = Field("gauss", description="integrator; heyoka needs the extra 'fast'")

    @model_validator(mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value != NUMERICAL:
                raise broken(f"must be {NUMERICAL!r}, or a mapping of keys to values")
            return {}
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.degree == 1:
            raise broken("leaves a point mass, as 0 does: degree 1 is in the choice of the centre", "degree")
        if self.order is not None and self.degree is None:
            raise broken("is given without degree; give both", "order")
        if self.order is not None and self.degree is not None and self.order > self.degree:
            raise broken(f"is above the degree, {self.degree}", "order")
        if self.mass is None:
            if self.radiation is not None and self.radiation.area is not None:
                raise broken("has an area and needs the mass of the dynamics beside it", "radiation")
            if any(burn.thrust is not None for burn in self.burns):
                raise broken(
                    "hold one with thrust, which needs the mass of the dynamics beside them", "burns"
                )
        return self


class _OrWord:
    """Let the JSON Schema of a node's key accept the word too."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"const": NUMERICAL, "type": "string"}, handler(schema)]}


DynamicsKey = Annotated[Dynamics, _OrWord()]
"""What stands at a node's ``dynamics``: the mapping, or the word."""
