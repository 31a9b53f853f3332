"""Clocks: noise of their frequency by Allan deviation, as process noise of a filter and as random series.

A clock's fractional frequency y has white, flicker and random-walk noise and an aging. The Allan variance is

    sigma_y^2(tau) = w^2 / tau + F^2 + r^2 tau + (a tau)^2 / 2

(Riley 2008, NIST SP 1065, table 3 and section 5.2: white, flicker and random-walk FM, linear drift). The states of
a filter are bias x with dx/dt = y and white frequency noise of density q1 = w^2, frequency y with random walk of
density q2 = 3 r^2, and where asked for the aging dy/dt = a as a constant to be estimated (Zucca and Tavella 2005,
IEEE Trans. UFFC 52:289, eqs. 5 to 13).

Flicker noise has no finite state. It is taken into white noise and random walk so that the model touches the floor
F at one averaging time tau_f and is nowhere better than the clock:

    F^2  ->  F^2 / 2 (tau_f / tau + tau / tau_f)  >=  F^2,

that is q1 = w^2 + F^2 tau_f / 2 and q2 = 3 (r^2 + F^2 / (2 tau_f)). At ten times tau_f, or a tenth of it, the
share of flicker is 2.2 times too large in Allan deviation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY

Floats = NDArray[np.float64]

_LONGEST_S: Final = 10.0 * SECONDS_PER_DAY
"""Averaging time beyond which nobody predicts a clock [s]; limits the choice of the time that a floor is met."""


@dataclass(frozen=True)
class Clock:
    """A kind of clock.

    Attributes
    ----------
    name : str
        For people.
    white_fm : float
        w, Allan deviation at 1 s of the white noise of frequency [s^(1/2)].
    flicker_fm : float
        F, the floor that flicker noise of frequency sets [-].
    random_walk_fm : float
        r, Allan deviation at 1 s of the random walk of frequency [s^(-1/2)].
    aging_per_day : float
        Drift of the fractional frequency, 1 sigma of what is not known of it [1/d].
    source : str
        Where the values come from.

    Examples
    --------
    >>> CLOCKS["DSAC"].allan_deviation(1.0).round(15)
    np.float64(1.5e-13)
    """

    name: str
    white_fm: float
    flicker_fm: float = 0.0
    random_walk_fm: float = 0.0
    aging_per_day: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        for name in ("white_fm", "flicker_fm", "random_walk_fm", "aging_per_day"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0.0):
                raise InputError(f"clock {self.name}: {name} is {value}; right is a number of zero or more")

    @property
    def flicker_time_s(self) -> float:
        """Averaging time at which the model touches the flicker floor [s].

        Where the floor meets the random walk, so that the model is right for hours of prediction; without one
        the middle, in the logarithm, of the time at which the floor leaves white noise and ten days.
        """
        if not self.flicker_fm:
            return 1.0
        first = max((self.white_fm / self.flicker_fm) ** 2, 1.0)
        if self.random_walk_fm:
            return float(max(min((self.flicker_fm / self.random_walk_fm) ** 2, _LONGEST_S), 1.0))
        return float(np.sqrt(first * max(_LONGEST_S, first)))

    @property
    def densities(self) -> tuple[float, float]:
        """Densities of white noise of frequency q1 [s] and of its random walk q2 [1/s], flicker included."""
        floor, touch = self.flicker_fm**2, self.flicker_time_s
        return (
            self.white_fm**2 + 0.5 * floor * touch,
            3.0 * (self.random_walk_fm**2 + 0.5 * floor / touch),
        )

    def allan_deviation(self, tau_s: ArrayLike) -> Floats:
        """Return the Allan deviation of the clock as published, without aging.

        Parameters
        ----------
        tau_s : array_like
            Averaging time [s].

        Returns
        -------
        ndarray
            [-], of the same shape.
        """
        tau = np.asarray(tau_s, dtype=np.float64)
        variance = self.white_fm**2 / tau + self.flicker_fm**2 + self.random_walk_fm**2 * tau
        return np.asarray(np.sqrt(variance))

    def model_allan_deviation(self, tau_s: ArrayLike) -> Floats:
        """Return the Allan deviation of the two states that stand for the clock in a filter.

        Parameters
        ----------
        tau_s : array_like
            Averaging time [s].

        Returns
        -------
        ndarray
            [-], nowhere below `allan_deviation`.
        """
        tau = np.asarray(tau_s, dtype=np.float64)
        q1, q2 = self.densities
        return np.asarray(np.sqrt(q1 / tau + q2 * tau / 3.0))


def clock_transition(step_s: float, states: int = 2) -> Floats:
    """Return how bias, frequency and (with three states) aging go on.

    Parameters
    ----------
    step_s : float
        Step [s].
    states : int
        2 or 3.

    Returns
    -------
    ndarray [states, states]
        Transition matrix.
    """
    matrix = np.eye(3)
    matrix[0, 1] = matrix[1, 2] = step_s
    matrix[0, 2] = 0.5 * step_s**2
    return matrix[:states, :states]


def clock_noise_covariance(clock: Clock, step_s: float) -> Floats:
    """Return the covariance that bias [s] and frequency [-] gain in a step.

    Parameters
    ----------
    clock : Clock
        The clock.
    step_s : float
        Step [s].

    Returns
    -------
    ndarray [2, 2]
        Zucca and Tavella 2005, eq. 11 without its third state.
    """
    q1, q2 = clock.densities
    return np.array(
        [
            [q1 * step_s + q2 * step_s**3 / 3.0, q2 * step_s**2 / 2.0],
            [q2 * step_s**2 / 2.0, q2 * step_s],
        ]
    )


def clock_noise_root(clock: Clock, step_s: float) -> Floats:
    """Return a square root of `clock_noise_covariance`: root @ root.T is the covariance.

    Parameters
    ----------
    clock, step_s
        As of `clock_noise_covariance`.

    Returns
    -------
    ndarray [2, 2]
        Upper triangular; written out, for a numerical one fails where a clock has no noise.
    """
    q1, q2 = clock.densities
    walk = np.sqrt(q2 * step_s)
    return np.array([[np.sqrt(q1 * step_s + q2 * step_s**3 / 12.0), 0.5 * step_s * walk], [0.0, walk]])


def simulated_bias_s(
    clock: Clock, step_s: float, count: int, random: np.random.Generator, series: int = 1
) -> Floats:
    """Return random biases of clocks that were set right at the start.

    Parameters
    ----------
    clock : Clock
        The kind.
    step_s : float
        Time between epochs [s].
    count : int
        Epochs.
    random : numpy Generator
        Where chance comes from.
    series : int
        Clocks.

    Returns
    -------
    ndarray [series, count]
        Bias [s]; zero at the first epoch.
    """
    root = clock_noise_root(clock, step_s)
    gained = random.standard_normal((series, count - 1, 2)) @ root.T
    frequency = np.concatenate(
        [np.zeros((series, 1)), np.cumsum(gained[:, :-1, 1], axis=1)], axis=1
    )  # at the start of each step
    bias = np.cumsum(frequency * step_s + gained[:, :, 0], axis=1)
    return np.concatenate([np.zeros((series, 1)), bias], axis=1)


def allan_deviation_of(bias_s: ArrayLike, step_s: float, factor: int) -> Floats:
    """Return the overlapping Allan deviation of series of clock biases.

    Parameters
    ----------
    bias_s : array_like [..., N]
        Bias [s] at equal steps.
    step_s : float
        Time between epochs [s].
    factor : int
        Averaging time over the step.

    Returns
    -------
    ndarray [...]
        Allan deviation at factor * step_s [-]: Riley 2008, NIST SP 1065, eq. 11.
    """
    x = np.asarray(bias_s, dtype=np.float64)
    if x.shape[-1] < 2 * factor + 1:
        raise InputError(f"{x.shape[-1]} biases; an averaging of {factor} steps needs {2 * factor + 1}")
    second = x[..., 2 * factor :] - 2.0 * x[..., factor:-factor] + x[..., : -2 * factor]
    return np.asarray(np.sqrt(np.mean(second**2, axis=-1) / 2.0) / (factor * step_s))


CLOCKS: Final[Mapping[str, Clock]] = MappingProxyType(
    {
        "USO": Clock(
            "USO",
            5e-14,
            1.1e-13,
            1.0e-14,
            7e-11,
            "AccuBeat ultra-stable oscillator: measured Allan deviation 1.0e-13 at 8 s to 3.3e-12 at 65,500 s, "
            "aging 7e-11 a day, data sheet as quoted by two public codes (secondary); white noise: assumed below "
            "the floor. GRAIL about the Moon: below 1e-13 at 1 to 100 s, NASA Tech Briefs Feb 2013 (verified)",
        ),
        "RAFS": Clock(
            "RAFS",
            2.0e-12,
            2.0e-14,
            0.0,
            5e-14,
            "Excelitas rubidium standard: 2e-12 at 1 s with tau^-1/2, floor 2e-14, drift 5e-14 a day, data sheet "
            "as quoted in GTGNSS res/clocks/ExcelitasRAFS.json (secondary)",
        ),
        "DSAC": Clock(
            "DSAC",
            1.5e-13,
            3.0e-15,
            0.0,
            3e-16,
            "Deep Space Atomic Clock: 1.5e-13 at 1 s with tau^-1/2 on the ground; in space 3e-15 at 23 days, "
            "drift 3.0e-16 a day: Burt et al. 2021, Nature 595:43, abstract (verified)",
        ),
    }
)
"""Clocks by name, with published values."""
