"""What antennas can not be: where the formulas of each kind do not hold, in a user's words.

Every function returns what is wrong and what would be right, to follow the antenna's name; empty where nothing is.
"""

from __future__ import annotations

import math
from typing import Final

from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

HELIX_CIRCUMFERENCE: Final = (0.8, 1.15)
"""Circumference of a helix in wavelengths at which it radiates along its axis (Kraus, Antennas)."""

HELIX_PITCH_DEG: Final = (11.5, 14.5)
"""Pitch of such a helix [deg]: 12 to 14, to half a degree."""

PATCH_LENGTH: Final = (0.15, 0.5)
PATCH_WIDTH: Final = (0.1, 1.0)
"""Length and width of a patch in wavelengths at which its first mode is what radiates."""

RUZE_LIMIT: Final = 1.0 / (4.0 * math.pi)
"""Surface error in wavelengths up to which Ruze's loss is used: there a reflector's gain is at its highest."""

MOST_LONE_ELEMENT_DBI: Final = 5.0
"""An element up to this gain reaches beyond its cell without help from others, as a patch does [dBi]."""

MM_PER_KM: Final = 1e6


def _at(frequency_hz: float) -> str:
    return f"at {frequency_hz / 1e9:.6g} GHz"


def surface_fault(surface_error_km: float, frequency_hz: float) -> str:
    """Where Ruze's loss does not hold, for a root mean square error of the surface [km] at a frequency [Hz]."""
    wavelength = SPEED_OF_LIGHT_KM_S / frequency_hz
    most = RUZE_LIMIT * wavelength
    if surface_error_km <= most * (1.0 + 1e-9):
        return ""
    return (
        f"has a surface error of {surface_error_km * MM_PER_KM:.4g} mm rms, and Ruze's loss is used up to "
        f"{RUZE_LIMIT:.3f} wavelengths, {most * MM_PER_KM:.4g} mm {_at(frequency_hz)}: above, a reflector gains "
        "less at higher frequencies"
    )


def aperture_fault(gain_dbi: float, diameter_km: float, frequency_hz: float) -> str:
    """Where a gain [dBi] is above that of an aperture [km] at 100 % efficiency, at a frequency [Hz]."""
    most = 20.0 * math.log10(math.pi * diameter_km * frequency_hz / SPEED_OF_LIGHT_KM_S)
    if gain_dbi <= most + 1e-9:
        return ""
    return (
        f"has a gain of {gain_dbi:g} dBi, and an aperture of {diameter_km * 1e3:g} m can give at most {most:.2f} "
        f"dBi {_at(frequency_hz)}, at 100 % efficiency"
    )


def pitch_fault(diameter_km: float, spacing_km: float) -> str:
    """Where the pitch of a helix, from its diameter and the spacing of turns [km], is not that of the formulas."""
    pitch = math.degrees(math.atan2(spacing_km, math.pi * diameter_km))
    low, high = HELIX_PITCH_DEG
    if low <= pitch <= high:
        return ""
    best = math.pi * diameter_km * math.tan(math.radians(13.0))
    return (
        f"makes a pitch of {pitch:.3g} deg, and the formulas hold for {low:g} to {high:g} deg; "
        f"{best * MM_PER_KM:.4g} mm is 13 deg"
    )


def helix_fault(diameter_km: float, frequency_hz: float) -> str:
    """Where a helix of a diameter [km] does not radiate along its axis at a frequency [Hz]."""
    around = math.pi * diameter_km * frequency_hz / SPEED_OF_LIGHT_KM_S
    low, high = HELIX_CIRCUMFERENCE
    if low <= around <= high:
        return ""
    best = SPEED_OF_LIGHT_KM_S / frequency_hz / math.pi
    return (
        f"has a helix of {around:.3f} wavelengths around {_at(frequency_hz)}; it radiates along its axis from "
        f"{low:g} to {high:g}, so a diameter of {best * MM_PER_KM:.4g} mm would be right"
    )


def patch_fault(length_km: float, width_km: float, frequency_hz: float) -> str:
    """Where another mode than the first of a patch [km] would radiate, at a frequency [Hz]."""
    wavelength = SPEED_OF_LIGHT_KM_S / frequency_hz
    for name, size, (low, high) in (("length", length_km, PATCH_LENGTH), ("width", width_km, PATCH_WIDTH)):
        if not low * wavelength <= size <= high * wavelength:
            return (
                f"has a patch with a {name} of {size / wavelength:.3g} wavelengths {_at(frequency_hz)}; the model "
                f"holds from {low:g} to {high:g}, {low * wavelength * MM_PER_KM:.4g} to "
                f"{high * wavelength * MM_PER_KM:.4g} mm"
            )
    return ""


def array_fault(spacing_km: float, element_gain_dbi: float, scan_rad: float, frequency_hz: float) -> str:
    """Where an array has grating lobes within its scan [rad], or elements that gain more than their cells can."""
    wavelength = SPEED_OF_LIGHT_KM_S / frequency_hz
    most_spacing = wavelength / (1.0 + math.sin(scan_rad))
    if spacing_km > most_spacing * (1.0 + 1e-9):
        return (
            f"has elements {spacing_km * MM_PER_KM:.4g} mm apart; {_at(frequency_hz)} a scan to "
            f"{math.degrees(scan_rad):.4g} deg has grating lobes above {most_spacing * MM_PER_KM:.4g} mm"
        )
    most = 10.0 * math.log10(4.0 * math.pi * (spacing_km / wavelength) ** 2)
    if element_gain_dbi > max(most, MOST_LONE_ELEMENT_DBI) + 1e-9:
        return (
            f"has elements of {element_gain_dbi:g} dBi, and a cell of {spacing_km * MM_PER_KM:.4g} mm can give at "
            f"most {most:.2f} dBi {_at(frequency_hz)}"
        )
    return ""


SIDE_LOBES_HZ: Final = {"F.699": (0.1e9, 70e9), "S.465": (2e9, 31e9)}
"""Frequencies that ITU-R's reference patterns are for [Hz]."""


def side_lobe_fault(side_lobes: str, frequency_hz: float) -> str:
    """Where a reference pattern is not for a frequency [Hz]."""
    low, high = SIDE_LOBES_HZ.get(side_lobes, (0.0, math.inf))
    if low <= frequency_hz <= high:
        return ""
    return (
        f"has side lobes of ITU-R {side_lobes}, which is for {low / 1e9:g} to {high / 1e9:g} GHz and not "
        f"{frequency_hz / 1e9:.6g} GHz; 'side_lobes: Airy', a uniform aperture, has no such limit"
    )


def reflector_beam_rad(diameter_km: float, efficiency: float, frequency_hz: float) -> float:
    """Half-power beam [rad] of a reflector: 70 deg lambda/D, less where its lobe would hold too much power."""
    ratio = diameter_km * frequency_hz / SPEED_OF_LIGHT_KM_S
    return min(math.radians(70.0), math.sqrt(LOBE / efficiency) / math.pi) / ratio


LOBE: Final = 16.0 * math.log(2.0)
"""Gain times the square of the half-power beam [rad^2] of a Gaussian lobe that holds all power."""


def pointing_fault(error_rad: float, beam_rad: float, frequency_hz: float) -> str:
    """Where an error of pointing [rad] is outside of a half-power beam [rad], at a frequency [Hz]."""
    if error_rad <= 0.5 * beam_rad * (1.0 + 1e-9):
        return ""
    return (
        f"is outside the half-power beam of {math.degrees(beam_rad):.4g} deg full width {_at(frequency_hz)}; it "
        f"must be at most half of that, {math.degrees(beam_rad) / 2.0:.4g} deg"
    )


def unreached(points: list[tuple[float, float]], beyond_dbi: float | None) -> str:
    """What keeps a pattern's points (angle [rad], gain [dBi]) from covering all directions."""
    if points[-1][0] < math.pi - 1e-6 and beyond_dbi is None:
        return (
            f"ends at {math.degrees(points[-1][0]):g} deg; let it reach 180 deg, or say with 'beyond' what gain "
            "follows"
        )
    return ""
