"""Draw the pictures of README and documentation from the reference network, as its report does.

    .venv/bin/python docs/make_images.py

The drawing of the network is made of markup and the report's style sheet; Chromium takes the picture of it.
"""

from __future__ import annotations

import importlib.resources
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import qqnet
from qqnet.report.maps import Mark, SurfaceField, map_figure
from qqnet.report.network import bonds, worlds
from qqnet.report.network_map import network_map
from qqnet.report.scales import dop_scale, fold_scale
from qqnet.scenario.nodes import Site

FOLDER = Path(__file__).parent / "images"
WIDTH_PX = 1232


def network(study: qqnet.Study) -> None:
    """Draw the worlds, nodes and kinds of link."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next((found for found in map(shutil.which, names) if found), None)
    if browser is None:
        sys.exit("the drawing of the network needs Chromium; the other pictures are done")
    scenario = study.scenario
    drawing = network_map(
        worlds(scenario), bonds(scenario, study.links), [net.name for net in scenario.terrestrial]
    )
    style = importlib.resources.files("qqnet.report").joinpath("templates/report.css").read_text("utf-8")
    style += " body {margin: 8px; background: white}"
    page = f"<!doctype html><meta charset=utf-8><style>{style}</style>{drawing}"
    size = drawing.split('viewBox="0 0 ')[1].split('"')[0].split()
    height = int(float(size[1]) / float(size[0]) * WIDTH_PX) + 16
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.html"
        file.write_text(page, "utf-8")
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--hide-scrollbars",
                f"--window-size={WIDTH_PX + 16},{height}",
                f"--screenshot={FOLDER / 'network.png'}", file.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def moon(study: qqnet.Study) -> None:
    """Draw what is seen and how well one can navigate on the Moon."""
    grid = next(one for one in study.scenario.grids if one.body == "Moon")
    coverage, navigation = study.coverage("Moon").data, study.navigation("Moon").data
    sites = [node for node in study.scenario.nodes if isinstance(node, Site) and node.body == "Moon"]
    marks = [
        Mark(
            "sites",
            [np.degrees(node.latitude) for node in sites],
            [np.degrees(node.longitude) for node in sites],
            "o",
        )
    ]
    where = coverage["latitude_deg"].to_numpy(), coverage["longitude_deg"].to_numpy()
    fold = coverage["fold_min"].to_numpy().astype(float)
    field = SurfaceField("Fewest satellites in view", *where, fold, fold_scale(fold, grid.fold))
    save(map_figure(field, marks), "moon-fold.png")
    gdop = navigation["max"].sel(dop="gdop").to_numpy()
    save(
        map_figure(SurfaceField("Largest GDOP", *where, gdop, dop_scale(gdop, grid.gdop, "GDOP")), marks),
        "moon-gdop.png",
    )


def save(figure: Figure, name: str) -> None:
    """Write a figure as a picture."""
    figure.savefig(FOLDER / name, dpi=110)


def main() -> None:
    """Draw all."""
    FOLDER.mkdir(exist_ok=True)
    study = qqnet.Study(qqnet.load("qqnet-3"))
    moon(study)
    network(study)


if __name__ == "__main__":
    main()
