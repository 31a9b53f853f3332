"""Photon counters as they are: dead time, pulses that pile up, timing jitter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative, positive

MOST_JITTER: Final = 0.5
"""Standard deviation of the timing jitter over the slot [1] up to which `kept_in_slot` is used."""


@dataclass(frozen=True)
class PhotonDetector:
    """An array of photon counters that share the light evenly.

    Attributes
    ----------
    elements : int
        How many.
    dead_time_s : float
        Time after a count in which an element is blind [s].
    jitter_s : float
        Standard deviation of the time that it gives to a photon [s].
    """

    elements: int = 1
    dead_time_s: float = 0.0
    jitter_s: float = 0.0

    def __post_init__(self) -> None:
        if self.elements < 1:
            raise InputError(f"the detector has {self.elements} elements; it needs one or more")
        not_negative(self.dead_time_s, "the dead time", "s")
        not_negative(self.jitter_s, "the timing jitter", "s")

    @property
    def ideal(self) -> bool:
        """Whether nothing is lost in it."""
        return self.dead_time_s == 0.0 and self.jitter_s == 0.0


def live_share(rate_hz: ArrayLike, detector: PhotonDetector) -> FloatArray:
    """Share of the time in which an element is ready.

    Parameters
    ----------
    rate_hz : array_like
        Counts a second of the whole array, were there no dead time [1/s].
    detector : PhotonDetector
        The array.

    Returns
    -------
    ndarray
        Share [1].

    Raises
    ------
    InputError
        A rate is negative or not finite.

    References
    ----------
    1 / (1 + rate x dead time / elements), a counter whose dead time is not prolonged by light (Knoll, Radiation
    Detection and Measurement); for arrays Moision and Piazzolla, Blocking losses on an optical communications
    link, ICSOS 2011 (abstract read).

    Examples
    --------
    >>> print(f"{live_share(1e8, PhotonDetector(64, 25e-9)):.3f}")
    0.962
    """
    rate = not_negative(rate_hz, "the count rate", "1/s")
    return 1.0 / (1.0 + rate * detector.dead_time_s / detector.elements)


def counted_of_pulse(photons: ArrayLike, elements: int) -> FloatArray:
    """Counts of a pulse that is shorter than the dead time: each element counts once at most.

    Parameters
    ----------
    photons : array_like
        Mean detectable photons in the pulse [1].
    elements : int
        Elements that are ready.

    Returns
    -------
    ndarray
        Mean counts [1], at most the number of elements.

    Raises
    ------
    InputError
        A number of photons is negative.

    References
    ----------
    Photons of a Poisson pulse spread evenly: an element sees none with probability exp(-photons / elements).
    """
    mean = not_negative(photons, "the photons a pulse", "")
    return -elements * np.expm1(-mean / elements)


def photons_for_counts(counts: ArrayLike, elements: ArrayLike) -> FloatArray:
    """Photons in a pulse that give mean counts [1]: the inverse of `counted_of_pulse`, infinite where none do."""
    ready = positive(elements, "the number of ready elements", "")
    share = np.asarray(counts, dtype=np.float64) / ready
    full = share >= 1.0
    return np.where(full, np.inf, -ready * np.log1p(-np.where(full, 0.0, share)))


def kept_in_slot(jitter_s: float, slot_s: float) -> float:
    """Share of the photons of a slot whose times stay in it.

    Parameters
    ----------
    jitter_s : float
        Standard deviation of the timing jitter [s].
    slot_s : float
        Slot width [s].

    Returns
    -------
    float
        Share [1].

    Raises
    ------
    InputError
        The jitter is above `MOST_JITTER` slots, where a receiver must use neighbouring slots together.

    References
    ----------
    A normal error added to a time that is uniform in the slot. Photons that leave are taken as lost; that they
    disturb the neighbouring slots is left out, and so is the gain of a decoder that knows the jitter.

    Examples
    --------
    >>> print(f"{kept_in_slot(50e-12, 500e-12):.3f}")
    0.920
    """
    ratio = float(not_negative(jitter_s, "the timing jitter", "s") / positive(slot_s, "the slot width", "s"))
    if ratio == 0.0:
        return 1.0
    if ratio > MOST_JITTER:
        raise InputError(
            f"the detector's jitter of {jitter_s * 1e12:.4g} ps is {ratio:.2g} of the slot of {slot_s * 1e12:.4g} "
            f"ps; it must be at most {MOST_JITTER:g} of it"
        )
    spill = ratio * math.sqrt(2.0 / math.pi) * -math.expm1(-0.5 / ratio**2)
    return math.erf(1.0 / (ratio * math.sqrt(2.0))) - spill
