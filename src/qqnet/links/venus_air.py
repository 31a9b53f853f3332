"""Absorption of radio waves by the carbon dioxide and nitrogen of Venus, the least that a user there loses.

Sulphuric acid, as vapour from 35 to 50 km and in the clouds, and sulphur dioxide absorb too, and differ by place
and time. Above 55 km radio occultations found nothing to measure in S and X (a comment in Icarus 1980, doi
10.1016/0019-1035(80)90145-1, abstract read); from 50 km up the clouds have an optical depth below 0.17 at 22 GHz
(Janssen and Klein 1981, abstract read).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, positive
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

CARBON_DIOXIDE: Final = 0.965
NITROGEN: Final = 0.035
"""Shares of the two gases by number."""

BAR_PER_ATM: Final = 1.01325
NEPER_DB: Final = 10.0 / math.log(10.0)

PROFILE: Final = (
    (0.0, 735.3, 92.1), (5.0, 696.8, 66.65), (10.0, 658.2, 47.39), (15.0, 621.2, 33.04), (20.0, 580.7, 22.52),
    (25.0, 539.2, 14.93), (30.0, 496.9, 9.581), (35.0, 455.5, 5.917), (40.0, 417.6, 3.501), (45.0, 385.4, 1.979),
    (50.0, 350.5, 1.066), (55.0, 302.3, 0.5314), (60.0, 262.8, 0.2357), (65.0, 243.2, 0.09765),
    (70.0, 229.8, 0.0369), (80.0, 197.1, 0.00476),
)  # fmt: skip
"""Height [km], temperature [K] and pressure [bar] of the reference atmosphere VIRA (Seiff and others 1985).
Unverified, for the publication was not read; but each step of pressure is what gravity asks for, to 2 %."""

HIGHEST_KM: Final = 80.0


def gases_db_km(frequency_hz: ArrayLike, pressure_bar: ArrayLike, temperature_k: ArrayLike) -> FloatArray:
    """Absorption by the two gases.

    Parameters
    ----------
    frequency_hz : array_like
        Carrier [Hz], microwaves.
    pressure_bar : array_like
        Pressure [bar].
    temperature_k : array_like
        Temperature [K]; measured from 240 to 500 K.

    Returns
    -------
    ndarray
        Attenuation [dB/km].

    Raises
    ------
    InputError
        An argument is not above zero.

    References
    ----------
    Ho, Kaufman and Thaddeus 1966, doi 10.1029/jz071i021p05091, abstract: induced absorption, measured at 9.26 GHz,
    P^2 nu^2 (273/T)^5 (15.7 f_CO2^2 + 3.90 f_CO2 f_N2 + 0.085 f_N2^2) 1e-8 / cm, with P in atm and nu in 1/cm.
    """
    wavenumber = positive(frequency_hz, "the frequency", "Hz") / (SPEED_OF_LIGHT_KM_S * 1e5)
    pressure = positive(pressure_bar, "the pressure", "bar") / BAR_PER_ATM
    warmth = 273.0 / positive(temperature_k, "the temperature", "K")
    mixture = 15.7 * CARBON_DIOXIDE**2 + 3.90 * CARBON_DIOXIDE * NITROGEN + 0.085 * NITROGEN**2
    per_cm = (pressure * wavenumber) ** 2 * warmth**5 * mixture * 1e-8
    loss: FloatArray = per_cm * 1e5 * NEPER_DB
    return loss


def venus_zenith_loss_db(height_km: ArrayLike, frequency_hz: float) -> FloatArray:
    """Attenuation at zenith by the gases above a height on Venus.

    Parameters
    ----------
    height_km : array_like
        Height above the mean surface [km], 0 to 80. Below 30 km it is warmer than in the laboratory, where the
        formula is carried on.
    frequency_hz : float
        Carrier [Hz].

    Returns
    -------
    ndarray
        Attenuation [dB].

    Raises
    ------
    InputError
        A height is outside 0 to 80 km, or the frequency not above zero.

    Examples
    --------
    A balloon and the surface in X:

    >>> print(np.round(venus_zenith_loss_db([55.0, 0.0], 8.42e9), 3))
    [0.004 3.524]
    """
    height = np.asarray(height_km, dtype=np.float64)
    valid = (height >= 0.0) & (height <= HIGHEST_KM)
    if not valid.all():
        worst = float(height[~valid].flat[0] if height.ndim else height)
        raise InputError(
            f"the height on Venus is {worst:g} km; the profile reaches from 0 to {HIGHEST_KM:g} km"
        )
    levels, above = _column()
    scale = positive(frequency_hz, "the frequency", "Hz") ** 2
    return np.interp(height, levels, above) * scale


@lru_cache(maxsize=1)
def _column() -> tuple[FloatArray, FloatArray]:
    """Heights [km] and the attenuation at zenith above them over the square of the frequency [dB/Hz^2]."""
    at, temperature, pressure = np.array(PROFILE).T
    levels = np.linspace(0.0, HIGHEST_KM, 1601)
    local = gases_db_km(
        1.0, np.exp(np.interp(levels, at, np.log(pressure))), np.interp(levels, at, temperature)
    )
    steps = 0.5 * (local[1:] + local[:-1]) * np.diff(levels)
    return levels, np.append(np.cumsum(steps[::-1])[::-1], 0.0)
