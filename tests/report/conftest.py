"""Two small studies, of a lunar network and of one that reaches Mars, computed once."""

from pathlib import Path

import pytest

import qqnet
from qqnet.study.study import Study


@pytest.fixture(scope="session")
def lunar_study() -> Study:
    """Six satellites, a relay, two users, a station: no trunk, no planet."""
    scenario = qqnet.load("lunar-relay")
    time = scenario.time.model_copy(update={"duration": 12 * 3600.0, "step": 300.0})
    grids = [grid.model_copy(update={"subdivisions": 2}) for grid in scenario.grids]
    return Study(scenario.model_copy(update={"time": time, "grids": grids}))


@pytest.fixture(scope="session")
def mars_study() -> Study:
    """The part of the reference network that joins Earth, Moon and Mars, with fewer satellites."""
    return Study(qqnet.load(Path(__file__).parent / "earth-mars.yaml"))
