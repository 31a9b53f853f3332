"""Rain above a station drawn in time, so that in the long run each attenuation is exceeded as P.618 says.

A Gaussian process x(t) of mean 0 and variance 1 forgets with the rate that ITU-R P.1853-1 gives to rain, 2e-4 a
second. The attenuation at a moment is the one that P.618 says is exceeded for as long as x is, at the elevation of
the moment. x belongs to the place: all links of a station see the same shower.

P.1853 itself makes x log-normal and takes an offset off, which leaves less rain than P.618 has: 17 % less for
0.1 % of a year at Jiamusi in Ka, and none for 0.3 % and more at Kashi. So its process is kept, and not its law.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray
from qqnet.links.itu import rain_db
from qqnet.links.itu_carriers import Carrier
from qqnet.links.itu_stations import Station
from qqnet.links.slant import elevations, place_of
from qqnet.scenario.atmosphere import series_outside

RATE_PER_S: Final = 2e-4
"""Rate at which the process forgets [1/s] (P.1853-1, annex 1, step B)."""

MOST_PERCENT, LEAST_PERCENT = 5.0, 0.001
"""Range of P.618's rain [%]. More than the attenuation of 0.001 % of a year is never drawn."""

DRY_PERCENT: Final = 10.0
"""From here on it is dry, and between 5 % and this attenuation is linear in x: an assumption [%]."""

STATES: Final = 65
"""Values of x in a law's table, evenly from that of 5 % to that of 0.001 %."""

ELEVATIONS: Final = 257
"""Elevations in it."""

STEP_S: Final = 300.0
"""Time between two values of the process [s]: showers shorter than that are not drawn."""

BLOCK: Final = 288
"""Values drawn together: a day. After one the process has forgotten what was to 3 parts in 10^8."""

_ORIGIN: Final = 1 << 40  # blocks before J2000 count from here, since counters are not negative


def rain_process(seed: int, station: Station, time_s: ArrayLike) -> FloatArray:
    """State of the process behind the rain at a place.

    What it is at a date depends on seed and place alone, not on the span that is asked for.

    Parameters
    ----------
    seed : int
        Of the scenario.
    station : Station
        Where; its latitude and longitude count, to 1e-4 deg.
    time_s : array_like
        Time [TDB s past J2000].

    Returns
    -------
    ndarray
        Standard normal, with correlation exp(-2e-4 lag) between two steps, and smooth between them.

    Raises
    ------
    InputError
        A time is not finite.
    """
    times = np.asarray(time_s, dtype=np.float64)
    if not np.isfinite(times).all():
        raise InputError("rain drawn in time needs the time of the path, which is not known")
    place = np.floor(times / STEP_S).astype(np.int64)
    rise = _smooth(times / STEP_S - place)
    days, which = np.unique(place // BLOCK, return_inverse=True)
    name = "{:.4f} {:.4f}".format(*station.place)
    drawn = np.stack(
        [np.append(_block(seed, name, day), _block(seed, name, day + 1)[0]) for day in days.tolist()]
    )
    which, step = which.reshape(times.shape), place % BLOCK
    before, after = drawn[which, step], drawn[which, step + 1]
    keep = math.exp(-RATE_PER_S * STEP_S)
    spread = np.sqrt((1.0 - rise) ** 2 + rise**2 + 2.0 * keep * rise * (1.0 - rise))
    state: FloatArray = ((1.0 - rise) * before + rise * after) / spread
    return state


def _smooth(share: FloatArray) -> FloatArray:
    """Weight of the later of two values, level at both, so that attenuation has no kinks to be resolved."""
    return share * share * (3.0 - 2.0 * share)


@lru_cache(maxsize=4096)
def _block(seed: int, name: str, block: int) -> FloatArray:
    """Values of one day [BLOCK], after a day before it in which the start is forgotten."""
    from scipy.signal import lfilter

    keep = math.exp(-RATE_PER_S * STEP_S)
    drawn = np.concatenate([_noise(seed, name, block - 1), _noise(seed, name, block)])
    values: FloatArray = lfilter([math.sqrt(1.0 - keep * keep)], [1.0, -keep], drawn)[BLOCK:]
    values.flags.writeable = False
    return values


def _noise(seed: int, name: str, block: int) -> FloatArray:
    key = hashlib.sha256(f"rain {seed} {name}".encode()).digest()[:16]
    source = np.random.Philox(key=int.from_bytes(key, "little"), counter=[0, 0, 0, block + _ORIGIN])
    return np.random.Generator(source).standard_normal(BLOCK)


@dataclass(frozen=True, eq=False)
class RainLaw:
    """How the state of the process becomes attenuation, at one station and carrier.

    Attributes
    ----------
    table_db : ndarray, shape [1 + STATES, ELEVATIONS]
        Attenuation [dB]: none in the first row, for `DRY_PERCENT`; then from that of 5 % to that of 0.001 %.
    """

    table_db: FloatArray

    def loss_db(self, state: ArrayLike, elevation_rad: ArrayLike) -> FloatArray:
        """Attenuation.

        Parameters
        ----------
        state : array_like
            State of the process.
        elevation_rad : array_like
            Elevation, from 5 to 90 deg [rad].

        Returns
        -------
        ndarray
            Attenuation by rain [dB], zero where it does not rain.
        """
        row = np.interp(np.asarray(state, dtype=np.float64), _states(), np.arange(1.0 + STATES))
        column = place_of(np.asarray(elevation_rad, dtype=np.float64)) * (ELEVATIONS - 1)
        i = np.minimum(row.astype(np.intp), STATES - 1)
        j = np.minimum(column.astype(np.intp), ELEVATIONS - 2)
        up, right = row - i, column - j
        table = self.table_db
        below = table[i, j] * (1.0 - right) + table[i, j + 1] * right
        above = table[i + 1, j] * (1.0 - right) + table[i + 1, j + 1] * right
        loss: FloatArray = below * (1.0 - up) + above * up
        return loss


def exceeded_by(percent: ArrayLike) -> FloatArray:
    """Value that a standard normal exceeds during a percentage of time [%], above 0 and below 100."""
    from scipy.special import ndtri

    found: FloatArray = -ndtri(np.asarray(percent, dtype=np.float64) / 100.0)
    return found


@lru_cache(maxsize=1)
def _states() -> FloatArray:
    """States of the rows of a law's table."""
    dry, most, least = exceeded_by([DRY_PERCENT, MOST_PERCENT, LEAST_PERCENT])
    return np.concatenate([[dry], np.linspace(most, least, STATES)])


@lru_cache(maxsize=256)
def rain_law(station: Station, frequency_hz: float, tilt_rad: float) -> RainLaw:
    """Tabulate the law of rain above a station; made once for equal arguments.

    Parameters
    ----------
    station : Station
        Where.
    frequency_hz : float
        Carrier [Hz], from 4 to 55 GHz.
    tilt_rad : float
        Tilt of the polarisation [rad].

    Returns
    -------
    RainLaw
        From P.618 at each state and elevation of its table.

    Raises
    ------
    InputError
        The carrier is outside the range.
    """
    from scipy.special import ndtr

    reason = series_outside(frequency_hz)
    if reason:
        raise InputError(f"the carrier {reason}")
    percents = np.clip(100.0 * ndtr(-_states()[1:]), LEAST_PERCENT, MOST_PERCENT)
    at = elevations(ELEVATIONS)
    rows = [
        rain_db(station, Carrier(frequency_hz, percent, 1.0, tilt_rad, scintillation=False), at)
        for percent in percents.tolist()
    ]
    return RainLaw(np.stack([np.zeros_like(at), *rows]))
