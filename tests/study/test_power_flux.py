"""Power flux density of small networks, against the geometry of single moments and closed forms."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from qqnet.links.antennas import Antenna
from qqnet.scenario.loading import from_text
from qqnet.space.frames import rotation
from qqnet.spectrum.flux_rows import flux_findings
from qqnet.spectrum.shielded_zone import in_shielded_zone
from qqnet.study.broadcast_levels import broadcast_levels
from qqnet.study.power_flux import power_flux
from qqnet.study.study import Study

HEAD = "version: 1\nname: flux\ntime: {start: 2030-01-01T00:00:00Z, duration: 6 h, step: 60 s}\n"

GEO = (
    HEAD
    + """
terminals:
  down: {kind: rf, roles: [downlink], antenna: {diameter: 1 m, efficiency: 0.55},
         transmit: {frequency: 8.475 GHz, power: POWER, bandwidth: 5 MHz, loss: 1 dB,
                    modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]}}
  up: {kind: rf, roles: [ground], antenna: {diameter: 18 m},
       receive: {lowest: 8.4 GHz, highest: 8.5 GHz, noise_temperature: 100 K}}
nodes:
  - {name: geo, kind: spacecraft, network: earth, ipn: 1, terminals: [down],
     orbit: {type: keplerian, body: Earth, frame: EARTH_EQUATOR, a: 42164 km, e: 0, i: 0 deg}}
  - {name: station, kind: ground-station, network: earth, ipn: 2, latitude: 0 deg, longitude: LONGITUDE deg,
     terminals: [up]}
"""
)


def geo(power: str, longitude: float = 0.0) -> Study:
    """A spacecraft over the station, or over a place so many degrees of longitude away."""
    study = Study(from_text(GEO.replace("POWER", power).replace("LONGITUDE", "0"), "geo.yaml", Path.cwd()))
    start = study.scenario.time.start_s
    x, y, _ = rotation("ITRF", start) @ study.trajectories.position("geo", start, "Earth")
    below = math.degrees(math.atan2(y, x))
    text = GEO.replace("POWER", power).replace("LONGITUDE", f"{(below + longitude + 180.0) % 360.0 - 180.0}")
    return Study(from_text(text, "geo.yaml", Path.cwd()))


def earth_row(study: Study):
    return next(row for row in power_flux(study) if row.place == "Earth")


def test_straight_down_by_hand():
    """At 5 deg of arrival the beam has fallen into its sidelobes, so the place below is the worst."""
    row = earth_row(geo("20 W"))
    peak = 10.0 * math.log10(0.55 * (math.pi * 8.475e9 / 299_792_458.0) ** 2)
    by_hand = 13.0103 - 1.0 + peak - 10.0 * math.log10(4.0 * math.pi * (42_164.0 - 6371.0) ** 2 * 1e6)
    by_hand += 10.0 * math.log10(4e3 / 5e6)
    assert row.criterion == "rr-21-4-8025"
    assert row.flux_db == pytest.approx(by_hand, abs=0.01)
    assert math.degrees(row.arrival_rad) == pytest.approx(90.0, abs=1.0)
    assert row.limit_db == -140.0
    assert row.margin_db == pytest.approx(-140.0 - by_hand, abs=0.01)
    assert row.share_above == 0.0
    assert [finding.ok for finding in flux_findings([row])] == [True]


def test_towards_the_horizon_the_limit_is_10_db_lower():
    """The station sees it low; the beam's axis meets the surface there, and the limit is -150 dB at 5 deg."""
    row = earth_row(geo("20 W", 74.0))
    assert math.degrees(row.arrival_rad) < 12.0
    assert row.margin_db < 0.0
    assert row.share_above == pytest.approx(1.0)
    finding = flux_findings([row])[0]
    assert finding.ok is False
    assert "geo points at station" in finding.message
    assert "Radio Regulations table 21-4, unverified" in finding.message
    longitude = math.degrees(row.longitude_rad)
    station = next(node for node in geo("20 W", 74.0).scenario.nodes if node.name == "station")
    assert (longitude - math.degrees(station.longitude) + 180.0) % 360.0 - 180.0 == pytest.approx(
        0.0, abs=8.0
    )


def test_ten_times_less_power_is_10_db_less():
    strong, weak = earth_row(geo("20 W", 74.0)), earth_row(geo("2 W", 74.0))
    assert strong.flux_db - weak.flux_db == pytest.approx(10.0, abs=0.01)
    assert [finding.ok for finding in flux_findings([weak])] == [True]


def test_without_a_bandwidth_a_limit_is_not_said_to_be_broken():
    study = geo("20 W", 74.0)
    terminal = study.scenario.terminals["down"]
    bare = terminal.model_copy(update={"transmit": terminal.transmit.model_copy(update={"bandwidth": None})})
    scenario = study.scenario.model_copy(update={"terminals": study.scenario.terminals | {"down": bare}})
    row = earth_row(Study(scenario))
    assert row.flux_db - earth_row(study).flux_db == pytest.approx(10.0 * math.log10(5e6 / 4e3), abs=0.01)
    finding = flux_findings([row])[0]
    assert finding.ok is None
    assert "no bandwidth is given" in finding.message


MOON = (
    HEAD
    + """
terminals:
  relay: {kind: rf, roles: [relay], antenna: {gain: 12 dBi},
          transmit: {frequency: 1410 MHz, power: 10 W, bandwidth: 20 MHz,
                     modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]},
          receive: {lowest: 2.2 GHz, highest: 2.3 GHz, noise_temperature: 300 K}}
  user: {kind: rf, roles: [user], antenna: {gain: 3 dBi},
         receive: {lowest: 1.3 GHz, highest: 2.6 GHz, noise_temperature: 300 K}}
  comm: {kind: rf, roles: [relay], antenna: {gain: 12 dBi},
         transmit: {frequency: 2490 MHz, power: 100 W, bandwidth: 5 MHz, modes: [{rate: 1 kbit/s, eb_n0: 3 dB}]}}
  afs: {kind: rf, roles: [broadcast], antenna: {gain: 14 dBi},
        transmit: {frequency: 2492.028 MHz, power: 10 W, bandwidth: 15.944 MHz, loss: 1 dB,
                   modes: [{rate: 500 bit/s, eb_n0: 3 dB}]}}
nodes:
  - {name: sat, kind: spacecraft, network: moon, ipn: 1, terminals: [relay, comm, afs],
     orbit: {type: keplerian, body: Moon, frame: MOON_ME, a: 7000 km, e: 0, i: 0 deg, mean_anomaly: ANOMALY deg}}
  - {name: far, kind: site, network: moon, ipn: 2, body: Moon, latitude: 0 deg, longitude: 180 deg,
     terminals: [user]}
  - {name: side, kind: site, network: moon, ipn: 3, body: Moon, latitude: 0 deg, longitude: 130 deg,
     terminals: [user]}
protected_places:
  - {name: telescope, body: Moon, latitude: 10 deg, longitude: 175 deg,
     bands: [{lowest: 1400 MHz, highest: 1427 MHz}, {lowest: 1415 MHz, highest: 1420 MHz, limit: -100 dB}]}
"""
)


@pytest.fixture(scope="module")
def moon() -> Study:
    return Study(
        from_text(MOON.replace("ANOMALY", "150").replace("MOON_ME", "MOON_EQUATOR"), "moon.yaml", Path.cwd())
    )


def test_a_telescope_in_the_shielded_zone(moon):
    """Every moment again, with plain geometry: the worst of them is what the row says."""
    rows = {row.criterion: row for row in power_flux(moon) if row.place == "telescope"}
    row = rows["ra-769"]
    time = moon.scenario.time
    times = np.append(np.arange(time.start_s, time.stop_s, time.step), time.stop_s)
    sat = moon.trajectories.position("sat", times, "Moon")
    turned = rotation("MOON_ME", times)
    radius = 1737.4
    north, east = math.radians(10.0), math.radians(175.0)
    fixed = radius * np.array(
        [math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)]
    )
    place = np.einsum("tji,j->ti", turned, fixed)
    levels = []
    for target in ("far", "side"):
        aim = moon.trajectories.position(target, times, "Moon")
        sees = np.einsum("ti,ti->t", sat - aim, aim) > 0.0
        hears = np.einsum("ti,ti->t", sat - place, place) > 0.0
        path, beam = place - sat, aim - sat
        distance = np.linalg.norm(path, axis=1)
        cosine = np.einsum("ti,ti->t", path, beam) / distance / np.linalg.norm(beam, axis=1)
        gain = Antenna(gain_dbi=12.0).gain_off_axis_dbi(1410e6, np.arccos(np.clip(cosine, -1.0, 1.0)))
        level = 10.0 + gain - 10.0 * np.log10(4.0 * math.pi * (distance * 1e3) ** 2)
        levels.append(np.where(sees & hears, level, -np.inf))
    assert row.flux_db == pytest.approx(np.max(levels), abs=0.01)
    assert row.limit_db == pytest.approx(-180.1, abs=0.1)
    assert row.margin_db < -40.0
    earth = moon.trajectories.position("Earth", times, "Moon")
    assert in_shielded_zone(place, earth).all()
    finding = next(f for f in flux_findings(rows.values()) if f.rule == "ra-769")
    assert finding.ok is False


def test_only_the_power_within_a_band_counts(moon):
    """1400-1420 MHz is sent; a quarter of it falls into 1415-1420 MHz."""
    rows = {row.criterion: row for row in power_flux(moon) if row.place == "telescope"}
    own = rows["limit-of-telescope"]
    assert rows["ra-769"].flux_db - own.flux_db == pytest.approx(10.0 * math.log10(4.0), abs=1e-9)
    assert own.limit_db == -100.0
    assert own.mark == "own"


def test_others_in_the_band_of_navigation_are_held_against_sfcg_43_1(moon):
    row = next(row for row in power_flux(moon) if row.criterion == "sfcg-43-1")
    assert (row.node, row.terminal) == ("sat", "comm")
    assert row.limit_db == -121.0
    nearest = 20.0 + 12.0 - 10.0 * math.log10(5.0) - 10.0 * math.log10(4.0 * math.pi * 5262.6e3**2)
    assert row.flux_db <= nearest + 0.01
    assert not [r for r in power_flux(moon) if r.criterion == "sfcg-43-1" and r.terminal == "afs"]


def test_the_navigation_broadcast_brings_what_its_standard_asks(moon):
    """Straight below: 10 dBW - 1 dB + 14 dBi less the free-space loss of 5262.6 km."""
    (finding,) = broadcast_levels(moon)
    assert finding.ok is True
    assert finding.verified is True
    below = 23.0 - 20.0 * math.log10(4.0 * math.pi * 5262.6e3 * 2492.028e6 / 299_792_458.0)
    assert f"to {below:.1f} dBW" in finding.message


@pytest.mark.parametrize(("power", "word"), [("100 W", "less power"), ("100 mW", "more power")])
def test_too_strong_and_too_weak_broadcasts_are_told(power, word):
    """The standard's values are to be confirmed, so the verdict is open."""
    text = MOON.replace("ANOMALY", "150").replace("MOON_ME", "MOON_EQUATOR")
    text = text.replace("frequency: 2492.028 MHz, power: 10 W", f"frequency: 2492.028 MHz, power: {power}")
    (finding,) = broadcast_levels(Study(from_text(text, "moon.yaml", Path.cwd())))
    assert finding.ok is None
    assert word in finding.message
