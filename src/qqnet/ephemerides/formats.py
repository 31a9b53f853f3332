"""Which formats ephemerides are read and written in, and the endings by which files are recognised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qqnet.errors import InputError


@dataclass(frozen=True)
class Format:
    """A format of ephemeris files.

    Attributes
    ----------
    key : str
        What the option ``--format`` calls it.
    name : str
        What people call it.
    endings : tuple of str
        Endings of files, in lower case; the first is the usual one.
    reads, writes : bool
        Whether QQNet reads it as the motion of a node, and writes it.
    many : bool
        Whether one file holds several objects.
    frames : tuple of str
        Axes that it may be written in; empty where any of `ref_frames.FRAMES`.
    limits : str
        What it cannot say.
    """

    key: str
    name: str
    endings: tuple[str, ...]
    reads: bool
    writes: bool
    many: bool
    frames: tuple[str, ...]
    limits: str


_INERTIAL: Final = ("ICRF", "EME2000")

FORMATS: Final = (
    Format("oem", "CCSDS OEM, keyword-value notation", (".oem",), True, True, True, _INERTIAL,
           "continuous motion: it holds states, to be interpolated between"),
    Format("oem-xml", "CCSDS OEM, XML", (".xml",), True, True, True, _INERTIAL,
           "continuous motion: it holds states, to be interpolated between"),
    Format("spk", "SPICE SPK kernel", (".bsp", ".spk"), True, True, True, ("ICRF",),
           "names: objects have NAIF codes; the file .tf beside it names them"),
    Format("csv", "table, CSV", (".csv",), True, True, True, (),
           "the method of interpolation: Hermite of degree 7 is taken"),
    Format("parquet", "table, Parquet", (".parquet", ".pq"), True, True, True, (),
           "the method of interpolation: Hermite of degree 7 is taken"),
    Format("stk", "STK ephemeris", (".e",), True, True, False, _INERTIAL,
           "several objects, the name of its object, barycentres as centres"),
    Format("czml", "CZML scene for Cesium", (".czml",), False, True, True, ("ICRF",),
           "velocities, and centres other than the Earth: all positions are relative to the Earth"),
    Format("opm", "CCSDS OPM: one state", (".opm",), False, True, False, _INERTIAL,
           "motion: it holds the state at one time; scenarios take it as `orbit: {type: opm}`"),
    Format("omm", "CCSDS OMM: mean elements of SGP4", (".omm",), True, True, True, ("TEME",),
           "exact motion, and anything but satellites of the Earth"),
    Format("omm-xml", "CCSDS OMM, XML", (".omm.xml",), True, True, True, ("TEME",),
           "exact motion, and anything but satellites of the Earth"),
    Format("tle", "two-line elements of SGP4", (".tle", ".3le", ".2le"), True, True, True, ("TEME",),
           "exact motion, and anything but satellites of the Earth"),
)  # fmt: skip
"""All formats."""

WRITTEN: Final = tuple(form for form in FORMATS if form.writes)

READ: Final = tuple(form for form in FORMATS if form.reads)


MEAN: Final = ("omm", "omm-xml", "tle")
"""Formats that hold mean elements of SGP4, not states."""

PACKED: Final = ("oem", "oem-xml", "opm", *MEAN)
"""Formats that are packed by gzip where the name ends in ``.gz``."""


def format_of(path: str | Path, key: str | None = None) -> Format:
    """Return the format to write.

    Parameters
    ----------
    path : str or Path
        Name of the file; its ending tells the format.
    key : str, optional
        Key of a format, instead of the ending.

    Returns
    -------
    Format
        One that is written.

    Raises
    ------
    InputError
        If there is none of that key or ending.

    Examples
    --------
    >>> format_of("a/relay.BSP").key, format_of("relay.txt", "csv").key
    ('spk', 'csv')
    """
    if key is not None:
        for form in WRITTEN:
            if form.key == key.lower():
                return form
        raise InputError(f"unknown format {key!r}; known: {', '.join(form.key for form in WRITTEN)}")
    found = by_ending(path)
    if found is None or not found.writes:
        endings = ", ".join(form.endings[0] for form in WRITTEN)
        raise InputError(f"{path}: the ending must be one of {endings}, or the format be named")
    if Path(path).suffix.lower() == ".gz" and found.key not in PACKED:
        raise InputError(f"{path}: {found.name} is not written packed; leave out .gz")
    return found


def by_ending(path: str | Path) -> Format | None:
    """Return the format that the ending of a file means, the longest that fits; None where none does."""
    name = Path(path).name.lower().removesuffix(".gz")
    fitting = [(len(ending), form) for form in FORMATS for ending in form.endings if name.endswith(ending)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
