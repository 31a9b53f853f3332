"""Trajectories tabulated as states, to be written to files."""

from __future__ import annotations

import numpy as np

from qqnet.ephemerides.epochs import on_written_times
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
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
