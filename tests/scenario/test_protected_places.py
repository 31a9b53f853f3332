"""Protected places: what a file may say of them, and the messages where it says something wrong."""

import re
from pathlib import Path

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.loading import from_text

TEXT = """
version: 1
name: quiet
time: {start: 2030-01-01T00:00:00Z, duration: 1 h, step: 60 s}
nodes:
  - {name: far, kind: site, network: moon, body: Moon, latitude: 0 deg, longitude: 180 deg, ipn: 1}
protected_places:
  - name: telescope
    body: Moon
    latitude: -30 deg
    longitude: 170 deg
    bands: [{lowest: 10 MHz, highest: 50 MHz}, {lowest: 1400 MHz, highest: 1427 MHz, limit: -200 dB}]
    sources: {latitude: "a paper (verified)"}
"""


def read(text: str):
    return from_text(text, "quiet.yaml", Path.cwd())


def test_places_are_read_and_written():
    scenario = read(TEXT)
    (place,) = scenario.protected_places
    assert (place.name, place.body, place.altitude) == ("telescope", "Moon", 0.0)
    assert [(band.lowest, band.highest, band.limit) for band in place.bands] == [
        (10e6, 50e6, None),
        (1400e6, 1427e6, -200.0),
    ]
    assert read(scenario.to_yaml()) == scenario


@pytest.mark.parametrize(
    ("wrong", "right", "path", "told"),
    [
        ("body: Moon\n    latitude", "body: Mun\n    latitude", "protected_places[0].body", "Moon"),
        ("lowest: 10 MHz", "lowest: 60 MHz", "protected_places[0].bands[0].lowest", "exchange"),
        ("lowest: 10 MHz", "lowest: 10", "protected_places[0].bands[0].lowest", "unit|MHz"),
        ("limit: -200 dB", "limit: -2000 dB", "protected_places[0].bands[1].limit", "-500 dB"),
        ("latitude: -30 deg", "latitude: -100 deg", "protected_places[0].latitude", "90 deg"),
        (
            "    bands: [{lowest: 10 MHz, highest: 50 MHz}, ",
            "    bands: []\n    band: [",
            "protected_places[0]",
            "bands",
        ),
    ],
)
def test_faults_name_place_value_and_remedy(wrong, right, path, told):
    assert wrong in TEXT
    with pytest.raises(ScenarioError) as raised:
        read(TEXT.replace(wrong, right, 1))
    assert any(fault.path.startswith(path) for fault in raised.value.faults)
    assert re.search(told, raised.value.describe())


def test_two_places_of_one_name_are_refused():
    again = (
        "  - {name: telescope, body: Moon, latitude: 0 deg, longitude: 0 deg, "
        "bands: [{lowest: 1 MHz, highest: 2 MHz}]}\n"
    )
    with pytest.raises(ScenarioError, match="name"):
        read(TEXT + again)
