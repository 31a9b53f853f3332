"""A study: one scenario and all that follows from it, computed when asked for, kept in a folder if it has one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from qqnet.errors import InputError
from qqnet.files import whole_file, write_text
from qqnet.scenario.model import Scenario
from qqnet.space.ephemeris import Ephemeris
from qqnet.study import keys
from qqnet.study.folder import Folder, Record
from qqnet.study.progress import Progress, Silent

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan
    from qqnet.coverage.result import CoverageResult
    from qqnet.links.pairs import TerminalPair
    from qqnet.navigation.result import NavigationResult
    from qqnet.orbits.trajectory import Trajectories
    from qqnet.service_volumes.result import ServiceVolumeResult
    from qqnet.study.network import Scene
    from qqnet.study.routes import FlowRoute
    from qqnet.study.stability import StabilityResult
    from qqnet.traffic.result import TrafficResult

T = TypeVar("T")


@dataclass(frozen=True)
class Stored:
    """How a result lives in one file of the study folder."""

    file: str
    write: Callable[[Any, Path], None]
    read: Callable[[Path], Any]


class Study:
    """Results of a scenario.

    Each is computed the first time it is asked for. With a folder, it is read from there where an earlier run
    left it and nothing that it depends on has changed, and written there otherwise.

    Parameters
    ----------
    scenario : Scenario
        A valid scenario.
    directory : Path, optional
        The study folder.
    progress : Progress, optional
        Who is told what is going on.

    Examples
    --------
    >>> import qqnet
    >>> study = qqnet.Study(qqnet.load("lunar-relay"))
    >>> study.coverage("Moon").worst_fold
    0
    """

    def __init__(
        self, scenario: Scenario, directory: Path | str | None = None, progress: Progress | None = None
    ):
        self.scenario = scenario
        self.progress: Progress = progress or Silent()
        self.folder: Folder | None = None
        self.seconds: dict[str, float] = {}
        self._results: dict[str, Any] = {}
        if directory is not None:
            self.folder = Folder(Path(directory))
            self.folder.create()
            self.folder.read_records()

    @cached_property
    def ephemeris(self) -> Ephemeris:
        """The ephemeris that the scenario names."""
        full = self.scenario.compute.ephemeris == "de440"
        return Ephemeris.de440() if full else Ephemeris.packaged()

    @property
    def records(self) -> dict[str, Record]:
        """What is known of the stages in the folder."""
        return {} if self.folder is None else self.folder.records

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Key of each stage; only a study with a folder needs them."""
        return keys.stages(self.scenario)

    def _result(self, stage: str, compute: Callable[[Callable[[float], None]], T], stored: Stored) -> T:
        """Return a stage's result: from memory, from the folder, or computed now."""
        if stage not in self._results:
            if self.folder is None:
                self.progress.start(stage, reused=False)
                began = perf_counter()
                self._results[stage] = compute(self.progress.advance)
                self.seconds[stage] = perf_counter() - began
                self.progress.finish(stage, self.seconds[stage])
            else:
                made: list[T] = []

                def make(advance: Callable[[float], None]) -> dict[str, Callable[[Path], None]]:
                    made.append(compute(advance))
                    return {stored.file: lambda path: stored.write(made[0], path)}

                self.folder.stage(stage, self._keys[stage], make, self.progress)
                self.seconds[stage] = self.folder.records[stage].seconds
                self._results[stage] = made[0] if made else stored.read(self.folder.path / stored.file)
        result: T = self._results[stage]
        return result

    @property
    def trajectories(self) -> Trajectories:
        """States of every node over the span, with margins for light in flight."""
        from qqnet.orbits.trajectory import Trajectories

        return self._result(
            "orbits",
            self._build_trajectories,
            Stored("trajectories.npz", Trajectories.save, Trajectories.load),
        )

    def _build_trajectories(self, advance: Callable[[float], None]) -> Trajectories:
        from qqnet.orbits.build import build_trajectories
        from qqnet.study.motion import MotionStore

        store = None if self.folder is None else MotionStore(self.folder.path, keys.code())
        made = build_trajectories(self.scenario, self.ephemeris, advance=advance, store=store)
        if store is not None:
            store.drop_unused()
        return made

    def coverage(self, body: str) -> CoverageResult:
        """Fold, gaps and worst day of the scenario's grid at a body; InputError where it has none there."""
        from qqnet.coverage.result import CoverageResult
        from qqnet.study import fields

        grid = fields.grid_of(self.scenario, body)
        return self._result(
            f"coverage-{grid.body.lower()}",
            lambda advance: fields.coverage(self, grid, advance),
            Stored(f"coverage-{grid.body.lower()}.nc", CoverageResult.save, CoverageResult.load),
        )

    def navigation(self, body: str) -> NavigationResult:
        """Dilution of precision on the scenario's grid at a body; InputError where it has none there."""
        from qqnet.navigation.result import NavigationResult
        from qqnet.study import fields

        grid = fields.grid_of(self.scenario, body)
        return self._result(
            f"navigation-{grid.body.lower()}",
            lambda advance: fields.navigation(self, grid, advance),
            Stored(f"navigation-{grid.body.lower()}.nc", NavigationResult.save, NavigationResult.load),
        )

    def service_volume(self, name: str) -> ServiceVolumeResult:
        """Coverage of a service volume of the scenario; InputError where it has none of that name."""
        from qqnet.service_volumes.result import ServiceVolumeResult
        from qqnet.study import service_volumes

        volume = service_volumes.volume_of(self.scenario, name)
        return self._result(
            f"volume-{name}",
            lambda advance: service_volumes.service_volume(self, volume, advance),
            Stored(f"volume-{name}.nc", ServiceVolumeResult.save, ServiceVolumeResult.load),
        )

    def stability(self, body: str) -> StabilityResult:
        """Years of the constellation at a body, as the scenario asks; InputError where it does not."""
        from qqnet.study.stability import StabilityResult, stability

        asked = {one.body.lower(): one for one in self.scenario.stability}
        if body.lower() not in asked:
            known = ", ".join(one.body for one in self.scenario.stability) or "none"
            raise InputError(f"{self.scenario.name} asks nothing of years at {body!r}; it asks at: {known}")
        spec = asked[body.lower()]
        return self._result(
            f"stability-{spec.body.lower()}",
            lambda advance: stability(self, spec, advance),
            Stored(f"stability-{spec.body.lower()}.nc", StabilityResult.save, StabilityResult.load),
        )

    @cached_property
    def links(self) -> list[TerminalPair]:
        """Directed links that the equipment allows, before any geometry."""
        from qqnet.links.pairs import terminal_pairs

        return terminal_pairs(self.scenario)

    @cached_property
    def scene(self) -> Scene:
        """Trajectories with what the window finder needs beside them."""
        from qqnet.study.network import scene

        return scene(self.scenario, self.trajectories, self.ephemeris)

    @property
    def windows(self) -> pd.DataFrame:
        """When each of `links` has a line of sight; `link` is the index into `links`."""
        import pandas as pd

        from qqnet.study import network

        return self._result(
            "access",
            lambda advance: network.windows(self, advance),
            Stored("windows.parquet", lambda table, path: table.to_parquet(path), pd.read_parquet),
        )

    @property
    def contacts(self) -> ContactPlan:
        """The contact plan."""
        from qqnet.contacts.tables import read_parquet, write_parquet
        from qqnet.study import network

        return self._result(
            "contacts",
            lambda advance: network.contact_plan(self, advance),
            Stored("contacts.parquet", write_parquet, read_parquet),
        )

    @property
    def routes(self) -> list[FlowRoute]:
        """The earliest-arrival route of every flow at several start times."""
        from qqnet.study import routes

        return self._result(
            "routes",
            lambda advance: routes.flow_routes(self, advance),
            Stored("routes.json", routes.write, routes.read),
        )

    @property
    def traffic(self) -> TrafficResult:
        """What becomes of every flow's bundles."""
        from qqnet.study import flows
        from qqnet.traffic.result import TrafficResult

        return self._result(
            "traffic",
            lambda advance: flows.traffic(self, advance),
            Stored("traffic.parquet", TrafficResult.save, TrafficResult.load),
        )

    @property
    def summary(self) -> dict[str, Any]:
        """The headline answers, as ``summary.json`` holds them."""
        from qqnet.study.summary import summarise

        return self._result(
            "summary",
            lambda advance: _plain(summarise(self)),
            Stored("summary.json", _write_json, lambda path: json.loads(path.read_text(encoding="utf-8"))),
        )

    def complete(self) -> Study:
        """Compute everything; with a folder, leave the scenario as run, tables, fields and summary there.

        Raises
        ------
        InputError
            Where another run works in the folder.
        """
        if self.folder is None:
            self._everything()
            return self
        with self.folder.locked():
            write_text(self.folder.path / "scenario.yaml", self.scenario.to_yaml(self.folder.path))
            if all(self.folder.fresh(stage, key) for stage, key in self._keys.items()):
                # Nothing to compute: results are read only if somebody asks for them.
                for stage in list(self._keys)[:-1]:
                    self.progress.start(stage, reused=True)
                _ = self.summary
            else:
                self._everything()
            with whole_file(self.folder.path / "provenance.json") as part:
                _write_json(self.provenance, part)
        return self

    def _everything(self) -> None:
        _ = self.trajectories
        for grid in self.scenario.grids:
            self.coverage(grid.body)
            self.navigation(grid.body)
        for volume in self.scenario.service_volumes:
            self.service_volume(volume.name)
        for spec in self.scenario.stability:
            self.stability(spec.body)
        _ = self.windows, self.contacts, self.routes, self.traffic, self.summary

    @property
    def provenance(self) -> dict[str, Any]:
        """What made the results: versions, data, seed, and the cost of each stage."""
        from qqnet.study.provenance import provenance

        return provenance(self)

    @classmethod
    def open(cls, directory: Path | str) -> Study:
        """Open a study folder that an earlier run left.

        Raises
        ------
        InputError
            Where there is no study in that folder.
        """
        from qqnet.scenario.loading import load

        path = Path(directory)
        if not (path / "scenario.yaml").is_file():
            raise InputError(f"{path} holds no study; 'qqnet run SCENARIO -o {path}' makes one")
        return cls(load(path / "scenario.yaml"), path)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as JSON gives it back, so that memory and disk hold the same."""
    plain: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False, default=float))
    return plain


def _write_json(data: dict[str, Any], path: Path) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=float)
    path.write_text(text + "\n", encoding="utf-8")


def run(scenario: Scenario, directory: Path | str | None = None, progress: Progress | None = None) -> Study:
    """Take a scenario through all floors.

    Parameters
    ----------
    scenario : Scenario
        A valid scenario, as `qqnet.load` gives it.
    directory : Path or str, optional
        Study folder to leave; without it everything stays in memory.
    progress : Progress, optional
        Who is told what is going on.

    Returns
    -------
    Study
        With every result computed.

    Raises
    ------
    QqnetError
        Where the input is wrong.
    """
    return Study(scenario, directory, progress).complete()
