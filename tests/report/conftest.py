"""Two small studies, of a lunar network and of one that reaches Mars, computed once."""

import pytest

import qqnet
from qqnet.scenario.model import Scenario
from qqnet.study.study import Study


def shortened(scenario: Scenario, duration_s: float, step_s: float) -> Scenario:
    """The same scenario over less time, on coarse grids."""
    time = scenario.time.model_copy(update={"duration": duration_s, "step": step_s})
    grids = [grid.model_copy(update={"subdivisions": 2}) for grid in scenario.grids]
    return scenario.model_copy(update={"time": time, "grids": grids})


@pytest.fixture(scope="session")
def lunar_study() -> Study:
    """Six satellites, a relay, two users, a station: no trunk, no planet."""
    return Study(shortened(qqnet.load("lunar-relay"), 12 * 3600.0, 300.0))


MARS_NODES = {"beijing", "jiamusi", "neuquen", "madrid", "earth-staging", "helio-staging", "eml1", "ilrs",
              "mars-staging", "mars-sat", "mars-base"}  # fmt: skip


@pytest.fixture(scope="session")
def mars_study() -> Study:
    """The part of the reference network that joins Earth, Moon and Mars, with fewer satellites."""
    full = shortened(qqnet.load("qqnet-3"), 12 * 3600.0, 300.0)
    few = {"satellites": 6, "planes": 3, "phasing": 1}
    nodes = [node for node in full.nodes if node.name in MARS_NODES]
    swarm = next(n for n, node in enumerate(nodes) if node.name == "mars-sat")
    nodes[swarm] = nodes[swarm].model_copy(update={"pattern": nodes[swarm].pattern.model_copy(update=few)})
    members = {node.name for node in nodes}
    return Study(
        full.model_copy(
            update={
                "nodes": nodes,
                "terrestrial": [
                    net.model_copy(update={"nodes": [name for name in net.nodes if name in members]})
                    for net in full.terrestrial
                ],
                "flows": [flow for flow in full.flows if {flow.source, flow.destination} <= members],
                "grids": [grid for grid in full.grids if grid.body == "Mars"],
            }
        )
    )
