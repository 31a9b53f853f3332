"""Motion in closed form: two bodies, secular drift, libration points, periodic orbits on the real geometry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbits.anomalies import mean_from_true
from qqnet.orbits.kepler import (
    Elements,
    SecularRates,
    check_clearance,
    elements_from_state,
    secular_j2_rates,
    semi_major_axis_km,
    size_from_apsides,
    state,
)
from qqnet.orbits.trajectory import TIME_ROUNDING_S, Trajectory, fit_trajectories
from qqnet.scenario.orbits import KeplerianOrbit, LibrationPoint, ThreeBodyOrbit
from qqnet.space.bodies import Body, body
from qqnet.space.chebyshev import TOLERANCE_KM
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.threebody.cr3bp import ThreeBodySystem, system
from qqnet.threebody.periodic import PeriodicOrbit, correct
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.synodic import center_of, libration_position, orbit_position, period_s

Floats = NDArray[np.float64]
Span = tuple[float, float]

RECORD_TIMESCALES: Final = 6.0
"""First trial of a record's length in units of sqrt(r^3 / GM) at the least distance from the centre."""


def keplerian_elements(orbit: KeplerianOrbit) -> Elements:
    """Return the elements that a scenario's orbit means.

    Parameters
    ----------
    orbit : KeplerianOrbit
        As written.

    Returns
    -------
    Elements
        At the orbit's epoch, in its frame.

    Raises
    ------
    InputError
        If the orbit is no ellipse, or dips below the surface.
    """
    center = body(orbit.body)
    a: float | Floats
    e: float | Floats
    if orbit.periapsis_altitude is not None and orbit.apoapsis_altitude is not None:
        radius = center.mean_radius_km
        a, e = size_from_apsides(radius + orbit.periapsis_altitude, radius + orbit.apoapsis_altitude)
    else:
        e = orbit.e or 0.0
        a = orbit.a if orbit.a is not None else semi_major_axis_km(orbit.period or 0.0, center.gm_km3_s2)
    check_clearance(a, e, center.mean_radius_km, center.name)
    mean = orbit.mean_anomaly or 0.0
    anomaly = mean if orbit.true_anomaly is None else mean_from_true(orbit.true_anomaly, e)
    return Elements(a, e, orbit.i, orbit.raan, orbit.argp, anomaly)


def keplerian_trajectories(
    names: Sequence[str],
    orbit: KeplerianOrbit,
    elements: Elements,
    epoch_s: float,
    span: Span,
    ephemeris: Ephemeris,
) -> list[Trajectory]:
    """Fit satellites of one size and shape, all at once.

    Parameters
    ----------
    names : sequence of str, shape [N]
        Names of the nodes.
    orbit : KeplerianOrbit
        Body, frame and perturbations.
    elements : Elements, shape [N]
        At the epoch, in the orbit's frame.
    epoch_s : float
        Of the elements [TDB s past J2000].
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        For the frame.

    Returns
    -------
    list of Trajectory
        One a name.

    Raises
    ------
    InputError
        If the frame of the equator, which secular drift needs, is not known.
    """
    center = body(orbit.body)
    axes = rotation(orbit.frame, epoch_s, ephemeris)
    rates = None
    if orbit.perturbations == "secular-j2":
        axes, elements, rates = _with_j2(center, orbit, elements, axes, epoch_s, ephemeris)
    return _fit_ellipses(names, center, elements, axes, epoch_s, span, rates)


def two_body_trajectories(
    names: Sequence[str], center: Body, states: Floats, epoch_s: float, span: Span
) -> list[Trajectory]:
    """Fit the ellipses through given states.

    Parameters
    ----------
    names : sequence of str, shape [N]
        Names of the nodes.
    center : Body
        Central body.
    states : ndarray, shape [N, 6]
        Position [km] and velocity [km/s] relative to the body, ICRF axes.
    epoch_s : float
        Of the states [TDB s past J2000].
    span : (float, float)
        Time to be covered [TDB s past J2000].

    Returns
    -------
    list of Trajectory
        One a name.

    Raises
    ------
    InputError
        If an orbit is no ellipse, or dips below the surface.
    """
    r, v = states[:, :3], states[:, 3:]
    across = np.linalg.norm(np.cross(r, v), axis=1)
    if not np.all(
        across > 1e-9 * np.linalg.norm(r, axis=1) * np.sqrt(center.gm_km3_s2 / center.mean_radius_km)
    ):
        raise InputError(
            "the state moves straight up or down, on no ellipse; 'dynamics' integrates such a motion"
        )
    try:
        elements = elements_from_state(r, v, center.gm_km3_s2)
        check_clearance(elements.a_km, elements.e, center.mean_radius_km, center.name)
    except InputError as error:
        raise InputError(f"{error}. With 'dynamics' the motion is integrated, wherever it leads") from None
    return _fit_ellipses(names, center, elements, np.eye(3), epoch_s, span)


def _fit_ellipses(
    names: Sequence[str],
    center: Body,
    elements: Elements,
    axes: Floats,
    epoch_s: float,
    span: Span,
    rates: SecularRates | None = None,
) -> list[Trajectory]:
    elapsed = span[0] - epoch_s

    def position(dt: Floats) -> Floats:
        inertial, _ = state(elements, center.gm_km3_s2, elapsed + dt, rates)
        return np.asarray(
            inertial.reshape(dt.size, -1, 3) @ axes, dtype=np.float64
        )  # transpose of the matrix

    periapsis = float(np.min(np.asarray(elements.a_km) * (1.0 - np.asarray(elements.e))))
    interval = RECORD_TIMESCALES * float(np.sqrt(periapsis**3 / center.gm_km3_s2))
    # Sines and sums of numbers as large as the apoapsis are rounded.
    tolerance = max(TOLERANCE_KM, 1e-14 * float(np.max(np.asarray(elements.a_km) * 2.0)))
    return fit_trajectories(position, span, names, center.name, tolerance_km=tolerance, interval_s=interval)


def _with_j2(
    center: Body, orbit: KeplerianOrbit, elements: Elements, axes: Floats, epoch: float, ephemeris: Ephemeris
) -> tuple[Floats, Elements, SecularRates]:
    """Return the axes of the body's equator, the elements in these, and their secular rates."""
    if center.equator_frame is None:
        raise InputError(f"secular-j2 about {center.name}: the frame of its equator is not known; use none")
    if orbit.frame != center.equator_frame:
        equator = rotation(center.equator_frame, epoch, ephemeris)
        r, v = state(elements, center.gm_km3_s2)
        turn = axes.T @ equator.T  # row vectors: first to ICRF, then to the equator
        elements, axes = elements_from_state(r @ turn, v @ turn, center.gm_km3_s2), equator
    return axes, elements, secular_j2_rates(elements, center.gm_km3_s2, center.j2, center.j2_radius_km)


def libration_trajectory(name: str, orbit: LibrationPoint, span: Span, ephemeris: Ephemeris) -> Trajectory:
    """Fit the instantaneous place of a libration point over a span [TDB s past J2000]."""
    pair = system(orbit.system)
    center, _ = center_of(pair, orbit.point)

    def position(dt: Floats) -> Floats:
        return libration_position(pair, orbit.point, span[0] + dt, ephemeris)

    (trajectory,) = fit_trajectories(
        position, span, [name], center, tolerance_km=_reachable(position), interval_s=pair.mean_period_s / 8.0
    )
    return trajectory


def periodic_orbit(orbit: ThreeBodyOrbit) -> tuple[ThreeBodySystem, PeriodicOrbit]:
    """Return the periodic orbit that a scenario's orbit means, and the pair of bodies it belongs to.

    Raises
    ------
    InputError
        If there is no such orbit, or the correction does not converge.
    """
    pair = system(orbit.system)
    if orbit.family is not None:
        from qqnet.threebody.families import find_orbit

        found = find_orbit(
            pair,
            orbit.family,
            resonance=orbit.resonance,
            az_km=orbit.az,
            jacobi=orbit.jacobi,
            period_s=orbit.period,
        )
        return pair, found
    if orbit.seed is not None:
        pair_of_seed, periodic = seed_orbit(orbit.seed)
        if pair_of_seed.name != pair.name:
            raise InputError(f"orbit {orbit.seed!r} belongs to {pair_of_seed.name}, not to {pair.name}")
        return pair, periodic
    given = orbit.state
    if given is None:
        raise InputError("a three-body orbit needs a family, a seed or a state")
    return pair, correct(pair.mu, given.x, given.z, given.vy, fixed="z" if given.z else "x")


def mapped_trajectory(
    name: str, orbit: ThreeBodyOrbit, start_s: float, span: Span, ephemeris: Ephemeris
) -> Trajectory:
    """Fit a periodic orbit of the three-body problem on the real places of the two bodies.

    Parameters
    ----------
    name : str
        Name of the node.
    orbit : ThreeBodyOrbit
        As written.
    start_s : float
        Time of its phase [TDB s past J2000].
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    Trajectory
        Relative to the secondary.

    Raises
    ------
    InputError
        If there is no such orbit.
    """
    pair, periodic = periodic_orbit(orbit)

    def position(dt: Floats) -> Floats:
        return orbit_position(pair, periodic, span[0] + dt, ephemeris, epoch_s=start_s, phase=orbit.phase)

    interval = RECORD_TIMESCALES * _shortest_timescale(periodic) * period_s(pair, periodic) / periodic.period
    (trajectory,) = fit_trajectories(
        position, span, [name], pair.secondary, tolerance_km=_reachable(position), interval_s=interval
    )
    return trajectory


def _shortest_timescale(orbit: PeriodicOrbit) -> float:
    """Return sqrt(r^3 / GM) at the closest approach to either primary, nondimensional, at most an eighth turn."""
    places = orbit.states(np.linspace(0.0, 1.0, 513))[:, :3]
    scales = [
        np.min(np.linalg.norm(places - [x, 0.0, 0.0], axis=1)) ** 1.5 / np.sqrt(gm)
        for x, gm in ((-orbit.mu, 1.0 - orbit.mu), (1.0 - orbit.mu, orbit.mu))
    ]
    return float(min(*scales, np.pi / 4.0 / RECORD_TIMESCALES))


def _reachable(position: Callable[[Floats], Floats]) -> float:
    """Return the tolerance [km] that the rounding of absolute times allows a function of the ephemeris."""
    first, later = position(np.array([0.0, 60.0]))
    return max(TOLERANCE_KM, 2.0 * TIME_ROUNDING_S * float(np.linalg.norm(later - first)) / 60.0)
