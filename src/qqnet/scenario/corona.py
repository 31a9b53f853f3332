"""What the Sun's corona does to radio links that pass it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qqnet.scenario.part import Part
from qqnet.scenario.share import Outage


class Corona(Part):
    """Scintillation of a radio link that passes the Sun, as its receiver takes it."""

    model: Literal["morabito-2003", "none"] = Field(
        "morabito-2003", description="scintillation by distance from the Sun and frequency; none: no corona"
    )
    outage: Outage = Field(
        0.05,
        description="share of frames that fades may cost; the fade it takes is a loss; 5 % where not given",
    )
    saturated: Literal["refused", "fading"] = Field(
        "refused",
        description="where scintillation is saturated (1.1 deg from the Sun at X, 0.6 deg at Ka, seen from the "
        "Earth): no link, or the Rayleigh fading that remains of amplitude alone",
    )
