"""Who is in the shielded zone while it may transmit, against the geometry of single moments."""

import re
from pathlib import Path

import numpy as np
import pytest

from qqnet.scenario.loading import from_text, load
from qqnet.spectrum.shielded_zone import in_shielded_zone
from qqnet.study.spectrum import SpectrumStudy, shielded_ends
from qqnet.study.study import Study

NETWORK = """
version: 1
name: zone
time: {start: 2030-01-01T00:00:00Z, duration: 12 h, step: 60 s}
terminals:
  relay: {kind: rf, roles: [relay], antenna: {gain: 10 dBi},
          transmit: {frequency: 2.05 GHz, power: 10 W, modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]},
          receive: {lowest: 2.2 GHz, highest: 2.3 GHz, noise_temperature: 300 K}}
  user: {kind: rf, roles: [user], antenna: {gain: 10 dBi},
         transmit: {frequency: 2.25 GHz, power: 5 W, modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]},
         receive: {lowest: 2.0 GHz, highest: 2.1 GHz, noise_temperature: 300 K}}
nodes:
  - {name: low, kind: spacecraft, network: moon, ipn: 1, terminals: [relay],
     orbit: {type: keplerian, body: Moon, frame: MOON_EQUATOR, a: 1837.4 km, e: 0, i: 5 deg}}
  - {name: eml2, kind: spacecraft, ipn: 2, terminals: [relay],
     orbit: {type: libration-point, system: Earth-Moon, point: L2}}
  - {name: far, kind: site, network: moon, ipn: 3, body: Moon, latitude: 0 deg, longitude: 180 deg,
     terminals: [user]}
  - {name: near, kind: site, network: moon, ipn: 4, body: Moon, latitude: 0 deg, longitude: 0 deg,
     terminals: [user]}
  - {name: pole, kind: site, network: moon, ipn: 5, body: Moon, latitude: -90 deg, longitude: 0 deg,
     terminals: [user]}
"""


@pytest.fixture(scope="module")
def network() -> Study:
    return Study(from_text(NETWORK, "zone.yaml", Path.cwd()))


def test_ends_in_the_zone(network):
    """The low orbiter is behind the Moon once a revolution, where it sees the far side and nothing else."""
    ends, _ = shielded_ends(network)
    assert ends["low", "far"] == ends["far", "low"] == {"low", "far"}
    assert ends["eml2", "far"] == {"far"}
    for pair in (("low", "near"), ("near", "low"), ("low", "pole"), ("eml2", "pole"), ("eml2", "near")):
        assert pair not in ends


def test_the_low_orbiter_is_in_the_zone_all_the_same(network):
    time = network.scenario.time
    times = np.arange(time.start_s, time.stop_s, time.step)
    low, earth = (network.trajectories.position(name, times, "Moon") for name in ("low", "Earth"))
    inside = in_shielded_zone(low, earth)
    assert 0.1 < inside.mean() < 0.6
    stay = shielded_ends(network)[1]["low"]
    assert stay.share == pytest.approx(inside.mean(), abs=2.0 / times.size)
    assert stay.first_s == pytest.approx(times[inside][0], abs=1e-3)
    assert stay.last_s == pytest.approx(times[inside][-1], abs=time.step + 1e-3)


def test_stays_are_told_with_share_and_times(network):
    stays = shielded_ends(network)[1]
    assert set(stays) == {"far", "low"}
    assert stays["far"].text == "100 % of the time"
    assert re.fullmatch(
        r"\d+\.?\d* % of the time, first 2030-01-01T\d\d:\d\d:\d\dZ, last 2030-01-01T\d\d:\d\d:\d\dZ",
        stays["low"].text,
    )


def test_the_day_of_the_rules_is_that_of_the_scenario_or_the_one_asked_for(network):
    now = {finding.rule for finding in SpectrumStudy(network).rules()}
    then = {finding.rule for finding in SpectrumStudy(network, day="2020-01-01").rules()}
    assert "lnis-v5-forward" in now
    assert "lnis-v5-forward" not in then


def test_candidates_turn_findings():
    text = NETWORK.replace("2.05 GHz", "425 MHz").replace("lowest: 2.0 GHz", "lowest: 0.4 GHz")
    study = Study(
        from_text(text.replace("eml2, kind", "eml1, kind").replace("point: L2", "point: L1"), "zone.yaml")
    )
    without_far = study.scenario.model_copy(
        update={"nodes": [node for node in study.scenario.nodes if node.name in ("eml1", "near")]}
    )
    turns = SpectrumStudy(Study(without_far)).turns()
    assert [
        (turn.node, turn.before and turn.before.rule, turn.after and turn.after.rule) for turn in turns
    ] == [
        ("eml1", "lnis-v5-forward", None),
        ("eml1", "wrc-27-1.15", "wrc-27-1.15"),
    ]
    assert turns[0].before is not None
    assert turns[0].before.ok is False
    assert turns[1].after is not None
    assert turns[1].after.ok is True


def test_nothing_at_the_moon_needs_no_trajectories():
    scenario = load("qqnet-3")
    mars = [node for node in scenario.nodes if node.network == "mars"]
    study = Study(scenario.model_copy(update={"nodes": mars, "flows": [], "terrestrial": [], "grids": []}))
    assert shielded_ends(study) == ({}, {})
    assert "orbits" not in study.seconds
