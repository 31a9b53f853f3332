"""The Sun between planets, as a user asks for it."""

import pytest

SCENARIO = """
version: 1
name: past-the-sun
time: {start: 2040-12-10T00:00:00Z, duration: 14 d, step: 1 h}
terminals:
  here: &here {kind: rf, band: X, roles: [trunk], antenna: {diameter: 35 m},
         transmit: {frequency: 7.17 GHz, power: 20 kW, modes: [{rate: 1 kbit/s, eb_n0: 2 dB}]},
         receive: {lowest: 8.4 GHz, highest: 8.45 GHz, noise_temperature: 30 K}}
  there: {kind: rf, band: X, roles: [trunk], antenna: {diameter: 4 m},
         transmit: {frequency: 8.42 GHz, power: 100 W, modes: [{rate: 64 kbit/s, eb_n0: 2 dB}]},
         receive: {lowest: 7.1 GHz, highest: 7.2 GHz, noise_temperature: 300 K}}
nodes:
  - {name: home, kind: spacecraft, ipn: 1, terminals: [here],
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 150000 km, e: 0, i: 60 deg}}
  - {name: away, kind: spacecraft, ipn: 3, terminals: [there],
     orbit: {type: keplerian, body: Mars, frame: MARS_EQUATOR, a: 60000 km, e: 0, i: 60 deg}}
"""


@pytest.fixture
def mars(qqnet):
    (qqnet.folder / "mars.yaml").write_text(SCENARIO)
    return qqnet


def test_a_link_that_saturates_and_no_way_round(mars):
    spoken = mars("conjunction", "mars.yaml", code=1).stdout
    assert "Mars: 0.66 deg from the Sun on 2040-12-17" in spoken
    assert "shut 2040-12-14" in spoken
    assert "corona saturated" in spoken
    assert "Mars -> Earth, round the Sun: 0 % of 96 times" in spoken


def test_two_days_before_it_the_link_stands(mars):
    (answer,) = mars.json("conjunction", "mars.yaml", "--planet", "Mars", "--duration", "2 d")["planets"]
    assert all(one["outages"] == [] for one in answer["direct"])
    assert answer["way_round"][1]["rate_bps"] == {"min": None, "median": None, "max": None}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mars.yaml", "--planet", "Venus"), "has no network at Venus"),
        (("mars.yaml", "--planet", "Mras"), "unknown planet 'Mras'"),
    ],
)
def test_what_cannot_be(mars, arguments, words):
    assert words in mars("conjunction", *arguments, code=2).stderr
