"""The two ends of a link as the physics needs them: plain numbers in SI and decibels."""

from __future__ import annotations

from dataclasses import dataclass

from qqnet.errors import InputError
from qqnet.links import optical, rf
from qqnet.links.domain import fraction, not_negative, positive


@dataclass(frozen=True)
class Mode:
    """A data rate and what it needs.

    Attributes
    ----------
    name : str
        For people.
    rate_bps : float
        Information rate [bit/s].
    required_db : float
        Radio: Eb/N0 [dB], implementation loss included. Laser: detected photons a bit [dB].
    """

    name: str
    rate_bps: float
    required_db: float

    def __post_init__(self) -> None:
        positive(self.rate_bps, f"the rate of mode '{self.name}'", "bit/s")


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


@dataclass(frozen=True)
class RfTransmit:
    """The sending end of a radio link.

    Attributes
    ----------
    frequency_hz : float
        Carrier [Hz].
    power_w : float
        Power at the amplifier's output [W].
    antenna : Antenna
        Its antenna.
    modes : tuple of Mode
        Rates that it can send at.
    loss_db : float
        Circuit loss between amplifier and antenna [dB].
    margin_db : float
        Link margin that must remain [dB].
    zenith_loss_db : float
        Attenuation at zenith of an atmosphere above it [dB].
    """

    frequency_hz: float
    power_w: float
    antenna: Antenna
    modes: tuple[Mode, ...]
    loss_db: float = 0.0
    margin_db: float = 0.0
    zenith_loss_db: float = 0.0

    def __post_init__(self) -> None:
        positive(self.frequency_hz, "the frequency", "Hz")
        positive(self.power_w, "the transmit power", "W")
        not_negative(self.loss_db, "the transmit circuit loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")
        not_negative(self.zenith_loss_db, "the zenith attenuation", "dB")


@dataclass(frozen=True)
class RfReceive:
    """The receiving end of a radio link.

    Attributes
    ----------
    antenna : Antenna
        Its antenna.
    noise_temperature_k : float
        System noise temperature at the antenna port [K], without the emission of the atmosphere whose
        attenuation is `zenith_loss_db`.
    lowest_hz, highest_hz : float
        Edges of the receive band [Hz].
    loss_db : float
        Circuit and polarisation loss before the receiver [dB].
    margin_db : float
        Link margin that must remain [dB].
    zenith_loss_db : float
        Attenuation at zenith of an atmosphere above it [dB].
    """

    antenna: Antenna
    noise_temperature_k: float
    lowest_hz: float
    highest_hz: float
    loss_db: float = 0.0
    margin_db: float = 0.0
    zenith_loss_db: float = 0.0

    def __post_init__(self) -> None:
        positive(self.noise_temperature_k, "the system noise temperature", "K")
        not_negative(self.loss_db, "the receive loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")
        not_negative(self.zenith_loss_db, "the zenith attenuation", "dB")


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
        Optics and aperture illumination [1].
    pointing_error_rad : float
        Constant angle off the axis to budget for [rad].
    pointing_jitter_rad : float
        Standard deviation of the jitter on each axis [rad].
    margin_db : float
        Link margin that must remain [dB].
    """

    wavelength_m: float
    power_w: float
    diameter_m: float
    modes: tuple[Mode, ...]
    efficiency: float = 1.0
    pointing_error_rad: float = 0.0
    pointing_jitter_rad: float = 0.0
    margin_db: float = 0.0

    def __post_init__(self) -> None:
        positive(self.wavelength_m, "the wavelength", "m")
        positive(self.power_w, "the transmit power", "W")
        positive(self.diameter_m, "the transmit aperture", "m")
        fraction(self.efficiency, "the transmit efficiency")
        not_negative(self.margin_db, "the required margin", "dB")

    def pointing_loss_db(self) -> float:
        """Mean pointing loss [dB]; InputError where the beam is narrower than the error."""
        divergence = optical.divergence_rad(self.diameter_m, self.wavelength_m)
        return float(optical.pointing_loss_db(self.pointing_error_rad, divergence, self.pointing_jitter_rad))


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
    """

    wavelength_m: float
    diameter_m: float
    efficiency: float = 1.0
    loss_db: float = 0.0
    margin_db: float = 0.0

    def __post_init__(self) -> None:
        positive(self.wavelength_m, "the wavelength", "m")
        positive(self.diameter_m, "the receive aperture", "m")
        fraction(self.efficiency, "the receive efficiency")
        not_negative(self.loss_db, "the receive loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")
