"""interference: who disturbs whom, and channels that end it."""

import pytest


def test_channels_end_what_one_carrier_for_all_causes(qqnet):
    asked = ("interference", "lunar-relay", "--duration", "3 h")
    before = qqnet.json(*asked, code=1)
    assert before["disturbed"] == sum(link["share_above"] > 0.001 for link in before["links"]) > 0
    assert before["assignment"] is None
    after = qqnet.json(*asked, "--assign")
    made = after["assignment"]
    assert made["conflicts_left"] == []
    assert made["disturbed_after"] == 0
    for channel in made["channels"]:
        half = 0.5 * channel["width_hz"]
        assert channel["lowest_hz"] - 1.0 <= channel["proposed_hz"] - half
        assert channel["proposed_hz"] + half <= channel["highest_hz"] + 1.0
    spoken = qqnet(*asked, "--assign").stdout
    assert "0 of " in spoken
    assert "with these channels 0 links are disturbed" in spoken


def test_one_ratio_for_all_replaces_the_recommendations(qqnet):
    asked = ("interference", "lunar-relay", "--duration", "3 h")
    by_rule = qqnet.json(*asked, code=1)
    by_ratio = qqnet.json(*asked, "--criterion", "60", code=0)
    assert {link["criterion"] for link in by_ratio["links"]} == {"I/N"}
    assert {link["criterion"] for link in by_rule["links"]} > {"ITU-R SA.609"} or "ITU-R SA.609" in {
        link["criterion"] for link in by_rule["links"]
    }
    assert by_ratio["ok"] is True


def test_spectrum_tells_it_too(qqnet):
    answer = qqnet.json("spectrum", "lunar-relay", "--duration", "2 h", "--interference", code=1)
    assert answer["interference"]["disturbed"] > 0
    assert "interference" not in qqnet.json("spectrum", "lunar-relay", "--duration", "3 h")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--every", "0 s", "--every: '0 s' must be above zero"),
        ("--every", "often", "--every: 'often'"),
        ("--share", "2", "--share: 2 must be from 0 to below 1"),
    ],
)
def test_wrong_options_are_refused(qqnet, option, value, words):
    assert words in qqnet("interference", "lunar-relay", option, value, code=2).stderr
