"""Modes, and the two ends of a radio link as the physics needs them: plain numbers in SI and decibels."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from qqnet.links import rf
from qqnet.links.antennas import Antenna
from qqnet.links.domain import FloatArray, not_negative, positive
from qqnet.links.rate_control import RateControl


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

    @property
    def source(self) -> str:
        """Where the need comes from, for a budget."""
        return f"mode {self.name}"

    def demand_db_hz(self, noise: ArrayLike = 0.0) -> FloatArray:
        """Level that the mode demands without margin: rate times required energy or photons a bit.

        Parameters
        ----------
        noise : array_like
            Laser: counts of background and darkness [1/s]. Nothing depends on it here; modes of which the need
            grows with it are kinds of their own.

        Returns
        -------
        ndarray
            Level [dB-Hz]; of no dimension where it does not depend on the noise.
        """
        return rf.decibel(self.rate_bps, "the data rate", "bit/s") + self.required_db


@dataclass(frozen=True)
class CodedMode(Mode):
    """A radio mode whose need follows from its code.

    Attributes
    ----------
    known_from : str
        Where the need is from.
    """

    known_from: str = ""

    @property
    def source(self) -> str:
        """Where the need comes from, for a budget."""
        return f"mode {self.name}: {self.known_from}"


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
    control : RateControl or None
        Who picks among the modes; None takes the best at every moment.
    """

    frequency_hz: float
    power_w: float
    antenna: Antenna
    modes: tuple[Mode, ...]
    loss_db: float = 0.0
    margin_db: float = 0.0
    control: RateControl | None = None

    def __post_init__(self) -> None:
        positive(self.frequency_hz, "the frequency", "Hz")
        positive(self.power_w, "the transmit power", "W")
        not_negative(self.loss_db, "the transmit circuit loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")


@dataclass(frozen=True)
class RfReceive:
    """The receiving end of a radio link.

    Attributes
    ----------
    antenna : Antenna
        Its antenna.
    noise_temperature_k : float
        System noise temperature at the antenna port [K], without what the link's noise sources add.
    lowest_hz, highest_hz : float
        Edges of the receive band [Hz].
    loss_db : float
        Circuit and polarisation loss before the receiver [dB].
    margin_db : float
        Link margin that must remain [dB].
    noise_parts : str
        What the temperature is made of, for a budget line; empty where it is stated as a whole.
    """

    antenna: Antenna
    noise_temperature_k: float
    lowest_hz: float
    highest_hz: float
    loss_db: float = 0.0
    margin_db: float = 0.0
    noise_parts: str = ""

    def __post_init__(self) -> None:
        positive(self.noise_temperature_k, "the system noise temperature", "K")
        not_negative(self.loss_db, "the receive loss", "dB")
        not_negative(self.margin_db, "the required margin", "dB")
