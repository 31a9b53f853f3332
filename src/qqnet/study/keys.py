"""Keys of stages: digests of just those parts of a scenario that a result depends on."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qqnet.scenario.model import Grid, Scenario
from qqnet.scenario.nodes import EphemerisNode, Node
from qqnet.scenario.orbits import MessageOrbit
from qqnet.scenario.service_volumes import ServiceVolume
from qqnet.scenario.stability import Stability
from qqnet.study.folder import digest

_TALK = ("description", "sources", "assumptions", "title")
"""Keys of a scenario that no number depends on."""


@cache
def code() -> str:
    """Digest of the package's own source: a changed kernel makes an earlier result stale."""
    root = Path(__file__).parent.parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def orbits(scenario: Scenario) -> str:
    """Key of the trajectories."""
    moving = (
        "kind",
        "name",
        "orbit",
        "dynamics",
        "pattern",
        "body",
        "latitude",
        "longitude",
        "altitude",
        "drift",
        "file",
        "object",
    )
    nodes = [{key: entry[key] for key in moving if key in entry} for entry in _plain(scenario)["nodes"]]
    files = [
        hashlib.sha256((scenario.directory / name).read_bytes()).hexdigest()
        for name in map(_file_of, scenario.nodes)
        if name is not None
    ]
    time_span = scenario.time.model_dump(mode="json", exclude={"step"})
    turning = version("astropy-iers-data")  # newer values move places on Earth and the axes of its field
    return digest(code(), nodes, files, time_span, scenario.compute.ephemeris, turning)


def _file_of(node: Node) -> str | None:
    """Name of the file that a node's motion is read from; None where there is none."""
    if isinstance(node, EphemerisNode):
        return node.file
    orbit = getattr(node, "orbit", None)
    return orbit.file if isinstance(orbit, MessageOrbit) else None


def grid(scenario: Scenario, one: Grid) -> str:
    """Key of coverage and of navigation on a grid."""
    services = [(node.name, node.services, node.network) for node in scenario.nodes]
    return digest(
        orbits(scenario), str(scenario.time.step), _without_talk(one.model_dump(mode="json")), services
    )


def service_volume(scenario: Scenario, one: ServiceVolume) -> str:
    """Key of the coverage of a service volume."""
    services = [(node.name, node.services, node.network) for node in scenario.nodes]
    return digest(
        orbits(scenario), str(scenario.time.step), _without_talk(one.model_dump(mode="json")), services
    )


def stability(scenario: Scenario, one: Stability) -> str:
    """Key of a look at years at a body."""
    at_body = [grid(scenario, found) for found in scenario.grids if found.body == one.body]
    return digest(at_body, _without_talk(one.model_dump(mode="json")), scenario.seed)


def access(scenario: Scenario) -> str:
    """Key of windows and of the contact plan."""
    plain = _plain(scenario)
    parts = {name: plain.get(name) for name in ("terminals", "nodes", "bodies", "terrestrial", "time")}
    return digest(orbits(scenario), parts, scenario.compute.light_time, scenario.compute.relativity)


def flows(scenario: Scenario) -> str:
    """Key of routes and of traffic."""
    return digest(access(scenario), _plain(scenario).get("flows"), scenario.compute.model_dump(mode="json"))


def everything(scenario: Scenario) -> str:
    """Key of what is drawn from all results and says so in the scenario's own words."""
    return digest(
        flows(scenario),
        [grid(scenario, one) for one in scenario.grids],
        [service_volume(scenario, one) for one in scenario.service_volumes],
        [stability(scenario, one) for one in scenario.stability],
        scenario.to_yaml(),
    )


def stages(scenario: Scenario) -> dict[str, str]:
    """Return the keys of all stages of a study, in order."""
    grids = {
        f"{kind}-{one.body.lower()}": grid(scenario, one)
        for one in scenario.grids
        for kind in ("coverage", "navigation")
    }
    return {
        "orbits": orbits(scenario),
        **grids,
        **{f"volume-{one.name}": service_volume(scenario, one) for one in scenario.service_volumes},
        **{f"stability-{one.body.lower()}": stability(scenario, one) for one in scenario.stability},
        "access": access(scenario),
        "contacts": access(scenario),
        "routes": flows(scenario),
        "traffic": flows(scenario),
        "summary": everything(scenario),
    }


def _plain(scenario: Scenario) -> dict[str, Any]:
    plain: dict[str, Any] = _without_talk(scenario.model_dump(mode="json", by_alias=True))
    return plain


def _without_talk(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_talk(value) for key, value in data.items() if key not in _TALK}
    if isinstance(data, list):
        return [_without_talk(item) for item in data]
    return data
