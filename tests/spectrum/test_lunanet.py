"""Small networks and the shipped ones held against the interfaces of LunaNet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from qqnet.links.pairs import terminal_pairs
from qqnet.scenario.loading import from_text, load
from qqnet.scenario.model import Scenario
from qqnet.spectrum.findings import Finding
from qqnet.spectrum.lunanet import CHECKS, Standing, lunanet_table, standings


def network(forward: str, back: str, broadcast: str = "", services: str = "relay") -> Scenario:
    """A relay, a lander and, where a carrier is given, a navigation broadcast of the relay."""

    def radio(role: str, carrier: str) -> str:
        return (
            f"{{kind: rf, roles: [{role}], antenna: {{gain: 5 dBi}}, transmit: {{frequency: {carrier}, "
            "power: 5 W, bandwidth: 1 MHz, modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]}, "
            "receive: {lowest: 1 MHz, "
            "highest: 90 GHz, noise_temperature: 300 K}}"
        )

    afs = f"  afs: {radio('broadcast', broadcast)}\n" if broadcast else ""
    carried = "[relay, afs]" if broadcast else "[relay]"
    return from_text(
        "version: 1\nname: test\ntime: {start: 2030-01-01T00:00:00Z, duration: 1 h, step: 60 s}\nterminals:\n"
        f"  relay: {radio('relay', forward)}\n  user: {radio('user', back)}\n{afs}nodes:\n"
        f"  - {{name: sat, kind: spacecraft, network: moon, ipn: 1, terminals: {carried}, services: [{services}], "
        "orbit: {type: keplerian, body: Moon, frame: ICRF, a: 8000 km, e: 0, i: 80 deg}}\n"
        "  - {name: lander, kind: site, network: moon, ipn: 2, body: Moon, latitude: 0 deg, longitude: 0 deg, "
        "terminals: [user]}\n",
        "test.yaml",
        Path.cwd(),
    )


def held(scenario: Scenario, *levels: Finding) -> dict[str, Standing]:
    return {one.interface.id: one for one in standings(scenario, terminal_pairs(scenario), levels)}


@cache
def reference() -> dict[str, Standing]:
    """The reference network."""
    return held(load("qqnet-3"))


def test_a_lunar_relay_in_s_band():
    found = held(network("2067.5 MHz", "2245 MHz"))
    states = {name: one.state for name, one in found.items()}
    assert states["proximity-forward-s"] == states["proximity-return-s"] == "met"
    assert states["proximity-forward"] == states["proximity-return"] == states["two-way-ranging"] == "met"
    assert states["proximity-forward-k"] == states["dte-forward-x"] == "not applicable"
    assert states["bundles"] == "met"
    assert states["afs-band"] == states["afs-level"] == "not applicable"
    assert found["proximity-forward-s"].by == (("sat", "relay"),)
    assert "2067.5 MHz" in found["proximity-forward-s"].reason
    assert "p. 45, secondary source" in found["proximity-forward-s"].known


def test_the_wrong_way_round_is_not_met():
    found = held(network("2245 MHz", "2067.5 MHz"))
    assert found["proximity-forward"].state == found["proximity-return"].state == "not met"
    assert "2025-2110 MHz or 23150-23550 MHz" in found["proximity-forward"].reason
    assert found["proximity-return"].by == (("lander", "user"),)


def test_one_way_in_s_band_gives_no_two_way_ranging():
    found = held(network("2067.5 MHz", "27.25 GHz"))
    assert found["two-way-ranging"].state == "not met"
    assert held(network("23.35 GHz", "27.25 GHz"))["two-way-ranging"].state == "not applicable"


def test_whoever_offers_navigation_sends_the_augmented_forward_signal():
    silent = held(network("2067.5 MHz", "2245 MHz", services="relay, navigation"))
    assert silent["afs-band"].state == "not met"
    assert "offered by sat" in silent["afs-band"].reason
    right = held(network("2067.5 MHz", "2245 MHz", "2492.028 MHz", "relay, navigation"))
    assert right["afs-band"].state == "met"
    off = held(network("2067.5 MHz", "2245 MHz", "2492.0281 MHz", "relay, navigation"))
    assert off["afs-band"].state == "not met"
    assert "2492.028 MHz" in off["afs-band"].reason


@pytest.mark.parametrize(("ok", "state"), [(True, "met"), (False, "not met")])
def test_the_level_is_that_of_the_study(ok, state):
    finding = Finding("sat", "afs", "lsis-110", "other", True, "brings so much", ok)
    found = held(network("2067.5 MHz", "2245 MHz", "2492.028 MHz"), finding)
    assert found["afs-level"].state == state
    assert found["afs-level"].by == (("sat", "afs"),)
    assert found["afs-level"].reason == "brings so much"


def test_the_reference_network_leaves_nothing_unmet_but_what_needs_a_study():
    found = reference()
    assert {name for name, one in found.items() if one.state == "not met"} == {"afs-level"}
    assert found["dte-return-x"].by == (("eml1", "x-near"), ("eml2", "x-near"))


def test_a_laser_is_told_and_not_judged():
    optical = reference()["optical"]
    assert optical.state == "not applicable"
    assert ("eml1", "laser-cislunar") in optical.by
    assert held(network("2067.5 MHz", "2245 MHz"))["optical"].by == ()


def test_every_row_of_the_table_has_a_check_and_a_mark():
    for row in lunanet_table().interfaces:
        assert row.check in CHECKS
        assert row.mark in ("verified", "secondary", "unverified")
        assert row.where
    assert len({row.id for row in lunanet_table().interfaces}) == len(lunanet_table().interfaces)
