"""A link between two ends: the array kernel from which budgets and rates are both made.

Whatever carries the bits, the kernel speaks of one level in dB-Hz and of modes that each demand a level:

==========  ===============================  ======================================
            level                            demand of a mode
==========  ===============================  ======================================
radio       C/N0                             rate x required Eb/N0
laser       detected photons a second        rate x required photons a bit
==========  ===============================  ======================================

On the way, effects weaken the level. Noise sources lower the C/N0 of a radio link and raise the demands of a
laser's modes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links import lines, optical, optical_lines, polarisation, rf
from qqnet.links.domain import FloatArray
from qqnet.links.effects import Effect, Looks, NoiseSource
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.lines import BudgetLine
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.path import Path

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
    effects : tuple of Effect
        What weakens the signal on its way.
    noises : tuple of NoiseSource
        What adds to the receiver's noise.

    Raises
    ------
    InputError
        The ends do not fit each other: radio with laser, a carrier outside the receive band, another
        wavelength; or the pointing error is outside the beam.
    """

    transmit: RfTransmit | OpticalTransmit
    receive: RfReceive | OpticalReceive
    effects: tuple[Effect, ...] = ()
    noises: tuple[NoiseSource, ...] = ()

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
        return optical_lines.optical_transmit_lines(self.transmit)

    @cached_property
    def receive_lines(self) -> tuple[BudgetLine, ...]:
        """Terms of the receiving end, which do not depend on the path."""
        if isinstance(self.receive, RfReceive):
            return lines.rf_receive_lines(self.receive, self.frequency_hz)
        return optical_lines.optical_receive_lines(self.receive)

    @cached_property
    def level_lines(self) -> tuple[BudgetLine, ...]:
        """Terms that turn received power [dBW] into the level [dB-Hz]."""
        if isinstance(self.receive, RfReceive):
            return lines.noise_lines(self.receive.noise_temperature_k, self.receive.noise_parts)
        return optical_lines.photon_lines(self.receive.wavelength_m)

    @cached_property
    def fixed_db(self) -> float:
        """Sum of all terms that do not depend on the path [dB(Hz)]."""
        return sum(line.value for line in (*self.transmit_lines, *self.receive_lines, *self.level_lines))

    @cached_property
    def looks_at(self) -> frozenset[Looks]:
        """What the effects and noise sources depend on."""
        return frozenset(one.looks_at for one in self.effects) | {one.looks_at for one in self.noises}

    @property
    def falls_with_distance(self) -> bool:
        """Whether the level depends on the distance alone, and never rises with it."""
        return self.looks_at <= {"range"}

    @cached_property
    def ladder(self) -> tuple[Mode, ...]:
        """Modes, slowest first; of those with one rate the best comes last."""
        return tuple(
            sorted(self.transmit.modes, key=lambda mode: (mode.rate_bps, -float(mode.demand_db_hz())))
        )

    @cached_property
    def demands_db_hz(self) -> FloatArray:
        """Level that each mode of the ladder demands, without margin and without background [dB-Hz]."""
        return np.array([float(mode.demand_db_hz()) for mode in self.ladder])

    @cached_property
    def rates_bps(self) -> FloatArray:
        """Rate of each mode of the ladder [bit/s]."""
        return np.array([mode.rate_bps for mode in self.ladder])

    def noise(self, path: Path) -> FloatArray:
        """Sum of the noise sources: radio, kelvin above the receiver's own [K]; laser, counts [1/s]."""
        return sum((source.amount(path) for source in self.noises), np.zeros(()))

    def level_db_hz(self, path: Path) -> FloatArray:
        """C/N0 of a radio link, detected photons a second of a laser link.

        Parameters
        ----------
        path : Path
            Any number of moments.

        Returns
        -------
        ndarray
            Level [dB-Hz].

        Raises
        ------
        InputError
            A range is not above zero, or an effect is asked outside of its domain.
        """
        level = self.fixed_db - rf.free_space_loss_db(path.range_km, self.frequency_hz)
        for effect in self.effects:
            level = level - effect.loss_db(path)
        if self.noises and isinstance(self.receive, RfReceive):
            level = level - 10.0 * np.log10(1.0 + self.noise(path) / self.receive.noise_temperature_k)
        return level

    def demands_on_db_hz(self, path: Path) -> FloatArray:
        """Level that each mode demands on a path, without margin.

        Parameters
        ----------
        path : Path
            Moments.

        Returns
        -------
        ndarray, shape [modes, ...]
            Demand of each mode of `ladder` [dB-Hz]; of length one along the moments where it does not change.
        """
        steady = self.demands_db_hz.reshape(-1, *[1] * np.ndim(path.range_km))
        if self.kind == "rf" or not self.noises:
            return steady
        noise = self.noise(path)
        rows = [np.broadcast_to(mode.demand_db_hz(noise), np.shape(path.range_km)) for mode in self.ladder]
        return np.stack(rows)

    def excess_db(self, path: Path) -> FloatArray:
        """Level over each mode's demand and the required margin.

        Parameters
        ----------
        path : Path
            Moments.

        Returns
        -------
        ndarray, shape [modes, ...]
            What is left [dB] for each mode of `ladder`; a mode closes where it is zero or more.
        """
        return self.level_db_hz(path) - self.demands_on_db_hz(path) - self.required_margin_db


def best_mode(excess_db: ArrayLike) -> IntArray:
    """Place in the ladder of the fastest mode that closes.

    Parameters
    ----------
    excess_db : array_like, shape [modes, ...]
        As `Link.excess_db` gives it.

    Returns
    -------
    ndarray of int, shape [...]
        Place of the mode; -1 where none closes.

    Examples
    --------
    >>> best_mode([[3.0, 1.0, -1.0], [1.0, -2.0, -3.0]]).tolist()
    [1, 0, -1]
    """
    closes = np.asarray(excess_db) >= 0.0
    count = closes.shape[0]
    found = count - 1 - np.argmax(closes[::-1], axis=0)
    return np.where(closes.any(axis=0), found, -1)


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
            return polarisation.why_not(transmit.antenna.polarisation, receive.antenna.polarisation)
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
