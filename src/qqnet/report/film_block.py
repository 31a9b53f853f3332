"""The moving picture of a surface in the report: satellites in view over one revolution."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.report.animation import Film, one_orbit
from qqnet.report.image import embedded_film
from qqnet.report.map_files import gif
from qqnet.report.maps import site_marks
from qqnet.report.page import Figures
from qqnet.report.views import view
from qqnet.report.wording import duration

if TYPE_CHECKING:
    from qqnet.report.animation import Frame
    from qqnet.scenario.model import Grid
    from qqnet.study.study import Study

FRAMES: Final = 30
_PAGE_DPI: Final = 96


def film_block(study: Study, grid: Grid) -> Figures:
    """Return the film of a grid, on four globes.

    Parameters
    ----------
    study : Study
        For its trajectories.
    grid : Grid
        The surface.

    Returns
    -------
    Figures
    """
    times = one_orbit(study, grid, FRAMES)
    film = Film(study, grid, "fold", times, view("globes", grid.body), site_marks(study.scenario, grid.body))
    frames = list(film.frames(dots_per_inch=_PAGE_DPI))
    height, width = frames[0].shape[:2]
    shown = duration(float(times[1] - times[0]) * FRAMES)
    alternative = f"Animation of {grid.body}: satellites in view over {shown}."
    return Figures(
        [embedded_film(gif(frames), _png(frames[0]), width, height, alternative)],
        f"Satellites in view over {shown}: one revolution of the satellites, or what the span has of it.",
    )


def _png(frame: Frame) -> bytes:
    from PIL import Image

    stream = BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(stream, format="PNG", optimize=True)
    return stream.getvalue()
