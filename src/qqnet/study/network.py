"""Windows and contacts of a scenario: terminal pairs, trajectories and geometry brought together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.access.candidates import OCCULTERS, Candidates, Occulters
from qqnet.access.horizon import HorizonProfile
from qqnet.access.link_geometry import LinkEvaluator
from qqnet.access.windows import find_windows
from qqnet.contacts.build import build_contacts
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase
from qqnet.errors import InputError
from qqnet.links.assembly import make_link
from qqnet.links.link import Link
from qqnet.links.pairs import TerminalPair
from qqnet.links.place import Ends, Place
from qqnet.orbits.trajectory import Trajectories
from qqnet.scenario.horizon import horizon_points
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Site, member_names
from qqnet.space.bank import TableBank
from qqnet.space.bodies import body
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.geodesy import local_east_north_up
from qqnet.space.light_time import MASSES
from qqnet.space.turning import rotation_table
from qqnet.study.acquisition import acquisition_delays_s
from qqnet.study.power import powered

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study


@dataclass(frozen=True, eq=False)
class Scene:
    """Where everything is, for the window finder.

    Attributes
    ----------
    trajectories : Trajectories
        Bodies and nodes.
    bank : TableBank
        Theirs, and the normals of the ellipsoid at the Earth's stations.
    normals : dict of str to int
        Station -> its normal's place in the bank.
    norths : dict of str to int
        Site with a horizon -> the place in the bank of its direction to the north.
    """

    trajectories: Trajectories
    bank: TableBank
    normals: dict[str, int]
    norths: dict[str, int]


def sites(scenario: Scenario) -> dict[str, Site | GroundStation]:
    """Return the nodes that stand on a body's surface, by name."""
    return {node.name: node for node in scenario.nodes if isinstance(node, Site | GroundStation)}


def scene(scenario: Scenario, trajectories: Trajectories, ephemeris: Ephemeris) -> Scene:
    """Join to the trajectories the directions that turn with a body and are asked for at its sites.

    These are the geodetic normals of stations, which do not point to the Earth's centre, and the directions to
    the north of sites with a horizon.
    """
    fixed = sites(scenario)
    normals = [name for name, site in fixed.items() if site.body == "Earth"]
    norths = [name for name, site in fixed.items() if site.horizon is not None]
    bank, start, stop = trajectories.bank, *trajectories.span
    wanted = {fixed[name].body for name in (*normals, *norths)}
    turning = {name: rotation_table(body(name), (start, stop), ephemeris) for name in sorted(wanted)}

    def table(name: str, row: int, what: str) -> ChebyshevTable:
        site = fixed[name]
        direction = local_east_north_up(site.latitude, site.longitude)[row]
        return _turned(turning[site.body], start, direction, f"{what} at {name}")

    tables = [table(name, 2, "normal") for name in normals] + [table(name, 1, "north") for name in norths]
    if not tables:
        return Scene(trajectories, bank, {}, {})
    places = range(len(bank), len(bank) + len(tables))
    return Scene(
        trajectories,
        bank.joined(tables),
        dict(zip(normals, places, strict=False)),
        dict(zip(norths, places[len(normals) :], strict=True)),
    )


def _turned(
    turning: ChebyshevTable, start_s: float, direction: NDArray[np.float64], name: str
) -> ChebyshevTable:
    """Return the table of a body-fixed direction [3] in ICRF axes."""
    records, _, terms = turning.coefficients.shape
    matrix = turning.coefficients.reshape(records, 3, 3, terms)
    return ChebyshevTable(start_s, turning.interval_s, np.einsum("rijk,i->rjk", matrix, direction), name)


def candidates(scenario: Scenario, stage: Scene, pairs: list[TerminalPair]) -> Candidates:
    """Give the window finder the ends and limits of links.

    Parameters
    ----------
    scenario : Scenario
        For masks, exclusions and ranges.
    stage : Scene
        For indices.
    pairs : list of TerminalPair, length L
        The links.

    Returns
    -------
    Candidates
        In the order of `pairs`.
    """
    trajectories = stage.trajectories
    fixed = sites(scenario)
    profiles = horizons(scenario)
    order = {name: n for n, name in enumerate(profiles)}
    columns: dict[str, list[float]] = {}
    for pair in pairs:
        row: dict[str, float] = {"max_range_km": np.inf}
        for end, name, terminal_name in (
            ("from", pair.source, pair.transmit),
            ("to", pair.target, pair.receive),
        ):
            terminal = scenario.terminals[terminal_name]
            site = fixed.get(name)
            row[f"{end}_index"] = trajectories.node_index(name)
            row[f"sun_exclusion_{end}_rad"] = terminal.sun_exclusion
            row[f"body_{end}"] = -1 if site is None else trajectories.body_index(site.body)
            row[f"up_{end}"] = stage.normals.get(name, -1)
            row[f"north_{end}"] = stage.norths.get(name, -1)
            row[f"horizon_{end}"] = order.get(name, -1)
            mask = np.nan
            if site is not None:
                mask = site.mask if terminal.minimum_elevation is None else terminal.minimum_elevation
            row[f"min_elevation_{end}_rad"] = mask
            if terminal.maximum_range is not None:
                row["max_range_km"] = min(row["max_range_km"], terminal.maximum_range)
        for key, value in row.items():
            columns.setdefault(key, []).append(value)
    if not pairs:
        return Candidates.build([], [])
    ends = columns.pop("from_index"), columns.pop("to_index")
    return Candidates.build(*ends, **columns, horizons=list(profiles.values()))


def horizons(scenario: Scenario) -> dict[str, HorizonProfile]:
    """Return the horizons of the sites that have one, by name."""
    return {
        name: HorizonProfile.build(*zip(*horizon_points(site.horizon, scenario.directory), strict=True))
        for name, site in sites(scenario).items()
        if site.horizon is not None
    }


def occulters(scenario: Scenario, trajectories: Trajectories) -> Occulters:
    """Return the bodies that block light, with the heights that the scenario adds to their radii."""
    names = [name for name in OCCULTERS if name not in scenario.bodies or scenario.bodies[name].occults]
    made = Occulters.build(trajectories.body_names, np.arange(len(trajectories.body_names)), only=names)
    heights = [
        scenario.bodies[name].occulting_altitude if name in scenario.bodies else 0.0
        for name in trajectories.body_names
        if name in names
    ]
    return replace(made, radius_km=made.radius_km + np.array(heights))


def windows(study: Study, advance: Callable[[float], None]) -> pd.DataFrame:
    """Find the windows of every link that the equipment allows; `advance` is told the share done."""
    scenario = study.scenario
    return find_windows(
        study.scene.bank,
        candidates(scenario, study.scene, study.links),
        occulters(scenario, study.trajectories),
        scenario.time.start_s,
        scenario.time.stop_s,
        step_s=scenario.time.step,
        light_time=scenario.compute.light_time,
        progress=advance,
    )


def links_of(scenario: Scenario, pairs: list[TerminalPair]) -> list[Link]:
    """Return the physics of terminal pairs, made once for each combination of terminals and places."""
    places = {
        name: Place(site.body, site.latitude, site.longitude, site.altitude, name)
        for name, site in sites(scenario).items()
    }
    made: dict[tuple[str, str, Place | None, Place | None], Link] = {}
    found = []
    for pair in pairs:
        key = (pair.transmit, pair.receive, places.get(pair.source), places.get(pair.target))
        if key not in made:
            made[key] = _link(scenario, *key)
        found.append(made[key])
    return found


def _link(
    scenario: Scenario, transmit: str, receive: str, sender: Place | None, receiver: Place | None
) -> Link:
    try:
        ends = Ends(
            scenario.terminals[transmit], scenario.terminals[receive], sender, receiver, scenario.seed
        )
        return make_link(ends)
    except InputError as error:
        raise InputError(f"{scenario.name}: terminals {transmit} to {receive}: {error}") from None


def geometry(study: Study) -> LinkEvaluator:
    """Return a function that evaluates links of the study (by index) at times."""
    return geometry_of(study, study.links)


def geometry_of(study: Study, pairs: list[TerminalPair]) -> LinkEvaluator:
    """Return a function that evaluates terminal pairs (by index) at times."""
    links = candidates(study.scenario, study.scene, pairs)
    return LinkEvaluator(
        study.scene.bank,
        links,
        light_time=study.scenario.compute.light_time,
        masses=delaying(study.scenario, study.trajectories),
    )


def delaying(scenario: Scenario, trajectories: Trajectories) -> dict[int, float]:
    """Return the bodies whose gravity delays light, where the scenario asks for it: index and GM [km^3/s^2]."""
    if not scenario.compute.relativity:
        return {}
    return {
        trajectories.body_index(name): body(name).gm_km3_s2
        for name in MASSES
        if name in trajectories.body_names
    }


def served_windows(study: Study) -> pd.DataFrame:
    """Windows in which links are there for data: lines of sight, less what keeps terminals from using them."""
    from qqnet.study.clouds import windows_between_clouds
    from qqnet.study.pointing import granted

    return granted(study, powered(study, windows_between_clouds(study)))


def contact_plan(study: Study, advance: Callable[[float], None]) -> ContactPlan:
    """Make the contact plan: windows at their rates, and the networks on the ground; `advance` as above."""
    import pandas as pd

    from qqnet.study.paths import PathEvaluator

    scenario, pairs = study.scenario, study.links
    links = links_of(scenario, pairs)
    windows, where = served_windows(study), geometry(study)
    made = build_contacts(
        windows,
        links,
        acquisition_delays_s(scenario, pairs, windows, where),
        where,
        PathEvaluator(study, pairs, links),
        advance,
    )
    index = made.pop("link").to_numpy()
    named: dict[str, list[str]] = {
        "from": [pairs[n].source for n in index],
        "to": [pairs[n].target for n in index],
        "link": [pairs[n].name for n in index],
        "kind": [pairs[n].kind for n in index],
    }
    radio = made.assign(**named)
    ground = pd.DataFrame(list(_terrestrial(scenario)))
    contacts = pd.concat([radio, ground], ignore_index=True) if len(ground) else radio
    numbers = {
        name: number
        for node in scenario.nodes
        for number, name in enumerate(member_names(node), start=node.ipn)
    }
    relays = {name for node in scenario.nodes if "relay" in node.services for name in member_names(node)} | {
        name for network in scenario.terrestrial for name in network.nodes
    }
    return ContactPlan(
        contacts, numbers, TimeBase(epoch=scenario.time.start), frozenset(numbers.keys() - relays)
    )


def _terrestrial(scenario: Scenario) -> list[dict[str, Any]]:
    """One contact over the whole span for each ordered pair of a ground network."""
    return [
        {
            "from": one,
            "to": other,
            "start_s": scenario.time.start_s,
            "end_s": scenario.time.stop_s,
            "rate_bps": network.rate,
            "owlt_start_s": network.delay,
            "owlt_end_s": network.delay,
            "link": network.name,
            "kind": "terrestrial",
        }
        for network in scenario.terrestrial
        for one in network.nodes
        for other in network.nodes
        if one != other
    ]


def visible(study: Study, pair: TerminalPair, at_s: float) -> bool:
    """Whether a terminal pair has a line of sight within all limits at a time of transmission."""
    time = study.scenario.time
    first = max(time.start_s, at_s - time.step)
    last = min(time.stop_s, first + 2 * time.step)
    found = find_windows(
        study.scene.bank,
        candidates(study.scenario, study.scene, [pair]),
        occulters(study.scenario, study.trajectories),
        first,
        last,
        step_s=(last - first) / 8,
        light_time=study.scenario.compute.light_time,
    )
    return bool(((found["start_s"] <= at_s) & (at_s <= found["end_s"])).any())
