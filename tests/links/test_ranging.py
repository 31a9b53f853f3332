"""Sharing of a carrier's power and range jitter: against the spectrum itself, and against spacelink."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.links.budget import link_budget
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.path import Path
from qqnet.links.ranging import (
    CLOCK_AMPLITUDE,
    CODE_CHIPS,
    RangingShare,
    ambiguity_m,
    power_shares,
    range_jitter_m,
)

angles = st.floats(0.0, np.pi / 2)


@pytest.mark.parametrize(
    ("ranging", "data", "kind", "expected"),
    [
        (0.3, 1.1, "bipolar", (0.19664566187203686, 0.009052346345849827, 0.7591074160485205)),
        (0.7, 0.9, "sine-subcarrier", (0.5063613079274746, 0.14116310709547167, 0.2559316335980907)),
        (0.2, 0.5, "bipolar", (0.754863225621178, 0.015249633125449833, 0.22528622003679583)),
        (1.2, 1.3, "sine-subcarrier", (0.17318915546656968, 0.19093983094310576, 0.2454858931218104)),
    ],
)
def test_shares_are_those_of_spacelink(ranging: float, data: float, kind: str, expected: tuple[float, ...]):
    """Core.ranging of spacelink 0.1.12, with its root-mean-square deviations of sines."""
    shares = power_shares(ranging, data, kind)  # type: ignore[arg-type]
    assert (shares.carrier, shares.ranging, shares.data) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("ranging", "data"), [(0.3, 1.1), (0.7, 0.6)])
def test_shares_are_lines_of_the_spectrum(ranging: float, data: float):
    """exp(i (index sin wt + flips)): mean, clock sidebands in quadrature, and what follows the flips."""
    time = np.arange(4096) / 4096
    clock = np.sin(2.0 * np.pi * 16 * time)
    plus, minus = (np.exp(1j * (ranging * clock + sign * data)) for sign in (1.0, -1.0))
    mean, half = 0.5 * (plus + minus), 0.5 * (plus - minus)
    shares = power_shares(ranging, data)
    assert abs(mean.mean()) ** 2 == pytest.approx(float(shares.carrier), rel=1e-9)
    spectrum = np.abs(np.fft.fft(mean) / 4096) ** 2
    assert spectrum[16] + spectrum[-16] == pytest.approx(float(shares.ranging), rel=1e-9)
    assert abs(half.mean()) ** 2 == pytest.approx(float(shares.data), rel=1e-9)


@given(angles, angles, st.sampled_from(["bipolar", "sine-subcarrier"]))
def test_shares_never_make_more_than_there_is(ranging: float, data: float, kind: str):
    shares = power_shares(ranging, data, kind)  # type: ignore[arg-type]
    parts = [float(shares.carrier), float(shares.ranging), float(shares.data)]
    assert min(parts) >= 0.0
    assert sum(parts) <= 1.0 + 1e-12


def test_jitter_and_ambiguity_are_those_of_spacelink():
    """Of spacelink 0.1.12: pn_regen_end_to_end_jitter without noise on the way up, and the ambiguity."""
    assert range_jitter_m(1e6, 30.0, 1.0) == pytest.approx(0.7544159103003761, rel=1e-9)
    assert range_jitter_m(2.068e6, 22.5, 0.1) == pytest.approx(0.273564856171434, rel=1e-9)
    assert ambiguity_m("pn-t4b", 1e6) == pytest.approx(75657873.144315, rel=1e-9)


COMPONENTS = (
    "10",
    "1110010",
    "11100010110",
    "111100010011010",
    "1111010100001101100",
    "11111010110011001010000",
)


@pytest.mark.parametrize(("name", "weight"), [("pn-t4b", 4), ("pn-t2b", 2)])
def test_amplitude_of_the_clock_by_correlation_over_the_whole_code(name: str, weight: int):
    """CCSDS 414.1-B: the sign of weight C1 + C2 - C3 - C4 + C5 - C6, chip by chip."""
    chips = np.arange(CODE_CHIPS)
    rows = [2 * np.array([int(digit) for digit in text])[chips % len(text)] - 1 for text in COMPONENTS]
    votes = weight * rows[0] + rows[1] - rows[2] - rows[3] + rows[4] - rows[5]
    assert np.abs(votes).min() >= 1
    correlation = float(np.mean(np.sign(votes) * rows[0]))
    assert correlation == pytest.approx(CLOCK_AMPLITUDE[name], abs=6e-5)


def test_a_budget_shows_carrier_ranging_and_data():
    share = RangingShare("pn-t4b", 1e6, 0.3, 1.1, "bipolar", 1.0)
    transmit = RfTransmit(8.4e9, 20.0, Antenna(diameter_m=1.0), (Mode("one", 1e3, 2.0),))
    receive = RfReceive(Antenna(diameter_m=34.0), 30.0, 8.3e9, 8.5e9)
    alone = link_budget(Link(transmit, receive), Path.straight(4e8))
    shared = link_budget(Link(transmit, receive, (share,)), Path.straight(4e8))
    notes = {line.name: line.value for line in shared.lines if line.kind == "note"}
    assert notes["Total C/N0"] == pytest.approx(alone.level_db_hz, abs=1e-9)
    parts = [notes["Carrier C/N0"], notes["Ranging C/N0"], shared.level_db_hz]
    assert sum(10.0 ** ((part - alone.level_db_hz) / 10.0) for part in parts) == pytest.approx(
        0.96481, abs=1e-4
    )
    clock = notes["Ranging C/N0"] + 20.0 * np.log10(0.9387)
    assert notes["Range jitter by this link"] == pytest.approx(float(range_jitter_m(1e6, clock, 1.0)))


def test_indices_beyond_a_quarter_turn_are_refused():
    with pytest.raises(InputError, match="ranging index is 2 rad; it must be from 0 to pi/2"):
        power_shares(2.0, 1.0)
    with pytest.raises(InputError, match="data index"):
        power_shares(1.0, -0.1)
