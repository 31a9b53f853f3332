"""qqnet route: conditions, critical bundles, spreading, domains, and why a contact is not used."""

from __future__ import annotations

import json

import pytest

ROWS = """from,to,start_s,end_s,rate_bps,owlt_start_s,owlt_end_s,link,confidence,from_ipn,to_ipn
earth,relay,0,600,8e6,1,1,up,1,1,2
relay,base,60,600,8e6,1,1,down,0.9,2,3
earth,orbiter,0,600,8e6,1.2,1.2,other,1,1,4
orbiter,base,100,900,8e5,1,1,down,1,4,3
earth,base,1000,2000,8e6,1.5,1.5,direct,1,1,3
"""
ASKED = ("route", "plan.csv", "--from", "earth", "--to", "base")


@pytest.fixture(scope="module")
def made(shells):
    shell = shells("routes")
    (shell.folder / "plan.csv").write_text(ROWS)
    return shell


def nodes(route):
    return [route["hops"][0]["from"], *(hop["to"] for hop in route["hops"])]


def test_runners_up_say_why_they_are_behind(made):
    answer = made.json(*ASKED, "-k", "3")
    assert [route["behind"] for route in answer["routes"]] == [
        None,
        {"key": "arrival", "by": pytest.approx(40.0)},
        {"key": "arrival", "by": pytest.approx(940.5)},
    ]
    assert [route["confidence"] for route in answer["routes"]] == [0.9, 1.0, 1.0]
    spoken = made(*ASKED, "-k", "2").stdout
    assert "confidence 0.9" in spoken
    assert "arrives 40 s later" in spoken


@pytest.mark.parametrize(
    ("options", "way", "arrival_s"),
    [
        ((), ["earth", "relay", "base"], 61.0),
        (("--margin", "2 s"), ["earth", "relay", "base"], 63.0),
        (("--margin-share", "0.5"), ["earth", "relay", "base"], 61.5),
        (("--confidence", "0.95"), ["earth", "orbiter", "base"], 101.0),
        (("--exclude", "relay"), ["earth", "orbiter", "base"], 101.0),
        (("--without", "down"), ["earth", "base"], 1001.5),
        (("--without-contact", "relay:base"), ["earth", "orbiter", "base"], 101.0),
        (("--size", "1 MB"), ["earth", "relay", "base"], 62.0),
        (("--size", "1 MB", "--overhead"), ["earth", "relay", "base"], 62.03),
        (("--at", "599.5", "--strict", "--priority", "expedited"), ["earth", "orbiter", "base"], 601.7),
    ],
)
def test_conditions(options, way, arrival_s, made):
    (route,) = made.json(*ASKED, *options)["routes"]
    assert nodes(route) == way
    assert route["arrival_s"] == pytest.approx(arrival_s, abs=1e-9)


def test_margin_of_ion_and_deadlines(made):
    (route,) = made.json(*ASKED, "--margin-share", "ion", "--deadline", "62")["routes"]
    assert route["arrival_s"] == pytest.approx(61.0 + 4.4735e-4, abs=1e-6)
    assert "after the deadline" in made.json(*ASKED, "--deadline", "1 min", code=1)["reason"]


def test_critical_bundles_go_over_every_neighbour(made):
    routes = made.json(*ASKED, "--critical")["routes"]
    assert [route["hops"][0]["to"] for route in routes] == ["relay", "orbiter", "base"]


def test_spread_takes_both_ways(made):
    answer = made.json(*ASKED, "--size", "600 MB", "--spread", code=0)
    assert answer["found"] is True
    spread = answer["spread"]
    assert spread["missing_bytes"] == 0.0
    assert sum(share["size_bytes"] for share in spread["shares"]) == 6e8
    assert len({share["nodes"][1] for share in spread["shares"]}) == 2
    assert answer["routes"][0]["arrival_s"] - spread["arrival_s"] == pytest.approx(spread["gain_s"])
    spoken = made(*ASKED, "--size", "600 MB", "--spread").stdout
    assert "sooner than in one" in spoken
    short = made.json(*ASKED, "--size", "600 MB", "--spread", "--deadline", "200", code=1)
    assert short["spread"]["missing_bytes"] > 0.0


def test_domains_of_a_file_and_by_light_time(made):
    (made.folder / "domains.json").write_text(
        json.dumps({"earth": "near", "relay": "far", "orbiter": "far", "base": "far"})
    )
    answer = made.json(*ASKED, "--domains", "domains.json")
    assert answer["domains"]["later_s"] == 0.0
    assert answer["domains"]["known_contacts"] == {"far": 5, "near": 3}
    assert [leg["domain"] for leg in answer["domains"]["legs"]] == ["near", "far"]
    assert "by domains: near as far as relay" in made(*ASKED, "--domains", "domains.json").stdout
    by_light = made.json(*ASKED, "--domains", "auto")
    assert len(by_light["domains"]["names"]) == 4


@pytest.mark.parametrize(
    ("contact", "cause"),
    [("orbiter:base", "later"), ("relay:base@0", "used"), ("0", "later"), ("earth:base@1500", "later")],
)
def test_why_not(contact, cause, made):
    answer = made.json(*ASKED, "--why-not", contact)
    assert answer["why_not"]["cause"] == cause
    assert answer["why_not"]["route"]["hops"]
    assert answer["why_not"]["text"] in made(*ASKED, "--why-not", contact).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--why-not", "base:earth"), "base has no contact to earth from 0 s on"),
        (("--why-not", "moon"), "neither a row nor FROM:TO"),
        (("--why-not", "99"), "row 99 is not in this plan, whose last one is 4"),
        (("--why-not", "earth:moon"), "node 'moon' is not in this plan"),
        (("--priority", "high"), "'high' is not one of bulk, normal, expedited"),
        (("--margin-share", "lots"), "neither a number nor 'ion'"),
        (("--margin", "2"), "--margin"),
        (("--deadline", "soon"), "soon"),
        (("--critical", "--spread"), "ask one at a time"),
        (("--spread",), "nothing to spread"),
        (("--domains", "nope.json"), "nope.json"),
        (("--domains", "lunar-relay"), "node 'earth' and 2 others has no domain"),
        (("--without", "left"), "link 'left' is not in this plan"),
    ],
)
def test_wrong_options_are_named(options, message, made):
    done = made(*ASKED, *options, code=2)
    assert message in done.stderr
