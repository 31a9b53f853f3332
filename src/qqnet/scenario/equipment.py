"""What radio and laser terminals share: roles, peers, margin, limits of pointing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qqnet.scenario.part import Described
from qqnet.scenario.quantities import (
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
