"""The scenario: one set of models that is file format, Python API and JSON Schema."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from qqnet import units
from qqnet.errors import InputError
from qqnet.scenario.gnss import Gnss
from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.scenario.navigation_users import NavigationUser
from qqnet.scenario.nodes import Node, member_names
from qqnet.scenario.orbit_determination import OrbitDetermination
from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.pointing import Pointing
from qqnet.scenario.protected_places import ProtectedPlace
from qqnet.scenario.quantities import (
    Altitude,
    DataSize,
    Elevation,
    Epoch,
    Name,
    PositiveDuration,
    PositiveLength,
    SurfaceAltitude,
)
from qqnet.scenario.service_volumes import ServiceVolume
from qqnet.scenario.stability import Stability
from qqnet.scenario.suggest import unknown
from qqnet.scenario.terminals import Terminal
from qqnet.scenario.traffic import Flow, Terrestrial
from qqnet.scenario.traffic_conditions import Traffic
from qqnet.scenario.weather import Weather

MOST_STEPS = 10_000_000

VERSION = 1
"""Version of the scenario format that this code reads and writes."""


class TimeSpan(Part):
    """The span to analyse and its base step."""

    start: Epoch = Field(description="UTC")
    duration: PositiveDuration
    step: PositiveDuration = Field(60.0, description="base step of sampling; edges are refined below it")

    @model_validator(mode="after")
    def _at_least_one_step(self) -> Self:
        if self.step > self.duration:
            raise broken(f"must not be longer than the duration, {self.duration:g} s", "step")
        steps = self.duration / self.step
        if steps > MOST_STEPS:
            raise broken(
                f"makes {steps:.3g} steps of the duration; at most {MOST_STEPS:,} are possible", "step"
            )
        return self

    @property
    def start_s(self) -> float:
        """Start [TDB s past J2000]."""
        from qqnet.space.timescales import tdb_from_utc

        return tdb_from_utc(self.start)

    @property
    def stop_s(self) -> float:
        """End [TDB s past J2000]."""
        return self.start_s + self.duration


class BodyOptions(Part):
    """How a body takes part."""

    occults: bool = Field(True, description="whether it blocks lines of sight")
    occulting_altitude: Altitude = Field(0.0, description="added to its radius: an atmosphere that blocks")


class Losses(Part):
    """Satellites to be lost: what is left of coverage and navigation without them."""

    any_one: bool = Field(True, description="each satellite in turn (N - 1)")
    random: list[int] = Field([], description="numbers of satellites to be lost together, at random")
    draws: int = Field(
        100, ge=1, le=100_000, description="random sets of each number; all of them where there are no more"
    )

    @model_validator(mode="after")
    def _some_are_lost(self) -> Self:
        for count in self.random:
            if not 1 <= count <= 1000:
                raise broken(f"holds {count}; right is from 1 to 1000 satellites", "random")
        if len(set(self.random)) < len(self.random):
            raise broken("names a number twice", "random")
        return self


class Grid(Described):
    """Surface points to be covered: an icosphere of 10·4^k + 2 points, or any number of equal areas."""

    type: Literal["icosphere", "equal-area"] = "icosphere"
    body: str
    subdivisions: int | None = Field(
        None, ge=0, le=7, description="k of an icosphere; 4, which gives 2562 points, where not given"
    )
    points: int | None = Field(None, ge=1, le=200_000, description="number of points of an equal-area grid")
    altitude: SurfaceAltitude = Field(0.0, description="of the points above the surface")
    mask: Elevation = Field(0.08726646259971647, description="lowest usable elevation; 5 deg where not given")
    fold: int = Field(4, ge=1, le=1000, description="satellites in view that the design asks for")
    gdop: float = Field(6.0, gt=0.0, le=1e6, description="GDOP that the design asks for")
    range_error: PositiveLength = Field(
        0.01, description="user-range error (1 sigma), signal in space and receiver; 10 m where not given"
    )
    errors: NavigationErrors | None = Field(
        None, description="error budget by line of sight, instead of `range_error`"
    )
    providers: list[Name] = Field(
        [], description="nodes, constellations or networks that count; empty: navigation nodes at this body"
    )
    losses: Losses = Field(Losses(), description="satellites to be lost: what is left without them")

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if self.type == "icosphere" and self.points is not None:
            raise PydanticCustomError("grid", "is an icosphere, whose size is `subdivisions`, not `points`")
        if self.type == "equal-area" and (self.points is None or self.subdivisions is not None):
            raise PydanticCustomError("grid", "is an equal-area grid; give its size as `points` alone")
        return self


class Compute(Part):
    """How to compute."""

    light_time: bool = Field(True, description="lines of sight follow the light, not the instant")
    relativity: bool = Field(
        False, description="light times of contacts hold the delay by gravity: up to 0.12 ms near the Sun"
    )
    ephemeris: Literal["packaged", "de440"] = Field(
        "packaged", description="packaged: DE440 for 2009 to 2061; de440: 1550 to 2650, extra package"
    )
    backend: Literal["numba", "jax"] = Field(
        "numba", description="of fold and dilution of precision; jax needs the extra 'jax', and takes a GPU"
    )
    route_starts: int = Field(
        8, ge=1, le=1000, description="start times, evenly spread, of the example routes"
    )
    bundle_size: DataSize = Field(
        1e8, description="largest bundle; larger messages travel in equal pieces; 100 MB where not given"
    )
    stream_bundle: PositiveDuration = Field(
        60.0, description="data of a constant-rate flow that travel as one bundle; 60 s where not given"
    )

    @model_validator(mode="after")
    def _light_that_takes_time(self) -> Self:
        if self.relativity and not self.light_time:
            raise broken("delays light, so it needs `light_time: true`", "relativity")
        return self


class Scenario(Described):
    """A network and what is asked of it.

    Examples
    --------
    >>> import qqnet
    >>> qqnet.load("queqiao-2").time.duration / 86400
    7.0
    """

    version: Literal[1]
    name: Name
    title: str = ""
    time: TimeSpan
    seed: int = Field(0, ge=0, lt=2**63, description="of all random numbers")
    bodies: dict[str, BodyOptions] = Field(
        {}, description="options for bodies; all major bodies occult anyway"
    )
    terminals: dict[Name, Terminal] = Field({}, description="terminal types, named by the nodes")
    nodes: list[Node] = Field(min_length=1)
    terrestrial: list[Terrestrial] = Field([], description="networks on the ground")
    flows: list[Flow] = Field([], description="traffic of the users")
    traffic: Traffic = Field(Traffic(), description="losses, failures and rules that the flows live with")
    grids: list[Grid] = Field([], description="surfaces to be covered")
    navigation_users: list[NavigationUser] = Field([], description="who navigates, and how")
    service_volumes: list[ServiceVolume] = Field([], description="volumes in which users are to be served")
    stability: list[Stability] = Field([], description="constellations to be followed for years")
    gnss: Gnss | None = Field(None, description="reception of Earth's navigation satellites")
    orbit_determination: list[OrbitDetermination] = Field(
        [], description="constellations whose orbits and clocks are determined"
    )
    pointing: Pointing = Field(Pointing(), description="who points where, where beams are few")
    weather: Weather = Field(Weather(), description="how the weather of sites hangs together")
    protected_places: list[ProtectedPlace] = Field([], description="places that emissions may not disturb")
    compute: Compute = Compute()
    _directory: Path = PrivateAttr(default_factory=Path.cwd)

    @property
    def directory(self) -> Path:
        """Where relative file names in the scenario start."""
        return self._directory

    @property
    def node_names(self) -> list[str]:
        """Names of all single nodes, constellations expanded, in file order."""
        return [name for node in self.nodes for name in member_names(node)]

    def entry(self, node_name: str) -> Node:
        """Return the entry of ``nodes`` that a single node belongs to."""
        for node in self.nodes:
            if node_name in member_names(node):
                return node
        raise InputError(unknown("node", node_name, self.node_names))

    def expand(self, names: Iterable[str]) -> list[str]:
        """Return the single nodes that names of nodes, constellations or networks stand for, in file order."""
        wanted = set(names)
        return [
            member
            for node in self.nodes
            for member in member_names(node)
            if wanted & {node.name, node.network, member}
        ]

    def check(self) -> None:
        """Apply the rules that look across the scenario, as `load` does to a file.

        Raises
        ------
        ScenarioError
            With every fault, where there is any: an unknown node in a flow, one name twice and so on.
        """
        from qqnet.scenario.checks import check
        from qqnet.scenario.loading import raise_faults
        from qqnet.scenario.validation import draft_from

        findings = list(check(draft_from(self), self.directory))
        if findings:
            raise_faults(findings, self.model_dump(mode="json", by_alias=True), self.name)

    def to_yaml(self, directory: Path | None = None) -> str:
        """Write the scenario as a file that loads to an equal scenario.

        Parameters
        ----------
        directory : Path, optional
            The folder that the text will lie in, where that is not `Scenario.directory`: names of imported
            files are written relative to it.

        Returns
        -------
        str
            YAML.
        """
        from qqnet.scenario.writing import yaml_text

        data = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for node in data["nodes"] if directory is not None else ():
            for part in (node, node.get("orbit", {}), node.get("horizon", {})):
                if "file" in part:
                    part["file"] = os.path.relpath(self.directory / part["file"], directory)
        return yaml_text(data)

    def __eq__(self, other: object) -> bool:
        """Two scenarios are equal if all that is written in them is, wherever their files lie."""
        if not isinstance(other, Scenario):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    A file that extends another may leave out anything, so of it only the outermost keys are described.
    """
    schema = Scenario.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs")
    for part in (schema, *definitions.values()):
        _write_defaults(part)
    keys: dict[str, Any] = dict.fromkeys(schema["properties"], True)
    keys["extends"] = {"type": "string", "description": "a shipped scenario or a file to lay this one over"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "QQNet scenario",
        "if": {"type": "object", "required": ["extends"]},
        "then": {"type": "object", "properties": keys, "additionalProperties": False},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**definitions, "Scenario": schema},
    }


def _write_defaults(part: dict[str, Any]) -> None:
    """Write default quantities as a user would."""
    dimensions = {dimension.name: dimension for dimension in units.DIMENSIONS}
    for field in part.get("properties", {}).values():
        if "x-dimension" in field and isinstance(field.get("default"), float):
            field["default"] = units.write(field["default"], dimensions[field["x-dimension"]])
