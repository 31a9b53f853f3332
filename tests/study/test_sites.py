"""Named sites in a study: coverage, navigation and contacts with masks and horizons of their own."""

import numpy as np
import pytest

import qqnet
from qqnet.access.sites import SiteObserver
from qqnet.navigation.result import NavigationResult
from qqnet.orbits.sites import Place
from qqnet.report.navigation_section import navigation_tables
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.fields import body_fixed, epochs, grid_of, providers
from qqnet.study.network import horizons
from qqnet.study.sites import site_observers

HIGH = (
    "horizon: [{azimuth: 0 deg, elevation: 4 deg}, {azimuth: 90 deg, elevation: 50 deg}, "
    "{azimuth: 200 deg, elevation: 9 deg}]"
)


@pytest.fixture(scope="module")
def flat(small):
    """The small scenario with more satellites, so that the base has fixes."""
    return from_text(small.to_yaml().replace("satellites: 6", "satellites: 24"), "flat.yaml")


@pytest.fixture(scope="module")
def flat_study(flat):
    return qqnet.Study(flat)


@pytest.fixture(scope="module")
def rugged(flat):
    """The same with a mountain beside its base."""
    return from_text(flat.to_yaml().replace("ipn: 2\n", f"ipn: 2\n  {HIGH}\n"), "rugged.yaml")


@pytest.fixture(scope="module")
def rugged_study(rugged, flat_study):
    made = qqnet.Study(rugged)
    made._results["orbits"] = flat_study.trajectories
    return made


def above(study, azimuth_and_elevation):
    """Elevation less the greater of mask and horizon of the base: [T, S]."""
    azimuth, elevation = azimuth_and_elevation
    profile = horizons(study.scenario)["base"]
    return elevation - np.maximum(np.radians(5.0), profile.at(azimuth))


def sky(study, times):
    scenario = study.scenario
    names = providers(scenario, grid_of(scenario, "Moon"))
    chunks = body_fixed(study.trajectories, study.ephemeris, names, "Moon", times)
    satellites = np.concatenate([positions for _, positions in chunks])
    base = SiteObserver(Place("base", "Moon", *np.radians([-89.0, 0.0])), 0.0)
    return names, satellites, base.look(satellites)[:2]


def test_coverage_of_the_base_is_that_of_its_sky(rugged_study):
    _, _, seen = sky(rugged_study, epochs(rugged_study.scenario))
    folds = (above(rugged_study, seen) >= 0).sum(axis=1)
    (site,) = rugged_study.coverage("Moon").summary()["sites"]
    assert (site["name"], site["horizon"], site["mask_deg"]) == ("base", True, 5.0)
    assert site["fold"]["min"] == folds.min()
    assert site["fold"]["mean"] == pytest.approx(folds.mean())
    assert site["fold"]["fraction_at_least"]["2"] == (folds >= 2).mean()
    assert site["worst_day"]["duration_s"] == 300.0 * len(folds)


def test_a_mountain_takes_from_the_site_and_from_nothing_else(rugged_study, flat_study):
    low, high = flat_study.coverage("Moon"), rugged_study.coverage("Moon")
    assert low.data.identical(high.data)
    assert high.sites.data["fold_mean"][0] < low.sites.data["fold_mean"][0]


def test_windows_of_the_base_are_when_its_sky_shows_the_satellite(rugged_study):
    windows, links = rugged_study.windows, rugged_study.links
    time = rugged_study.scenario.time
    times = time.start_s + np.sort(np.random.default_rng(4).uniform(0.0, time.duration, 3000))
    names, _, seen = sky(rugged_study, times)
    margins = above(rugged_study, seen)
    looked_at = 0
    for n, pair in enumerate(links):
        if pair.source != "base" or pair.target not in names:
            continue
        edges = windows[windows.link == n][["start_s", "end_s"]].to_numpy().ravel()
        inside = np.searchsorted(edges, times) % 2 == 1
        margin = margins[:, names.index(pair.target)]
        # Light time and aberration, which the plain sky leaves out: 20 arcseconds, and 30 ms of motion.
        clear = np.abs(margin) > 4e-4
        np.testing.assert_array_equal(inside[clear], margin[clear] > 0)
        looked_at += 1
    assert looked_at == 24


def test_navigation_at_the_base_uses_what_its_sky_shows(rugged_study):
    scenario = rugged_study.scenario
    found = rugged_study.navigation("Moon").sites
    assert list(found) == ["base"]
    _, satellites, seen = sky(rugged_study, epochs(scenario))
    visible = above(rugged_study, seen) >= 0
    (site,) = site_observers(scenario, "Moon")
    gdops = np.full(len(visible), np.inf)
    for t in np.flatnonzero(visible.sum(axis=1) >= 4):
        lines = satellites[t, visible[t]] - site.observers.position_km[:, 0]
        rows = np.column_stack([lines / np.linalg.norm(lines, axis=1)[:, None], np.ones(visible[t].sum())])
        gdops[t] = np.sqrt(np.trace(np.linalg.inv(rows.T @ rows)))
    data = found["base"].data
    epoch_max = data["epoch_max"].sel(dop="gdop").to_numpy()
    assert np.array_equal(np.isfinite(epoch_max), np.isfinite(gdops))
    solved = np.isfinite(gdops)
    assert solved.sum() > 100
    assert (visible.sum(axis=1) < (seen[1] >= np.radians(5.0)).sum(axis=1)).mean() > 0.5
    np.testing.assert_allclose(epoch_max[solved], gdops[solved], rtol=1e-9)
    (answer,) = rugged_study.navigation("Moon").summary()["sites"]
    assert (answer["name"], answer["horizon"], answer["mask_deg"]) == ("base", True, 5.0)
    assert answer["gdop"]["mean"] == pytest.approx(gdops[solved].mean())
    assert answer["gdop"]["fraction_at_most"]["6"] == pytest.approx((gdops <= 6.0).mean())
    assert answer["unavailable_fraction"] == pytest.approx(1.0 - solved.mean())
    assert answer["gdop"]["max"] == (pytest.approx(gdops.max()) if solved.all() else None)


def test_sites_are_kept_beside_the_grid(rugged_study, flat_study, tmp_path):
    made = rugged_study.navigation("Moon")
    never = NavigationResult(made.sites["base"].data.isel(bin=slice(0, 1), edge=slice(0, 2)))
    made = NavigationResult(made.data, {**made.sites, "a/b": never})
    made.save(tmp_path / "navigation.nc")
    again = NavigationResult.load(tmp_path / "navigation.nc")
    assert again.summary() == made.summary()
    assert again.sites["base"].data.equals(made.sites["base"].data)
    assert list(again.sites) == ["base", "a/b"]
    low, high = flat_study.navigation("Moon"), rugged_study.navigation("Moon")
    assert low.data.identical(high.data)
    assert low.summary()["sites"][0]["gdop"]["mean"] < high.summary()["sites"][0]["gdop"]["mean"]
    (row,) = next(
        table.rows
        for table in navigation_tables(high.summary(), rugged_study.scenario.grids[0])
        if table.caption.startswith("Named sites")
    )
    assert row[:2] == ["base", "5°, horizon"]


def test_a_changed_horizon_makes_coverage_and_windows_stale_but_not_orbits(rugged, flat, small, tmp_path):
    grid = small.grids[0]
    assert keys.grid(rugged, grid) != keys.grid(flat, grid)
    assert keys.access(rugged) != keys.access(flat)
    assert keys.orbits(rugged) == keys.orbits(flat)
    (tmp_path / "sky.csv").write_text("azimuth_deg,elevation_deg\n0,1\n180,2\n")
    text = small.to_yaml().replace("ipn: 2\n", "ipn: 2\n  horizon: {file: sky.csv}\n")
    one = from_text(text, "one.yaml", tmp_path)
    before = keys.grid(one, grid), keys.access(one)
    (tmp_path / "sky.csv").write_text("azimuth_deg,elevation_deg\n0,1\n180,3\n")
    after = keys.grid(one, grid), keys.access(one)
    assert before[0] != after[0]
    assert before[1] != after[1]
