"""The stage that computes the reception of Earth's navigation satellites."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qqnet.gnss.analysis import analyse
from qqnet.gnss.of_scenario import asked, epochs, receivers, surfaces, transmitters
from qqnet.gnss.result import GnssResult
from qqnet.study.network import horizons

if TYPE_CHECKING:
    from qqnet.study.study import Study


def reception(study: Study, advance: Callable[[float], None]) -> GnssResult:
    """Compute the stage; `advance` is told the share that is done."""
    scenario = study.scenario
    carried = receivers(scenario)
    return analyse(
        study.trajectories,
        transmitters(scenario, study.trajectories),
        carried,
        epochs(scenario),
        earth_altitude_km=asked(scenario).earth_altitude,
        surfaces=surfaces(scenario, list(carried), study.ephemeris, horizons(scenario)),
        advance=advance,
    )
