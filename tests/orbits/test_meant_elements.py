import numpy as np
import pytest

from qqnet.errors import ScenarioError
from qqnet.orbits.build import build_trajectories
from qqnet.orbits.mean_elements import mean_elements
from qqnet.scenario.loading import from_text
from qqnet.space.timescales import tdb_from_utc

EPOCH = tdb_from_utc("2030-03-01T12:00:00Z")


def _text(size, elements, dynamics="dynamics: {degree: 8, third_bodies: [Earth, Sun]}, "):
    return f"""
version: 1
name: meant
time: {{start: 2030-03-01T00:00:00Z, duration: 3 d, step: 10 min}}
nodes:
  - {{name: sat, kind: constellation, ipn: 10, {dynamics}
     pattern: {{type: walker-delta, satellites: 2, planes: 1, phasing: 0}},
     orbit: {{type: keplerian, body: Moon, frame: MOON_OP, {size}, epoch: 2030-03-01T12:00:00Z,
             argp: 90 deg{elements}}}}}
"""


def _means(text, ephemeris, times):
    made = build_trajectories(from_text(text, "meant.yaml"), ephemeris)
    tables = [made[name].table for name in made.names]
    return mean_elements(tables, "Moon", "MOON_OP", times, ephemeris)


def test_mean_elements_are_those_written(ephemeris):
    found = _means(_text("a: 7000 km, e: 0.01, i: 56 deg", ", elements: mean"), ephemeris, [EPOCH])
    np.testing.assert_allclose(found.a_km, 7000.0, rtol=0, atol=0.01)
    np.testing.assert_allclose(found.e, 0.01, rtol=0, atol=1e-6)
    np.testing.assert_allclose(np.degrees(found.i_rad), 56.0, rtol=0, atol=1e-4)
    osculating = _means(_text("a: 7000 km, e: 0.01, i: 56 deg", ""), ephemeris, [EPOCH])
    assert np.max(np.abs(osculating.a_km - 7000.0)) > 0.5


def test_frozen_elements_keep_their_size_and_move_their_plane(ephemeris):
    found = _means(_text("a: 9750.5 km, e: 0.6383, i: 54 deg", ", elements: frozen"), ephemeris, [EPOCH])
    np.testing.assert_allclose(found.e, 0.6383, rtol=0, atol=1e-5)
    # Published for the same size: 54.33 deg (Moonlight studies, from memory).
    assert np.all(np.abs(np.degrees(found.i_rad) - 54.33) < 2.0)
    assert np.all(np.abs(np.degrees(found.argp_rad) - 90.0) < 6.0)


@pytest.mark.parametrize(
    ("size", "elements", "dynamics", "message"),
    [
        ("a: 7000 km, e: 0.01, i: 56 deg", ", elements: mean", "", "gives mean elements"),
        ("a: 7000 km, e: 0, i: 56 deg", ", elements: frozen", None, "an e above 0 that the orbit keeps"),
        ("a: 7000 km, e: 0.1, i: 56 deg", ", elements: odd", None, "elements"),
    ],
)
def test_what_is_refused(size, elements, dynamics, message):
    text = _text(size, elements) if dynamics is None else _text(size, elements, dynamics)
    with pytest.raises(ScenarioError, match=message):
        from_text(text, "meant.yaml")
