"""The scenario as a Python object, as a file that is written, and as JSON Schema."""

from __future__ import annotations

import copy
import json
import math
import pickle

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qqnet.errors import InputError, ScenarioError
from qqnet.scenario.loading import from_text, load, shipped, shipped_text
from qqnet.scenario.model import Grid, Scenario, TimeSpan, json_schema
from qqnet.scenario.nodes import Constellation, GroundStation, Spacecraft, member_names
from qqnet.scenario.orbits import KeplerianOrbit, LibrationPoint, Walker
from qqnet.scenario.quantities import Internal
from qqnet.scenario.traffic import Flow
from qqnet.space.timescales import tdb_from_utc


def built(**change):
    """A scenario made of Python objects."""
    orbit = KeplerianOrbit(
        type="keplerian", body="Moon", frame="MOON_OP", a=Internal(7000.0), e=0.0, i="56 deg"
    )
    parts = {
        "version": 1,
        "name": "built",
        "time": TimeSpan(start="2040-06-01", duration="1 d", step=Internal(30.0)),
        "nodes": [
            Constellation(
                name="LUNA",
                kind="constellation",
                ipn=10,
                pattern=Walker(type="walker-delta", satellites=24, planes=3, phasing=1),
                orbit=orbit,
            ),
            Spacecraft(
                name="EML1",
                kind="spacecraft",
                ipn=1,
                orbit=LibrationPoint(type="libration-point", system="Earth-Moon", point="L1"),
            ),
            GroundStation(
                name="KASHI", kind="ground-station", ipn=2, latitude=Internal(0.67), longitude="76.71 deg"
            ),
        ],
        "flows": [Flow(name="f", source="LUNA-01", destination="KASHI", rate="1 Mbit/s", deadline="1 h")],
        "grids": [Grid(body="Moon")],
    }
    return Scenario(**(parts | change))


def test_python_objects_make_a_scenario():
    scenario = built()
    scenario.check()
    orbit = scenario.entry("LUNA-07").orbit
    assert (orbit.a, orbit.e, orbit.i) == (7000.0, 0.0, pytest.approx(math.radians(56)))
    assert type(orbit.a) is float
    assert scenario.time.start_s == tdb_from_utc("2040-06-01")
    assert scenario.time.stop_s == scenario.time.start_s + 86400.0
    assert scenario.entry("EML1").name == "EML1"
    assert scenario.expand(["LUNA"]) == [f"LUNA-{n:02d}" for n in range(1, 25)]
    assert scenario.expand(["KASHI", "core"]) == scenario.node_names
    assert from_text(scenario.to_yaml()) == scenario


def test_a_bare_number_has_no_unit_in_python_either():
    with pytest.raises(ValidationError, match="has no unit; a duration is needed, such as '12 h'"):
        TimeSpan(start="2040-06-01", duration=86400.0)


def test_a_scenario_is_immutable():
    with pytest.raises(ValidationError, match="frozen"):
        built().name = "other"


def test_unknown_nodes_are_named_with_a_guess():
    with pytest.raises(InputError, match="unknown node 'EML2'; did you mean 'EML1'"):
        built().entry("EML2")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"name": "fine"}, None),
        (
            {"flows": [Flow(name="f", source="EML1", destination="EML2", rate="1 bit/s", deadline="1 h")]},
            "built: flows[0].to: unknown node 'EML2'; did you mean 'EML1'?",
        ),
        (
            {"nodes": [*built().nodes, built().nodes[1]]},
            "built: nodes[3].name: 'EML1' is the name of nodes[1] too; each needs a name of its own",
        ),
        (
            {"time": TimeSpan(start="2070-06-01", duration="1 d")},
            "built: time.start: '2070-06-01' is outside the ephemeris, which covers 2009-01-01 to 2060-12-30; "
            "'compute: {ephemeris: de440}' covers more",
        ),
        (
            {"grids": [Grid(body="Moon", providers=["moon", "MUNA"])]},
            "built: grids[0].providers[1]: unknown node, constellation or network 'MUNA'; did you mean 'LUNA'?",
        ),
    ],
)
def test_the_cross_rules_apply_to_what_is_built(change, line):
    scenario = built(**change)
    if line is None:
        scenario.check()
        return
    with pytest.raises(ScenarioError) as caught:
        scenario.check()
    assert line in str(caught.value).splitlines()


def test_what_was_loaded_holds_what_was_written(small):
    scenario = from_text(small)
    scenario.check()
    assert scenario.node_names[:7] == [
        "LUNA-01",
        "LUNA-02",
        "LUNA-03",
        "LUNA-04",
        "LUNA-05",
        "LUNA-06",
        "ELFO",
    ]
    assert scenario.terminals["laser"].wavelength == pytest.approx(1550e-12)
    assert scenario.terminals["laser"].transmit.modes[0].order == 16
    assert scenario.terminals["laser"].transmit.modes[1].rate == 1e9
    assert scenario.terminals["uhf-user"].transmit.power == pytest.approx(5.011872336)
    assert scenario.entry("BALLOON").drift == pytest.approx(-math.pi / 2 / 86400)
    assert scenario.flows[1].size == 2e7
    assert scenario.entry("KASHI").body == "Earth"


def test_scenarios_are_equal_wherever_they_lie(small, tmp_path):
    assert from_text(small) == from_text(small, directory=tmp_path)
    assert from_text(small) != from_text(small.replace("seed: 7", "seed: 8"))
    assert from_text(small) != "small"


def test_scenarios_travel(small):
    scenario = from_text(small)
    assert pickle.loads(pickle.dumps(scenario)) == copy.deepcopy(scenario) == scenario


def test_member_names_are_wide_enough_to_sort():
    for satellites, first, last in ((1, "01", "01"), (24, "01", "24"), (250, "001", "250")):
        node = (
            built()
            .nodes[0]
            .model_copy(update={"pattern": Walker(type="walker-delta", satellites=satellites, planes=1)})
        )
        names = member_names(node)
        assert (names[0], names[-1]) == (f"LUNA-{first}", f"LUNA-{last}")
        assert names == sorted(names)


lengths = st.floats(1e-30, 1e30)
angles = st.floats(0.0, math.pi)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | st.sampled_from(
    [
        "on",
        "1e5",
        "008",
        "1:30",
        "~",
        "null",
        "<<",
        "=",
        "- a",
        "# b",
        "a: b",
        "9000 km",
        "2040-06-01",
        ".inf",
        "0x1",
    ]
)


@given(
    lengths,
    angles,
    angles,
    angles,
    st.floats(0.0, 0.99),
    words,
    st.dictionaries(words, words),
)
def test_what_is_written_is_loaded_as_equal(a, i, raan, latitude, e, description, assumptions):
    """Every float to the last bit, every text to the last character, however it looks to a YAML reader."""
    radius = 1737.4 / (1.0 - e)
    orbit = KeplerianOrbit(
        type="keplerian",
        body="Moon",
        frame="ICRF",
        a=Internal(min(radius + 1.0 + a, 1e30)),
        e=e,
        i=Internal(i),
        raan=Internal(raan),
    )
    scenario = built(
        description=description,
        assumptions=assumptions,
        nodes=[
            Spacecraft(name="A", kind="spacecraft", ipn=1, orbit=orbit, description=description),
            GroundStation(
                name="B",
                kind="ground-station",
                ipn=2,
                latitude=Internal(latitude - math.pi / 2),
                longitude=Internal(raan),
            ),
        ],
        flows=[Flow(name="f", source="A", destination="B", rate=Internal(a), deadline=Internal(a))],
        grids=[],
    )
    assert from_text(scenario.to_yaml()) == scenario


@pytest.mark.parametrize("name", ["small", *shipped()])
def test_writing_and_loading_gives_an_equal_scenario(name, small):
    scenario = from_text(small) if name == "small" else load(name)
    written = scenario.to_yaml()
    assert from_text(written) == scenario
    assert from_text(written).to_yaml() == written


def test_a_copy_in_another_folder_finds_the_imported_files(small, tmp_path):
    home, away = tmp_path / "home", tmp_path / "studies" / "one"
    home.mkdir()
    away.mkdir(parents=True)
    (home / "x.oem").write_text("CCSDS_OEM_VERS = 2.0\n", encoding="utf-8")
    node = "  - {name: X, kind: ephemeris, ipn: 50, file: x.oem}\n"
    scenario = from_text(small.replace("nodes:\n", "nodes:\n" + node), directory=home)
    (away / "scenario.yaml").write_text(scenario.to_yaml(away), encoding="utf-8")
    assert (away / load(away / "scenario.yaml").entry("X").file).resolve() == home / "x.oem"
    with pytest.raises(ScenarioError, match=r"nodes\[0\]\.file: 'x\.oem' cannot be read"):
        from_text(scenario.to_yaml(), directory=away)


class TestJsonSchema:
    validator = jsonschema.Draft202012Validator(json_schema())

    def plain(self, text):
        """Data of a YAML text, dates as text."""
        return json.loads(json.dumps(yaml.load(text, Loader=yaml.BaseLoader)))

    def test_it_is_valid_draft_2020_12(self):
        jsonschema.Draft202012Validator.check_schema(json_schema())
        assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    @pytest.mark.parametrize("name", ["small", *shipped()])
    def test_valid_scenarios_are_valid_by_it(self, name, small):
        from qqnet.scenario.document import parse

        text = small if name == "small" else shipped_text(name)
        data = json.loads(json.dumps(parse(text, name)))
        assert [error.message for error in self.validator.iter_errors(data)] == []
        data = json.loads(json.dumps(parse((from_text(text)).to_yaml(), name)))
        assert [error.message for error in self.validator.iter_errors(data)] == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("a: 7000 km", "a: 7000"),
            ("seed: 7", "sede: 7"),
            ("frame: MOON_OP", "frame: MOON-OP"),
            ("kind: site", "kind: sit"),
            ("ipn: 12\n", "ipn: 0\n"),
            (", i: 56 deg", ""),
            ("version: 1", "version: 2"),
            ("light_time: true", 'light_time: "true"'),
        ],
    )
    def test_faulty_scenarios_are_not(self, small, old, new):
        from qqnet.scenario.document import parse

        assert old in small
        data = json.loads(json.dumps(parse(small.replace(old, new, 1), "small")))
        assert not self.validator.is_valid(data)

    def test_a_file_that_extends_another_may_be_partial(self):
        assert self.validator.is_valid({"extends": "qqnet-3", "seed": 1, "nodes": [{"name": "X", "ipn": 5}]})
        assert not self.validator.is_valid({"extends": "qqnet-3", "sede": 1})
        assert not self.validator.is_valid({"extends": 5})

    def test_defaults_are_written_as_users_would(self):
        properties = json_schema()["$defs"]["TimeSpan"]["properties"]
        assert properties["step"]["default"] == "60 s"
        for definition in json_schema()["$defs"].values():
            for field in definition.get("properties", {}).values():
                if "x-dimension" in field and field.get("default") is not None:
                    assert isinstance(field["default"], str)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{body: Moon, points: 500}", "is an icosphere, whose size is `subdivisions`, not `points`"),
        ("{body: Moon, type: equal-area}", "give its size as `points` alone"),
        ("{body: Moon, type: equal-area, points: 9, subdivisions: 2}", "give its size as `points` alone"),
    ],
)
def test_a_grid_has_one_size(text, words):
    import yaml
    from pydantic import ValidationError

    from qqnet.scenario.model import Grid

    with pytest.raises(ValidationError, match=words):
        Grid.model_validate(yaml.safe_load(text))
    assert Grid.model_validate({"body": "Moon", "type": "equal-area", "points": 9}).points == 9


@pytest.mark.parametrize(
    "text", ["\x85", "a\x85b", "\u2028", "x\u2029 y", "\ufeffz", "tab\there", " lead", "two\nlines"]
)
def test_text_with_odd_line_ends_survives_a_file(text):
    from qqnet.scenario.document import parse
    from qqnet.scenario.writing import yaml_text

    assert parse(yaml_text({"description": text}), "x")["description"] == text
