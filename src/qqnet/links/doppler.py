"""Doppler shift of a carrier and its rate, one way and there and back, and limits of receivers.

The received frequency is the transmitted one over 1 + (change of range by the time of transmission) / c. That is
exact for the motion of the ends; clocks that run differently in motion and gravity are left out, which is some
parts in 10^9 or less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, finite, positive
from qqnet.links.effects import Looks
from qqnet.links.lines import BudgetLine
from qqnet.links.path import Path
from qqnet.links.place import Ends
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

TURNAROUND_RATIOS: Final = {
    "S/S": (240, 221),
    "S/X": (880, 221),
    "X/S": (240, 749),
    "X/X": (880, 749),
    "X/Ka": (3344, 749),
    "Ka/X": (880, 3599),
    "Ka/Ka": (3344, 3599),
}
"""Down over up of coherent transponders, by bands up/down: CCSDS 401.0-B and DSN 810-005 (unverified)."""


def received_hz(transmitted_hz: ArrayLike, range_rate_km_s: ArrayLike) -> FloatArray:
    """Frequency at the receiver of a one-way link.

    Parameters
    ----------
    transmitted_hz : array_like
        Frequency sent [Hz].
    range_rate_km_s : array_like
        Change of the range by the time of transmission [km/s], positive when the ends part.

    Returns
    -------
    ndarray
        Frequency received [Hz].

    Raises
    ------
    InputError
        A frequency is not above zero, or a range rate -c or less.
    """
    rate = finite(range_rate_km_s, "the range rate", "km/s")
    if (rate <= -SPEED_OF_LIGHT_KM_S).any():
        raise InputError(f"the range rate is {rate.min():g} km/s; it must be above minus the speed of light")
    return positive(transmitted_hz, "the frequency", "Hz") / (1.0 + rate / SPEED_OF_LIGHT_KM_S)


def doppler_shift_hz(transmitted_hz: ArrayLike, range_rate_km_s: ArrayLike) -> FloatArray:
    """Received minus transmitted frequency of a one-way link [Hz]; see `received_hz`.

    Examples
    --------
    >>> print(f"{doppler_shift_hz(8.4e9, 10.0):.1f}")
    -280184.5
    """
    sent = positive(transmitted_hz, "the frequency", "Hz")
    return -sent * _share(received_hz(sent, range_rate_km_s), sent, range_rate_km_s)


def _share(received: FloatArray, sent: FloatArray, range_rate_km_s: ArrayLike) -> FloatArray:
    """What is missing of the frequency [1], without the difference of two large numbers."""
    return np.asarray(range_rate_km_s, dtype=np.float64) / SPEED_OF_LIGHT_KM_S * (received / sent)


def two_way_received_hz(
    uplink_hz: ArrayLike, turnaround: float, up_rate_km_s: ArrayLike, down_rate_km_s: ArrayLike
) -> FloatArray:
    """Frequency that comes back from a coherent transponder.

    Parameters
    ----------
    uplink_hz : array_like
        Frequency sent up [Hz].
    turnaround : float
        Down over up at the transponder [1], such as 880/749.
    up_rate_km_s, down_rate_km_s : array_like
        Change of either range by its time of transmission [km/s].

    Returns
    -------
    ndarray
        Frequency received [Hz].

    Raises
    ------
    InputError
        As `received_hz`, or the ratio is not above zero.
    """
    ratio = positive(turnaround, "the turnaround ratio", "")
    return received_hz(ratio * received_hz(uplink_hz, up_rate_km_s), down_rate_km_s)


def two_way_shift_hz(
    uplink_hz: ArrayLike, turnaround: float, up_rate_km_s: ArrayLike, down_rate_km_s: ArrayLike
) -> FloatArray:
    """Frequency that comes back less the one that would from an end at rest [Hz]; see `two_way_received_hz`.

    Examples
    --------
    >>> print(f"{two_way_shift_hz(7.1675e9, 880 / 749, 10.0, 10.0):.0f}")
    -561767
    """
    back = two_way_received_hz(uplink_hz, turnaround, up_rate_km_s, down_rate_km_s)
    return back - np.asarray(uplink_hz, dtype=np.float64) * turnaround


def doppler_rate_hz_s(times_s: ArrayLike, frequency_hz: ArrayLike, range_rate_km_s: ArrayLike) -> FloatArray:
    """Change of the received frequency, by differencing the range rate.

    Parameters
    ----------
    times_s : array_like, shape [..., N]
        Times of transmission along the last axis, rising [s].
    frequency_hz : array_like
        Frequency sent [Hz].
    range_rate_km_s : array_like, shape [..., N]
        At these times [km/s].

    Returns
    -------
    ndarray, shape [..., N]
        Rate of the shift by the time of transmission [Hz/s]; of second order in the step inside.

    Raises
    ------
    InputError
        There are fewer than two times, or they do not rise.
    """
    times = finite(times_s, "the time", "s")
    if times.ndim == 0 or times.shape[-1] < 2 or not (np.diff(times, axis=-1) > 0.0).all():
        raise InputError("the rate of the Doppler shift needs at least two times, rising")
    shift = doppler_shift_hz(frequency_hz, range_rate_km_s)
    shift, times = np.broadcast_arrays(shift, times)
    if times.ndim == 1:
        return np.gradient(shift, times, axis=-1)
    rows = zip(shift.reshape(-1, shift.shape[-1]), times.reshape(-1, times.shape[-1]), strict=True)
    return np.array([np.gradient(row, at) for row, at in rows]).reshape(shift.shape)


def shift_rate_hz_s(
    transmitted_hz: ArrayLike, range_rate_km_s: ArrayLike, acceleration_km_s2: ArrayLike
) -> FloatArray:
    """Change of a one-way Doppler shift, from the change of the range rate.

    Parameters
    ----------
    transmitted_hz : array_like
        Frequency sent [Hz].
    range_rate_km_s, acceleration_km_s2 : array_like
        Change of the range [km/s] and of that [km/s^2], by the time of transmission.

    Returns
    -------
    ndarray
        Rate of the shift by the time of transmission [Hz/s].
    """
    stretch = 1.0 + np.asarray(range_rate_km_s, dtype=np.float64) / SPEED_OF_LIGHT_KM_S
    sent = np.asarray(transmitted_hz, dtype=np.float64)
    return -sent * np.asarray(acceleration_km_s2, dtype=np.float64) / SPEED_OF_LIGHT_KM_S / stretch**2


@dataclass(frozen=True)
class DopplerLimit:
    """A receiver that follows no greater shift, or no quicker one: beyond, the link is not there.

    Attributes
    ----------
    frequency_hz : float
        Carrier [Hz].
    shift_hz : float
        Greatest one-way shift [Hz]; infinite for any.
    rate_hz_s : float
        Greatest change of it [Hz/s]; infinite for any.
    """

    frequency_hz: float
    shift_hz: float = np.inf
    rate_hz_s: float = np.inf

    name = "Doppler beyond the receiver's reach"

    @property
    def looks_at(self) -> Looks:
        """The motion of the ends."""
        return "motion"

    def loss_db(self, path: Path) -> FloatArray:
        """Infinite where the carrier moves too far or too fast; zero elsewhere, or where motion is not known."""
        far = np.abs(self._shift_hz(path)) > self.shift_hz
        quick = np.abs(self._rate_hz_s(path)) > self.rate_hz_s
        return np.where(far | quick, np.inf, 0.0)

    def _shift_hz(self, path: Path) -> FloatArray:
        ratio = path.range_rate_km_s / SPEED_OF_LIGHT_KM_S
        return -self.frequency_hz * ratio / (1.0 + ratio)

    def _rate_hz_s(self, path: Path) -> FloatArray:
        return shift_rate_hz_s(self.frequency_hz, path.range_rate_km_s, path.range_acceleration_km_s2)

    def notes(self, path: Path, level_db_hz: float) -> list[BudgetLine]:
        """Shift and rate of the carrier beside their limits; nothing where the motion is not known."""
        values = (
            ("Doppler shift", float(self._shift_hz(path)), "Hz", self.shift_hz),
            ("Doppler rate", float(self._rate_hz_s(path)), "Hz/s", self.rate_hz_s),
        )
        return [
            BudgetLine(
                name, value, unit, f"limit {limit:g} {unit}" if np.isfinite(limit) else "no limit", "note"
            )
            for name, value, unit, limit in values
            if np.isfinite(value)
        ]

    def source(self, path: Path) -> str:
        """Shift and rate with their limits."""
        said = f"shift {float(self._shift_hz(path)) / 1e3:.4g} kHz"
        if np.isfinite(self.shift_hz):
            said += f", limit {self.shift_hz / 1e3:g} kHz"
        if np.isfinite(self.rate_hz_s):
            said += f"; {float(self._rate_hz_s(path)):.4g} Hz/s, limit {self.rate_hz_s:g} Hz/s"
        return said


def doppler_limits(ends: Ends) -> Iterator[DopplerLimit]:
    """Limits of the receiver, where the scenario gives them."""
    if not isinstance(ends.receive, RfTerminal) or ends.receive.receive is None:
        return
    receiver = ends.receive.receive
    if receiver.doppler_max is not None or receiver.doppler_rate_max is not None:
        yield DopplerLimit(
            ends.frequency_hz,
            np.inf if receiver.doppler_max is None else receiver.doppler_max,
            np.inf if receiver.doppler_rate_max is None else receiver.doppler_rate_max,
        )
