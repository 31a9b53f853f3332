"""The record of a simulation as a file."""

from __future__ import annotations

import pandas as pd
import pytest

from qqnet.errors import InputError
from qqnet.traffic.conditions import Conditions
from qqnet.traffic.flows import Flow
from qqnet.traffic.log import record_file
from qqnet.traffic.simulate import Watch, simulate


@pytest.fixture(scope="module")
def told(plan_of):
    tables: list[pd.DataFrame] = []
    plan = plan_of([("a", "b", 0.0, 100.0, 8000.0, 1.0), ("b", "c", 0.0, 100.0, 8000.0, 1.0)])
    flow = Flow("f", "a", "c", 1000.0, 10.0, deadline_s=30.0)
    simulate(plan, [flow], Conditions(loss={"rf": 0.3}, seed=1), watch=Watch(tables.append))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("name", ["log.parquet", "log.csv", "LOG.CSV"])
def test_pieces_make_the_whole(told, tmp_path, name):
    with record_file(tmp_path / name) as tell:
        for start in range(0, len(told), 7):
            tell(told.iloc[start : start + 7])
    path = tmp_path / name
    again = pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path, keep_default_na=True)
    assert len(again) == len(told)
    for column in told.columns:
        both = (
            list(table[column].astype(object).where(table[column].notna(), "")) for table in (told, again)
        )
        assert next(both) == next(both), column


def test_nothing_is_left_of_what_breaks_off(told, tmp_path):
    for name in ("log.parquet", "log.csv"):
        with pytest.raises(KeyError), record_file(tmp_path / name) as tell:  # noqa: PT012
            tell(told)
            tell(told[["what"]])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_record_has_its_columns(told, tmp_path):
    for name, read in (("log.parquet", pd.read_parquet), ("log.csv", pd.read_csv)):
        with record_file(tmp_path / name):
            pass
        assert list(read(tmp_path / name).columns) == list(told.columns)


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.parquet or \.csv"), record_file(tmp_path / "log.xlsx"):
        pass
