"""Rain drawn in time, from a scenario to its contact plan."""

import numpy as np
import pytest

import qqnet
from qqnet.links.link import best_mode
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.network import links_of
from qqnet.study.paths import PathEvaluator

WET = """
version: 1
name: wet
seed: {seed}
time: {{start: 2030-03-01T00:00:00Z, duration: 5 d, step: 10 min}}
terminals:
  down: {{kind: rf, roles: [downlink], antenna: {{diameter: 1 m}},
          transmit: {{frequency: 26 GHz, power: 20 W, modes: [{{rate: 300 Mbit/s, eb_n0: 2 dB}},
            {{rate: 100 Mbit/s, eb_n0: 2 dB}}, {{rate: 30 Mbit/s, eb_n0: 2 dB}},
            {{rate: 1 Mbit/s, eb_n0: 2 dB}}]}}}}
  ground: {{kind: rf, roles: [ground], antenna: {{diameter: 18 m}},
            atmosphere: {{model: itu-r, availability: 99 %, weather: series}},
            receive: {{lowest: 25.5 GHz, highest: 27 GHz, noise_temperature: 100 K}}}}
nodes:
  - {{name: moon-orbiter, kind: spacecraft, ipn: 10, terminals: [down],
      orbit: {{type: keplerian, body: Moon, frame: MOON_OP, a: 12000 km, e: 0, i: 56 deg}}}}
  - {{name: singapore, kind: ground-station, latitude: 1.35 deg, longitude: 103.8 deg, mask: 10 deg, ipn: 3,
      terminals: [ground]}}
"""


def _study(seed: int) -> qqnet.Study:
    return qqnet.Study(from_text(WET.format(seed=seed)))


@pytest.fixture(scope="module")
def wet() -> qqnet.Study:
    return _study(4)


def test_rates_follow_the_rain_that_is_drawn(wet: qqnet.Study) -> None:
    """Every moment outside of 20 s of a change has the rate of a budget at that moment, but for short showers.

    The kernel looks at a window every 10 minutes at first, so that a shower that begins and ends between
    two looks may be missed: here, at one of the wettest places, less than 0.5 % of moments are.
    """
    rows = wet.contacts.contacts
    links = links_of(wet.scenario, wet.links)
    rng = np.random.default_rng(1)
    windows = wet.windows
    times = np.concatenate([rng.uniform(w.start_s, w.end_s, 2000) for w in windows.itertuples(index=False)])
    path = PathEvaluator(wet, wet.links, links)(np.zeros(times.size, dtype=np.intp), times)
    mode = best_mode(links[0].excess_db(path))
    wanted = np.where(mode < 0, 0.0, links[0].rates_bps[mode])
    starts, ends = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    index = np.searchsorted(starts, times, side="right") - 1
    inside = (index >= 0) & (times < ends[index])
    found = np.where(inside, rows["rate_bps"].to_numpy()[index], 0.0)
    assert len(set(found.tolist())) >= 3  # it rained
    edges = np.sort(np.concatenate([starts, ends]))
    place = np.searchsorted(edges, times)
    near = np.minimum(
        np.abs(times - edges[np.maximum(place - 1, 0)]),
        np.abs(times - edges[np.minimum(place, edges.size - 1)]),
    )
    assert np.mean((found != wanted) & (near > 20.0)) < 0.005


def test_another_seed_has_other_weather(wet: qqnet.Study) -> None:
    other = _study(5)
    mine, theirs = wet.contacts.contacts, other.contacts.contacts
    assert len(mine) != len(theirs) or not np.allclose(mine["start_s"], theirs["start_s"])
    assert keys.contacts(wet.scenario) != keys.contacts(other.scenario)


def test_without_drawn_rain_the_seed_changes_no_contact() -> None:
    one, two = (from_text(WET.format(seed=seed).replace(", weather: series", "")) for seed in (4, 5))
    assert keys.access(one) == keys.access(two)
