"""Reading an ephemeris of any format: what a file holds is told by its content, not by its name."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.formats import READ, by_ending
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError

Span = tuple[float, float]

_PEEK: Final = 8192
_LINE_ONE: Final = re.compile(rb"(?m)^1 [0-9A-Z ]{5}[UCS ] ")
_ROOT: Final = re.compile(rb"<(?:\w+:)?(oem|omm|opm|ndm)\b", re.IGNORECASE)


def read_ephemeris(
    path: str | Path, object_name: str | None = None, *, span: Span | None = None
) -> list[Segment]:
    """Read the states of one object from a file of any format that QQNet reads.

    Parameters
    ----------
    path : str or Path
        CCSDS OEM (keyword-value notation or XML), SPICE SPK, CSV, Parquet, STK ``.e``, CCSDS OMM or two-line
        elements. The content tells which.
    object_name : str, optional
        Name or identifier of the object, where the file holds several.
    span : (float, float), optional
        Time that is wanted [TDB s past J2000]. Mean elements need it, as they have no end; a kernel is read no
        further; from other formats everything is read.

    Returns
    -------
    list of Segment
        In the order of time. Continuous motion is tabulated to a millimetre, as `interpolation.tabulate` does;
        `read_motion` gives it as it is.

    Raises
    ------
    InputError
        If the file cannot be read, is of no such format, or does not hold the object.
    """
    from qqnet.ephemerides.interpolation import tabulate

    parts = read_motion(path, object_name, span=span)
    return [tabulate(part) if isinstance(part, Arc) else part for part in parts]


def read_motion(
    path: str | Path, object_name: str | None = None, *, span: Span | None = None
) -> list[Arc | Segment]:
    """Read the motion of one object as the file has it; see `read_ephemeris`.

    Parameters
    ----------
    path : str or Path
        The file.
    object_name : str, optional
        Name or identifier of the object, where the file holds several.
    span : (float, float), optional
        Time that is wanted [TDB s past J2000].

    Returns
    -------
    list of Arc or Segment
        Arcs from series of a kernel, segments from states.

    Raises
    ------
    InputError
        As `read_ephemeris`.
    """
    key = content_of(path)
    if key == "spk":
        from qqnet.ephemerides.spk_reading import read_spk_motion

        return read_spk_motion(path, object_name, span=span)
    if key in ("csv", "parquet"):
        from qqnet.ephemerides.tables import read_csv, read_parquet

        return [*of_object(read_csv(path) if key == "csv" else read_parquet(path), str(path), object_name)]
    if key == "stk":
        from qqnet.ephemerides.stk import read_stk

        return [*of_object(read_stk(path), str(path), None)]
    if key in ("omm", "tle"):
        return [_mean_elements(path, key, object_name, span)]
    from qqnet.ephemerides.oem import read_oem

    return [*read_oem(path).of_object(object_name)]


def of_object(segments: Sequence[Segment], source: str, name: str | None) -> list[Segment]:
    """Return the segments of one object.

    Parameters
    ----------
    segments : sequence of Segment
        What a file holds.
    source : str
        The file, for errors.
    name : str, optional
        Name or identifier; may be left out where there is one object only.

    Returns
    -------
    list of Segment
        At least one.

    Raises
    ------
    InputError
        If there is no such object, or several and none is named.
    """
    known = dict.fromkeys(segment.object_name for segment in segments)
    if name is None:
        if len(known) > 1:
            raise InputError(f"{source} holds several objects, name one: {', '.join(known)}")
        return list(segments)
    found = [segment for segment in segments if name in (segment.object_name, segment.object_id)]
    if not found:
        raise InputError(f"{source} has no object {name!r}; it holds: {', '.join(known)}")
    return found


def content_of(path: str | Path) -> str:
    """Return the key of the format that a file's content shows.

    Parameters
    ----------
    path : str or Path
        The file; text may be packed by gzip.

    Returns
    -------
    str
        Key of one of `formats.READ`; where the content shows nothing, that of the ending, whose reader then says
        what is wrong.

    Raises
    ------
    InputError
        If the file cannot be read, or is of no format that is read.
    """
    head = _head(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"DAF/SPK ", b"NAIF/DAF")):
        return "spk"
    if head.startswith(b"PAR1"):
        return "parquet"
    root = _ROOT.search(text) if text.startswith(b"<") else None
    kind = root.group(1).lower().decode() if root else ""
    for key in ("oem", "omm", "opm"):
        if text.startswith(b"CCSDS_" + key.upper().encode() + b"_VERS") or kind == key:
            return _unless_opm(path, key)
    if kind == "ndm":
        inner = _ROOT.search(text, root.end()) if root else None
        return _unless_opm(path, inner.group(1).lower().decode() if inner else "oem")
    if text[:5].lower() == b"stk.v":
        return "stk"
    if _LINE_ONE.search(text):
        return "tle"
    if b"," in text.split(b"\n")[0]:
        return "csv"
    ending = by_ending(path)
    if ending is not None and ending.reads:
        return ending.key.removesuffix("-xml")
    names = ", ".join(form.name for form in READ)
    raise InputError(
        f"{path}: not an ephemeris that is read; it begins with {head[:16]!r}. Read are: {names}"
    )


def _unless_opm(path: str | Path, key: str) -> str:
    if key == "opm":
        raise InputError(
            f"{path}: an OPM holds one state and no motion; give it to a spacecraft as its orbit, of type opm"
        )
    return key


def _head(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as file:
            head = file.read(_PEEK)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as packed:
                return packed.read(_PEEK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: cannot be unpacked: {error}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return head


def _mean_elements(path: str | Path, key: str, name: str | None, span: Span | None) -> Segment:
    from qqnet.ephemerides.omm import of_object as omm_of_object
    from qqnet.ephemerides.omm import read_omm
    from qqnet.ephemerides.sgp4_orbits import sgp4_segment
    from qqnet.ephemerides.tle import read_tle

    if span is None:
        raise InputError(f"{path}: mean elements hold no states; a span of time is needed to compute some")
    sets = read_tle(path) if key == "tle" else read_omm(path)
    return sgp4_segment(omm_of_object(sets, name, 0.5 * (span[0] + span[1])), span)
