"""Two-line element sets, with or without a line of the name before them, read strictly and written.

Columns after CelesTrak's documentation of the format and Vallado et al. 2006, AIAA 2006-6753, figure 1; catalogue
numbers above 99999 in Alpha-5 (a letter, but not I or O, for the first two digits).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from qqnet.ephemerides.epochs import EpochError, format_epochs, parse_epochs
from qqnet.ephemerides.kvn import lines as numbered_lines
from qqnet.ephemerides.ndm import read_bytes
from qqnet.ephemerides.ndm_writing import open_text
from qqnet.ephemerides.omm import MeanElements, Omm, TleParameters
from qqnet.errors import InputError

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
LARGEST_NUMBER: Final = 339_999
"""Largest catalogue number that five characters hold."""

_DAY_TICKS: Final = 100_000_000  # a TLE counts days to eight digits
_TICK_US: Final = 864

# Name, first and last column, form, what it looks like.
_Field = tuple[str, int, int, str, str]
_NUMBER: Final[_Field] = ("catalogue number", 3, 7, r"[ 0-9A-HJ-NP-Z][ 0-9]{3}[0-9]", "25544 or B2345")
_RATE: Final = r"[ +-][0-9 ]{5}[+-][0-9]"
_ANGLE: Final = r" *[0-9]{1,3}\.[0-9]{4}"
_FIRST: Final[tuple[_Field, ...]] = (
    _NUMBER,
    ("classification", 8, 8, r"[A-Z ]", "U"),
    ("international designator", 10, 17, r"[0-9]{5}[A-Z]{1,3} *| *", "98067A"),
    ("epoch", 19, 32, r"[0-9]{2}[ 0-9]{3}\.[0-9]{8}", "26327.51782528"),
    ("first derivative of mean motion", 34, 43, r"[ +-][0 ]?\.[0-9]{8}", "-.00002182"),
    ("second derivative of mean motion", 45, 52, _RATE, "00000-0"),
    ("B*", 54, 61, _RATE, "-11606-4"),
    ("ephemeris type", 63, 63, r"[0-9 ]", "0"),
    ("element set number", 65, 68, r"[ 0-9]{3}[0-9]", "292"),
)
_SECOND: Final[tuple[_Field, ...]] = (
    _NUMBER,
    ("inclination", 9, 16, _ANGLE, "51.6416"),
    ("right ascension of the node", 18, 25, _ANGLE, "247.4627"),
    ("eccentricity", 27, 33, r"[0-9]{7}", "0006703"),
    ("argument of perigee", 35, 42, _ANGLE, "130.5360"),
    ("mean anomaly", 44, 51, _ANGLE, "325.0288"),
    ("mean motion", 53, 63, r" ?[0-9]{1,2}\.[0-9]{8}", "15.72125391"),
    ("revolution number", 64, 68, r"[ 0-9]{4}[0-9]", "56353"),
)


def read_tle(path: str | Path) -> tuple[Omm, ...]:
    """Read element sets.

    Parameters
    ----------
    path : str or Path
        The file; packed by gzip or not.

    Returns
    -------
    tuple of Omm
        At least one.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is wrong; with its number.
    """
    return parse_tle(read_bytes(path), str(path))


def parse_tle(content: bytes | str, source: str = "TLE") -> tuple[Omm, ...]:
    """Read element sets from text; see `read_tle`.

    Parameters
    ----------
    content : bytes or str
        Sets of two lines, or of three with the name first.
    source : str
        Name for errors.

    Returns
    -------
    tuple of Omm
        At least one.

    Raises
    ------
    InputError
        If a line is wrong; with its number.
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: not a text file (byte {error.start} is not UTF-8)") from None
    found: list[Omm] = []
    name: str | None = None
    first: tuple[int, str] | None = None
    for number, line in numbered_lines(text):
        if first is not None:
            found.append(_element_set(first, (number, line), name, source))
            first = name = None
        elif line.startswith("1 ") and len(line) > 24:
            first = number, line
        elif line.startswith("2 ") and len(line) > 24:
            raise InputError(f"{source}:{number}: a second line without the first before it")
        elif name is not None:
            raise InputError(
                f"{source}:{number}: {line[:40]!r} where the first line of an element set was expected, which "
                "begins with '1 ' and has 69 characters"
            )
        else:
            name = line.removeprefix("0 ").strip() or line
    if first is not None:
        raise InputError(f"{source}:{first[0]}: a first line without the second after it")
    if name is not None:
        raise InputError(f"{source}: ends after the name {name[:40]!r}; two lines of elements follow a name")
    if not found:
        raise InputError(
            f"{source}: holds no element set: two lines of 69 characters each, a name before them or not"
        )
    return tuple(found)


def checksum(line: str) -> int:
    """Return the last digit of a line: the sum of its other digits, a minus for 1, modulo 10.

    Examples
    --------
    >>> checksum("2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537")
    7
    """
    return sum(int(c) if c.isdecimal() else c == "-" for c in line[:68]) % 10


def _element_set(first: tuple[int, str], second: tuple[int, str], name: str | None, source: str) -> Omm:
    one = _fields(first, "1", _FIRST, source)
    two = _fields(second, "2", _SECOND, source)
    if one["catalogue number"] != two["catalogue number"]:
        raise InputError(
            f"{source}:{second[0]}: catalogue number {two['catalogue number']} after a first line of "
            f"{one['catalogue number']}"
        )
    angles = [float(two[key]) for key in
              ("inclination", "right ascension of the node", "argument of perigee", "mean anomaly")]  # fmt: skip
    if angles[0] > 180.0 or max(angles) > 360.0:
        raise InputError(f"{source}:{second[0]}: an inclination over 180 deg, or an angle over 360")
    motion = float(two["mean motion"])
    if motion <= 0.0:
        raise InputError(f"{source}:{second[0]}: mean motion {motion}; a positive number is right")
    catalogue = number_from_alpha5(one["catalogue number"])
    designator = one["international designator"].strip()
    return Omm(
        name or str(catalogue), _long_designator(designator), "Earth", "TEME", "SGP4",
        _epoch(one["epoch"], first[0], source),
        MeanElements(motion, None, float(f"0.{two['eccentricity']}"), *angles),
        TleParameters(
            int(one["ephemeris type"].strip() or 0), one["classification"].strip() or "U", catalogue,
            int(one["element set number"]), int(two["revolution number"]), _rate(one["B*"]), None,
            float(one["first derivative of mean motion"].replace(" ", "")),
            _rate(one["second derivative of mean motion"]),
        ),
        originator="UNKNOWN", source=source,
    )  # fmt: skip


def _fields(place: tuple[int, str], begins: str, fields: tuple[_Field, ...], source: str) -> dict[str, str]:
    """Return the columns of a line; `InputError` where one is wrong."""
    number, line = place
    where = f"{source}:{number}"
    if not line.startswith(f"{begins} ") or len(line) != 69 or not line.isascii():
        raise InputError(
            f"{where}: line {begins} of an element set begins with '{begins} ' and has 69 characters; "
            f"this begins with {line[:2]!r} and has {len(line)}"
        )
    gaps = set(range(3, 69)) - {k for _, start, stop, _, _ in fields for k in range(start, stop + 1)}
    filled = [k for k in sorted(gaps) if line[k - 1] != " "]
    if filled:
        raise InputError(f"{where}: column {filled[0]} holds {line[filled[0] - 1]!r}; a blank is right")
    found: dict[str, str] = {}
    for key, start, stop, form, right in fields:
        text = line[start - 1 : stop]
        if not re.fullmatch(form, text, re.ASCII):
            columns = f"column {start}" if start == stop else f"columns {start} to {stop}"
            raise InputError(f"{where}: {key} {text!r} in {columns}; right is such as {right}")
        found[key] = text
    right_digit = str(checksum(line))
    if line[68] != right_digit:
        raise InputError(f"{where}: checksum {line[68]!r}; the digits of the line sum up to {right_digit}")
    return found


def _rate(text: str) -> float:
    """Return a number written as ``-11606-4``, which means -0.11606e-4."""
    digits = text[1:6].strip() or "0"
    return float(f"{text[0].strip()}0.{digits.replace(' ', '0')}e{text[6:]}")


def _epoch(text: str, number: int, source: str) -> float:
    year = int(text[:2]) + (1900 if int(text[:2]) >= 57 else 2000)
    second, micro = divmod(int(text[6:]) * _TICK_US, 1_000_000)
    hour, minute = second // 3600, second // 60 % 60
    stamp = f"{year}-{int(text[2:5]):03d}T{hour:02d}:{minute:02d}:{second % 60:02d}.{micro:06d}"
    try:
        return float(parse_epochs([stamp], "UTC")[0])
    except EpochError as error:
        raise InputError(f"{source}:{number}: epoch {text!r}: {error}") from None


def _long_designator(short: str) -> str:
    """Return 1998-067A for 98067A."""
    if not short:
        return "UNKNOWN"
    return f"{(1900 if int(short[:2]) >= 57 else 2000) + int(short[:2])}-{short[2:]}"


def number_from_alpha5(text: str) -> int:
    """Return the catalogue number that five characters mean.

    Examples
    --------
    >>> number_from_alpha5("25544"), number_from_alpha5("Z9999")
    (25544, 339999)
    """
    if text[0] in _LETTERS:
        return (_LETTERS.index(text[0]) + 10) * 10_000 + int(text[1:].replace(" ", "0"))
    return int(text)


def alpha5(number: int) -> str:
    """Return a catalogue number in five characters; `InputError` where it has no such form.

    Examples
    --------
    >>> alpha5(25544), alpha5(100000), alpha5(339999)
    ('25544', 'A0000', 'Z9999')
    """
    if not 0 <= number <= LARGEST_NUMBER:
        raise InputError(
            f"catalogue number {number} has no place in two lines; right is 0 to {LARGEST_NUMBER}"
        )
    return f"{number:05d}" if number < 100_000 else f"{_LETTERS[number // 10_000 - 10]}{number % 10_000:04d}"


# -------------------------------------------------------------------------------------------------- writing


def write_tle(path: str | Path, messages: Omm | Iterable[Omm], *, names: bool = True) -> None:
    """Write element sets.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists.
    messages : Omm or iterable of Omm
        Elements of SGP4.
    names : bool
        Whether a line of the name goes before each set.

    Raises
    ------
    InputError
        If one is no set of SGP4 elements, or has no place in two lines.
    """
    every = [messages] if isinstance(messages, Omm) else list(messages)
    if not every:
        raise InputError(f"{path}: no element set to write")
    out = [f"{line}\n" for m in every for line in ([name_line(m)] if names else []) + list(format_tle(m))]
    with open_text(path) as file:
        file.writelines(out)


def name_line(omm: Omm) -> str:
    """Return the line of the name, at most 24 characters, with a leading 0 where that is needed."""
    name = " ".join(omm.object_name.split())[:24].rstrip()
    return f"0 {name}" if name.startswith(("0 ", "1 ", "2 ")) else name


def format_tle(omm: Omm) -> tuple[str, str]:
    """Return the two lines of an element set.

    Parameters
    ----------
    omm : Omm
        Elements of SGP4.

    Returns
    -------
    (str, str)
        Lines of 69 characters.

    Raises
    ------
    InputError
        If they are no elements of SGP4, or a value has no place in two lines.
    """
    e, tle = omm.elements, omm.tle or TleParameters()
    if (omm.center, omm.frame.upper(), omm.elements.mean_motion_rev_day is None) != ("Earth", "TEME", False):
        raise InputError(
            f"{omm.object_name}: two lines hold mean motions in TEME about the Earth, not elements in {omm.frame} "
            f"about the {omm.center}"
        )
    motion = e.mean_motion_rev_day or 0.0
    if tle.bstar_per_er is None or not 0.0 < motion < 100.0 or not 0.0 <= e.eccentricity < 0.99999995:
        raise InputError(
            f"{omm.object_name}: two lines hold a B*, a mean motion below 100 and an eccentricity below 1; not "
            f"{tle.bstar_per_er}, {motion} and {e.eccentricity}"
        )
    number = alpha5(tle.norad_cat_id or 0)
    one = (
        f"1 {number}{tle.classification} {_short_designator(omm.object_id):<8} {_format_epoch(omm.t)} "
        f"{_format_first_rate(tle.mean_motion_dot_rev_day2 or 0.0)} "
        f"{_format_rate(tle.mean_motion_ddot_rev_day3 or 0.0)} "
        f"{_format_rate(tle.bstar_per_er)} {tle.ephemeris_type % 10:d} {tle.element_set_no % 10_000:4d}"
    )
    angles = [_format_angle(angle) for angle in (e.raan_deg, e.argument_of_periapsis_deg, e.mean_anomaly_deg)]
    two = (
        f"2 {number} {e.inclination_deg:8.4f} {angles[0]} {round(e.eccentricity * 1e7):07d} {angles[1]} "
        f"{angles[2]} {motion:11.8f}{tle.rev_at_epoch % 100_000:5d}"
    )
    return f"{one}{checksum(one)}", f"{two}{checksum(two)}"


def _short_designator(object_id: str) -> str:
    match = re.fullmatch(r"(19|20)([0-9]{2})-([0-9]{3}[A-Z]{1,3})", object_id)
    return match[2] + match[3] if match else ""


def _format_epoch(t: float) -> str:
    (stamp,) = format_epochs(t, "UTC")
    year, month_day, clock = int(stamp[:4]), stamp[5:10], stamp[11:]
    if not 1957 <= year <= 2056:
        raise InputError(f"epoch {stamp}: two lines hold the years 1957 to 2056")
    from datetime import date

    hour, minute, second, micro = int(clock[:2]), int(clock[3:5]), int(clock[6:8]), int(clock[9:])
    ticks = round(((hour * 3600 + minute * 60 + second) * 1_000_000 + micro) / _TICK_US)
    day = date(year, int(month_day[:2]), int(month_day[3:])).toordinal() + ticks // _DAY_TICKS
    found = date.fromordinal(day)
    of_year = day - date(found.year, 1, 1).toordinal() + 1
    return f"{found.year % 100:02d}{of_year:03d}.{ticks % _DAY_TICKS:08d}"


def written_epoch(t: float) -> float:
    """Return the nearest time that two lines hold, which count days to eight digits.

    Parameters
    ----------
    t : float
        Time [TDB s past J2000].

    Returns
    -------
    float
        Time within half a millisecond [TDB s past J2000].

    Raises
    ------
    InputError
        If it is not in the years 1972 to 2056.
    """
    return _epoch(_format_epoch(t), 0, "TLE")


def _format_angle(angle: float) -> str:
    rounded = round(angle % 360.0, 4) % 360.0
    return f"{rounded:8.4f}"


def _format_first_rate(value: float) -> str:
    text = f"{abs(value):.8f}"
    if not text.startswith("0."):
        raise InputError(f"first derivative of mean motion {value}: two lines hold less than 1")
    return ("-" if value < 0.0 else " ") + text[1:]


def _format_rate(value: float) -> str:
    """Return a number such as -0.11606e-4 as ``-11606-4``, five digits."""
    if value == 0.0:
        return " 00000-0"
    sign = "-" if value < 0.0 else " "
    digits, exponent = f"{abs(value):.4e}".split("e")
    power = int(exponent) + 1
    if power > 9:
        raise InputError(f"{value} has no place in two lines; right is less than 1e9")
    if power < -9:
        return " 00000-0"
    return f"{sign}{digits.replace('.', '')}{'-' if power <= 0 else '+'}{abs(power)}"
