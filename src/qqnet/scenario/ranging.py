"""Ranging on a radio carrier: which signal, and how the phase is shared between it and the data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qqnet import units
from qqnet.scenario.part import Part
from qqnet.scenario.quantities import Frequency, Quantity

PhaseIndex = Annotated[
    float,
    Quantity(units.ANGLE, at_least=1e-3, at_most=1.5707963267948966, bounds="from 0.001 rad to 1.5708 rad"),
]


class Ranging(Part):
    """A ranging signal beside the data, both in the phase of a carrier of which some remains."""

    signal: Literal["tone", "pn-dsn", "pn-t4b", "pn-t2b"] = Field(
        description="a sine tone, or the codes of DSN and of CCSDS 414.1 whose clock is a sine"
    )
    clock: Frequency = Field(description="of the tone, or of the code: half its chip rate")
    index: PhaseIndex = Field(description="peak phase deviation by the ranging signal")
    data_index: PhaseIndex = Field(description="peak phase deviation by the data")
    data: Literal["bipolar", "sine-subcarrier"] = Field(
        "bipolar", description="how the data modulate the phase"
    )
    loop_bandwidth: Frequency = Field(
        description="one-sided, of the loop that follows the clock at the receiver"
    )
