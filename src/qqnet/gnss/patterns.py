"""Transmit antenna patterns of navigation satellites: gain over the angle from the axis, side lobes included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

Floats = NDArray[np.float64]

NOTHING_DBI: Final = -300.0
"""Gain where a pattern sends nothing [dBi]: so low that no receiver hears it, and still a number."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """Gain of a transmit antenna, mean over azimuth.

    Attributes
    ----------
    name : str
        As the tables call it.
    angle_rad : ndarray, shape [A]
        Angles from the axis [rad], rising from zero.
    gain_dbi : ndarray, shape [A]
        Gain at these [dBi].
    frequency_hz : float
        Where it holds [Hz].
    source, assumption : str
        Where it was read; what was assumed and why. Either may be empty.
    """

    name: str
    angle_rad: Floats
    gain_dbi: Floats
    frequency_hz: float
    source: str = ""
    assumption: str = ""

    def gain(self, off_boresight_rad: ArrayLike) -> Floats:
        """Gain towards directions off the axis.

        Parameters
        ----------
        off_boresight_rad : array_like
            Angle from the axis [rad], 0 to pi.

        Returns
        -------
        ndarray
            Gain [dBi], linear in decibels between the table's angles; `NOTHING_DBI` beyond the last.

        Examples
        --------
        >>> round(float(transmit_pattern("gps-iir-m").gain(np.radians(17.0))), 3)
        11.275
        """
        angle = np.asarray(off_boresight_rad, dtype=np.float64)
        inside = np.interp(angle, self.angle_rad, self.gain_dbi)
        return np.where(angle <= self.angle_rad[-1], inside, NOTHING_DBI)

    def widened(self, factor: float) -> Pattern:
        """The pattern of an antenna so much smaller that sines of angles grow by a factor.

        Parameters
        ----------
        factor : float
            Sine of an angle in the new pattern over that in this one; below 1 it is narrowed.

        Returns
        -------
        Pattern
            With 20 log10(factor) less gain, because power spreads over a larger solid angle. What would come
            to lie beyond 90 deg is cut; where the pattern is narrowed, its last value goes on to 90 deg.

        References
        ----------
        The far field of an aperture depends on (size / wavelength) x sine of the angle alone.
        """
        sines = np.sin(np.minimum(self.angle_rad, np.pi / 2.0)) * factor
        grid = np.linspace(0.0, np.pi / 2.0, 181)
        gains = np.interp(np.sin(grid), sines, self.gain_dbi) - 20.0 * np.log10(factor)
        return replace(self, angle_rad=grid, gain_dbi=gains)

    def at_frequency(self, frequency_hz: float) -> Pattern:
        """The same array at another frequency: scaled with the wavelength."""
        if frequency_hz == self.frequency_hz:
            return self
        return replace(self.widened(self.frequency_hz / frequency_hz), frequency_hz=frequency_hz)


def read_table(name: str) -> Any:
    """Read one of the package's tables."""
    text = resources.files("qqnet.gnss").joinpath(name).read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_table("patterns.yaml")
    return table


@cache
def transmit_pattern(name: str) -> Pattern:
    """Return a pattern of the packaged table.

    Parameters
    ----------
    name : str
        Such as ``gps-iir-m``.

    Returns
    -------
    Pattern
        Mean over azimuth.

    Raises
    ------
    InputError
        There is none of that name.
    """
    entry = _table().get(name)
    if entry is None:
        raise InputError(f"unknown transmit pattern {name!r}; known: {', '.join(_table())}")
    if "like" in entry:
        made = transmit_pattern(entry["like"]).widened(float(entry["width"]))
        return replace(made, name=name, source=made.source, assumption=entry.get("assumption", ""))
    return Pattern(
        name,
        np.radians(np.asarray(entry["angle_deg"], dtype=np.float64)),
        np.asarray(entry["gain_dbi"], dtype=np.float64),
        float(entry["frequency_mhz"]) * 1e6,
        entry.get("source", ""),
        entry.get("assumption", ""),
    )
