"""Windows of lasers cut at clouds: what is taken off, at which end, in whose time, and what a stage's key says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.access.link_geometry import LinkGeometry
from qqnet.access.windows import COLUMNS
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.clouds import cloudy_sites, cut_by_clouds

OWLT = 100.0


def window(link, start, end):
    made = dict.fromkeys(COLUMNS, 0.0) | {"link": link, "start_s": start, "end_s": end}
    return made | {"owlt_start_s": OWLT, "owlt_end_s": OWLT, "starts_at_span": True, "ends_at_span": True}


def geometry(link, times):
    fill = np.full(len(times), 1.0)
    return LinkGeometry(7.0 * times, 0.1 * times, fill, fill, fill, fill, fill)


def cut(windows, cloudy):
    return cut_by_clouds(pd.DataFrame(windows), cloudy, geometry)


def test_a_cloud_divides_a_window():
    found = cut([window(0, 0.0, 1000.0)], {0: (np.array([[200.0, 300.0]]), None)})
    assert found[["start_s", "end_s"]].to_numpy().tolist() == [[0.0, 200.0], [300.0, 1000.0]]
    assert found["starts_at_span"].tolist() == [True, False]
    assert found["ends_at_span"].tolist() == [False, True]
    assert found["range_end_km"].tolist() == [1400.0, 7000.0]
    assert found["owlt_start_s"].tolist() == [0.0, 30.0]


def test_a_cloud_above_the_receiver_counts_when_light_arrives():
    found = cut([window(1, 0.0, 1000.0)], {1: (None, np.array([[200.0, 300.0]]))})
    assert found[["start_s", "end_s"]].to_numpy() == pytest.approx(np.array([[0.0, 100.0], [200.0, 1000.0]]))


def test_links_without_weather_stay_whole():
    windows = [window(0, 0.0, 10.0), window(1, 5.0, 20.0), window(1, 30.0, 50.0)]
    found = cut(windows, {1: (np.array([[0.0, 100.0]]), None)})
    assert found["link"].tolist() == [0]
    assert found["end_s"].tolist() == [10.0]
    assert cut(windows, {}).equals(pd.DataFrame(windows))


def test_light_that_grows_longer_is_followed():
    row = window(0, 0.0, 1000.0) | {"owlt_start_s": 100.0, "owlt_end_s": 200.0}
    found = cut([row], {0: (None, np.array([[210.0, 320.0]]))})
    # t + 100 + 0.1 t = 210 and 320.
    assert found[["start_s", "end_s"]].to_numpy() == pytest.approx(np.array([[0.0, 100.0], [200.0, 1000.0]]))


spans = st.lists(st.integers(0, 60), max_size=10, unique=True).map(sorted)


@settings(max_examples=30)
@given(spans, spans, st.integers(0, 20), st.integers(30, 60))
def test_what_is_left_is_clear_at_both_ends(one, other, start, end):
    skies = [np.array(edges[: len(edges) // 2 * 2], dtype=float).reshape(-1, 2) for edges in (one, other)]
    row = window(0, start, end) | {"owlt_start_s": 0.0, "owlt_end_s": 0.0}
    found = cut([row], {0: (skies[0], skies[1])})
    middle = np.arange(start, end) + 0.5
    dark = np.zeros(middle.size, dtype=bool)
    for sky in skies:
        dark |= ((sky[:, 0] < middle[:, None]) & (middle[:, None] < sky[:, 1])).any(axis=1)
    edges = found[["start_s", "end_s"]].to_numpy()
    left = ((edges[:, 0] < middle[:, None]) & (middle[:, None] < edges[:, 1])).any(axis=1)
    assert (left == ~dark).all()


def test_contacts_are_never_under_a_cloud(cloudy_study):
    skies = cloudy_sites(cloudy_study.scenario)
    rows = cloudy_study.contacts.contacts
    lasers = rows[rows["kind"] == "optical"]
    assert len(lasers) > 4
    for row in lasers.itertuples():
        sender, receiver = row[rows.columns.get_loc("from") + 1], row.to
        for site, shift in ((sender, 0.0), (receiver, row.owlt_start_s)):
            dark = skies.get(site, np.empty((0, 2)))
            over = (dark[:, 0] < row.end_s + shift - 0.01) & (dark[:, 1] > row.start_s + shift + 0.01)
            assert not over.any()


def test_radio_takes_no_notice_of_clouds(cloudy_study):
    rows = cloudy_study.contacts.contacts
    radio = rows[(rows["kind"] == "rf") & (rows["from"] == "geo") & (rows["to"] == "one")]
    assert (radio["end_s"] - radio["start_s"]).sum() == pytest.approx(cloudy_study.scenario.time.duration)


def test_keys_know_the_weather(cloudy_text, tmp_path):
    def made(text):
        return keys.stages(from_text(text, "x.yaml", tmp_path))

    base = made(cloudy_text)
    other_seed = made(cloudy_text.replace("seed: 5", "seed: 6"))
    other_sky = made(cloudy_text.replace("clear_sky: 50 %", "clear_sky: 55 %"))
    other_length = made(cloudy_text.replace("correlation_length: 300 km", "correlation_length: 400 km"))
    for other in (other_seed, other_sky, other_length):
        assert other["access"] == base["access"]
        assert other["contacts"] != base["contacts"]
        assert other["traffic"] != base["traffic"]
    years = made(cloudy_text.replace("years: 2", "years: 3"))
    assert {stage for stage in base if years[stage] != base[stage]} == {"summary"}
    dry = cloudy_text.replace("clear_sky: 50 %", "clear_sky: 50 %, correlation_time: 5 h")
    assert made(dry)["contacts"] != base["contacts"]
