"""CSV and Parquet hold a plan without loss, and say which line is wrong."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.contacts.tables import read_csv, read_parquet, write_csv, write_parquet
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError

HEADER = "from,to,start_s,end_s,rate_bps,owlt_start_s,owlt_end_s"
BASES = (
    TimeBase("relative"),
    TimeBase("relative", "2031-02-03T04:05:06Z"),
    TimeBase("tdb", "2030-01-01T00:00:00Z"),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), contacts=st.integers(0, 15), base=st.sampled_from(BASES))
@pytest.mark.parametrize(("write", "read"), [(write_csv, read_csv), (write_parquet, read_parquet)])
def test_what_is_written_is_read_bit_by_bit(write, read, seed, contacts, base, plan_of, tmp_path):
    plan = plan_of(seed, contacts, base)
    write(plan, tmp_path / "plan")
    again = read(tmp_path / "plan")
    pd.testing.assert_frame_equal(again.contacts, plan.contacts, check_exact=True)
    assert (again.nodes, again.time_base, again.endpoints) == (plan.nodes, plan.time_base, plan.endpoints)


def test_dates_stand_beside_the_seconds(plan_of, tmp_path):
    write_csv(plan_of(1, 3, BASES[1]), tmp_path / "plan.csv")
    text = (tmp_path / "plan.csv").read_text()
    assert text.splitlines()[1].endswith("start_utc,end_utc")
    assert "2031-02-03T" in text


def test_a_table_from_elsewhere_is_read(tmp_path):
    (tmp_path / "p.csv").write_text(f"{HEADER}\n7,3,0,60,1e6,1,1\n\n3,7,0,60,1e6,1,1\n")
    plan = read_csv(tmp_path / "p.csv")
    assert plan.nodes == {"3": 3, "7": 7}
    assert plan.time_base == TimeBase("relative")
    assert len(plan) == 2


def test_a_constant_light_time_and_a_volume_are_read(tmp_path):
    (tmp_path / "p.csv").write_text("from,to,start_s,end_s,rate_bps,owlt_s,volume_bytes\n7,3,0,60,8,1.5,60\n")
    plan = read_csv(tmp_path / "p.csv")
    assert plan.contacts[["owlt_start_s", "owlt_end_s"]].to_numpy().tolist() == [[1.5, 1.5]]
    (tmp_path / "p.csv").write_text("from,to,start_s,end_s,rate_bps,owlt_s,volume_bytes\n7,3,0,60,8,1.5,61\n")
    with pytest.raises(
        InputError, match=r":2: contacts\[0\].volume_bytes: .*volume 61.0 byte is not rate times"
    ):
        read_csv(tmp_path / "p.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the header lacks from, to"),
        ("a,b\n1,2\n", ":1: the header lacks from, to"),
        (f"{HEADER}\n1,2,0,60,fast,1,1\n", r":2: contacts\[0\].rate_bps: 'fast' is not a number"),
        (f"{HEADER}\n1,2,0,60,1,1,1\n1,2,90,80,1,1,1\n", r":3: contacts\[1\].end_s: 1 -> 2: is reversed"),
        (f"{HEADER}\n1,2,0,60,1,,1\n", r":2: contacts\[0\].owlt_start_s: '' is not a number"),
        (f"{HEADER}\n1,2,0,60,1,nan,1\n", r":2: contacts\[0\].owlt_start_s: 1 -> 2: light time is missing"),
        (f"{HEADER}\n1,2,0,60,1,1,1\n1,2,90,99,1,1,1,5\n", ":3: 8 cells where the header has 7"),
        (f'{HEADER}\n1,"2,0,60', ":2: not a table"),
        (f"# qqnet contact plan {{}}\n{HEADER}\n", ":1: the description of the plan is damaged"),
    ],
)
def test_faults_name_their_line(text, message, tmp_path):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_csv(tmp_path / "p.csv")


def test_what_is_no_plan_is_refused(tmp_path):
    (tmp_path / "junk").write_bytes(b"\xff\xfe junk")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match="not a text file"):
        read_csv(tmp_path / "junk")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_parquet(tmp_path / "junk")
    with pytest.raises(InputError, match="not a contact plan"):
        read_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match="cannot read"):
        read_parquet(tmp_path / "nowhere.parquet")


@pytest.mark.parametrize("note", [b"{", b"\xff", b"{}"])
def test_what_pandas_wrote_beside_the_columns_is_not_needed(plan_of, tmp_path, note):
    from pyarrow import parquet

    plan, path = plan_of(1), tmp_path / "plan.parquet"
    write_parquet(plan, path)
    table = parquet.read_table(path)
    parquet.write_table(table.replace_schema_metadata({**table.schema.metadata, b"pandas": note}), path)
    pd.testing.assert_frame_equal(read_parquet(path).contacts, plan.contacts, check_exact=True)


def test_names_that_are_no_text_are_refused(plan_of, tmp_path):
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "plan.parquet"
    write_parquet(plan_of(1), path)
    table = parquet.read_table(path)
    broken = pyarrow.array([b"a\x9a"] * table.num_rows, pyarrow.binary())
    names = pyarrow.StringArray.from_buffers(table.num_rows, broken.buffers()[1], broken.buffers()[2])
    place = table.schema.get_field_index("from")
    parquet.write_table(table.set_column(place, "from", names), path)
    with pytest.raises(InputError, match="UTF"):
        read_parquet(path)


def test_an_interrupted_write_leaves_the_old_file(plan_of, tmp_path, monkeypatch):
    import pyarrow.parquet

    path = tmp_path / "plan.parquet"
    write_parquet(plan_of(1), path)
    before = path.read_bytes()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pyarrow.parquet, "write_table", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_parquet(plan_of(2), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.parquet"]


IPN = f"{HEADER},from_ipn,to_ipn\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{IPN}a,b,0,9,1,1,1,nan,2\n", "p.csv:2: from_ipn nan is not a whole number from 1"),
        (f"{IPN}a,b,0,9,1,1,1,inf,2\n", "p.csv:2: from_ipn inf is not"),
        (f"{IPN}a,b,0,9,1,1,1,1.5,2\n", "p.csv:2: from_ipn 1.5 is not"),
        (f"{IPN}a,b,0,9,1,1,1,1,2\na,b,10,19,1,1,1,3,2\n", "p.csv:3: node a is 3 here and 1 before"),
        (f"{IPN}a,b,0,9,1,1,1,7,7\n", r"nodes\[b\]: ipn number 7 is already that of a"),
        (f"{HEADER},to\n1,2,0,9,1,1,1,3\n", "p.csv:1: the header names 'to' twice"),
        (
            f'# qqnet contact plan {{"nodes": {{"a": 1.5}}, "endpoints": []}}\n{HEADER}\n',
            ":1: .* damaged .*1.5",
        ),
        (
            f'# qqnet contact plan {{"nodes": {{"a": 1}}, "endpoints": "a"}}\n{HEADER}\n',
            ":1: .*endpoints are no list",
        ),
        (
            '# qqnet contact plan {"nodes": {}, "endpoints": [], "time_base": {"scale": "relative", "epoch": "x"}}'
            f"\n{HEADER}\n",
            ":1: .*'x' is no UTC date",
        ),
    ],
)
def test_damaged_descriptions_and_numbers_are_named(text, message, tmp_path):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_csv(tmp_path / "p.csv")


def test_text_where_a_number_belongs_in_parquet(plan_of, tmp_path):
    import pyarrow.parquet as pq

    write_parquet(plan_of(1), tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    place = table.schema.get_field_index("rate_bps")
    pq.write_table(
        table.set_column(place, "rate_bps", table["rate_bps"].cast("string")), tmp_path / "p.parquet"
    )
    with pytest.raises(InputError, match=r"p\.parquet: column rate_bps holds .*, not numbers"):
        read_parquet(tmp_path / "p.parquet")
    whole = (tmp_path / "p.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.parquet: not a Parquet file"):
        read_parquet(tmp_path / "cut.parquet")
