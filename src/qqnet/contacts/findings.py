"""What is allowed in a contact plan and still worth a look: a finding, and how rules see a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.link_index import LinkIndex, index_links
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan

Level = Literal["warning", "note"]

EXAMPLES: Final = 5
"""Places that a finding names."""


@dataclass(frozen=True)
class PlanFinding:
    """One rule that a plan does not meet.

    Attributes
    ----------
    rule : str
        Name of the rule.
    level : {"warning", "note"}
        "warning": probably a mistake; "note": to be known.
    count : int
        How many contacts, links, pairs or nodes it is about.
    message : str
        What was found, of so many.
    examples : tuple of str
        The first few of them.
    remedy : str
        What to do about it.
    """

    rule: str
    level: Level
    count: int
    message: str
    examples: tuple[str, ...]
    remedy: str

    def answer(self) -> dict[str, Any]:
        """Say it as JSON does."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Look:
    """A plan as the rules see it."""

    plan: ContactPlan

    def column(self, name: str) -> NDArray[Any]:
        """One column of the contacts, shape (N,)."""
        return self.plan.contacts[name].to_numpy()

    @cached_property
    def index(self) -> LinkIndex:
        """Numbers of nodes and links."""
        return index_links(self.plan.contacts)

    @cached_property
    def length(self) -> NDArray[np.float64]:
        """Length of each contact [s], shape (N,)."""
        return np.asarray(self.column("end_s") - self.column("start_s"), dtype=np.float64)

    @cached_property
    def rf_or_laser(self) -> NDArray[np.bool_]:
        """Contacts through space, shape (N,)."""
        return np.asarray((self.plan.contacts["kind"] != "terrestrial").to_numpy(), dtype=np.bool_)

    def rows(self, mask: NDArray[np.bool_]) -> tuple[int, tuple[str, ...]]:
        """How many contacts a mask holds, and the first of them."""
        some = self.plan.contacts.iloc[np.flatnonzero(mask)[:EXAMPLES]]
        told = (
            f"{row['from']} -> {row['to']} at {self._at(row['start_s'])}" for row in some.to_dict("records")
        )
        return int(mask.sum()), tuple(told)

    def _at(self, time_s: float) -> str:
        try:
            utc = self.plan.time_base.utc_text(time_s, 0)
        except InputError:  # a date that UTC does not have
            utc = None
        return utc or f"{time_s:.12g} s"

    def pairs(self, numbers: NDArray[np.int64]) -> tuple[int, tuple[str, ...]]:
        """How many ordered pairs of nodes there are in an array of their numbers, and the first of them."""
        names, size = self.index.nodes, max(len(self.index.nodes), 1)
        told = tuple(f"{names[n // size]} -> {names[n % size]}" for n in numbers[:EXAMPLES].tolist())
        return len(numbers), told


def finding(
    rule: str, level: Level, counted: tuple[int, Iterable[str]], message: str, remedy: str
) -> Iterator[PlanFinding]:
    """Make a finding if there is anything to count."""
    count, examples = counted
    if count:
        yield PlanFinding(rule, level, count, message, tuple(examples), remedy)


def first_of(names: list[str]) -> tuple[int, list[str]]:
    """How many names there are, and the first of them."""
    return len(names), names[:EXAMPLES]
