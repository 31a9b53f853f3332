"""What radio and laser terminals share: roles, peers, margin, limits of pointing, numbers of beams."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, broken
from qqnet.scenario.quantities import (
    Duration,
    Loss,
    MinimumElevation,
    Name,
    PositiveLength,
    SmallAngle,
)

Role = Literal["trunk", "crosslink", "relay", "user", "downlink", "ground", "broadcast"]

PARTNERS: dict[str, str] = {
    "trunk": "trunk",
    "crosslink": "crosslink",
    "relay": "user",
    "user": "relay",
    "downlink": "ground",
    "ground": "downlink",
}
"""A terminal in a role links with a terminal in the partner role; a navigation broadcast links with nobody."""


class Equipment(Described):
    """What radio and laser terminals share."""

    roles: list[Role] = Field(min_length=1, description="what it may be used for")
    peers: list[Name] = Field(
        [], description="nodes, constellations or networks that it may link with; empty: any"
    )
    margin: Loss = Field(3.0, description="link margin that must remain")
    sun_exclusion: SmallAngle = Field(0.0, description="no link within this angle of the Sun, seen from here")
    minimum_elevation: MinimumElevation | None = Field(
        None, description="at a site, instead of its mask; its horizon holds all the same"
    )
    maximum_range: PositiveLength | None = Field(None, description="no link beyond it")
    beams: int | None = Field(
        None,
        ge=1,
        le=100_000,
        description="peers that a node can be linked with through it at a time; any number where not given",
    )
    shares: Name | None = Field(
        None, description="terminal whose aperture it uses; that one's beams count for both"
    )
    switch_time: Duration = Field(
        0.0, description="from the start of a pointing until it can send or receive"
    )
    least_contact: Duration = Field(
        0.0,
        description="a pointing is held so long, if the line of sight lasts, before another may take its beam",
    )

    @model_validator(mode="after")
    def _counted_once(self) -> Self:
        if self.shares is not None and self.beams is not None:
            raise broken(
                f"are counted at {self.shares!r}, whose aperture it shares; leave out beams here", "beams"
            )
        return self
