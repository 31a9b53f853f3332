"""The base of every part of a scenario."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a scenario: immutable, and no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Described(Part):
    """A part that says where its values come from.

    ``sources`` and ``assumptions`` map the key path of a value in this part (``orbit.a``; ``*`` for all
    that is not named) to a source or to the reason for an assumption. The report lists both.
    """

    description: str = Field("", description="for people")
    sources: dict[str, str] = Field({}, description="key path -> where the value is published")
    assumptions: dict[str, str] = Field({}, description="key path -> why this value was assumed")
