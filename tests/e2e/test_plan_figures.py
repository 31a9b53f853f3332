"""Pictures of plans, routes, the network at a moment and traffic."""

import pytest

PNG, SVG = b"\x89PNG", b"<?xml"
SPAN = ("--duration", "18 h")


@pytest.fixture(scope="module")
def made(shells):
    """A folder with the contact plan of a small shipped scenario."""
    shell = shells("figures")
    shell("contacts", "lunar-relay", "-o", "plan.csv", *SPAN)
    return shell


def test_gantt_draws_any_plan(made):
    done = made(
        "gantt", "plan.csv", "-o", "plan.svg", "--by", "link", "--node", "ipn:10", "--duration", "9 h"
    )
    assert done.stderr.splitlines()[-1] == "wrote plan.svg"
    assert (made.folder / "plan.svg").read_bytes().startswith(SVG)


def test_route_is_drawn_beside_its_answer(made):
    asked = ("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1 MB", "-k", "3")
    assert len(made.json(*asked, "--plot", "route.png")["routes"]) == 3
    assert (made.folder / "route.png").read_bytes().startswith(PNG)


def test_topology_says_and_draws_who_is_linked(made):
    at = "2030-01-01T11:00:00Z"
    done = made("topology", "lunar-relay", *SPAN, "--plan", "plan.csv", "--at", at, "-o", "now.png")
    assert done.stdout.splitlines()[-1] == "9 pairs at 2030-01-01T11:00:00.000Z; without a link: ground"
    assert (made.folder / "now.png").read_bytes().startswith(PNG)


def test_traffic_is_drawn_into_a_folder(made):
    asked = ("traffic", "lunar-relay", *SPAN, "--plan", "plan.csv")
    answer = made.json(*asked, "--figures", "pictures")
    assert [flow["name"] for flow in answer["flows"]] == ["rover-images", "lander-command"]
    names = {path.name for path in (made.folder / "pictures").iterdir()}
    assert {"fates.png", "delays-by-flow.png", "storage.png", "volumes.png", "contact-use.png"} <= names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("gantt", "plan.csv", "-o", "new.png", "--start", "2031-01-01T00:00:00Z"),
            "2030-01-02T02:00:00.000Z",
        ),
        (("topology", "lunar-relay", "--at", "2031-01-01T00:00:00Z", "-o", "new.png"), "outside the span"),
    ],
)
def test_wrong_input_is_refused_and_nothing_is_written(made, arguments, words):
    assert words in made(*arguments, code=2).stderr
    assert not list(made.folder.glob("new.*"))
