"""YAML and JSON text: what is read, at which line, and what is refused in bounded time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import ScenarioError
from qqnet.scenario.document import DEEPEST, MOST_VALUES, parse, plain_value
from qqnet.scenario.places import path_text, place_of, value_of


def outcome(text: str) -> dict[str, object] | str:
    """The document, or the message of the refusal; any other error is a failure."""
    try:
        return parse(text, "net.yaml")
    except ScenarioError as error:
        return str(error)


def refusal(text: str) -> tuple[int | None, str]:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "net.yaml")
    return caught.value.faults[-1].line, caught.value.faults[-1].message


def test_every_key_and_item_knows_its_line():
    text = "a: 1\nb:\n  c: [x,\n      y]\n  d: {e: 5}\nf:\n  - g: 1\n    h: 2\n  - 7\n"
    data = parse(text, "net.yaml")
    assert data == {"a": 1, "b": {"c": ["x", "y"], "d": {"e": 5}}, "f": [{"g": 1, "h": 2}, 7]}
    lines = {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "c", 1): 4,
        ("b", "d", "e"): 5,
        ("f", 0): 7,
        ("f", 0, "h"): 8,
        ("f", 1): 9,
        ("f", 0, "missing"): 7,
    }
    for path, line in lines.items():
        place = place_of(data, path)
        assert place is not None
        assert (place.source, place.line) == ("net.yaml", line)
    assert place_of(data, ("nothing",)) is None
    assert value_of(data, ("b", "c", 1)) == "y"
    assert value_of(data, ("b", "c", 5)) is None
    assert path_text(("f", 0, "h")) == "f[0].h"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("2040-06-01", "2040-06-01"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("1e999", "1e999"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("007", 7),
        ("-5", -5),
        ("1e3", 1000.0),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("9" * 39, int("9" * 39)),
        ("9" * 50, float("9" * 50)),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_values_hold_no_surprises(text, value):
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)
    assert parse(f"a: {text}", "net.yaml") == {"a": value}


def test_quoted_and_tagged_text_is_text():
    assert parse("{a: '5', b: \"true\", c: !!str 5, d: ''}", "x") == {
        "a": "5",
        "b": "true",
        "c": "5",
        "d": "",
    }


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab <é🚀", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcé", min_size=1, max_size=5), json_values, max_size=5), st.booleans())
def test_json_is_read_as_json(data, ascii_only):
    """Surrogate pairs included, which plain YAML does not know."""
    assert parse(json.dumps(data, ensure_ascii=ascii_only), "net.json") == data


def test_json_indented_by_tabs_is_read():
    assert parse(json.dumps({"a": [1, {"b": 2}]}, indent="\t"), "net.json") == {"a": [1, {"b": 2}]}


def test_an_escaped_backslash_before_u_is_no_surrogate():
    data = {"a": "\\ud83d\\ude80"}
    assert parse(json.dumps(data), "net.json") == data


def test_anchors_share_and_merges_fill_in():
    data = parse("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nlist: [*b, *b]\ntwo: {<<: [{y: 9}, *b]}\n", "x")
    assert data["use"] == {"x": 1, "y": 3}
    assert data["list"] == [{"x": 1, "y": 2}] * 2
    assert data["two"] == {"x": 1, "y": 9}
    place = place_of(data, ("use", "x"))
    assert place is not None
    assert place.line == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty; a scenario starts with 'version: 1'"),
        ("# only a comment\n", 1, "is empty"),
        ("---\n...\n", 1, "is empty"),
        ("- a\n- b\n", 1, "is not a mapping of keys to values"),
        ("just text", 1, "is not a mapping of keys to values"),
        (
            "a: 1\nb: [1, 2\nc: 3\n",
            3,
            "is not YAML: did not find expected ',' or ']', while parsing a flow sequence",
        ),
        ("a: 1\nb:\n\t- 1\n", 3, "indent by spaces, for this line holds a tab"),
        ("a: b: c\n", 1, "is not YAML: mapping values are not allowed in this context"),
        ("a: 'open\n", 2, "is not YAML: found unexpected end of stream"),
        ("a: 1\nb: \x07\n", 2, "holds the character U+0007, which YAML does not allow"),
        ("a: \x00", 1, "holds the character U+0000"),
        ("a: 1\nb: \ud800", 2, "holds half of a surrogate pair"),
        ("a: 1\n---\nb: 2\n", 2, "holds a second document"),
        ("a: 1\nb: *c\n", 2, "uses '*c', but nothing before it is marked '&c'"),
        ("a: 1\nb: &x [1, *x]\n", 2, "it would contain itself"),
        ("&x\na: *x\n", 2, "it would contain itself"),
        ("%YAML 3.0\n---\na: 1\n", 1, "is not YAML: found incompatible YAML document"),
    ],
)
def test_what_is_no_document_is_refused_with_its_line(text, line, words):
    found_line, message = refusal(text)
    assert words in message
    assert found_line == line


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("a: 1\nb: {c: 1, d: 2, c: 3}\n", 2, "b.c", "is given twice, first in line 2; remove one"),
        ("a: 1\nb: 2\na: 3\n", 3, "a", "is given twice, first in line 1; remove one"),
        (
            "a:\n  - 1\n  - !!python/object:os.system x\n",
            3,
            "a[1]",
            "has the tag 'tag:yaml.org,2002:python/object:os.system'; only plain values are read",
        ),
        ("a: !!set {b, c}\n", 1, "a", "has the tag 'tag:yaml.org,2002:set'; only plain values are read"),
        ("a: {{b: 1}: 2}\n", 1, "a", "has a key that is itself a mapping or list; a key must be text"),
        ("a: {<<: 5}\n", 1, "a", "'<<' needs a mapping, or a list of mappings"),
    ],
)
def test_faults_that_do_not_stop_the_reading_are_kept(text, line, path, message):
    (fault,) = parse(text, "net.yaml").faults
    assert (fault.line, fault.path, fault.message) == (line, path, message)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [DEEPEST + 1, 10_000, 1_000_000])
def test_deep_nesting_is_refused_at_once(opening, depth):
    start = time.perf_counter()
    _, message = refusal("a: " * (opening != "? " and opening != "- ") + opening * depth)
    assert f"nested more than {DEEPEST} levels deep" in message
    assert time.perf_counter() - start < 5.0


def test_what_is_just_not_too_deep_is_read():
    assert parse("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1), "x")


def test_billion_laughs_end_at_once():
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    start = time.perf_counter()
    line, message = refusal("\n".join(lines))
    assert f"more than {MOST_VALUES:,} values, aliases counted each time they are used" in message
    assert line == 6  # 10^6 values are reached in the sixth line
    assert time.perf_counter() - start < 1.0


def test_a_large_flat_file_is_refused_in_seconds():
    start = time.perf_counter()
    _, message = refusal("a: [" + "1," * (MOST_VALUES + 10) + "]")
    assert "more than" in message
    assert time.perf_counter() - start < 20.0


def test_thousands_of_doubled_keys_end_with_a_message():
    assert "more faults than are shown" in refusal("a: 1\n" * 5000)[1]


@given(st.text())
def test_any_text_is_a_document_or_a_scenario_error(text):
    found = outcome(text)
    assert isinstance(found, dict) or found.startswith("net.yaml")


@given(st.text("ab:&*<![]{}-?|>'\"%@`,# \n\t\\u", max_size=60))
def test_any_yaml_punctuation_is_a_document_or_a_scenario_error(text):
    found = outcome(text)
    assert isinstance(found, dict) or found.startswith("net.yaml")
