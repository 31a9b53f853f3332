"""Messages about names that are not known, with the nearest one that is."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Iterable

_MOST_COMPARED = 60
_MOST_LISTED = 20


def unknown(kind: str, name: object, known: Iterable[str], none: str = "there is none") -> str:
    """Say that a name is unknown, and which one was probably meant.

    Parameters
    ----------
    kind : str
        What it should name.
    name : object
        What was written.
    known : iterable of str
        What exists.
    none : str, optional
        What to say where nothing exists.

    Returns
    -------
    str
        The message.

    Examples
    --------
    >>> unknown("node", "EML3", ["EML1", "EML2", "ILRS"])
    "unknown node 'EML3'; did you mean 'EML2' or 'EML1'?"
    """
    choices = list(dict.fromkeys(known))
    shown = repr(str(name)[:80])
    near = nearest(str(name), choices)
    if near:
        return f"unknown {kind} {shown}; did you mean {' or '.join(map(repr, near))}?"
    if not choices:
        return f"unknown {kind} {shown}; {none}"
    listed = ", ".join(choices[:_MOST_LISTED]) + (", ..." if len(choices) > _MOST_LISTED else "")
    return f"unknown {kind} {shown}; known are: {listed}"


def nearest(name: str, choices: list[str]) -> list[str]:
    """Return at most two of `choices` that are spelt much like `name`, the nearest first."""
    name = name[:80]
    if len(choices) > _MOST_COMPARED:  # a comparison costs some 20 µs; neighbours begin alike
        ordered = sorted(choices)
        at = bisect.bisect(ordered, name)
        choices = ordered[max(0, at - _MOST_COMPARED // 2) : at + _MOST_COMPARED // 2]
    by_folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=2, cutoff=0.6)
    return [by_folded[folded] for folded in near]
