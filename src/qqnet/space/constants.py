"""Physical and astronomical constants, in the units that QQNet uses inside: km, s, kg, K, J."""

from __future__ import annotations

from typing import Final

SPEED_OF_LIGHT_KM_S: Final = 299_792.458
"""Speed of light in vacuum [km/s]; exact by the definition of the metre (SI Brochure, 9th ed.)."""

AU_KM: Final = 149_597_870.7
"""Astronomical unit [km]; exact (IAU 2012 Resolution B2)."""

BOLTZMANN_J_K: Final = 1.380649e-23
"""Boltzmann constant [J/K]; exact (SI Brochure, 9th ed.)."""

PLANCK_J_S: Final = 6.62607015e-34
"""Planck constant [J s]; exact (SI Brochure, 9th ed.)."""

STANDARD_GRAVITY_M_S2: Final = 9.80665
"""Standard acceleration of gravity [m/s2]; exact (3rd CGPM, 1901). Specific impulse times it is exhaust speed."""

SOLAR_FLUX_W_M2: Final = 1361.0
"""Nominal total solar irradiance at one astronomical unit [W/m2] (IAU 2015 Resolution B3)."""

SECONDS_PER_DAY: Final = 86_400.0
"""Seconds in a day of any uniform time scale [s]."""

SECONDS_PER_YEAR: Final = 365.25 * SECONDS_PER_DAY
"""Julian year [s]."""

J2000_JD: Final = 2_451_545.0
"""Julian date of the epoch J2000, 2000-01-01 12:00:00 in the time scale at hand [d]."""

OBLIQUITY_J2000_ARCSEC: Final = 84_381.448
"""Obliquity of the ecliptic at J2000 that defines the frame ECLIPJ2000 [arcsec] (IAU 1976)."""
