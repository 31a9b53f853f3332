"""Motion that is integrated: spacecraft under equal forces together, results kept as they come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.burns import Burn
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import final_states, propagate
from qqnet.errors import PropagationError
from qqnet.orbits.initial import InitialStates
from qqnet.orbits.trajectory import Trajectory
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]
Span = tuple[float, float]


CHUNK_S: Final = 30 * 86400.0
"""Time that is integrated at once on the way from an epoch outside the span [s]: memory stays flat."""


class TableStore(Protocol):
    """Where integrated motion is kept, so that a later run need not integrate it again."""

    def find(self, key: str) -> ChebyshevTable | None:
        """Return the table that was kept under a key; None where there is none."""

    def keep(self, key: str, table: ChebyshevTable) -> None:
        """Keep a table."""


class Nowhere:
    """A store that keeps nothing."""

    def find(self, key: str) -> ChebyshevTable | None:
        """Find nothing."""
        return None

    def keep(self, key: str, table: ChebyshevTable) -> None:
        """Forget it."""


@dataclass(frozen=True, eq=False)
class Motion:
    """Spacecraft that start together and move under the same forces.

    Attributes
    ----------
    start : InitialStates
        Names, central body, epoch and states.
    model : ForceModel
        The forces.
    burns : tuple of Burn
        Manoeuvres of each of them, in order of time.
    engine : str
        Name of the integrator.
    """

    start: InitialStates
    model: ForceModel
    burns: tuple[Burn, ...] = ()
    engine: str = "gauss"

    @property
    def group(self) -> tuple[ForceModel, str, float]:
        """What spacecraft must have in common to be integrated together."""
        return self.model, self.engine, self.start.epoch_s

    def key(self, n: int, span: Span, ephemeris: Ephemeris) -> str:
        """Return the digest of all that the motion of the n-th spacecraft depends on."""
        forces = asdict(self.model), [asdict(burn) for burn in self.burns], self.engine
        return digest(*forces, self.start.epoch_s, self.start.states[n], span, ephemeris.source)


def digest(*parts: object) -> str:
    """Return a key of plain values and arrays that tells them apart to the last bit."""
    text = json.dumps(parts, sort_keys=True, default=lambda array: array.tolist())
    return hashlib.sha256(text.encode()).hexdigest()


def integrate(
    motions: Sequence[Motion],
    span: Span,
    ephemeris: Ephemeris,
    *,
    needed: Span | None = None,
    advance: Callable[[float], None] | None = None,
    store: TableStore | None = None,
) -> dict[str, Trajectory]:
    """Integrate spacecraft, those under equal forces from the same epoch in one batch.

    A spacecraft whose motion cannot be integrated does not stop the others: what is finished is in the store when
    the error is raised.

    Parameters
    ----------
    motions : sequence of Motion
        The spacecraft.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Where the bodies are.
    needed : (float, float), optional
        Time that must be covered; the span where not given. What meets a surface before or after it, as a
        spacecraft that has just taken off, is covered from there or to there.
    advance : callable, optional
        Told the share done, 0 to 1.
    store : TableStore, optional
        Where finished motion is kept and looked for.

    Returns
    -------
    dict of str to Trajectory
        One a spacecraft.

    Raises
    ------
    PropagationError
        If any meets a body's surface or cannot be integrated further; the message names each, and the UTC time.
    """
    store, needed = Nowhere() if store is None else store, needed or span
    found: dict[str, Trajectory] = {}
    groups: dict[tuple[ForceModel, str, float], list[_Task]] = {}
    for motion in motions:
        for n, name in enumerate(motion.start.names):
            task = _Task(name, motion.key(n, span, ephemeris), motion.start.states[n], motion.burns)
            table = store.find(task.key)
            if table is None:
                groups.setdefault(motion.group, []).append(task)
            else:
                found[name] = _trajectory(name, motion.model, table)
    shares = Shares([len(tasks) * (2.0 + _degree(group[0])) ** 2 for group, tasks in groups.items()], advance)
    errors: list[PropagationError] = []
    for n, ((model, engine, epoch_s), tasks) in enumerate(groups.items()):
        tables, failed = _tables(model, engine, epoch_s, tasks, span, needed, ephemeris, shares.of(n))
        errors += failed
        for task in tasks:
            if task.name in tables:
                store.keep(task.key, tables[task.name])
                found[task.name] = _trajectory(task.name, model, tables[task.name])
    if errors:
        raise _joined(errors)
    return found


@dataclass(frozen=True, eq=False)
class _Task:
    """One spacecraft that is to be integrated."""

    name: str
    key: str
    state: Floats
    burns: tuple[Burn, ...]


class Shares:
    """Progress of several computations as that of one.

    Parameters
    ----------
    weights : sequence of float
        How long each will take, in any unit.
    advance : callable or None
        Told the share of all that is done.
    """

    def __init__(self, weights: Sequence[float], advance: Callable[[float], None] | None):
        self.bounds = np.concatenate([[0.0], np.cumsum(weights)]) / max(sum(weights), 1e-300)
        self.advance = advance

    def of(self, n: int) -> Callable[[float], None]:
        """Return what the n-th computation tells its own share to."""

        def told(share: float) -> None:
            if self.advance is not None:
                low, high = self.bounds[n : n + 2]
                self.advance(float(low + share * (high - low)))

        return told


def _degree(model: ForceModel) -> int:
    return max((one.degree for one in model.harmonics), default=0)


def _trajectory(name: str, model: ForceModel, table: ChebyshevTable) -> Trajectory:
    return Trajectory(name, model.center, table, model.text())


def _tables(
    model: ForceModel,
    engine: str,
    epoch_s: float,
    tasks: Sequence[_Task],
    span: Span,
    needed: Span,
    ephemeris: Ephemeris,
    told: Callable[[float], None],
) -> tuple[dict[str, ChebyshevTable], list[PropagationError]]:
    """Integrate one group; return what came to the end, and why the rest did not."""
    errors: list[PropagationError] = []
    try:
        return _batch(model, engine, epoch_s, tasks, span, ephemeris, told), errors
    except PropagationError as error:
        tables: dict[str, ChebyshevTable] = dict(error.results)
    for task in tasks:
        if task.name not in tables:
            try:
                tables |= _alone(model, engine, epoch_s, task, span, needed, ephemeris)
            except PropagationError as error:
                errors.append(error)
    return tables, errors


def _alone(
    model: ForceModel,
    engine: str,
    epoch_s: float,
    task: _Task,
    span: Span,
    needed: Span,
    ephemeris: Ephemeris,
) -> dict[str, ChebyshevTable]:
    """Integrate one spacecraft as far as it flies, but at least over the time that is needed."""
    for _ in range(2):  # it may come from a surface and end on one
        try:
            return _batch(model, engine, epoch_s, [task], span, ephemeris, lambda _: None)
        except PropagationError as error:
            if error.time_s < needed[0] - 1.0:
                span = error.time_s + 1.0, span[1]
            elif error.time_s > needed[1] + 1.0:
                span = span[0], error.time_s - 1.0
            else:
                raise
    return _batch(model, engine, epoch_s, [task], span, ephemeris, lambda _: None)


def _batch(
    model: ForceModel,
    engine: str,
    epoch_s: float,
    tasks: Sequence[_Task],
    span: Span,
    ephemeris: Ephemeris,
    told: Callable[[float], None],
) -> dict[str, ChebyshevTable]:
    """Integrate one group over a span; from an epoch far off it is brought near piece by piece first."""
    names, states = [task.name for task in tasks], np.stack([task.state for task in tasks])
    options: dict[str, Any] = {
        "names": names,
        "burns": {task.name: task.burns for task in tasks if task.burns},
        "engine": engine,
    }
    for near in _way(epoch_s, span):
        states, epoch_s = final_states(model, states, epoch_s, near, ephemeris, **options), near
    made = propagate(model, states, epoch_s, span, ephemeris, advance=told, **options)
    return dict(zip(names, made.tables, strict=True))


def _way(epoch_s: float, span: Span) -> list[float]:
    """Return the times, some weeks apart, on the way from an epoch outside a span to its nearer end."""
    near = min(max(epoch_s, span[0]), span[1])
    pieces = int(np.ceil(abs(near - epoch_s) / CHUNK_S))
    return [float(t) for t in np.linspace(epoch_s, near, pieces + 1)[1:]]


def _joined(errors: Sequence[PropagationError]) -> PropagationError:
    """Return the first of several errors, with what the others say."""
    first = errors[0]
    if len(errors) > 1:
        first.args = ("\n".join(str(error) for error in errors),)
    return first
