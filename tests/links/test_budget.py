"""Budgets: sums, choice of the mode, and the laws they obey."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.antennas import Antenna
from qqnet.links.atmosphere import AtmosphereNoise, ZenithLoss
from qqnet.links.budget import Budget, link_budget, optical_budget, rf_budget
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.path import Path

antennas = st.one_of(
    st.builds(Antenna, diameter_m=st.floats(0.05, 70.0), efficiency=st.floats(0.1, 1.0)),
    st.builds(Antenna, gain_dbi=st.floats(-5.0, 80.0), pointing_loss_db=st.floats(0.0, 5.0)),
)
modes = st.lists(
    st.builds(Mode, st.just("m"), st.floats(1.0, 1e10), st.floats(-2.0, 12.0)), min_size=1, max_size=6
)
rf_links = st.builds(
    lambda transmit, receive, up, down: Link(
        transmit, receive, (up, down) if up else (), (AtmosphereNoise(down),) if down else ()
    ),
    st.builds(
        RfTransmit,
        frequency_hz=st.floats(4e8, 4e10),
        power_w=st.floats(0.01, 1e5),
        antenna=antennas,
        modes=modes.map(tuple),
        loss_db=st.floats(0.0, 5.0),
        margin_db=st.floats(0.0, 6.0),
    ),
    st.builds(
        RfReceive,
        antenna=antennas,
        noise_temperature_k=st.floats(10.0, 2000.0),
        lowest_hz=st.just(1e8),
        highest_hz=st.just(1e11),
        loss_db=st.floats(0.0, 5.0),
    ),
    st.sampled_from([None, ZenithLoss(0.3, "sending")]),
    st.just(ZenithLoss(0.2, "receiving")),
)
optical_links = st.builds(
    lambda transmit, receive: Link(transmit, receive),
    st.builds(
        OpticalTransmit,
        wavelength_m=st.just(1550e-9),
        power_w=st.floats(0.1, 10.0),
        diameter_m=st.floats(0.05, 0.5),
        modes=modes.map(tuple),
        efficiency=st.floats(0.1, 1.0),
        pointing_error_rad=st.floats(0.0, 1e-6),
        pointing_jitter_rad=st.floats(0.0, 5e-7),
    ),
    st.builds(
        OpticalReceive,
        wavelength_m=st.just(1550.5e-9),
        diameter_m=st.floats(0.05, 5.0),
        efficiency=st.floats(0.1, 1.0),
        loss_db=st.floats(0.0, 5.0),
        margin_db=st.floats(0.0, 6.0),
    ),
)
links = st.one_of(rf_links, optical_links)
ranges = st.floats(10.0, 1e9)


def _value(budget: Budget, name: str) -> float:
    return next(line.value for line in budget.lines if line.name == name)


@given(links, ranges, st.floats(0.0, 1.5))
def test_lines_sum_to_every_total_and_to_the_kernel(link: Link, range_km: float, elevation: float) -> None:
    path = Path.straight(range_km, elevation, elevation)
    budget = link_budget(link, path)
    for line, running in zip(budget.lines, budget.running_db(), strict=True):
        if line.kind == "total":
            assert line.value == pytest.approx(running, abs=1e-9)
    name = "C/N0" if link.kind == "rf" else "Detected photons a second"
    assert _value(budget, name) == pytest.approx(budget.level_db_hz, abs=1e-9)
    assert budget.level_db_hz == float(link.level_db_hz(path))
    assert _value(budget, "Margin") == pytest.approx(budget.margin_db, abs=1e-9)


@given(links, ranges)
def test_the_fastest_mode_that_closes_is_taken(link: Link, range_km: float) -> None:
    """Against a plain search through all modes."""
    budget = link_budget(link, Path.straight(range_km))
    closing = [
        mode.rate_bps
        for mode in link.transmit.modes
        if budget.level_db_hz >= float(mode.demand_db_hz()) + link.required_margin_db
    ]
    assert budget.rate_bps == max(closing, default=0.0)
    assert budget.closes == bool(closing)
    assert (budget.margin_db >= budget.required_margin_db - 1e-9) == budget.closes


@given(links, ranges, st.floats(1.001, 10.0))
def test_farther_is_never_better(link: Link, range_km: float, factor: float) -> None:
    near, far = (
        link_budget(link, Path.straight(range_km)),
        link_budget(link, Path.straight(range_km * factor)),
    )
    assert near.level_db_hz - far.level_db_hz == pytest.approx(20.0 * np.log10(factor), abs=1e-9)
    assert far.rate_bps <= near.rate_bps


def test_kernel_equals_a_budget_written_out(relay_link: Link) -> None:
    """The same link by Friis' formula in watts, without any of the package's functions."""
    c, k = 299_792_458.0, 1.380649e-23
    wavelength = c / 26.5e9
    sender = 0.6 * (np.pi * 0.5 / wavelength) ** 2
    receiver = 0.6 * (np.pi * 0.3 / wavelength) ** 2
    width = np.radians(70.0) * wavelength / 0.5
    pointing = 2.0 ** (-4.0 * (2e-3 / width) ** 2)
    power = (
        20.0
        * 10.0**-0.1
        * sender
        * pointing
        * receiver
        * 10.0**-0.05
        * (wavelength / (4.0 * np.pi * 5e6)) ** 2
    )
    level = link_budget(relay_link, Path.straight(5000.0)).level_db_hz
    assert level == pytest.approx(10.0 * np.log10(power / (k * 500.0)), abs=1e-9)


def test_laser_kernel_equals_a_budget_written_out(trunk: Link) -> None:
    c, h = 299_792_458.0, 6.62607015e-34
    wavelength, distance = 1550e-9, 5e10
    beam = 8.0**0.5 * wavelength / (np.pi * 0.22)
    spread = beam**2 + 4.0 * 0.5e-6**2
    on_axis = 0.3 * 4.0 * 8.0 / beam**2 / (4.0 * np.pi * distance**2)
    flux = on_axis * beam**2 / spread * np.exp(-2.0 * 2e-6**2 / spread)
    photons = flux * np.pi * 0.25 * 0.4 * 10.0**-0.07 / (h * c / wavelength)
    assert link_budget(trunk, Path.straight(5e7)).level_db_hz == pytest.approx(
        10.0 * np.log10(photons), abs=1e-9
    )


def test_atmosphere_costs_its_loss_and_its_noise(downlink: Link) -> None:
    above = link_budget(downlink, Path.straight(400_000.0))
    below = link_budget(downlink, Path.straight(400_000.0, None, np.pi / 2))
    added = 275.0 * (1.0 - 10.0**-0.04)
    expected = 0.4 + 10.0 * np.log10(1.0 + added / 120.0)
    assert above.level_db_hz - below.level_db_hz == pytest.approx(expected, abs=1e-9)
    names = [line.name for line in below.lines]
    assert "Atmosphere above the receiving end" in names
    assert "Noise of the atmosphere" in names
    assert "Atmosphere above the receiving end" not in [line.name for line in above.lines]


def test_a_link_that_does_not_close_says_what_is_missing(relay_link: Link) -> None:
    budget = link_budget(relay_link, Path.straight(1e9))
    assert budget.rate_bps == 0.0
    assert not budget.closes
    assert budget.mode.name == "low"
    assert budget.margin_db < budget.required_margin_db


def test_a_mode_that_a_faster_one_beats_is_never_used() -> None:
    slow, odd, fast = Mode("slow", 1e3, 2.0), Mode("odd", 2e3, 12.0), Mode("fast", 4e3, 2.0)
    transmit = RfTransmit(2.2e9, 1.0, Antenna(gain_dbi=3.0), (odd, fast, slow))
    link = Link(transmit, RfReceive(Antenna(gain_dbi=3.0), 300.0, 2e9, 3e9))
    assert [mode.name for mode in link.ladder] == ["slow", "odd", "fast"]
    used = {link_budget(link, Path.straight(range_km)).mode.name for range_km in np.geomspace(1e2, 1e8, 500)}
    assert used == {"slow", "fast"}


def test_json_has_the_documented_keys(relay_link: Link) -> None:
    answer = json.loads(json.dumps(link_budget(relay_link, Path.straight(5000.0)).to_json()))
    assert {"rate_bps", "margin_db", "range_km", "owlt_s", "lines"} <= answer.keys()
    assert {"name", "value", "unit", "source"} <= answer["lines"][0].keys()
    assert answer["owlt_s"] == pytest.approx(5000.0 / 299_792.458)
    assert all(line["source"] for line in answer["lines"])


def test_budget_of_two_ends_is_that_of_their_link(relay_link: Link, trunk: Link) -> None:
    assert rf_budget(relay_link.transmit, relay_link.receive, 5e3) == link_budget(
        relay_link, Path.straight(5e3)
    )  # type: ignore[arg-type]
    assert optical_budget(trunk.transmit, trunk.receive, 5e7) == link_budget(trunk, Path.straight(5e7))  # type: ignore[arg-type]


def test_margin_of_a_link_is_the_larger_of_both_ends(relay_link: Link) -> None:
    assert relay_link.required_margin_db == 3.0


def test_ends_that_do_not_fit_are_refused(relay_link: Link, trunk: Link) -> None:
    with pytest.raises(InputError, match=r"a radio and a laser terminal"):
        Link(relay_link.transmit, trunk.receive)
    with pytest.raises(InputError, match=r"26\.5 GHz is outside the receive band of 8\.4 to 8\.5 GHz"):
        Link(relay_link.transmit, RfReceive(Antenna(gain_dbi=0.0), 300.0, 8.4e9, 8.5e9))
    with pytest.raises(InputError, match=r"1550 nm and the receiver is made for 1064 nm"):
        Link(trunk.transmit, OpticalReceive(1064e-9, 1.0))


def test_ends_refuse_what_can_not_be() -> None:
    mode = (Mode("m", 1e3, 2.0),)
    with pytest.raises(InputError, match=r"the pointing error is 1 deg, outside the half-power beam"):
        Link(
            RfTransmit(26.5e9, 1.0, Antenna(diameter_m=3.0, pointing_error_rad=np.radians(1.0)), mode),
            RfReceive(Antenna(gain_dbi=3.0), 300.0, 26e9, 27e9),
        )
    with pytest.raises(InputError, match=r"the beam must be wider than the error"):
        Link(OpticalTransmit(1550e-9, 1.0, 0.2, mode, pointing_error_rad=2e-5), OpticalReceive(1550e-9, 1.0))
    with pytest.raises(InputError, match=r"the system noise temperature is -20 K"):
        RfReceive(Antenna(gain_dbi=3.0), -20.0, 1e9, 2e9)
    with pytest.raises(InputError, match=r"the transmit power is 0 W"):
        RfTransmit(1e9, 0.0, Antenna(gain_dbi=3.0), mode)
    with pytest.raises(InputError, match=r"the transmit efficiency is 1\.4"):
        OpticalTransmit(1550e-9, 1.0, 0.2, mode, efficiency=1.4)
    with pytest.raises(InputError, match=r"the rate of mode 'x' is 0 bit/s"):
        Mode("x", 0.0, 2.0)
    with pytest.raises(InputError, match=r"exactly one of diameter and gain"):
        Antenna(diameter_m=1.0, gain_dbi=3.0)
    with pytest.raises(InputError, match=r"no modes"):
        Link(RfTransmit(1e9, 1.0, Antenna(gain_dbi=3.0), ()), RfReceive(Antenna(gain_dbi=3.0), 9.0, 1e9, 2e9))
    with pytest.raises(InputError, match=r"the distance is -7 km"):
        link_budget(
            Link(
                RfTransmit(1e9, 1.0, Antenna(gain_dbi=3.0), mode),
                RfReceive(Antenna(gain_dbi=3.0), 9.0, 1e9, 2e9),
            ),
            Path.straight(-7.0),
        )


def test_stated_gain_has_the_beam_of_its_aperture() -> None:
    dish = Antenna(diameter_m=3.0, efficiency=0.6)
    stated = Antenna(gain_dbi=float(rf.aperture_gain_dbi(3.0, 8.4e9, 0.6)), efficiency=0.6)
    assert stated.beamwidth_at_rad(8.4e9) == pytest.approx(dish.beamwidth_at_rad(8.4e9), rel=1e-12)
