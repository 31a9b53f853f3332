"""Light that is not the signal: sunlit bodies, the Sun's stray light, the sky, and the detector's own counts.

Everything ends as counts a second in a receiver of one spatial field, behind one filter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import optical
from qqnet.links.domain import FloatArray, fraction, not_negative, positive
from qqnet.links.effects import Looks
from qqnet.links.path import Disc, Path
from qqnet.space.constants import AU_KM

_SPECTRUM_NM: Final = (
    450, 500, 532, 550, 600, 650, 700, 780, 800, 850, 900, 976, 1000, 1030, 1064, 1100, 1200, 1300, 1400,
    1500, 1530, 1540, 1550, 1560, 1565, 1600, 1700, 1800, 2000, 2200,
)  # fmt: skip
_SPECTRUM_W_M2_UM: Final = (
    1949.4, 1912.3, 1852.5, 1855.5, 1758.3, 1576.8, 1425.6, 1191.6, 1139.2, 1005.9, 916.1, 778.4, 741.4, 689.8,
    638.7, 591.3, 498.5, 414.0, 344.6, 292.7, 280.5, 275.8, 271.4, 266.8, 264.0, 248.3, 208.5, 168.5, 116.6, 82.3,
)  # fmt: skip
"""Sunlight at 1 AU, means over 30 nm of the extraterrestrial spectrum of ASTM G173-03 (read from pvlib 0.16.1)."""

ALBEDO: Final = {"Mercury": 0.14, "Venus": 0.69, "Earth": 0.43, "Moon": 0.12, "Mars": 0.17}
"""Geometric albedos in visible light [1], from memory (unverified). At 1550 nm Mars and the Moon are brighter,
Venus and Earth darker, by up to a factor of two: an assumption."""

SUN_DISTANCE_AU: Final = {"Mercury": 0.387, "Venus": 0.723, "Earth": 1.0, "Moon": 1.0, "Mars": 1.524}
"""Mean distances from the Sun [AU]; that of Mars varies by 9 %, and so its light by 20 %."""

SKY_TENTH_MAGNITUDE_STARS: Final = 300.0
"""Stars and zodiacal light [solar-type stars of magnitude 10 a square degree]: bright parts of the sky, from
memory (unverified); of no weight beside dark counts in a narrow field."""

_S10_V_W_M2_SR_UM: Final = (
    1.28e-8  # one such star a square degree at 550 nm (Leinert et al. 1998, from memory)
)
SUN_RADIUS_KM: Final = 695_700.0
SCATTER_ANGLE_RAD: Final = math.radians(1.0)
WIDEST_FIELD_RAD: Final = math.radians(10.0)
_STRAIGHT: Final = 300.0


def solar_irradiance_w_m2_um(wavelength_m: ArrayLike) -> FloatArray:
    """Spectral irradiance of sunlight at 1 AU.

    Parameters
    ----------
    wavelength_m : array_like
        Wavelength [m], 450 to 2200 nm.

    Returns
    -------
    ndarray
        [W/(m^2 um)], interpolated in a table of 30 nm means; Fraunhofer lines are smoothed out.

    Raises
    ------
    InputError
        The wavelength is outside the table.

    References
    ----------
    ASTM G173-03, extraterrestrial spectrum (Gueymard 2004).

    Examples
    --------
    >>> print(f"{solar_irradiance_w_m2_um(1550e-9):.1f}")
    271.4
    """
    nanometres = positive(wavelength_m, "the wavelength", "m") * 1e9
    first, last = _SPECTRUM_NM[0], _SPECTRUM_NM[-1]
    outside = (nanometres < first) | (nanometres > last)
    if outside.any():
        worst = float(np.atleast_1d(nanometres)[np.atleast_1d(outside)][0])
        raise InputError(
            f"the wavelength is {worst:g} nm; the spectrum of the Sun is known here from {first} to {last} nm"
        )
    return np.interp(nanometres, _SPECTRUM_NM, _SPECTRUM_W_M2_UM)


def lambert_phase(phase_rad: ArrayLike) -> FloatArray:
    """Brightness of a diffuse sphere at a phase angle [rad] over that when full [1].

    References
    ----------
    Lambert's sphere: (sin a + (pi - a) cos a) / pi.

    Examples
    --------
    >>> print(f"{lambert_phase(math.pi / 2):.4f}")
    0.3183
    """
    angle = np.clip(np.asarray(phase_rad, dtype=np.float64), 0.0, math.pi)
    return (np.sin(angle) + (math.pi - angle) * np.cos(angle)) / math.pi


def overlap_sr(angle_rad: ArrayLike, radius_rad: ArrayLike, field_rad: float) -> FloatArray:
    """Solid angle that a disc and a narrow field of view share.

    Parameters
    ----------
    angle_rad : array_like
        Between the disc's centre and the field's [rad].
    radius_rad : array_like
        Angular radius of the disc [rad].
    field_rad : float
        Full angle of the field [rad], at most 10 deg.

    Returns
    -------
    ndarray
        Solid angle [sr]: the lens of two flat circles, in which the curvature of the sphere is left out.

    Examples
    --------
    >>> print(f"{overlap_sr([0.0, 0.1, 0.2], 0.1, 20e-6) / (math.pi * (10e-6) ** 2)}")
    [1.         0.5        0.        ]
    """
    angle, radius = np.broadcast_arrays(
        np.asarray(angle_rad, dtype=np.float64), np.asarray(radius_rad, dtype=np.float64)
    )
    half = 0.5 * field_rad
    shared = np.zeros(angle.shape)
    inside = angle <= np.abs(radius - half)
    shared[inside] = math.pi * np.minimum(radius[inside], half) ** 2
    edge = ~inside & (angle < radius + half)
    # The limb of a disc much wider than the field is a straight edge across it; the lens would cancel to noise.
    wide = edge & (radius > _STRAIGHT * half)
    x = np.clip((angle[wide] - radius[wide]) / half, -1.0, 1.0)
    shared[wide] = half**2 * (np.arccos(x) - x * np.sqrt(1.0 - x * x))
    lens = edge & ~wide
    d, r = angle[lens], radius[lens]
    one = np.clip((d * d + (half - r) * (half + r)) / (2.0 * d * half), -1.0, 1.0)
    other = np.clip((d * d + (r - half) * (r + half)) / (2.0 * d * r), -1.0, 1.0)
    kite = np.sqrt(np.maximum((-d + half + r) * (d + half - r) * (d - half + r) * (d + half + r), 0.0))
    shared[lens] = np.maximum(half**2 * np.arccos(one) + r**2 * np.arccos(other) - 0.5 * kite, 0.0)
    return shared


@dataclass(frozen=True)
class Collector:
    """A receiving telescope as background sees it.

    Attributes
    ----------
    wavelength_m : float
        Middle of the filter [m].
    area_m2 : float
        Collecting area [m^2].
    efficiency : float
        Optics and detection [1].
    filter_m : float
        Width of the filter [m].
    field_rad : float
        Full angle of the field of view on the detector [rad].
    """

    wavelength_m: float
    area_m2: float
    efficiency: float
    filter_m: float
    field_rad: float

    def __post_init__(self) -> None:
        positive(self.area_m2, "the collecting area", "m^2")
        fraction(self.efficiency, "the receive efficiency")
        positive(self.filter_m, "the filter bandwidth", "m")
        if not 0.0 < self.field_rad <= WIDEST_FIELD_RAD:
            raise InputError(
                f"the field of view is {math.degrees(self.field_rad):g} deg; it must be above zero and at most "
                f"{math.degrees(WIDEST_FIELD_RAD):g} deg"
            )

    @property
    def field_sr(self) -> float:
        """Solid angle of the field [sr]."""
        return math.pi * (0.5 * self.field_rad) ** 2

    @property
    def counts_a_flux(self) -> float:
        """Counts a second of a spectral irradiance of 1 W/(m^2 um) [1/s]."""
        power = self.area_m2 * self.filter_m * 1e6 * self.efficiency
        return power / float(optical.photon_energy_j(self.wavelength_m))


def body_radiance_w_m2_sr_um(body: str, phase_rad: ArrayLike, wavelength_m: float) -> FloatArray:
    """Spectral radiance of a sunlit body, as the mean over its disc.

    Parameters
    ----------
    body : str
        One of `ALBEDO`.
    phase_rad : array_like
        Angle between the Sun and the observer, seen from the body [rad].
    wavelength_m : float
        Wavelength [m].

    Returns
    -------
    ndarray
        [W/(m^2 sr um)]: geometric albedo x sunlight / pi x Lambert's phase. Which part of the disc a narrow field
        sees is left out; the lit part is brighter, and the dark part dark.

    Raises
    ------
    InputError
        The spectrum of the Sun is not known at the wavelength.

    Examples
    --------
    >>> print(f"{body_radiance_w_m2_sr_um('Mars', 0.0, 1550e-9):.2f}")
    6.32
    """
    sunlight = float(solar_irradiance_w_m2_um(wavelength_m))
    return ALBEDO[body] * sunlight / (math.pi * SUN_DISTANCE_AU[body] ** 2) * lambert_phase(phase_rad)


@dataclass(frozen=True)
class BodyLight:
    """Sunlight from the bodies that stand in the field of view.

    Attributes
    ----------
    collector : Collector
        The telescope.
    """

    collector: Collector
    name: str = "Light of planets and Moon"
    looks_at: Looks = "sky"

    def _of(self, disc: Disc, body: str) -> FloatArray:
        """Counts [1/s] of one body."""
        angle, radius, phase = np.broadcast_arrays(disc.angle_rad, disc.radius_rad, disc.phase_rad)
        counts = np.zeros(angle.shape)
        near = angle < radius + 0.5 * self.collector.field_rad  # false where not known
        if near.any():
            shared = overlap_sr(angle[near], radius[near], self.collector.field_rad)
            radiance = body_radiance_w_m2_sr_um(body, phase[near], self.collector.wavelength_m)
            counts[near] = radiance * shared * self.collector.counts_a_flux
        return counts

    def amount(self, path: Path) -> FloatArray:
        """Counts [1/s]; none of a body whose place is not known."""
        discs = path.receiver.discs
        return sum((self._of(discs[body], body) for body in ALBEDO if body in discs), np.zeros(()))

    def source(self, path: Path) -> str:
        """Which bodies are seen, with albedo and phase."""
        seen = [
            f"{body}: albedo {ALBEDO[body]:g} (visible, unverified), "
            f"phase {math.degrees(float(disc.phase_rad)):.0f} deg"
            for body, disc in path.receiver.discs.items()
            if body in ALBEDO and float(self._of(disc, body)) > 0.0
        ]
        return "; ".join(seen) if seen else "none in the field of view"


@dataclass(frozen=True)
class SunLight:
    """The Sun: its disc where it is in the field, else what the telescope scatters of it.

    Attributes
    ----------
    collector : Collector
        The telescope.
    scatter_sr : float
        Scatter (BSDF) of the optics at 1 deg [1/sr]; it falls with the square of the angle.
    """

    collector: Collector
    scatter_sr: float
    name: str = "Light of the Sun"
    looks_at: Looks = "sky"

    def amount(self, path: Path) -> FloatArray:
        """Counts [1/s]; none where the Sun's place is not known."""
        angle, distance = np.broadcast_arrays(path.receiver.sun_angle_rad, path.receiver.sun_range_km)
        known = ~np.isnan(angle)
        away, range_km = np.where(known, angle, math.pi), np.where(known, distance, AU_KM)
        flux = solar_irradiance_w_m2_um(self.collector.wavelength_m) * (AU_KM / range_km) ** 2
        radius = SUN_RADIUS_KM / range_km
        scattered = self.scatter_sr * (SCATTER_ANGLE_RAD / np.maximum(away, radius)) ** 2
        seen = scattered * self.collector.field_sr * np.maximum(np.cos(away), 0.0)
        direct = overlap_sr(away, radius, self.collector.field_rad) / (math.pi * radius**2)
        return np.where(known, flux * (seen + direct) * self.collector.counts_a_flux, 0.0)

    def source(self, path: Path) -> str:
        """Formula with its values."""
        degrees = math.degrees(float(path.receiver.sun_angle_rad))
        return f"scatter {self.scatter_sr:g}/sr at 1 deg, inverse square, Sun at {degrees:.1f} deg (assumed)"


@dataclass(frozen=True)
class SkyLight:
    """Light of the whole field: stars and zodiacal light, or the day sky above a site.

    Attributes
    ----------
    collector : Collector
        The telescope.
    radiance_w_m2_sr_um : float
        Spectral radiance [W/(m^2 sr um)].
    name : str
        Of the line in a budget.
    """

    collector: Collector
    radiance_w_m2_sr_um: float
    name: str = "Stars and zodiacal light"
    looks_at: Looks = "range"

    def __post_init__(self) -> None:
        not_negative(self.radiance_w_m2_sr_um, "the sky's radiance", "W/(m2 sr um)")

    def amount(self, path: Path) -> FloatArray:
        """Counts [1/s]."""
        counts = self.radiance_w_m2_sr_um * self.collector.field_sr * self.collector.counts_a_flux
        return np.full(np.shape(path.range_km), counts)

    def source(self, path: Path) -> str:
        """Formula with its values."""
        return f"{self.radiance_w_m2_sr_um:.3g} W/(m2 sr um) over {self.collector.field_sr:.3g} sr (assumed)"


def night_sky_w_m2_sr_um(wavelength_m: float) -> float:
    """Radiance of stars and zodiacal light: `SKY_TENTH_MAGNITUDE_STARS`, coloured as the Sun [W/(m^2 sr um)]."""
    colour = float(solar_irradiance_w_m2_um(wavelength_m) / solar_irradiance_w_m2_um(550e-9))
    return SKY_TENTH_MAGNITUDE_STARS * _S10_V_W_M2_SR_UM * colour


@dataclass(frozen=True)
class DarkCounts:
    """Counts of the detector without light.

    Attributes
    ----------
    rate_hz : float
        Counts of the whole detector [1/s].
    """

    rate_hz: float
    name: str = "Dark counts"
    looks_at: Looks = "range"

    def __post_init__(self) -> None:
        not_negative(self.rate_hz, "the dark counts", "1/s")

    def amount(self, path: Path) -> FloatArray:
        """Counts [1/s]."""
        return np.full(np.shape(path.range_km), self.rate_hz)

    def source(self, path: Path) -> str:
        """Origin."""
        return f"terminal: {self.rate_hz:.4g}/s"
