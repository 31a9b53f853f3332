"""From the three-body problem into the real field: a continuous motion of the full model near a periodic orbit.

The periodic orbit, mapped onto the real geometry of the two bodies, is cut at patch points; between these the real
equations are integrated, and Newton's method changes states and times of the patch points as little as it can
until every arc ends where the next begins (multiple shooting, least-norm steps). Times inside the span are free:
what a perilune misses by hours would otherwise be paid with a quarter of its velocity. Steps are damped by the
natural monotonicity test, which compares corrections, not gaps.

References
----------
Deuflhard 2011, Newton Methods for Nonlinear Problems, sections 3.1, 4.4 and 7.1 (underdetermined multiple
shooting, damping); Gomez, Masdemont & Simo 1998, Quasihalo orbits associated with libration points, J. Astronaut.
Sci. 46:135 (parallel shooting into the ephemeris).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.errors import InputError
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable, check_span
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import format_utc
from qqnet.threebody.chain import Chain
from qqnet.threebody.cr3bp import ThreeBodySystem
from qqnet.threebody.motions import Motions
from qqnet.threebody.periodic import PeriodicOrbit
from qqnet.threebody.synodic import orbit_states, period_s, states_to_rotating

Floats = NDArray[np.float64]
Span = tuple[float, float]

GAP_KM: Final = 1e-6
"""Greatest gap between an arc and the next patch point [km]."""

GAP_KM_S: Final = 1e-9
"""Greatest jump of velocity there [km/s]."""

PATCHES: Final = 6
"""Patch points a revolution."""

TRIALS: Final = (0.01, 0.03)
"""How freely times move: the share of a period that weighs as much as `PLACE_SHARE` of the orbit's size."""

PLACE_SHARE: Final = 0.03

ITERATIONS: Final = 40

NEARLY: Final = 1e3
"""Gaps in units of their tolerances that the polish may begin with."""

POLISHES: Final = 8

LEAST_STEP: Final = 1e-3
"""A Newton step that must be shortened below this share leads nowhere."""

REVOLUTIONS: Final = 6
"""Pieces of so many revolutions are brought into the field one by one, and joined, where a whole span fails."""


@dataclass(frozen=True, eq=False)
class EphemerisOrbit:
    """A motion of the full model near a periodic orbit.

    Attributes
    ----------
    name : str
        The node.
    center : str
        What positions are relative to.
    table : ChebyshevTable
        Position [km], ICRF axes, over the whole span.
    patch_times : ndarray, shape [P]
        Patch points, both ends of the span among them [TDB s past J2000].
    patch_states : ndarray, shape [P, 6]
        States there [km, km/s].
    residual_km, residual_km_s : float
        Greatest gap of position and of velocity at a patch point.
    model : ForceModel
        The forces.
    system : ThreeBodySystem
        The pair of the periodic orbit.
    orbit : PeriodicOrbit
        Where it started from.
    """

    name: str
    center: str
    table: ChebyshevTable
    patch_times: Floats
    patch_states: Floats
    residual_km: float
    residual_km_s: float
    model: ForceModel
    system: ThreeBodySystem
    orbit: PeriodicOrbit

    @property
    def span(self) -> Span:
        """Covered time [TDB s past J2000]."""
        return float(self.patch_times[0]), float(self.patch_times[-1])

    @property
    def half_extent_km(self) -> float:
        """Half the greatest extent of the periodic orbit along an axis [km]."""
        return half_extent_km(self.system, self.orbit)

    def states(self, t: NDArray[np.float64]) -> Floats:
        """Return states [T, 6] [km, km/s] at times [TDB s past J2000]."""
        return np.concatenate(self.table.evaluate_with_rate(t), axis=-1)

    def rotating(self, t: NDArray[np.float64], ephemeris: Ephemeris) -> Floats:
        """Return nondimensional rotating states [T, 6] at times [TDB s past J2000]."""
        return states_to_rotating(self.states(t), self.system, t, ephemeris, self.center)

    def distance_km(self, ephemeris: Ephemeris) -> float:
        """Return how far the motion comes from the periodic orbit's curve [km], in the system's unit of length.

        Parameters
        ----------
        ephemeris : Ephemeris
            Where the pair is.

        Returns
        -------
        float
            Greatest distance from the nearest point of the curve, in the rotating frame.
        """
        from scipy.spatial import cKDTree

        count = max(64, int(200 * (self.span[1] - self.span[0]) / period_s(self.system, self.orbit)))
        places = self.rotating(np.linspace(*self.span, count), ephemeris)[:, :3]
        curve = self.orbit.states(np.linspace(0.0, 1.0, 4001))[:, :3]
        return float(np.max(cKDTree(curve).query(places)[0])) * self.system.length_km


def half_extent_km(system: ThreeBodySystem, orbit: PeriodicOrbit) -> float:
    """Return half the greatest extent of a periodic orbit along an axis of the rotating frame [km]."""
    places = orbit.states(np.linspace(0.0, 1.0, 257))[:, :3]
    return 0.5 * float(np.max(np.ptp(places, axis=0))) * system.length_km


def into_ephemeris(
    system: ThreeBodySystem,
    orbit: PeriodicOrbit,
    *,
    epoch_s: float,
    phase: float = 0.0,
    span: Span,
    model: ForceModel,
    ephemeris: Ephemeris,
    name: str = "orbit",
) -> EphemerisOrbit:
    """Find a motion under all forces that stays near a periodic orbit.

    Parameters
    ----------
    system : ThreeBodySystem
        The pair.
    orbit : PeriodicOrbit
        The orbit in its rotating frame.
    epoch_s : float
        Time of `phase` [TDB s past J2000].
    phase : float
        Fraction of the period since the orbit's state in the xz plane, at the epoch.
    span : (float, float)
        Time to be covered [TDB s past J2000]: hours to years. The epoch may lie outside.
    model : ForceModel
        The forces; positions are relative to its centre.
    ephemeris : Ephemeris
        Where the bodies are.
    name : str
        The node; named in errors.

    Returns
    -------
    EphemerisOrbit
        Continuous to `GAP_KM` and `GAP_KM_S`.

    Raises
    ------
    EphemerisRangeError
        If the span is not covered.
    InputError
        If no motion is found near the orbit; the message names the node, the span, and where it tears.
    """
    start, stop = span
    if not (np.isfinite(span).all() and stop > start):
        raise InputError(f"{name}: span from {start} to {stop} s; the stop must come after the start")
    check_span(f"ephemeris for {name}", ephemeris.span, span)
    times = _patch_times(system, orbit, epoch_s, phase, span)
    states = orbit_states(system, orbit, times, ephemeris, epoch_s=epoch_s, phase=phase, center=model.center)
    first = _Patches(times, states)
    motions = Motions.over(model, span, ephemeris)
    # Point masses come first: they are quick, and what else pulls moves the solution by little.
    bare = Motions.over(ForceModel(model.center, model.bodies), span, ephemeris)
    found = _found(bare, first, orbit, system)
    weights = _weights(orbit, system, TRIALS[0])
    if not found.torn and bare.model != model:
        found = _newton(motions, found, weights)
    if found.torn and bare.model != model:
        found = _found(motions, first, orbit, system)
    if not found.torn:
        found = _polished(motions, found, weights)
    if found.torn:
        raise InputError(_torn(motions, found, system, name))
    return _finished(motions, found, system, orbit, model, name)


# ---------------------------------------------------------------------------------------------- patch points


@dataclass(frozen=True, eq=False)
class _Patches:
    """Patch points, and whether their arcs do not meet."""

    times: Floats
    states: Floats
    torn: bool = True


def _patch_times(
    system: ThreeBodySystem, orbit: PeriodicOrbit, epoch_s: float, phase: float, span: Span
) -> Floats:
    """Cut the span into arcs that take equal shares of the angle which the orbit's own time scale makes."""
    fraction = np.linspace(0.0, 1.0, 2049)
    places = orbit.states(fraction)[:, :3]
    quickness = np.sqrt(sum(
        gm / np.linalg.norm(places - [x, 0.0, 0.0], axis=1) ** 3
        for x, gm in ((-orbit.mu, 1.0 - orbit.mu), (1.0 - orbit.mu, orbit.mu))
    ))  # fmt: skip
    angle = np.concatenate([[0.0], np.cumsum(quickness[1:] + quickness[:-1])])
    angle /= angle[-1]
    period = period_s(system, orbit)

    def turns(t: float) -> float:
        phase_there = phase + (t - epoch_s) / period
        return float(np.floor(phase_there) + np.interp(phase_there % 1.0, fraction, angle))

    first, last = turns(span[0]), turns(span[1])
    wanted = np.linspace(first, last, max(3, int(np.ceil(PATCHES * (last - first))) + 1))
    phases = np.floor(wanted) + np.interp(wanted % 1.0, angle, fraction)
    times = epoch_s + (phases - phase) * period
    times[[0, -1]] = span
    return times


def _weights(orbit: PeriodicOrbit, system: ThreeBodySystem, share: float) -> Floats:
    """Return how much of position [km], velocity [km/s] and time [s] weigh the same in a correction, shape [7]."""
    period = period_s(system, orbit)
    size = PLACE_SHARE * half_extent_km(system, orbit)
    return np.array([size] * 3 + [2.0 * np.pi * size / period] * 3 + [share * period])


# ------------------------------------------------------------------------------------------- Newton's method


def _found(motions: Motions, first: _Patches, orbit: PeriodicOrbit, system: ThreeBodySystem) -> _Patches:
    """Try the span as a whole and in pieces, with times more and less free; return the first that holds."""
    for solve in (_newton, _in_pieces):
        for share in TRIALS:
            found = solve(motions, first, _weights(orbit, system, share))
            if not found.torn:
                return found
    return found


def _gaps(motions: Motions, patches: _Patches) -> Floats:
    """Return how far each arc ends from the next patch point, shape [P - 1, 6]."""
    ends = motions.ends(patches.states[:-1], patches.times[:-1], patches.times[1:])
    return np.asarray(ends - patches.states[1:], dtype=np.float64)


def _polished(motions: Motions, patches: _Patches, weights: Floats) -> _Patches:
    """Close gaps of some metres to rounding: times stay, and so does the linearisation.

    Gaps are those of the motions as they are tabulated. The integrator takes other steps where it carries the
    linearisation along; over weeks in an unstable place that makes centimetres.
    """
    states, times, scale = patches.states, patches.times, weights[:6]
    _, matrices = motions.transitions(states[:-1], times[:-1], times[1:])
    identity = np.broadcast_to(np.eye(6), matrices.shape)
    chain = Chain.of(matrices / scale[:, None] * scale, -identity)
    best, least = states, np.inf
    for _ in range(POLISHES):
        gaps = _gaps(motions, _Patches(times, states))
        size = _size(gaps)
        if not size < least:
            break
        best, least = states, size
        if size <= 0.1:
            break
        states = states + chain.least(-gaps / scale) * scale
    return _Patches(times, best, torn=not least <= 1.0)


def _in_pieces(motions: Motions, patches: _Patches, weights: Floats) -> _Patches:
    """Close the gaps of pieces of the span, then those of neighbours joined, up to the whole."""
    count = len(patches.times) - 1
    if count <= PATCHES * REVOLUTIONS:
        return _newton(motions, patches, weights)
    middle = count // 2
    left, right = (
        _in_pieces(motions, _Patches(patches.times[part], patches.states[part]), weights)
        for part in (slice(0, middle + 1), slice(middle, count + 1))
    )
    joint = 0.5 * (left.states[-1] + right.states[0])
    states = np.concatenate([left.states[:-1], joint[None], right.states[1:]])
    return _newton(motions, _Patches(np.concatenate([left.times, right.times[1:]]), states), weights)


def _newton(motions: Motions, patches: _Patches, weights: Floats) -> _Patches:
    """Close gaps to the tolerance, or to `NEARLY` times that where rounding is in the way."""
    times, states = patches.times, patches.states
    free = np.tile(weights, (len(times), 1))
    free[[0, -1], 6] = 0.0  # the span stays
    scale = weights[:6]
    ends, matrices = motions.transitions(states[:-1], times[:-1], times[1:])
    share = 1.0
    for _ in range(ITERATIONS):
        gaps = ends - states[1:]
        if not np.isfinite(gaps).all():
            break
        size = _size(gaps)
        if size <= 1.0:
            return _Patches(times, states, torn=False)
        leaving, arriving = motions.rates(states[:-1], times[:-1]), motions.rates(ends, times[1:])
        before = np.concatenate([matrices, -np.einsum("nij,nj->ni", matrices, leaving)[..., None]], axis=2)
        after = np.concatenate([np.broadcast_to(-np.eye(6), matrices.shape), arriving[..., None]], axis=2)
        chain = Chain.of(
            before / scale[:, None] * free[:-1, None, :], after / scale[:, None] * free[1:, None, :]
        )
        step = chain.least(-gaps / scale)
        length, share = np.linalg.norm(step), min(1.0, 2.0 * share)
        while True:
            new_states = states + share * step[:, :6] * free[:, :6]
            new_times = times + share * step[:, 6] * free[:, 6]
            if np.all(np.diff(new_times) > 0.0):
                ends, matrices = motions.transitions(new_states[:-1], new_times[:-1], new_times[1:])
                gaps = ends - new_states[1:]
                if np.isfinite(gaps).all() and (
                    _size(gaps) <= 1.0
                    or np.linalg.norm(chain.least(-gaps / scale)) < (1.0 - 0.25 * share) * length
                ):
                    break
            share *= 0.5
            if size <= NEARLY or share < LEAST_STEP:
                return _Patches(times, states, torn=size > NEARLY)
        times, states = new_times, new_states
    return _Patches(times, states)


def _size(gaps: Floats) -> float:
    """Return the greatest gap in units of the tolerance."""
    return float(max(np.max(np.abs(gaps[:, :3])) / GAP_KM, np.max(np.abs(gaps[:, 3:])) / GAP_KM_S))


# ----------------------------------------------------------------------------------------------------- results


def _finished(
    motions: Motions,
    patches: _Patches,
    system: ThreeBodySystem,
    orbit: PeriodicOrbit,
    model: ForceModel,
    name: str,
) -> EphemerisOrbit:
    gaps = np.abs(_gaps(motions, patches))
    residual = float(np.max(gaps[:, :3]))
    table = motions.table(patches.states[:-1], patches.times, TOLERANCE_KM + residual, name)
    return EphemerisOrbit(
        name, model.center, table, patches.times, patches.states, residual, float(np.max(gaps[:, 3:])), model,
        system, orbit,
    )  # fmt: skip


def _torn(motions: Motions, patches: _Patches, system: ThreeBodySystem, name: str) -> str:
    """Say where the best attempt tears."""
    gaps = np.nan_to_num(np.linalg.norm(_gaps(motions, patches)[:, :3], axis=1), nan=np.inf)
    worst = int(np.argmax(gaps))
    start, stop = (format_utc(t, 0) for t in patches.times[[0, -1]])
    gap = f"{gaps[worst]:.3g} km" if np.isfinite(gaps[worst]) else "a collision"
    return (
        f"{name}: no motion under all forces was found near this {system.name} orbit from {start} to {stop}; the "
        f"best one tears at {format_utc(patches.times[worst + 1], 0)} by {gap}. Ask for a shorter span, another "
        "phase, or an orbit of the family that is less sensitive"
    )
