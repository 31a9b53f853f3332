"""What any kind of antenna answers: peak gain, beam, pattern; and a lobe that holds all power but for a rest."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import patterns
from qqnet.links.domain import FloatArray

M_PER_KM = 1e3


class Radiator(Protocol):
    """A kind of antenna. Frequencies are in Hz, angles from the axis in rad."""

    def peak_dbi(self, frequency_hz: float) -> float:
        """Peak gain [dBi]; InputError outside the range in which the kind holds."""

    def beamwidth_rad(self, frequency_hz: float) -> float:
        """Full half-power beamwidth [rad]."""

    def envelope_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis with the peaks of side lobes [dBi]."""

    def mean_dbi(self, frequency_hz: float, angle_rad: ArrayLike) -> FloatArray:
        """Gain off the axis with the mean level of side lobes [dBi]."""

    def __hash__(self) -> int:
        """Radiators are values."""

    def describe(self) -> str:
        """Where the gain comes from, for a budget line."""


def refuse(fault: str) -> None:
    """Raise InputError for what keeps an antenna from being what it says; nothing where the text is empty."""
    if fault:
        raise InputError(f"the antenna {fault}")


def lobe_and_rest_dbi(angle_rad: ArrayLike, gain_dbi: float, beamwidth_rad: float) -> FloatArray:
    """Gain of a main lobe over an even level that holds what the lobe leaves of all power.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    gain_dbi : float
        Peak gain [dBi].
    beamwidth_rad : float
        Full half-power beamwidth of the lobe [rad].

    Returns
    -------
    ndarray
        Gain [dBi]; the peak on the axis, and 4 pi when integrated over the sphere. A gain below that of an
        isotropic antenna is the same in all directions.

    References
    ----------
    (G - r) exp(-kappa (1 - cos)) + r with r such that the integral is 4 pi.
    """
    peak = 10.0 ** (gain_dbi / 10.0)
    held = patterns.lobe_share(0.0, beamwidth_rad)
    rest = min(max((1.0 - peak * held) / (1.0 - held), LEAST_REST), peak)
    lobe = 10.0 ** (patterns.spherical_gaussian_db(angle_rad, beamwidth_rad) / 10.0)
    return np.asarray(10.0 * np.log10((peak - rest) * lobe + rest), dtype=np.float64)


LEAST_REST = 0.01
"""Even level that no antenna falls below [1]: -20 dBi."""


def beam_of_gain_rad(gain_dbi: ArrayLike) -> FloatArray:
    """Full half-power beamwidth [rad] of a lossless Gaussian beam without side lobes: sqrt(16 ln 2 / G)."""
    gain = 10.0 ** (np.asarray(gain_dbi, dtype=np.float64) / 10.0)
    return np.sqrt(16.0 * patterns.LN2 / gain)
