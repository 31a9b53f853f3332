"""Lines of the parts of a JSON file."""

from __future__ import annotations

import pytest

from qqnet.contacts.json_text import JsonText
from qqnet.errors import InputError

TEXT = """{"a": [1,
 {"b": "x, ] }"},
 [2, 3]
], "c": {"d": [
  "\\"", 4
]}, "a": [
5]}"""


def test_lines(tmp_path):
    (tmp_path / "j").write_text(TEXT)
    file = JsonText.read(tmp_path / "j")
    assert file.content == {"a": [5], "c": {"d": ['"', 4]}}
    assert file.line("c", "d", 1) == 5
    assert file.lines("c", "d") == [5, 5]
    assert file.lines("a") == [7], "the last of two equal keys, as its decoder has it"
    (tmp_path / "j").write_text('[{"k": [\n1, 2]},\n{"z": 0, "k": [\n\n3]}, {"k": []}]')
    assert JsonText.read(tmp_path / "j").lines_within(key="k") == [[2, 2], [5], []]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "j:1: not JSON"),
        ("[1,\n2", "j:2: not JSON"),
        ("[1,\n-Infinity]", "j:2: -Infinity is no number of JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "thousands of digits"),
    ],
)
def test_what_is_no_json(text, message, tmp_path):
    (tmp_path / "j").write_text(text)
    with pytest.raises(InputError, match=message):
        JsonText.read(tmp_path / "j")
