"""A study: one scenario and all that follows from it, computed when asked for, kept in a folder if it has one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from qqnet.errors import InputError
from qqnet.files import whole_file, write_text
from qqnet.pointing.apertures import is_limited
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names
from qqnet.space.ephemeris import Ephemeris
from qqnet.study import keys
from qqnet.study.folder import Folder, Record
from qqnet.study.progress import Progress, Silent

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan
    from qqnet.coverage.result import CoverageResult
    from qqnet.gnss.result import GnssResult
    from qqnet.links.pairs import TerminalPair
    from qqnet.navigation.error_result import ErrorResult
    from qqnet.navigation.result import NavigationResult
    from qqnet.navigation.user_result import UserResult
    from qqnet.orbit_determination.result import OrbitDeterminationResult
    from qqnet.orbit_determination.signal_in_space import SignalInSpace
    from qqnet.orbits.trajectory import Trajectories
    from qqnet.pointing.result import PointingResult
    from qqnet.service_volumes.result import ServiceVolumeResult
    from qqnet.study.network import Scene
    from qqnet.study.power import Night
    from qqnet.study.robustness import RobustnessResult
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

    def take_trajectories(self, trajectories: Trajectories) -> None:
        """Take the trajectories of another study, whose nodes are these and maybe more, over the same span."""
        self._results["orbits"] = trajectories

    def trajectories_of(self, names: Sequence[str]) -> Trajectories:
        """States of some nodes, for questions that need no others.

        Without a folder only the entries of the scenario that hold these nodes are propagated, so that a question
        about one constellation neither waits for the rest nor fails with it.

        Parameters
        ----------
        names : sequence of str
            Nodes, constellations expanded.

        Returns
        -------
        Trajectories
            With at least these nodes.
        """
        if self.folder is not None or "orbits" in self._results:
            return self.trajectories
        wanted = set(names)
        for key, known in self._results.items():
            if key.startswith("orbits of ") and wanted <= set(known):
                enough: Trajectories = known
                return enough
        entries = [node for node in self.scenario.nodes if wanted & set(member_names(node))]
        if len(entries) == len(self.scenario.nodes):
            return self.trajectories
        some = f"orbits of {', '.join(node.name for node in entries)}"
        if some not in self._results:
            part = self.scenario.model_copy(update={"nodes": entries})
            self.progress.start("orbits", reused=False)
            began = perf_counter()
            self._results[some] = self._built(part, self.progress.advance)
            self.progress.finish("orbits", perf_counter() - began)
        made: Trajectories = self._results[some]
        return made

    def _build_trajectories(self, advance: Callable[[float], None]) -> Trajectories:
        return self._built(self.scenario, advance)

    def _built(self, scenario: Scenario, advance: Callable[[float], None]) -> Trajectories:
        from qqnet.orbits.build import build_trajectories
        from qqnet.study.motion import MotionStore

        store = None if self.folder is None else MotionStore(self.folder.path, keys.code())
        made = build_trajectories(scenario, self.ephemeris, advance=advance, store=store)
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

    def robustness(self, body: str) -> RobustnessResult:
        """Coverage and navigation of a body's grid with satellites lost; InputError where it has none there."""
        from qqnet.study.fields import grid_of
        from qqnet.study.robustness import RobustnessResult, robustness

        grid = grid_of(self.scenario, body)
        return self._result(
            f"robustness-{grid.body.lower()}",
            lambda advance: robustness(self, grid, advance),
            Stored(f"robustness-{grid.body.lower()}.nc", RobustnessResult.save, RobustnessResult.load),
        )

    def navigation_errors(self, body: str) -> ErrorResult:
        """Errors of users on the scenario's grid at a body; InputError where it has no error budget there."""
        from qqnet.navigation.error_result import ErrorResult
        from qqnet.study import fields
        from qqnet.study.navigation_errors import grid_errors

        grid = fields.grid_of(self.scenario, body)
        if grid.errors is None:
            raise InputError(
                f"{self.scenario.name}: the grid at {grid.body} has no 'errors'; add a budget there"
            )
        return self._result(
            f"errors-{grid.body.lower()}",
            lambda advance: grid_errors(self, grid, advance),
            Stored(f"errors-{grid.body.lower()}.nc", ErrorResult.save, ErrorResult.load),
        )

    @property
    def navigation_users(self) -> list[UserResult]:
        """What each navigation user of the scenario gets over time."""
        from qqnet.navigation import user_result
        from qqnet.study import navigation_users

        return self._result(
            "users",
            lambda advance: navigation_users.users(self, advance),
            Stored("users.nc", user_result.save, user_result.load),
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

    @property
    def gnss(self) -> GnssResult:
        """Reception of Earth's navigation satellites; InputError where the scenario has no receivers."""
        from qqnet.gnss.of_scenario import asked
        from qqnet.gnss.result import GnssResult
        from qqnet.study.gnss import reception

        asked(self.scenario)
        return self._result(
            "gnss",
            lambda advance: reception(self, advance),
            Stored("gnss.nc", GnssResult.save, GnssResult.load),
        )

    def orbit_determination(self, body: str) -> OrbitDeterminationResult:
        """Orbits and clocks of the constellation at a body, as the scenario asks; InputError where it does not."""
        from qqnet.orbit_determination.result import OrbitDeterminationResult
        from qqnet.study import orbit_determination as stage

        spec = stage.asked_of(self.scenario, body)
        return self._result(
            f"orbit-determination-{spec.body.lower()}",
            lambda advance: stage.orbit_determination(self, spec, advance),
            Stored(
                f"orbit-determination-{spec.body.lower()}.nc",
                OrbitDeterminationResult.save,
                OrbitDeterminationResult.load,
            ),
        )

    def signal_in_space(self, body: str) -> SignalInSpace:
        """Errors of the broadcast orbits and clocks at a body, by orbit determination, over the whole span.

        The start of tracking is not the start of a service: until the filter has settled, and after the arc where
        that is shorter than the span, the mean of the settled epochs holds.
        """
        found = self.orbit_determination(body)
        known = found.signal_in_space()
        settled = found.settled[-known.times_s.size :]
        time = self.scenario.time
        return (known.of_epochs(settled) if settled.any() else known).extended((time.start_s, time.stop_s))

    @cached_property
    def links(self) -> list[TerminalPair]:
        """Directed links that the equipment allows, before any geometry."""
        from qqnet.links.pairs import terminal_pairs

        return terminal_pairs(self.scenario)

    @cached_property
    def nights(self) -> dict[str, Night]:
        """Shadows of the nodes whose transmission they limit, by name."""
        from qqnet.study.power import nights

        return nights(self)

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
    def pointing(self) -> PointingResult:
        """Who points where; InputError where no terminal has a number of beams."""
        from qqnet.pointing.result import PointingResult
        from qqnet.study.pointing import pointing

        return self._result(
            "pointing",
            lambda advance: pointing(self, advance),
            Stored("pointing.parquet", PointingResult.save, PointingResult.load),
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
            Stored("traffic.nc", TrafficResult.save, TrafficResult.load),
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
        # Before the errors of users, which may stand on it.
        for one in self.scenario.orbit_determination:
            self.orbit_determination(one.body)
        for grid in self.scenario.grids:
            self.coverage(grid.body)
            self.navigation(grid.body)
            self.robustness(grid.body)
            if grid.errors is not None:
                self.navigation_errors(grid.body)
        if self.scenario.navigation_users:
            _ = self.navigation_users
        for volume in self.scenario.service_volumes:
            self.service_volume(volume.name)
        for spec in self.scenario.stability:
            self.stability(spec.body)
        if self.scenario.gnss is not None:
            _ = self.gnss
        _ = self.windows
        if is_limited(self.scenario):
            _ = self.pointing
        _ = self.contacts, self.routes, self.traffic, self.summary

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
