"""CCSDS Orbit Ephemeris Messages, written in keyword-value notation or XML (CCSDS 502.0-B-3, 505.0-B-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides import covariance as covariances
from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.epochs import exact_epochs, format_epochs
from qqnet.ephemerides.kvn import checked, comment_lines
from qqnet.ephemerides.ndm import one_line
from qqnet.ephemerides.ndm_writing import Notation, header_of, notation_of, open_text
from qqnet.ephemerides.ndm_xml import attributes_of_root, element, header_lines
from qqnet.ephemerides.ndm_xml import checked as checked_xml
from qqnet.ephemerides.oem_xml import STATE
from qqnet.ephemerides.ref_frames import INERTIAL, center_name, from_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError

Floats = NDArray[np.float64]

VERSION: Final = "2.0"
"""Version that is written: every reader takes it, and 3.0 would say nothing more."""


def write_oem(
    path: str | Path,
    segments: Iterable[Segment],
    *,
    creation_date: str = "",
    originator: str = "QQNET",
    time_system: str = "UTC",
    notation: Notation | None = None,
    ref_frame: str = "ICRF",
    exact: bool = True,
    comments: Iterable[str] = (),
) -> None:
    """Write a message.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists. Packed by gzip where it ends in ``.gz``.
    segments : iterable of Segment
        What to write, with its comments, accelerations and covariances.
    creation_date : str
        When it was made, such as 2026-11-23T00:00:00; now where empty.
    originator : str
        Who made it.
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system of the epochs.
    notation : {"KVN", "XML"}, optional
        XML where not given and the file ends in ``.xml``, else keyword-value notation.
    ref_frame : {"ICRF", "GCRF", "EME2000"}
        Axes of the states. GCRF is ICRF by another name; EME2000 is turned by 23 mas, and then the last bit of a
        number may change.
    exact : bool
        Every number and epoch in the fewest digits that are read back to the last bit. Otherwise times are written
        to the microsecond, positions to the micrometre and velocities to 1e-12 km/s, in a third less space;
        `on_written_times` gives times that survive that without a loss.
    comments : iterable of str
        For the header.

    Raises
    ------
    InputError
        If something cannot be written: a time system, frame or centre that the message cannot name, less than two
        states, a number that is not finite, a text with line ends.
    """
    if ref_frame not in INERTIAL:
        raise InputError(f"reference frame {ref_frame!r} is not written; right is {', '.join(INERTIAL)}")
    every = list(segments)
    if not every:
        raise InputError(f"{path}: no segment to write; a message has at least one")
    header = header_of(creation_date, originator, comments)
    pairs = [(key, header.text(key)) for key in ("CREATION_DATE", "ORIGINATOR")]
    xml = notation_of(path, notation) == "XML"
    with open_text(path) as file:
        if xml:
            file.write(checked_xml(_xml_head(pairs, header.comments)))
            for segment in every:
                file.writelines(_xml_segment(_Written(segment, time_system, ref_frame, exact)))
            file.write("</body>\n</oem>\n")
            return
        lines = [f"CCSDS_OEM_VERS = {VERSION}", *comment_lines(header.comments)]
        lines += [f"{key} = {one_line(value, key)}" for key, value in pairs]
        file.write(checked("\n".join(lines) + "\n\n"))
        for segment in every:
            file.writelines(_kvn_segment(_Written(segment, time_system, ref_frame, exact)))


class _Written:
    """A segment as texts."""

    def __init__(self, segment: Segment, time_system: str, ref_frame: str, exact: bool):
        self.segment, self.ref_frame, self.time_system = segment, ref_frame, time_system
        self.exact = exact
        self.states = _states(segment, ref_frame)
        format_ = exact_epochs if exact else format_epochs
        self.stamps = format_(segment.t, time_system)
        self.useable = format_(segment.useable, time_system)
        self.covariance_stamps = [
            format_([segment.t[0] if c.t is None else c.t], time_system)[0] for c in segment.covariances
        ]

    def metadata(self) -> list[tuple[str, str]]:
        """Return the keywords of the metadata."""
        segment = self.segment
        pairs = [
            ("OBJECT_NAME", segment.object_name),
            ("OBJECT_ID", segment.object_id),
            ("CENTER_NAME", center_name(segment.center)),
            ("REF_FRAME", self.ref_frame),
            ("TIME_SYSTEM", self.time_system),
            ("START_TIME", self.stamps[0]),
            ("USEABLE_START_TIME", self.useable[0]),
            ("USEABLE_STOP_TIME", self.useable[1]),
            ("STOP_TIME", self.stamps[-1]),
            ("INTERPOLATION", segment.interpolation),
            ("INTERPOLATION_DEGREE", str(segment.degree)),
        ]
        for key, value in pairs:
            one_line(value, key)
        return pairs

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """Yield epochs and the numbers of their states."""
        digits = [9] * 3 + [12] * 3 + [15] * 3
        for stamp, row in zip(self.stamps, self.states.tolist(), strict=True):
            if self.exact:
                yield stamp, [repr(value) for value in row]
            else:
                yield stamp, [f"{value:.{d}f}" for value, d in zip(row, digits, strict=False)]

    def covariances(self) -> Iterator[tuple[str, str | None, Covariance]]:
        """Yield epochs, frames where they are not that of the states, and covariances."""
        for stamp, covariance in zip(self.covariance_stamps, self.segment.covariances, strict=True):
            yield stamp, None if covariance.frame == self.ref_frame else covariance.frame, covariance


def _states(segment: Segment, ref_frame: str) -> Floats:
    """Return states in a frame, with accelerations where there are any, shape [N, 6] or [N, 9]."""
    states = np.hstack([segment.position_km, segment.velocity_km_s])
    if len(states) < 2:
        raise InputError(f"{segment.object_name}: {len(states)} states; an ephemeris has at least 2")
    parts = [from_icrf(ref_frame, segment.t, states)]
    if segment.acceleration_km_s2 is not None:
        padded = np.hstack([segment.acceleration_km_s2, np.zeros((len(states), 3))])
        parts.append(from_icrf(ref_frame, segment.t, padded)[:, :3])
    found = np.hstack(parts)
    if not (np.isfinite(found).all() and np.isfinite(segment.t).all()):
        raise InputError(f"{segment.object_name}: a state holds a number that is not finite")
    if np.any(np.diff(segment.t) <= 0.0):
        raise InputError(f"{segment.object_name}: times do not rise; those of an ephemeris do")
    return found


# -------------------------------------------------------------------------------------- keyword-value notation


def _kvn_segment(written: _Written) -> Iterator[str]:
    head = ["META_START", *comment_lines(written.segment.comments)]
    head += [f"{key} = {value}" for key, value in written.metadata()]
    yield checked("\n".join([*head, "META_STOP", ""]))
    for stamp, numbers in written.rows():
        yield f"{stamp} {' '.join(numbers)}\n"
    if written.segment.covariances:
        yield "COVARIANCE_START\n"
        for stamp, frame, covariance in written.covariances():
            yield f"EPOCH = {stamp}\n"
            if frame is not None:
                yield checked(f"COV_REF_FRAME = {one_line(frame, 'COV_REF_FRAME')}\n")
            for row in range(6):
                yield " ".join(repr(value) for value in covariance.matrix[row, : row + 1].tolist()) + "\n"
        yield "COVARIANCE_STOP\n"
    yield "\n"


# --------------------------------------------------------------------------------------------------------- XML


def _xml_head(pairs: list[tuple[str, str]], comments: list[str]) -> str:
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<oem {attributes_of_root()} id="CCSDS_OEM_VERS" version="{VERSION}">',
            *header_lines(pairs, comments),
            "<body>",
            "",
        ]
    )


def _xml_segment(written: _Written) -> Iterator[str]:
    head = ["<segment>", "<metadata>"]
    head += [element("COMMENT", one_line(text, "a comment")) for text in written.segment.comments]
    head += [element(key, value) for key, value in written.metadata()]
    yield checked_xml("\n".join([*head, "</metadata>", "<data>", ""]))
    for stamp, numbers in written.rows():
        values = "".join(
            element(key, value, unit) for (key, unit), value in zip(STATE.items(), numbers, strict=False)
        )
        yield f"<stateVector><EPOCH>{stamp}</EPOCH>{values}</stateVector>\n"
    for stamp, frame, covariance in written.covariances():
        lines = ["<covarianceMatrix>", element("EPOCH", stamp)]
        lines += [element("COV_REF_FRAME", frame)] if frame is not None else []
        lines += [
            element(key, repr(value), unit)
            for key, value, unit in zip(covariances.KEYS, covariance.lower, covariances.UNITS, strict=True)
        ]
        yield checked_xml("\n".join([*lines, "</covarianceMatrix>", ""]))
    yield "</data>\n</segment>\n"
