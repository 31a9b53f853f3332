"""Maps in every view: nothing clipped, nothing on top of something else, no panel empty."""

import itertools

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.report.map_drawing import Map, SurfaceField
from qqnet.report.maps import marks, plot
from qqnet.report.scales import NO_VALUE, plain_scale
from qqnet.report.views import VIEWS, view
from qqnet.space.grids import icosphere

EVERY_VIEW = [name.replace("LAT,LON", "-30,120").replace("LAT", "75") for name in VIEWS]


def boxes(figure):
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [axes.yaxis.label, *axes.get_yticklabels()]
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in texts
        if text.get_text() and text.get_visible()
    ]


@pytest.mark.parametrize("name", EVERY_VIEW)
def test_labels_are_whole_and_apart(lunar_study, name):
    figure = plot(lunar_study.coverage("Moon"), "share", name, lunar_study.scenario)
    found = boxes(figure)
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in found:
        assert box.x0 > -1, text
        assert box.y0 > -1, text
        assert box.x1 < width + 1, text
        assert box.y1 < height + 1, text
    for (one, a), (other, b) in itertools.combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, up) < 2.0, f"{one!r} and {other!r} overlap"


@pytest.mark.parametrize("name", EVERY_VIEW)
def test_each_panel_is_full(name):
    grid = icosphere(2)
    values = np.arange(len(grid), dtype=float)
    place = np.degrees(grid.latitude_rad), np.degrees(grid.longitude_rad)
    drawn = Map(SurfaceField("test", *place, values, plain_scale(values, "test")), (), view(name))
    panels = [axes for axes in drawn.figure.axes if axes.images]
    assert len(panels) == len(view(name))
    for panel, axes in zip(view(name), panels, strict=True):
        alpha = np.asarray(axes.images[0].get_array())[..., 3]
        whole = {"lat-lon": 1.0, "equal-earth": 4 * np.pi / (4 * 2.7066 * 1.3173)}.get(panel.law, np.pi / 4)
        assert (alpha > 0).mean() == pytest.approx(whole, abs=0.01)


def test_missing_and_infinite_values_are_striped_and_named():
    grid = icosphere(2)
    place = np.degrees(grid.latitude_rad), np.degrees(grid.longitude_rad)
    values = np.where(grid.latitude_rad > 0, np.inf, 1.0)
    drawn = Map(SurfaceField("test", *place, values, plain_scale(values, "test")), (), view("north-pole"))
    pixels = np.asarray(drawn.figure.axes[0].images[0].get_array()).reshape(-1, 4)
    inside = pixels[pixels[:, 3] > 0]
    grey = (inside == np.rint(255 * np.array(NO_VALUE))).all(axis=1)
    assert 0.6 < grey.mean() < 0.8
    assert [text.get_text() for text in drawn.figure.legends[0].get_texts()] == ["no value"]


def test_only_what_is_in_sight_is_marked(lunar_study):
    # The rover stands at 45 S, 178 E: on the far side.
    sites = marks(lunar_study.coverage("Moon"), lunar_study.scenario)[1]
    far = np.isfinite(view("far-side")[0].project(sites.latitude_deg, sites.longitude_deg)[0])
    near = np.isfinite(view("near-side")[0].project(sites.latitude_deg, sites.longitude_deg)[0])
    assert list(zip(near, far, strict=True)) == [(True, False), (False, True)]


def test_legend_names_only_what_is_in_sight(lunar_study):
    # Coverage is worst at 16 N.
    figure = plot(lunar_study.coverage("Moon"), view="south-cap:75", scenario=lunar_study.scenario)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["sites"]
    figure = plot(lunar_study.navigation("Moon"), "hdop-share", "globes")
    assert figure.legends[0].get_texts()[0].get_text() == "worst point for HDOP"


def test_navigation_marks_where_it_is_worst(lunar_study):
    result = lunar_study.navigation("Moon")
    (mark,) = marks(result)
    solved = result.data["fraction_solved"]
    here = (solved["latitude_deg"] == mark.latitude_deg[0]) & (
        solved["longitude_deg"] == mark.longitude_deg[0]
    )
    assert float(solved.where(here).min()) == float(solved.min())


def test_a_view_or_field_that_is_none_lists_those_there_are(lunar_study):
    with pytest.raises(InputError, match="view: 'moon'; there are: world"):
        plot(lunar_study.coverage("Moon"), view="moon")
    with pytest.raises(InputError, match="field: 'gdop-max'; there are: fold-min"):
        plot(lunar_study.coverage("Moon"), "gdop-max")
