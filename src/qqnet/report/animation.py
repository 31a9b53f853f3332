"""Films of a surface: fold or dilution of precision at one instant after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.coverage.fold import fold
from qqnet.errors import InputError
from qqnet.navigation.dop import KINDS, dop
from qqnet.report.map_drawing import Map, Mark, SurfaceField
from qqnet.report.scales import Scale, dop_scale, fold_scale
from qqnet.report.style import PAPER, drawing
from qqnet.report.views import Projection
from qqnet.report.wording import utc
from qqnet.scenario.model import Grid, Scenario
from qqnet.space.bodies import body
from qqnet.space.timescales import format_utc
from qqnet.study.fields import body_fixed, observers, providers, surface_grid

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]
Frame = NDArray[np.uint8]

QUANTITIES: Final = ("fold", *KINDS)
"""What has a value at an instant."""
MOST_FRAMES: Final = 1000
EVERY_EPOCH: Final = 240
"""Up to so many epochs, each is a frame where no number is named."""
DEFAULT_FRAMES: Final = 120

# Epochs worked on together: dilution of precision has five values for each point and epoch.
_BATCH = 8


@dataclass(frozen=True)
class Instant:
    """A surface at one time.

    Attributes
    ----------
    time_s : float
        When [TDB s past J2000].
    values : ndarray [P]
        Satellites in view, or dilution of precision, infinite where there is no solution [1].
    latitude_deg, longitude_deg : ndarray [S]
        Points below the satellites, body-fixed [deg].
    """

    time_s: float
    values: Floats
    latitude_deg: Floats
    longitude_deg: Floats


@dataclass(frozen=True)
class Film:
    """What a film shows.

    Attributes
    ----------
    study : Study
        For its trajectories.
    grid : Grid
        The surface, its mask and its satellites.
    quantity : str
        One of :data:`QUANTITIES`.
    times_s : ndarray [N]
        One for each frame [TDB s past J2000].
    panels : sequence of Projection
        The view.
    marks : sequence of Mark
        Places to show.
    """

    study: Study
    grid: Grid
    quantity: str
    times_s: Floats
    panels: Sequence[Projection]
    marks: Sequence[Mark] = ()

    def instants(self) -> Iterator[Instant]:
        """Values on the grid, computed anew for each frame from the trajectories."""
        seen_by, study = observers(self.grid), self.study
        names = providers(study.scenario, self.grid)
        for first in range(0, len(self.times_s), _BATCH):
            some = self.times_s[first : first + _BATCH]
            for times, places in body_fixed(
                study.trajectories_of(names), study.ephemeris, names, self.grid.body, some
            ):
                if self.quantity == "fold":
                    values = fold(seen_by, places).astype(np.float64)
                else:
                    values = dop(seen_by, places)[KINDS.index(self.quantity)]
                across = np.hypot(places[..., 0], places[..., 1])
                latitude = np.degrees(np.arctan2(places[..., 2], across))
                longitude = np.degrees(np.arctan2(places[..., 1], places[..., 0]))
                for n, time in enumerate(times):
                    yield Instant(float(time), values[n], latitude[n], longitude[n])

    def frames(
        self, advance: Callable[[float], None] = lambda _: None, dots_per_inch: int = 110
    ) -> Iterator[Frame]:
        """Pictures [H, W, 3], red, green and blue; `advance` is told the share done."""
        points = surface_grid(self.grid)
        scale, missing = self._scale()
        shown = SurfaceField(
            self._title(self.times_s[0]),
            np.degrees(points.latitude_rad),
            np.degrees(points.longitude_rad),
            np.full(len(points), np.nan),
            scale,
        )
        with drawing():
            drawn = Map(shown, self.marks, self.panels, satellites=True, no_value=missing)
            drawn.figure.set_dpi(dots_per_inch)
            drawn.figure.set_facecolor(PAPER)
        for n, instant in enumerate(self.instants()):
            with drawing():
                below = instant.latitude_deg, instant.longitude_deg
                drawn.show(instant.values, self._title(instant.time_s), below)
                canvas = drawn.figure.canvas
                canvas.draw()
                frame = np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[attr-defined]
            yield frame
            advance((n + 1) / len(self.times_s))

    def _scale(self) -> tuple[Scale, bool]:
        """One scale for all frames, and whether any place is ever without a value."""
        low, high, missing = np.inf, -np.inf, False
        for instant in self.instants():
            finite = instant.values[np.isfinite(instant.values)]
            missing = missing or finite.size < instant.values.size
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        ends = np.array([low, high])
        if self.quantity == "fold":
            return fold_scale(ends, self.grid.fold), missing
        asked, label = self.grid.gdop, self.quantity.upper()
        wanted = asked if self.quantity == "gdop" else None
        return dop_scale(ends, wanted, label, "no solution", top=3.0 * asked), missing

    def _title(self, time_s: float) -> str:
        what = "Satellites in view" if self.quantity == "fold" else self.quantity.upper()
        return f"{what}, {self.grid.body}, {utc(format_utc(time_s, 0))} UTC"


def quantity_of(field: str | None, kind: str) -> str:
    """Return what a film shows for a field that was asked for.

    Parameters
    ----------
    field : str or None
        As maps take it: of ``pdop-max`` a film shows PDOP.
    kind : str
        ``coverage`` or ``navigation``.

    Returns
    -------
    str
        One of :data:`QUANTITIES`.

    Raises
    ------
    InputError
        The field has no value at an instant.
    """
    if field is None:
        return "fold" if kind == "coverage" else "gdop"
    known = QUANTITIES[:1] if kind == "coverage" else QUANTITIES[1:]
    head = field.partition(":")[0].partition("-")[0]
    if head not in known:
        raise InputError(
            f"field: {field!r} has no value at an instant; an animation shows: {', '.join(known)}"
        )
    return head


def frame_times(scenario: Scenario, frames: int | None = None) -> Floats:
    """Return the times of a film's frames.

    Parameters
    ----------
    scenario : Scenario
        For its span and base step.
    frames : int, optional
        How many, evenly over the span. Every epoch where not given, or where those are many, fewer.

    Returns
    -------
    ndarray [N]
        [TDB s past J2000].

    Raises
    ------
    InputError
        No frame, or too many.
    """
    if frames is not None and not 1 <= frames <= MOST_FRAMES:
        raise InputError(f"frames: {frames}; wanted 1 to {MOST_FRAMES}")
    span = scenario.time
    steps = int(span.duration / span.step + 1e-9)
    if frames is None and steps < EVERY_EPOCH:
        return np.asarray(span.start_s + span.step * np.arange(steps + 1), dtype=np.float64)
    return np.linspace(span.start_s, span.stop_s, DEFAULT_FRAMES if frames is None else frames)


def one_orbit(study: Study, grid: Grid, frames: int) -> Floats:
    """Return times over one revolution of the satellites of a grid, within the span.

    The revolution is that of the middle one of the satellites by osculating period; a span or a day where none
    is bound to the body.
    """
    start, stop = study.scenario.time.start_s, study.scenario.time.stop_s
    gm = body(grid.body).gm_km3_s2
    periods = []
    for name in providers(study.scenario, grid):
        position, velocity = study.trajectories.state(name, start, grid.body)
        energy = 0.5 * float(velocity @ velocity) - gm / float(np.linalg.norm(position))
        if energy < 0.0:
            periods.append(2.0 * np.pi * gm / (-2.0 * energy) ** 1.5)
    period = float(np.median(periods)) if periods else 86400.0
    # The last frame is not the first again, so that the film runs on without a halt.
    return start + min(period, stop - start) * np.arange(frames) / frames
