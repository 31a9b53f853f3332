"""Pictures of plans, routes, traffic and the network at a moment."""

import pytest

PNG, SVG = b"\x89PNG", b"<?xml"


@pytest.fixture(scope="module")
def made(shells):
    """A folder with the contact plan of a small shipped scenario."""
    shell = shells("figures")
    shell("contacts", "lunar-relay", "-o", "plan.csv", "--duration", "20 h")
    return shell


def test_gantt_draws_any_plan(made):
    made("convert", "plan.csv", "plan.json", "--to", "hdtn")
    done = made(
        "gantt", "plan.json", "-o", "plan.svg", "--by", "link", "--node", "ipn:10", "--duration", "9 h"
    )
    assert done.stderr.splitlines()[-1] == "wrote plan.svg"
    assert (made.folder / "plan.svg").read_bytes().startswith(SVG)


def test_route_is_drawn_beside_its_answer(made):
    asked = ("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1 MB", "-k", "3")
    drawn = made.json(*asked, "--plot", "route.png")
    assert drawn == made.json(*asked)
    assert (made.folder / "route.png").read_bytes().startswith(PNG)


def test_topology_says_and_draws_who_is_linked(made):
    asked = ("topology", "lunar-relay", "--plan", "plan.csv", "--at", "2030-01-01T11:00:00Z")
    answer = made.json(*asked, "-o", "now.png")
    assert answer["at_utc"] == "2030-01-01T11:00:00.000Z"
    assert {"rover", "relay"} <= {link[end] for link in answer["links"] for end in ("from", "to")}
    assert answer["alone"] == ["ground"]
    assert (made.folder / "now.png").read_bytes().startswith(PNG)
    words = made(*asked).stdout.splitlines()[-1]
    assert words == f"{len(answer['links'])} pairs at {answer['at_utc']}; without a link: ground"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gantt", "plan.csv", "-o", "plan.gif"), "plan.gif"),
        (("gantt", "plan.csv", "-o", "new.png", "--node", "rovr"), "did you mean"),
        (
            ("gantt", "plan.csv", "-o", "new.png", "--start", "2031-01-01T00:00:00Z"),
            "2030-01-02T04:00:00.000Z",
        ),
        (("route", "plan.csv", "--from", "rover", "--to", "ground", "--plot", "new.txt"), "new.txt"),
        (("topology", "lunar-relay", "-o", "new.txt"), "new.txt"),
        (("topology", "lunar-relay", "--at", "2031-01-01T00:00:00Z"), "outside the span"),
    ],
)
def test_wrong_input_is_refused_and_nothing_is_written(made, arguments, words):
    assert words in made(*arguments, code=2).stderr
    assert not list(made.folder.glob("new.*"))
