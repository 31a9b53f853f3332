"""Radiation patterns: gain by angle from the axis, as array functions.

Two kinds stand beside each other. An *envelope* covers the peaks of side lobes and is for the worst case of a
single interferer. A *mean* pattern has the level that a body or many interferers see, and keeps to the power
that is there. Angles are from the axis, 0 to pi.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, positive
from qqnet.scenario.antennas import UNIFORM_BEAM_RAD

LN2: Final = math.log(2.0)
WIDE_RAD: Final = math.radians(48.0)  # where the envelopes of ITU-R patterns become level
UNIFORM_HPBW: Final = UNIFORM_BEAM_RAD
"""Half-power beamwidth of a uniformly lit circular aperture, in wavelengths over the diameter [rad]: 58.96 deg."""


def off_axis(angle_rad: ArrayLike) -> FloatArray:
    """Return angles from an axis as an array; InputError outside 0 to pi."""
    angle = np.asarray(angle_rad, dtype=np.float64)
    valid = (angle >= 0.0) & (angle <= math.pi + 1e-9)
    if not valid.all():
        worst = math.degrees(float(angle[~valid].flat[0] if angle.ndim else angle))
        raise InputError(f"the angle from the axis is {worst:g} deg; it must be from 0 to 180 deg")
    return angle


def concentration(beamwidth_rad: float) -> float:
    """Concentration kappa [1] of the lobe exp(-kappa (1 - cos)) with a full half-power width [rad]."""
    return LN2 / (2.0 * math.sin(0.25 * min(beamwidth_rad, 2.0 * math.pi)) ** 2)


def spherical_gaussian_db(angle_rad: ArrayLike, beamwidth_rad: float) -> FloatArray:
    """Level below the peak of a main lobe that is a Gaussian on the sphere.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    beamwidth_rad : float
        Full half-power beamwidth [rad].

    Returns
    -------
    ndarray
        Level [dB], zero or less: -kappa (1 - cos angle). For narrow beams the familiar
        -12 (angle / beamwidth)^2; for a full circle of width nearly the same in all directions.

    Raises
    ------
    InputError
        An angle is outside 0 to pi.

    References
    ----------
    Von Mises-Fisher distribution; its integral over the sphere is known in closed form (`lobe_share`).

    Examples
    --------
    >>> print(f"{spherical_gaussian_db(0.01, 0.02):.4f}")
    -3.0103
    """
    half = np.sin(0.5 * off_axis(angle_rad))  # 1 - cos, without the loss of digits
    return -20.0 / math.log(10.0) * concentration(beamwidth_rad) * half * half


def lobe_share(gain_dbi: float, beamwidth_rad: float) -> float:
    """Share of all power that a main lobe of `spherical_gaussian_db` holds: its integral over 4 pi [1]."""
    kappa = concentration(beamwidth_rad)
    return float(10.0 ** (gain_dbi / 10.0) * -math.expm1(-2.0 * kappa) / (2.0 * kappa))


def airy_db(angle_rad: ArrayLike, diameter_wavelengths: float) -> FloatArray:
    """Level below the peak of a uniformly lit circular aperture.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    diameter_wavelengths : float
        Diameter over wavelength [1].

    Returns
    -------
    ndarray
        20 log10 of the absolute value of 2 J1(u) / u with u = pi D/lambda sin(angle) [dB], not below
        -120 dB; behind the aperture's plane -120 dB, where the theory has nothing to say.

    References
    ----------
    Fraunhofer diffraction at a circular aperture (Airy 1835; Born and Wolf, Principles of Optics, 8.5.2): half
    power at 58.96 deg lambda/D full width, first side lobe 17.57 dB below the peak.

    Examples
    --------
    >>> print(f"{airy_db(0.5 * UNIFORM_HPBW / 100.0, 100.0):.3f}")
    -3.010
    """
    from scipy.special import j1

    angle = off_axis(angle_rad)
    u = np.maximum(math.pi * float(positive(diameter_wavelengths, "D/lambda", "")) * np.sin(angle), 1e-9)
    power = np.where(angle <= math.pi / 2, (2.0 * j1(u) / u) ** 2, 0.0)
    return 10.0 * np.log10(np.maximum(power, 1e-12))


def f699_dbi(angle_rad: ArrayLike, diameter_wavelengths: float, lowest_band: bool = False) -> FloatArray:
    """Envelope of side lobes of ITU-R F.699, without the main lobe.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    diameter_wavelengths : float
        Diameter over wavelength [1].
    lowest_band : bool
        Whether the frequency is from 0.1 to 1 GHz, else 1 to 70 GHz.

    Returns
    -------
    ndarray
        Gain [dBi]: level of the first side lobe 2 + 15 log10(D/lambda), then falling by 25 dB a decade of angle,
        level again from 48 deg.

    References
    ----------
    ITU-R F.699-7, recommends 2.1 to 2.3. Made for fixed antennas on the ground; it is used here for reflectors of
    all kinds.
    """
    angle = np.degrees(off_axis(angle_rad))
    d = float(positive(diameter_wavelengths, "D/lambda", ""))
    log = math.log10(d)
    near = np.maximum(angle, 1e-9)
    if d > 100.0 and not lowest_band:
        slope, floor, first, wide = 32.0, -10.0, 15.85 * d**-0.6, 48.0
    else:
        slope, first = 52.0 - 10.0 * log, 100.0 / d
        floor, wide = (-2.0 - 5.0 * log, 144.5 * d**-0.2) if lowest_band else (10.0 - 10.0 * log, 48.0)
    lobes = np.where(angle < first, 2.0 + 15.0 * log, slope - 25.0 * np.log10(near))
    return np.where(angle < wide, lobes, floor)


def f1245_dbi(angle_rad: ArrayLike, diameter_wavelengths: float) -> FloatArray:
    """Mean level of side lobes of ITU-R F.1245, without the main lobe: about 3 dB below `f699_dbi`.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    diameter_wavelengths : float
        Diameter over wavelength [1].

    Returns
    -------
    ndarray
        Gain [dBi].

    References
    ----------
    ITU-R F.1245-2, recommends 2.1 and 2.2, from memory (unverified): mean over side lobes, for aggregates of many
    interferers.
    """
    angle = np.degrees(off_axis(angle_rad))
    d = float(positive(diameter_wavelengths, "D/lambda", ""))
    log = math.log10(d)
    slope, floor = (29.0, -13.0) if d > 100.0 else (39.0 - 5.0 * log, -3.0 - 5.0 * log)
    lobes = slope - 25.0 * np.log10(np.maximum(angle, 1e-9))
    if d > 100.0:
        lobes = np.where(angle < 12.02 * d**-0.6, 2.0 + 15.0 * log, lobes)
    return np.where(angle < 48.0, np.minimum(lobes, 2.0 + 15.0 * log), floor)


@cache
def power_db(diameter_wavelengths: float, gain_dbi: float, beamwidth_rad: float) -> float:
    """Change of level that gives the side lobes of `f1245_dbi` what the main lobe leaves of all power.

    Parameters
    ----------
    diameter_wavelengths : float
        Diameter over wavelength [1].
    gain_dbi : float
        Peak gain [dBi].
    beamwidth_rad : float
        Full half-power beamwidth [rad].

    Returns
    -------
    float
        Zero or less [dB]. For apertures of thousands of wavelengths the level of ITU-R holds more than all power;
        it is then lowered until main lobe and side lobes hold it together. At least `LEAST_SPILL` is left.
    """
    edges = np.concatenate([[0.0], np.geomspace(1e-3 * beamwidth_rad, math.pi, 800)])
    middle, area = 0.5 * (edges[1:] + edges[:-1]), 0.5 * -np.diff(np.cos(edges))
    lobes = f1245_dbi(middle, diameter_wavelengths)

    def held(change_db: float) -> float:
        gain = with_main_lobe(middle, gain_dbi, beamwidth_rad, lobes + change_db)
        return float(area @ 10.0 ** (gain / 10.0))

    most = max(1.0, held(-300.0) + LEAST_SPILL)
    if held(0.0) <= most:
        return 0.0
    low, high = -40.0, 0.0
    for _ in range(20):
        half = 0.5 * (low + high)
        low, high = (half, high) if held(half) < most else (low, half)
    return low


LEAST_SPILL: Final = 0.02
"""Share of all power that side lobes hold at least [1]: an assumption."""


def s465_dbi(angle_rad: ArrayLike, diameter_wavelengths: float) -> FloatArray:
    """Envelope of side lobes of ITU-R S.465 for earth stations, without the main lobe.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    diameter_wavelengths : float
        Diameter over wavelength [1].

    Returns
    -------
    ndarray
        Gain [dBi]: 32 - 25 log10(angle in degrees) up to 48 deg, then -10; within the smallest angle of the
        Recommendation, where it says nothing, the value at that angle.

    References
    ----------
    ITU-R S.465-6, from memory (unverified), for 2 to 31 GHz. Smallest angle: the larger of 1 deg and
    100 deg lambda/D for D/lambda of 50 and more, else the larger of 2 deg and 114 deg (D/lambda)^-1.09.
    """
    d = float(positive(diameter_wavelengths, "D/lambda", ""))
    least = max(1.0, 100.0 / d) if d >= 50.0 else max(2.0, 114.0 * d**-1.09)
    angle = np.maximum(np.degrees(off_axis(angle_rad)), least)
    return np.where(angle < 48.0, 32.0 - 25.0 * np.log10(angle), -10.0)


def with_main_lobe(
    angle_rad: ArrayLike, gain_dbi: float, beamwidth_rad: float, side_lobes_dbi: ArrayLike
) -> FloatArray:
    """Join a main lobe and side lobes.

    Parameters
    ----------
    angle_rad : array_like
        Angle from the axis [rad], 0 to pi.
    gain_dbi : float
        Peak gain [dBi].
    beamwidth_rad : float
        Full half-power beamwidth [rad].
    side_lobes_dbi : array_like
        Level of side lobes at the same angles [dBi].

    Returns
    -------
    ndarray
        The main lobe within the half-power beam, outside of it the larger of the two [dBi]. Nowhere above half
        the peak outside of the half-power beam: small antennas have no envelope above their own main lobe.
    """
    lobe = gain_dbi + spherical_gaussian_db(angle_rad, beamwidth_rad)
    outside = np.asarray(angle_rad) > 0.5 * beamwidth_rad
    return np.where(outside, np.maximum(lobe, np.minimum(side_lobes_dbi, gain_dbi - 3.0103)), lobe)
