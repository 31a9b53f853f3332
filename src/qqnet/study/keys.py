"""Keys of stages: digests of just those parts of a scenario that a result depends on."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qqnet.pointing.apertures import is_limited
from qqnet.scenario.antenna_files import PatternFile
from qqnet.scenario.horizon import HorizonFile
from qqnet.scenario.model import Grid, Scenario
from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.scenario.nodes import EphemerisNode, GroundStation, Node, Site
from qqnet.scenario.orbit_determination import OrbitDetermination
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
    skies = [
        (node.name, node.mask, _without_talk(node.model_dump(mode="json", include={"horizon"})))
        for node in scenario.nodes
        if isinstance(node, Site | GroundStation) and node.body == one.body
    ]
    return digest(
        orbits(scenario),
        str(scenario.time.step),
        _without_talk(one.model_dump(mode="json", exclude={"errors"})),
        services,
        skies,
        _horizon_files(scenario),
        scenario.compute.backend,
    )


def errors(scenario: Scenario, one: Grid) -> str:
    """Key of users' errors on a grid."""
    asked = None if one.errors is None else _without_talk(one.errors.model_dump(mode="json"))
    return digest(grid(scenario, one), asked, _covariances(scenario, one.errors, one.body))


def users(scenario: Scenario) -> str:
    """Key of what navigation users get."""
    asked = _plain(scenario)["navigation_users"]
    bodies = {one.body for one in scenario.orbit_determination}
    # An orbiter's body is that of its motion, so every determination may matter to it.
    files = [
        _covariances(scenario, one.errors, name)
        for one in scenario.navigation_users
        for name in sorted(bodies) or [""]
    ]
    return digest([errors(scenario, one) for one in scenario.grids], orbits(scenario), asked, files)


def _covariances(scenario: Scenario, found: NavigationErrors | None, body_name: str) -> str:
    """Digest of what covariances of orbits and clocks come from; empty where numbers are given."""
    if found is None or found.signal_in_space.source == "given":
        return ""
    if found.signal_in_space.source == "orbit-determination":
        at_body = [one for one in scenario.orbit_determination if one.body == body_name]
        return digest([orbit_determination(scenario, one) for one in at_body])
    path = scenario.directory / (found.signal_in_space.file or "")
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def robustness(scenario: Scenario, one: Grid) -> str:
    """Key of losses on a grid, of which some are drawn."""
    return digest(grid(scenario, one), scenario.seed)


def _horizon_files(scenario: Scenario) -> list[str]:
    """Digests of the files that horizons are read from."""
    horizons = (getattr(node, "horizon", None) for node in scenario.nodes)
    return [
        hashlib.sha256((scenario.directory / one.file).read_bytes()).hexdigest()
        for one in horizons
        if isinstance(one, HorizonFile)
    ]


def _pattern_files(scenario: Scenario) -> list[str]:
    """Digests of the files that patterns of antennas are read from."""
    antennas = (getattr(terminal, "antenna", None) for terminal in scenario.terminals.values())
    patterns = (getattr(antenna, "pattern", None) for antenna in antennas)
    return [
        hashlib.sha256(one.path.read_bytes()).hexdigest() for one in patterns if isinstance(one, PatternFile)
    ]


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


def gnss(scenario: Scenario) -> str:
    """Key of the reception of navigation satellites."""
    plain = _plain(scenario)
    keys = ("name", "network", "mask", "horizon")
    skies = [[node.get(key) for key in keys] for node in plain["nodes"]]
    return digest(orbits(scenario), plain.get("gnss"), skies, _horizon_files(scenario))


def orbit_determination(scenario: Scenario, one: OrbitDetermination) -> str:
    """Key of an orbit determination at a body."""
    at_body = [grid(scenario, found) for found in scenario.grids if found.body == one.body]
    plain = _plain(scenario)
    skies = [(node["name"], node.get("mask"), node.get("horizon")) for node in plain["nodes"]]
    heard = plain.get("gnss") if one.gnss is not None and one.gnss.receiver is not None else None
    written = _without_talk(one.model_dump(mode="json"))
    return digest(
        orbits(scenario), at_body, skies, _horizon_files(scenario), heard, plain.get("bodies"), written
    )


def access(scenario: Scenario) -> str:
    """Key of windows, which are geometry alone."""
    plain = _plain(scenario)
    other = ("weather", "storage")
    plain["nodes"] = [{key: node[key] for key in node if key not in other} for node in plain["nodes"]]
    parts = {name: plain.get(name) for name in ("terminals", "nodes", "bodies", "terrestrial", "time")}
    options = scenario.compute.light_time, scenario.compute.relativity
    return digest(orbits(scenario), parts, *options, _horizon_files(scenario), _pattern_files(scenario))


def _drawn(scenario: Scenario) -> int | None:
    """Return the seed where rain is drawn in time, None elsewhere."""
    atmospheres = (getattr(terminal, "atmosphere", None) for terminal in scenario.terminals.values())
    series = any(one is not None and one.weather == "series" for one in atmospheres)
    return scenario.seed if series else None


def _between_clouds(scenario: Scenario) -> str:
    """Key of windows with the weather, where there is any."""
    plain = _plain(scenario)
    skies = [(node["name"], node["weather"]) for node in plain["nodes"] if node.get("weather") is not None]
    clouds = (skies, plain["weather"]["correlation_length"], scenario.seed) if skies else None
    return digest(access(scenario), clouds, _drawn(scenario))


def contacts(scenario: Scenario) -> str:
    """Key of the contact plan, and of who points where if terminals have numbers of beams."""
    if not is_limited(scenario):
        return _between_clouds(scenario)
    plain = _plain(scenario)
    return digest(
        _between_clouds(scenario), plain["pointing"], _offered(plain), plain["compute"]["stream_bundle"]
    )


def flows(scenario: Scenario) -> str:
    """Key of routes."""
    return digest(contacts(scenario), _offered(_plain(scenario)), scenario.compute.model_dump(mode="json"))


def traffic(scenario: Scenario) -> str:
    """Key of traffic: flows, and what they have to live with."""
    plain = _plain(scenario)
    rooms = [(node["name"], node["network"], node["storage"]) for node in plain["nodes"]]
    copied = [flow.name for flow in scenario.flows if flow.critical]
    drawn = scenario.seed if scenario.traffic.draws else None
    return digest(flows(scenario), plain["traffic"], rooms, copied, drawn)


def _offered(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Flows without what only matters once they travel."""
    return [{key: value for key, value in flow.items() if key != "critical"} for flow in plain["flows"]]


def everything(scenario: Scenario) -> str:
    """Key of what is drawn from all results and says so in the scenario's own words."""
    return digest(
        traffic(scenario),
        [grid(scenario, one) for one in scenario.grids],
        [errors(scenario, one) for one in scenario.grids],
        users(scenario),
        [service_volume(scenario, one) for one in scenario.service_volumes],
        [stability(scenario, one) for one in scenario.stability],
        gnss(scenario),
        [orbit_determination(scenario, one) for one in scenario.orbit_determination],
        scenario.to_yaml(),
    )


def stages(scenario: Scenario) -> dict[str, str]:
    """Return the keys of all stages of a study, in order."""
    grids = {
        f"{kind}-{one.body.lower()}": grid(scenario, one)
        for one in scenario.grids
        for kind in ("coverage", "navigation")
    } | {f"robustness-{one.body.lower()}": robustness(scenario, one) for one in scenario.grids}
    return {
        "orbits": orbits(scenario),
        **{
            f"orbit-determination-{one.body.lower()}": orbit_determination(scenario, one)
            for one in scenario.orbit_determination
        },
        **grids,
        **{
            f"errors-{one.body.lower()}": errors(scenario, one)
            for one in scenario.grids
            if one.errors is not None
        },
        **({"users": users(scenario)} if scenario.navigation_users else {}),
        **{f"volume-{one.name}": service_volume(scenario, one) for one in scenario.service_volumes},
        **{f"stability-{one.body.lower()}": stability(scenario, one) for one in scenario.stability},
        **({"gnss": gnss(scenario)} if scenario.gnss is not None else {}),
        "access": access(scenario),
        **({"pointing": contacts(scenario)} if is_limited(scenario) else {}),
        "contacts": contacts(scenario),
        "routes": flows(scenario),
        "traffic": traffic(scenario),
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
