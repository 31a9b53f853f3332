"""Links over the span: the same numbers as the contact plan, and what decibels are worth."""

import numpy as np
import pytest

from qqnet.study.link_performance import carried_bytes_per_day, link_performance
from qqnet.study.link_series import link_series


@pytest.fixture(scope="module")
def performance(study):
    return link_performance(study)


def test_volumes_and_up_times_are_those_of_the_contact_plan(study, performance):
    table = performance.table
    rows = study.contacts.contacts.query("kind != 'terrestrial'")
    bits = rows["rate_bps"] * (rows["end_s"] - rows["start_s"])
    days = study.scenario.time.duration / 86_400.0
    assert table["volume_bytes_per_day"].sum() == pytest.approx(bits.sum() / 8.0 / days)
    assert table["volume_bytes_per_day_0db"].sum() == pytest.approx(
        table["volume_bytes_per_day"].sum(), rel=2e-3
    )
    assert (table["up"] <= table["view"] + 1e-12).all()
    there = table["up"] > 0.0
    assert (table.loc[there, "rate_min_bps"] <= table.loc[there, "rate_max_bps"]).all()
    assert table.loc[~there, "margin_min_db"].isna().all()


def test_more_decibels_never_carry_less(performance):
    columns = [f"volume_bytes_per_day_{name}db" for name in ("-3", "-1", "0", "+1", "+3")]
    assert (np.diff(performance.table[columns].to_numpy(), axis=1) >= -1e-6).all()


def test_next_decibels_add_up_over_the_links_of_a_terminal(study, performance):
    ranked = performance.next_decibels(carried_bytes_per_day(study))
    assert [one.added_bytes_per_day for one in ranked] == sorted(
        (one.added_bytes_per_day for one in ranked), reverse=True
    )
    table = performance.table
    gain = table["volume_bytes_per_day_+1db"] - table["volume_bytes_per_day_0db"]
    for one in ranked:
        mine = (table["transmit"] == one.terminal) & (one.side != "receive")
        mine |= (table["receive"] == one.terminal) & (one.side != "transmit")
        assert one.added_bytes_per_day == pytest.approx(gain[mine].sum())
    # What flows send is at most what the links carry.
    sent = sum(one.carried_bytes_per_day for one in ranked if one.side == "transmit")
    assert 0.0 < sent <= table["volume_bytes_per_day"].sum()


def test_a_selection_is_the_same_rows(study, performance):
    which = np.array([3, 17])
    chosen = link_performance(study, which=which).table
    whole = performance.table.loc[which]
    np.testing.assert_allclose(
        chosen.select_dtypes("number").to_numpy(), whole.select_dtypes("number").to_numpy(), rtol=1e-12
    )


def test_series_of_one_link_agrees_with_its_contacts(study):
    pair = next(pair for pair in study.links if (pair.source, pair.target) == ("base", "sat-01"))
    series = link_series(study, pair)
    rows = study.contacts.contacts
    rows = rows[(rows["from"] == "base") & (rows["to"] == "sat-01")]
    assert series.contacts["start_s"].tolist() == rows["start_s"].tolist()
    assert series.contacts["rate_bps"].tolist() == rows["rate_bps"].tolist()
    rate, margin = series.best()
    inside = np.zeros(series.times_s.size, dtype=bool)
    for row in rows.itertuples():
        inside |= (series.times_s >= row.start_s) & (series.times_s <= row.end_s)
    assert (rate > 0.0).tolist() == inside.tolist()
    assert margin[inside].min() >= rows["margin_db"].min() - 1e-6
    frame = series.frame()
    assert len(frame) == series.times_s.size
    # The carrier falls while the satellite leaves.
    leaving = frame["range_rate_km_s"] > 0.0
    assert (frame.loc[leaving, "doppler_hz"] < 0.0).all()
    assert (frame["owlt_s"] * 299_792.458).to_numpy() == pytest.approx(frame["range_km"].to_numpy())
    assert series.to_json()["volume_bytes_per_day"] == pytest.approx(series.sensitivity[0.0], rel=0.01)
