"""Rules of laser terminals, as a user meets them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from qqnet.scenario.laser import BeaconSearch
from qqnet.scenario.terminals import OpticalTerminal, Terminal

PPM = {"order": 16, "slot": "0.5 ns", "code_rate": 0.5}


def _read(mode: dict[str, Any] | None = None, **parts: Any) -> OpticalTerminal:
    values = {
        "kind": "optical",
        "roles": ["trunk"],
        "wavelength": "1550 nm",
        "transmit": {
            "power": "4 W",
            "aperture": "22 cm",
            "modes": [mode or PPM],
            **parts.pop("transmit", {}),
        },
        "receive": {"aperture": "1 m", **parts.pop("receive", {})},
        **parts,
    }
    terminal = TypeAdapter(Terminal).validate_python(values)
    assert isinstance(terminal, OpticalTerminal)
    return terminal


def test_written_and_read_again() -> None:
    search = {"uncertainty": "100 urad", "beacon_divergence": "20 urad", "dwell": "1 s"}
    terminal = _read(acquisition=search, turbulence={}, receive={
        "filter_bandwidth": "1 nm", "field_of_view": "40 urad", "sky_radiance": "3 W/m2/sr/um",
        "dark_counts": "1 kHz", "elements": 64, "dead_time": "20 ns",
    })  # fmt: skip
    assert isinstance(terminal.acquisition, BeaconSearch)
    assert terminal.receive is not None
    assert terminal.receive.sky_radiance == pytest.approx(3.0)
    assert terminal.receive.dark_counts == 1000.0
    again = TypeAdapter(Terminal).validate_python(terminal.model_dump(mode="json", exclude_defaults=True))
    assert again == terminal
    assert _read(acquisition="5 min").acquisition == 300.0


@pytest.mark.parametrize(
    ("mode", "parts", "key", "words"),
    [
        ({**PPM, "photons_per_bit": 1.0, "code_gap": "1 dB"}, {}, "photons_per_bit", "leave out code_gap"),
        ({**PPM, "code_rate": 1.0}, {}, "code_rate", "no number of photons is enough"),
        ({"rate": "1 Gbit/s", "modulation": "DPSK"}, {}, "", "(detection, code_rate, code_gap)"),
        ({"rate": "1 Gbit/s", "photons_per_bit": 5.0, "code_rate": 0.5}, {}, "", "states the need already"),
        ({"rate": "1 Gbit/s", "modulation": "QAM"}, {}, "modulation", "'BPSK', 'QPSK', 'DPSK' or 'OOK'"),
        (None, {"transmit": {"truncation": 1.0}}, "truncation", "needs obscuration"),
        (None, {"transmit": {"pointing_outage": 0.01}}, "pointing_outage", "without pointing_jitter"),
        (None, {"transmit": {"pointing_jitter": "-1 urad"}}, "pointing_jitter", "from 0 deg to 180 deg"),
        (None, {"transmit": {"pointing_error": "1 mrad"}}, "transmit.pointing_error", "must be wider than"),
        (None, {"transmit": {"pointing_jitter": "1 mrad"}}, "transmit.pointing_error", "1414 microradian"),
        (None, {"receive": {"filter_bandwidth": "1 nm"}}, "filter_bandwidth", "needs field_of_view"),
        (None, {"receive": {"sky_radiance": "1 W/m2/sr/um"}}, "sky_radiance", "needs filter_bandwidth"),
        (None, {"receive": {"dark_counts": "-5 Hz"}}, "dark_counts", "above zero"),
        (None, {"reacquisition": "5 s"}, "", "needs both reacquisition and reacquisition_gap"),
        (
            None,
            {"acquisition": {"uncertainty": "0 urad", "beacon_divergence": "1 urad", "dwell": "1 s"}},
            "uncertainty",
            "must be above zero",
        ),
        (None, {"acquisition": 5}, "acquisition", "has no unit"),
    ],
)
def test_refusals(mode, parts, key, words) -> None:
    with pytest.raises(ValidationError) as caught:
        _read(mode, **parts)
    errors = caught.value.errors()
    assert len(errors) == 1
    told = str(errors[0]["ctx"].get("key", "")) if "ctx" in errors[0] else ""
    place = [*map(str, errors[0]["loc"]), told]
    assert not key or key in place
    assert words in errors[0]["msg"]
