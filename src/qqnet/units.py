"""Physical quantities as users write them: a number and a unit, read by pint into internal units.

The registry holds only what a scenario may use, and keeps angle and information as dimensions of their
own, so that a data rate is not taken for a frequency nor an angle for a plain number.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

_DEFINITIONS = """
atto- = 1e-18 = a-
femto- = 1e-15 = f-
pico- = 1e-12 = p-
nano- = 1e-9 = n-
micro- = 1e-6 = µ- = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
kibi- = 1024 = Ki-
mebi- = 1048576 = Mi-
gibi- = 1073741824 = Gi-
tebi- = 1099511627776 = Ti-
meter = [length] = m = metre
second = [time] = s = sec
radian = [angle] = rad
steradian = radian ** 2 = sr
bit = [information]
kelvin = [temperature] = K
watt = [power] = W
gram = [mass] = g
tonne = 1000 * kilogram = t
newton = kilogram * meter / second ** 2 = N
astronomical_unit = 149597870700 * meter = au = AU
minute = 60 * second = min
hour = 3600 * second = h = hr
day = 86400 * second = d
julian_year = 365.25 * day = y = yr = year
degree = 0.017453292519943295 * radian = deg = °
arcminute = degree / 60 = arcmin
arcsecond = degree / 3600 = arcsec
byte = 8 * bit = B = octet
hertz = 1 / second = Hz
bit_per_second = bit / second = bps
"""


@dataclass(frozen=True)
class Dimension:
    """A kind of quantity.

    Attributes
    ----------
    name : str
        What the field calls it, e.g. ``length``.
    unit : str
        The internal unit.
    example : str
        A value as a user would write it.
    common : tuple of str
        Units that users write, for suggestions; others with the same dimension are read too.
    """

    name: str
    unit: str
    example: str
    common: tuple[str, ...]

    @property
    def wanted(self) -> str:
        """What is needed, for messages: ``a length is needed, such as '9000 km'``."""
        return f"{_with_article(self.name)} is needed, such as '{self.example}'"


LENGTH = Dimension("length", "km", "9000 km", ("km", "m", "cm", "mm", "µm", "nm", "AU"))
DURATION = Dimension("duration", "s", "12 h", ("s", "min", "h", "d", "y", "ms", "µs", "ns"))
ANGLE = Dimension("angle", "rad", "56 deg", ("deg", "rad", "mrad", "µrad", "arcmin", "arcsec"))
ANGULAR_RATE = Dimension("angular rate", "rad/s", "-90 deg/d", ("deg/d", "deg/s", "rad/s"))
FREQUENCY = Dimension("frequency", "Hz", "26.5 GHz", ("Hz", "kHz", "MHz", "GHz", "THz"))
FREQUENCY_RATE = Dimension("frequency rate", "Hz/s", "500 Hz/s", ("Hz/s", "kHz/s"))
POWER = Dimension("power", "W", "20 W", ("W", "mW", "kW", "dBW", "dBm"))
DATA_RATE = Dimension("data rate", "bit/s", "100 Mbit/s", ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Mbps"))
DATA_SIZE = Dimension("data size", "byte", "2 GB", ("byte", "bit", "B", "kB", "MB", "GB", "TB", "MiB", "GiB"))
TEMPERATURE = Dimension("temperature", "K", "150 K", ("K",))
DECIBEL = Dimension("ratio in decibels", "dB", "3 dB", ("dB",))
GAIN = Dimension("antenna gain", "dBi", "46 dBi", ("dBi", "dB"))
CARRIER_TO_NOISE = Dimension("carrier-to-noise density", "dB-Hz", "26 dB-Hz", ("dB-Hz", "dBHz"))
SHARE = Dimension("share", "%", "65 %", ("%",))
VELOCITY = Dimension("velocity", "km/s", "1.5 km/s", ("km/s", "m/s", "cm/s", "mm/s", "km/h"))
MASS = Dimension("mass", "kg", "1200 kg", ("kg", "g", "t"))
AREA = Dimension("area", "m^2", "10 m2", ("m2", "cm2", "km2"))
AREA_TO_MASS = Dimension("area-to-mass ratio", "m^2/kg", "0.01 m2/kg", ("m2/kg", "cm2/g"))
FORCE = Dimension("force", "N", "22 N", ("N", "mN", "µN", "kN"))
ACCELERATION = Dimension("acceleration", "km/s^2", "1 nm/s2", ("m/s2", "mm/s2", "µm/s2", "nm/s2", "km/s2"))
RADIANCE = Dimension(
    "spectral radiance", "W/m^2/sr/um", "1 W/m2/sr/um", ("W/m2/sr/um", "mW/cm2/sr/um", "mW/m2/sr/nm")
)

DIMENSIONS = (
    LENGTH,
    DURATION,
    ANGLE,
    ANGULAR_RATE,
    FREQUENCY,
    FREQUENCY_RATE,
    POWER,
    DATA_RATE,
    DATA_SIZE,
    TEMPERATURE,
    DECIBEL,
    GAIN,
    CARRIER_TO_NOISE,
    SHARE,
    VELOCITY,
    MASS,
    AREA,
    AREA_TO_MASS,
    FORCE,
    ACCELERATION,
    RADIANCE,
)

_NUMBER_AND_UNIT = re.compile(
    r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*+(?![0-9.,_+-])(.*?)\s*", re.DOTALL
)
# Unit names, small powers, products, quotients: no more, since pint evaluates what it is given.
_ONE_UNIT = r"[A-Za-zµμ°_]{1,24}(?:(?:\^|\*\*)-?[1-9]|[23²³])?"
_UNIT = re.compile(rf"{_ONE_UNIT}(?: ?[*/] ?{_ONE_UNIT}){{0,3}}")
_SHORT_POWER = re.compile(r"(?<=[A-Za-zµμ°_])([23²³])")


@cache
def registry() -> UnitRegistry[Any]:
    """Return the unit registry, made on first use (pint is not imported before that)."""
    from pint import UnitRegistry

    made: UnitRegistry[Any] = UnitRegistry(None, autoconvert_offset_to_baseunit=False, cache_folder=None)
    for line in _DEFINITIONS.strip().splitlines():
        made.define(line)
    return made


def parse(value: object, dimension: Dimension) -> float:
    """Read a quantity as a user writes it.

    Parameters
    ----------
    value : object
        Text such as ``"9000 km"``.
    dimension : Dimension
        What it must be.

    Returns
    -------
    float
        Magnitude in the dimension's internal unit.

    Raises
    ------
    ValueError
        With a message that says what would be right.

    Examples
    --------
    >>> parse("9000 km", LENGTH)
    9000.0
    >>> parse("1 d", DURATION)
    86400.0
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"is not a number with a unit; {dimension.wanted}")
    if isinstance(value, int | float):
        raise ValueError(f"has no unit; {dimension.wanted}")
    match = _NUMBER_AND_UNIT.fullmatch(value)
    if match is None:
        raise ValueError(f"is not a number with a unit; {dimension.wanted}")
    magnitude, unit = float(match[1]), match[2]
    if not unit:
        raise ValueError(f"has no unit; {dimension.wanted}")
    result = _convert(magnitude, unit, dimension)
    if not math.isfinite(result):
        raise ValueError(f"is too large; {dimension.wanted}")
    return result


def _convert(magnitude: float, unit: str, dimension: Dimension) -> float:
    if dimension in (DECIBEL, GAIN) and unit in ("dB", "dBi"):
        return magnitude
    if dimension in (CARRIER_TO_NOISE, SHARE) and unit in dimension.common:
        return magnitude
    if dimension is POWER and unit in ("dBW", "dBm"):
        try:
            return float(10.0 ** ((magnitude - (30.0 if unit == "dBm" else 0.0)) / 10.0))
        except OverflowError:
            return math.inf
    factor = _factor(unit, dimension.unit)
    if factor is not None:
        return magnitude * factor
    kind = _kind(unit)
    if kind is not None:
        raise ValueError(f"is {kind}; {dimension.wanted}")
    near = _nearest(unit, dimension)
    raise ValueError(f"has the unknown unit {unit[:40]!r}{near}; {dimension.wanted}")


@lru_cache(maxsize=1024)
def _factor(unit: str, target: str) -> float | None:
    """Return the factor from `unit` to `target`; None for an unknown unit and for another dimension."""
    if not _UNIT.fullmatch(unit) or target.startswith(("dB", "%")):
        return None
    units = registry()
    try:
        quantity = units.Quantity(1.0, units.parse_units(_plain_powers(unit), case_sensitive=True))
        factor: float = quantity.to(target).magnitude
        return factor
    except Exception:  # pint raises a wide range of errors on odd text; each means: no unit we know
        return None


def _plain_powers(unit: str) -> str:
    """Write ``m2`` and ``m²`` as ``m^2``, and the two signs for micro as one."""
    unit = unit.replace("μ", "µ")
    return _SHORT_POWER.sub(lambda power: "^" + {"²": "2", "³": "3"}.get(power[1], power[1]), unit)


def _kind(unit: str) -> str | None:
    """Say what a unit measures; None where it is unknown."""
    if unit in ("dBW", "dBm"):
        return _with_article(POWER.name)
    if unit in ("dB", "dBi"):
        return _with_article(DECIBEL.name)
    if unit in CARRIER_TO_NOISE.common:
        return _with_article(CARRIER_TO_NOISE.name)
    if unit in SHARE.common:
        return _with_article(SHARE.name)
    for dimension in DIMENSIONS:
        if _factor(unit, dimension.unit) is not None:
            return _with_article(dimension.name)
    if not _UNIT.fullmatch(unit):
        return None
    try:
        registry().parse_units(_plain_powers(unit), case_sensitive=True)
    except Exception:  # as in _factor
        return None
    return f"in '{unit}', another kind of quantity"


def _nearest(unit: str, dimension: Dimension) -> str:
    folded = {common.casefold(): common for common in dimension.common}
    found = difflib.get_close_matches(unit[:40].casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean '{folded[found[0]]}'?)" if found else ""


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def write(value: float, dimension: Dimension) -> str:
    """Write a magnitude in internal units so that `parse` reads the same float back.

    Parameters
    ----------
    value : float
        A finite magnitude in the dimension's internal unit.
    dimension : Dimension
        What it is.

    Returns
    -------
    str
        Number and unit.

    Examples
    --------
    >>> write(9000.0, LENGTH)
    '9000 km'
    """
    return f"{repr(float(value)).removesuffix('.0')} {dimension.unit}"
