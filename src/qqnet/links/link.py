"""A link between two ends: the array kernel from which budgets and rates are both made.

Whatever carries the bits, the kernel speaks of one level in dB-Hz and of modes that each demand a level:

==========  ===============================  ======================================
            level                            demand of a mode
==========  ===============================  ======================================
radio       C/N0                             rate x required Eb/N0
laser       detected photons a second        rate x required photons a bit
==========  ===============================  ======================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links import atmosphere, lines, optical, rf
from qqnet.links.domain import FloatArray
from qqnet.links.ends import Mode, OpticalReceive, OpticalTransmit, RfReceive, RfTransmit
from qqnet.links.lines import BudgetLine

SAME_WAVELENGTH: Final = 1e-3
"""Relative difference up to which two laser terminals share a wavelength: an assumption about filters."""

IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Link:
    """A direction of communication from one end to another, whatever the distance.

    Attributes
    ----------
    transmit : RfTransmit or OpticalTransmit
        Sending end.
    receive : RfReceive or OpticalReceive
        Receiving end, of the same kind.

    Raises
    ------
    InputError
        The ends do not fit each other: radio with laser, a carrier outside the receive band, another
        wavelength; or the pointing error is outside the beam.
    """

    transmit: RfTransmit | OpticalTransmit
    receive: RfReceive | OpticalReceive

    def __post_init__(self) -> None:
        reason = mismatch(self.transmit, self.receive)
        if reason:
            raise InputError(reason)
        if not self.transmit.modes:
            raise InputError("the transmitter has no modes; it needs at least one")
        _ = self.fixed_db  # raises here, and not in the middle of a run, if a pointing error is too large

    @property
    def kind(self) -> Literal["rf", "optical"]:
        """Which physics: ``rf`` or ``optical``."""
        return "rf" if isinstance(self.transmit, RfTransmit) else "optical"

    @cached_property
    def frequency_hz(self) -> float:
        """Carrier frequency [Hz]."""
        if isinstance(self.transmit, RfTransmit):
            return self.transmit.frequency_hz
        return float(optical.frequency_hz(self.transmit.wavelength_m))

    @cached_property
    def required_margin_db(self) -> float:
        """Margin that must remain [dB]: the larger of both ends'."""
        return max(self.transmit.margin_db, self.receive.margin_db)

    @cached_property
    def transmit_lines(self) -> tuple[BudgetLine, ...]:
        """Terms of the sending end, which do not depend on the path."""
        if isinstance(self.transmit, RfTransmit):
            return lines.rf_transmit_lines(self.transmit)
        return lines.optical_transmit_lines(self.transmit)

    @cached_property
    def receive_lines(self) -> tuple[BudgetLine, ...]:
        """Terms of the receiving end, which do not depend on the path."""
        if isinstance(self.receive, RfReceive):
            return lines.rf_receive_lines(self.receive, self.frequency_hz)
        return lines.optical_receive_lines(self.receive)

    @cached_property
    def level_lines(self) -> tuple[BudgetLine, ...]:
        """Terms that turn received power [dBW] into the level [dB-Hz]."""
        if isinstance(self.receive, RfReceive):
            return lines.noise_lines(self.receive.noise_temperature_k)
        return lines.photon_lines(self.receive.wavelength_m)

    @cached_property
    def fixed_db(self) -> float:
        """Sum of all terms that do not depend on the path [dB(Hz)]."""
        return sum(line.value for line in (*self.transmit_lines, *self.receive_lines, *self.level_lines))

    @cached_property
    def zenith_losses_db(self) -> tuple[float, float]:
        """Zenith attenuation above the sending and above the receiving end [dB]."""
        if isinstance(self.transmit, RfTransmit) and isinstance(self.receive, RfReceive):
            return self.transmit.zenith_loss_db, self.receive.zenith_loss_db
        return 0.0, 0.0

    @cached_property
    def ladder(self) -> tuple[Mode, ...]:
        """Modes worth using, slowest first: each is faster than the one before and demands more."""
        ladder: list[Mode] = []
        for mode in sorted(self.transmit.modes, key=lambda mode: (-mode.rate_bps, demand_db_hz(mode))):
            if not ladder or demand_db_hz(mode) < demand_db_hz(ladder[-1]):
                ladder.append(mode)
        return tuple(reversed(ladder))

    @cached_property
    def demands_db_hz(self) -> FloatArray:
        """Level that each mode of the ladder demands, without margin [dB-Hz], rising."""
        return np.array([demand_db_hz(mode) for mode in self.ladder])

    @cached_property
    def thresholds_db_hz(self) -> FloatArray:
        """Level from which each mode of the ladder is used: demand and required margin [dB-Hz]."""
        return self.demands_db_hz + self.required_margin_db

    @cached_property
    def rates_bps(self) -> FloatArray:
        """Rate of each mode of the ladder [bit/s]."""
        return np.array([mode.rate_bps for mode in self.ladder])

    def atmosphere_db(
        self, transmit_elevation_rad: ArrayLike | None, receive_elevation_rad: ArrayLike | None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Effect of the atmospheres at both ends.

        Parameters
        ----------
        transmit_elevation_rad, receive_elevation_rad : array_like or None
            Elevation of the other end, seen from each end [rad]; None for an end above any atmosphere.

        Returns
        -------
        tuple of ndarray
            Loss above the sending end, loss above the receiving end, and loss of level by the noise that the
            atmosphere adds to the receiver, each [dB] and zero or more.

        Raises
        ------
        InputError
            An elevation is outside 0 to 90 deg.
        """
        up = down = noise = np.zeros(())
        zenith_up, zenith_down = self.zenith_losses_db
        if zenith_up and transmit_elevation_rad is not None:
            up = atmosphere.atmospheric_loss_db(zenith_up, transmit_elevation_rad)
        if zenith_down and receive_elevation_rad is not None and isinstance(self.receive, RfReceive):
            down = atmosphere.atmospheric_loss_db(zenith_down, receive_elevation_rad)
            added = atmosphere.atmospheric_noise_k(down) / self.receive.noise_temperature_k
            noise = 10.0 * np.log10(1.0 + added)
        return up, down, noise

    def level_db_hz(
        self,
        range_km: ArrayLike,
        transmit_elevation_rad: ArrayLike | None = None,
        receive_elevation_rad: ArrayLike | None = None,
    ) -> FloatArray:
        """C/N0 of a radio link, detected photons a second of a laser link.

        Parameters
        ----------
        range_km : array_like
            Distance [km].
        transmit_elevation_rad, receive_elevation_rad : array_like or None
            As for `atmosphere_db`.

        Returns
        -------
        ndarray
            Level [dB-Hz].

        Raises
        ------
        InputError
            A range is not above zero or an elevation outside 0 to 90 deg.
        """
        level = self.fixed_db - rf.free_space_loss_db(range_km, self.frequency_hz)
        if any(self.zenith_losses_db):
            up, down, noise = self.atmosphere_db(transmit_elevation_rad, receive_elevation_rad)
            level = level - up - down - noise
        return level

    def mode_index(self, level_db_hz: ArrayLike) -> IntArray:
        """Place in the ladder of the fastest mode that a level [dB-Hz] allows; -1 where none."""
        return np.searchsorted(self.thresholds_db_hz, level_db_hz, side="right") - 1


def demand_db_hz(mode: Mode) -> float:
    """Level that a mode demands without margin: rate times required energy or photons a bit [dB-Hz]."""
    return float(rf.decibel(mode.rate_bps, "the data rate", "bit/s")) + mode.required_db


def mismatch(transmit: RfTransmit | OpticalTransmit, receive: RfReceive | OpticalReceive) -> str:
    """Say why two ends can not make a link.

    Parameters
    ----------
    transmit : RfTransmit or OpticalTransmit
        Sending end.
    receive : RfReceive or OpticalReceive
        Receiving end.

    Returns
    -------
    str
        The reason, with the values; empty where the ends fit.
    """
    if isinstance(transmit, RfTransmit) and isinstance(receive, RfReceive):
        if receive.lowest_hz <= transmit.frequency_hz <= receive.highest_hz:
            return ""
        return (
            f"the carrier of {transmit.frequency_hz / 1e9:.10g} GHz is outside the receive band of "
            f"{receive.lowest_hz / 1e9:.10g} to {receive.highest_hz / 1e9:.10g} GHz"
        )
    if isinstance(transmit, OpticalTransmit) and isinstance(receive, OpticalReceive):
        if abs(transmit.wavelength_m / receive.wavelength_m - 1.0) <= SAME_WAVELENGTH:
            return ""
        return (
            f"the wavelength sent is {transmit.wavelength_m * 1e9:.10g} nm and the receiver is made for "
            f"{receive.wavelength_m * 1e9:.10g} nm; they must agree to {SAME_WAVELENGTH:.1%}"
        )
    return "a radio and a laser terminal can not make a link; both must be of one kind"
