"""Every error that QQNet raises on purpose.

    QqnetError
    ├── ScenarioError          the scenario has faults; holds one Fault for each
    ├── InputError             any other input that is wrong: a file, an option, an argument
    │   ├── EphemerisRangeError   a time outside the ephemeris; holds the covered span
    │   └── PropagationError      a motion that cannot be integrated to its end; holds those that can
    └── MissingDataError       an optional package or data file is needed and not installed

The command line turns each into one message on stderr and exit code 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class QqnetError(Exception):
    """Root of all errors that QQNet raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input file.

    Attributes
    ----------
    path : str
        Key path in the file, e.g. ``nodes[3].orbit.a``; empty for the file as a whole.
    message : str
        What is wrong and what would be right.
    value : Any
        The value found there, as written.
    line : int or None
        Line in the file, counted from 1.
    source : str or None
        The file, where it is not the one that was asked for (a scenario may extend another).
    """

    path: str
    message: str
    value: Any = None
    line: int | None = None
    source: str | None = None


class ScenarioError(QqnetError):
    """A scenario with faults.

    Attributes
    ----------
    source : str
        File name, or the name of the shipped scenario.
    faults : list of Fault
        All of them, in file order.
    """

    def __init__(self, source: str, faults: list[Fault]):
        self.source = source
        self.faults = faults
        super().__init__(self.describe())

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[str, list[Fault]]]:
        """Pickle by the arguments, so that worker processes can raise it."""
        return type(self), (self.source, self.faults)

    def describe(self) -> str:
        """One line a fault: ``file:line: path: message``."""
        lines = []
        for fault in self.faults:
            source = fault.source or self.source
            place = source if fault.line is None else f"{source}:{fault.line}"
            lines.append(": ".join(part for part in (place, fault.path, fault.message) if part))
        return "\n".join(lines)


class InputError(QqnetError):
    """An input other than a scenario is wrong; the message says what would be right."""


class EphemerisRangeError(InputError):
    """A time outside the span that an ephemeris or trajectory covers.

    Attributes
    ----------
    name : str
        What was asked for.
    start, stop : float
        Covered span [TDB s past J2000].
    """

    def __init__(self, name: str, start: float, stop: float, message: str):
        self.name = name
        self.start = start
        self.stop = stop
        super().__init__(message)

    def __reduce__(self) -> tuple[type[EphemerisRangeError], tuple[str, float, float, str]]:
        """Pickle by the arguments, so that worker processes can raise it."""
        return type(self), (self.name, self.start, self.stop, str(self))


class PropagationError(InputError):
    """A motion that cannot be integrated to its end: it meets a surface, or is no motion at all.

    Attributes
    ----------
    name : str
        The node; the first one if there are several.
    time_s : float
        When [TDB s past J2000].
    results : dict of str to Any
        Tables of the nodes that did come to the end.
    """

    def __init__(self, name: str, time_s: float, message: str, results: dict[str, Any] | None = None):
        self.name = name
        self.time_s = time_s
        self.results = results or {}
        super().__init__(message)

    def __reduce__(self) -> tuple[type[PropagationError], tuple[str, float, str, dict[str, Any]]]:
        """Pickle by the arguments, so that worker processes can raise it."""
        return type(self), (self.name, self.time_s, str(self), self.results)


class MissingDataError(QqnetError):
    """An optional package or data file is needed; the message says how to get it."""
