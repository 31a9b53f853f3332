"""The quantities that a requirement may be about: their unit, and which place each needs to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qqnet import units
from qqnet.units import Dimension

_SHARE = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*%\s*")


@dataclass(frozen=True)
class Quantity:
    """A quantity that is measured in a study.

    Attributes
    ----------
    title : str
        What is measured.
    dimension : Dimension or None
        Of its values; None for shares, counts and plain ratios.
    unit : str
        In which it is shown: ``%``, an empty text for a number, or a unit of the dimension.
    needs : tuple of str
        Keys of ``where`` without which it means nothing.
    """

    title: str
    dimension: Dimension | None
    unit: str
    needs: tuple[str, ...] = ("body",)

    def read(self, value: object) -> float:
        """Return what a table says, in internal units; ValueError with what would be right."""
        if self.dimension is not None:
            return units.parse(value, self.dimension)
        if self.unit == "%":
            found = _SHARE.fullmatch(value) if isinstance(value, str) else None
            if found is None or not float(found[1]) <= 100.0:
                raise ValueError("is no share from 0 % to 100 %; write it as '99 %'")
            return float(found[1]) / 100.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("is not a number; this quantity has no unit")
        return float(value)

    @property
    def scale(self) -> float:
        """Internal value of one shown unit."""
        if self.unit == "%":
            return 0.01
        return 1.0 if self.dimension is None else units.parse(f"1 {self.unit}", self.dimension)


QUANTITIES = {
    "fewest-in-view": Quantity("fewest satellites in view of any point of the surface", None, ""),
    "fewest-in-view-one-lost": Quantity(
        "fewest satellites in view of any point of the surface, with any one satellite lost", None, ""
    ),
    "coverage": Quantity("share of area and time with `fold` in view", None, "%", ("body", "fold")),
    "coverage-worst-day": Quantity(
        "share of the worst 24 h of the worst point with `fold` in view", None, "%", ("body", "fold")
    ),
    "dop-maximum": Quantity("largest `dop` of any point at any time", None, "", ("body", "dop")),
    "dop-availability": Quantity(
        "share of time with `dop` at or below `limit`, worst point", None, "%", ("body", "dop", "limit")
    ),
    "service-volume-score": Quantity(
        "share of the worst 24 h of the worst point of a service volume that is covered",
        None,
        "%",
        ("body", "north", "highest", "fold"),
    ),
    "earth-day-availability": Quantity(
        "share of the worst whole UTC day of the worst point of a service volume that is covered",
        None,
        "%",
        ("body", "north", "highest", "fold"),
    ),
    "position-error": Quantity("3-sigma position error, worst point and time", units.LENGTH, "m"),
    "time-error": Quantity("3-sigma time error, worst point and time", units.DURATION, "µs"),
    "range-error-95": Quantity("95 % range error of one transmitter, signal in space", units.LENGTH, "m"),
    "return-rate": Quantity("highest rate from a surface user to a relay", units.DATA_RATE, "Mbit/s"),
    "forward-rate": Quantity("highest rate from a relay to a surface user", units.DATA_RATE, "Mbit/s"),
    "delivered-data": Quantity("data delivered from and to a body", units.DATA_RATE, "GB/d"),
    "flows-delivered": Quantity("share of flows whose volume arrives in time", None, "%", ()),
    "end-to-end-latency": Quantity(
        "longest first-bit latency from Earth to a user on a surface", units.DURATION, "s"
    ),
    "conjunction-connected": Quantity(
        "share of bundles that find a way while the Sun is near the line of sight",
        None,
        "%",
        ("body", "sun_angle"),
    ),
    "landing-error": Quantity(
        "3-sigma position error of a lander at the end of its descent, each axis", units.LENGTH, "m"
    ),
    "velocity-error": Quantity("3-sigma velocity error of rovers and landers", units.VELOCITY, "m/s"),
    "utc-error": Quantity("error of the network's time against UTC", units.DURATION, "ns"),
    "signal-position-error": Quantity("3-sigma signal-in-space position error", units.LENGTH, "m"),
    "signal-velocity-error": Quantity("3-sigma signal-in-space velocity error", units.VELOCITY, "mm/s"),
    "concurrent-users": Quantity("users served at high rate at one time", None, ""),
}
"""By the name that a table uses."""
