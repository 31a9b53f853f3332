"""Antennas as a link sees them: gain, beamwidth, pointing loss and pattern at a frequency."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.domain import FloatArray, not_negative
from qqnet.links.polarisation import Polarisation
from qqnet.links.radiators import Radiator
from qqnet.links.reflectors import Reflector, StatedGain


@dataclass(frozen=True)
class Antenna:
    """An aperture, a stated gain, or another kind of radiator.

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
    radiator : Radiator or None
        A kind with more to say, instead of diameter and gain.
    polarisation : Polarisation or None
        None where it is not known, and no mismatch is counted.
    """

    diameter_m: float | None = None
    gain_dbi: float | None = None
    efficiency: float = 0.6
    pointing_error_rad: float = 0.0
    pointing_loss_db: float = 0.0
    radiator: Radiator | None = None
    polarisation: Polarisation | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.diameter_m, self.gain_dbi, self.radiator) if value is not None]
        if len(given) != 1:
            raise InputError("an antenna needs exactly one of diameter and gain, or a radiator")
        not_negative(self.pointing_loss_db, "the pointing loss", "dB")

    @cached_property
    def shape(self) -> Radiator:
        """What it radiates by."""
        if self.radiator is not None:
            return self.radiator
        if self.diameter_m is not None:
            return Reflector(self.diameter_m, self.efficiency)
        assert self.gain_dbi is not None
        return StatedGain(self.gain_dbi, self.efficiency)

    def gain_at_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi] at a frequency [Hz]."""
        return self.shape.peak_dbi(frequency_hz)

    def half_power_beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad] at a frequency [Hz]."""
        return self.shape.beamwidth_rad(frequency_hz)

    def beamwidth_at_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad] at a frequency [Hz]."""
        return self.half_power_beamwidth_rad(frequency_hz)

    def gain_off_axis_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis, side lobes at their peaks: for the worst case of one interferer.

        Parameters
        ----------
        frequency_hz : float
            Frequency [Hz].
        angle_rad : array_like
            Angle from the axis [rad], 0 to pi.

        Returns
        -------
        ndarray
            Gain [dBi].

        Raises
        ------
        InputError
            An angle is outside 0 to pi, or the frequency outside the range in which the kind holds.

        Examples
        --------
        >>> import math
        >>> dish = Antenna(diameter_m=34.0)
        >>> [round(float(g), 2) for g in dish.gain_off_axis_dbi(8.42e9, [0.0, math.radians(1.0), math.pi])]
        [67.32, 32.0, -10.0]
        """
        return self.shape.envelope_dbi(frequency_hz, angle_rad)

    def mean_gain_off_axis_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis, side lobes at their mean level: for noise of bodies and many interferers.

        Parameters, result and errors are those of `gain_off_axis_dbi`.
        """
        return self.shape.mean_dbi(frequency_hz, angle_rad)

    def pointing_loss_at_db(self, frequency_hz: float) -> float:
        """Pointing loss [dB] at a frequency [Hz]; InputError where the error is outside the beam."""
        beamwidth = self.beamwidth_at_rad(frequency_hz)
        return self.pointing_loss_db + float(rf.pointing_loss_db(self.pointing_error_rad, beamwidth))

    def describe(self) -> str:
        """Where the gain comes from, for a budget line."""
        return self.shape.describe()
