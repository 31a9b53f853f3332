"""What each frequency rule says of small networks at the Moon, Mars and in deep space."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from qqnet.errors import InputError
from qqnet.links.pairs import terminal_pairs
from qqnet.scenario.loading import from_text, load
from qqnet.scenario.model import Scenario
from qqnet.spectrum.emissions import region
from qqnet.spectrum.findings import Finding, check_spectrum
from qqnet.spectrum.rule_table import laid_over, rule_table


def radio(name: str, role: str, carrier: str, band: str, bandwidth: str = "") -> str:
    low, high = band.split("-")
    width = f", bandwidth: {bandwidth}" if bandwidth else ""
    return (
        f"  {name}: {{kind: rf, roles: [{role}], antenna: {{gain: 5 dBi}}, "
        f"transmit: {{frequency: {carrier}, power: 5 W{width}, modes: [{{rate: 1 kbit/s, eb_n0: 3 dB}}]}}, "
        f"receive: {{lowest: {low} MHz, highest: {high} MHz, "
        "noise_temperature: 300 K}}\n"
    )


def network(
    *terminals: str, relay: str = "relay", user: str = "user", place: str = "Moon", kind: str = "site"
) -> Scenario:
    """Two relays in orbit and a user on the surface."""
    body = "" if kind == "ground-station" else f"body: {place}, "
    return from_text(
        "version: 1\nname: test\ntime: {start: 2030-01-01T00:00:00Z, duration: 1 h, step: 60 s}\n"
        f"terminals:\n{''.join(terminals)}nodes:\n"
        f"  - {{name: sat, kind: constellation, network: {place.lower()}, ipn: 10, terminals: [{relay}], "
        f"services: [relay, navigation], pattern: {{type: walker-delta, satellites: 2, planes: 1}}, "
        f"orbit: {{type: keplerian, body: {place}, frame: ICRF, a: 8000 km, e: 0, i: 80 deg}}}}\n"
        f"  - {{name: far, kind: {kind}, network: {place.lower()}, ipn: 2, {body}latitude: -40 deg, "
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


@cache
def reference() -> list[Finding]:
    """Findings on the reference network."""
    return findings(load("qqnet-3"))


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


@pytest.mark.parametrize(
    ("place", "forward", "back", "row"),
    [("Venus", "2067.5 MHz", "2245 MHz", "venus-open"), ("Mars", "23 GHz", "27 GHz", "mars-open")],
)
def test_what_no_rule_speaks_of_is_said_and_not_judged(place, forward, back, row):
    found = findings(lunar(forward, back, place=place))
    assert {(f.node, f.rule, f.ok) for f in found} == {("sat", row, None), ("far", row, None)}
    assert all("found" in f.message for f in found)


def test_s_band_at_mars_is_recommended():
    found = {(f.node, f.rule): f.ok for f in findings(lunar("2067.5 MHz", "2245 MHz", place="Mars"))}
    assert found == {("sat", "sfcg-32-2-mars-forward"): True, ("far", "sfcg-32-2-mars-return"): True}


def test_bands_of_gnss_reception_are_barred_at_the_moon():
    """LNIS refuses them too; the reason that GNSS is received there is told besides."""
    message = broken(findings(lunar("1575.42 MHz", "2245 MHz")))["sat", "sfcg-32-2-gnss"]
    assert "L 1559-1610 MHz" in message
    assert "S 2025-2110 MHz" in message


def test_proximity_1_uhf_is_barred_near_the_earth():
    scenario = network(
        radio("relay", "relay", "437.1 MHz", "1-90000", "1 MHz"),
        radio("user", "user", "2245 MHz", "1-90000", "1 MHz"),
        place="Earth",
        kind="ground-station",
    )
    faults = broken(findings(scenario))
    assert set(faults) == {("sat", "proximity-1-uhf")}
    assert "not for use near the Earth" in faults["sat", "proximity-1-uhf"]
    assert "X 8450-8500 MHz" in faults["sat", "proximity-1-uhf"]


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
    keys = [(f.node, f.terminal, f.rule) for f in reference()]
    assert len(keys) == len(set(keys))
    assert {"lunar-sat", "mars-sat"} <= {node for node, _, _ in keys}


def test_lasers_need_no_permission():
    found = [f for f in reference() if f.terminal.startswith("laser")]
    assert found
    assert {(f.rule, f.ok) for f in found} == {("no-regulation-of-light", True)}


def test_every_transmitter_that_links_is_spoken_of():
    scenario = load("qqnet-3")
    links = terminal_pairs(scenario)
    spoken = {(f.node, f.terminal) for f in reference()}
    sent = {(scenario.entry(link.source).name, link.transmit) for link in links}
    assert sent | {("lunar-sat", "afs-lunar-sat")} == spoken


def test_deep_space_uses_its_own_bands():
    found = {(f.node, f.terminal, f.rule): f.ok for f in reference()}
    assert found["mars-staging", "x-deep", "deep-space-down"] is True
    assert found["goldstone", "x-ground-deep", "deep-space-up"] is True


def test_between_spacecraft_the_deep_space_bands_are_open():
    """They are allocated between the Earth and space; a staging station in orbit is no earth station."""
    found = {(f.node, f.terminal, f.rule): f.ok for f in reference()}
    assert found["mars-staging", "ka-deep-outer", "interplanetary-open"] is None
    assert found["earth-staging", "ka-deep-inner", "interplanetary-open"] is None


def test_near_the_earth_space_research_and_inter_satellite_bands_hold():
    found = {(f.node, f.terminal, f.rule): f.ok for f in reference()}
    assert found["earth-staging", "ka-beidou", "rr-inter-satellite"] is True
    assert found["earth-staging", "ka-staging-downlink", "rr-near-earth-down"] is True
    assert found["kashi", "x-ground", "rr-near-earth-up"] is True


def test_regions_follow_the_orbits():
    places = {node.name: region(node) for node in load("qqnet-3").nodes}
    assert places["eml2"] == places["lunar-sat"] == places["farside-rover"] == "Moon"
    assert places["helio-staging"] == "deep space"
    assert places["earth-staging"] == places["kashi"] == "Earth"
    assert places["mars-staging"] == "Mars"


def test_the_table_says_of_each_row_where_it_comes_from():
    """Every message says how its rule is known."""
    for rule in rule_table().rules:
        assert rule.source
        assert rule.revision
        assert rule.mark in ("verified", "secondary", "unverified")
    assert {rule.id for rule in rule_table().rules if rule.verified} == {"lnis-v5-pnt", "ra-479"}
    for finding in reference():
        if finding.rule != "none":
            assert re.search(r"verified|secondary source|unverified", finding.message)


# --- Dates and tables of one's own ----------------------------------------------------------------------------


def test_rules_hold_from_their_day_on():
    table = rule_table()
    names = {
        when: {rule.id for rule in table.on(when).rules}
        for when in ("2022-01-01", "2025-03-01", "2040-06-01")
    }
    assert "lnis-v5-forward" not in names["2022-01-01"]
    assert "wrc-27-1.15" not in names["2022-01-01"]
    assert {"lnis-v5-forward", "sfcg-32-2r5-surface"} <= names["2025-03-01"]
    assert "sfcg-32-2r6-surface" not in names["2025-03-01"]
    assert {"lnis-v5-forward", "sfcg-32-2r6-surface"} <= names["2040-06-01"]
    assert "sfcg-32-2r5-surface" not in names["2040-06-01"]


def test_before_lnis_a_carrier_that_it_refuses_is_open():
    scenario = lunar("425 MHz", "2245 MHz")
    links = terminal_pairs(scenario)
    then = check_spectrum(scenario, links, {}, table=rule_table().on("2020-01-01"))
    assert broken(findings(scenario))
    assert broken(then) == {}


OWN = """
version: 1
date: 2028-01
without: [wrc-27-1.15]
rules:
  - id: agency-s
    title: Our agency gives a channel
    links: [lunar-forward]
    region: Moon
    status: other
    cite: letter 12
    source: letter 12 of our agency
    mark: own
    bands: [{band: UHF, lowest: 420 MHz, highest: 430 MHz}]
  - id: sfcg-41-1
    kind: bandwidth
    title: Wider
    links: [lunar-forward]
    region: Moon
    status: SFCG recommendation
    cite: SFCG 41-1 as we expect it
    source: an expectation
    mark: own
    wide_from: 10 MHz
    bands: [{band: Ka, lowest: 22.55 GHz, highest: 40.5 GHz}]
"""


def test_a_table_of_ones_own_lies_over_the_packaged_one(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN)
    table = laid_over(tmp_path / "own.yaml")
    scenario = lunar("425 MHz", "2245 MHz", "7 MHz")
    found = {(f.node, f.rule): f for f in check_spectrum(scenario, terminal_pairs(scenario), {}, table=table)}
    assert found["sat", "agency-s"].ok is True
    assert "a rule of your own table" in found["sat", "agency-s"].message
    assert found["sat", "sfcg-41-1"].ok is True
    assert ("far", "sfcg-41-1") not in found
    assert table.rules[0].id == "agency-s"
    assert "wrc-27-1.15" not in {rule.id for rule in table.rules}


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        (
            "links: [lunar-forward]\n    region: Moon\n    status: other",
            "links: [lunar-forwrd]",
            "lunar-forward",
        ),
        ("lowest: 420 MHz", "lowest: 420", "420 MHz|unit"),
        ("highest: 430 MHz", "highest: 410 MHz", "exchange"),
        ("mark: own", "mark: sure", "'own'"),
        ("date: 2028-01", "datum: 2028-01", "date"),
        ("without: [wrc-27-1.15]", "without: [wrc-27]", "wrc-27-1.15"),
        ("mark: own", "mark: own\n    valid_from: spring", "2025-01-29"),
        ("wide_from: 10 MHz", "region: Moon", "wide_from"),
    ],
)
def test_faults_of_a_table_are_told_with_line_and_remedy(tmp_path, wrong, right, told):
    assert wrong in OWN
    (tmp_path / "own.yaml").write_text(OWN.replace(wrong, right, 1))
    with pytest.raises(InputError) as raised:
        laid_over(tmp_path / "own.yaml")
    assert re.search(told, str(raised.value))
    if "without" not in wrong:
        assert re.search(r"line \d+|:\d+", str(raised.value))


def test_a_table_that_is_not_there_is_told():
    with pytest.raises(InputError, match=r"no file .none\.yaml."):
        laid_over("none.yaml")
