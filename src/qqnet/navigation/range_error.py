"""What a user's range to each satellite is worth: the parts of its variance, by line of sight.

The part of the satellite (orbit and clock) is projected on the line with its correlations; noise follows C/N0,
so it grows with distance; multipath and an ionosphere's residual follow the elevation; the rest is one number.
Errors of different satellites count as independent. What all ranges have in common, such as the offset of the
system's time from the lunar reference, moves no position and is added to the time error alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.links.domain import not_negative
from qqnet.navigation.ranging_signals import SIGNALS, RangingSignal, Receiver, c_n0_db_hz, code_noise_terms

Floats = NDArray[np.float64]

TABLE = 4097
"""Nodes of the elevation-dependent variance over the sine of the elevation, from -1 to 1."""


@dataclass(frozen=True)
class Multipath:
    """Multipath of the code, one sigma: ``zenith + horizon exp(-elevation / scale)``.

    The form of models for aircraft and open ground (RTCA DO-229 has 0.13 m + 0.53 m exp(-E/10 deg), unverified);
    nothing is published for the lunar surface.

    Attributes
    ----------
    zenith_m, horizon_m : float
        [m].
    scale_rad : float
        [rad].
    """

    zenith_m: float = 0.13
    horizon_m: float = 0.53
    scale_rad: float = math.radians(10.0)

    def sigma_m(self, elevation_rad: ArrayLike) -> Floats:
        """One sigma [m] at elevations [rad]; below the horizon as at the horizon."""
        elevation = np.maximum(np.asarray(elevation_rad, dtype=np.float64), 0.0)
        result: Floats = self.zenith_m + self.horizon_m * np.exp(-elevation / self.scale_rad)
        return result


@dataclass(frozen=True)
class Ionosphere:
    """What an ionosphere leaves in a range; nothing on an airless body.

    Attributes
    ----------
    residual_zenith_m : float
        Delay that is left after correction, at the zenith, one sigma [m].
    shell_over_radius : float
        Height of the thin shell that maps it to other elevations, over the body's radius [1].
    second_frequency_hz : float or None
        Carrier of a second signal: the delay is measured and removed, which multiplies noise and multipath.
    """

    residual_zenith_m: float = 0.0
    shell_over_radius: float = 350.0 / 6371.0
    second_frequency_hz: float | None = None

    def sigma_m(self, elevation_rad: ArrayLike) -> Floats:
        """One sigma [m] at elevations [rad]: the residual, mapped by a thin shell."""
        across = np.cos(np.asarray(elevation_rad, dtype=np.float64)) / (1.0 + self.shell_over_radius)
        result: Floats = self.residual_zenith_m / np.sqrt(1.0 - across * across)
        return result

    def amplification(self, frequency_hz: float) -> float:
        """Factor on noise and multipath of the combination that is free of the ionosphere [1]."""
        if self.second_frequency_hz is None:
            return 1.0
        first, second = frequency_hz**2, self.second_frequency_hz**2
        if first == second:
            raise InputError("second_frequency_hz: the same as the first; two frequencies are needed")
        return math.hypot(first, second) / abs(first - second)


@dataclass(frozen=True)
class RangeErrorModel:
    """Everything but orbit and clock that goes into a user's range error.

    Attributes
    ----------
    signal : RangingSignal or None
        The signal; None leaves noise out and takes every satellite above the mask.
    eirp_dbw : float
        Power that a satellite radiates towards the user [dBW].
    receiver : Receiver
        The receiver.
    multipath : Multipath or None
        None leaves it out.
    ionosphere : Ionosphere or None
        None is an airless body.
    other_m : float
        Rest of each range, such as the rounding of the broadcast message, one sigma [m].
    time_transfer_m : float
        Offset of the system's time from the reference that the user's clock is set to, times the speed of
        light, one sigma [m].
    """

    signal: RangingSignal | None = SIGNALS["afs-pilot"]
    eirp_dbw: float = 24.0
    receiver: Receiver = field(default_factory=Receiver)
    multipath: Multipath | None = field(default_factory=Multipath)
    ionosphere: Ionosphere | None = None
    other_m: float = 0.0
    time_transfer_m: float = 0.0

    def __post_init__(self) -> None:
        not_negative(self.other_m, "the other range error", "m")
        not_negative(self.time_transfer_m, "the error of time transfer", "m")

    @classmethod
    def constant(cls, sigma_m: float) -> RangeErrorModel:
        """One and the same error for every range [m]."""
        return cls(signal=None, multipath=None, other_m=sigma_m)

    @property
    def amplification(self) -> float:
        """Factor on noise and multipath [1]."""
        if self.ionosphere is None or self.signal is None:
            return 1.0
        return self.ionosphere.amplification(self.signal.frequency_hz)

    def noise_m(self, range_km: ArrayLike) -> Floats:
        """Code noise, one sigma [m], over distance [km]; infinite where the signal is not tracked."""
        distance = np.asarray(range_km, dtype=np.float64)
        terms = self.noise_terms()
        square = distance * distance
        sigma = np.sqrt(terms.linear * square * (1.0 + terms.squaring * square))
        result: Floats = np.where(square <= terms.farthest_square_km2, sigma, np.inf)
        return result

    def noise_terms(self) -> NoiseTerms:
        """Return the variance of code noise as a polynomial of the squared distance."""
        if self.signal is None:
            return NoiseTerms(0.0, 0.0, np.inf)
        # C/N0 falls with the square of the distance: n = N0/C = range² / one.
        one = 10.0 ** (float(c_n0_db_hz(1.0, self.signal, self.receiver, self.eirp_dbw)) / 10.0)
        linear, squaring = code_noise_terms(self.signal, self.receiver)
        farthest = one / 10.0 ** (self.receiver.threshold_db_hz / 10.0)
        return NoiseTerms(linear / one * self.amplification**2, squaring / one, farthest)

    def elevation_variance_m2(self, elevation_rad: ArrayLike) -> Floats:
        """Variance of multipath and ionosphere [m²] at elevations [rad]."""
        elevation = np.asarray(elevation_rad, dtype=np.float64)
        total = np.zeros(elevation.shape)
        if self.multipath is not None:
            total = total + (self.amplification * self.multipath.sigma_m(elevation)) ** 2
        if self.ionosphere is not None:
            total = total + self.ionosphere.sigma_m(elevation) ** 2
        return total

    def elevation_table(self) -> Floats:
        """Return that variance, and the rest of it, over the sine of the elevation from -1 to 1 [m²]."""
        sine = np.linspace(-1.0, 1.0, TABLE)
        return self.elevation_variance_m2(np.arcsin(sine)) + self.other_m**2

    def without_time_transfer(self) -> RangeErrorModel:
        """Return the same, for a user who needs no other clock than the system's."""
        return replace(self, time_transfer_m=0.0)


@dataclass(frozen=True)
class NoiseTerms:
    """Variance of code noise: ``linear q (1 + squaring q)`` with ``q`` the squared distance [km²].

    Attributes
    ----------
    linear : float
        [m²/km²].
    squaring : float
        [1/km²].
    farthest_square_km2 : float
        Squared distance at which C/N0 is at the tracking threshold [km²].
    """

    linear: float
    squaring: float
    farthest_square_km2: float


def packed(covariance_m2: ArrayLike) -> Floats:
    """Covariances of position and clock error as the kernel reads them.

    Parameters
    ----------
    covariance_m2 : array_like [..., 4, 4]
        Of position error, in the axes of the observers, and clock error times the speed of light [m²].

    Returns
    -------
    ndarray [..., 10]
        xx, yy, zz, xy, xz, yz, then the correlations of x, y, z with the clock, then the clock.
    """
    table = np.asarray(covariance_m2, dtype=np.float64)
    rows = (0, 1, 2, 0, 0, 1, 0, 1, 2, 3)
    columns = (0, 1, 2, 1, 2, 2, 3, 3, 3, 3)
    return np.ascontiguousarray(table[..., rows, columns])
