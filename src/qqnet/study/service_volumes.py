"""Service volumes of a scenario: satellites turned into body-fixed axes, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qqnet.errors import InputError
from qqnet.scenario.model import Scenario
from qqnet.scenario.service_volumes import ServiceVolume
from qqnet.scenario.suggest import unknown
from qqnet.service_volumes.analysis import ServiceVolumeAnalysis
from qqnet.service_volumes.result import ServiceVolumeResult
from qqnet.service_volumes.shells import ShellPoints, zone_points
from qqnet.space.bodies import body
from qqnet.study.fields import body_fixed, epochs, providers

if TYPE_CHECKING:
    from qqnet.study.study import Study


def volume_of(scenario: Scenario, name: str) -> ServiceVolume:
    """Return the scenario's service volume of a name; InputError where it has none."""
    known = {volume.name: volume for volume in scenario.service_volumes}
    if name not in known:
        none = f"{scenario.name} has none; write them under 'service_volumes'"
        raise InputError(unknown("service volume", name, known, none))
    return known[name]


def service_volume(
    study: Study, volume: ServiceVolume, advance: Callable[[float], None]
) -> ServiceVolumeResult:
    """Compute the coverage of a volume over the scenario's span; `advance` is told the share done."""
    names, times = providers(study.scenario, volume), epochs(study.scenario)
    shells = ShellPoints.build(
        volume.body,
        body(volume.body).mean_radius_km,
        zone_points(volume.south, volume.north, volume.points),
        volume.altitudes_km,
        volume.mask,
    )
    analysis = ServiceVolumeAnalysis(
        volume.name,
        shells,
        step_s=study.scenario.time.step,
        required_fold=volume.fold,
        gdop_limit=volume.gdop,
    )
    for chunk, satellites in body_fixed(
        study.trajectories_of(names), study.ephemeris, names, volume.body, times
    ):
        analysis.update(chunk, satellites)
        advance(analysis.epochs / len(times))
    return analysis.result()
