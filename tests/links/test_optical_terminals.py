"""What a scenario's laser terminals bring into a link."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from qqnet.errors import InputError
from qqnet.links.assembly import make_link
from qqnet.links.budget import Budget, link_budget
from qqnet.links.link import Link
from qqnet.links.optical_terminals import acquisition_delay_s
from qqnet.links.path import Disc, Path, View
from qqnet.links.place import Ends, Place
from qqnet.scenario.terminals import OpticalTerminal, Terminal

PPM = [
    {"order": 16, "slot": "0.5 ns", "code_rate": 0.6667},
    {"order": 128, "slot": "8 ns", "code_rate": 0.3333},
]
TRANSMIT = {"power": "4 W", "aperture": "22 cm", "modes": PPM}
RECEIVE = {"aperture": "1 m", "efficiency": 0.4}
LIGHT = {"filter_bandwidth": "1 nm", "field_of_view": "40 urad", "dark_counts": "1 kHz"}
STATION = Place("Earth", 0.6, 0.1, 1.7)


def _terminal(
    transmit: dict[str, Any] | None = None, receive: dict[str, Any] | None = None, **more: Any
) -> Any:
    return TypeAdapter(Terminal).validate_python(
        {
            "kind": "optical",
            "roles": ["trunk"],
            "wavelength": "1550 nm",
            "transmit": {**TRANSMIT, **(transmit or {})},
            "receive": {**RECEIVE, **(receive or {})},
            **more,
        }
    )


def _link(terminal: OpticalTerminal, receiver: Place | None = None, sender: Place | None = None) -> Link:
    return make_link(Ends(terminal, terminal, sender, receiver))


def _path(rows: int = 0, mars_rad: float = 0.0, across_km_s: float = 20.0) -> Path:
    def full(value: float) -> Any:
        return np.full(rows, value) if rows else np.asarray(value)

    discs = {
        "Mars": Disc(full(mars_rad), full(15e-6), full(0.4)),
        "Moon": Disc(full(2.0), full(2e-3), full(1.0)),
    }
    view = View(full(0.7), full(0.8), full(1.5e8), discs)
    return Path(full(0.5e8), sender=view, receiver=view, across_km_s=full(across_km_s))


def _value(budget: Budget, name: str) -> float:
    return next(line.value for line in budget.lines if line.name == name)


def test_background_of_the_moment_lowers_the_margin_and_is_told() -> None:
    link = _link(_terminal(receive=LIGHT))
    bright, dark = (link_budget(link, _path(mars_rad=angle)) for angle in (0.0, 1e-3))
    assert _value(bright, "Light of planets and Moon") > 1e5
    assert _value(dark, "Light of planets and Moon") == 0.0
    assert _value(bright, "Dark counts") == 1000.0
    assert bright.level_db_hz == dark.level_db_hz
    assert bright.rate_bps <= dark.rate_bps
    assert _value(bright, "Loss by background") < _value(dark, "Loss by background") < 0.0
    assert "Mars: albedo 0.17" in next(
        line.source for line in bright.lines if line.name.startswith("Light of pl")
    )
    total = next(line for line in bright.lines if line.name == "Margin")
    assert total.value == pytest.approx(bright.margin_db, abs=1e-9)
    assert _value(bright, "Detected photons a second") == pytest.approx(bright.level_db_hz, abs=1e-9)


def test_stated_needs_know_no_background() -> None:
    """Modes that state their photons a bit are as the scenario says, so no sky is looked at for them."""
    stated = [{**mode, "photons_per_bit": 1.0} for mode in PPM]
    link = _link(_terminal({"modes": stated}, LIGHT))
    assert link.noises == ()
    assert link.falls_with_distance


def test_coherent_needs_are_computed() -> None:
    coherent = {"rate": "1 Gbit/s", "modulation": "DPSK", "detection": "preamplified", "code_rate": 0.5}
    link = _link(_terminal({"modes": [{**coherent, "code_gap": "2 dB"}]}))
    assert link.ladder[0].required_db == pytest.approx(10.0 * math.log10(2.347) + 2.0, abs=2e-3)
    assert link.noises == ()


def test_a_telescope_as_it_is() -> None:
    """Obscuration, a wider beam, jitter and point-ahead error are lines of their own."""
    ideal = _link(_terminal())
    real = _link(
        _terminal(
            {
                "obscuration": 0.3,
                "divergence": "20 urad",
                "pointing_error": "1 urad",
                "pointing_jitter": "2 urad",
                "pointing_outage": 0.01,
                "point_ahead_error": "1 urad",
            },
            {"obscuration": 0.3},
        )
    )
    budget = link_budget(real, _path())
    names = [
        "Transmit truncation and obscuration",
        "Beam widened",
        "Transmit pointing loss",
        "Receive obscuration",
    ]
    losses = [_value(budget, name) for name in names]
    assert all(loss < 0.0 for loss in losses)
    assert real.fixed_db == pytest.approx(ideal.fixed_db + sum(losses), abs=1e-9)


def test_detector_of_the_receiver_enters_the_needs() -> None:
    slow = _link(_terminal(receive={"elements": 16, "dead_time": "20 ns", "timing_jitter": "60 ps"}))
    quick = _link(_terminal())
    assert (slow.demands_db_hz > quick.demands_db_hz).all()
    assert slow.level_db_hz(_path()) == quick.level_db_hz(_path())


def test_point_ahead_beyond_reach_shuts_the_link() -> None:
    link = _link(_terminal({"point_ahead_max": "140 urad"}))
    assert np.isfinite(link.level_db_hz(_path(across_km_s=20.0)))
    assert link.level_db_hz(_path(across_km_s=25.0)) == -np.inf
    assert np.isfinite(link.level_db_hz(Path.straight(1e8)))
    budget = link_budget(link, _path(across_km_s=21.1))
    line = next(line for line in budget.lines if line.name == "Point-ahead out of reach")
    assert line.source == "needs 140.8 microradian (2 v / c), the terminal sets 140"


def test_air_above_a_station_counts_there_alone() -> None:
    terminal = _terminal(
        zenith_attenuation="0.5 dB",
        turbulence={"outage": 0.001},
        receive={**LIGHT, "sky_radiance": "2 W/m2/sr/um"},
    )
    space, down, up = _link(terminal), _link(terminal, STATION), _link(terminal, None, STATION)
    names = [{part.name for part in (*link.effects, *link.noises)} for link in (space, down, up)]
    assert not any("above" in name for name in names[0])
    assert names[1] - names[0] == {
        "Atmosphere above the receiving end",
        "Turbulence above the receiving end",
        "Day sky",
    }
    assert names[2] - names[0] == {"Atmosphere above the sending end", "Turbulence above the sending end"}
    # On Mars there is a stated loss, and no turbulence of the Earth.
    assert len(_link(terminal, Place("Mars", 0.0, 0.0, 0.0)).effects) == 1


def test_acquisition_stated_and_computed_and_after_a_short_gap() -> None:
    search = {"uncertainty": "100 urad", "beacon_divergence": "20 urad", "dwell": "0.1 s", "settling": "2 s"}
    again = {"reacquisition": "4 s", "reacquisition_gap": "5 min"}
    stated, swept = _terminal(acquisition="1 min", **again), _terminal(acquisition=search, **again)
    gaps = np.array([np.inf, 60.0, 3600.0])
    assert acquisition_delay_s(stated, swept, 1.0, gaps).tolist() == [60.0, 4.0, 60.0]
    assert acquisition_delay_s(swept, swept, 100.0, gaps).tolist() == pytest.approx([205.1, 4.0, 205.1])
    assert acquisition_delay_s(stated, _terminal(acquisition="1 min"), 1.0, gaps).tolist() == [60.0] * 3


@pytest.mark.parametrize(
    ("transmit", "receive", "more", "words"),
    [
        ({"divergence": "3 urad"}, {}, {}, "narrower than the 6.343"),
        ({}, {"timing_jitter": "400 ps"}, {}, "the detector's jitter of 400 ps is 0.8 of the slot of 500 ps"),
        ({}, {**LIGHT, "field_of_view": "20 deg"}, {}, "the field of view is 20 deg"),
        ({}, {}, {"turbulence": {"wind": "150 m/s"}}, "the model holds for weak turbulence"),
        ({}, LIGHT, {"wavelength": "10.6 um"}, "the spectrum of the Sun is known here from 450"),
    ],
)
def test_refusals(transmit, receive, more, words) -> None:
    with pytest.raises(InputError, match=words):
        link_budget(_link(_terminal(transmit, receive, **more), STATION), _path())
