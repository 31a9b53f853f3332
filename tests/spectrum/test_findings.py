"""What each frequency rule says of small networks at the Moon, Mars and in deep space."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qqnet.links.pairs import terminal_pairs
from qqnet.scenario.loading import from_text, load
from qqnet.scenario.model import Scenario
from qqnet.spectrum.emissions import LINKS, region
from qqnet.spectrum.findings import Finding, check_spectrum
from qqnet.spectrum.rules import rule_table

STATUSES = {"allocated", "SFCG recommendation", "WRC-27 candidate", "other"}


def radio(name: str, role: str, carrier: str, band: str, bandwidth: str = "") -> str:
    low, high = band.split("-")
    width = f", bandwidth: {bandwidth}" if bandwidth else ""
    return (
        f"  {name}: {{kind: rf, roles: [{role}], antenna: {{gain: 5 dBi}}, "
        f"transmit: {{frequency: {carrier}, power: 5 W{width}, modes: [{{rate: 1 kbit/s, eb_n0: 3 dB}}]}}, "
        f"receive: {{lowest: {low} MHz, highest: {high} MHz, "
        "noise_temperature: 300 K}}\n"
    )


def network(*terminals: str, relay: str = "relay", user: str = "user", place: str = "Moon") -> Scenario:
    """Two relays in orbit and a user on the surface."""
    return from_text(
        "version: 1\nname: test\ntime: {start: 2030-01-01T00:00:00Z, duration: 1 h, step: 60 s}\n"
        f"terminals:\n{''.join(terminals)}nodes:\n"
        f"  - {{name: sat, kind: constellation, network: {place.lower()}, ipn: 10, terminals: [{relay}], "
        f"services: [relay, navigation], pattern: {{type: walker-delta, satellites: 2, planes: 1}}, "
        f"orbit: {{type: keplerian, body: {place}, frame: ICRF, a: 8000 km, e: 0, i: 80 deg}}}}\n"
        f"  - {{name: far, kind: site, network: {place.lower()}, ipn: 2, body: {place}, latitude: -40 deg, "
        f"longitude: 180 deg, terminals: [{user}]}}\n",
        "test.yaml",
        Path.cwd(),
    )


def lunar(forward: str, back: str, bandwidth: str = "1 MHz", place: str = "Moon") -> Scenario:
    """A relay and a user that send on two carriers and hear all."""
    return network(
        radio("relay", "relay", forward, "1-90000", bandwidth),
        radio("user", "user", back, "1-90000", bandwidth),
        place=place,
    )


def broadcaster(carrier: str, bandwidth: str = "10 MHz") -> Scenario:
    return network(
        radio("afs", "broadcast", carrier, "1-90000", bandwidth),
        radio("user", "user", "2245 MHz", "1-90000", "1 MHz"),
        relay="afs",
    )


def findings(scenario: Scenario, *in_zone: str, candidates: bool = False) -> list[Finding]:
    links = terminal_pairs(scenario)
    zone = {
        (link.source, link.target): frozenset({link.source, link.target} & set(in_zone)) for link in links
    }
    return check_spectrum(scenario, links, zone, candidates=candidates)


def broken(found: list[Finding]) -> dict[tuple[str, str], str]:
    return {(finding.node, finding.rule): finding.message for finding in found if finding.ok is False}


# --- The shielded zone ----------------------------------------------------------------------------------------


def test_uhf_is_refused_at_both_ends_of_a_link_into_the_shielded_zone():
    faults = broken(findings(lunar("437.1 MHz", "401.6 MHz"), "far"))
    assert set(faults) == {("sat", "sfcg-32-2-uhf"), ("far", "sfcg-32-2-uhf")}
    message = faults["far", "sfcg-32-2-uhf"]
    assert "far is at times in the zone" in message
    assert "S 2200-2290 MHz" in message
    assert "UHF 390-405 MHz or" not in message
    assert "secondary source" in message


def test_the_same_uhf_link_outside_the_zone_and_in_s_band_inside_pass():
    assert broken(findings(lunar("437.1 MHz", "401.6 MHz"))) == {}
    assert broken(findings(lunar("2067.5 MHz", "2245 MHz"), "far")) == {}


def test_senders_in_the_zone_outside_2_to_3_ghz_are_told_to_coordinate():
    found = {(f.node, f.rule): f for f in findings(lunar("23.35 GHz", "27.25 GHz"), "far")}
    assert found["far", "ra-479"].ok is None
    assert ("sat", "ra-479") not in found
    assert "ra-479" not in {f.rule for f in findings(lunar("2067.5 MHz", "2245 MHz"), "far")}


# --- Bands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forward", "back", "faults"),
    [
        ("2067.5 MHz", "2245 MHz", set()),
        ("23.35 GHz", "27.25 GHz", set()),
        ("2025.4 MHz", "2245 MHz", {("sat", "lnis-v5-forward")}),  # half of 1 MHz below the edge
        ("2245 MHz", "2067.5 MHz", {("sat", "lnis-v5-forward"), ("far", "lnis-v5-return")}),
        ("7.2 GHz", "2245 MHz", {("sat", "lnis-v5-forward")}),
        ("425 MHz", "2245 MHz", {("sat", "lnis-v5-forward")}),
    ],
)
def test_carriers_of_lunar_links(forward, back, faults):
    assert set(broken(findings(lunar(forward, back)))) == faults


def test_a_message_says_which_band_would_be_right_and_whose_the_carrier_is():
    message = broken(findings(lunar("2245 MHz", "2245 MHz")))["sat", "lnis-v5-forward"]
    assert "2245 MHz" in message
    assert "one for links from lunar users" in message
    assert "right would be S 2025-2110 MHz or K 23150-23550 MHz" in message


def test_candidates_of_wrc_27_are_told_and_can_be_switched_on():
    scenario = lunar("7212.5 MHz", "8475 MHz")
    before, after = findings(scenario), findings(scenario, candidates=True)
    assert set(broken(before)) == {("sat", "lnis-v5-forward"), ("far", "lnis-v5-return")}
    told = [finding for finding in before if finding.status == "WRC-27 candidate"]
    assert {finding.node for finding in told} == {"sat", "far"}
    assert all(finding.ok is None for finding in told)
    assert broken(after) == {}
    assert {f.node for f in after if f.rule == "wrc-27-1.15" and f.ok} == {"sat", "far"}


def test_a_uhf_candidate_does_not_hold_in_the_zone():
    scenario = lunar("425 MHz", "2245 MHz")
    assert broken(findings(scenario, candidates=True)) == {}
    assert set(broken(findings(scenario, "far", candidates=True))) == {("sat", "wrc-27-1.15")}


def test_uhf_at_mars_goes_down_high_and_up_low():
    assert broken(findings(lunar("437.1 MHz", "401.6 MHz", place="Mars"))) == {}
    faults = set(broken(findings(lunar("401.6 MHz", "437.1 MHz", place="Mars"))))
    assert faults == {("sat", "sfcg-22-1-forward"), ("far", "sfcg-22-1-return")}


def test_what_no_rule_speaks_of_is_said_and_not_judged():
    for scenario in (lunar("2067.5 MHz", "2245 MHz", place="Venus"), lunar("23 GHz", "27 GHz", place="Mars")):
        found = findings(scenario)
        assert {(f.node, f.rule, f.ok) for f in found} == {("sat", "none", None), ("far", "none", None)}


# --- Navigation broadcasts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("carrier", ["2510 MHz", "2480 MHz", "2487 MHz", "1575.42 MHz"])
def test_a_navigation_broadcast_outside_its_band_is_refused(carrier):
    """At 2487 MHz the carrier is inside and 10 MHz of bandwidth are not."""
    faults = broken(findings(broadcaster(carrier)))
    assert set(faults) == {("sat", "lnis-v5-pnt")}
    assert "S 2483.5-2500 MHz" in faults["sat", "lnis-v5-pnt"]


def test_the_augmented_forward_signal_of_lunanet_passes():
    found = {(f.node, f.rule): f.ok for f in findings(broadcaster("2492.028 MHz"))}
    assert found == {("sat", "lnis-v5-pnt"): True}


def test_a_broadcast_links_with_nobody():
    assert terminal_pairs(broadcaster("2492.028 MHz")) == []


# --- Bandwidth ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forward", "bandwidth", "ok"),
    [
        ("2067.5 MHz", "5.99 MHz", True),
        ("2067.5 MHz", "6 MHz", False),
        ("2067.5 MHz", "20 MHz", False),
        ("2067.5 MHz", "", None),
        ("23.35 GHz", "300 MHz", True),
        ("23.35 GHz", "", True),
    ],
)
def test_six_megahertz_and_more_are_for_ka(forward, bandwidth, ok):
    found = {(f.node, f.rule): f for f in findings(lunar(forward, "2245 MHz", bandwidth))}
    finding = found["sat", "sfcg-41-1"]
    assert finding.ok is ok
    assert "SFCG 41-1" in finding.message


# --- The whole ------------------------------------------------------------------------------------------------


def test_a_constellation_is_one_line_a_rule():
    keys = [(f.node, f.terminal, f.rule) for f in findings(load("qqnet-3"))]
    assert len(keys) == len(set(keys))
    assert {"lunar-sat", "mars-sat"} <= {node for node, _, _ in keys}


def test_lasers_need_no_permission():
    found = [f for f in findings(load("qqnet-3")) if f.terminal.startswith("laser")]
    assert found
    assert {(f.rule, f.ok) for f in found} == {("no-regulation-of-light", True)}


def test_every_transmitter_that_links_is_spoken_of():
    scenario = load("qqnet-3")
    links = terminal_pairs(scenario)
    spoken = {(f.node, f.terminal) for f in findings(scenario)}
    assert {(scenario.entry(link.source).name, link.transmit) for link in links} == spoken


def test_deep_space_uses_its_own_bands():
    found = {(f.node, f.terminal, f.rule): f.ok for f in findings(load("qqnet-3"))}
    assert found["mars-staging", "x-deep", "deep-space-down"] is True
    assert found["goldstone", "x-ground-deep", "deep-space-up"] is True
    assert found["mars-staging", "ka-deep-outer", "deep-space-down"] is True


def test_regions_follow_the_orbits():
    places = {node.name: region(node) for node in load("qqnet-3").nodes}
    assert places["eml2"] == places["lunar-sat"] == places["farside-rover"] == "Moon"
    assert places["helio-staging"] == "deep space"
    assert places["earth-staging"] == places["kashi"] == "Earth"
    assert places["mars-staging"] == "Mars"


def test_the_table_says_of_each_row_where_it_comes_from():
    """No primary document was read, so no row may claim to be verified, and every message shows it."""
    for rule in rule_table().rules:
        assert rule.status in STATUSES
        assert rule.mark in ("secondary", "unverified")
        assert rule.verified is False
        assert rule.source
        assert rule.revision
        assert rule.links <= set(LINKS)
        assert all(0.0 < band.low_hz < band.high_hz for band in rule.bands)
    names = [rule.id for rule in rule_table().rules]
    assert len(names) == len(set(names))
    for finding in findings(load("qqnet-3")):
        if finding.rule != "none":
            assert re.search(r"secondary source|unverified", finding.message)
