"""Links to Mars past the Sun in a network of a few nodes: what shuts them, at what rates, and the way round."""

from pathlib import Path

import numpy as np
import pytest

import qqnet
from qqnet.scenario.corona import Corona
from qqnet.scenario.loading import from_text
from qqnet.space.timescales import tdb_from_utc
from qqnet.study import direct_links as direct
from qqnet.study.conjunction import between_planets, conjunction_answer, homes_of
from qqnet.study.way_round import NO_WAY, Detours

FEW = """
version: 1
name: few
time: {start: 2040-11-28T00:00:00Z, duration: 39 d, step: 1 h}
terminals:
  laser: {kind: optical, roles: [trunk], wavelength: 1550 nm, sun_exclusion: 3 deg,
          transmit: {power: 10 W, aperture: 60 cm, modes: [{rate: 1 Mbit/s, photons_per_bit: 2}]},
          receive: {aperture: 60 cm, efficiency: 0.5}}
  inner: &inner {kind: rf, band: Ka, roles: [trunk], antenna: {diameter: 10 m},
          transmit: {frequency: 34.45 GHz, power: 200 W, modes: &modes [
            {rate: 1 Mbit/s, eb_n0: 2 dB}, {rate: 250 kbit/s, eb_n0: 2 dB}, {rate: 64 kbit/s, eb_n0: 2 dB},
            {rate: 8 kbit/s, eb_n0: 2 dB}]},
          receive: {lowest: 31.8 GHz, highest: 32.3 GHz, noise_temperature: 150 K}}
  outer: {kind: rf, band: Ka, roles: [trunk], antenna: {diameter: 4 m},
          transmit: {frequency: 32.05 GHz, power: 100 W, modes: *modes},
          receive: {lowest: 34.2 GHz, highest: 34.7 GHz, noise_temperature: 300 K}}
  x-up: {kind: rf, band: X, roles: [ground], antenna: {diameter: 35 m},
          transmit: {frequency: 7.1675 GHz, power: 20 kW, modes: *modes},
          receive: {lowest: 8.4 GHz, highest: 8.45 GHz, noise_temperature: 30 K}}
  x-down: {kind: rf, band: X, roles: [downlink], antenna: {diameter: 4 m},
          transmit: {frequency: 8.425 GHz, power: 100 W, modes: *modes},
          receive: {lowest: 7.145 GHz, highest: 7.19 GHz, noise_temperature: 300 K}}
nodes:
  - {name: home, kind: spacecraft, ipn: 1, services: [relay], terminals: [laser, inner, x-up],
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 150000 km, e: 0, i: 60 deg}}
  - {name: aside, kind: spacecraft, ipn: 2, services: [relay], terminals: [laser, inner, outer],
     orbit: {type: libration-point, system: Sun-Earth, point: L4}}
  - {name: martian, kind: spacecraft, network: mars, ipn: 3, services: [relay],
     terminals: [laser, outer, x-down],
     orbit: {type: keplerian, body: Mars, frame: MARS_EQUATOR, a: 60000 km, e: 0, i: 60 deg}}
  - {name: lander, kind: site, network: mars, body: Mars, latitude: 0 deg, longitude: 0 deg, ipn: 4}
"""


@pytest.fixture(scope="module")
def few():
    return qqnet.Study(from_text(FEW, "few.yaml", Path.cwd()))


@pytest.fixture(scope="module")
def answer(few):
    (found,) = conjunction_answer(few)
    return found


def links(answer, kind, band, source="Mars"):
    return [
        one for one in answer["direct"] if (one["kind"], one["band"], one["from"]) == (kind, band, source)
    ]


def days(utc):
    return tdb_from_utc(utc) / 86400.0


def test_lasers_are_shut_by_the_exclusion_at_mars(answer):
    """3 deg at Mars: 1 December 06:50 to 2 January 21:10, found on the centres of the planets.

    The orbits' radii, the way of the Earth during the light time and aberration make 0.045 deg together, of an
    angle that changes by 0.18 deg a day.
    """
    (laser,) = links(answer, "optical", "")
    longest = max(laser["outages"], key=lambda one: one["duration_s"])
    assert longest["cause"] == direct.EXCLUSION
    assert days(longest["start"]) == pytest.approx(days("2040-12-01T06:50:00Z"), abs=0.25)
    assert days(longest["end"]) == pytest.approx(days("2041-01-02T21:10:00Z"), abs=0.25)


def test_x_is_refused_within_a_degree_and_a_bit_and_ka_only_slows_down(answer):
    (x,) = links(answer, "rf", "X")
    assert {one["cause"] for one in x["outages"]} == {direct.SATURATED}
    # 1.1 deg at the Earth's centre: 14 December 05:40 to 20 December 17:50.
    assert days(x["outages"][0]["start"]) == pytest.approx(days("2040-12-14T05:40:00Z"), abs=0.3)
    assert days(x["outages"][-1]["end"]) == pytest.approx(days("2040-12-20T17:50:00Z"), abs=0.3)
    (ka,) = links(answer, "rf", "Ka")
    assert ka["availability"] == pytest.approx(1.0, abs=1e-3)
    rates = [rate["rate_bps"] for rate in ka["rates"]]
    assert rates == sorted(rates, reverse=True)
    assert len(rates) >= 2
    nearest = [rate["sep_min_deg"] for rate in ka["rates"] if rate["sep_min_deg"] is not None]
    assert nearest == sorted(nearest, reverse=True)
    assert sum(rate["share"] for rate in ka["rates"]) == pytest.approx(ka["availability"], abs=1e-9)


def test_the_way_round_stands_throughout(answer):
    for way in answer["way_round"]:
        assert way["connected"] == 1.0
        assert way["missing"] == []
        assert way["via"] == [{"nodes": ["aside"], "share": 1.0}]
        assert way["rate_bps"]["min"] == 1e6
        # 307 to 371 s longer than straight at any conjunction (Earth's barycentre, both planets' own places).
        extra = way["delay_s"]["max"] - max(answer["series"]["direct_delay_s"])
        assert 290.0 < extra < 390.0


def test_series_agree_with_the_answer(answer):
    series = answer["series"]
    assert min(series["sep_deg"]) == pytest.approx(answer["sep_min_deg"], abs=0.02)
    for sep, laser, radio in zip(series["sep_deg"], series["laser_bps"], series["radio_bps"], strict=True):
        assert (laser > 0) <= (sep > 4.0)
        assert radio > 0
    order = np.argsort(series["sep_deg"])
    near, far = np.array(series["radio_bps"])[order[[0, -1]]]
    assert near < far


def test_less_is_enough_for_the_answer(few, answer):
    smaller = between_planets(few.scenario)
    assert [node.name for node in smaller.nodes] == ["home", "aside", "martian"]
    (found,) = conjunction_answer(qqnet.Study(smaller))
    assert found["direct"] == answer["direct"]
    assert found["way_round"] == answer["way_round"]


def test_nothing_goes_round_without_a_station_aside(few):
    nodes = [node for node in few.scenario.nodes if node.name != "aside"]
    study = qqnet.Study(few.scenario.model_copy(update={"nodes": nodes}))
    detours = Detours(study, homes_of(study), "Mars", "Earth")
    assert detours.widest(study.scenario.time.start_s + 86400.0) == NO_WAY


@pytest.mark.parametrize("option", [{"model": "none"}, {"saturated": "fading", "outage": 0.2}])
def test_the_corona_can_be_left_out_or_left_to_fade(few, option):
    scenario = few.scenario
    changed = {
        name: one if one.kind == "optical" else one.model_copy(update={"corona": Corona(**option)})
        for name, one in scenario.terminals.items()
    }
    study = qqnet.Study(scenario.model_copy(update={"terminals": changed}))
    homes = homes_of(study)
    sides = ({name for name, home in homes.items() if home == end} for end in ("Mars", "Earth"))
    x = next(one for one in direct.direct_links(study, *sides) if one.transmit == "x-down")
    assert len(direct.union(x.start_s, x.end_s)) == 1


def test_intervals_are_joined_and_their_gaps_found():
    random = np.random.default_rng(1)
    start = random.uniform(0, 90, 30)
    end = start + random.uniform(0, 4, 30)
    spans = direct.union(start, end, join_s=0.0)
    at = np.linspace(-1, 101, 4000)
    inside = ((at[:, None] > start) & (at[:, None] < end)).any(axis=1)
    joined = ((at[:, None] > spans[:, 0]) & (at[:, None] < spans[:, 1])).any(axis=1)
    assert (inside == joined).all()
    left = direct.gaps(spans, 0.0, 100.0)
    total = (left[:, 1] - left[:, 0]).sum() + (spans[:, 1] - spans[:, 0]).sum()
    assert total == pytest.approx(100.0)
    assert direct.gaps(np.empty((0, 2)), 0.0, 1.0).tolist() == [[0.0, 1.0]]
