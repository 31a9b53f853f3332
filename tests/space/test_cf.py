"""Fields carry what the CF conventions ask for, read back by a reader that knows nothing of QQNet."""

import re

import numpy as np
import pint
import pytest
import xarray as xr

from qqnet.access.visibility import Observers
from qqnet.coverage.analysis import CoverageAnalysis
from qqnet.coverage.result import CoverageResult
from qqnet.navigation.analysis import NavigationAnalysis
from qqnet.space.cf import TIME_UNITS, described
from qqnet.space.grids import icosphere
from qqnet.space.timescales import tdb_from_utc

START = tdb_from_utc("2030-01-01T00:00:00Z")
GRID = icosphere(1)
OBSERVERS = Observers.on_sphere(GRID.points, 1737.4, np.radians(5.0))
TIMES = START + 600.0 * np.arange(12)
SATELLITES = 7000.0 * np.stack([np.roll(GRID.points[:8], n, axis=0) for n in range(12)])


def coverage():
    analysis = CoverageAnalysis("Moon", OBSERVERS, GRID.weights, step_s=600.0, required_fold=2)
    analysis.update(TIMES, SATELLITES)
    return analysis.result()


def navigation():
    analysis = NavigationAnalysis("Mars", OBSERVERS, GRID.weights)
    analysis.update(TIMES, SATELLITES)
    return analysis.result()


@pytest.fixture(params=[coverage, navigation], ids=["coverage", "navigation"])
def result(request):
    return request.param()


def test_every_variable_says_what_it_is(result, tmp_path):
    result.save(tmp_path / "fields.nc")
    raw = xr.load_dataset(tmp_path / "fields.nc", engine="h5netcdf", decode_cf=False)
    registry = pint.UnitRegistry()
    for name, variable in raw.variables.items():
        assert variable.attrs["long_name"], name
        if name == "sphere" or variable.dtype.kind not in "iuf":
            continue
        unit = variable.attrs["units"]
        if unit not in (TIME_UNITS, "degrees_north", "degrees_east"):
            registry.parse_units(unit)
        if "point" in variable.dims and name not in ("latitude_deg", "longitude_deg"):
            assert variable.attrs["grid_mapping"] == "sphere", name
        for method in re.findall(r"\w+: (?=\w+$)", variable.attrs.get("cell_methods", "")):
            assert method in ("time: ", "area: "), name
        floating = variable.dtype.kind == "f" and name not in result.data.coords
        assert ("_FillValue" in variable.attrs) == floating, name
    for name in result.data.data_vars:
        if "point" in raw[name].dims:
            assert {"latitude_deg", "longitude_deg"} <= set(raw[name].attrs["coordinates"].split()), name
    assert raw.attrs["Conventions"] == "CF-1.11"
    assert "history" not in raw.attrs


def test_another_reader_gets_times_places_and_body(result, tmp_path):
    result.save(tmp_path / "fields.nc")
    read = xr.load_dataset(tmp_path / "fields.nc", engine="h5netcdf", decode_coords="all")
    # TDB is 69.184 s ahead of UTC.
    assert abs(read["time"].to_numpy()[0] - np.datetime64("2030-01-01T00:01:09.184")) < np.timedelta64(
        2, "ms"
    )
    assert read["time"].attrs["standard_name"] == "time"
    assert "TDB" in read["time"].attrs["comment"]
    names = {variable.attrs.get("standard_name") for variable in read.coords.values()}
    assert {"latitude", "longitude", "time"} <= names
    radius = {"Moon": 1737400.0, "Mars": 3389500.0}[read.attrs["body"]]
    assert read["sphere"].attrs["earth_radius"] == pytest.approx(radius, abs=1e-6)


def test_the_same_fields_give_the_same_file(tmp_path):
    for name in ("one.nc", "two.nc"):
        coverage().save(tmp_path / name)
    assert (tmp_path / "one.nc").read_bytes() == (tmp_path / "two.nc").read_bytes()


def test_loading_gives_back_what_was_saved(tmp_path):
    made = coverage()
    made.save(tmp_path / "fields.nc")
    xr.testing.assert_identical(CoverageResult.load(tmp_path / "fields.nc").data, made.data)


def test_what_never_happened_is_missing_not_a_number(tmp_path):
    coverage().save(tmp_path / "fields.nc")
    read = xr.load_dataset(tmp_path / "fields.nc", engine="h5netcdf")
    never = read["gap_count"].to_numpy() == 0
    starts = read["longest_gap_start_s"].to_numpy()
    assert np.isnat(starts[never]).all()
    assert not np.isnat(starts[~never]).any()


def test_what_is_said_already_stays():
    attrs = {"units": "1", "long_name": "mine", "cell_methods": "time: median"}
    data = xr.Dataset({"fold_mean": ("point", [1.0], attrs)}, attrs={"body": "Venus", "title": "Mine"})
    made = described(data, "Other")
    assert made.attrs["title"] == "Mine"
    assert made["fold_mean"].attrs["cell_methods"] == "time: median"
    assert "grid_mapping" not in data["fold_mean"].attrs
