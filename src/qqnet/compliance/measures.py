"""How each quantity is measured in a study; only the stages that it needs are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from qqnet.compliance import errors_of_signals, errors_of_users
from qqnet.compliance.errors_of_users import grid_body as _body
from qqnet.compliance.errors_of_users import inside_zone
from qqnet.compliance.requirements import Measured, NotAssessed, Requirement, Where
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.study.conjunction import conjunctions, sun_angle
from qqnet.study.fields import epochs
from qqnet.study.summary import fits

if TYPE_CHECKING:
    from qqnet.service_volumes.result import ServiceVolumeResult
    from qqnet.study.study import Study


def measure(study: Study, requirement: Requirement) -> Measured:
    """Measure the quantity of a requirement in a study.

    Raises
    ------
    NotAssessed
        Where the study has no such number.
    """
    return _MEASURES[requirement.quantity](study, requirement)


def _fewest(study: Study, requirement: Requirement) -> Measured:
    result = study.coverage(_body(study, requirement.where))
    return Measured(float(result.worst_fold), f"coverage of the grid at {result.body}: fewest in view")


def _fewest_one_lost(study: Study, requirement: Requirement) -> Measured:
    body = _body(study, requirement.where)
    data = study.robustness(body).data
    one = data.isel(loss=np.flatnonzero(data["kind"].to_numpy() == "any 1"))
    if not one.sizes["loss"]:
        raise NotAssessed(
            f"the grid at {body} is not asked with any one satellite lost, or has one only; set losses.any_one"
        )
    folds = one["fold_min"].to_numpy()
    return Measured(
        float(folds.min()), f"losses on the grid at {body}: fewest in view with any one of {folds.size} lost"
    )


def _coverage(study: Study, requirement: Requirement) -> Measured:
    result = study.coverage(_body(study, requirement.where))
    fold = int(requirement.where.fold or 1)
    _levels(result.data.sizes["at_least"], fold)
    return Measured(
        result.fraction_at_least(fold),
        f"coverage of the grid at {result.body}: share of area and time with {fold} in view",
    )


def _worst_day(study: Study, requirement: Requirement) -> Measured:
    result = study.coverage(_body(study, requirement.where))
    fold = int(requirement.where.fold or 1)
    _levels(result.data.sizes["at_least"], fold)
    value = float(result.data["worst_day_fraction"].sel(at_least=fold).min())
    return Measured(
        value, f"coverage of the grid at {result.body}: worst 24 h of the worst point, {fold} in view"
    )


def _levels(kept: int, fold: int) -> None:
    if fold > kept:
        raise NotAssessed(f"shares are kept for 1 to {kept} satellites; set the grid's fold to {fold}")


def _dop_maximum(study: Study, requirement: Requirement) -> Measured:
    result = study.navigation(_body(study, requirement.where))
    kind = str(requirement.where.dop)
    return Measured(result.maximum(kind), f"navigation on the grid at {result.body}: largest {kind.upper()}")


def _dop_availability(study: Study, requirement: Requirement) -> Measured:
    where = requirement.where
    result = study.navigation(_body(study, where))
    kind, limit = str(where.dop), float(where.limit or 0.0)
    data = result.data
    if limit not in data["limit"].to_numpy():
        raise NotAssessed(f"shares are not counted for {limit:g}; set gdop of the grid at {where.body} to it")
    inside = inside_zone(data, where)
    shares = data["fraction_at_most"].sel(dop=kind, limit=limit).to_numpy()[inside]
    return Measured(
        float(shares.min()),
        f"navigation at {int(inside.sum())} points of the grid at {result.body}: {kind.upper()} at most {limit:g}"
        ", worst point",
    )


def _volume(study: Study, where: Where) -> ServiceVolumeResult:
    """Return the result of the scenario's volume of just this zone, height and rule."""
    for volume in study.scenario.service_volumes:
        altitudes = volume.altitudes_km
        if (
            volume.body == where.body
            and volume.fold == where.fold
            and volume.gdop == where.gdop
            and np.allclose(
                [volume.south, volume.north, altitudes[0], altitudes[-1]],
                [where.south, where.north, 0.0, float(where.highest or 0.0)],
                rtol=0.0,
                atol=1e-6,
            )
        ):
            return study.service_volume(volume.name)
    rule = f"fold: {where.fold}" + (f", gdop: {where.gdop:g}" if where.gdop else "")
    raise NotAssessed(
        "the scenario has no such service volume; add under 'service_volumes': "
        f"{{name: ZONE, body: {where.body}, south: {np.degrees(where.south):g} deg, "
        f"north: {np.degrees(where.north):g} deg, "
        f"shells: {{highest: {where.highest:g} km}}, {rule}}}"
    )


def _score(study: Study, requirement: Requirement) -> Measured:
    result = _volume(study, requirement.where)
    return Measured(result.score, f"service volume {result.name}: worst 24 h of the worst point")


def _earth_day(study: Study, requirement: Requirement) -> Measured:
    result = _volume(study, requirement.where)
    day = result.worst_utc_day
    if day is None:
        raise NotAssessed("the span holds no whole UTC day; start at midnight and take a day or more")
    return Measured(day.fraction, f"service volume {result.name}: worst whole UTC day of the worst point")


def _position_error(study: Study, requirement: Requirement) -> Measured:
    return errors_of_users.worst_error(study, requirement.where, "position")


def _time_error(study: Study, requirement: Requirement) -> Measured:
    found = errors_of_users.worst_error(study, requirement.where, "time")
    return Measured(found.value / SPEED_OF_LIGHT_KM_S, found.basis)


def _of_place(at: Callable[[Study, Where], Measured]) -> Callable[[Study, Requirement], Measured]:
    def measure(study: Study, requirement: Requirement) -> Measured:
        return at(study, requirement.where)

    return measure


def _rate(study: Study, requirement: Requirement) -> Measured:
    where = requirement.where
    scenario = study.scenario
    users = {
        node.name
        for node in scenario.nodes
        if isinstance(node, Site)
        and node.body == where.body
        and where.south <= node.latitude <= where.north
        and "relay" not in node.services
    }
    if not users:
        raise NotAssessed(f"no site on {where.body} in the zone; add a user under 'nodes'")
    relays = set(scenario.expand([n.name for n in scenario.nodes if "relay" in n.services]))
    rows = study.contacts.contacts
    sender, receiver = (users, relays) if requirement.quantity == "return-rate" else (relays, users)
    rows = rows[rows["from"].isin(sender) & rows["to"].isin(receiver) & (rows["kind"] != "terrestrial")]
    if not len(rows):
        return Measured(0.0, "contact plan: no contact between a user there and a relay")
    best = rows.iloc[int(rows["rate_bps"].to_numpy().argmax())]
    return Measured(
        float(rows["rate_bps"].max()),
        f"contact plan: best contact {best['from']} to {best['to']} ({best['link']})",
    )


def _delivered(study: Study, requirement: Requirement) -> Measured:
    scenario = study.scenario
    network = str(requirement.where.body).lower()
    names = {
        flow.name
        for flow in scenario.flows
        if network in (scenario.entry(flow.source).network, scenario.entry(flow.destination).network)
    }
    if not names:
        raise NotAssessed(f"no flow from or to the network '{network}'; add some under 'flows'")
    entries = [entry for entry in study.traffic.answer()["flows"] if entry["name"] in names]
    offered, delivered = (
        8.0 * sum(entry[key] for entry in entries) / scenario.time.duration
        for key in ("offered_bytes", "delivered_bytes")
    )
    if not requirement.met(delivered) and not requirement.met(offered):
        raise NotAssessed(
            f"the flows offer {offered / requirement.kind.scale:.4g} {requirement.kind.unit} only, so the network "
            "was not asked for as much; add flows"
        )
    return Measured(
        delivered, f"traffic: delivered of {len(entries)} flows from or to {requirement.where.body}"
    )


def _flows(study: Study, requirement: Requirement) -> Measured:
    if not study.scenario.flows:
        raise NotAssessed("the scenario has no flow; add some under 'flows'")
    entries = study.traffic.answer()["flows"]
    good = sum(fits(entry) for entry in entries)
    return Measured(good / len(entries), f"traffic: {good} of {len(entries)} flows arrive in time")


def _latency(study: Study, requirement: Requirement) -> Measured:
    scenario = study.scenario
    down = {
        flow.name
        for flow in scenario.flows
        if isinstance(scenario.entry(flow.source), GroundStation)
        and isinstance(entry := scenario.entry(flow.destination), Site)
        and entry.body == requirement.where.body
    }
    if not down:
        raise NotAssessed(f"no flow from a station on Earth to a site on {requirement.where.body}; add one")
    found = [route.latency_s for route in study.routes if route.flow in down]
    worst = max(np.inf if latency is None else latency for latency in found)
    return Measured(worst, f"routes: slowest of {len(found)} example bundles of {len(down)} flows, first bit")


def _connected(study: Study, requirement: Requirement) -> Measured:
    where = requirement.where
    angle, _ = sun_angle(study.ephemeris, str(where.body), epochs(study.scenario))
    nearest = float(angle.min())
    if nearest > float(where.sun_angle or 0.0):
        raise NotAssessed(
            f"{where.body} stays {np.degrees(nearest):.1f} deg or more from the Sun in this span; take a span "
            "with a conjunction, as mars-conjunction-2040 has"
        )
    for entry in conjunctions(study):
        if entry["to"] == where.body and entry["connected"] is not None:
            return Measured(
                float(entry["connected"]), f"routes: example bundles between {where.body} and the others"
            )
    raise NotAssessed(f"no flow between {where.body} and elsewhere; add some under 'flows'")


def _never(reason: str) -> Callable[[Study, Requirement], Measured]:
    def measure(study: Study, requirement: Requirement) -> Measured:
        raise NotAssessed(reason)

    return measure


_MEASURES: dict[str, Callable[[Study, Requirement], Measured]] = {
    "fewest-in-view": _fewest,
    "fewest-in-view-one-lost": _fewest_one_lost,
    "coverage": _coverage,
    "coverage-worst-day": _worst_day,
    "dop-maximum": _dop_maximum,
    "dop-availability": _dop_availability,
    "service-volume-score": _score,
    "earth-day-availability": _earth_day,
    "position-error": _position_error,
    "time-error": _time_error,
    "range-error-95": _of_place(errors_of_signals.range_error),
    "return-rate": _rate,
    "forward-rate": _rate,
    "delivered-data": _delivered,
    "flows-delivered": _flows,
    "end-to-end-latency": _latency,
    "conjunction-connected": _connected,
    "landing-error": _of_place(errors_of_users.landing_error),
    "velocity-error": _of_place(errors_of_users.velocity_error),
    "utc-error": _of_place(errors_of_signals.utc_error),
    "signal-position-error": _of_place(errors_of_signals.signal_position_error),
    "signal-velocity-error": _of_place(errors_of_signals.signal_velocity_error),
    "concurrent-users": _never("terminals of a scenario have no number of units, so any number is served"),
}
