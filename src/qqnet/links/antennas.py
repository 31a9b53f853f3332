"""Antennas as a link sees them: gain, beamwidth and pointing loss at a frequency."""

from __future__ import annotations

from dataclasses import dataclass

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.domain import not_negative


@dataclass(frozen=True)
class Antenna:
    """An aperture, or a stated gain.

    Attributes
    ----------
    diameter_m : float or None
        Diameter [m].
    gain_dbi : float or None
        Stated gain [dBi], the same at every frequency, where no diameter is given.
    efficiency : float
        Aperture efficiency [1]; with a stated gain it only sets the beamwidth.
    pointing_error_rad : float
        Angle off the axis to budget for [rad].
    pointing_loss_db : float
        Stated pointing loss [dB], added to that of the error.
    """

    diameter_m: float | None = None
    gain_dbi: float | None = None
    efficiency: float = 0.6
    pointing_error_rad: float = 0.0
    pointing_loss_db: float = 0.0

    def __post_init__(self) -> None:
        if (self.diameter_m is None) == (self.gain_dbi is None):
            raise InputError("an antenna needs exactly one of diameter and gain")
        not_negative(self.pointing_loss_db, "the pointing loss", "dB")

    def gain_at_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi] at a frequency [Hz]."""
        if self.diameter_m is None:
            assert self.gain_dbi is not None
            return self.gain_dbi
        return float(rf.aperture_gain_dbi(self.diameter_m, frequency_hz, self.efficiency))

    def beamwidth_at_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad] at a frequency [Hz]."""
        diameter_m = self.diameter_m
        if diameter_m is None:
            assert self.gain_dbi is not None
            diameter_m = float(rf.equivalent_diameter_m(self.gain_dbi, frequency_hz, self.efficiency))
        return float(rf.beamwidth_rad(diameter_m, frequency_hz))

    def pointing_loss_at_db(self, frequency_hz: float) -> float:
        """Pointing loss [dB] at a frequency [Hz]; InputError where the error is outside the beam."""
        beamwidth = self.beamwidth_at_rad(frequency_hz)
        return self.pointing_loss_db + float(rf.pointing_loss_db(self.pointing_error_rad, beamwidth))

    def describe(self) -> str:
        """Where the gain comes from, for a budget line."""
        if self.diameter_m is None:
            return "stated gain"
        return f"efficiency {self.efficiency:g}, diameter {self.diameter_m:g} m: eta (pi D / lambda)^2"
