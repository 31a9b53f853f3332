"""A carrier that is shared between itself, ranging and data, and how well the range is measured with it.

The ranging clock is a sine; it holds for an uplink and for the downlink of a regenerative transponder. A
transparent one sends noise of the uplink and commands back too, which is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, finite, positive
from qqnet.links.effects import Looks
from qqnet.links.lines import BudgetLine
from qqnet.links.path import Path
from qqnet.links.place import Ends
from qqnet.links.rf import SPEED_OF_LIGHT_M_S
from qqnet.scenario.terminals import RfTerminal

Data = Literal["bipolar", "sine-subcarrier"]
Signal = Literal["tone", "pn-dsn", "pn-t4b", "pn-t2b"]

CLOCK_AMPLITUDE: Final[dict[str, float]] = {"tone": 1.0, "pn-dsn": 0.9544, "pn-t4b": 0.9387, "pn-t2b": 0.6274}
"""Correlation of the whole signal with its clock [1]: DSN 810-005 module 214 rev. C tables 3 to 5 (secondary)."""

CODE_CHIPS: Final = 1_009_470
"""Chips of the codes of DSN and CCSDS 414.1: 2 x 7 x 11 x 15 x 19 x 23."""


@dataclass(frozen=True)
class PowerShares:
    """Parts of the power of a phase-modulated carrier [1]; what is missing to 1 goes into products of both.

    Attributes
    ----------
    carrier, ranging, data : ndarray
        Residual carrier, usable ranging signal, usable data [1].
    """

    carrier: FloatArray
    ranging: FloatArray
    data: FloatArray


def power_shares(
    ranging_index_rad: ArrayLike, data_index_rad: ArrayLike, data: Data = "bipolar"
) -> PowerShares:
    """Share the power of a carrier whose phase holds a sine ranging signal and data.

    Parameters
    ----------
    ranging_index_rad, data_index_rad : array_like
        Peak phase deviations [rad], 0 to pi/2.
    data : {"bipolar", "sine-subcarrier"}
        Data that flip the phase, or that flip a sine subcarrier.

    Returns
    -------
    PowerShares
        Of the total power.

    Raises
    ------
    InputError
        An index is outside 0 to pi/2.

    References
    ----------
    DSN 810-005 module 203 rev. D equations 10 to 16 and module 214 rev. C equations 19 to 25, written with peak
    deviations: J0 and J1 of the index for a sine, cosine and sine for data that flip the phase.

    Examples
    --------
    >>> shares = power_shares(0.5, 1.0)
    >>> print(f"{shares.carrier:.3f} {shares.ranging:.3f} {shares.data:.3f}")
    0.257 0.034 0.624
    """
    from scipy.special import j0, j1

    index, other = _index(ranging_index_rad, "ranging"), _index(data_index_rad, "data")
    if data == "bipolar":
        kept, used = np.cos(other) ** 2, np.sin(other) ** 2
    else:
        kept, used = j0(other) ** 2, 2.0 * j1(other) ** 2
    return PowerShares(j0(index) ** 2 * kept, 2.0 * j1(index) ** 2 * kept, j0(index) ** 2 * used)


def _index(value: ArrayLike, what: str) -> FloatArray:
    index = finite(value, f"the {what} index", "rad")
    if not ((index >= 0.0) & (index <= math.pi / 2 + 1e-12)).all():
        raise InputError(f"the {what} index is {float(index.flat[0]):g} rad; it must be from 0 to pi/2")
    return index


def range_jitter_m(
    clock_hz: ArrayLike, clock_c_n0_db_hz: ArrayLike, loop_bandwidth_hz: ArrayLike
) -> FloatArray:
    """Standard deviation of a two-way range measured with a sine clock.

    Parameters
    ----------
    clock_hz : array_like
        Frequency of the ranging clock [Hz].
    clock_c_n0_db_hz : array_like
        Power of the clock over noise density [dB-Hz].
    loop_bandwidth_hz : array_like
        One-sided bandwidth of the loop that follows it [Hz].

    Returns
    -------
    ndarray
        Standard deviation of the range, half the way of the signal there and back [m].

    Raises
    ------
    InputError
        A frequency or bandwidth is not above zero.

    References
    ----------
    DSN 810-005 module 214 rev. C equations 85 and 89; CCSDS 414.0-G-2 section 2.5.3: c / (4 pi f) sqrt(B N0 / P).

    Examples
    --------
    >>> print(f"{range_jitter_m(1e6, 20.0, 1.0):.3f}")
    2.386
    """
    clock = positive(clock_hz, "the ranging clock", "Hz")
    loop = positive(loop_bandwidth_hz, "the loop bandwidth", "Hz")
    ratio = 10.0 ** (finite(clock_c_n0_db_hz, "C/N0", "dB-Hz") / 10.0)
    return SPEED_OF_LIGHT_M_S / (4.0 * math.pi * clock) * np.sqrt(loop / ratio)


def ambiguity_m(signal: Signal, clock_hz: ArrayLike) -> FloatArray:
    """Distance after which a ranging signal repeats, for the two-way range [m].

    References
    ----------
    A tone repeats after c / 2f; the codes after 1,009,470 chips: DSN 810-005 module 214 rev. C equation 11.

    Examples
    --------
    >>> print(f"{ambiguity_m('pn-t4b', 1e6) / 1e3:.0f} km, {ambiguity_m('tone', 1e6):.1f} m")
    75658 km, 149.9 m
    """
    clock = positive(clock_hz, "the ranging clock", "Hz")
    cycles = 1.0 if signal == "tone" else CODE_CHIPS / 2.0
    return cycles * SPEED_OF_LIGHT_M_S / (2.0 * clock)


@dataclass(frozen=True)
class RangingShare:
    """Power that a link's data lose to carrier and ranging, and what these are left with.

    Attributes
    ----------
    signal : str
        ``tone``, ``pn-dsn``, ``pn-t4b`` or ``pn-t2b``.
    clock_hz : float
        Ranging clock [Hz].
    index_rad, data_index_rad : float
        Peak phase deviations [rad].
    data : str
        ``bipolar`` or ``sine-subcarrier``.
    loop_bandwidth_hz : float
        Of the loop that follows the clock [Hz].
    """

    signal: Signal
    clock_hz: float
    index_rad: float
    data_index_rad: float
    data: Data
    loop_bandwidth_hz: float

    name = "Power left for data"

    @property
    def looks_at(self) -> Looks:
        """Nothing: it does not change."""
        return "range"

    @property
    def shares(self) -> PowerShares:
        """How the power is shared."""
        return power_shares(self.index_rad, self.data_index_rad, self.data)

    def loss_db(self, path: Path) -> FloatArray:
        """What the data have not [dB]."""
        return np.full(np.shape(path.range_km), -10.0 * math.log10(float(self.shares.data)))

    def source(self, path: Path) -> str:
        """Formula with its values."""
        form = "J0^2 sin^2" if self.data == "bipolar" else "J0^2 2 J1^2"
        return f"{form}, ranging {self.index_rad:g} rad, data {self.data_index_rad:g} rad peak"

    def notes(self, path: Path, data_c_n0_db_hz: float) -> list[BudgetLine]:
        """C/N0 of carrier and ranging, and the range jitter, from the C/N0 of the data [dB-Hz]."""
        shares = self.shares
        total = data_c_n0_db_hz - 10.0 * math.log10(float(shares.data))
        carrier = total + 10.0 * math.log10(float(shares.carrier))
        ranging = total + 10.0 * math.log10(float(shares.ranging))
        clock = ranging + 20.0 * math.log10(CLOCK_AMPLITUDE[self.signal])
        jitter = float(range_jitter_m(self.clock_hz, clock, self.loop_bandwidth_hz))
        loop = f"c/(4 pi f) sqrt(B N0/P), f = {self.clock_hz:g} Hz, B = {self.loop_bandwidth_hz:g} Hz"
        return [
            BudgetLine("Total C/N0", total, "dB-Hz", "before the power is shared", "note"),
            BudgetLine("Carrier C/N0", carrier, "dB-Hz", f"{float(shares.carrier):.1%} of the power", "note"),
            BudgetLine("Ranging C/N0", ranging, "dB-Hz", f"{float(shares.ranging):.1%} of the power", "note"),
            BudgetLine("Range jitter by this link", jitter, "m", loop, "note"),
        ]


def ranging_shares(ends: Ends) -> Iterator[RangingShare]:
    """Ranging of the transmitter, where the scenario gives it."""
    if not isinstance(ends.transmit, RfTerminal) or ends.transmit.transmit is None:
        return
    given = ends.transmit.transmit.ranging
    if given is not None:
        yield RangingShare(
            given.signal, given.clock, given.index, given.data_index, given.data, given.loop_bandwidth
        )
