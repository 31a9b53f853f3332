"""A small valid scenario, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qqnet.errors import Fault, ScenarioError
from qqnet.scenario.loading import from_text

SMALL = Path(__file__).parent / "small.yaml"


@pytest.fixture(scope="session")
def small() -> str:
    """The text of a valid scenario in which every part of the format occurs."""
    return SMALL.read_text(encoding="utf-8")


@pytest.fixture
def faults_of() -> Callable[[str], list[Fault]]:
    """Read a text and return its faults; fail where it has none."""

    def read(text: str) -> list[Fault]:
        with pytest.raises(ScenarioError) as caught:
            from_text(text, "net.yaml")
        return caught.value.faults

    return read
