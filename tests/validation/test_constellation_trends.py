"""Published claims on lunar constellations whose elements are not known, held by constellations of ours.

- T6: Chen, Ni, Peng 2024, doi 10.16708/j.cnki.1000-758X.2024.0035 (abstract): 21 satellites in five classes of
  orbit, four in view of the whole Moon, GDOP below 5 at any point for at least 72 % of the time.
- T8: JDSE 2026, 10.3724/j.issn.2096-9287.2026.20250120 (abstract): 12 satellites, mean PDOP below 7, three in view
  at mid and high latitudes at all times.
- T11: Iiyama and Gao, arXiv 2510.16030: southern elliptical patterns best for poles, circular ones globally.

Elements are ours, so the claims are trends; `docs/constellation_numbers.py` writes what is reached.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def numbers():
    spec = importlib.util.spec_from_file_location("constellation_numbers", DOCS / "constellation_numbers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def coarse(scenario, step_s=3600.0):
    grid = scenario.grids[0].model_copy(update={"subdivisions": 2})
    time = scenario.time.model_copy(update={"step": step_s})
    return scenario.model_copy(update={"grids": [grid], "time": time})


def test_twenty_one_satellites_reach_the_published_gdop_and_nearly_the_coverage(numbers):
    found = numbers.figures(coarse(numbers.design("lunar-21", 0.0)))
    assert found.gdop_worst >= 0.72
    assert found.four >= 0.999


def test_twelve_satellites_reach_the_published_pdop_and_three_in_view(numbers):
    found = numbers.figures(coarse(numbers.design("lunar-12", 0.0, **numbers.RECURRENT)))
    assert found.pdop < 7.0
    assert found.three_high == 1.0


def test_ellipses_are_best_for_the_pole_and_circles_for_the_globe(numbers):
    ellipses = numbers.figures(coarse(numbers.design("lunar-12", **numbers.ELLIPSE)))
    circles = numbers.figures(coarse(numbers.design("lunar-12")))
    assert ellipses.gdop_pole > circles.gdop_pole
    assert circles.gdop > ellipses.gdop
    low = numbers.figures(coarse(numbers.design("lunar-12", a=4000.0)))
    assert circles.gdop > low.gdop
