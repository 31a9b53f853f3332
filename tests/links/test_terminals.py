"""From a scenario's terminals to the ends of links."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter

from qqnet.errors import InputError
from qqnet.links.ends import RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.optical_ends import OpticalTransmit
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.terminals import OpticalTerminal, RfTerminal, Terminal

KA = {
    "kind": "rf",
    "roles": ["relay"],
    "margin": "2 dB",
    "zenith_attenuation": "0.4 dB",
    "antenna": {"diameter": "50 cm", "efficiency": 0.55, "pointing_error": "0.1 deg"},
    "transmit": {
        "frequency": "26.5 GHz",
        "power": "13 dBW",
        "loss": "1 dB",
        "modes": [
            {"rate": "50 Mbit/s", "eb_n0": "4.2 dB"},
            {"name": "safe", "rate": "1 Mbit/s", "eb_n0": "1 dB"},
        ],
    },
    "receive": {"lowest": "26 GHz", "highest": "27 GHz", "noise_temperature": "400 K", "loss": "0.5 dB"},
}
LASER = {
    "kind": "optical",
    "roles": ["trunk"],
    "wavelength": "1550 nm",
    "transmit": {
        "power": "4 W",
        "aperture": "22 cm",
        "efficiency": 0.3,
        "pointing_error": "1 arcsec",
        "modes": [
            {"order": 16, "slot": "0.5 ns", "code_rate": 0.6666666666666666, "photons_per_bit": 1.0},
            {"rate": "1 Gbit/s", "photons_per_bit": 10.0},
        ],
    },
    "receive": {"aperture": "1 m", "efficiency": 0.5, "loss": "1 dB"},
}


def _terminal(values: dict[str, object]) -> RfTerminal | OpticalTerminal:
    return TypeAdapter(Terminal).validate_python(values)


def test_radio_values_arrive_in_internal_units() -> None:
    terminal = _terminal(KA)
    transmit, receive = transmit_end(terminal), receive_end(terminal)
    assert isinstance(transmit, RfTransmit)
    assert isinstance(receive, RfReceive)
    assert transmit.frequency_hz == 26.5e9
    assert transmit.power_w == pytest.approx(19.953, abs=1e-3)
    assert transmit.antenna.diameter_m == pytest.approx(0.5)
    assert transmit.antenna.efficiency == 0.55
    assert transmit.antenna.pointing_error_rad == pytest.approx(math.radians(0.1))
    assert transmit.loss_db == 1.0
    assert (transmit.margin_db, receive.margin_db) == (2.0, 2.0)
    assert [mode.name for mode in transmit.modes] == ["50 Mbit/s", "safe"]
    assert transmit.modes[0].required_db == 4.2
    assert (receive.lowest_hz, receive.highest_hz) == (26e9, 27e9)
    assert (receive.noise_temperature_k, receive.loss_db) == (400.0, 0.5)
    assert Link(transmit, receive).rates_bps.tolist() == [1e6, 5e7]


def test_laser_values_arrive_in_internal_units() -> None:
    terminal = _terminal(LASER)
    transmit, receive = transmit_end(terminal), receive_end(terminal)
    assert isinstance(transmit, OpticalTransmit)
    assert transmit.wavelength_m == pytest.approx(1550e-9, rel=1e-14)
    assert transmit.diameter_m == pytest.approx(0.22)
    assert transmit.pointing_error_rad == pytest.approx(math.radians(1.0 / 3600.0))
    assert transmit.modes[0].rate_bps == pytest.approx(800e6 / 3.0)
    assert transmit.modes[0].name == "16-PPM 266.7 Mbit/s"
    assert [mode.required_db for mode in transmit.modes] == pytest.approx([0.0, 10.0])
    assert (receive.diameter_m, receive.loss_db, receive.margin_db) == pytest.approx((1.0, 1.0, 3.0))
    assert Link(transmit, receive).rates_bps == pytest.approx([800e6 / 3.0, 1e9])


@pytest.mark.parametrize("values", [KA, LASER])
def test_a_missing_side_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InputError, match="no transmitter"):
        transmit_end(_terminal({key: value for key, value in values.items() if key != "transmit"}))
    with pytest.raises(InputError, match="no receiver"):
        receive_end(_terminal({key: value for key, value in values.items() if key != "receive"}))
