"""Traffic as typed: what fails, what is not there, what is lost, the life of a message, the record as a file."""

import json

import pandas as pd
import pytest

from qqnet.errors import InputError
from qqnet.study import flows

SMALL = ("traffic", "lunar-relay", "--plan", "plan.csv")


@pytest.fixture(scope="module")
def made(shells):
    """A folder with the contact plan of a small shipped scenario."""
    shell = shells("traffic")
    shell("contacts", "lunar-relay", "-o", "plan.csv")
    return shell


@pytest.fixture(scope="module")
def calm(made):
    return made.json(*SMALL)


def flow(answer, name="rover-images"):
    return next(one for one in answer["flows"] if one["name"] == name)


def adds_up(answer):
    for one in answer["flows"]:
        parts = [one["delivered_bytes"], one["stored_bytes"], one["in_flight_bytes"], *one["losses"].values()]
        assert one["offered_bytes"] == pytest.approx(sum(parts))
    for node in answer["nodes"]:
        came, left = (
            node[a] + node[b]
            for a, b in (("created_bytes", "received_bytes"), ("forwarded_bytes", "dropped_bytes"))
        )
        assert came == pytest.approx(left + node["stored_bytes"])
    return answer


def test_the_answer_holds_flows_classes_losses_and_nodes(calm):
    assert set(adds_up(calm)) == {"flows", "priorities", "losses", "nodes"}
    assert [one["name"] for one in calm["priorities"]] == ["expedited", "normal"]
    assert flow(calm)["delivery_ratio"] == 1.0
    assert {node["node"] for node in calm["nodes"]} >= {"rover", "relay", "ground"}


def test_a_failure_is_found_out_too_late_and_costs_what_the_node_stores(made, calm):
    broken = adds_up(made.json(*SMALL, "--fail", "relay@16 h..17 h"))
    assert broken["losses"]["failure"] > 0.0
    assert calm["losses"] == {}
    # Times may be UTC as well: the scenario starts at 8:00.
    dates = "relay@2030-01-02T00:00:00Z..2030-01-02T01:00:00Z"
    assert made.json(*SMALL, "--fail", dates) == broken


def test_links_fail_one_way_or_both(made):
    back = flow(made.json(*SMALL, "--fail", "ground>relay"), "lander-command")
    assert (back["delivered_bytes"], flow(made.json(*SMALL, "--fail", "ground>relay"))["losses"]) == (0.0, {})
    both = made.json(*SMALL, "--fail", "relay-ground")
    assert both == made.json(*SMALL, "--fail", "ground:relay")
    assert all(one["delivered_bytes"] == 0.0 for one in both["flows"])


def test_a_whole_constellation_fails(made):
    answer = adds_up(made.json(*SMALL, "--fail", "lunar-sat@20 h.."))
    assert flow(answer)["delivered_bytes"] < flow(answer)["offered_bytes"]


def test_what_is_not_in_the_plan_is_known_to_all(made, calm):
    without = made.json(*SMALL, "--without", "lunar-sat-02")
    assert flow(without)["delivery_ratio"] == 1.0
    by_node = {node["node"]: node for node in without["nodes"]}
    assert by_node["lunar-sat-02"]["received_bytes"] == 0.0
    assert {node["node"]: node for node in calm["nodes"]}["lunar-sat-02"]["received_bytes"] > 0.0
    lasers = made.json(*SMALL, "--without", "optical")
    same = made.json(*SMALL, "--without", "laser-crosslink")
    assert lasers == same != calm
    twice = made.json(*SMALL, "--without", "relay:ground", "--without", "lander")
    assert all(one["delivered_bytes"] == 0.0 for one in twice["flows"])


def test_losses_follow_the_seed_and_are_sent_again(made, calm):
    lossy = made.json(*SMALL, "--loss", "30 %", "--seed", "3")
    assert lossy == made.json(*SMALL, "--loss", "rf=0.3", "--loss", "optical=30 %", "--seed", "3")
    assert lossy != made.json(*SMALL, "--loss", "30 %", "--seed", "4")
    assert flow(lossy)["delivery_ratio"] == 1.0
    assert flow(lossy)["delay_s"]["mean"] > flow(calm)["delay_s"]["mean"]
    left = adds_up(made.json(*SMALL, "--loss", "30 %", "--seed", "3", "--no-resend"))
    assert left["losses"]["link"] > 0.0


def test_nodes_may_know_of_themselves_only(made, calm):
    alone = adds_up(made.json(*SMALL, "--knows", "node"))
    assert flow(alone)["offered_bytes"] == flow(calm)["offered_bytes"]


def test_a_plan_without_names_and_dates_is_understood(made):
    made("convert", "plan.csv", "plan.json", "--to", "hdtn")
    answer = adds_up(made.json("traffic", "lunar-relay", "--plan", "plan.json", "--fail", "relay@16 h..17 h"))
    assert answer["losses"]["failure"] > 0.0
    told = made("traffic", "lunar-relay", "--plan", "plan.json", "--bundle", "rover-images:3").stdout
    assert "delivered at ground" in told
    dated = ("--fail", "relay@2030-01-02T00:00:00Z..")
    done = made("traffic", "lunar-relay", "--plan", "plan.json", *dated, code=2)
    assert "counts seconds from an instant that it does not name" in done.stderr


def test_a_look_at_a_moment_shows_what_is_on_its_way(made):
    answer = adds_up(made.json(*SMALL, "--until", "16.1 h"))
    found = flow(answer)
    assert found["delivered_bytes"] == 0.0
    assert found["stored_bytes"] + found["in_flight_bytes"] == 33 * 5e6
    assert found["in_flight_bytes"] == 5e6
    assert made.json(*SMALL, "--until", "2030-01-02T00:06:00Z") == answer


def test_the_life_of_a_message_is_told(made):
    options = ("--fail", "lunar-sat-02@20 h..", "--bundle", "rover-images:40")
    told = made.json(*SMALL, *options)["bundle"]
    assert (told["flow"], told["message"]) == ("rover-images", 40)
    what = [one["what"] for one in told["records"]]
    assert what[:5] == ["made", "planned", "left", "missed", "planned"]
    assert what[-1] == "delivered"
    missed = told["records"][3]
    assert (missed["node"], missed["to"], missed["cause"]) == ("rover", "lunar-sat-02", "failure")
    # 5 MB at 250 kbit/s, there and back, and ten seconds of patience.
    assert missed["time_s"] - told["records"][2]["time_s"] == pytest.approx(160.0 + 10.0, abs=0.1)
    assert told["records"][0]["time_utc"] == "2030-01-02T04:00:00.000Z"
    spoken = made(*SMALL, *options).stdout
    assert "rover sent it to lunar-sat-02 in vain: something has failed" in spoken
    waits = made(*SMALL, "--bundle", "rover-images:40", "--until", "20.01 h").stdout
    assert "still stored or in flight at the end" in waits
    assert "not made by then" in made(*SMALL, "--bundle", "rover-images:40", "--until", "10 h").stdout


def test_pieces_of_a_message_are_told_apart(made):
    (made.folder / "pieces.yaml").write_text("extends: lunar-relay\ncompute: {bundle_size: 2 MB}\n")
    told = made.json("traffic", "pieces.yaml", "--plan", "plan.csv", "--bundle", "rover-images:3")["bundle"]
    pieces = {one["bundle"] for one in told["records"]}
    assert pieces == {0, 1, 2, 3}
    assert [one["what"] for one in told["records"] if one["bundle"] == 0] == ["made", "delivered"]


@pytest.mark.parametrize("name", ["log.parquet", "log.csv"])
def test_the_record_is_a_file(made, calm, name):
    made(*SMALL, "--log", name)
    path = made.folder / name
    table = pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path)
    ended = table[table["what"] == "delivered"]
    assert len(ended) == sum(one["delivered_bundles"] for one in calm["flows"])
    mine = ended[ended["flow"] == "rover-images"]["delay_s"]
    assert mine.max() == pytest.approx(flow(calm)["delay_s"]["max"])
    assert table["time_s"].is_monotonic_increasing
    made(*SMALL, "--log", name, "--record", "made", "--record", "delivered")
    fewer = pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path)
    assert set(fewer["what"]) == {"made", "delivered"}


def test_a_log_is_whole_or_not_there(made, monkeypatch):
    (made.folder / "old.csv").write_text("as it was")

    def breaks_off(*given, _real=flows.simulate, **named):
        _real(*given, **named)
        raise InputError("broken off")

    monkeypatch.setattr(flows, "simulate", breaks_off)
    before = set(made.folder.iterdir())
    assert "broken off" in made(*SMALL, "--log", "old.csv", code=2).stderr
    assert (made.folder / "old.csv").read_text() == "as it was"
    assert set(made.folder.iterdir()) == before


@pytest.mark.parametrize("by", ["flow", "priority", "node"])
def test_tables_for_people(made, by):
    spoken = made(*SMALL, "--by", by).stdout
    assert {"flow": "rover-images", "priority": "expedited", "node": "relay"}[by] in spoken
    assert by in spoken


def test_failures_after_a_shorter_span_are_left_out(made):
    (made.folder / "late.yaml").write_text(
        "extends: lunar-relay\ntraffic: {failures: [{node: relay, from: 10 h}, {link: [relay, ground]}]}\n"
    )
    done = made("traffic", "late.yaml", "--plan", "plan.csv", "--duration", "9 h", "--json")
    assert "failures of relay" in done.stderr
    assert json.loads(done.stdout)["flows"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fail", "rely"), "did you mean 'relay'"),
        (("--fail", "relay@3"), "FROM..TO"),
        (("--fail", "relay@.."), "FROM..TO"),
        (("--fail", "relay@3..4"), "has no unit"),
        (("--fail", "relay@noon.."), "nor a time after the start"),
        (("--fail", "relay@3 h..2 h"), "does not lie after the start"),
        (("--fail", "relay@3 d.."), "lies outside the span"),
        (("--fail", "lander-ground"), "no contact between lander and ground"),
        (("--fail", "lander>grond"), "did you mean 'ground'"),
        (("--without", "xx"), "kind of link (optical, rf)"),
        (("--without", "lander:ground"), "no contact between these nodes"),
        (("--loss", "3"), "from 0 % to 99 %"),
        (("--loss", "radio=1 %"), "there are rf, optical, terrestrial"),
        (("--loss", "much"), "is no share"),
        (("--knows", "all"), "'network', 'node'"),
        (("--bundle", "rover-images"), "FLOW:N"),
        (("--bundle", "rover-image:0"), "did you mean 'rover-images'"),
        (("--bundle", "rover-images:48"), "0 to 47"),
        (("--log", "log.txt"), ".parquet or .csv"),
        (("--log", "none/log.csv"), "cannot write"),
        (("--log", "log2.csv", "--record", "gone"), "stranded"),
        (("--record", "made"), "--log"),
        (("--until", "3"), "has no unit"),
        (("--until", "-1 h"), "after the start"),
        (("--by", "link"), "flow, priority, node"),
    ],
)
def test_wrong_input_gets_one_message(made, options, message):
    done = made(*SMALL, *options, code=2)
    assert message in done.stderr
    assert done.stdout == ""
    assert not (made.folder / "log2.csv").exists()
