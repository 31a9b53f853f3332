"""qqnet robustness as a user types it."""

import pytest

SPAN = ("--duration", "6 h", "--step", "10 min")


def test_losses_are_answered_and_the_exit_code_says_whether_coverage_is_kept(qqnet):
    answer = qqnet.json("robustness", "lunar-relay", "--lose", "2", "--draws", "30", *SPAN, code=1)
    assert answer["satellites"] == 7
    assert list(answer["losses"]) == ["any_1", "random_2"]
    # 21 pairs of seven are fewer than 30 draws.
    assert (answer["losses"]["random_2"]["sets"], answer["losses"]["random_2"]["all_sets"]) == (21, True)
    one, two = (answer["losses"][kind]["coverage"] for kind in ("any_1", "random_2"))
    assert two["fraction_at_least"]["1"] <= one["fraction_at_least"]["1"]
    assert one["worst"] in two["worst"].split(", ") or two["mean"] <= one["mean"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--lose", "7"), "--lose: 7; 7 satellites count, so right is from 1 to 6"),
        (("--lose", "0"), "--lose: 0; 7 satellites count, so right is from 1 to 6"),
        (("--lose", "2", "--draws", "0"), "draws"),
        (("--body", "Mars"), "no grid at 'Mars'"),
    ],
)
def test_wrong_losses_are_told(qqnet, options, message):
    assert message in qqnet("robustness", "lunar-relay", *options, *SPAN, code=2).stderr


def test_a_single_satellite_says_so(qqnet):
    said = qqnet("robustness", "lunar-relay", "--node", "relay", *SPAN)
    assert "a single satellite counts" in said.stdout
