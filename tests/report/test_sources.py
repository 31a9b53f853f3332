import qqnet
from qqnet.report.page import Fold, Table, Text
from qqnet.report.sources import rows_of, source_blocks


def test_every_source_and_assumption_is_listed_once():
    scenario = qqnet.load("qqnet-3")
    parts = [scenario, *scenario.nodes, *scenario.terminals.values(), *scenario.terrestrial, *scenario.flows,
             *scenario.grids, *scenario.service_volumes, *scenario.stability, *scenario.orbit_determination,
             scenario.gnss, *scenario.gnss.receivers, scenario.traffic, *scenario.traffic.failures,
             *(grid.errors for grid in scenario.grids if grid.errors), *scenario.navigation_users,
             *scenario.protected_places]  # fmt: skip
    wanted = sum(len(part.sources) + len(part.assumptions) for part in parts)
    rows = [row for fold in source_blocks(scenario) if isinstance(fold, Fold) for row in fold.blocks[0].rows]
    assert len(rows) == wanted > 100


def test_what_nobody_verified_says_so():
    scenario = qqnet.load("qqnet-3")
    node = next(node for node in scenario.nodes if node.name == "mars-base")
    kinds = {key: kind for key, kind, _ in rows_of(node.name, node)}
    assert kinds["mars-base: latitude"] == "source, unverified"
    blocks = source_blocks(scenario)
    marked = [row for fold in blocks[1:] for row in fold.blocks[0].rows if row[1] == "source, unverified"]
    said = sum(
        "unverified" in text
        for fold in blocks[1:]
        for _, kind, text in fold.blocks[0].rows
        if kind != "assumption"
    )
    assert len(marked) == said > 0


def test_a_scenario_without_any_says_so():
    scenario = qqnet.load("lunar-relay").model_copy(
        update={
            "sources": {},
            "assumptions": {},
            "nodes": [],
            "terminals": {},
            "flows": [],
            "grids": [],
            "terrestrial": [],
        }
    )
    (only,) = source_blocks(scenario)
    assert isinstance(only, Text)
    assert not isinstance(only, Table)
