"""Turbulence of the Earth's atmosphere above an optical site: coherence, scintillation, spread of an uplink.

Rytov's theory of weak fluctuations with the Hufnagel-Valley profile. Where the fluctuations are not weak, at low
elevations, nothing is promised: the loss is infinite there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative, positive
from qqnet.links.effects import Looks
from qqnet.links.path import Path

WEAK: Final = 1.0
"""Rytov variance [1] up to which fluctuations are weak (Andrews and Phillips)."""

_TOP_M: Final = 30e3
_NODES: Final = 80


@dataclass(frozen=True)
class Turbulence:
    """Hufnagel-Valley profile of the refractive-index structure above a site.

    Attributes
    ----------
    ground_cn2 : float
        At the ground [m^(-2/3)].
    wind_m_s : float
        Root mean square of the wind from 5 to 20 km [m/s].
    altitude_m : float
        Of the site above sea level [m].
    """

    ground_cn2: float = 1.7e-14
    wind_m_s: float = 21.0
    altitude_m: float = 0.0

    def __post_init__(self) -> None:
        positive(self.ground_cn2, "Cn2 at the ground", "m^(-2/3)")
        not_negative(self.wind_m_s, "the high wind", "m/s")
        if not -500.0 <= self.altitude_m <= 9000.0:
            raise InputError(f"the site's altitude is {self.altitude_m:g} m; it must be from -500 to 9000 m")

    def cn2(self, height_m: ArrayLike) -> FloatArray:
        """Structure parameter [m^(-2/3)] at heights above the site [m].

        References
        ----------
        Hufnagel-Valley; the last term, of the ground, is counted from the site, the others from the sea.
        """
        above = np.asarray(height_m, dtype=np.float64)
        sea = above + self.altitude_m
        high = 0.00594 * (self.wind_m_s / 27.0) ** 2 * (1e-5 * sea) ** 10 * np.exp(-sea / 1000.0)
        return high + 2.7e-16 * np.exp(-sea / 1500.0) + self.ground_cn2 * np.exp(-above / 100.0)

    @cached_property
    def _profile(self) -> tuple[FloatArray, FloatArray]:
        """Heights, and Cn2 times the width of each layer."""
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        x = 0.5 * (nodes + 1.0)
        height = (_TOP_M - self.altitude_m) * x**3  # dense near the ground, where the profile is steep
        width = (_TOP_M - self.altitude_m) * 3.0 * x**2 * 0.5 * weights
        return height, self.cn2(height) * width

    def coherence_length_m(self, wavelength_m: float, elevation_rad: ArrayLike = math.pi / 2) -> FloatArray:
        """Fried's parameter r0 of a plane wave [m].

        References
        ----------
        (0.423 k^2 sec z int Cn2 dh)^(-3/5); Fried 1966, ITU-R P.1621.

        Examples
        --------
        >>> print(f"{Turbulence().coherence_length_m(500e-9) * 100:.1f} cm")
        5.0 cm
        """
        k = 2.0 * math.pi / positive(wavelength_m, "the wavelength", "m")
        column = float(np.sum(self._profile[1]))
        return np.asarray((0.423 * k**2 * column / np.sin(elevation_rad)) ** -0.6)

    def isoplanatic_angle_rad(self, wavelength_m: float) -> float:
        """Isoplanatic angle at zenith [rad]: (2.91 k^2 int Cn2 h^(5/3) dh)^(-3/5), Fried 1982."""
        height, layer = self._profile
        k = 2.0 * math.pi / wavelength_m
        return float((2.91 * k**2 * np.sum(layer * height ** (5.0 / 3.0))) ** -0.6)

    def scintillation_index(
        self, wavelength_m: float, elevation_rad: ArrayLike, aperture_m: float = 0.0
    ) -> FloatArray:
        """Variance of the power over its squared mean, of a plane wave from space.

        Parameters
        ----------
        wavelength_m : float
            Wavelength [m].
        elevation_rad : array_like
            Elevation [rad], above 0.
        aperture_m : float
            Diameter that collects it [m]; zero is a point, and gives the Rytov variance.

        Returns
        -------
        ndarray
            Index [1]; valid where that of a point is below `WEAK`.

        References
        ----------
        Andrews and Phillips, Laser Beam Propagation through Random Media, chapter 12 (from memory; the point form
        2.25 k^(7/6) sec^(11/6) z int Cn2 h^(5/6) dh is its limit, and that of ITU-R P.1622):
        8.70 k^(7/6) sec^(11/6) z Re int Cn2 [(d + i h)^(5/6) - d^(5/6)] dh with d = k D^2 cos z / 16.

        Examples
        --------
        >>> print(f"{Turbulence().scintillation_index(1550e-9, math.pi / 2):.4f}")
        0.0629
        """
        height, layer = self._profile
        k = 2.0 * math.pi / positive(wavelength_m, "the wavelength", "m")
        sine = np.sin(np.asarray(elevation_rad, dtype=np.float64))
        d = k * not_negative(aperture_m, "the aperture", "m") ** 2 * sine / 16.0
        filtered = ((d[..., None] + 1j * height) ** (5.0 / 6.0)).real - d[..., None] ** (5.0 / 6.0)
        return 8.70 * k ** (7.0 / 6.0) * sine ** (-11.0 / 6.0) * (filtered @ layer)

    def lowest_elevation_rad(self, wavelength_m: float) -> float:
        """Elevation down to which fluctuations are weak [rad]; InputError where they are not even at zenith."""
        zenith = float(self.scintillation_index(wavelength_m, math.pi / 2))
        if zenith > WEAK:
            raise InputError(
                f"the Rytov variance at zenith is {zenith:.2g}; the model holds for weak turbulence, to {WEAK:g}"
            )
        return math.asin((zenith / WEAK) ** (6.0 / 11.0))


def fade_db(scintillation: ArrayLike, outage: float) -> FloatArray:
    """Fade below the mean that is exceeded for a share of the time.

    Parameters
    ----------
    scintillation : array_like
        Scintillation index [1].
    outage : float
        Share of the time [1], between 0 and 1/2.

    Returns
    -------
    ndarray
        Fade [dB].

    Raises
    ------
    InputError
        The share is outside its bounds.

    References
    ----------
    Log-normal power of unit mean, the distribution of weak fluctuations.

    Examples
    --------
    >>> print(f"{fade_db(0.05, 0.01):.2f}")
    2.34
    """
    if not 0.0 < outage < 0.5:
        raise InputError(f"the fade's outage is {outage:g}; it must be a share of the time between 0 and 0.5")
    from scipy.special import ndtri

    variance = np.log1p(not_negative(scintillation, "the scintillation index", ""))
    return 10.0 / math.log(10.0) * (0.5 * variance - float(ndtri(outage)) * np.sqrt(variance))


def uplink_spread_db(beam_radius_m: float, coherence_m: ArrayLike) -> FloatArray:
    """Mean loss of an uplink by the widening and wandering of its beam.

    Parameters
    ----------
    beam_radius_m : float
        Radius at 1/e^2 where the beam leaves [m].
    coherence_m : array_like
        Fried's parameter along the path [m].

    Returns
    -------
    ndarray
        Loss [dB].

    References
    ----------
    Long-term beam radius over that of diffraction, (1 + (sqrt(8) W0 / r0)^(5/3))^(3/5); Andrews and Phillips,
    chapter 12 (from memory), whose form for narrow beams, with the power 1/2, gives less loss.
    """
    coherence = positive(coherence_m, "Fried's parameter", "m")
    ratio = math.sqrt(8.0) * positive(beam_radius_m, "the beam's radius", "m") / coherence
    return 12.0 * np.log10(1.0 + ratio ** (5.0 / 3.0))


@dataclass(frozen=True)
class TurbulenceLoss:
    """What turbulence above an optical site costs: the fade for a share of the time, and the spread of an uplink.

    Attributes
    ----------
    turbulence : Turbulence
        Above the site.
    wavelength_m : float
        Wavelength [m].
    size_m : float
        Receiving site: diameter of its aperture. Sending site: radius of its beam at 1/e^2 [m].
    outage : float
        Share of the time with deeper fades [1].
    end : {"sender", "receiver"}
        Which end the site is.
    """

    turbulence: Turbulence
    wavelength_m: float
    size_m: float
    outage: float
    end: Literal["sender", "receiver"]
    looks_at: Looks = "elevation"

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return f"Turbulence above the {'sending' if self.end == 'sender' else 'receiving'} end"

    @cached_property
    def _table(self) -> tuple[FloatArray, FloatArray]:
        """Sines of elevations and losses."""
        lowest = self.turbulence.lowest_elevation_rad(self.wavelength_m)
        sine = np.linspace(math.sin(lowest), 1.0, 200)
        elevation = np.arcsin(np.minimum(sine, 1.0))
        aperture = self.size_m if self.end == "receiver" else 0.0
        loss = fade_db(
            self.turbulence.scintillation_index(self.wavelength_m, elevation, aperture), self.outage
        )
        if self.end == "sender":
            coherence = self.turbulence.coherence_length_m(self.wavelength_m, elevation)
            loss = loss + uplink_spread_db(self.size_m, coherence)
        return sine, loss

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB]; infinite below the elevation down to which the theory holds."""
        sine = np.sin(getattr(path, self.end).elevation_rad)
        known, loss = self._table
        return np.where(sine < known[0], np.inf, np.interp(sine, known, loss))

    def source(self, path: Path) -> str:
        """Formula with its values."""
        lowest = math.degrees(self.turbulence.lowest_elevation_rad(self.wavelength_m))
        return (
            f"weak turbulence, Hufnagel-Valley {self.turbulence.wind_m_s:g} m/s and "
            f"{self.turbulence.ground_cn2:.2g} m^(-2/3) (assumed), log-normal fade for {self.outage:g} of the "
            f"time; holds above {lowest:.1f} deg"
        )
