"""Service volumes of a scenario: a stage of the study like the others, in summary and report."""

from pathlib import Path

import pytest

import qqnet
from qqnet.errors import InputError, ScenarioError
from qqnet.report.compliance_section import compliance_blocks
from qqnet.report.volume_section import volume_blocks
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.fields import providers

TEXT = """
version: 1
name: tiny
time: {start: 2030-03-01T00:00:00Z, duration: 1 d, step: 30 min}
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [relay, navigation],
     pattern: {type: walker-delta, satellites: 24, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
service_volumes:
  - {name: SV1, body: Moon, north: -80 deg, shells: {highest: 125 km}, gdop: 6, points: 5}
"""


@pytest.fixture(scope="module")
def tiny():
    return from_text(TEXT, "tiny.yaml", Path.cwd())


def test_a_volume_is_a_stage_that_is_kept(tiny, tmp_path):
    first = qqnet.Study(tiny, tmp_path / "kept").service_volume("SV1")
    again = qqnet.Study(tiny, tmp_path / "kept")
    assert again.service_volume("SV1").summary() == first.summary()
    assert again.folder.fresh("volume-SV1", keys.stages(tiny)["volume-SV1"])
    assert first.data.attrs["satellites"] == 24
    changed = tiny.model_copy(
        update={"service_volumes": [tiny.service_volumes[0].model_copy(update={"fold": 5})]}
    )
    assert keys.stages(changed)["volume-SV1"] != keys.stages(tiny)["volume-SV1"]
    assert keys.stages(changed)["access"] == keys.stages(tiny)["access"]


def test_shells_are_spread_from_the_lowest_to_the_highest(tiny):
    assert tiny.service_volumes[0].altitudes_km == pytest.approx([0.0, 125 / 3, 250 / 3, 125.0])
    assert tiny.service_volumes[0].altitudes_km[-1] == 125.0


def test_summary_and_report_say_it(tiny):
    study = qqnet.Study(tiny)
    answer = study.summary["service_volumes"]["SV1"]
    assert 0.0 <= answer["score"] <= answer["fraction"] <= answer["linked_fraction"] <= 1.0
    question = "Is the service volume SV1 covered throughout?"
    headline = next(one for one in study.summary["headlines"] if one["question"] == question)
    assert headline["ok"] == (answer["score"] >= 1.0)
    table = volume_blocks(study)[1]
    assert [row[1] for row in table.rows] == ["0", "41.7", "83.3", "125"]
    folds = compliance_blocks(study)[1:]
    assert [fold.summary.split(":")[0] for fold in folds] == ["LCRNS lunar relay services"]


def test_unknown_volumes_and_volumes_that_nothing_covers(tiny):
    with pytest.raises(InputError, match="unknown service volume 'SV9'; did you mean 'SV1'"):
        qqnet.Study(tiny).service_volume("SV9")
    other = tiny.service_volumes[0].model_copy(update={"body": "Mars"})
    with pytest.raises(InputError, match="nothing covers the service volume SV1"):
        providers(tiny, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("body: Moon, north", "body: Moo, north"), "unknown body with a surface 'Moo'"),
        (("north: -80 deg, shells", "north: -90 deg, shells"), r"service_volumes\[0\].north: .*holds no point"),
        (("shells: {highest: 125 km}, ", ""), "needs its altitudes"),
        (("{highest: 125 km}", "{highest: 0 km}"), "must be above the lowest shell"),
        (("{highest: 125 km}", "{highest: 125 deg}"), "a length is needed"),
        (("shells: {highest: 125 km}", "altitudes: [2 km, 1 km]"), "must rise"),
        (("points: 5", "points: 0"), "must be at least 1"),
        (("points: 5", "providers: [sats]"), r"providers\[0\]: unknown node, constellation or network 'sats'"),
    ],
)  # fmt: skip
def test_a_wrong_volume_says_where_and_what(change, message):
    with pytest.raises(ScenarioError, match=message):
        from_text(TEXT.replace(*change), "tiny.yaml", Path.cwd())
