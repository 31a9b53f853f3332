"""Delays at the start of windows."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from qqnet.links.pairs import TerminalPair
from qqnet.scenario.terminals import Terminal
from qqnet.study.acquisition import acquisition_delays_s


def test_each_window_has_its_own_delay() -> None:
    laser = {
        "kind": "optical",
        "roles": ["trunk"],
        "wavelength": "1550 nm",
        "acquisition": {"uncertainty": "30 urad", "beacon_divergence": "10 urad", "dwell": "1 s"},
        "reacquisition": "5 s",
        "reacquisition_gap": "2 min",
        "transmit": {
            "power": "1 W",
            "aperture": "10 cm",
            "modes": [{"rate": "1 Gbit/s", "photons_per_bit": 9.0}],
        },
        "receive": {"aperture": "10 cm"},
    }
    radio = {
        "kind": "rf",
        "roles": ["trunk"],
        "antenna": {"gain": "40 dBi"},
        "receive": {"lowest": "8 GHz", "highest": "9 GHz", "noise_temperature": "100 K"},
    }
    read = TypeAdapter(Terminal).validate_python
    scenario: Any = SimpleNamespace(terminals={"laser": read(laser), "radio": read(radio)})
    pairs = [
        TerminalPair("a", "b", "laser", "laser", "optical"),
        TerminalPair("a", "b", "radio", "radio", "rf"),
        TerminalPair("a", "c", "laser", "laser", "optical"),
    ]
    windows = pd.DataFrame(
        {
            "link": [0, 1, 2, 0, 0],
            "start_s": [0.0, 0.0, 0.0, 160.0, 1000.0],
            "end_s": [100.0, 900.0, 900.0, 500.0, 2000.0],
        }
    )

    def geometry(index: Any, times: Any) -> Any:
        return SimpleNamespace(owlt_s=np.where(index == 2, 100.0, 1.0) + 0.0 * times)

    delays = acquisition_delays_s(scenario, pairs, windows, geometry)
    places = math.ceil(9 * 1.2092)
    assert delays.tolist() == [places + 2.0, 0.0, places + 200.0, 5.0, places + 2.0]
