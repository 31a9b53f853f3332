"""Reflectors and stated gains: peak by aperture, main lobe and side lobes by ITU-R's reference patterns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from qqnet.links import patterns, rf
from qqnet.links.domain import FloatArray, positive
from qqnet.links.radiators import M_PER_KM, beam_of_gain_rad, lobe_and_rest_dbi, refuse
from qqnet.scenario.antenna_limits import aperture_fault, side_lobe_fault, surface_fault


@dataclass(frozen=True)
class Reflector:
    """A parabola.

    Attributes
    ----------
    diameter_m : float
        Diameter [m].
    efficiency : float
        Aperture efficiency [1], without blockage and surface.
    surface_error_m : float
        Root mean square deviation of the surface [m].
    blockage : float
        Diameter of what stands before it, over its own [1].
    side_lobes : {"F.699", "S.465", "Airy"}
        Pattern outside the main lobe.
    """

    diameter_m: float
    efficiency: float = 0.6
    surface_error_m: float = 0.0
    blockage: float = 0.0
    side_lobes: Literal["F.699", "S.465", "Airy"] = "F.699"

    def peak_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi], surface and blockage taken off."""
        whole = float(rf.aperture_gain_dbi(self.diameter_m, frequency_hz, self.efficiency))
        return whole - self.surface_loss_db(frequency_hz) - self.blockage_loss_db

    def surface_loss_db(self, frequency_hz: float) -> float:
        """Loss by the surface's error [dB] (Ruze 1966); InputError beyond lambda / (4 pi)."""
        if not self.surface_error_m:
            return 0.0
        return float(ruze_loss_db(self.surface_error_m, frequency_hz))

    @property
    def blockage_loss_db(self) -> float:
        """Loss by a central blockage of a uniformly lit aperture [dB]: (1 - b^2)^2."""
        return -20.0 * math.log10(1.0 - self.blockage**2) if self.blockage else 0.0

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad]: 70 deg lambda/D, or less where the main lobe would hold all power."""
        if self.side_lobes == "Airy":
            return patterns.UNIFORM_HPBW / self._d(frequency_hz)
        rule = float(rf.beamwidth_rad(self.diameter_m, frequency_hz))
        full = rf.aperture_gain_dbi(self.diameter_m, frequency_hz, self.efficiency)
        return min(rule, float(beam_of_gain_rad(full)))

    def _d(self, frequency_hz: float) -> float:
        return self.diameter_m / float(rf.wavelength_m(frequency_hz))

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: Gaussian main lobe and the Recommendation's envelope, or Airy's pattern."""
        d = self._d(frequency_hz)
        if self.side_lobes == "Airy":
            return self.peak_dbi(frequency_hz) + patterns.airy_db(angle_rad, d)
        refuse(side_lobe_fault(self.side_lobes, frequency_hz))
        if self.side_lobes == "S.465":
            lobes = patterns.s465_dbi(angle_rad, d)
        else:
            lobes = patterns.f699_dbi(angle_rad, d, lowest_band=frequency_hz < 1e9)
        peak, beam = self.peak_dbi(frequency_hz), self.beamwidth_rad(frequency_hz)
        return patterns.with_main_lobe(angle_rad, peak, beam, lobes)

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi], mean side lobes after ITU-R F.1245, within all power; or Airy's pattern."""
        if self.side_lobes == "Airy":
            return self.envelope_dbi(frequency_hz, angle_rad)
        d, peak, beam = self._d(frequency_hz), self.peak_dbi(frequency_hz), self.beamwidth_rad(frequency_hz)
        lobes = patterns.f1245_dbi(angle_rad, d) + patterns.power_db(d, peak, beam)
        return patterns.with_main_lobe(angle_rad, peak, beam, lobes)

    def describe(self) -> str:
        """Where the gain comes from."""
        words = f"efficiency {self.efficiency:g}, diameter {self.diameter_m:g} m: eta (pi D / lambda)^2"
        if self.surface_error_m:
            words += f", surface {self.surface_error_m * 1e3:g} mm rms: exp -(4 pi e / lambda)^2"
        if self.blockage:
            words += f", blockage {self.blockage:g}: (1 - b^2)^2"
        return words


@dataclass(frozen=True)
class StatedGain:
    """A gain as stated, the same at every frequency.

    Attributes
    ----------
    gain_dbi : float
        Gain [dBi].
    efficiency : float
        Aperture efficiency of an antenna of this gain [1]; it sets the beam.
    diameter_m : float or None
        Diameter of the aperture [m], where known.
    """

    gain_dbi: float
    efficiency: float = 0.6
    diameter_m: float | None = None

    def peak_dbi(self, frequency_hz: float) -> float:
        """Return the gain [dBi]; InputError where the aperture can not give it."""
        if self.diameter_m is not None:
            refuse(aperture_fault(self.gain_dbi, self.diameter_m / M_PER_KM, frequency_hz))
        return self.gain_dbi

    def _size_m(self, frequency_hz: float) -> float:
        if self.diameter_m is not None:
            return self.diameter_m
        return float(rf.equivalent_diameter_m(self.gain_dbi, frequency_hz, self.efficiency))

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad] of an aperture of this gain; a full circle for gains of about 0 dBi."""
        rule = float(rf.beamwidth_rad(self._size_m(frequency_hz), frequency_hz))
        return min(rule, 2.0 * math.pi, max(float(beam_of_gain_rad(self.gain_dbi)), 1e-12))

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi]: as a reflector's from 20 dBi; below, a lobe and what it leaves of all power."""
        if self.gain_dbi < BROAD_DBI:
            return self.mean_dbi(frequency_hz, angle_rad)
        refuse(side_lobe_fault("F.699", frequency_hz))
        d = self._size_m(frequency_hz) / float(rf.wavelength_m(frequency_hz))
        lobes = patterns.f699_dbi(angle_rad, d, lowest_band=frequency_hz < 1e9)
        return patterns.with_main_lobe(angle_rad, self.gain_dbi, self.beamwidth_rad(frequency_hz), lobes)

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis [dBi], mean level of side lobes."""
        beam = self.beamwidth_rad(frequency_hz)
        if self.gain_dbi < BROAD_DBI:
            return lobe_and_rest_dbi(angle_rad, self.gain_dbi, beam)
        d = self._size_m(frequency_hz) / float(rf.wavelength_m(frequency_hz))
        lobes = patterns.f1245_dbi(angle_rad, d) + patterns.power_db(d, self.gain_dbi, beam)
        return patterns.with_main_lobe(angle_rad, self.gain_dbi, beam, lobes)

    def describe(self) -> str:
        """Where the gain comes from."""
        return "stated gain"


BROAD_DBI = 20.0
"""Stated gains below it [dBi] are antennas of few wavelengths, which reflectors' patterns do not describe."""


def ruze_loss_db(surface_error_m: float, frequency_hz: ArrayLike) -> FloatArray:
    """Loss of gain by random errors of a reflector's surface.

    Parameters
    ----------
    surface_error_m : float
        Root mean square deviation, half the error of the path [m].
    frequency_hz : array_like
        Frequency [Hz].

    Returns
    -------
    ndarray
        Loss [dB].

    Raises
    ------
    InputError
        The error is above lambda / (4 pi), where gain falls with frequency.

    References
    ----------
    Ruze 1966, Proc. IEEE 54, 633: exp -(4 pi e / lambda)^2, errors small against the wavelength and uncorrelated
    over the aperture.

    Examples
    --------
    >>> print(f"{ruze_loss_db(0.3e-3, 32e9):.3f}")
    0.703
    """
    frequency = positive(frequency_hz, "the frequency", "Hz")
    refuse(surface_fault(surface_error_m / M_PER_KM, float(frequency.max())))
    share = surface_error_m / rf.wavelength_m(frequency)
    return 10.0 / math.log(10.0) * (4.0 * math.pi * share) ** 2
