"""The two ends of a laser link as the physics needs them: plain numbers in SI and decibels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links import optical, optical_pointing
from qqnet.links.domain import FloatArray, fraction, not_negative, positive
from qqnet.links.ends import Mode
from qqnet.links.photon_detectors import PhotonDetector
from qqnet.links.ppm_modes import PpmMode

Sender = TypeVar("Sender")
Receiver = TypeVar("Receiver")


@dataclass(frozen=True)
class OpticalTransmit:
    """The sending end of a laser link.

    Attributes
    ----------
    wavelength_m : float
        Wavelength [m].
    power_w : float
        Mean optical power [W].
    diameter_m : float
        Diameter of the telescope [m].
    modes : tuple of Mode
        Rates that it can send at.
    efficiency : float
        Optics [1]; illumination of the aperture too where `obscuration` is None.
    pointing_error_rad : float
        Constant angle off the axis to budget for [rad].
    pointing_jitter_rad : float
        Standard deviation of the jitter on each axis [rad].
    margin_db : float
        Link margin that must remain [dB].
    pointing_outage : float or None
        Share of the time for which the pointing loss is exceeded [1]; None budgets the mean.
    divergence_rad : float or None
        Half-angle at 1/e^2 of a beam made wider than diffraction [rad].
    obscuration : float or None
        Central obscuration over the aperture [1]; a Gaussian beam then fills what is left.
    truncation : float or None
        Aperture over the Gaussian's diameter at 1/e^2 [1]; None takes the best.
    point_ahead_max_rad : float or None
        Largest point-ahead angle that can be set [rad]; None sets any.
    point_ahead_error_rad : float
        Error with which it is set [rad], part of the constant error.
    """

    wavelength_m: float
    power_w: float
    diameter_m: float
    modes: tuple[Mode, ...]
    efficiency: float = 1.0
    pointing_error_rad: float = 0.0
    pointing_jitter_rad: float = 0.0
    margin_db: float = 0.0
    pointing_outage: float | None = None
    divergence_rad: float | None = None
    obscuration: float | None = None
    truncation: float | None = None
    point_ahead_max_rad: float | None = None
    point_ahead_error_rad: float = 0.0

    def __post_init__(self) -> None:
        positive(self.wavelength_m, "the wavelength", "m")
        positive(self.power_w, "the transmit power", "W")
        positive(self.diameter_m, "the transmit aperture", "m")
        fraction(self.efficiency, "the transmit efficiency")
        not_negative(self.margin_db, "the required margin", "dB")
        not_negative(self.point_ahead_error_rad, "the error of the point-ahead", "rad")

    @property
    def fill_loss_db(self) -> float:
        """Loss of gain by truncation and obscuration of a Gaussian beam [dB]; none where not asked for."""
        if self.obscuration is None:
            return 0.0
        return optical_pointing.fill_loss_db(self.obscuration, self.truncation)

    @property
    def diffraction_rad(self) -> float:
        """Half-angle at 1/e^2 of the narrowest beam [rad]."""
        truncation = self.truncation
        if truncation is None and self.obscuration is not None:
            truncation = optical_pointing.best_truncation(self.obscuration)
        return optical_pointing.diffraction_rad(
            self.diameter_m, self.wavelength_m, self.obscuration or 0.0, truncation
        )

    @property
    def beam_rad(self) -> float:
        """Half-angle at 1/e^2 of the beam that is sent [rad]."""
        return self.diffraction_rad if self.divergence_rad is None else self.divergence_rad

    @property
    def widening_loss_db(self) -> float:
        """Loss of gain by a wider beam [dB]; InputError where it would be narrower than diffraction."""
        return optical_pointing.widening_loss_db(self.beam_rad, self.diffraction_rad)

    @property
    def error_rad(self) -> float:
        """Constant error: of pointing and of point-ahead [rad]."""
        return self.pointing_error_rad + self.point_ahead_error_rad

    def pointing_loss_db(self) -> float:
        """Pointing loss [dB]; InputError where the beam is narrower than the error."""
        jitter, outage = self.pointing_jitter_rad, self.pointing_outage
        if outage is None or jitter == 0.0:
            return float(optical.pointing_loss_db(self.error_rad, self.beam_rad, jitter))
        return float(optical_pointing.outage_loss_db(self.error_rad, self.beam_rad, jitter, outage))

    def beyond_point_ahead_db(self, needed_rad: ArrayLike) -> FloatArray:
        """Loss on top of `pointing_loss_db` by a point-ahead angle that is needed [rad]: infinite off the beam."""
        if self.point_ahead_max_rad is None:
            return np.zeros(np.shape(needed_rad))
        error = optical_pointing.off_target_rad(needed_rad, self.point_ahead_max_rad, self.error_rad)
        beam, jitter = self.beam_rad, self.pointing_jitter_rad
        mean = optical_pointing.mean_power_db(error, beam, jitter)
        return mean - float(optical_pointing.mean_power_db(self.error_rad, beam, jitter))


@dataclass(frozen=True)
class OpticalReceive:
    """The receiving end of a laser link.

    Attributes
    ----------
    wavelength_m : float
        Wavelength [m].
    diameter_m : float
        Diameter of the telescope [m].
    efficiency : float
        Optics and detection [1].
    loss_db : float
        Other losses before the detector [dB].
    margin_db : float
        Link margin that must remain [dB].
    obscuration : float
        Central obscuration over the aperture [1].
    detector : PhotonDetector
        What counts the photons of pulse-position modes.
    """

    wavelength_m: float
    diameter_m: float
    efficiency: float = 1.0
    loss_db: float = 0.0
    margin_db: float = 0.0
    obscuration: float = 0.0
    detector: PhotonDetector = field(default_factory=PhotonDetector)

    def __post_init__(self) -> None:
        positive(self.wavelength_m, "the wavelength", "m")
        positive(self.diameter_m, "the receive aperture", "m")
        fraction(self.efficiency, "the receive efficiency")
        not_negative(self.loss_db, "the receive loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")

    @property
    def blocked_db(self) -> float:
        """Loss by the central obscuration [dB]."""
        return optical_pointing.blocked_db(self.obscuration)


def heard_by(transmit: Sender, receive: Receiver) -> tuple[Sender, Receiver]:
    """Return two ends with the pulse-position modes of a laser's as the receiver's detector counts them."""
    if (
        isinstance(transmit, OpticalTransmit)
        and isinstance(receive, OpticalReceive)
        and not receive.detector.ideal
    ):
        modes = tuple(
            mode.on(receive.detector) if isinstance(mode, PpmMode) else mode for mode in transmit.modes
        )
        return replace(transmit, modes=modes), receive
    return transmit, receive
