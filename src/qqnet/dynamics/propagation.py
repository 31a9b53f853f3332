"""Motion of spacecraft under a force model, integrated and kept as Chebyshev tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.dynamics.arcs import COLLISION, DONE, NOT_FINITE, Arc
from qqnet.dynamics.burns import Burn, in_order
from qqnet.dynamics.engines import Engine, engine_of
from qqnet.dynamics.forces import THRUST_SIZE
from qqnet.dynamics.legs import Leg, legs
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.surroundings import Surroundings, surface_bodies, surroundings
from qqnet.dynamics.tabulation import tabulate
from qqnet.dynamics.transition import transition, transitions
from qqnet.errors import InputError, PropagationError
from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import format_utc

__all__ = ["Engine", "Propagation", "final_states", "propagate", "stream", "transition", "transitions"]

Floats = NDArray[np.float64]
Span = tuple[float, float]

DEFAULT_ENGINE: Final = "gauss"


@dataclass(frozen=True, eq=False)
class Propagation:
    """Motions of spacecraft over a span.

    Attributes
    ----------
    model : ForceModel
        The forces.
    names : tuple of str
        The spacecraft.
    tables : tuple of ChebyshevTable
        Position of each relative to the model's centre [km], ICRF axes; without a gap over the whole span.
    final : ndarray, shape [N, 6]
        States at the end of the span [km, km/s].
    span : (float, float)
        Covered time [TDB s past J2000].
    """

    model: ForceModel
    names: tuple[str, ...]
    tables: tuple[ChebyshevTable, ...]
    final: Floats
    span: Span


def propagate(
    model: ForceModel,
    states: ArrayLike,
    epoch_s: float,
    span: Span,
    ephemeris: Ephemeris,
    *,
    names: Sequence[str] | None = None,
    burns: Mapping[str, Sequence[Burn]] | None = None,
    tolerance_km: float = TOLERANCE_KM,
    engine: Engine | str = DEFAULT_ENGINE,
    threads: int | None = None,
    advance: Callable[[float], None] | None = None,
) -> Propagation:
    """Integrate spacecraft and tabulate where they are.

    Parameters
    ----------
    model : ForceModel
        The forces.
    states : array_like, shape [N, 6]
        Positions and velocities at the epoch [km, km/s], ICRF axes relative to the model's centre.
    epoch_s : float
        When the states hold [TDB s past J2000].
    span : (float, float)
        Time to be covered [TDB s past J2000]; it may begin before the epoch, or be all on one side of it.
    ephemeris : Ephemeris
        Where the bodies are.
    names : sequence of str, optional
        Names of the spacecraft, for tables and errors; "spacecraft 1" and so on where not given.
    burns : mapping of str to sequence of Burn, optional
        Manoeuvres by name of the spacecraft.
    tolerance_km : float
        Greatest distance of a table from the integrated motion, in any component [km].
    engine : Engine or str
        Integrator, or its name, one of `qqnet.dynamics.engines.ENGINES`.
    threads : int, optional
        Threads to use; all processors where not given.
    advance : callable, optional
        Told the share done, 0 to 1.

    Returns
    -------
    Propagation
        Tables and last states.

    Raises
    ------
    InputError
        If arguments make no sense.
    EphemerisRangeError
        If the ephemeris does not cover span and epoch.
    PropagationError
        If a spacecraft meets the surface of a body, or its motion cannot be integrated. All others are
        integrated to the end first; their tables are in the error's ``results``.
    """
    fleet = _Fleet.checked(states, names, burns)
    if not (np.isfinite(span).all() and span[1] > span[0]):
        raise InputError(f"propagation from {span[0]} to {span[1]} s; the stop must come after the start")
    if not tolerance_km > 0.0:
        raise InputError(f"propagation: tolerance {tolerance_km} km; right is above 0")
    task = _Task(model, fleet, engine_of(engine), threads or os.cpu_count() or 1, advance or (lambda _: None))
    whole = min(epoch_s, span[0]), max(epoch_s, span[1])
    task.around = surroundings(model, whole, ephemeris)
    states_at = fleet.states
    failed: dict[int, Arc] = {}
    chains: list[list[Arc]] = [[] for _ in fleet.names]
    begin, forward, done, total = epoch_s, True, 0.0, whole[1] - whole[0]
    if epoch_s < span[0] or epoch_s > span[1]:  # on the way there nothing is kept
        begin = span[0] if epoch_s < span[0] else span[1]
        forward = epoch_s < span[0]
        task.told = done, (done := done + abs(begin - epoch_s) / total)
        states_at, _ = task.run(states_at, epoch_s, begin, False, failed)
    final = states_at
    if begin > span[0]:
        task.told = done, (done := done + (begin - span[0]) / total)
        _, back = task.run(states_at, begin, span[0], True, failed)
        chains = [chain + more for chain, more in zip(chains, back, strict=True)]
    if forward and begin < span[1]:
        task.told = done, 1.0
        final, ahead = task.run(states_at, begin, span[1], True, failed)
        chains = [chain + more for chain, more in zip(chains, ahead, strict=True)]
    tables = {
        name: tabulate(name, chain, task.around.reference_s, span, tolerance_km)
        for n, (name, chain) in enumerate(zip(fleet.names, chains, strict=True))
        if n not in failed
    }
    if failed:
        raise _failure(model, fleet.names, failed, task.around, tables)
    return Propagation(model, fleet.names, tuple(tables.values()), final, span)


def stream(
    model: ForceModel,
    states: ArrayLike,
    epoch_s: float,
    span: Span,
    ephemeris: Ephemeris,
    chunk_s: float,
    *,
    names: Sequence[str] | None = None,
    burns: Mapping[str, Sequence[Burn]] | None = None,
    tolerance_km: float = TOLERANCE_KM,
    engine: Engine | str = DEFAULT_ENGINE,
    threads: int | None = None,
    advance: Callable[[float], None] | None = None,
) -> Iterator[Propagation]:
    """Integrate a long span piece by piece: memory holds one piece at a time.

    Parameters
    ----------
    model, states, epoch_s, span, ephemeris, names, burns, tolerance_km, engine, threads, advance
        As for `propagate`. Burns may cross from one piece into the next.
    chunk_s : float
        Length of a piece [s].

    Yields
    ------
    Propagation
        One a piece, in order of time; each begins where the one before it ended.

    Raises
    ------
    InputError
        As `propagate`; or if the pieces have no length.
    """
    if not chunk_s > 0.0:
        raise InputError(f"propagation in pieces of {chunk_s} s; right is above 0")
    count = max(1, int(np.ceil((span[1] - span[0]) / chunk_s - 1e-9)))
    edges = [*(span[0] + chunk_s * n for n in range(count)), span[1]]
    for name in burns or {}:  # a burn is not cut in two: its direction is that of its ignition
        for burn in in_order((burns or {})[name], name):
            edges = [burn.span_s[1] if burn.span_s[0] < edge < burn.span_s[1] else edge for edge in edges]
    current, at = np.asarray(states, dtype=np.float64), epoch_s
    told = advance or (lambda _: None)

    def share_of(n: int) -> Callable[[float], None]:
        return lambda share: told((n + share) / count)

    for n in range(count):
        piece = propagate(
            model, current, at, (edges[n], edges[n + 1]), ephemeris, names=names, burns=burns,
            tolerance_km=tolerance_km, engine=engine, threads=threads,
            advance=share_of(n),
        )  # fmt: skip
        yield piece
        current, at = piece.final, edges[n + 1]


def final_states(
    model: ForceModel,
    states: ArrayLike,
    epoch_s: float,
    times_s: ArrayLike,
    ephemeris: Ephemeris,
    *,
    names: Sequence[str] | None = None,
    burns: Mapping[str, Sequence[Burn]] | None = None,
    engine: Engine | str = DEFAULT_ENGINE,
    threads: int | None = None,
) -> Floats:
    """Integrate spacecraft to one time each, and keep nothing on the way.

    Parameters
    ----------
    model, states, epoch_s, ephemeris, names, burns, engine, threads
        As for `propagate`.
    times_s : array_like, shape [N] or []
        When each state is wanted [TDB s past J2000], before or after the epoch.

    Returns
    -------
    ndarray, shape [N, 6]
        States [km, km/s].

    Raises
    ------
    InputError, EphemerisRangeError, PropagationError
        As `propagate`.
    """
    fleet = _Fleet.checked(states, names, burns)
    times = np.broadcast_to(np.asarray(times_s, dtype=np.float64), (len(fleet.names),))
    if not np.isfinite(times).all():
        raise InputError("propagation: a time is not finite")
    task = _Task(model, fleet, engine_of(engine), threads or os.cpu_count() or 1, lambda _: None)
    task.around = surroundings(
        model, (min(epoch_s, float(np.min(times))), max(epoch_s, float(np.max(times)))), ephemeris
    )
    failed: dict[int, Arc] = {}
    final, _ = task.run(fleet.states, epoch_s, times, False, failed)
    if failed:
        raise _failure(model, fleet.names, failed, task.around, {})
    return final


@dataclass(frozen=True, eq=False)
class _Fleet:
    """Spacecraft: names, states at the epoch, manoeuvres."""

    names: tuple[str, ...]
    states: Floats
    burns: Mapping[str, Sequence[Burn]]

    @classmethod
    def checked(
        cls, states: ArrayLike, names: Sequence[str] | None, burns: Mapping[str, Sequence[Burn]] | None
    ) -> _Fleet:
        values = np.array(states, dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != 6 or not len(values):
            raise InputError(f"states of shape {values.shape}; right is [N, 6], with N at least 1")
        given = (
            tuple(names) if names is not None else tuple(f"spacecraft {n + 1}" for n in range(len(values)))
        )
        if len(given) != len(values) or len(set(given)) != len(given):
            raise InputError(
                f"{len(given)} names for {len(values)} states; right is one name each, all different"
            )
        for name, value in zip(given, values, strict=True):
            if not np.isfinite(value).all():
                raise InputError(f"{name}: the state {value.tolist()} holds a number that is not finite")
        unknown = sorted(set(burns or {}) - set(given))
        if unknown:
            raise InputError(f"burns of {unknown[0]!r}, which is not among the spacecraft {', '.join(given)}")
        return cls(given, values, burns or {})


@dataclass(eq=False)
class _Task:
    """One call: what to integrate, with what, and who is told."""

    model: ForceModel
    fleet: _Fleet
    engine: Engine
    threads: int
    advance: Callable[[float], None]
    around: Surroundings = field(init=False)
    told: Span = (0.0, 1.0)
    """Shares of all that is done before and after the next run."""

    def run(
        self, states: Floats, start_s: float, stop_s: float | Floats, dense: bool, failed: dict[int, Arc]
    ) -> tuple[Floats, list[list[Arc]]]:
        """Integrate every spacecraft that has not failed, leg after leg; return last states and arcs."""
        count = len(states)
        stops = np.broadcast_to(np.asarray(stop_s, dtype=np.float64), (count,))
        current = states.copy()
        arcs: list[list[Arc]] = [[] for _ in range(count)]
        ahead: list[list[Leg]] = [
            legs(name, self.fleet.burns.get(name, ()), start_s, float(stop))
            for name, stop in zip(self.fleet.names, stops, strict=True)
        ]
        total, done, lock = sum(len(chain) for chain in ahead), 0, Lock()

        def told(_: int) -> None:
            nonlocal done
            with lock:
                done += 1
                self.advance(self.told[0] + done / total * (self.told[1] - self.told[0]))

        while active := [n for n in range(count) if ahead[n] and n not in failed]:
            now = [ahead[n].pop(0) for n in active]
            for n, leg in zip(active, now, strict=True):
                current[n] = leg.begin(current[n])
            reference = self.around.reference_s
            thrusts = np.zeros((len(active), THRUST_SIZE))
            for k, (n, leg) in enumerate(zip(active, now, strict=True)):
                thrusts[k] = leg.forces(current[n], reference)
            made = self.engine.integrate(
                self.around, current[active],
                np.array([leg.start_s - reference for leg in now]),
                np.array([leg.stop_s - reference for leg in now]),
                thrusts, dense=dense, threads=self.threads, advance=told,
            )  # fmt: skip
            for n, arc in zip(active, made, strict=True):
                arcs[n].append(arc)
                current[n] = arc.final
                if arc.status != DONE:
                    failed[n] = arc
        return current, arcs


def _failure(
    model: ForceModel,
    names: Sequence[str],
    failed: Mapping[int, Arc],
    around: Surroundings,
    results: dict[str, ChebyshevTable],
) -> PropagationError:
    """Return the error that names each failed spacecraft, the body and the time."""
    told, when = [], {}
    for n in sorted(failed):
        arc = failed[n]
        when[n] = around.reference_s + float(arc.edges_s[-1])
        told.append(f"{names[n]}: {_reason(model, arc)} at {format_utc(when[n])}")
    first = min(failed)
    return PropagationError(names[first], when[first], "\n".join(told), results)


def _reason(model: ForceModel, arc: Arc) -> str:
    if arc.status == COLLISION:
        name = surface_bodies(model)[arc.body]
        return f"meets the surface of the {name} (radius {BODIES[name].mean_radius_km:g} km)"
    if arc.status == NOT_FINITE:
        return "the motion is no longer finite"
    return "the step of the integrator shrinks to nothing; the forces there are not smooth"
