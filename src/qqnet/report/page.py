"""The parts that a page is made of, before they become HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qqnet.report.image import Picture


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading below that of the section."""

    text: str
    anchor: str = ""
    kind: str = "heading"


@dataclass(frozen=True)
class Markup:
    """HTML of this package's own making, such as a drawing."""

    html: str
    caption: str = ""
    kind: str = "markup"


@dataclass(frozen=True)
class Figures:
    """Pictures beside each other where there is room.

    Attributes
    ----------
    pictures : sequence of Picture
        One or more.
    caption : str
        Below all of them.
    wide : bool
        Whether each spans the text; such a picture scrolls on a narrow screen rather than becoming unreadable.
    """

    pictures: Sequence[Picture]
    caption: str = ""
    wide: bool = False
    kind: str = "figures"


@dataclass(frozen=True)
class Table:
    """Rows of text.

    Attributes
    ----------
    columns : sequence of str
        Heads, with units.
    rows : sequence of sequence of str
        Cells.
    left : int
        How many columns align left; the rest align right.
    caption : str
        Above the table, short.
    note : str
        Below it: what the columns mean.
    prose : bool
        Whether cells hold sentences, which may wrap.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1
    caption: str = ""
    note: str = ""
    prose: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Card:
    """A headline answer."""

    question: str
    answer: str
    detail: str
    verdict: str
    """``yes``, ``no`` or ``open``."""


@dataclass(frozen=True)
class Cards:
    """Headline answers."""

    cards: Sequence[Card]
    kind: str = "cards"


@dataclass(frozen=True)
class Fold:
    """Blocks that open and close at a click; open in print."""

    summary: str
    blocks: Sequence[Block]
    is_open: bool = False
    kind: str = "fold"


Block = Text | Heading | Markup | Figures | Table | Cards | Fold


@dataclass(frozen=True)
class Section:
    """A numbered part of the page.

    Attributes
    ----------
    anchor, title : str
        For the contents list.
    blocks : sequence of Block
        What is in it.
    """

    anchor: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
