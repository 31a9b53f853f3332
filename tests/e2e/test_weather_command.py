"""``qqnet weather`` as typed."""

import pytest

SHORT = ("--duration", "2 d", "--years", "1")


def test_answer_names_sites_and_causes(qqnet):
    answer = qqnet.json("weather", "optical-downlink", *SHORT)
    names = [one["site"] for one in answer["weather"]["sites"]]
    assert names == ["ali", "muztagh-ata", "lenghu", "lijiang", "el-leoncito"]
    (any_site,) = answer["downlinks"]
    assert (any_site["from"], any_site["to"]) == ("relay", "ground")
    assert sum(any_site["share"].values()) == pytest.approx(1.0)
    assert len(answer["fallback"]) == 10


def test_trunks_are_looked_at_without_weather(qqnet):
    answer = qqnet.json("weather", "qqnet-3", "--duration", "2 h")
    assert answer["weather"] is None
    ends = {(one["from"], one["to"]) for one in answer["fallback"]}
    assert ("earth-staging", "mars-staging") in ends
    venus = next(one for one in answer["fallback"] if one["to"] == "venus-staging")
    assert venus["missing"]["sun"] > 0.5  # Venus stands beside the Sun then


def test_a_scenario_that_has_neither_is_refused(qqnet):
    done = qqnet("weather", "queqiao-2", code=2)
    assert "no site has 'weather'" in done.stderr
