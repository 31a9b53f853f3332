"""What happens to a signal on its way, and what adds to the noise: the effects that links are made of.

Each effect lives in the module of its subject. A link holds those that apply to it, so that the level over time
and the lines of a budget come from the same code.
"""

from __future__ import annotations

from typing import Literal, Protocol

from qqnet.links.domain import FloatArray
from qqnet.links.path import Path

Looks = Literal["range", "elevation", "motion", "sky"]
"""What an effect depends on: nothing, or growing with distance ("range"); elevations at sites ("elevation");
range rate and acceleration ("motion"); time, or the Sun and bodies in the sky ("sky")."""


class Effect(Protocol):
    """Something on the way that weakens the signal.

    Attributes
    ----------
    name : str
        Of the line in a budget.
    looks_at : {"range", "elevation", "motion", "sky"}
        What it depends on, see `Looks`.
    """

    @property
    def name(self) -> str:
        """Name of the line in a budget."""

    @property
    def looks_at(self) -> Looks:
        """What the effect depends on."""

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB], zero or more, at every moment of the path."""

    def source(self, path: Path) -> str:
        """Formula or origin with its values, for a path of one moment."""


class NoiseSource(Protocol):
    """Something that adds to what the receiver hears without the signal.

    Attributes
    ----------
    name : str
        Of the line in a budget.
    looks_at : {"range", "elevation", "motion", "sky"}
        What it depends on, see `Looks`.
    """

    @property
    def name(self) -> str:
        """Name of the line in a budget."""

    @property
    def looks_at(self) -> Looks:
        """What the source depends on."""

    def amount(self, path: Path) -> FloatArray:
        """Radio: added system noise temperature [K]. Laser: counts of background and darkness [1/s]."""

    def source(self, path: Path) -> str:
        """Formula or origin with its values, for a path of one moment."""
