"""Figures as parts of a page: vector drawings in the page itself, or pictures as data."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from qqnet.report.style import BLUE, FAINT, GRID, INK, ORANGE, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST_SVG = 250_000
"""Characters beyond which a picture is tried instead of a drawing."""
PICTURE_DPI = 192
"""Twice the 96 dots an inch of the page."""

_THEME = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    GRID: "var(--grid)",
    PAPER: "var(--paper)",
    BLUE: "var(--blue)",
    ORANGE: "var(--orange)",
}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_IMAGE_ID = re.compile(r' id="image[0-9a-f]+"')
_ID = re.compile(r'(\bid="|url\(#|href="#)')
_PATH = re.compile(r'(?<=\bd=")[^"]*')
_LONG = re.compile(r"(\.\d{2})\d+")


@dataclass(frozen=True)
class Picture:
    """A figure ready for the page.

    Attributes
    ----------
    markup : str
        The element, with its text alternative.
    width_px : int
        Its natural width.
    """

    markup: str
    width_px: int

    def __html__(self) -> str:
        return self.markup


def embedded(figure: Figure, name: str, alternative: str, *, always_drawn: bool = False) -> Picture:
    """Turn a figure into markup: a drawing, or a picture where that is smaller.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn in the report's style.
    name : str
        Unique on the page; keeps the inner names of drawings apart.
    alternative : str
        What it shows, for readers who cannot see it.
    always_drawn : bool
        Where it holds so much text that a picture is never smaller, which then is not tried.

    Returns
    -------
    Picture
    """
    drawing = _svg(figure, name, alternative)
    width = round(figure.get_figwidth() * 96)
    if len(drawing) > LARGEST_SVG and not always_drawn:
        picture = _png(figure, alternative)
        if len(picture) < len(drawing):
            return Picture(picture, width)
    return Picture(drawing, width)


def embedded_film(film: bytes, still: bytes, width_px: int, height_px: int, alternative: str) -> Picture:
    """Turn a GIF into markup; who wants no motion, and paper, sees a still picture (PNG) instead.

    Parameters
    ----------
    film, still : bytes
        Content of the two files.
    width_px, height_px : int
        Natural size.
    alternative : str
        What it shows, for readers who cannot see it.

    Returns
    -------
    Picture
    """
    moving, resting = (base64.b64encode(data).decode("ascii") for data in (film, still))
    return Picture(
        f'<picture><source media="(prefers-reduced-motion: reduce), print" '
        f'srcset="data:image/png;base64,{resting}">'
        f'<img class="chart" alt="{html.escape(alternative, quote=True)}" width="{width_px}" '
        f'height="{height_px}" src="data:image/gif;base64,{moving}"></picture>',
        width_px,
    )


def _svg(figure: Figure, name: str, alternative: str) -> str:
    stream = StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = _PROLOGUE.sub("", stream.getvalue(), count=1)
    text = _COMMENT.sub("", _METADATA.sub("", text))
    # Nothing refers to these, and two equal images in a figure would share one.
    text = _IMAGE_ID.sub("", text)
    text = _ID.sub(lambda match: f"{match[1]}{name}-", text)
    # A hundredth of a point is finer than any screen; transforms keep their digits.
    text = _PATH.sub(lambda match: _LONG.sub(r"\1", match[0]), text)
    text = text.replace("xlink:href", "href")
    for colour, variable in _THEME.items():
        text = text.replace(colour, variable)
    width, height = figure.get_figwidth() * 96, figure.get_figheight() * 96
    opening = (
        f'<svg class="chart" role="img" aria-label="{html.escape(alternative, quote=True)}" '
        f'width="{width:.0f}" height="{height:.0f}"'
    )
    return re.sub(r"<svg[^>]*?(?= viewBox=)", opening, text, count=1).replace("\n", " ")


def _png(figure: Figure, alternative: str) -> str:
    stream = BytesIO()
    # A picture cannot follow the page's theme, so it brings its own paper.
    figure.savefig(stream, format="png", dpi=PICTURE_DPI, facecolor=PAPER)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    width, height = figure.get_figwidth() * 96, figure.get_figheight() * 96
    return (
        f'<img class="chart" alt="{html.escape(alternative, quote=True)}" width="{width:.0f}" '
        f'height="{height:.0f}" src="data:image/png;base64,{data}">'
    )
