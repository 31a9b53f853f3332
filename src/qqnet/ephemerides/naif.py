"""NAIF integer codes: how SPICE kernels name bodies, points and spacecraft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qqnet.errors import InputError

CENTER_CODES: Final[dict[str, int]] = {
    "SSB": 0, "Sun": 10, "Mercury": 199, "Venus": 299, "Earth": 399, "Moon": 301, "EMB": 3,
    "Mars": 4, "Jupiter": 5, "Saturn": 6,
}  # fmt: skip
"""Code of each centre of motion in the kernels that QQNet writes.

Mars, Jupiter and Saturn are written as the barycentres of their systems, 4, 5 and 6: that is what QQNet's
ephemeris holds, and what a planetary kernel such as de440.bsp joins to the Sun and the Earth by itself.
Mercury and Venus have no moons; de440.bsp holds their bodies 199 and 299 at their barycentres.
"""

CENTERS_BY_CODE: Final[dict[int, str]] = {
    **{code: name for name, code in CENTER_CODES.items()}, 1: "Mercury", 2: "Venus", 499: "Mars",
}  # fmt: skip
"""Centre that a code in a kernel means. The centre of Mars, 499, stays within a metre of its barycentre.

Jupiter, 599, and Saturn, 699, are not here: they are some 200 km from what QQNet has.
"""

FRAME_CODE: Final = 1
"""SPICE's frame J2000: despite its name it has the axes of ICRF, as the DE ephemerides do."""

FIRST_CODE: Final = -1_000_000
"""A node gets this code less its ipn number: clear of NAIF's own codes, -1 to -999 for spacecraft and -100000 less
the catalogue number for satellites of the Earth."""

_LEAST: Final = -(2**31) + 1
_SPARE: Final = -2_147_000_000


def object_codes(names: Sequence[str], numbers: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return a NAIF code for each object, the same every time.

    Parameters
    ----------
    names : sequence of str
        Objects.
    numbers : mapping of str to int, optional
        Node number of each, from 1; an object without one takes its place among the names, from 1.

    Returns
    -------
    dict of str to int
        -1000000 less the number. Numbers that do not fit SPICE's 32 bits give -2147000000 less the place.

    Raises
    ------
    InputError
        If two objects would have one code.

    Examples
    --------
    >>> object_codes(["relay", "rover"], {"relay": 10, "rover": 22})
    {'relay': -1000010, 'rover': -1000022}
    """
    codes: dict[str, int] = {}
    taken: dict[int, str] = {}
    for place, name in enumerate(dict.fromkeys(names), start=1):
        code = FIRST_CODE - (numbers or {}).get(name, place)
        if not _LEAST <= code < FIRST_CODE or code <= _SPARE:
            code = _SPARE - place
        if code in taken:
            raise InputError(f"{taken[code]!r} and {name!r} would both have the NAIF code {code}")
        codes[name], taken[code] = code, name
    return codes


def names_kernel(codes: Mapping[str, int]) -> str:
    """Return a text kernel by which SPICE knows objects by name.

    Parameters
    ----------
    codes : mapping of str to int
        NAIF code of each name.

    Returns
    -------
    str
        A frame kernel to be loaded with ``furnsh``. SPICE's names have at most 36 characters and know no case.

    Raises
    ------
    InputError
        If a name is too long or not ASCII, or two differ by case only.
    """
    seen: dict[str, str] = {}
    for name in codes:
        if len(name) > 36 or not name.isascii() or not name.isprintable():
            raise InputError(f"{name!r} is no name in SPICE; right is at most 36 printable ASCII characters")
        folded = " ".join(name.upper().split())
        if folded in seen:
            raise InputError(f"{seen[folded]!r} and {name!r} are one name in SPICE, which knows no case")
        seen[folded] = name
    quoted = (name.replace("'", "''") for name in codes)
    return "\n".join(
        [
            "KPL/FK",
            "",
            "Names of the objects in the SPK kernel beside this file.",
            "",
            "\\begindata",
            *(f"NAIF_BODY_NAME += ( '{name}' )" for name in quoted),
            *(f"NAIF_BODY_CODE += ( {code} )" for code in codes.values()),
            "\\begintext",
            "",
        ]
    )
