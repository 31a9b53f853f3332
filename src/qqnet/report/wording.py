"""Numbers as people read them, never rounded to a better answer than they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

NONE = "–"


def percent(share: float | None, digits: int = 2) -> str:
    """Write a share as a percentage; 100 % and 0 % only where it is exactly that.

    Examples
    --------
    >>> percent(1.0), percent(0.999999), percent(0.9987654), percent(0.0), percent(1e-9)
    ('100 %', '> 99.99 %', '99.88 %', '0 %', '< 0.01 %')
    """
    if share is None or math.isnan(share):
        return NONE
    smallest = 10.0 ** -(digits + 2)
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    if share < smallest:
        return f"< {100 * smallest:.{digits}f} %"
    if share > 1.0 - smallest:
        return f"> {100 * (1 - smallest):.{digits}f} %"
    return f"{100 * share:.{digits}f} %"


def or_infinite(value: float | None) -> str:
    """Write a number of an answer in which null stands for infinite."""
    return "∞" if value is None else number(value)


def number(value: float | None, digits: int = 3) -> str:
    """Write a number to a few significant digits; infinity by its sign.

    Examples
    --------
    >>> number(3.14159), number(2345.6), number(math.inf), number(None)
    ('3.14', '2\u202f346', '∞', '–')
    """
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    value = float(f"{value:.{digits - 1}e}") if abs(value) < 10.0**digits else value
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return _signed(f"{value:,.{min(decimals, 6)}f}")


def whole(value: int) -> str:
    """Write a whole number with its thousands apart."""
    return _signed(f"{value:,d}")


def decibel(value: float) -> str:
    """Write decibels to a hundredth; infinity by its sign."""
    if math.isinf(value):
        return number(value)
    return _signed(f"{value:,.2f}")


def _signed(text: str) -> str:
    return text.replace(",", "\u202f").replace("-", "−")


def duration(seconds: float | None) -> str:
    """Write a length of time in the unit that suits it.

    Examples
    --------
    >>> duration(0.0042), duration(12.34), duration(754.0), duration(9000.0), duration(600000.0), duration(7200.0)
    ('4.20 ms', '12.3 s', '12.6 min', '2.50 h', '6.94 d', '2 h')
    """
    if seconds is None or math.isnan(seconds):
        return NONE
    if math.isinf(seconds):
        return "∞"
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0)):
        exact = abs(seconds) >= size and seconds % size == 0
        if exact or abs(seconds) >= size * (2 if unit != "s" else 1):
            count = seconds / size
            return f"{whole(round(count)) if count == round(count) else number(count)} {unit}"
    return f"{number(seconds * 1e3)} ms" if seconds else "0 s"


def _scaled(value: float | None, unit: str, prefixes: str) -> str:
    if value is None or math.isnan(value):
        return NONE
    power = 0
    while abs(value) >= 999.5 and power < len(prefixes) - 1:
        value /= 1000.0
        power += 1
    text = whole(round(value)) if value == round(value) else number(value)
    return f"{text} {prefixes[power].strip()}{unit}"


def data_rate(bits_per_second: float | None) -> str:
    """Write a data rate.

    Examples
    --------
    >>> data_rate(2.5e9), data_rate(500.0)
    ('2.50 Gbit/s', '500 bit/s')
    """
    return _scaled(bits_per_second, "bit/s", " kMGT")


def data_size(size_bytes: float | None) -> str:
    """Write an amount of data.

    Examples
    --------
    >>> data_size(1.5e6), data_size(0)
    ('1.50 MB', '0 B')
    """
    return _scaled(size_bytes, "B", " kMGTP")


def distance(km: float | None) -> str:
    """Write a distance: kilometres, or millions of them.

    Examples
    --------
    >>> distance(400.0), distance(2.3456e8)
    ('400 km', '234.6 million km')
    """
    if km is None or math.isnan(km):
        return NONE
    if abs(km) >= 1e7:
        return f"{_signed(f'{km / 1e6:,.1f}')} million km"
    return f"{_signed(f'{km:,.0f}')} km"


def span(ends: Sequence[str]) -> str:
    """Write a range by its two ends, once where they read the same; a dash where there is none."""
    if not ends:
        return NONE
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} … {ends[-1]}"


def latitude(degrees: float) -> str:
    """Write a latitude, such as ``45.4° S``."""
    side = "" if degrees == 0 else (" N" if degrees > 0 else " S")
    return f"{abs(degrees):.1f}°{side}"


def longitude(degrees: float) -> str:
    """Write a longitude, such as ``177.6° E``."""
    degrees = (degrees + 180.0) % 360.0 - 180.0
    side = "" if degrees in (0.0, -180.0) else (" E" if degrees > 0 else " W")
    return f"{abs(degrees):.1f}°{side}"


def utc(text: str) -> str:
    """Shorten an ISO date of UTC for people: to the minute, with a space.

    Examples
    --------
    >>> utc("2040-06-01T12:34:56.789Z")
    '2040-06-01 12:34'
    """
    return text[:16].replace("T", " ")
