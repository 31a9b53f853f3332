"""Physical quantities as users write them: a number and a unit, read by pint into internal units.

The registry holds only what a scenario may use, and keeps angle and information as dimensions of their
own, so that a data rate is not taken for a frequency nor an angle for a plain number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
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
meter = [length] = m = metre
second = [time] = s = sec
radian = [angle] = rad
bit = [information]
kelvin = [temperature] = K
watt = [power] = W
astronomical_unit = 149597870700 * meter = au = AU
minute = 60 * second = min
hour = 3600 * second = h = hr
day = 86400 * second = d
degree = 0.017453292519943295 * radian = deg = °
arcminute = degree / 60 = arcmin
arcsecond = degree / 3600 = arcsec
byte = 8 * bit = B = octet
hertz = 1 / second = Hz
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
    """

    name: str
    unit: str
    example: str


LENGTH = Dimension("length", "km", "9000 km")
DURATION = Dimension("duration", "s", "12 h")
ANGLE = Dimension("angle", "rad", "56 deg")
ANGULAR_RATE = Dimension("angular rate", "rad/s", "-90 deg/d")
FREQUENCY = Dimension("frequency", "Hz", "26.5 GHz")
POWER = Dimension("power", "W", "20 W")
DATA_RATE = Dimension("data rate", "bit/s", "100 Mbit/s")
DATA_SIZE = Dimension("data size", "byte", "2 GB")
TEMPERATURE = Dimension("temperature", "K", "150 K")
DECIBEL = Dimension("ratio in decibels", "dB", "3 dB")
GAIN = Dimension("antenna gain", "dBi", "46 dBi")

DIMENSIONS = (
    LENGTH,
    DURATION,
    ANGLE,
    ANGULAR_RATE,
    FREQUENCY,
    POWER,
    DATA_RATE,
    DATA_SIZE,
    TEMPERATURE,
)

_NUMBER_AND_UNIT = re.compile(
    r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s.+-][^+]{0,39})?", re.ASCII
)
_UNIT_CHARACTERS = re.compile(r"[A-Za-z_µ°/*^ 0-9-]+")


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
    name = f"{_article(dimension.name)} {dimension.name}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{name} is needed, a number with a unit such as '{dimension.example}'")
    if isinstance(value, int | float):
        raise ValueError(f"has no unit; {name} is needed, such as '{dimension.example}'")
    match = _NUMBER_AND_UNIT.fullmatch(value)
    if match is None:
        raise ValueError(f"is not a number with a unit; {name} is needed, such as '{dimension.example}'")
    magnitude, unit = float(match[1]), (match[2] or "").strip()
    if not math.isfinite(magnitude):
        raise ValueError(f"is too large; {name} is needed, such as '{dimension.example}'")
    if not unit:
        raise ValueError(f"has no unit; {name} is needed, such as '{dimension.example}'")
    return _convert(magnitude, unit, dimension, name)


def _convert(magnitude: float, unit: str, dimension: Dimension, name: str) -> float:
    if dimension in (DECIBEL, GAIN):
        if unit not in ("dB", "dBi"):
            raise ValueError(f"has the unit '{unit}'; {name} is needed, such as '{dimension.example}'")
        return magnitude
    if dimension is POWER and unit in ("dBW", "dBm"):
        return 10.0 ** ((magnitude - (30.0 if unit == "dBm" else 0.0)) / 10.0)
    factor = _factor(unit, dimension.unit)
    if factor is None:
        raise ValueError(f"has the unknown unit '{unit}'; {name} is needed, such as '{dimension.example}'")
    if factor == 0.0:
        raise ValueError(f"is {_what_is(unit)}; {name} is needed, such as '{dimension.example}'")
    result = magnitude * factor
    if not math.isfinite(result):
        raise ValueError(f"is too large; {name} is needed, such as '{dimension.example}'")
    return result


@cache
def _factor(unit: str, target: str) -> float | None:
    """Return the factor from `unit` to `target`; 0 for another dimension, None for an unknown unit."""
    if not _UNIT_CHARACTERS.fullmatch(unit):
        return None
    units = registry()
    try:
        quantity = units.Quantity(1.0, units.parse_units(unit, case_sensitive=True))
        if quantity.dimensionality != units.Quantity(1.0, target).dimensionality:
            return 0.0
        factor: float = quantity.to(target).magnitude
        return factor
    except Exception:  # pint raises a wide range of errors on odd text; each means: no unit we know
        return None


def _what_is(unit: str) -> str:
    for dimension in DIMENSIONS:
        if _factor(unit, dimension.unit):
            return f"{_article(dimension.name)} {dimension.name}"
    return f"in '{unit}', another kind of quantity"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def write(value: float, dimension: Dimension) -> str:
    """Write a magnitude in internal units so that `parse` reads the same float back.

    Examples
    --------
    >>> write(9000.0, LENGTH)
    '9000 km'
    """
    digits = repr(value)
    return f"{digits.removesuffix('.0')} {dimension.unit}"
