"""Maps and films as files, whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.errors import InputError, MissingDataError
from qqnet.files import whole_file
from qqnet.report.style import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image

    from qqnet.report.animation import Frame

MAPS: Final = (".png", ".svg", ".pdf")
FILMS: Final = (".gif", ".mp4")
FRAMES_A_SECOND: Final = 8
_DPI = 200
_COLOURS = 128


def write_map(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG, SVG or PDF; the same figure always gives the same bytes.

    Raises
    ------
    InputError
        Another suffix, or where the file cannot be written.
    """
    path = Path(path)
    check_suffix(path, MAPS, "map")
    kind = path.suffix.lower()[1:]
    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    with whole_file(path) as part, drawing():
        figure.savefig(part, format=kind, dpi=_DPI, metadata=metadata)


def write_film(frames: Iterable[Frame], path: str | Path, frames_a_second: int = FRAMES_A_SECOND) -> None:
    """Write frames [H, W, 3] as a GIF that runs on and on, or as MP4.

    Raises
    ------
    InputError
        Another suffix, or where the file cannot be written.
    MissingDataError
        MP4 where there is no ffmpeg, or where it fails.
    """
    path = Path(path)
    check_suffix(path, FILMS, "animation")
    with whole_file(path) as part:
        if path.suffix.lower() == ".gif":
            part.write_bytes(gif(frames, frames_a_second))
        else:
            _mp4(frames, part, frames_a_second)


def gif(frames: Iterable[Frame], frames_a_second: int = FRAMES_A_SECOND) -> bytes:
    """Return frames as an endless GIF with one palette; the same frames always give the same bytes."""
    stream, pictures = BytesIO(), _paletted(frames)
    first = next(pictures)
    first.save(
        stream,
        format="GIF",
        save_all=True,
        append_images=pictures,
        duration=round(1000 / frames_a_second),
        loop=0,
        optimize=False,
    )
    return stream.getvalue()


def _paletted(frames: Iterable[Frame]) -> Iterator[Image.Image]:
    from PIL import Image

    rest = iter(frames)
    # Every frame shows the whole scale, so the first ones have all colours.
    first = [frame for _, frame in zip(range(4), rest, strict=False)]
    if not first:
        raise InputError("animation: no frames")
    palette = Image.fromarray(np.concatenate(first)).quantize(_COLOURS)
    for frame in chain(first, rest):
        yield Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)


def _mp4(frames: Iterable[Frame], path: Path, frames_a_second: int) -> None:
    rest = iter(frames)
    first = next(rest)
    height, width = first.shape[:2]
    command = [
        ffmpeg(), "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(frames_a_second), "-i", "-",
        # Players want even sides and this way of storing colour.
        "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4", str(path),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        # What ffmpeg has against the frames it says itself.
        with suppress(BrokenPipeError):
            for frame in chain([first], rest):
                process.stdin.write(np.ascontiguousarray(frame).tobytes())
        with suppress(BrokenPipeError):
            process.stdin.close()
        words = process.stderr.read().decode(errors="replace").strip()
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        process.stderr.close()
    if process.returncode != 0:
        raise MissingDataError(f"ffmpeg could not make the MP4 file: {words or 'no reason given'}")


def ffmpeg() -> str:
    """Return the path of ffmpeg; MissingDataError where there is none."""
    found = shutil.which("ffmpeg")
    if found is None:
        raise MissingDataError("an MP4 file takes the program ffmpeg, which is not found; .gif needs nothing")
    return found


def check_suffix(path: Path | None, known: tuple[str, ...], name: str) -> None:
    """Refuse a file whose suffix is not among those known; InputError lists them."""
    if path is not None and path.suffix.lower() not in known:
        raise InputError(f"{name}: {str(path)!r}; wanted a name that ends in {' or '.join(known)}")
