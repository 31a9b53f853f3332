"""Terminals: the radio and laser equipment of nodes, and the roles that decide who may talk to whom."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qqnet.scenario.antennas import Antenna
from qqnet.scenario.equipment import PARTNERS, Role
from qqnet.scenario.laser import CoherentMode, OpticalReceiver, OpticalTerminal, OpticalTransmitter, PpmMode
from qqnet.scenario.modes import CodedMode, Ladder, RateControl, RfMode
from qqnet.scenario.radio import RfReceiver, RfTerminal, RfTransmitter

__all__ = [
    "PARTNERS",
    "Antenna",
    "CodedMode",
    "CoherentMode",
    "Ladder",
    "OpticalReceiver",
    "OpticalTerminal",
    "OpticalTransmitter",
    "PpmMode",
    "RateControl",
    "RfMode",
    "RfReceiver",
    "RfTerminal",
    "RfTransmitter",
    "Role",
    "Terminal",
]

Terminal = Annotated[RfTerminal | OpticalTerminal, Field(discriminator="kind")]
