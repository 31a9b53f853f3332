import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.navigation.analysis import NavigationAnalysis
from qqnet.navigation.bands import dop_by_latitude
from qqnet.navigation.dop import dop
from qqnet.space.grids import equal_area


def test_bands_hold_what_their_points_have(random_case):
    _, satellites, _ = random_case(9, epochs=60, satellites=16)
    grid = equal_area(400)
    observers = Observers.on_sphere(grid.points, 1737.4, np.radians(5.0))
    analysis = NavigationAnalysis("Moon", observers, grid.weights)
    analysis.update(np.arange(60.0), satellites)
    bands = dop_by_latitude(analysis.result().data)
    values = dop(observers, satellites)[0]
    latitude = np.degrees(grid.latitude_rad)
    assert sum(band["points"] for band in bands) == 400
    for band in bands:
        inside = (latitude >= band["south_deg"]) & (latitude < band["north_deg"])
        if band["north_deg"] == 90.0:
            inside |= latitude == 90.0
        here = values[:, inside]
        highest = here.max()
        assert band["gdop"]["max"] == (pytest.approx(highest) if np.isfinite(highest) else None)
        assert band["gdop"]["fraction_at_most"]["4"] == pytest.approx((here <= 4.0).mean(), abs=1e-12)


def test_a_band_without_points_has_no_figures(random_case):
    unit, satellites, areas = random_case(1, points=3)
    unit[:, 2] = 0.1
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    analysis = NavigationAnalysis("Moon", Observers.on_sphere(unit, 1737.4), areas)
    analysis.update(np.arange(float(len(satellites))), satellites)
    south = dop_by_latitude(analysis.result().data)[0]
    assert south["points"] == 0
    assert south["gdop"]["max"] is None
    assert south["gdop"]["fraction_at_most"]["6"] is None
