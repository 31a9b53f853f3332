"""How long two laser terminals need to find each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative, positive

COVERING: Final = 2.0 * math.pi / math.sqrt(27.0)
"""Least area of equal discs that cover a plane, over its area [1]: 1.209 (Kershner 1939)."""


@dataclass(frozen=True)
class BeaconSearch:
    """A beacon that is swept over the cone in which the other end must be.

    Attributes
    ----------
    uncertainty_rad : float
        Half-angle of the cone [rad].
    beacon_divergence_rad : float
        Half-angle of the beacon [rad].
    dwell_s : float
        Time on each place of the beacon [s].
    settling_s : float
        Time from the answer to data: fine tracking, clocks, code [s].
    """

    uncertainty_rad: float
    beacon_divergence_rad: float
    dwell_s: float
    settling_s: float = 0.0

    def __post_init__(self) -> None:
        positive(self.uncertainty_rad, "the uncertainty", "rad")
        positive(self.beacon_divergence_rad, "the beacon's divergence", "rad")
        positive(self.dwell_s, "the dwell", "s")
        not_negative(self.settling_s, "the settling time", "s")
        if self.places > 1e9:
            raise InputError(
                f"the beacon of {self.beacon_divergence_rad * 1e6:.4g} microradian would have to look at "
                f"{self.places:.3g} places; widen it or narrow the uncertainty"
            )

    @property
    def places(self) -> int:
        """Places at which the beacon stops."""
        ratio = self.uncertainty_rad / self.beacon_divergence_rad
        return 1 if ratio <= 1.0 else math.ceil(COVERING * ratio**2)


def acquisition_time_s(search: BeaconSearch, owlt_s: ArrayLike) -> FloatArray:
    """Longest time from line of sight to data.

    Parameters
    ----------
    search : BeaconSearch
        The sweep.
    owlt_s : array_like
        One-way light time [s].

    Returns
    -------
    ndarray
        Whole sweep, the light's way there and back, and settling [s].

    Raises
    ------
    InputError
        A light time is negative.

    References
    ----------
    The beacon is swept without waiting for an answer; the other end, which stares, sends back along the light it
    sees. The mean of a uniform chance of places is half the sweep.

    Examples
    --------
    >>> search = BeaconSearch(100e-6, 20e-6, 0.1, 2.0)
    >>> search.places, round(float(acquisition_time_s(search, 1.28)), 2)
    (31, 7.66)
    """
    light = not_negative(owlt_s, "the light time", "s")
    return search.places * search.dwell_s + 2.0 * light + search.settling_s


def reacquisition_time_s(
    gap_s: ArrayLike, acquisition_s: ArrayLike, reacquisition_s: ArrayLike, longest_gap_s: float
) -> FloatArray:
    """Time to data after an interruption.

    Parameters
    ----------
    gap_s : array_like
        Length of the interruption [s].
    acquisition_s, reacquisition_s : array_like
        Time to data from nothing, and with the direction still known [s].
    longest_gap_s : float
        Interruption up to which the direction is still known [s].

    Returns
    -------
    ndarray
        Time [s]; never longer than from nothing.
    """
    short = np.asarray(gap_s, dtype=np.float64) <= longest_gap_s
    return np.where(short, np.minimum(reacquisition_s, acquisition_s), acquisition_s)


def gaps_s(link: ArrayLike, start_s: ArrayLike, end_s: ArrayLike) -> FloatArray:
    """Time since the window before of the same link.

    Parameters
    ----------
    link : array_like of int, shape [N]
        Link of each window.
    start_s, end_s : array_like, shape [N]
        The windows, in any order [s].

    Returns
    -------
    ndarray, shape [N]
        Gap [s]; infinite for a link's first window.

    Examples
    --------
    >>> print(gaps_s([0, 1, 0], [0.0, 5.0, 30.0], [20.0, 9.0, 40.0]))
    [inf inf 10.]
    """
    which, start = np.asarray(link), np.asarray(start_s, dtype=np.float64)
    end = np.asarray(end_s, dtype=np.float64)
    order = np.lexsort((start, which))
    gaps = np.full(start.shape, np.inf)
    later, before = order[1:], order[:-1]
    same = which[later] == which[before]
    gaps[later[same]] = start[later[same]] - end[before[same]]
    return gaps
