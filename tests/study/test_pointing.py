"""The stage between lines of sight and contacts: what it depends on, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qqnet.errors import InputError
from qqnet.scenario.loading import load
from qqnet.study import keys
from qqnet.study.network import served_windows
from qqnet.study.pointing import beams
from qqnet.study.study import Study


def free(scenario):
    change = {"beams": None, "shares": None, "switch_time": 0.0}
    terminals = {name: one.model_copy(update=change) for name, one in scenario.terminals.items()}
    return scenario.model_copy(update={"terminals": terminals})


@pytest.fixture(scope="module")
def scenario():
    loaded = load("lunar-relay")
    return loaded.model_copy(update={"time": loaded.time.model_copy(update={"duration": 43200.0})})


@pytest.fixture(scope="module")
def study(scenario):
    return Study(scenario)


def test_without_numbers_windows_stay_as_they_are(scenario):
    unlimited = Study(free(scenario))
    pd.testing.assert_frame_equal(served_windows(unlimited), unlimited.windows)
    with pytest.raises(InputError, match="give 'beams' to a terminal"):
        _ = unlimited.pointing


def test_what_is_served_lies_in_what_is_seen(study):
    seen, served = study.windows, served_windows(study)
    assert len(served) > 0
    for row in served.itertuples():
        own = seen[seen["link"] == row.link]
        inside = own[(own["start_s"] <= row.start_s) & (row.end_s <= own["end_s"])]
        assert len(inside) == 1
        whole = inside.iloc[0]
        assert whole["range_min_km"] <= row.range_min_km <= min(row.range_start_km, row.range_end_km) + 1e-6
        assert max(row.range_start_km, row.range_end_km) - 1e-6 <= row.range_max_km <= whole["range_max_km"]
    assert not served.isna().any().any()


def test_use_of_beams_is_within_limits(study):
    use = beams(study)
    assert (use["peak"] <= use["beams"]).all()
    assert ((use["use_mean"] >= 0.0) & (use["use_mean"] <= 1.0)).all()
    assert ((use["denied_fraction"] >= 0.0) & (use["denied_fraction"] <= 1.0)).all()


def test_a_result_is_the_same_from_the_folder(scenario, study, tmp_path):
    stored = Study(scenario, tmp_path / "study")
    pd.testing.assert_frame_equal(stored.pointing.table, study.pointing.table)
    again = Study(scenario, tmp_path / "study")
    pd.testing.assert_frame_equal(again.pointing.table, study.pointing.table)
    np.testing.assert_array_equal(again.pointing.pointings.start, study.pointing.pointings.start)


def test_the_plan_depends_on_flows_and_policy_only_where_beams_are_few(scenario):
    def other(one):
        flows = [flow.model_copy(update={"priority": "bulk"}) for flow in one.flows]
        return one.model_copy(update={"flows": flows})

    assert keys.contacts(other(scenario)) != keys.contacts(scenario)
    assert keys.contacts(other(free(scenario))) == keys.contacts(free(scenario))
    assert "pointing" in keys.stages(scenario)
    assert "pointing" not in keys.stages(free(scenario))
