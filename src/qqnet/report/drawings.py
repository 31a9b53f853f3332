"""What a command was asked to draw and write of a surface: checked before anything is computed, then made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal

from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.report.animation import Film, frame_times, quantity_of
from qqnet.report.field_catalogue import CATALOGUES, ERRORS, check_name
from qqnet.report.map_files import FILMS, MAPS, check_suffix, ffmpeg, write_film, write_map
from qqnet.report.maps import plot, site_marks
from qqnet.report.views import view
from qqnet.study.fields import grid_of

if TYPE_CHECKING:
    from qqnet.coverage.result import CoverageResult
    from qqnet.navigation.error_result import ErrorResult
    from qqnet.navigation.result import NavigationResult
    from qqnet.scenario.model import Grid, Scenario
    from qqnet.study.study import Study

FIELDS: Final = (".nc",)


@dataclass(frozen=True)
class Drawings:
    """What a command was asked to draw and write.

    Attributes
    ----------
    kind : str
        ``coverage`` or ``navigation``.
    map, film, fields : Path or None
        Files to write.
    field, view : str or None
        What the map shows, and how.
    frames : int or None
        Of the film.
    """

    kind: Literal["coverage", "navigation"]
    map: Path | None = None
    film: Path | None = None
    fields: Path | None = None
    field: str | None = None
    view: str | None = None
    frames: int | None = None

    def check(self, scenario: Scenario, body: str) -> None:
        """Refuse what cannot be done before anything is computed; InputError says what could be."""
        check_suffix(self.map, MAPS, "--map")
        check_suffix(self.film, FILMS, "--animate")
        check_suffix(self.fields, FIELDS, "--output")
        if self.film is not None and self.film.suffix.lower() == ".mp4":
            ffmpeg()
        for path in (self.map, self.film, self.fields):
            if path is not None and not path.parent.is_dir():
                raise InputError(f"cannot write {path}: there is no folder {path.parent}")
        drawn = self.map is not None or self.film is not None
        for option, value in (("--field", self.field), ("--view", self.view)):
            if value is not None and not drawn:
                raise InputError(f"{option}: {value!r} is of use with --map or --animate only")
        if self.frames is not None and self.film is None:
            raise InputError(f"--frames: {self.frames} is of use with --animate only")
        view(self.view or "world", grid_of(scenario, body).body)
        if self.field is not None and self.map is not None:
            check_name(self.field, CATALOGUES[self.kind])
        if self.film is not None:
            frame_times(scenario, self.frames)
            if self.map is None:
                quantity_of(self.field, self.kind)

    def write(self, study: Study, body: str) -> list[Path]:
        """Write the files that were asked for, and return their names."""
        result = self._result(study, body)
        grid, seen = grid_of(study.scenario, body), self.view or "world"
        # What cannot be drawn is found before any file is written.
        drawn = None if self.map is None else plot(result, self.field, seen, study.scenario, grid.gdop)
        if self.fields is not None:
            with whole_file(self.fields) as part:
                result.save(part)
        if drawn is not None and self.map is not None:
            write_map(drawn, self.map)
        if self.film is not None:
            self._write_film(study, grid, seen, self.film)
        return [path for path in (self.fields, self.map, self.film) if path is not None]

    def _result(self, study: Study, body: str) -> CoverageResult | NavigationResult | ErrorResult:
        if self.kind == "coverage":
            return study.coverage(body)
        if (self.field or "").partition(":")[0] in ERRORS:
            return study.navigation_errors(body)
        return study.navigation(body)

    def _write_film(self, study: Study, grid: Grid, seen: str, path: Path) -> None:
        try:
            quantity = quantity_of(self.field, self.kind)
        except InputError:
            # A field that only the map can show leaves the film with what it shows by itself.
            quantity = quantity_of(None, self.kind)
        times = frame_times(study.scenario, self.frames)
        film = Film(
            study, grid, quantity, times, view(seen, grid.body), site_marks(study.scenario, grid.body)
        )
        study.progress.start("animation", reused=False)
        began = perf_counter()
        write_film(film.frames(study.progress.advance), path)
        study.progress.finish("animation", perf_counter() - began)
