import qqnet
from qqnet.links.pairs import terminal_pairs
from qqnet.report.network import STATIONS, USERS, bonds, home, worlds


def test_nodes_stand_at_the_body_they_belong_to():
    scenario = qqnet.load("qqnet-3")
    homes = {node.name: home(node) for node in scenario.nodes}
    assert homes["helio-staging"] == "Sun"
    assert homes["eml1"] == homes["lunar-sat"] == homes["ilrs"] == "Moon"
    assert homes["mars-staging"] == "Mars"
    assert homes["jiamusi"] == homes["earth-staging"] == "Earth"


def test_every_entry_stands_in_one_place(mars_study):
    scenario = mars_study.scenario
    names = [
        member.name for world in worlds(scenario) for member in (*world.relays, *world.users, *world.stations)
    ]
    assert sorted(names) == sorted(node.name for node in scenario.nodes)


def test_bonds_are_the_kinds_of_link_once_each(mars_study):
    scenario = mars_study.scenario
    found = {
        (frozenset(place for _, place in bond.ends), bond.kind) for bond in bonds(scenario, mars_study.links)
    }
    assert (frozenset({"earth-staging", "mars-staging"}), "laser trunk") in found
    assert (frozenset({"earth-staging", "mars-staging"}), "radio trunk") in found
    assert (frozenset({"helio-staging", "mars-staging"}), "laser trunk") in found
    assert (frozenset({"mars-sat", USERS}), "user access") in found
    assert (frozenset({"earth-staging", STATIONS}), "ground link") in found
    assert (frozenset({"mars-sat", "mars-staging"}), "laser link") in found
    assert len(found) == len(bonds(scenario, mars_study.links))


def test_bonds_need_a_pair_of_terminals(lunar_study):
    scenario = lunar_study.scenario
    assert bonds(scenario, []) == []
    assert {bond.kind for bond in bonds(scenario, terminal_pairs(scenario))} == {
        "laser link",
        "user access",
        "ground link",
    }
