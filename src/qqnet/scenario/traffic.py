"""Traffic flows of users, and the networks on the ground that join stations and control centres."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, broken
from qqnet.scenario.quantities import DataRate, DataSize, Duration, Name, PositiveDuration

Priority = Literal["bulk", "normal", "expedited"]


class Flow(Described):
    """Data that one node sends to another, as messages of a size at an interval, or at a constant rate."""

    name: Name
    source: Name = Field(alias="from", description="node that sends")
    destination: Name = Field(alias="to", description="node that must receive")
    type: Literal["telemetry", "command", "science", "video", "voice", "distress", "file"] = "science"
    priority: Priority = "normal"
    size: DataSize | None = Field(None, description="of one message; with `every`")
    every: PositiveDuration | None = Field(None, description="interval between messages")
    rate: DataRate | None = Field(None, description="constant rate, instead of size and every")
    start: Duration = Field(0.0, description="first message, after the scenario's start")
    stop: Duration | None = Field(
        None, description="no message after this; the scenario's end where not given"
    )
    deadline: PositiveDuration = Field(description="lifetime: useful only if it arrives within this time")
    critical: bool = Field(
        False, description="copies take up to three ways at once, over different neighbours; the first counts"
    )

    @model_validator(mode="after")
    def _one_volume(self) -> Self:
        if (self.rate is None) == (self.size is None):
            raise broken("needs either `size` and `every`, or `rate`")
        if (self.size is None) != (self.every is None):
            raise broken("needs either `size` and `every`, or `rate`")
        if self.stop is not None and self.stop <= self.start:
            raise broken(f"is not after the start, {self.start:g} s", "stop")
        return self


class Terrestrial(Described):
    """A network on one body's surface that joins its nodes at all times (fibre, leased lines)."""

    name: Name
    nodes: list[Name] = Field(min_length=2, description="all joined with each other")
    rate: DataRate
    delay: Annotated[Duration, Field(description="one-way delay between any two")]
