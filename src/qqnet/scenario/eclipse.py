"""Power in eclipse: how much of the time a spacecraft may transmit while a body hides the Sun."""

from __future__ import annotations

from pydantic import Field

from qqnet.scenario.part import Described
from qqnet.scenario.quantities import Name, PositiveDuration
from qqnet.scenario.share import Share, ShareAboveZero


class EclipsePower(Described):
    """Limit of transmission in the shadow of a body; reception goes on."""

    duty_cycle: Share = Field(description="share of the time in which it may transmit; 0 %: never")
    period: PositiveDuration = Field(
        1800.0,
        description="of one cycle, transmission first, counted from the entry into shadow; 30 min where not given",
    )
    terminals: list[Name] = Field([], description="terminals that it limits; empty: all that transmit")
    sunlight: ShareAboveZero = Field(
        0.5,
        description="an eclipse is when less than this share of the Sun's disc is seen; 50 % where not given",
    )
