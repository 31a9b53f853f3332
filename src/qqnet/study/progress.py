"""How a long computation tells what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know: a progress bar, a log, nobody."""

    def start(self, stage: str, reused: bool) -> None:
        """A stage begins, or its result of an earlier run is reused."""

    def advance(self, fraction: float) -> None:
        """The share of the running stage that is done, 0 to 1."""

    def finish(self, stage: str, seconds: float) -> None:
        """A stage has ended."""


class Silent:
    """Nobody listens."""

    def start(self, stage: str, reused: bool) -> None:
        """Say nothing."""

    def advance(self, fraction: float) -> None:
        """Say nothing."""

    def finish(self, stage: str, seconds: float) -> None:
        """Say nothing."""
