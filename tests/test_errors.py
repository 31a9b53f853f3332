"""The tree of errors, and how faults are told."""

from __future__ import annotations

import pickle

import pytest

from qqnet import errors
from qqnet.errors import EphemerisRangeError, Fault, InputError, MissingDataError, QqnetError, ScenarioError


def test_every_error_descends_from_one_root():
    found = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, Exception)]
    assert len(found) == 6
    assert all(issubclass(item, QqnetError) for item in found)
    assert issubclass(EphemerisRangeError, InputError)


def test_a_scenario_error_tells_each_fault_on_a_line_with_file_line_path_and_message():
    error = ScenarioError(
        "net.yaml",
        [
            Fault("", "is empty"),
            Fault("nodes[3].orbit.a", "9000 has no unit", 9000, 12),
            Fault("time.start", "is missing", None, 4, "base.yaml"),
        ],
    )
    assert str(error).splitlines() == [
        "net.yaml: is empty",
        "net.yaml:12: nodes[3].orbit.a: 9000 has no unit",
        "base.yaml:4: time.start: is missing",
    ]


@pytest.mark.parametrize(
    "error",
    [
        ScenarioError("net.yaml", [Fault("a", "is wrong", 1, 2)]),
        EphemerisRangeError("Moon", 0.0, 1.0, "Moon is covered from 0 to 1"),
        InputError("no such node"),
        MissingDataError("install it"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_back_from_a_worker_process(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
