"""CCSDS Orbit Ephemeris Messages written in keyword-value notation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qqnet.ephemerides.epochs import format_epochs
from qqnet.ephemerides.oem import CENTERS
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError


def write_oem(
    path: str | Path,
    segments: Iterable[Segment],
    *,
    creation_date: str,
    originator: str = "QQNET",
    time_system: str = "UTC",
) -> None:
    """Write a message in keyword-value notation, in ICRF axes.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists.
    segments : iterable of Segment
        What to write. Times are written to the microsecond, positions to the micrometre, velocities to 1e-12
        km/s; `on_written_times` gives times that survive that without a loss.
    creation_date : str
        When it was made, such as 2026-11-23T00:00:00.
    originator : str
        Who made it.
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system of the epochs.

    Raises
    ------
    InputError
        If the time system or a centre cannot be written.
    """
    names = {center: text for text, center in reversed(CENTERS.items())}
    lines = ["CCSDS_OEM_VERS = 2.0", f"CREATION_DATE = {creation_date}", f"ORIGINATOR = {originator}", ""]
    for segment in segments:
        if segment.center not in names:
            raise InputError(f"centre {segment.center!r} has no name in an OEM; known: {', '.join(names)}")
        stamps = format_epochs(segment.t, time_system)
        useable = format_epochs(segment.useable, time_system)
        lines += [
            "META_START",
            f"OBJECT_NAME = {segment.object_name}",
            f"OBJECT_ID = {segment.object_id}",
            f"CENTER_NAME = {names[segment.center]}",
            "REF_FRAME = ICRF",
            f"TIME_SYSTEM = {time_system}",
            f"START_TIME = {stamps[0]}",
            f"USEABLE_START_TIME = {useable[0]}",
            f"USEABLE_STOP_TIME = {useable[1]}",
            f"STOP_TIME = {stamps[-1]}",
            f"INTERPOLATION = {segment.interpolation}",
            f"INTERPOLATION_DEGREE = {segment.degree}",
            "META_STOP",
        ]
        lines += [
            f"{stamp} {x:.9f} {y:.9f} {z:.9f} {u:.12f} {v:.12f} {w:.12f}"
            for stamp, (x, y, z), (u, v, w) in zip(
                stamps, segment.position_km, segment.velocity_km_s, strict=True
            )
        ]
        lines.append("")
    Path(path).write_text("\n".join(lines), encoding="ascii")
