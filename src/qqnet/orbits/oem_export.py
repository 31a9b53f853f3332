"""Trajectories written as CCSDS Orbit Ephemeris Messages, keyword-value notation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from qqnet.errors import InputError
from qqnet.orbits.epochs import format_epochs, on_written_times
from qqnet.orbits.oem import CENTERS, Segment
from qqnet.orbits.trajectory import Trajectories


def sample(
    trajectories: Trajectories,
    name: str,
    span: tuple[float, float],
    step_s: float,
    *,
    center: str | None = None,
    object_id: str | None = None,
    time_system: str = "UTC",
) -> Segment:
    """Tabulate the states of a node, to be written to a file.

    Parameters
    ----------
    trajectories : Trajectories
        The network.
    name : str
        The node.
    span : (float, float)
        First and last time [TDB s past J2000].
    step_s : float
        Time between states [s].
    center : str, optional
        Body that the states are relative to; that which the node moves about where not given.
    object_id : str, optional
        OBJECT_ID of the message; the name where not given.
    time_system : {"UTC", "TAI", "TT", "TDB"}
        Time system that will be written: states are taken at the very times that its text gives.

    Returns
    -------
    Segment
        States with Hermite interpolation of degree 7.

    Raises
    ------
    InputError
        If the span or the step is not positive, or a name is unknown.
    EphemerisRangeError
        If the span is not covered.
    """
    if not (step_s > 0 and span[1] > span[0]):
        raise InputError(f"{name}: step {step_s} s from {span[0]} to {span[1]} s; both must be positive")
    count = int(np.floor((span[1] - span[0]) / step_s + 1e-9)) + 1
    times = span[0] + step_s * np.arange(max(count, 1))
    if span[1] - times[-1] > 1e-3:
        times = np.append(times, span[1])
    times = on_written_times(times, time_system)
    home = center or trajectories[name].center
    position, velocity = trajectories.state(name, times, home)
    limits = float(times[0]), float(times[-1])
    return Segment(name, object_id or name, home, times, position, velocity, limits)


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
