"""Phased arrays, and patterns from tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import patterns, rf
from qqnet.links.domain import FloatArray
from qqnet.links.radiators import M_PER_KM, beam_of_gain_rad, lobe_and_rest_dbi, refuse
from qqnet.scenario.antenna_limits import array_fault, unreached


@dataclass(frozen=True)
class PhasedArray:
    """A flat array of equal elements, budgeted at its farthest scan.

    Attributes
    ----------
    elements : tuple of int
        Number along the two axes.
    spacing_m : float
        Between elements [m].
    element_gain_dbi : float
        Gain of an element within the array [dBi].
    efficiency : float
        Of feeds and phase shifters [1].
    scan_rad : float
        Angle from the normal that is budgeted for [rad].
    scan_exponent : float
        Gain falls as the cosine of the scan angle to this power [1].
    """

    elements: tuple[int, int]
    spacing_m: float
    element_gain_dbi: float
    efficiency: float = 1.0
    scan_rad: float = 0.0
    scan_exponent: float = 1.5

    @property
    def scan_loss_db(self) -> float:
        """Loss of gain at the farthest scan [dB]."""
        return -10.0 * self.scan_exponent * math.log10(math.cos(self.scan_rad))

    def _check(self, frequency_hz: float) -> None:
        size = self.spacing_m / M_PER_KM
        refuse(array_fault(size, self.element_gain_dbi, self.scan_rad, frequency_hz))

    def peak_dbi(self, frequency_hz: float) -> float:
        """Gain at the farthest scan [dBi]: gain of an element, their number, efficiency, scan loss."""
        self._check(frequency_hz)
        number = self.elements[0] * self.elements[1]
        return self.element_gain_dbi + 10.0 * math.log10(number * self.efficiency) - self.scan_loss_db

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad]: 0.886 lambda/(n d), mean of both axes, wider by the scan.

        The mean is geometric; nor is the beam wider than one that holds all power at this gain.
        """
        wide = [
            0.886 * float(rf.wavelength_m(frequency_hz)) / (n * self.spacing_m)
            for n in self.elements
            if n > 1
        ]
        along = math.prod(wide) ** (1.0 / len(wide))
        if len(wide) == 1:  # a line of elements: the other axis has the beam of one element
            along = math.sqrt(along * float(beam_of_gain_rad(self.element_gain_dbi)))
        most = float(beam_of_gain_rad(self.peak_dbi(frequency_hz)))
        return min(along / math.sqrt(math.cos(self.scan_rad)), most)

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: main lobe and the envelope (pi u)^-2 of side lobes in the plane of an axis."""
        peak = self.peak_dbi(frequency_hz)
        size = max(self.elements) * self.spacing_m / float(rf.wavelength_m(frequency_hz))
        angle = np.minimum(patterns.off_axis(angle_rad), math.pi / 2)
        u = np.maximum(math.pi * size * np.sin(angle), 1.0)
        return patterns.with_main_lobe(
            angle_rad, peak, self.beamwidth_rad(frequency_hz), peak - 20.0 * np.log10(u)
        )

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: main lobe, and what it leaves of all power, spread evenly."""
        return lobe_and_rest_dbi(angle_rad, self.peak_dbi(frequency_hz), self.beamwidth_rad(frequency_hz))

    def describe(self) -> str:
        """Where the gain comes from."""
        words = f"{self.elements[0]} x {self.elements[1]} elements of {self.element_gain_dbi:g} dBi"
        if self.scan_rad:
            words += f", {self.scan_loss_db:.2f} dB at a scan of {math.degrees(self.scan_rad):.4g} deg"
        return words


@dataclass(frozen=True)
class Tabulated:
    """A pattern from a table, the same at every frequency.

    Attributes
    ----------
    cuts : tuple of tuples of (float, float)
        For each cut angles from the axis, ascending from zero [rad], and gains [dBi].
    beyond_dbi : float or None
        Gain at angles beyond the last of a cut [dBi].
    """

    cuts: tuple[tuple[tuple[float, float], ...], ...]
    beyond_dbi: float | None = None

    def __post_init__(self) -> None:
        for cut in self.cuts:
            reason = unreached(list(cut), self.beyond_dbi)
            if reason:
                raise InputError(f"the pattern {reason}")

    @cached_property
    def _tables(self) -> list[tuple[FloatArray, FloatArray]]:
        return [(table[:, 0], table[:, 1]) for table in (np.array(cut) for cut in self.cuts)]

    def _gains_dbi(self, angle_rad: ArrayLike) -> FloatArray:
        """Gain of every cut [dBi], shape [cuts, ...], linear in decibels between angles."""
        angle = patterns.off_axis(angle_rad)
        return np.stack(
            [np.interp(angle, angles, gains, right=self.beyond_dbi) for angles, gains in self._tables]
        )

    def peak_dbi(self, frequency_hz: float) -> float:
        """Gain on the axis [dBi]."""
        return float(np.mean([gains[0] for _, gains in self._tables]))

    @cached_property
    def _beamwidth_rad(self) -> float:
        angles = np.unique(np.concatenate([angles for angles, _ in self._tables]))
        angles = np.unique(np.concatenate([angles, np.linspace(0.0, float(angles[-1]), 4001)]))
        below = self.mean_dbi(0.0, angles) - self.peak_dbi(0.0) + 10.0 * math.log10(2.0)
        first = int(np.argmax(below <= 0.0))
        if below[first] > 0.0 or first == 0:
            raise InputError("the pattern never falls to half of its peak, so that it has no beamwidth")
        before, after = below[first - 1], below[first]
        edge = angles[first - 1] + (angles[first] - angles[first - 1]) * before / (before - after)
        return 2.0 * float(edge)

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad], where the mean over the cuts first falls to half."""
        return self._beamwidth_rad

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: the largest of the cuts."""
        return np.asarray(self._gains_dbi(angle_rad).max(axis=0), dtype=np.float64)

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: mean power of the cuts."""
        power = 10.0 ** (self._gains_dbi(angle_rad) / 10.0)
        return np.asarray(10.0 * np.log10(power.mean(axis=0)), dtype=np.float64)

    def describe(self) -> str:
        """Where the gain comes from."""
        return "pattern from a table"
