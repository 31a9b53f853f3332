"""link over time, links, and the files that they write."""

import csv

import pytest


def test_link_over_time_in_words_numbers_and_files(qqnet):
    asked = ("link", "lunar-relay", "rover", "relay", "--duration", "12 h")
    answer = qqnet.json(*asked, "--over-time")["over_time"]
    assert 0.0 < answer["up"] <= answer["in_view"] < 1.0
    volumes = [one["volume_bytes_per_day"] for one in answer["sensitivity"]]
    assert volumes == sorted(volumes)
    assert "over_time" not in qqnet.json(*asked)
    done = qqnet(*asked, "--plot", "time.svg", "--waterfall", "budget.png", "-o", "series.csv")
    assert f"{100 * answer['in_view']:.1f} % of time" in done.stdout
    for name, head in (("time.svg", b"<?xml"), ("budget.png", b"\x89PNG")):
        assert (qqnet.folder / name).read_bytes().startswith(head)
    with (qqnet.folder / "series.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert float(rows[1]["time_s"]) > float(rows[0]["time_s"])
    seen = [row["in_view"] == "True" for row in rows]
    assert sum(seen) / len(seen) == pytest.approx(answer["in_view"])


def test_links_lists_all_and_says_where_a_decibel_counts(qqnet):
    answer = qqnet.json("links", "lunar-relay", "--duration", "4 h", "--next-db", "--flows")
    rows = answer["links"]
    volumes = [row["volume_bytes_per_day"] for row in rows]
    assert volumes == sorted(volumes, reverse=True)
    assert {row["from"] for row in rows} >= {"rover", "lander", "relay"}
    added = [one["added_bytes_per_day"] for one in answer["next_decibel"]]
    assert added == sorted(added, reverse=True)
    only = qqnet.json("links", "lunar-relay", "--duration", "4 h", "--from", "rover")["links"]
    assert {row["from"] for row in only} == {"rover"}
    done = qqnet("links", "lunar-relay", "--duration", "4 h", "--top", "3", "-o", "links.parquet")
    assert "more; --top shows them" in done.stdout
    assert (qqnet.folder / "links.parquet").read_bytes()[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("links", "lunar-relay", "--from", "rovr"), "did you mean 'rover'"),
        (("links", "lunar-relay", "--terminal", "s-band"), "unknown terminal 's-band'"),
        (("links", "lunar-relay", "--from", "ground", "--to", "rover"), "no link of the scenario is left"),
        (("links", "lunar-relay", "--flows"), "give both"),
        (("links", "lunar-relay", "-o", "links.txt"), "must end in .csv or .parquet"),
        (("link", "lunar-relay", "rover", "relay", "--plot", "time.txt"), "time.txt"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_computed(qqnet, arguments, words):
    done = qqnet(*arguments, code=2)
    assert words in done.stderr
    assert not list(qqnet.folder.iterdir())
