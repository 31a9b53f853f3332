"""How beams are given out where there are not enough: the policy, and what an operator has fixed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import Duration, Name, PositiveDuration

Policy = Literal["connected", "fair", "volume"]


class FixedPointing(Part):
    """Two nodes that point at each other whenever they can, before any other wish."""

    source: Name = Field(alias="from", description="a single node")
    target: Name = Field(alias="to", description="another")
    terminal: Name | None = Field(None, description="of either end; all terminals that can where not given")
    start: Duration = Field(0.0, description="after the scenario's start")
    stop: Duration | None = Field(None, description="the scenario's end where not given")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.source == self.target:
            raise broken("is also the other end; a pointing joins two different nodes", "to")
        if self.stop is not None and self.stop <= self.start:
            raise broken(f"is not after the start, {self.start:g} s", "stop")
        return self


class Pointing(Described):
    """Who points where: only of effect where terminals have a number of beams."""

    policy: Policy = Field(
        "connected",
        description="connected: a way to Earth for every node, then the flows, then nodes without a link, then "
        "volume; fair: the same without the ways; volume: as much as possible, whoever gets it",
    )
    step: PositiveDuration = Field(
        300.0, description="interval at which pointings may be exchanged; free beams are given out at once"
    )
    lookahead: PositiveDuration = Field(
        3600.0, description="a pointing counts for its mean rate within this time, setup included"
    )
    keep: float = Field(
        1.25, ge=1.0, le=100.0, description="a pointing is given up for one that counts this much more"
    )
    patience: PositiveDuration = Field(
        3600.0, description="a node without any link counts more once it has waited for so long"
    )
    fixed: list[FixedPointing] = Field([], description="pointings that an operator forces; earlier ones win")
