"""Limits of power flux density and protection criteria: numbers with where they come from."""

from __future__ import annotations

import math
from functools import cache
from typing import Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import (
    Decibel,
    Elevation,
    Frequency,
    Name,
    PositiveDuration,
    Temperature,
)
from qqnet.spectrum.flux import radio_astronomy_limit_db_w_m2
from qqnet.spectrum.rule_table import packaged
from qqnet.spectrum.rules import KNOWN_BY, Mark, Range

_FLAT_TO: Final = math.radians(5.0)
_FLAT_FROM: Final = math.radians(25.0)


class Sourced(Part):
    """A number with where it comes from."""

    cite: str = Field(description="the document in short")
    source: str = Field(description="the document, and through whom it is known")
    mark: Mark = Field(description="how far it is verified")

    @property
    def verified(self) -> bool:
        """Whether the document itself, or a copy of it, was read."""
        return self.mark == "verified"

    @property
    def known(self) -> str:
        """The document, and how it is known, for messages."""
        return f"{self.cite}, {KNOWN_BY[self.mark]}"


class SurfaceLimit(Sourced, Range):
    """A limit of power flux density at the surface of a body, by angle of arrival."""

    id: Name
    title: str
    body: str
    reference: Frequency = Field(description="reference bandwidth")
    low: Decibel = Field(description="up to 5 deg of arrival [dB(W/m2)]")
    high: Decibel = Field(description="from 25 deg of arrival on [dB(W/m2)]")

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low > self.high:
            raise broken("is above high; a limit rises with the angle of arrival", "low")
        return self

    def at_db(self, arrival_rad: FloatArray) -> FloatArray:
        """Limit [dB(W/m2)] at angles of arrival [rad]: flat to 5 deg and from 25 deg on, straight between.

        Examples
        --------
        >>> limit = limits().surface[0]
        >>> [float(limit.at_db(np.radians(angle))) for angle in (0.0, 5.0, 15.0, 90.0)]
        [-154.0, -154.0, -149.0, -144.0]
        """
        share = (np.asarray(arrival_rad) - _FLAT_TO) / (_FLAT_FROM - _FLAT_TO)
        return np.asarray(self.low + (self.high - self.low) * np.clip(share, 0.0, 1.0))


class Received(Sourced):
    """Power that a broadcast must bring to a surface, into an antenna of 0 dBi."""

    id: Name
    title: str
    body: str
    link: str
    least: Decibel = Field(description="[dBW]")
    most: Decibel = Field(description="[dBW]")
    above: Elevation = Field(description="elevation from which on it holds")


class Reception(Sourced, Range):
    """What other emissions together may bring into a band, at the antenna of its receivers."""

    id: Name
    title: str
    body: str
    reference: Frequency = Field(description="reference bandwidth")
    most: Decibel = Field(description="[dB(W/m2)]")


class Criterion(Sourced, Range):
    """Interference that a receiver of the space research service bears."""

    id: Name
    receiver: Literal["earth-station", "space-station"]
    region: Literal["deep-space", "near-earth"]
    most: Decibel = Field(description="[dBW] in the reference bandwidth, at the receiver's input")
    reference: Frequency = Field(description="reference bandwidth")
    share: float | None = Field(None, gt=0.0, le=1.0, description="of the time in which it may be exceeded")

    @property
    def density_dbw_hz(self) -> float:
        """The criterion as a density [dB(W/Hz)].

        Examples
        --------
        >>> print(f"{limits().criterion('space-station', 'deep-space', 7.17e9).density_dbw_hz:.2f}")
        -203.01
        """
        return self.most - 10.0 * math.log10(self.reference)


class TelescopeNoise(Part):
    """Noise of a radio telescope at a frequency."""

    frequency: Frequency
    antenna: Temperature
    receiver: Temperature


class RadioAstronomy(Sourced):
    """Thresholds of interference to radio astronomy."""

    integration: PositiveDuration
    rows: list[TelescopeNoise] = Field(min_length=2)

    def limit_db_w_m2(self, lowest_hz: float, highest_hz: float) -> float:
        """Threshold in a band [dB(W/m2)].

        Parameters
        ----------
        lowest_hz, highest_hz : float
            Edges of the band [Hz].

        Raises
        ------
        InputError
            The middle of the band is outside the frequencies of the table.

        Examples
        --------
        >>> print(f"{limits().radio_astronomy.limit_db_w_m2(1400e6, 1427e6):.0f}")
        -180
        """
        middle = 0.5 * (lowest_hz + highest_hz)
        known = [row.frequency for row in self.rows]
        if not known[0] <= middle <= known[-1]:
            raise InputError(
                f"{self.cite} gives no threshold at {middle / 1e6:g} MHz; its table reaches from "
                f"{known[0] / 1e6:g} to {known[-1] / 1e6:g} MHz, so state a limit"
            )
        at = np.log(known)
        antenna, receiver = (
            float(np.exp(np.interp(math.log(middle), at, np.log([getattr(row, part) for row in self.rows]))))
            for part in ("antenna", "receiver")
        )
        width = highest_hz - lowest_hz
        return float(radio_astronomy_limit_db_w_m2(middle, width, antenna, receiver, self.integration))


class Limits(Part):
    """All limits, and the date of the table."""

    version: Literal[1]
    date: str
    surface: list[SurfaceLimit]
    received: list[Received]
    reception: list[Reception]
    criteria: list[Criterion]
    radio_astronomy: RadioAstronomy

    def at_surface(self, body: str, low_hz: float, high_hz: float) -> list[SurfaceLimit]:
        """Return the limits at a body's surface that an emission, from `low_hz` to `high_hz`, meets."""
        return [row for row in self.surface if row.body == body and row.meets(low_hz, high_hz)]

    def criterion(
        self,
        receiver: Literal["earth-station", "space-station"],
        region: Literal["deep-space", "near-earth"],
        frequency_hz: float,
    ) -> Criterion | None:
        """Return the protection criterion of a receiver at a frequency; None where none is known.

        Parameters
        ----------
        receiver : {"earth-station", "space-station"}
            What receives.
        region : {"deep-space", "near-earth"}
            Where the spacecraft of the link is: deep space begins 2 million km from the Earth.
        frequency_hz : float
            Frequency [Hz].
        """
        for row in self.criteria:
            if (row.receiver, row.region) == (receiver, region) and row.holds(frequency_hz, frequency_hz):
                return row
        return None


@cache
def limits() -> Limits:
    """Return the packaged table of limits."""
    return packaged("limits.yaml", Limits)
