"""Messages about names that are not known, with the nearest one that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Say that a name is unknown, and which one was probably meant.

    Examples
    --------
    >>> unknown("node", "EML3", ["EML1", "EML2", "ILRS"])
    "unknown node 'EML3'; did you mean 'EML2' or 'EML1'?"
    """
    choices = list(dict.fromkeys(known))
    near = difflib.get_close_matches(str(name)[:80], choices, n=2, cutoff=0.6)
    shown = repr(str(name)[:80])
    if near:
        return f"unknown {kind} {shown}; did you mean {' or '.join(map(repr, near))}?"
    if not choices:
        return f"unknown {kind} {shown}; there is none"
    listed = ", ".join(choices[:12]) + (", ..." if len(choices) > 12 else "")
    return f"unknown {kind} {shown}; known are: {listed}"
