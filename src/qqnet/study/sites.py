"""Named sites of a scenario as observers: their coverage and navigation, with masks and horizons of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qqnet.access.sites import SiteObserver
from qqnet.coverage.sites import SiteCoverage
from qqnet.navigation.analysis import LIMITS, NavigationAnalysis
from qqnet.navigation.result import NavigationResult
from qqnet.orbits.build import place_of
from qqnet.scenario.model import Grid, Scenario
from qqnet.study.network import horizons, sites

if TYPE_CHECKING:
    from qqnet.study.study import Study


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


def site_navigation(
    study: Study, grid: Grid, advance: Callable[[float], None] = lambda _: None
) -> dict[str, NavigationResult]:
    """Compute the dilution of precision at each site on a grid's body over the span, by name.

    Parameters
    ----------
    study : Study
        For the trajectories.
    grid : Grid
        For the body, what counts, and the GDOP that is asked for.
    advance : callable, optional
        Told the share that is done.

    Returns
    -------
    dict of str to NavigationResult
        One point each; satellites below the site's mask or behind its horizon do not count.
    """
    from qqnet.study.fields import body_fixed, epochs, providers

    found = site_observers(study.scenario, grid.body)
    limits = sorted({*LIMITS, grid.gdop})
    analyses = [NavigationAnalysis(grid.body, site.observers, [1.0], limits=limits) for site in found]
    names, times = providers(study.scenario, grid), epochs(study.scenario)
    done = 0
    for chunk, satellites in body_fixed(
        study.trajectories_of(names), study.ephemeris, names, grid.body, times
    ):
        for site, analysis in zip(found, analyses, strict=True):
            analysis.update(chunk, site.satellites(chunk, satellites))
        done += len(chunk)
        advance(done / len(times))
    return {site.place.name: analysis.result() for site, analysis in zip(found, analyses, strict=True)}
