"""Plans that benchmarks run on are of the kind that they claim."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "generated_plans.py"
SPEC = importlib.util.spec_from_file_location("generated_plans", FILE)
assert SPEC is not None
assert SPEC.loader is not None
plans = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plans)


@pytest.fixture(scope="module", params=[(30, 2000), (100, 20_000)], ids=["p30", "p100"])
def generated(request):
    nodes, contacts = request.param
    rows = plans.generated_plan(nodes, contacts, seed=1).contacts
    ends = rows[["from", "to"]].astype(int)
    return nodes, contacts, rows.assign(a=ends.min(axis=1), b=ends.max(axis=1))


def test_size_and_seed(generated):
    nodes, contacts, rows = generated
    assert len(rows) == contacts
    assert set(rows["from"]) == {str(node + 1) for node in range(nodes)}
    again = plans.generated_plan(nodes, contacts, seed=1).contacts
    pd.testing.assert_frame_equal(rows[list(again.columns)], again)
    assert not plans.generated_plan(nodes, contacts, seed=2).contacts.equals(again)


def test_share_and_light_times_of_clusters(generated):
    _, contacts, rows = generated
    inside = (rows["a"] - rows["b"]) % 4 == 0
    assert inside.sum() == pytest.approx(0.85 * contacts, abs=2)
    assert rows["owlt_start_s"].equals(rows["owlt_end_s"])
    assert set(rows.loc[inside, "owlt_start_s"]) == {1.0, 2.0, 3.0}
    assert rows.loc[~inside, "owlt_start_s"].between(2.0, 1041.0).all()
    of_pair = rows.groupby(["a", "b"])["owlt_start_s"]
    assert of_pair.min().equals(of_pair.max())


def test_windows_are_whole_seconds_of_the_day_at_1_megabyte_a_second(generated):
    _, _, rows = generated
    assert (rows["rate_bps"] == 8e6).all()
    times = rows[["start_s", "end_s"]].to_numpy()
    assert (times == np.round(times)).all()
    assert times.min() >= 0.0
    assert times.max() <= 86_400.0
    length_s = rows["end_s"] - rows["start_s"]
    assert length_s.between(300.0, 1800.0).all()
    # Uniform, but for those cut at the end of the day and those long ones that found no room.
    assert length_s.mean() == pytest.approx(1050.0, abs=50.0)


def test_each_window_is_there_in_both_directions_and_alone(generated):
    _, _, rows = generated
    numbers = ["start_s", "end_s", "owlt_start_s"]
    there, back = rows[["from", "to", *numbers]], rows[["to", "from", *numbers]]
    back.columns = there.columns
    order = ["from", "to", "start_s"]
    pd.testing.assert_frame_equal(
        there.sort_values(order, ignore_index=True), back.sort_values(order, ignore_index=True)
    )
    in_order = there.sort_values(order)
    before = in_order.groupby(["from", "to"])["end_s"].shift()
    assert not (in_order["start_s"] < before).any()


def test_overlaps_are_found_in_long_chains():
    # The first window spans the two next, which do not touch each other; the fourth touches the first.
    start, end = np.array([0, 10, 30, 100, 0]), np.array([100, 20, 40, 120, 50])
    pair = np.array([7, 7, 7, 7, 8])
    assert plans.overlapping(pair, start, end).tolist() == [True, True, True, False, False]


def test_more_than_fits_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        plans.generated_plan(8, 4000, seed=1, horizon_s=3600)
