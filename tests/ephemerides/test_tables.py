import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.tables import (
    COLUMNS,
    read_csv,
    read_parquet,
    read_table,
    states_table,
    write_csv,
    write_parquet,
)
from qqnet.errors import InputError

START = 1275393669.184
READ = {"csv": read_csv, "parquet": read_parquet}
WRITE = {"csv": write_csv, "parquet": write_parquet}


def segment(name="relay", center="Moon", count=4, states=None, steps=None):
    rng = np.random.default_rng(5)
    states = rng.normal(size=(count, 6)) * 1e4 if states is None else states
    t = START + np.cumsum(np.full(count, 60.0) if steps is None else steps)
    return Segment(name, name, center, t, states[:, :3], states[:, 3:], (float(t[0]), float(t[-1])))


@pytest.fixture
def table():
    return pd.concat([states_table(segment(n)).to_pandas() for n in ("relay", "rover")], ignore_index=True)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@given(
    name=st.text(
        st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8
    ).filter(lambda s: s.strip() == s),
    steps=arrays(np.float64, 5, elements=st.floats(1e-3, 1e7)),
    states=arrays(np.float64, (5, 6), elements=st.floats(-1e12, 1e12)),
)  # fmt: skip
def test_round_trip_to_the_last_bit(tmp_path_factory, kind, name, steps, states):
    path = tmp_path_factory.mktemp("tables") / f"a.{kind}"
    written = [segment(name, states=states, steps=steps), segment(name + "2", "Earth")]
    WRITE[kind](path, iter(written))
    read = READ[kind](path)
    assert [(one.object_name, one.center) for one in read] == [(name, "Moon"), (name + "2", "Earth")]
    for ours, theirs in zip(written, read, strict=True):
        assert np.array_equal(theirs.t, ours.t)
        assert np.array_equal(theirs.position_km, ours.position_km)
        assert np.array_equal(theirs.velocity_km_s, ours.velocity_km_s)
        assert theirs.useable == ours.useable


def test_header_and_the_order_of_columns(tmp_path):
    write_csv(tmp_path / "a.csv", [segment()])
    assert (tmp_path / "a.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("frame", ["EME2000", "MOON_ME", "MOON_PA"])
def test_tables_in_other_axes_are_turned_back(tmp_path, kind, frame):
    states = np.array([[1800.0, 300.0, -50.0, 0.1, 1.6, 0.2]] * 4)
    written = segment(states=states)
    WRITE[kind](tmp_path / f"a.{kind}", [written], frame)
    other = pd.read_csv(tmp_path / "a.csv") if kind == "csv" else pd.read_parquet(tmp_path / "a.parquet")
    assert set(other["frame"]) == {frame}
    assert np.max(np.abs(other["x_km"] - 1800.0)) > 1e-6
    (read,) = READ[kind](tmp_path / f"a.{kind}")
    np.testing.assert_allclose(read.position_km, written.position_km, rtol=0, atol=1e-9)
    np.testing.assert_allclose(read.velocity_km_s, written.velocity_km_s, rtol=0, atol=1e-12)


def test_a_turning_frame_takes_the_turn_out_of_the_velocity():
    still = segment(states=np.array([[1737.4, 0.0, 0.0, 0.0, 0.0, 0.0]] * 4))
    turned = states_table(still, "MOON_ME").to_pandas()
    # What stands still in ICRF goes backwards on the Moon, at 27.3 days a turn.
    speed = np.linalg.norm(turned[["vx_km_s", "vy_km_s", "vz_km_s"]].to_numpy(), axis=1)
    np.testing.assert_allclose(speed, 1737.4 * 2.0 * np.pi / (27.3217 * 86400.0), rtol=0.15)


def test_utc_may_stand_for_tdb(table):
    stamps = ["2040-06-01T00:00:00Z", "2040-06-01T00:01:00.000Z", "2040-06-01T00:02:00", "2040-153T00:03:00"]
    mine = table[table["node"] == "relay"].drop(columns="tdb_s").assign(utc=stamps)
    (read,) = read_table(mine)
    np.testing.assert_allclose(read.t, START + 1e-3 + 60.0 * np.arange(4), rtol=0, atol=1e-3)


def test_nodes_may_take_turns(table):
    shuffled = table.sort_values(["tdb_s", "node"])
    assert [one.object_name for one in read_table(shuffled)] == ["relay", "rover"]
    assert np.array_equal(read_table(shuffled)[1].position_km, read_table(table)[1].position_km)


@pytest.mark.parametrize("column", COLUMNS[4:])
def test_a_missing_column_is_named(table, column):
    with pytest.raises(
        InputError, match=rf"no column {column}; there are: node, center, .* Positions are in km"
    ):
        read_table(table.drop(columns=column))


def test_a_column_of_another_unit_is_a_missing_one(table):
    with pytest.raises(InputError, match=r"no column x_km; there are: .*x_m,"):
        read_table(table.rename(columns={"x_km": "x_m"}))
    with pytest.raises(InputError, match=r"no column tdb_s \(or utc\)"):
        read_table(table.drop(columns=["tdb_s", "utc"]))


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (5, "y_km", np.nan, "6: y_km is 'nan'; a finite number is right"),
        (2, "vz_km_s", np.inf, "3: vz_km_s is 'inf'"),
        (3, "tdb_s", START, r"4: utc is .*, but tdb_s is 1275393669.184"),
        (6, "tdb_s", START + 120.0, "7: node 'rover': the time does not come after that of its row before"),
        (1, "center", "Ceres", "2: node 'relay': center Ceres after Moon; one is right"),
        (0, "utc", "yesterday", "1: utc: 'yesterday' is no epoch"),
    ],
)
def test_a_wrong_value_is_named_with_its_row(table, row, column, value, message):
    table.loc[row, column] = value
    if column == "tdb_s" and row == 3:
        table = table.iloc[:4].copy()
    with pytest.raises(InputError, match=message):
        read_table(table)


def test_centres_and_frames_that_are_not_known(table):
    with pytest.raises(InputError, match="1: unknown center 'Ceres'; known: SSB, Sun, Mercury"):
        read_table(table.assign(center="Ceres"))
    with pytest.raises(InputError, match="1: frame 'MARS_X' is not read"):
        read_table(table.assign(frame="MARS_X"))
    with pytest.raises(InputError, match="1: frame 'ITRF' belongs to the Earth"):
        read_table(table.assign(frame="ITRF"))


def test_files_that_are_no_tables(tmp_path, table):
    for kind, read in READ.items():
        with pytest.raises(InputError, match=rf"none\.{kind}: cannot be read"):
            read(tmp_path / f"none.{kind}")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(InputError, match=r"a\.parquet: cannot be read as Parquet"):
        read_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(InputError, match=r"a\.csv: cannot be read as CSV"):
        read_csv(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes(b"node,\xff\xfe")
    with pytest.raises(InputError, match=r"b\.csv: not a text file"):
        read_csv(tmp_path / "b.csv")
    table.iloc[:0].to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(InputError, match=r"c\.csv: the table has no row"):
        read_csv(tmp_path / "c.csv")
    table.iloc[:1].to_csv(tmp_path / "d.csv", index=False)
    with pytest.raises(InputError, match=r"d\.csv:2: node 'relay' has one row; at least 2"):
        read_csv(tmp_path / "d.csv")


def test_errors_of_a_csv_carry_the_number_of_the_line(tmp_path, table):
    table["z_km"] = table["z_km"].astype(object)
    table.loc[4, "z_km"] = "oops"
    table.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match=r"a\.csv:6: z_km is 'oops'"):
        read_csv(tmp_path / "a.csv")
