"""compliance as typed: answers, exit codes, and what is said to wrong input."""

import json


def test_the_relay_scenario_fails_the_goals(qqnet):
    answer = qqnet.json("compliance", "lunar-relay", code=1)
    assert answer["ok"] is False
    by_id = {one["id"]: one for one in answer["requirements"]}
    assert by_id["moon-four"]["status"] == "fail"
    assert by_id["moon-four"]["margin"] == by_id["moon-four"]["value"] - 4
    assert by_id["mars-four"]["status"] == "not assessed"


def test_tables_are_listed_and_nothing_is_computed(qqnet):
    listed = qqnet.json("compliance", "--list")["tables"]
    assert {"qqnet-goals", "scan-demand", "lcrns-srd"} <= {one["name"] for one in listed}


def test_wrong_input_is_exit_code_2_with_the_place(qqnet):
    def said(*arguments):
        return qqnet("compliance", *arguments, code=2).stderr

    assert "did you mean 'scan-demand'" in said("lunar-relay", "--against", "scan-demands")
    (qqnet.folder / "empty.yaml").write_text("")
    assert "empty.yaml is empty" in said("lunar-relay", "--against", "empty.yaml")
    requirement = {
        "id": "a", "title": "A", "quantity": "position-error", "comparison": "at most", "value": "50 Hz",
        "where": {"body": "Moon"}, "source": "s", "verified": "own",
    }  # fmt: skip
    table = {"version": 1, "name": "t", "title": "T", "requirements": [requirement]}
    (qqnet.folder / "unit.json").write_text(json.dumps(table, indent=1))
    message = said("lunar-relay", "--against", "unit.json")
    assert "requirements[0].value: '50 Hz' is a frequency; a length is needed" in message
    assert "unknown phase 'x'" in said("lunar-relay", "--against", "scan-demand", "--phase", "x")
    assert "SCENARIO is missing" in said()
    assert "holds no study" in said("lunar-relay", "--study", "nowhere")
    volume = "{name: v, body: Moon, south: -80 deg, north: -80 deg, altitudes: [0 km]}"
    (qqnet.folder / "zone.yaml").write_text(f"extends: lunar-relay\nservice_volumes:\n  - {volume}\n")
    message = said("zone.yaml")
    assert "zone.yaml:3: service_volumes[0].north" in message
    assert "holds no point" in message
