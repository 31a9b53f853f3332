"""Headlines say what the figures say, and name a loss only where it matters which."""

import pytest

from qqnet.study.summary import _losses_headline


def answer(fold_min, share, mean, fold=4):
    return {
        "required_fold": fold,
        "losses": {
            "any_1": {
                "sets": 24,
                "coverage": {
                    "fold_min": fold_min, "worst": "sat-07", "fraction_at_least": {str(fold): share}, "mean": mean
                },
                "navigation": {"gdop": 6.0, "worst": "sat-03", "fraction_at_most": 0.9, "mean": 0.95},
            }
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "ok", "text", "there", "absent"),
    [
        ((5, 1.0, 1.0), True, "Yes, never fewer than 5.", "without sat-03", "sat-07"),
        ((3, 0.97, 0.99), False, "No, at worst 3.", "97 % of area and time without sat-07", "whichever"),
        ((3, 0.97, 0.97), False, "No, at worst 3.", "97 % of area and time, whichever is lost", "sat-07"),
    ],
)
def test_a_loss_is_named_where_it_makes_a_difference(figures, ok, text, there, absent):
    (found,) = _losses_headline("Moon", answer(*figures))
    assert found["question"] == "Are 4 satellites in view everywhere on the Moon, always, with any one lost?"
    assert (found["ok"], found["answer"]) == (ok, text)
    assert there in found["detail"]
    assert absent not in found["detail"]


def test_one_wanted_reads_as_one_and_nothing_asked_says_nothing():
    (found,) = _losses_headline("Mars", answer(0, 0.9, 0.9, fold=1))
    assert found["question"].startswith("Is a satellite in view everywhere on Mars")
    assert _losses_headline("Moon", {"required_fold": 1, "losses": {}}) == []
