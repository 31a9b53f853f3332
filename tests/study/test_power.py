"""Eclipses limit transmission: windows and contacts of a small network, with and without."""

from pathlib import Path

import numpy as np
import pytest

import qqnet
from qqnet.errors import ScenarioError
from qqnet.scenario.loading import from_text
from qqnet.study.power import eclipses, powered, shadows

from .conftest import SMALL

DARK = "services: [relay, navigation],\n     eclipse: {duty_cycle: 25 %, period: 20 min},"


def limited(limit=DARK):
    return qqnet.Study(
        from_text(SMALL.replace("services: [relay, navigation],", limit, 1), "dark.yaml", Path.cwd())
    )


@pytest.fixture(scope="module")
def dark():
    return limited()


def total(table):
    return float((table["end_s"] - table["start_s"]).sum())


def test_nothing_is_cut_without_a_limit(study):
    assert powered(study, study.windows) is study.windows
    assert eclipses(study) == []


def test_senders_in_shadow_send_a_quarter_of_the_time(dark):
    windows = dark.windows
    cut = powered(dark, windows)
    assert list(cut.columns) == list(windows.columns)
    assert (cut.dtypes == windows.dtypes).all()
    time = dark.scenario.time
    for n, pair in enumerate(dark.links):
        before, after = windows[windows["link"] == n], cut[cut["link"] == n]
        if not pair.source.startswith("sat"):
            assert total(after) == total(before)  # reception goes on
            continue
        night = shadows(dark.trajectories, pair.source, (time.start_s, time.stop_s), 0.5)
        for row in after.itertuples():
            inside = (night[:, 0] < row.end_s) & (night[:, 1] > row.start_s)
            for start, _ in night[inside]:
                # What is sent in the dark is sent in the first 5 of each 20 minutes.
                at = np.linspace(max(start, row.start_s), row.end_s, 50)[1:-1]
                at = at[at < night[inside][0, 1]]
                assert ((at - start) % 1200.0 < 300.0 + 2e-3).all()
    sent = [n for n, pair in enumerate(dark.links) if pair.source.startswith("sat")]
    lost = 0.0
    for n in sent:
        for row in windows[windows["link"] == n].itertuples():
            off = np.clip(dark.nights[dark.links[n].source].silent, row.start_s, row.end_s)
            lost += float((off[:, 1] - off[:, 0]).sum())
    assert lost > 3600.0
    kept = total(cut[cut["link"].isin(sent)])
    assert kept == pytest.approx(total(windows[windows["link"].isin(sent)]) - lost, abs=1e-3)


def test_pieces_have_their_own_distances(dark):
    from qqnet.study.network import geometry

    cut = powered(dark, dark.windows)
    seen = geometry(dark)(cut["link"], cut["start_s"])
    np.testing.assert_allclose(cut["range_start_km"], seen.range_km, rtol=0, atol=1e-3)
    assert (cut["range_min_km"] <= cut["range_start_km"] + 1e-6).all()
    assert (cut["range_max_km"] >= cut["range_end_km"] - 1e-6).all()


def test_contacts_carry_less(study, dark):
    assert dark.contacts.volume_bytes().sum() < study.contacts.volume_bytes().sum()


def test_one_terminal_alone(dark):
    laser = limited(DARK.replace("}", ", terminals: [laser]}"))
    before, after = laser.windows, powered(laser, laser.windows)
    for n, pair in enumerate(laser.links):
        same = total(after[after["link"] == n]) == total(before[before["link"] == n])
        assert same or pair.transmit == "laser"


def test_figures_of_shadows(dark):
    rows = eclipses(dark)
    assert [row["node"] for row in rows] == [f"sat-0{k}" for k in range(1, 7)]
    for row in rows:
        # At 7000 km about the Moon at most asin(R / a) / pi = 8 % of a revolution of 14.6 h.
        assert 0.0 <= row["share"] <= 0.16
        assert row["silent_share"] == pytest.approx(0.75 * row["share"], abs=0.03)
    assert any(row["count"] for row in rows)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("{duty_cycle: 120 %}", "from 0 % to 100 %"),
        ("{duty_cycle: 30 %, terminals: [lazer]}", "limits 'lazer', which this node does not carry"),
        ("{duty_cycle: 30 %, period: 0 s}", "above zero"),
        ("{period: 30 min}", "duty_cycle"),
    ],
)
def test_limits_that_cannot_be(limit, words):
    with pytest.raises(ScenarioError, match=words):
        limited(f"services: [relay, navigation],\n     eclipse: {limit},")
