"""Where each node moves at the start of a scenario: state, osculating elements, and how its motion was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbits.anomalies import true_from_mean
from qqnet.orbits.kepler import elements_from_state
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.space.bodies import BODIES
from qqnet.space.frames import rotation
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.space.ephemeris import Ephemeris
    from qqnet.study.study import Study

Floats = NDArray[np.float64]


def orbit_summary(study: Study, names: Sequence[str]) -> dict[str, Any]:
    """Summarise the motion of nodes.

    Parameters
    ----------
    study : Study
        The scenario.
    names : sequence of str
        Nodes.

    Returns
    -------
    dict
        ``epoch``, and for each node in ``nodes``: ``node``, ``kind``, ``center``, ``dynamics`` (how its motion was
        found), ``position_km`` and ``velocity_km_s`` in ICRF axes relative to the centre, ``distance_km``,
        ``speed_km_s``, and ``elements``: those of the osculating ellipse in the frame named there, or None on a
        surface and where there is no ellipse.
    """
    start = study.scenario.time.start_s
    nodes = []
    for name in names:
        entry = study.scenario.entry(name)
        trajectory = study.trajectories[name]
        found = study.trajectories.state(name, np.array([start]), trajectory.center)
        position, velocity = (part[0] for part in found)
        fixed = isinstance(entry, Site | GroundStation)
        nodes.append(
            {
                "node": name,
                "kind": entry.kind,
                "center": trajectory.center,
                "dynamics": trajectory.dynamics,
                "position_km": position.tolist(),
                "velocity_km_s": velocity.tolist(),
                "distance_km": float(np.linalg.norm(position)),
                "speed_km_s": float(np.linalg.norm(velocity)),
                "elements": None
                if fixed
                else osculating(trajectory.center, position, velocity, start, study.ephemeris),
            }
        )
    return {"epoch": format_utc(start), "nodes": nodes}


def osculating(
    center: str, position_km: Floats, velocity_km_s: Floats, t: float, ephemeris: Ephemeris
) -> dict[str, Any] | None:
    """Return the elements of the ellipse on which a body would go on if its centre alone pulled.

    Parameters
    ----------
    center : str
        Body that the state is relative to.
    position_km, velocity_km_s : ndarray, shape [3]
        State [km, km/s], ICRF axes.
    t : float
        Time of the state [TDB s past J2000].
    ephemeris : Ephemeris
        Source of the Moon's orientation.

    Returns
    -------
    dict or None
        ``frame`` (the body's equator at that time; ICRF where it has none), ``a_km``, ``e``, ``i_deg``,
        ``raan_deg``, ``argp_deg``, ``true_anomaly_deg``, ``period_s``, ``periapsis_altitude_km``,
        ``apoapsis_altitude_km``; None where the centre is no body or the orbit is not closed.
    """
    if center not in BODIES:
        return None
    home = BODIES[center]
    frame = home.equator_frame or "ICRF"
    axes = rotation(frame, t, ephemeris)
    try:
        found = elements_from_state(axes @ position_km, axes @ velocity_km_s, home.gm_km3_s2)
    except InputError:
        return None
    a, e = float(found.a_km), float(found.e)
    anomaly = float(true_from_mean(found.mean_anomaly_rad, e))
    return {
        "frame": frame,
        "a_km": a,
        "e": e,
        "i_deg": float(np.degrees(found.i_rad)),
        "raan_deg": float(np.degrees(found.raan_rad)),
        "argp_deg": float(np.degrees(found.argp_rad)),
        "true_anomaly_deg": float(np.degrees(anomaly) % 360.0),
        "period_s": float(2.0 * np.pi * np.sqrt(a**3 / home.gm_km3_s2)),
        "periapsis_altitude_km": a * (1.0 - e) - home.mean_radius_km,
        "apoapsis_altitude_km": a * (1.0 + e) - home.mean_radius_km,
    }
