"""How bright bodies are at radio frequencies: disc-averaged temperatures by frequency, each with its source.

A temperature is that of the optical disc which gives the body's whole flux. Marks: *read* in the source itself (or
its abstract), *secondary* as quoted by another, *computed* from what stands beside it, *unverified* from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from qqnet.errors import InputError

Activity = Literal["quiet", "active"]

LOWEST_HZ: Final = 0.1e9
HIGHEST_HZ: Final = 100e9
"""Frequencies over which the tables hold [Hz]."""

BACKGROUND_K: Final = 2.725
"""Cosmic background [K], which a body hides (Fixsen 2009)."""


@dataclass(frozen=True)
class Brightness:
    """Brightness temperature of a body, between points by the logarithms of frequency and temperature.

    Attributes
    ----------
    points : tuple of (float, float)
        Frequency [GHz], ascending over the range of the tables, and temperature [K].
    spread : str
        How far the truth may be from it.
    source : str
        Where the points come from, with marks.
    """

    points: tuple[tuple[float, float], ...]
    spread: str
    source: str

    def at_k(self, frequency_hz: float) -> float:
        """Temperature [K] at a frequency [Hz] within the tables."""
        frequency, temperature = np.array(self.points).T
        return float(np.exp(np.interp(np.log(frequency_hz / 1e9), np.log(frequency), np.log(temperature))))


BRIGHTNESS: Final[dict[str, Brightness]] = {
    "Moon": Brightness(
        ((0.1, 225.0), (0.85, 226.0), (1.0, 227.2), (1.5, 224.4), (2.2, 221.1), (3.0, 218.4), (5.0, 214.4),
         (8.4, 211.4), (15.0, 209.1), (26.0, 207.9), (32.0, 207.5), (100.0, 206.5)),
        "over a month +-2 % at 2 GHz, +-6 % at 8 GHz, +-14 % at 26 GHz and more above",
        "T0 of Krotikov and Pelyushenko 1987, as coded in the RATAN-600 handbook of the Special Astrophysical "
        "Observatory (secondary); 225 K above 35 cm of wavelength",
    ),
    "Earth": Brightness(
        ((0.1, 240.0), (100.0, 240.0)),
        "60 to 240 K over longitude and frequency; the upper end is taken",
        "Njoku and Smith 1985, Radio Science 20, 591, from geostationary orbit, 1 to 50 GHz (abstract read)",
    ),
    "Mars": Brightness(
        ((0.1, 190.0), (100.0, 195.0)),
        "+-12 K; and with distance from the Sun",
        "Dent 1965, 190 +-12 K at centimetres (secondary); a thermal model of NRAO, 189.2 K at 30 GHz (secondary)",
    ),
    "Venus": Brightness(
        ((0.1, 300.0), (0.234, 321.0), (0.333, 409.0), (0.608, 554.0), (1.298, 622.0), (4.86, 679.9),
         (8.44, 657.5), (14.94, 565.9), (22.46, 505.2), (38.8, 432.3), (93.7, 355.6), (100.0, 350.0)),
        "+-2 % from 5 to 10 GHz and above 38 GHz, +-5 % at 22 GHz, +-7 % below 1.5 GHz",
        "Butler et al. 2001, Icarus 154, 226, 4.86 to 22.46 GHz (secondary); CLASS 2021, 38.8 and 93.7 GHz; GMRT "
        "2019 and earlier, 0.233 (an upper limit) to 1.298 GHz (abstracts read); both ends of the range assumed",
    ),
    "Sun": Brightness(
        ((0.1, 9e5), (0.3, 7e5), (1.4, 9e4), (2.8, 4.0e4), (10.0, 1.3e4), (20.0, 1.0e4), (37.0, 8.1e3),
         (86.1, 7.914e3), (100.0, 7.9e3)),
        "+-30 % below 20 GHz; no bursts",
        "quiet: Kallunki and Tornikoski 2018, 8100 +-300 K at 8 mm (abstract read); Ulich et al. 1980, 7914 K at "
        "86.1 GHz (secondary); 65e-22 W/(m^2 Hz) at 10.7 cm as the least flux (read) over the disc (computed); "
        "Borkowski 1982, 0.127 GHz (abstract read); 0.3, 1.4, 10 and 20 GHz unverified",
    ),
}  # fmt: skip
"""By body."""

ACTIVE_SUN: Final = Brightness(
    (
        (0.1, 2e6),
        (0.3, 1.5e6),
        (1.4, 2.4e5),
        (2.8, 1.25e5),
        (10.0, 2.0e4),
        (20.0, 1.2e4),
        (37.0, 9e3),
        (100.0, 8.2e3),
    ),
    "a factor of two below 5 GHz; no bursts",
    "200e-22 W/(m^2 Hz) at 10.7 cm in the maximum of a cycle (read) over the disc (computed); others unverified",
)
"""The Sun at the maximum of its cycle."""


def brightness(name: str, activity: Activity = "quiet") -> Brightness | None:
    """Return what is known of a body; None for one that no table holds."""
    return ACTIVE_SUN if (name, activity) == ("Sun", "active") else BRIGHTNESS.get(name)


def brightness_k(name: str, frequency_hz: float, activity: Activity = "quiet") -> float:
    """Brightness temperature of a body.

    Parameters
    ----------
    name : str
        The body.
    frequency_hz : float
        Frequency [Hz].
    activity : {"quiet", "active"}
        Of the Sun.

    Returns
    -------
    float
        Temperature [K].

    Raises
    ------
    InputError
        The body is not in the tables, or the frequency outside of them.

    Examples
    --------
    >>> round(brightness_k("Venus", 8.44e9), 1)
    657.5
    """
    found = brightness(name, activity)
    if found is None:
        raise InputError(f"the radio brightness of {name} is not known; it is of: {', '.join(BRIGHTNESS)}")
    if not LOWEST_HZ <= frequency_hz <= HIGHEST_HZ:
        raise InputError(
            f"the radio brightness of {name} is known from {LOWEST_HZ / 1e9:g} to {HIGHEST_HZ / 1e9:g} GHz, and "
            f"{frequency_hz / 1e9:.6g} GHz is asked for; name the body under the receiver's noise_includes"
        )
    return found.at_k(frequency_hz)
