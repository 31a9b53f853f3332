"""Modes of radio transmitters: what they come to, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from qqnet.coding.performance import required_eb_n0
from qqnet.links.ends import RfTransmit
from qqnet.links.terminals import transmit_end
from qqnet.scenario.modes import rated_modes
from qqnet.scenario.terminals import RfTerminal, RfTransmitter


def transmitter(modes: Any, **more: Any) -> RfTransmitter:
    return RfTransmitter.model_validate({"frequency": "8.4 GHz", "power": "20 W", "modes": modes, **more})


TURBO = {
    "code": "ccsds-turbo-1/2-8920",
    "modulation": "QPSK",
    "symbol_rate": "2 MHz",
    "frame_error_rate": 1e-4,
    "implementation_loss": "1 dB",
}


def test_plain_modes_are_as_before():
    found = transmitter(
        [{"rate": "1 Mbit/s", "eb_n0": "2 dB"}, {"name": "low", "rate": "1 kbit/s", "eb_n0": "1 dB"}]
    )
    assert [(mode.name, mode.rate_bps, mode.eb_n0_db) for mode in rated_modes(found.modes)] == [
        ("1 Mbit/s", 1e6, 2.0),
        ("low", 1e3, 1.0),
    ]
    assert found.bandwidth is None


def test_a_code_gives_rate_need_and_bandwidth():
    found = transmitter([TURBO])
    (mode,) = rated_modes(found.modes)
    assert mode.rate_bps == pytest.approx(2e6 * 2 * 8920 / 17848)
    assert mode.eb_n0_db == pytest.approx(required_eb_n0("ccsds-turbo-1/2-8920", 1e-4).eb_n0_db + 1.0)
    assert mode.bandwidth_hz == pytest.approx(2.7e6)
    assert found.bandwidth == pytest.approx(2.7e6)
    assert "implementation loss 1 dB" in mode.source


def test_a_rate_instead_of_symbols_is_the_same_the_other_way_round():
    (by_symbols,) = rated_modes(transmitter([TURBO]).modes)
    text = f"{by_symbols.rate_bps!r} bit/s"
    other = {**TURBO, "rate": text}
    del other["symbol_rate"]
    (by_rate,) = rated_modes(transmitter([other]).modes)
    assert by_rate.rate_bps == by_symbols.rate_bps
    assert by_rate.bandwidth_hz == pytest.approx(by_symbols.bandwidth_hz, rel=1e-12)


def test_a_standard_gives_a_ladder():
    found = transmitter({"standard": "dvb-s2", "symbol_rate": "100 MHz", "roll_off": 0.2})
    modes = rated_modes(found.modes)
    assert len(modes) == 28
    assert modes[0].rate_bps == pytest.approx(49.0243e6, rel=1e-5)
    assert found.bandwidth == pytest.approx(120e6)
    some = transmitter({"standard": "dvb-s2", "symbol_rate": "100 MHz", "modcods": ["QPSK 1/4", "8PSK 3/4"]})
    assert [mode.name for mode in rated_modes(some.modes)] == ["dvb-s2-qpsk-1/4", "dvb-s2-8psk-3/4"]
    several = transmitter(
        {
            "standard": "ccsds",
            "codes": ["ccsds-concatenated-1/2-223-i5", "ccsds-turbo-1/6-8920"],
            "rates": ["1 Mbit/s", "64 kbit/s"],
            "frame_error_rate": 1e-4,
        }
    )
    assert [mode.rate_bps for mode in rated_modes(several.modes)] == [1e6, 64e3, 1e6, 64e3]
    assert len({mode.name for mode in rated_modes(several.modes)}) == 4


@pytest.mark.parametrize(
    ("modes", "message"),
    [
        ([{**TURBO, "rate": "1 Mbit/s"}], "exactly one of symbol_rate and rate"),
        ([{**TURBO, "code": "ccsds-turbo-1/2-892"}], "did you mean 'ccsds-turbo-1/2-8920'"),
        ([{**TURBO, "frame_error_rate": 1e-9}], "outside what is known"),
        ([{**TURBO, "modulation": "8PSK"}], "not with 8PSK"),
        ([{**TURBO, "eb_n0": "1 dB"}], "one of frame_error_rate, bit_error_rate and eb_n0"),
        ([{"code": "uncoded", "symbol_rate": "1 MHz"}], "needs frame_error_rate, bit_error_rate or eb_n0"),
        ([{"code": "dvb-s2-qpsk-1/4", "modulation": "8PSK", "symbol_rate": "1 MHz"}], "goes with QPSK"),
        ([], "at least 1 item"),
        ({"standard": "dvb-s2"}, "needs symbol_rate"),
        (
            {"standard": "dvb-s2", "symbol_rate": "1 MHz", "modcods": ["QPSK 1/7"]},
            "did you mean 'dvb-s2-qpsk",
        ),
        ({"standard": "dvb-s2", "symbol_rate": "1 MHz", "codes": ["uncoded"]}, "is for the standard ccsds"),
        ({"standard": "ccsds", "symbol_rate": "1 MHz"}, "name at least one code"),
        (
            {"standard": "ccsds", "symbol_rate": "1 MHz", "codes": ["uncoded"], "modcods": ["x"]},
            "for the standard dvb-s2",
        ),
        ({"standard": "dvb-s3", "symbol_rate": "1 MHz"}, "'dvb-s2' or 'ccsds'"),
    ],
)
def test_what_is_refused(modes: Any, message: str):
    with pytest.raises(ValidationError, match=message):
        transmitter(modes)


def test_modes_wider_than_the_bandwidth_are_refused():
    transmitter([TURBO], bandwidth="2.7 MHz")
    with pytest.raises(ValidationError, match=r"QPSK ccsds-turbo-1/2-8920.*occupies, 2\.7 MHz"):
        transmitter([TURBO], bandwidth="2.6 MHz")


@pytest.mark.parametrize(
    "modes",
    [
        [TURBO],
        {"standard": "dvb-s2", "symbol_rate": "33.3 MHz", "roll_off": 0.25},
        [{"rate": "1 bit/s", "eb_n0": "1 dB"}],
    ],
)
def test_written_and_read_again_they_are_the_same(modes: Any):
    found = transmitter(modes, rate_control={"dwell": "1 min", "hysteresis": "1 dB"})
    assert RfTransmitter.model_validate(found.model_dump(exclude_defaults=True)) == found


@pytest.mark.parametrize(
    ("control", "message"),
    [
        ({"kind": "stepwise"}, "stepwise rates, which need it"),
        ({"kind": "fixed"}, "a mode's name, or per-pass"),
        ({"kind": "adaptive", "mode": "high"}, "is for fixed rates"),
        ({"kind": "adaptive", "interval": "1 min"}, "is for stepwise rates"),
        ({"kind": "stepwise", "interval": "1 min", "dwell": "1 min"}, "stepwise ones have an interval"),
        ({"kind": "fixed", "mode": "hihg"}, "did you mean 'high'"),
    ],
)
def test_rate_control_says_what_does_not_fit(control: dict[str, str], message: str):
    with pytest.raises(ValidationError, match=message):
        transmitter([{"name": "high", "rate": "1 Mbit/s", "eb_n0": "2 dB"}], rate_control=control)


def _end(**more: Any) -> RfTransmit:
    modes = [
        {"name": "high", "rate": "1 Mbit/s", "eb_n0": "2 dB"},
        {"name": "odd", "rate": "0.9 Mbit/s", "eb_n0": "4 dB"},
        {"name": "low", "rate": "1 kbit/s", "eb_n0": "2 dB"},
    ]
    terminal = {
        "kind": "rf",
        "roles": ["user"],
        "antenna": {"gain": "3 dBi"},
        "transmit": {"frequency": "8.4 GHz", "power": "20 W", "modes": modes, **more},
    }
    end = transmit_end(RfTerminal.model_validate(terminal))
    assert isinstance(end, RfTransmit)
    return end


def test_a_policy_picks_among_modes_of_which_the_slower_always_closes():
    assert [mode.name for mode in _end().modes] == ["high", "odd", "low"]
    assert [mode.name for mode in _end(rate_control={"dwell": "1 min"}).modes] == ["high", "low"]
    fixed = _end(rate_control={"kind": "fixed", "mode": "odd"})
    assert [mode.name for mode in fixed.modes] == ["odd"]
    assert fixed.control is not None
    assert fixed.control.is_plain
    per_pass = _end(rate_control={"kind": "fixed", "mode": "per-pass"}).control
    assert per_pass is not None
    assert per_pass.kind == "per-pass"
