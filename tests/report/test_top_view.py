import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from qqnet.report.style import BODY_COLOURS, drawing, new_figure
from qqnet.report.top_view import Place, label_places, solar_system_figure
from qqnet.space.constants import AU_KM
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import tdb_from_utc


def test_labels_of_a_crowd_do_not_overlap():
    rng = np.random.default_rng(5)
    with drawing():
        figure = new_figure(5.0, 5.0)
        axes = figure.subplots()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        figure.draw_without_rendering()
        places = [
            Place(f"station {n}", spot, "#000000") for n, spot in enumerate(rng.uniform(0.35, 0.65, (14, 2)))
        ]
        label_places(axes, places)
        figure.draw_without_rendering()
        found = [Text.get_window_extent(text) for text in axes.texts]
    assert len(axes.texts) >= 10
    assert not any(one.overlaps(other) for one, other in itertools.combinations(found, 2))


def test_planets_stand_where_the_ephemeris_puts_them():
    ephemeris = Ephemeris.packaged()
    at_s = tdb_from_utc("2040-12-18T00:00:00Z")  # near the conjunction of Mars
    mars = ephemeris.position("Mars", "Sun", at_s)
    with drawing():
        axes = solar_system_figure(ephemeris, at_s, ["Earth", "Mars"], {"probe": -mars}).axes[0]
    shown = {text.get_text() for text in axes.texts}
    assert {"Sun", "Mercury", "Venus", "Earth", "Mars", "probe"} <= shown
    (marked,) = [line for line in axes.lines if line.get_color() == BODY_COLOURS["Mars"]]
    spot = np.array([marked.get_xdata()[0], marked.get_ydata()[0]])
    # Mars stands within 1.85 deg of the ecliptic, so hardly nearer from above.
    assert np.linalg.norm(spot) == pytest.approx(np.linalg.norm(mars) / AU_KM, rel=6e-4)
    (opposite,) = [text.xy for text in axes.texts if text.get_text() == "probe"]
    np.testing.assert_allclose(opposite, -spot, rtol=1e-9)
