"""Navigation receivers in a scenario: what is refused, and with which words."""

import math

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.gnss import GnssReceiver
from qqnet.scenario.loading import from_text

TEXT = """
version: 1
name: listeners
time: {{start: 2030-03-01T00:00:00Z, duration: 1 d}}
nodes:
  - {{name: base, kind: site, network: moon, body: Moon, latitude: 10 deg, longitude: 20 deg, ipn: 2}}
  - {{name: sat, kind: constellation, network: moon, ipn: 10,
     pattern: {{type: walker-delta, satellites: 3, planes: 1, phasing: 0}},
     orbit: {{type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}}}
  - {{name: kashi, kind: ground-station, network: earth, latitude: 38 deg, longitude: 76 deg, ipn: 5}}
gnss:
  {gnss}
  receivers:
    - {{name: rx, nodes: [{nodes}], antenna: {{{antenna}}}, noise_temperature: 200 K{more}}}
    {other}
"""


def text(**changes: str) -> str:
    given = {
        "gnss": "systems: [GPS]",
        "nodes": "base, sat",
        "antenna": "gain: 15 dBi",
        "more": "",
        "other": "",
    }
    return TEXT.format(**(given | changes))


def test_a_right_one_loads_and_survives_writing():
    scenario = from_text(text(more=", threshold: 24 dB-Hz, beamwidth: 30 deg"))
    receiver = scenario.gnss.receivers[0]
    assert receiver.threshold == 24.0
    assert receiver.beamwidth == pytest.approx(math.radians(30.0))
    assert from_text(scenario.to_yaml()) == scenario


CASES = {
    "unknown system": ({"gnss": "systems: [GPS, Galilo]"}, "gnss.systems[1]", "did you mean 'Galileo'?"),
    "no system": ({"gnss": "systems: []"}, "gnss.systems", "is empty; at least 1 must be given"),
    "unknown band": ({"more": ", bands: [L2]"}, "gnss.receivers[0].bands[0]", "must be one of 'L1', 'L5'"),
    "a band twice": ({"more": ", bands: [L1, L1]"}, "gnss.receivers[0].bands", "names a band twice"),
    "threshold in dB": (
        {"more": ", threshold: 26 dB"},
        "gnss.receivers[0].threshold",
        "is a ratio in decibels; a carrier-to-noise density is needed, such as '26 dB-Hz'",
    ),
    "threshold of nonsense": (
        {"more": ", threshold: -3 dB-Hz"},
        "gnss.receivers[0].threshold",
        "must be from 0 dB-Hz to 100 dB-Hz",
    ),
    "tracking above acquisition": (
        {"more": ", tracking: 30 dB-Hz"},
        "gnss.receivers[0].tracking",
        "is above the threshold of acquisition, 26 dB-Hz",
    ),
    "unknown node": (
        {"nodes": "bass"},
        "gnss.receivers[0].nodes[0]",
        "unknown node, constellation or network 'bass'",
    ),
    "on the ground": (
        {"nodes": "kashi"},
        "gnss.receivers[0].nodes[0]",
        "holds 'kashi', which is on the Earth's surface; only receivers above the atmosphere can be computed",
    ),
    "a network on the ground": ({"nodes": "earth"}, "gnss.receivers[0].nodes[0]", "holds 'kashi'"),
    "gain above aperture": (
        {"antenna": "gain: 15 dBi, diameter: 10 cm"},
        "gnss.receivers[0].antenna",
        "needs exactly one of diameter and gain",
    ),
    "gain above what the beam allows": (
        {"more": ", beamwidth: 60 deg"},
        "gnss.receivers[0].beamwidth",
        "leaves at most 10.05 dBi for a lossless beam, and the antenna's gain is 15 dBi",
    ),
    "beam of a dish": (
        {"antenna": "diameter: 1 m", "more": ", beamwidth: 60 deg"},
        "gnss.receivers[0].beamwidth",
        "follows from the antenna's diameter",
    ),
    "one node, two receivers": (
        {"other": "- {name: ry, nodes: [sat-02], antenna: {gain: 3 dBi}, noise_temperature: 200 K}"},
        "gnss.receivers[1].nodes[0]",
        "carries 'rx' already; a node carries one receiver",
    ),
    "one name, two receivers": (
        {
            "nodes": "base",
            "other": "- {name: rx, nodes: [sat], antenna: {gain: 3 dBi}, noise_temperature: 200 K}",
        },
        "gnss.receivers[1].name",
        "is the name of another receiver too",
    ),
    "unknown block": (
        {"gnss": "transmitters: [{block: beidou-leo, nodes: [sat]}]"},
        "gnss.transmitters[0].block",
        "did you mean 'beidou-meo'?",
    ),
    "unknown transmitter": (
        {"gnss": "transmitters: [{block: beidou-meo, nodes: [beidou]}]"},
        "gnss.transmitters[0].nodes[0]",
        "unknown node, constellation or network 'beidou'",
    ),
    "a block twice": (
        {"gnss": "transmitters: [{block: beidou-meo, nodes: [sat]}, {block: beidou-meo, nodes: [base]}]"},
        "gnss.transmitters[1].block",
        "is replaced already",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_faults_are_told_with_their_place(name):
    changes, path, message = CASES[name]
    with pytest.raises(ScenarioError) as raised:
        from_text(text(**changes))
    found = {fault.path: fault.message for fault in raised.value.faults}
    assert path in found, found
    assert message in found[path]


def test_a_receiver_needs_a_noise_temperature():
    with pytest.raises(ScenarioError, match="noise_temperature"):
        from_text(text().replace("noise_temperature: 200 K", "loss: 1 dB"))


def test_defaults():
    fields = GnssReceiver.model_fields
    assert fields["threshold"].default == 26.0
    assert fields["bands"].default == ["L1", "L5"]
