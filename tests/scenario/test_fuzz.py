"""Whatever a file holds, the loader gives a scenario or an error that QQNet raises on purpose, and soon."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qqnet.errors import QqnetError, ScenarioError
from qqnet.scenario.document import parse
from qqnet.scenario.loading import from_text, load
from qqnet.scenario.model import Scenario
from qqnet.scenario.places import value_of

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
DATA: dict[str, Any] = json.loads(json.dumps(parse(SMALL, "small")))

soon = settings(deadline=timedelta(seconds=5), max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def outcome(text: str) -> Scenario | str:
    """The scenario, or the message of the refusal; any other error is a failure."""
    try:
        return from_text(text, "net.yaml")
    except ScenarioError as error:
        assert error.faults  # noqa: PT017
        assert all(fault.message for fault in error.faults)  # noqa: PT017
        return str(error)


def paths(data: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """All key paths in some data."""
    found = [at]
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += paths(value, (*at, key))
    return found


PATHS = paths(DATA)[1:]
SCALARS = [value for path in PATHS if not isinstance(value := value_of(DATA, path), dict | list)]

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [10**20, 10**50, -(10**400), "1e999 km", "-1 s", "1e300 W", "1e-300 km", "9e9 dBm", ".nan", "", "é"]
    ),
    st.sampled_from(SCALARS),
    st.sampled_from(
        [[], {}, [None], {"": None}, [[]], {"type": 5}, {"kind": []}, {"name": {}}, [1, "a", {}]]
    ),
    st.text(max_size=10),
    st.builds(
        "{} {}".format,
        st.floats(allow_nan=False),
        st.sampled_from(["km", "s", "deg", "W", "Hz", "bit/s", "dB"]),
    ),
)
keys = st.one_of(st.text(max_size=8), st.sampled_from(sorted({str(path[-1]) for path in PATHS})))
change = st.tuples(
    st.sampled_from(["delete", "replace", "insert", "copy"]), st.sampled_from(PATHS), odd, keys
)


def changed(data: Any, action: str, path: tuple[str | int, ...], value: Any, key: str) -> None:
    """Change data at a path, where it still exists."""
    value = copy.deepcopy(value)  # the next change may be inside of it
    try:
        for step in path[:-1]:
            data = data[step]
        if action == "delete":
            del data[path[-1]]
        elif action == "replace":
            data[path[-1]] = value
        elif action == "copy":
            data.append(copy.deepcopy(data[path[-1]]))
        elif isinstance(data, dict):
            data[key] = value
        else:
            data.insert(0, value)
    except (KeyError, IndexError, TypeError, AttributeError):
        pass


@soon
@given(st.text())
def test_random_text(text):
    outcome(text)


@soon
@given(st.text("abn: -[]{}\n'\"&*!#|>%@?,19.~<=\\u", max_size=200))
def test_random_punctuation(text):
    outcome("version: 1\nname: x\n" + text)


@soon
@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16")))
def test_random_bytes_in_a_file(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(content)
    with pytest.raises(QqnetError):
        load(path)


@settings(soon, max_examples=400)
@given(st.lists(change, min_size=1, max_size=4))
def test_changed_parts(changes):
    """Values deleted, replaced, inserted and doubled anywhere in a valid scenario."""
    data = copy.deepcopy(DATA)
    for one in changes:
        changed(data, *one)
    found = outcome(json.dumps(data))
    if isinstance(found, Scenario):
        found.check()
        assert from_text(found.to_yaml()) == found


@soon
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SMALL)),
            st.integers(0, 12),
            st.text(max_size=3)
            | st.sampled_from(["\n", "  ", ":", "- ", "{", "]", "&a ", "*a", "<<: ", "!!int ", "\t", "'"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_changed_text(edits):
    text = SMALL
    for at, drop, put in edits:
        text = text[:at] + put + text[at + drop :]
    outcome(text)


@soon
@given(st.lists(st.sampled_from(SMALL.splitlines(keepends=True)), max_size=40))
def test_shuffled_lines(lines):
    outcome("".join(lines))


@soon
@given(st.integers(0, len(SMALL)), st.integers(0, len(SMALL)))
def test_cut_text(start, stop):
    outcome(SMALL[start:stop])


def test_the_fuzz_reaches_the_inside():
    """The unchanged data is a scenario, so that changed data fails for what was changed."""
    assert isinstance(outcome(json.dumps(DATA)), Scenario)
    assert len(PATHS) > 250
