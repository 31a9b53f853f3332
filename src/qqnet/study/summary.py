"""The answers of a study: headlines for people, figures for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.navigation.result import NOTE
from qqnet.pointing.apertures import is_limited
from qqnet.scenario.nodes import member_names
from qqnet.scenario.terminals import Role
from qqnet.space.timescales import format_utc
from qqnet.study.conjunction import conjunction_answer
from qqnet.study.fallback import downlinks, fallback, fallback_summary
from qqnet.study.fields import grid_of
from qqnet.study.pointing import pointing_summary
from qqnet.study.power import eclipses
from qqnet.study.robustness import robustness_summary
from qqnet.study.weather import weather_summary
from qqnet.weather.of_scenario import sites_with_weather

if TYPE_CHECKING:
    from qqnet.study.study import Study

DELIVERED = 0.999
"""A flow fits where at least this share of its bytes arrives in time, of those whose fate is known at the end."""

_TRUNK: Role = "trunk"

_WORTH_TELLING_S = 86400.0
"""An outage of links between planets is told in a headline from a day on [s]."""


def summarise(study: Study) -> dict[str, Any]:
    """Draw the answers from a study's results.

    Parameters
    ----------
    study : Study
        Computes what is missing.

    Returns
    -------
    dict
        Plain JSON values: ``scenario``, ``headlines`` (question, answer, ok, detail); ``coverage``,
        ``navigation``, ``robustness``, ``stability`` and ``orbit_determination`` by body, ``service_volumes`` by
        name, ``users``, ``gnss``, ``weather`` and ``downlinks`` where there are any; ``trunks``, ``conjunction``,
        ``eclipses``, ``fallback``, ``flows``, ``losses``, ``contacts``, ``nodes``, and ``pointing`` where
        terminals have a number of beams.
    """
    scenario = study.scenario
    bodies = [grid.body for grid in scenario.grids]
    summary: dict[str, Any] = {
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "start": format_utc(scenario.time.start_s),
            "stop": format_utc(scenario.time.stop_s),
            "duration_s": scenario.time.duration,
            "step_s": scenario.time.step,
            "nodes": len(scenario.node_names),
        },
        "coverage": {body: study.coverage(body).summary() for body in bodies},
        "navigation": {body: navigation_summary(study, body) for body in bodies},
        "robustness": {body: robustness_summary(study, body) for body in bodies},
        **_users(study),
        "service_volumes": {
            one.name: study.service_volume(one.name).summary() for one in scenario.service_volumes
        },
        "stability": {one.body: study.stability(one.body).summary() for one in scenario.stability},
        **({} if scenario.gnss is None else {"gnss": study.gnss.summary()}),
        "orbit_determination": {
            one.body: study.orbit_determination(one.body).summary() for one in scenario.orbit_determination
        },
        "trunks": trunks(study),
        "conjunction": conjunction_answer(study),
        "eclipses": eclipses(study),
        **({"pointing": pointing_summary(study)} if is_limited(scenario) else {}),
        **_weather(study),
        "fallback": fallback_summary(scenario, fallback(study)),
        "contacts": _contacts(study),
        **flows(study),
        "nodes": nodes(study),
    }
    summary["headlines"] = headlines(summary)
    return summary


def navigation_summary(study: Study, body: str) -> dict[str, Any]:
    """Figures of navigation at a body, with the position error of the grid's user-range error."""
    grid = grid_of(study.scenario, body)
    answer = {"required_gdop": grid.gdop, **study.navigation(body).summary(grid.range_error * 1e3)}
    if grid.errors is not None:
        found = study.navigation_errors(body)
        budget = found.budget.summary()
        answer |= {"sigma_m": budget["total_m"], "error_m": found.summary(), "error_budget": budget}
        answer["error_unavailable_fraction"] = found.unavailable_fraction
        if found.unavailable_fraction > 0.0:
            answer.setdefault("note", NOTE)
    return answer


def _users(study: Study) -> dict[str, Any]:
    """Figures of every navigation user; nothing where there is none."""
    if not study.scenario.navigation_users:
        return {}
    return {"users": {one.name: one.summary() for one in study.navigation_users}}


def _weather(study: Study) -> dict[str, Any]:
    """Figures of clouds, and of lasers to sites under them; nothing where there is no weather."""
    if not sites_with_weather(study.scenario):
        return {}
    return {
        "weather": weather_summary(study.scenario),
        "downlinks": fallback_summary(study.scenario, downlinks(study)),
    }


def trunks(study: Study) -> list[dict[str, Any]]:
    """Figures of every directed trunk link: availability, rate, range, light time."""
    from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

    scenario = study.scenario
    names = {
        (pair.source, pair.target, pair.name)
        for pair in study.links
        if _TRUNK in scenario.terminals[pair.transmit].roles
    }
    rows = []
    seen = set()
    for row in study.contacts.statistics().to_dict("records"):
        key = (row["from"], row["to"], row["link"])
        if key not in names:
            continue
        seen.add(key)
        rows.append(
            {
                "from": row["from"],
                "to": row["to"],
                "link": row["link"],
                "kind": row["kind"],
                "availability": row["total_s"] / scenario.time.duration,
                "rate_min_bps": row["rate_min_bps"],
                "rate_max_bps": row["rate_max_bps"],
                "range_min_km": row["owlt_min_s"] * SPEED_OF_LIGHT_KM_S,
                "range_max_km": row["owlt_max_s"] * SPEED_OF_LIGHT_KM_S,
                "owlt_min_s": row["owlt_min_s"],
                "owlt_max_s": row["owlt_max_s"],
                "volume_bytes": row["volume_bytes"],
                "longest_gap_s": row["longest_gap_s"],
            }
        )
    kinds = {(pair.source, pair.target, pair.name): pair.kind for pair in study.links}
    for key in sorted(names - seen):
        source, target, link = key
        rows.append({"from": source, "to": target, "link": link, "kind": kinds[key], "availability": 0.0})
    return rows


def flows(study: Study) -> dict[str, Any]:
    """Figures of every flow: what was delivered, how late, and the network's own latency."""
    answer = study.traffic.answer()
    latencies: dict[str, list[float | None]] = {}
    for route in study.routes:
        latencies.setdefault(route.flow, []).append(route.latency_s)
    by_name = {flow.name: flow for flow in study.scenario.flows}
    for entry in answer["flows"]:
        flow = by_name[entry["name"]]
        found = [latency for latency in latencies[flow.name] if latency is not None]
        entry |= {
            "from": flow.source,
            "to": flow.destination,
            "type": flow.type,
            "priority": flow.priority,
            "deadline_s": flow.deadline,
            "fits": fits(entry),
            "route_latency_s": {
                "found": len(found) / len(latencies[flow.name]),
                "min": min(found, default=None),
                "median": float(np.median(found)) if found else None,
                "max": max(found, default=None),
            },
        }
    return {"flows": answer["flows"], "losses": answer["losses"]}


def fits(entry: dict[str, Any]) -> bool:
    """Whether a flow's volume arrives: what is still stored or in flight at the end does not count."""
    decided = entry["offered_bytes"] - entry["stored_bytes"] - entry["in_flight_bytes"]
    return bool(entry["delivered_bytes"] > 0.0 and entry["delivered_bytes"] >= DELIVERED * decided)


def nodes(study: Study) -> list[dict[str, Any]]:
    """Name, kind and number of each entry of the scenario's nodes, and how its motion was found."""
    rows = []
    for node in study.scenario.nodes:
        members = member_names(node)
        motion = study.trajectories[members[0]].dynamics
        rows.append({"name": node.name, "kind": node.kind, "count": len(members), "dynamics": motion})
    return rows


def _contacts(study: Study) -> dict[str, Any]:
    rows = study.contacts.contacts
    return {
        "count": len(rows),
        "by_kind": {str(kind): int(count) for kind, count in rows["kind"].value_counts().items()},
        "volume_bytes": float(study.contacts.volume_bytes().sum()),
    }


def headlines(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the main answers in words.

    Parameters
    ----------
    summary : dict
        All else of the summary.

    Returns
    -------
    list of dict
        ``question``, ``answer``, ``ok`` (True, False, or None where it is no yes-or-no question), ``detail``.
    """
    found: list[dict[str, Any]] = []
    for body, answer in summary["coverage"].items():
        found.append(_coverage_headline(body, answer))
        found.append(_navigation_headline(body, summary["navigation"][body]))
        found += _losses_headline(body, summary["robustness"][body])
    found += [_volume_of_service_headline(answer) for answer in summary["service_volumes"].values()]
    found += [_stability_headline(body, answer) for body, answer in summary["stability"].items()]
    if "gnss" in summary:
        found.append(_gnss_headline(summary["gnss"]))
    found += [_downlink_headline(entry, summary["weather"]) for entry in summary.get("downlinks", [])]
    found += [
        _determination_headline(body, answer) for body, answer in summary["orbit_determination"].items()
    ]
    if summary["flows"]:
        found.append(_volume_headline(summary["flows"]))
        found.append(_latency_headline(summary["flows"]))
    found += [_conjunction_headline(entry) for entry in summary["conjunction"]]
    return found


def _gnss_headline(answer: dict[str, Any]) -> dict[str, Any]:
    nodes = answer["nodes"]
    shares = [f"{one['node']} {100 * one['usable']['fraction_at_least']['4']:.3g} %" for one in nodes]
    return _headline(
        "How much of the time can four or more of the Earth's navigation satellites be used?",
        None,
        ", ".join(shares),
        f"Of {answer['satellites']} of {', '.join(answer['systems'])}.",
    )


def _downlink_headline(entry: dict[str, Any], weather: dict[str, Any]) -> dict[str, Any]:
    share, missing, sites = entry["share"], entry["missing"], weather["sites"]
    clear = weather["at_least"][0]
    return _headline(
        f"How much of the time does a laser of {entry['from']} reach the ground?",
        None,
        f"{_percent(share['laser'])}; radio alone {_percent(share['radio_only'])}, "
        f"nothing {_percent(share['none'])}.",
        f"Clouds at all sites in sight cost {_percent(missing['cloud'])}, the Sun {_percent(missing['sun'])}; "
        f"no site is in sight {_percent(missing['occultation'])} of the time. One of {len(sites)} sites was "
        f"clear {_percent(clear['drawn'])} of the time.",
    )


def _headline(question: str, ok: bool | None, answer: str, detail: str = "") -> dict[str, Any]:
    return {"question": question, "ok": ok, "answer": answer, "detail": detail}


def _coverage_headline(body: str, answer: dict[str, Any]) -> dict[str, Any]:
    wanted, fold = answer["required_fold"], answer["fold"]
    share = fold["fraction_at_least"][str(wanted)]
    ok = fold["min"] >= wanted
    question = f"Are {wanted} satellites in view everywhere on {_the(body)}, always?"
    if wanted == 1:
        question = f"Is a satellite in view everywhere on {_the(body)}, always?"
    worst, day = answer["worst_point"], answer["worst_day"]
    text = (
        f"never fewer than {fold['min']}"
        if ok
        else f"for {_percent(share)} of area and time, at worst {fold['min']}"
    )
    detail = (
        f"At {answer['mask_deg']:g} deg elevation, at {answer['points']} points"
        f" and {answer['epochs']} epochs."
    )
    if not ok:
        detail += (
            f" Worst point {_place(worst)} with {_percent(worst['fraction_at_least'][str(wanted)])} of the time;"
            f" its worst 24 h start {day['start'][:16].replace('T', ' ')} UTC"
            f" with {_percent(day['fraction_at_least'][str(wanted)])}."
        )
    return _headline(question, ok, ("Yes, " if ok else "No, ") + text + ".", detail)


def _navigation_headline(body: str, answer: dict[str, Any]) -> dict[str, Any]:
    gdop, limit = answer["gdop"], answer["required_gdop"]
    ok = gdop["max"] is not None and gdop["max"] <= limit
    highest = "without bound" if gdop["max"] is None else f"{gdop['max']:.2f}"
    middle = "without bound" if gdop["p95"] is None else f"{gdop['p95']:.2f}"
    error = answer["error_m"]["position"]["p95"]
    position = ""
    if error is not None:
        position = f" Position error at 95 %: {error:.1f} m at {answer['sigma_m']:.3g} m range error."
    share = _percent(gdop["fraction_at_most"][f"{limit:g}"])
    text = f"Yes, at most {highest}." if ok else f"No, for {share} of area and time."
    return _headline(
        f"Is GDOP {limit:g} or better everywhere on {_the(body)}, always?",
        ok,
        text,
        f"95 % of area and time: {middle}; worst: {highest}.{position}",
    )


def _losses_headline(body: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Say what any one lost satellite does; nothing where it was not asked."""
    one, wanted = answer["losses"].get("any_1"), answer["required_fold"]
    if one is None:
        return []
    found, reach = one["coverage"], one["navigation"]
    satellites = "Is a satellite" if wanted == 1 else f"Are {wanted} satellites"
    ok = found["fold_min"] >= wanted
    share, mean = found["fraction_at_least"][str(wanted)], found["mean"]
    text = f"Yes, never fewer than {found['fold_min']}." if ok else f"No, at worst {found['fold_min']}."
    detail = f"Each of {one['sets']} satellites lost in turn."
    if not ok:
        # One name says something only where the losses differ.
        which = f" without {found['worst']}" if share < mean else ", whichever is lost"
        detail += f" At worst for {_percent(share)} of area and time{which}."
    detail += f" GDOP {reach['gdop']:g} or better: for {_percent(reach['fraction_at_most'])} of area and time"
    detail += f" without {reach['worst']}." if reach["fraction_at_most"] < reach["mean"] else "."
    return [
        _headline(
            f"{satellites} in view everywhere on {_the(body)}, always, with any one lost?", ok, text, detail
        )
    ]


def _volume_of_service_headline(answer: dict[str, Any]) -> dict[str, Any]:
    wanted, below, day = answer["required_fold"], answer["gdop_below"], answer["worst_day"]
    satellites = "a satellite" if wanted == 1 else f"{wanted} satellites"
    rule = f"{satellites} in view" + ("" if below is None else f" and GDOP below {below:g}")
    ok = answer["score"] >= 1.0
    text = (
        "Yes, always." if ok else f"No, in the worst 24 h at the worst point for {_percent(answer['score'])}."
    )
    heights = [shell["altitude_km"] for shell in answer["shells"]]
    detail = (
        f"{rule[0].upper()}{rule[1:]}, at {answer['points']} points on each of {len(heights)} shells from "
        f"{heights[0]:g} to {heights[-1]:g} km; {_percent(answer['fraction'])} of area and time."
    )
    if not ok:
        detail += f" Worst point {_place(day)} at {day['altitude_km']:.0f} km."
    return _headline(f"Is the service volume {answer['name']} covered throughout?", ok, text, detail)


def _stability_headline(body: str, answer: dict[str, Any]) -> dict[str, Any]:
    free, kept, spent = answer["free"], answer["kept"], answer["delta_v_m_s_per_year"]
    days = answer["duration_days"]
    alone = f"all {days} days" if free["held_throughout"] else f"{free['held_days']} days"
    held = f"all {days} days" if kept["held_throughout"] else f"{kept['held_days']} days"
    return _headline(
        f"How long are {answer['fold']} satellites in view everywhere on {_the(body)}?",
        kept["held_throughout"],
        f"Left alone {alone}; kept {held}, for {spent['mean']:.1f} m/s a satellite and year.",
        f"Real gravity: {answer['dynamics']}. Most that a satellite needs: {spent['max']:.1f} m/s a year; "
        f"{answer['burns']} burns in {days} days.",
    )


def _determination_headline(body: str, answer: dict[str, Any]) -> dict[str, Any]:
    limit, error, speed = answer["limit"], answer["position_3sigma_m"], answer["velocity_3sigma_m_s"]
    question = (
        f"Do orbits and clocks of the satellites about {_the(body)} meet {limit['position_m']:g} m (3 sigma)?"
    )
    met = limit["position_met_fraction"]
    shares = ", ".join(f"{one['name']} {_percent(one['information_share'])}" for one in answer["sources"])
    if met is None or error["max"] is None or speed["p95"] is None:
        return _headline(question, False, "Not known: tracking does not determine all of them.", shares)
    ok = met >= 1.0
    text = f"Yes, at most {error['max']:.1f} m." if ok else f"No, for {_percent(met)} of satellites and time."
    return _headline(
        question,
        ok,
        text,
        f"Messages up to {_seconds(answer['broadcast']['age_max_s'])} old, {answer['clock']} clocks; 95 %: "
        f"{error['p95']:.1f} m and {1e3 * speed['p95']:.2f} mm/s. What observations determine: {shares}.",
    )


def _volume_headline(entries: list[dict[str, Any]]) -> dict[str, Any]:
    short = [entry for entry in entries if not entry["fits"]]
    text = "Yes, every flow." if not short else f"{len(entries) - len(short)} of {len(entries)} flows."
    detail = "; ".join(f"{entry['name']}: {_percent(entry['delivery_ratio'])} delivered" for entry in short)
    return _headline("Does every flow's volume arrive in time?", not short, text, detail)


def _latency_headline(entries: list[dict[str, Any]]) -> dict[str, Any]:
    known = [entry for entry in entries if entry["route_latency_s"]["median"] is not None]
    if not known:
        return _headline("How long does data take?", False, "No flow has a route.")
    ordered = sorted(known, key=lambda entry: float(entry["route_latency_s"]["median"]))
    fast, slow = ordered[0], ordered[-1]
    text = (
        f"From {_seconds(fast['route_latency_s']['median'])} ({fast['from']} to {fast['to']}) "
        f"to {_seconds(slow['route_latency_s']['median'])} ({slow['from']} to {slow['to']}), median of first bits."
    )
    return _headline("How long does data take?", None, text)


def _conjunction_headline(entry: dict[str, Any]) -> dict[str, Any]:
    planet = entry["to"]
    text = (
        f"A direct link from {planet} to the Earth-Moon system stands "
        f"{_percent(entry['direct_availability'])} of the time"
    )
    connected = entry["connected"]
    if connected is not None:
        text += f"; {_percent(connected)} of the bundles looked at, to {planet} or back, find a way"
    ok = None if connected is None else connected >= 1.0
    detail = (
        f"Seen from the Earth, {planet} is at least {entry['sep_min_deg']:.1f} deg from the Sun. "
        f"Distance {entry['distance_min_au']:.3f} to {entry['distance_max_au']:.3f} AU."
    )
    return _headline(f"Does {planet} stay connected?", ok, text + ".", f"{detail}{_past_the_sun(entry)}")


def _past_the_sun(entry: dict[str, Any]) -> str:
    """Say how long the links from a planet straight to the Earth were shut, and what goes round the Sun."""
    planet, words = entry["to"], []
    for link in entry.get("direct", []):
        if link["from"] == planet and link["outages"]:
            longest = max(link["outages"], key=lambda one: float(one["duration_s"]))
            if longest["duration_s"] >= _WORTH_TELLING_S:
                kind = "Laser" if link["kind"] == "optical" else f"{link['band']} radio"
                words.append(f"{kind} shut for {longest['duration_s'] / 86400:.1f} d ({longest['cause']})")
    for way in entry.get("way_round", []):
        if way["from"] == planet and way["rate_bps"]["min"] is not None:
            rate, delay = way["rate_bps"]["min"] / 1e6, way["delay_s"]["max"]
            words.append(f"round the Sun {rate:.3g} Mbit/s or more, at most {_seconds(delay)}")
    return "".join(f" {one[0].upper()}{one[1:]}." for one in words)


def _the(body: str) -> str:
    return "the Moon" if body == "Moon" else body


def _place(point: dict[str, Any]) -> str:
    latitude, longitude = point["lat_deg"], point["lon_deg"]
    return (
        f"{abs(latitude):.1f} deg {'N' if latitude >= 0 else 'S'}, "
        f"{abs(longitude):.1f} deg {'E' if longitude >= 0 else 'W'}"
    )


def _percent(share: float) -> str:
    """Write a share; what is not all never reads as all."""
    if share >= 1.0:
        return "100 %"
    return f"{min(100 * share, 99.999):.3g} %" if share < 0.995 else f"{min(100 * share, 99.999):.3f} %"


def _seconds(value: float) -> str:
    if value < 120.0:
        return f"{value:.2f} s"
    return f"{value / 60:.1f} min" if value < 7200.0 else f"{value / 3600:.1f} h"
