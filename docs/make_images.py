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
from qqnet.report.animation import Film, one_orbit
from qqnet.report.map_files import write_film
from qqnet.report.maps import plot
from qqnet.report.network import bonds, worlds
from qqnet.report.network_map import network_map
from qqnet.report.plan_gantt import plan_gantt
from qqnet.report.sankey import sankey_figure
from qqnet.report.space_time import space_time_figure
from qqnet.report.style import BODY_COLOURS, INK, SERIES, WIDE, new_figure
from qqnet.report.style import drawing as in_style
from qqnet.report.topology import topology_at
from qqnet.report.topology_figure import topology_figure
from qqnet.report.traffic_figures import constellations
from qqnet.report.views import view as views
from qqnet.routing.graph import compile_plan
from qqnet.routing.request import RouteRequest
from qqnet.routing.routes import find_routes
from qqnet.threebody.cr3bp import libration_point, system
from qqnet.threebody.periodic import PeriodicOrbit
from qqnet.threebody.tracing import trace

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
    coverage, navigation = study.coverage("Moon"), study.navigation("Moon")
    for result, field, view, name in (
        (coverage, "fold-min", "world", "moon-fold"),
        (navigation, "gdop-max", "world", "moon-gdop"),
        (coverage, "fold-mean", "globes", "moon-globes"),
        (navigation, "hdop-mean", "south-cap:75", "moon-south-cap"),
        (navigation, "vdop-max", "lat-lon", "moon-lat-lon"),
    ):
        save(plot(result, field, view, study.scenario, grid.gdop), f"{name}.png")
    sides = Film(study, grid, "fold", one_orbit(study, grid, 20), views("far-side"))
    write_film(sides.frames(dots_per_inch=72), FOLDER / "moon-fold.gif", 6)


def plans(study: qqnet.Study) -> None:
    """Draw contacts, a route, the network at a moment and volumes of the reference network."""
    plan, start_s = study.contacts, study.scenario.time.start_s
    moment = start_s + 2.3 * 86400.0
    compiled = compile_plan(plan)
    routes = find_routes(compiled, RouteRequest("mars-base", "beijing", moment, 20e6), 3)
    topology = topology_at(study.scenario, study.trajectories, plan, start_s + 7 * 3600.0)
    groups = constellations(study.scenario)
    with in_style():
        figures = {
            "contacts-gantt": plan_gantt(plan, by="link", nodes=["eml1", "eml2"], most_rows=20),
            "space-time": space_time_figure(plan, routes, at_s=moment),
            "topology": topology_figure(topology),
            "volumes": sankey_figure(study.traffic.volumes, study.traffic.flows, groups),
        }
        for figure in figures.values():
            figure.set_facecolor("white")
    for name, figure in figures.items():
        save(figure, f"{name}.png")


def three_body() -> None:
    """Draw families of periodic orbits about the Earth and Moon, in axes that turn with them."""
    pair = system("Earth-Moon")
    unit = pair.length_km / 1e3
    moon = np.array([1.0 - pair.mu, 0.0, 0.0])
    panels = (
        ("Halo, seen from the side", 0, 2, ("halo-L1-north", "halo-L2-south"), 0.26),
        ("Planar, seen from above", 0, 1, ("lyapunov-L1", "lyapunov-L2", "dro"), 0.24),
        ("Butterfly, seen from the side", 0, 2, ("butterfly-north",), 0.24),
        ("Vertical and axial, from the Earth", 1, 2, ("vertical-L2", "axial-L2"), 0.3),
    )
    labels = ("x [1000 km], away from the Earth", "y [1000 km]", "z [1000 km]")
    with in_style():
        figure = new_figure(WIDE, 7.2)
        for axes, (title, across, up, names, reach) in zip(figure.subplots(2, 2).flat, panels, strict=True):
            for name, colour in zip(names, SERIES, strict=False):
                for number, orbit in enumerate(near(name, reach)):
                    curve = unit * (orbit.states(np.linspace(0.0, 1.0, 801))[:, :3] - moon)
                    label = None if number else name
                    axes.plot(curve[:, across], curve[:, up], color=colour, linewidth=0.9, label=label)
            axes.plot(0.0, 0.0, "o", color=BODY_COLOURS["Moon"], markersize=5, zorder=3)
            for point in ("L1", "L2") if across == 0 else ():
                place = unit * (libration_point(pair.mu, point) - moon)
                axes.plot(place[0], place[up], "+", color=INK, zorder=3)
                axes.annotate(point, (place[0], place[up]), (4, 4), textcoords="offset points", zorder=3)
            axes.set_aspect("equal", adjustable="datalim")
            axes.set(title=title, xlabel=labels[across], ylabel=labels[up])
            axes.margins(y=0.15)
            axes.legend(loc="upper center", ncols=3, handlelength=1.0, columnspacing=1.0)
        figure.set_facecolor("white")
    save(figure, "three-body-families.png")


def near(name: str, reach: float) -> list[PeriodicOrbit]:
    """Return ten members of a family of the Earth and Moon that stay within a distance [1] of the Moon."""
    orbits = trace(system("Earth-Moon"), name, 200).orbits
    inside = [orbit for orbit in orbits if orbit.extent.farthest_secondary < reach]
    return [inside[index] for index in np.linspace(0, len(inside) - 1, 10).astype(int)]


def save(figure: Figure, name: str) -> None:
    """Write a figure as a picture."""
    with in_style():
        figure.savefig(FOLDER / name, dpi=110)


def main() -> None:
    """Draw all."""
    FOLDER.mkdir(exist_ok=True)
    three_body()
    study = qqnet.Study(qqnet.load("qqnet-3"))
    moon(study)
    plans(study)
    network(study)


if __name__ == "__main__":
    main()
