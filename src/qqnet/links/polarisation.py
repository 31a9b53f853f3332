"""Polarisation of antennas, and what two ends lose whose waves do not agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray

if TYPE_CHECKING:
    from qqnet.links.effects import Looks
    from qqnet.links.path import Path

Orientation = Literal["worst", "mean", "best"]


@dataclass(frozen=True)
class Polarisation:
    """The polarisation of an antenna.

    Attributes
    ----------
    kind : {"RHCP", "LHCP", "linear"}
        Right or left circular, or linear.
    axial_ratio_db : float
        Major over minor axis of the ellipse of a circular antenna [dB], 0 for a perfect one.
    tilt_rad : float or None
        Angle of a linear field from a direction that both ends share [rad].
    """

    kind: Literal["RHCP", "LHCP", "linear"]
    axial_ratio_db: float = 0.0
    tilt_rad: float | None = None

    @property
    def ellipticity_rad(self) -> float:
        """Ellipticity angle chi [rad]: 45 deg right circular, 0 linear, -45 deg left circular."""
        if self.kind == "linear":
            return 0.0
        angle = math.atan(10.0 ** (-self.axial_ratio_db / 20.0))
        return angle if self.kind == "RHCP" else -angle

    def describe(self) -> str:
        """Words for a budget line."""
        if self.kind == "linear":
            return "linear" if self.tilt_rad is None else f"linear at {math.degrees(self.tilt_rad):g} deg"
        return self.kind + (f" of {self.axial_ratio_db:g} dB axial ratio" if self.axial_ratio_db else "")


def polarisation_loss_db(
    ellipticity_a_rad: ArrayLike, ellipticity_b_rad: ArrayLike, orientation_rad: ArrayLike
) -> FloatArray:
    """Loss between two elliptical polarisations.

    Parameters
    ----------
    ellipticity_a_rad, ellipticity_b_rad : array_like
        Ellipticity angles chi [rad], -pi/4 (left circular) to pi/4 (right circular); tan chi is the minor over the
        major axis.
    orientation_rad : array_like
        Angle between the major axes [rad].

    Returns
    -------
    ndarray
        Loss [dB]; infinite where the two are orthogonal.

    References
    ----------
    Half of one plus the product of the two Stokes vectors, (1 + sin 2a sin 2b + cos 2a cos 2b cos 2d) / 2 (IEEE
    Std 145, polarisation efficiency); in axial ratios the usual formula.

    Examples
    --------
    >>> print(f"{polarisation_loss_db(math.pi / 4, 0.0, 0.3):.4f}")
    3.0103
    """
    a, b = 2.0 * np.asarray(ellipticity_a_rad), 2.0 * np.asarray(ellipticity_b_rad)
    match = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(2.0 * np.asarray(orientation_rad))
    share = 0.5 * (1.0 + match)
    with np.errstate(divide="ignore"):
        return -10.0 * np.log10(np.where(share < 1e-15, 0.0, np.minimum(share, 1.0))) + 0.0


def mismatch_db(one: Polarisation, other: Polarisation, orientation: Orientation = "worst") -> float:
    """Loss between two antennas whose turn about the line of sight is not known.

    Parameters
    ----------
    one, other : Polarisation
        The two ends.
    orientation : {"worst", "mean", "best"}
        Over the angle between the major axes: the largest loss, the loss of the mean power, or the least. Two
        linear antennas with a tilt each have the angle between these.

    Returns
    -------
    float
        Loss [dB]; infinite where nothing arrives.
    """
    a, b = one.ellipticity_rad, other.ellipticity_rad
    if one.tilt_rad is not None and other.tilt_rad is not None:
        return float(polarisation_loss_db(a, b, one.tilt_rad - other.tilt_rad))
    angle = {"worst": math.pi / 2, "mean": math.pi / 4, "best": 0.0}[orientation]
    return float(polarisation_loss_db(a, b, angle))


def why_not(one: Polarisation | None, other: Polarisation | None) -> str:
    """Say why two polarisations can not make a link; empty where they can, or one is not known.

    Opposite hands make none, whatever their axial ratios: what leaks through is isolation and no service.
    Neither do linear antennas that cross.
    """
    if one is None or other is None:
        return ""
    if {one.kind, other.kind} == {"RHCP", "LHCP"}:
        return f"one end is {one.kind} and the other {other.kind}; they must be of one hand, or one linear"
    if one.kind == other.kind == "linear":
        if one.tilt_rad is None or other.tilt_rad is None:
            return (
                "both ends are linear and the angle between them is not known; give a tilt at both, or make one "
                "circular"
            )
        loss = mismatch_db(one, other)
        if loss > MOST_LINEAR_DB:
            return (
                f"the linear ends stand {math.degrees(abs(one.tilt_rad - other.tilt_rad)):g} deg apart and lose "
                f"{loss:.1f} dB; turn one of them, or make it circular"
            )
    return ""


MOST_LINEAR_DB = 20.0
"""Loss between linear antennas above which they count as crossed [dB]: an assumption, 84 deg apart."""


@dataclass(frozen=True)
class PolarisationMismatch:
    """Loss between two ends of known polarisation, at the worst turn about the line of sight."""

    one: Polarisation
    other: Polarisation
    name: str = "Polarisation mismatch"
    looks_at: Looks = "range"

    def __post_init__(self) -> None:
        reason = why_not(self.one, self.other)
        if reason:
            raise InputError(reason)

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB], the same at every moment."""
        return np.full(np.shape(path.range_km), mismatch_db(self.one, self.other))

    def source(self, path: Path) -> str:
        """Both ends."""
        return f"{self.one.describe()} to {self.other.describe()}, worst turn about the line of sight"
