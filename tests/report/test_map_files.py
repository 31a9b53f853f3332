import shutil
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from qqnet.errors import InputError, MissingDataError
from qqnet.report.map_files import write_film, write_map
from qqnet.report.maps import plot

SHADES = (0, 90, 180, 220, 255)


def frame(shade):
    """One shade, beside a bar of all, as maps have it."""
    made = np.full((20, 31, 3), shade, dtype=np.uint8)
    made[:, -1] = np.repeat(SHADES, 4)[:, None]
    return made


FRAMES = [frame(shade) for shade in SHADES]


@pytest.fixture(scope="module")
def figure(lunar_study):
    return plot(lunar_study.coverage("Moon"), view="south-pole")


def test_pictures_are_whole_and_the_same_each_time(figure, tmp_path):
    for name in ("a.png", "b.png", "a.svg", "b.svg", "a.pdf", "b.pdf"):
        write_map(figure, tmp_path / name)
    for suffix in ("png", "svg", "pdf"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (1040, 932)
        picture.load()
    assert ET.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_gif_has_every_frame_and_runs_on(tmp_path):
    write_film(iter(FRAMES), tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == len(FRAMES)
        assert film.info["loop"] == 0
        for n, frame in enumerate(FRAMES):
            film.seek(n)
            np.testing.assert_array_equal(np.asarray(film.convert("RGB")), frame)


def test_a_film_that_fails_leaves_nothing(tmp_path):
    def broken():
        yield FRAMES[0]
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_film(broken(), tmp_path / "film.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["map.jpg", "map", "map.gif"])
def test_a_map_with_another_suffix(figure, tmp_path, name):
    with pytest.raises(InputError, match=r"wanted a name that ends in \.png or \.svg or \.pdf"):
        write_map(figure, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_mp4_without_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingDataError, match="an MP4 file takes the program ffmpeg"):
        write_film(iter(FRAMES), tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


def test_mp4_gives_ffmpeg_every_pixel(tmp_path, monkeypatch):
    program, out = tmp_path / "ffmpeg", tmp_path / "out"
    program.write_text('#!/bin/sh\nfor last; do :; done\necho "$@" > "$last"\nwc -c >> "$last"\n')
    program.chmod(0o755)
    out.mkdir()
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    write_film(iter(FRAMES), out / "film.mp4")
    words, size = (out / "film.mp4").read_text().splitlines()
    assert "-s 31x20" in words
    assert int(size) == len(FRAMES) * 20 * 31 * 3
    program.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
    with pytest.raises(MissingDataError, match="no such codec"):
        write_film(iter(FRAMES), out / "other.mp4")
    assert [path.name for path in out.iterdir()] == ["film.mp4"]
