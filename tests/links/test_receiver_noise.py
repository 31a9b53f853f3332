"""System noise temperatures, stated or built up."""

from __future__ import annotations

from typing import Any

import pytest

from qqnet.links.budget import link_budget
from qqnet.links.link import Link
from qqnet.links.path import Path
from qqnet.links.receiver_noise import receiver_noise
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.terminals import RfReceiver, RfTerminal

BAND = {"lowest": "8.4 GHz", "highest": "8.5 GHz"}


def built(**parts: Any) -> RfReceiver:
    return RfReceiver.model_validate({**BAND, "noise": parts})


def test_a_stated_temperature_is_taken() -> None:
    assert receiver_noise(RfReceiver.model_validate({**BAND, "noise_temperature": "60 K"})) == (60.0, "")


def test_friis_at_the_antenna_port() -> None:
    """25 K + 290 K (10^0.05 - 1) + 10^0.05 x 75.09 K, worked by hand."""
    temperature, words = receiver_noise(
        built(antenna_temperature="25 K", line_loss="0.5 dB", noise_figure="1 dB")
    )
    times = 10.0**0.05
    assert temperature == pytest.approx(
        25.0 + 290.0 * (times - 1.0) + times * 290.0 * (10.0**0.1 - 1.0), rel=1e-12
    )
    assert words == (
        "144.64 K = antenna 25 K + line of 0.5 dB at 290 K 35.39 K + receiver 75.09 K (noise figure 1 dB) x 1.122"
    )


def test_a_cooled_receiver_in_empty_sky() -> None:
    temperature, words = receiver_noise(built(receiver_temperature="12 K"))
    assert temperature == pytest.approx(14.725)
    assert words == "14.725 K = antenna 2.725 K + receiver 12 K"


def test_the_budget_names_the_parts() -> None:
    terminal = RfTerminal.model_validate(
        {
            "kind": "rf",
            "roles": ["crosslink"],
            "antenna": {"diameter": "1 m"},
            "transmit": {
                "frequency": "8.45 GHz",
                "power": "5 W",
                "modes": [{"rate": "1 kbit/s", "eb_n0": "2 dB"}],
            },
            "receive": {**BAND, "noise": {"antenna_temperature": "20 K", "noise_figure": "2 dB"}},
        }
    )
    budget = link_budget(Link(transmit_end(terminal), receive_end(terminal)), Path.straight(1e5))
    line = next(line for line in budget.lines if line.name == "1 / system noise temperature")
    assert line.source == "189.62 K = antenna 20 K + receiver 169.6 K (noise figure 2 dB)"
