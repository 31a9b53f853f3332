"""The shipped scenarios: valid, each value with its origin, equipment that closes, traffic that fits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from qqnet.links.assembly import make_link
from qqnet.links.budget import link_budget
from qqnet.links.link import Link
from qqnet.links.optical import ppm_photons_per_bit_limit
from qqnet.links.pairs import terminal_pairs
from qqnet.links.path import Path as LinkPath
from qqnet.links.place import Ends
from qqnet.links.ppm_modes import PpmMode
from qqnet.links.terminals import receive_end, transmit_end
from qqnet.scenario.gnss import Gnss
from qqnet.scenario.loading import load, shipped
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Site, member_names
from qqnet.scenario.part import Described
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.constants import AU_KM

NAMES = ("lunar-relay", "mars-conjunction-2040", "optical-downlink", "queqiao-2", "qqnet-3")
MARKS = re.compile(r"\((verified|secondary|unverified)\)")
QUANTITY = re.compile(r"[+-]?\d[\d.eE+-]*( [A-Za-z/]+)?")
NOT_QUANTITIES = {"version", "ipn", "name", "description", "sources", "assumptions"}


@pytest.fixture(scope="module", params=NAMES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


@pytest.fixture(scope="module")
def reference() -> Scenario:
    return load("qqnet-3")


def described(scenario: Scenario) -> Iterator[tuple[str, Described]]:
    yield scenario.name, scenario
    for name, terminal in scenario.terminals.items():
        yield f"terminals.{name}", terminal
    for section in ("nodes", "terrestrial", "flows", "service_volumes", "protected_places"):
        for part in getattr(scenario, section):
            yield f"{section}.{part.name}", part
    for grid in scenario.grids:
        yield f"grids.{grid.body}", grid
        if grid.errors is not None:
            yield f"grids.{grid.body}.errors", grid.errors
    for user in scenario.navigation_users:
        yield f"navigation_users.{user.name}", user
    for years in scenario.stability:
        yield f"stability.{years.body}", years
    if scenario.gnss is not None:
        yield "gnss", scenario.gnss
        for receiver in scenario.gnss.receivers:
            yield f"gnss.{receiver.name}", receiver
    for one in scenario.orbit_determination:
        yield f"orbit_determination.{one.body}", one


def quantities(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Key paths of numbers and quantities in a part as written, places in lists left out."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in NOT_QUANTITIES:
                yield from quantities(value, (*path, key))
    elif isinstance(data, list):
        for value in data:
            yield from quantities(value, path)
    elif (isinstance(data, int | float) and not isinstance(data, bool)) or (
        isinstance(data, str)
        and (QUANTITY.fullmatch(data) or path[-1] in ("start", "epoch", "seed", "point"))
    ):
        yield path


def has_path(part: Any, keys: list[str]) -> bool:
    if not keys:
        return part is not None
    if isinstance(part, list):
        return any(has_path(item, keys) for item in part)
    return (
        isinstance(part, BaseModel) and hasattr(part, keys[0]) and has_path(getattr(part, keys[0]), keys[1:])
    )


def test_these_are_shipped() -> None:
    assert set(NAMES) <= set(shipped())


def test_every_quantity_says_where_it_comes_from(scenario: Scenario) -> None:
    own_sections = {
        "terminals", "nodes", "terrestrial", "flows", "grids", "navigation_users", "stability", "gnss",
        "orbit_determination", "service_volumes", "protected_places", "traffic",
    }  # fmt: skip
    bare = []
    for place, part in described(scenario):
        data = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        if isinstance(part, Scenario):
            data = {key: value for key, value in data.items() if key not in own_sections}
        if isinstance(part, Gnss):
            data.pop("receivers")
        stated = {**part.sources, **part.assumptions}
        for path in quantities(data):
            starts = {".".join(path[:n]) for n in range(1, len(path) + 1)}
            if not starts & stated.keys() and "*" not in stated:
                bare.append(f"{place}: {'.'.join(path)}")
    assert bare == []


def test_sources_and_assumptions_name_keys_that_exist(scenario: Scenario) -> None:
    lost = [
        f"{place}: {key}"
        for place, part in described(scenario)
        for key in (*part.sources, *part.assumptions)
        if key != "*" and not has_path(part, key.split("."))
    ]
    assert lost == []


def test_sources_say_how_far_they_are_verified(scenario: Scenario) -> None:
    unmarked = [
        f"{place}: {key}"
        for place, part in described(scenario)
        for key, text in part.sources.items()
        if not MARKS.search(text)
    ]
    assert unmarked == []


def test_ipn_numbers_are_unique(scenario: Scenario) -> None:
    numbers = Counter(node.ipn + k for node in scenario.nodes for k in range(len(member_names(node))))
    assert max(numbers.values()) == 1


def test_written_scenario_loads_to_an_equal_one(scenario: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "written.yaml"
    file.write_text(scenario.to_yaml(), encoding="utf-8")
    assert load(file) == scenario
    assert "extends" not in yaml.safe_load(file.read_text(encoding="utf-8"))


def test_every_terminal_is_carried_and_finds_a_partner(scenario: Scenario) -> None:
    pairs = terminal_pairs(scenario)
    carried = {name for node in scenario.nodes for name in node.terminals}
    linked = {pair.transmit for pair in pairs} | {pair.receive for pair in pairs}
    assert carried == set(scenario.terminals)
    silent = {name for name, one in scenario.terminals.items() if one.roles == ["broadcast"]}
    assert linked | silent == carried


def test_every_link_is_made_of_valid_ends(scenario: Scenario) -> None:
    """A carrier outside the partner's band or a pointing error outside the beam raises."""
    for kind in {(pair.transmit, pair.receive) for pair in terminal_pairs(scenario)}:
        Link(transmit_end(scenario.terminals[kind[0]]), receive_end(scenario.terminals[kind[1]]))


def test_flow_ends_have_equipment_or_lines(scenario: Scenario) -> None:
    joined = {name for network in scenario.terrestrial for name in network.nodes}
    for flow in scenario.flows:
        for end in (flow.source, flow.destination):
            assert scenario.entry(end).terminals or end in joined, (flow.name, end)


def test_no_uhf_on_the_far_side_of_the_moon(scenario: Scenario) -> None:
    """UHF of the lunar surface is for outside of the zone that the Moon shields (SFCG 32-2)."""
    for node in scenario.nodes:
        if isinstance(node, Site) and node.body == "Moon":
            far = abs((node.longitude + 3.141592653589793) % 6.283185307179586 - 3.141592653589793) > 1.97
            near_pole = abs(node.latitude) > 1.3
            if far and not near_pole:
                terminals = [scenario.terminals[name] for name in node.terminals]
                bands = [t.transmit.frequency for t in terminals if isinstance(t, RfTerminal) and t.transmit]
                assert min(bands) > 2e9, node.name


def test_radio_of_6_mhz_and_more_is_ka_only(scenario: Scenario) -> None:
    """SFCG 41-1, which is about links; the navigation signal of LunaNet is wider in S band."""
    for name, terminal in scenario.terminals.items():
        links = terminal.roles != ["broadcast"]
        if links and isinstance(terminal, RfTerminal) and terminal.transmit and terminal.transmit.bandwidth:
            assert terminal.transmit.bandwidth < 6e6 or terminal.transmit.frequency > 22e9, name


def test_reference_network_has_a_workable_size(reference: Scenario) -> None:
    pairs = terminal_pairs(reference)
    assert 2000 <= len(pairs) <= 3500
    assert len({(pair.source, pair.target, pair.transmit, pair.receive) for pair in pairs}) == len(pairs)
    messages = sum(
        int((reference.time.duration - flow.start) // flow.every) for flow in reference.flows if flow.every
    )
    assert messages < 30_000


def rate_bps(scenario: Scenario, transmit: str, receive: str, range_km: float) -> float:
    link = Link(transmit_end(scenario.terminals[transmit]), receive_end(scenario.terminals[receive]))
    return link_budget(link, LinkPath.straight(range_km)).rate_bps


@pytest.mark.parametrize(
    ("transmit", "receive", "range_km", "at_least_bps"),
    [
        ("laser-deep", "laser-deep", 0.37 * AU_KM, 50e6),
        ("laser-deep", "laser-deep", 2.7 * AU_KM, 1e6),
        ("laser-cislunar", "laser-cislunar", 530e3, 1e9),
        ("ka-deep-outer", "ka-deep-inner", 2.7 * AU_KM, 100e3),
        ("ka-deep-inner", "ka-deep-outer", 2.7 * AU_KM, 100e3),
        ("x-deep", "x-ground-deep", 2.7 * AU_KM, 200e3),
        ("ka-eml", "ka-staging", 530e3, 100e6),
        ("ka-lunar-sat-earth", "ka-staging", 450e3, 5e6),
        ("laser-lunar-sat", "laser-eml-lunar", 85e3, 500e6),
        ("s-lunar-user", "s-lunar-relay", 6_900.0, 100e3),
        ("ka-lunar-base", "ka-eml-relay", 80e3, 100e6),
        ("uhf-mars-user", "uhf-mars-relay", 13_500.0, 60e3),
        ("s-venus-orbiter", "s-venus-relay", 24_000.0, 8e3),
    ],
)
def test_links_close_at_their_longest_distance(
    reference: Scenario, transmit: str, receive: str, range_km: float, at_least_bps: float
) -> None:
    assert rate_bps(reference, transmit, receive, range_km) >= at_least_bps


def test_deep_laser_modes_leave_no_gap(reference: Scenario) -> None:
    """Each mode of the ladder costs less than 4 dB more than the slower one: a factor 1.6 in distance."""
    link = Link(*(end(reference.terminals["laser-deep"]) for end in (transmit_end, receive_end)))
    assert all(0 < high - low < 4.0 for low, high in pairwise(link.demands_db_hz))


def test_deep_laser_needs_the_channel_limit_the_code_and_its_detector(reference: Scenario) -> None:
    """The limit is -ln(1 - r) / (r log2 M), the erasure channel without background; 1 dB is the code's."""
    terminal = reference.terminals["laser-deep"]
    link = make_link(Ends(terminal, terminal))
    assert terminal.transmit is not None
    assert len(link.ladder) == len(terminal.transmit.modes)
    for mode in link.ladder:
        assert isinstance(mode, PpmMode)
        limit = 10.0 * math.log10(float(ppm_photons_per_bit_limit(mode.order, mode.code_rate)))
        assert mode.gap_db == 1.0
        assert 1.0 < mode.required_db - limit < 2.2


def test_planetary_constellations_are_the_lunar_one_scaled(reference: Scenario) -> None:
    """Fold and GDOP of a Walker pattern depend on a over R, the inclination and the mask alone."""
    from qqnet.space.bodies import body

    ratios = {}
    for name in ("lunar-sat", "mars-sat", "venus-sat"):
        entry = reference.entry(f"{name}-01")
        ratios[name] = entry.orbit.a / body(entry.orbit.body).mean_radius_km  # type: ignore[union-attr]
        assert entry.orbit.i == reference.entry("lunar-sat-01").orbit.i  # type: ignore[union-attr]
        assert entry.pattern == reference.entry("lunar-sat-01").pattern  # type: ignore[union-attr]
    assert ratios["mars-sat"] == pytest.approx(ratios["lunar-sat"], rel=1e-4)
    assert ratios["venus-sat"] == pytest.approx(ratios["lunar-sat"], rel=1e-4)


def test_conjunction_scenario_changes_only_the_time(reference: Scenario) -> None:
    conjunction = load("mars-conjunction-2040")
    for section in ("terminals", "nodes", "terrestrial", "flows", "grids", "bodies", "compute"):
        assert getattr(conjunction, section) == getattr(reference, section), section
    assert conjunction.time != reference.time
