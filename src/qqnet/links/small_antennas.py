"""Antennas of a few wavelengths: helices in axial mode, and patches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links import patterns, rf
from qqnet.links.domain import FloatArray
from qqnet.links.radiators import M_PER_KM, lobe_and_rest_dbi, refuse
from qqnet.scenario.antenna_limits import helix_fault, patch_fault


@dataclass(frozen=True)
class Helix:
    """A helix in axial mode.

    Attributes
    ----------
    turns : float
        Number of turns [1].
    diameter_m, spacing_m : float
        Diameter, and spacing of turns along the axis [m].
    """

    turns: float
    diameter_m: float
    spacing_m: float

    def _wavelengths(self, frequency_hz: float) -> tuple[float, float]:
        """Circumference and spacing [wavelengths]; InputError where the helix radiates otherwise."""
        refuse(helix_fault(self.diameter_m / M_PER_KM, frequency_hz))
        wavelength = float(rf.wavelength_m(frequency_hz))
        return math.pi * self.diameter_m / wavelength, self.spacing_m / wavelength

    def peak_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi]: 12 C^2 n S, C and S in wavelengths (Kraus, Antennas, second edition)."""
        around, spacing = self._wavelengths(frequency_hz)
        return 10.0 * math.log10(12.0 * around**2 * self.turns * spacing)

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad]: 52 deg / (C sqrt(n S)) (Kraus)."""
        around, spacing = self._wavelengths(frequency_hz)
        return math.radians(52.0) / (around * math.sqrt(self.turns * spacing))

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: main lobe, first side lobe 9 dB below it to 90 deg, 15 dB below behind.

        The side lobes are those of an end-fire array with Hansen and Woodyard's phase, about -9 dB; how much goes
        back depends on the ground plane, and 15 dB is an assumption.
        """
        peak = self.peak_dbi(frequency_hz)
        lobes = np.where(patterns.off_axis(angle_rad) <= math.pi / 2, peak - 9.0, peak - 15.0)
        return patterns.with_main_lobe(angle_rad, peak, self.beamwidth_rad(frequency_hz), lobes)

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: main lobe, and what it leaves of all power, spread evenly."""
        return lobe_and_rest_dbi(angle_rad, self.peak_dbi(frequency_hz), self.beamwidth_rad(frequency_hz))

    def describe(self) -> str:
        """Where the gain comes from."""
        return f"helix of {self.turns:g} turns: 12 C^2 n S (Kraus)"


@dataclass(frozen=True)
class Patch:
    """A rectangular patch over a large ground plane.

    Attributes
    ----------
    length_m, width_m : float
        Along and across the field [m].
    efficiency : float
        Radiated over accepted power [1].
    """

    length_m: float
    width_m: float
    efficiency: float = 0.9

    def _pattern(self, frequency_hz: float) -> tuple[float, float, FloatArray]:
        refuse(patch_fault(self.length_m / M_PER_KM, self.width_m / M_PER_KM, frequency_hz))
        wavelength = float(rf.wavelength_m(frequency_hz))
        return _patch_pattern(round(self.length_m / wavelength, 6), round(self.width_m / wavelength, 6))

    def peak_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi]: directivity of two slots (cavity model) and the efficiency."""
        return 10.0 * math.log10(self._pattern(frequency_hz)[0] * self.efficiency)

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad], of the mean over azimuth."""
        return self._pattern(frequency_hz)[1]

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi], mean over azimuth; behind the ground plane 30 dB below the peak."""
        level = self._pattern(frequency_hz)[2]
        table = np.interp(patterns.off_axis(angle_rad), _PATCH_ANGLES, level, right=BEHIND)
        return self.peak_dbi(frequency_hz) + 10.0 * np.log10(np.maximum(table, BEHIND))

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]; a patch has no side lobes, so that this is its pattern."""
        return self.mean_dbi(frequency_hz, angle_rad)

    def describe(self) -> str:
        """Where the gain comes from."""
        return f"patch, two slots over a ground plane, efficiency {self.efficiency:g}"


BEHIND = 1e-3
"""Level behind a patch's ground plane over its peak [1]: an assumption; the model has nothing there."""

_PATCH_ANGLES = np.linspace(0.0, math.pi / 2, 181)


@cache
def _patch_pattern(length: float, width: float) -> tuple[float, float, FloatArray]:
    """Directivity, half-power beamwidth [rad] and level by angle of a patch, sizes in wavelengths.

    Balanis, Antenna Theory, chapter 14: two slots a length apart, each of a width, field sin(X)/X cos(Y).
    """
    theta, phi = _PATCH_ANGLES[:, None], np.linspace(0.0, math.pi / 2, 91)[None, :]
    across = np.sinc(width * np.sin(theta) * np.sin(phi))
    array = across * np.cos(math.pi * length * np.sin(theta) * np.cos(phi))
    power = array**2 * (np.cos(phi) ** 2 + (np.cos(theta) * np.sin(phi)) ** 2)
    mean = np.trapezoid(power, phi[0], axis=1) / (math.pi / 2)
    total = 2.0 * math.pi * np.trapezoid(mean * np.sin(theta[:, 0]), theta[:, 0])
    beam = 2.0 * float(np.interp(-0.5, -mean, theta[:, 0]))
    return 4.0 * math.pi / float(total), beam, mean
