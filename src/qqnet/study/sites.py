"""Named sites of a scenario as observers: their coverage and navigation, with masks and horizons of their own."""

from __future__ import annotations

from qqnet.access.sites import SiteObserver
from qqnet.coverage.sites import SiteCoverage
from qqnet.navigation.analysis import LIMITS
from qqnet.navigation.sites import SiteNavigation
from qqnet.orbits.build import place_of
from qqnet.scenario.model import Grid, Scenario
from qqnet.study.network import horizons, sites


def site_observers(scenario: Scenario, body_name: str) -> list[SiteObserver]:
    """Return the sites and ground stations on a body that look up, in file order."""
    profiles = horizons(scenario)
    return [
        SiteObserver(place_of(site, scenario.time.start_s), site.mask, profiles.get(name))
        for name, site in sites(scenario).items()
        if site.body == body_name
    ]


def site_coverage(scenario: Scenario, grid: Grid) -> SiteCoverage | None:
    """Begin the coverage of the sites on a grid's body by what the grid counts; None without a site there."""
    found = site_observers(scenario, grid.body)
    if not found:
        return None
    return SiteCoverage(grid.body, found, step_s=scenario.time.step, required_fold=grid.fold)


def site_navigation(scenario: Scenario, grid: Grid) -> SiteNavigation | None:
    """Begin the dilution of precision of the sites on a grid's body; None without a site there."""
    found = site_observers(scenario, grid.body)
    if not found:
        return None
    return SiteNavigation(grid.body, found, limits=sorted({*LIMITS, grid.gdop}))
