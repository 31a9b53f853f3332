"""Requirements as a table states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from qqnet.compliance.quantities import QUANTITIES, Quantity
from qqnet.errors import InputError
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Latitude, Name, SmallAngle, SurfaceAltitude
from qqnet.scenario.suggest import unknown

Comparison = Literal["at least", "at most", "above", "below"]


def _known(value: object) -> object:
    if isinstance(value, str) and value not in QUANTITIES:
        raise broken(unknown("quantity", value, QUANTITIES))
    return value


class NotAssessed(InputError):  # noqa: N818 (an answer more than an error)
    """A study has no such number; the message says why, and what would give it one."""


@dataclass(frozen=True)
class Measured:
    """A value in internal units, and which number of the study it is."""

    value: float
    basis: str


class Where(Part):
    """Where, and by which rule, a requirement applies."""

    body: str | None = Field(None, description="the body")
    south: Latitude = Field(-1.5707963267948966, description="southern edge; the south pole where not given")
    north: Latitude = Field(1.5707963267948966, description="northern edge; the north pole where not given")
    highest: SurfaceAltitude | None = Field(None, description="top of a service volume, from the surface up")
    fold: int | None = Field(None, ge=1, le=1000, description="satellites in view")
    gdop: float | None = Field(None, gt=0.0, description="a user of a service volume has GDOP below it")
    dop: Literal["gdop", "pdop", "hdop", "vdop", "tdop"] | None = Field(
        None, description="kind of dilution of precision"
    )
    limit: float | None = Field(None, gt=0.0, description="of that dilution of precision")
    sun_angle: SmallAngle | None = Field(
        None, description="as near to the Sun, seen from Earth, the planet must come"
    )


class Requirement(Part):
    """One requirement: a quantity, a comparison and a value."""

    id: Name
    title: str
    phase: str = Field("", description="of the table; empty where it has none")
    quantity: Annotated[str, BeforeValidator(_known)] = Field(description="what is measured")
    comparison: Comparison
    value: str | int | float = Field(description="with its unit")
    where: Where = Where()
    source: str = Field(description="where it is published")
    verified: Literal["verified", "secondary", "unverified", "own"] = Field(
        description="verified: read there; secondary: in a source that cites it; unverified: from memory; own: a "
        "goal of this project"
    )
    note: str = Field("", description="what was taken how, and what the source leaves open")

    _limit: float = PrivateAttr(0.0)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        try:
            self._limit = self.kind.read(self.value)
        except ValueError as error:
            raise broken(str(error), "value") from None
        missing = [key for key in self.kind.needs if getattr(self.where, key) is None]
        if missing:
            raise broken(f"lacks {', '.join(missing)}, which {self.quantity!r} needs", "where")
        if not self.where.north > self.where.south:
            raise broken("holds no point: north must be above south", "where")
        return self

    @property
    def kind(self) -> Quantity:
        """The quantity it is about."""
        return QUANTITIES[self.quantity]

    @property
    def limit(self) -> float:
        """The value, in internal units."""
        return self._limit

    def margin(self, value: float) -> float:
        """Return by how much a value is better than the limit, in internal units; negative where worse."""
        return value - self.limit if self.comparison in ("at least", "above") else self.limit - value

    def met(self, value: float) -> bool:
        """Whether a value meets the requirement."""
        margin = self.margin(value)
        return margin > 0.0 if self.comparison in ("above", "below") else margin >= 0.0


class RequirementTable(Part):
    """Requirements of one origin."""

    version: Literal[1]
    name: Name
    title: str
    description: str = ""
    requirements: list[Requirement] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        seen: set[str] = set()
        for one in self.requirements:
            if one.id in seen:
                raise broken(
                    f"names {one.id!r} twice; each requirement needs an id of its own", "requirements"
                )
            seen.add(one.id)
        return self

    @property
    def phases(self) -> list[str]:
        """Phases in the order of the table."""
        return list(dict.fromkeys(one.phase for one in self.requirements if one.phase))
