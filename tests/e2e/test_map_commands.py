"""Maps, animations and fields of a surface, as a user asks for them."""

import shutil

import pytest
import xarray as xr
from PIL import Image

SPAN = ("lunar-relay", "--duration", "2 h", "--step", "20 min")


def test_coverage_with_map_film_and_fields(qqnet):
    answer = qqnet.json(
        "coverage", *SPAN, "--map", "fold.svg", "--view", "caps:70", "--field", "longest-gap",
        "--animate", "fold.gif", "-o", "fields.nc",
    )  # fmt: skip
    assert "<svg" in (qqnet.folder / "fold.svg").read_text()[:1000]
    with Image.open(qqnet.folder / "fold.gif") as film:
        assert film.n_frames == answer["epochs"] == 7
    fields = xr.load_dataset(qqnet.folder / "fields.nc", engine="h5netcdf")
    assert int(fields["fold_min"].min()) == answer["fold"]["min"]
    assert sorted(path.name for path in qqnet.folder.iterdir()) == ["fields.nc", "fold.gif", "fold.svg"]


def test_navigation_with_map_and_film(qqnet):
    options = ["--map", "dop.png", "--field", "pdop-share:4", "--view", "globe:-90,0"]
    film = ["--animate", "dop.gif", "--frames", "3"]
    assert "wrote dop.png" in qqnet("navigation", *SPAN, *options, *film).stderr
    with Image.open(qqnet.folder / "dop.gif") as shown:
        assert shown.n_frames == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("coverage", "--map", "map.jpg"), "--map: 'map.jpg'; wanted a name that ends in .png or .svg or .pdf"),
        (("coverage", "--animate", "map.png"), "--animate: 'map.png'; wanted a name that ends in .gif or .mp4"),
        (("coverage", "-o", "fields.csv"), "--output: 'fields.csv'; wanted a name that ends in .nc"),
        (("coverage", "--map", "no/map.png"), "cannot write no/map.png: there is no folder no"),
        (("coverage", "--map", "m.png", "--field", "gdop"), "field: 'gdop'; there are: fold-min, fold-mean"),
        (("navigation", "--map", "m.png", "--field", "fold"), "field: 'fold'; there are: gdop-max, pdop-max"),
        (("coverage", "--map", "m.png", "--field", "share:9"), "level '9'; there are: 1, 2"),
        (("coverage", "--map", "m.png", "--view", "moon"), "view: 'moon'; there are: world, lat-lon"),
        (("coverage", "--view", "world"), "--view: 'world' is of use with --map or --animate only"),
        (("coverage", "--frames", "3"), "--frames: 3 is of use with --animate only"),
        (("coverage", "--animate", "a.gif", "--frames", "0"), "frames: 0; wanted 1 to 1000"),
        (("coverage", "--animate", "a.gif", "--field", "share"), "an animation shows: fold"),
        (("coverage", "--animate", "a.mp4"), "ffmpeg, which is not found; .gif needs nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be(qqnet, monkeypatch, arguments, words):
    command, *options = arguments
    monkeypatch.setattr(shutil, "which", lambda _: None)
    said = qqnet(command, *SPAN, *options, code=2)
    assert words in said.stderr
    assert said.stdout == ""
    assert list(qqnet.folder.iterdir()) == []
