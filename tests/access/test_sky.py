"""What a receiver sees around the sender, against vectors written out."""

import numpy as np
import pytest

from qqnet.access.candidates import Candidates
from qqnet.access.sky import look
from qqnet.errors import InputError
from qqnet.scenario.loading import load
from qqnet.study.network import candidates
from qqnet.study.study import Study


@pytest.fixture(scope="module")
def relay():
    study = Study(load("lunar-relay"))
    return study, candidates(study.scenario, study.scene, study.links)


def test_angles_distances_and_phases_are_those_of_the_vectors(relay):
    study, links = relay
    trajectories = study.trajectories
    rng = np.random.default_rng(1)
    which = rng.integers(0, len(study.links), 50)
    times = study.scenario.time.start_s + rng.uniform(0.0, 86_000.0, 50)
    names = ["Sun", "Earth", "Moon"]
    indices = [trajectories.body_index(name) for name in names]
    owlt = np.full(50, 0.02)
    seen = look(study.scene.bank, links, which, times, owlt, indices, indices[0])
    for n, (link, at) in enumerate(zip(which, times, strict=True)):
        pair = study.links[link]
        here = trajectories.position(pair.target, at + 0.02)
        peer = trajectories.position(pair.source, at) - here
        sun = trajectories.position("Sun", at + 0.02)
        for k, name in enumerate(names):
            centre = trajectories.position(name, at + 0.02)
            away = centre - here
            assert seen.distance_km[k, n] == pytest.approx(np.linalg.norm(away), rel=1e-9)
            assert seen.angle_rad[k, n] == pytest.approx(_angle(away, peer), abs=1e-6)
            if name == "Sun":
                assert np.isnan(seen.phase_rad[k, n])
            else:
                assert seen.phase_rad[k, n] == pytest.approx(_angle(sun - centre, -away), abs=1e-6)


def test_speed_across_is_that_of_differenced_positions(relay):
    study, links = relay
    trajectories, step = study.trajectories, 5.0
    times = study.scenario.time.start_s + np.linspace(100.0, 80_000.0, 8)
    which = np.arange(8) % len(study.links)
    sun = trajectories.body_index("Sun")
    seen = look(study.scene.bank, links, which, times, 0.02, [sun], sun)
    for n, (link, at) in enumerate(zip(which, times, strict=True)):
        pair = study.links[link]

        def apart(shift, pair=pair, at=at):
            return trajectories.position(pair.source, at + shift) - trajectories.position(
                pair.target, at + 0.02 + shift
            )

        velocity, line = (apart(step) - apart(-step)) / (2.0 * step), apart(0.0)
        line /= np.linalg.norm(line)
        across = np.linalg.norm(velocity - (velocity @ line) * line)
        assert seen.across_km_s[n] == pytest.approx(across, rel=1e-4, abs=1e-6)


def _angle(one, other):
    return np.arctan2(np.linalg.norm(np.cross(one, other)), one @ other)


def test_a_wrong_body_or_a_time_outside_is_refused(relay):
    study, links = relay
    with pytest.raises(InputError, match="right are indices to"):
        look(study.scene.bank, links, [0], [study.scenario.time.start_s], 0.0, [10_000], 0)
    sun = study.trajectories.body_index("Sun")
    with pytest.raises(InputError, match="outside of a trajectory"):
        look(study.scene.bank, Candidates.build([5], [6]), [0], [0.0], 0.0, [sun], sun)
