"""Taylor integration by heyoka: many motions at once in the lanes of the processor's vector registers.

A Taylor step of order 18 is as long as a fortieth of a revolution and knows the motion all along it. The equations
are compiled for each model, once a process; heyoka keeps what it compiled on disk as well. Positions and
rotations of bodies go in as powers of time whose factors are parameters of the compiled code. They are exchanged
where a record ends, and each lane has its own, so that motions of different spans share a register.

A step does not see a shadow's edge: sunlight with shadows is left to `gauss`, and legs under thrust to `dop853`.

References
----------
Biscani & Izzo 2021, Revisiting high-order Taylor methods for astrodynamics and celestial mechanics,
MNRAS 504:2614.
"""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.polynomial.chebyshev import cheb2poly, poly2cheb
from numpy.typing import NDArray

from qqnet.dynamics.arcs import COLLISION, DONE, NOT_FINITE, STEP_TOO_SHORT, Arc, may_meet, meeting
from qqnet.dynamics.engines import Dop853, spread
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.surroundings import Surroundings, look_around
from qqnet.errors import InputError, MissingDataError
from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import fit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TOLERANCE: Final = 1e-14
"""Error of a step relative to the state."""

FIT_TOLERANCE: Final = 3e-11
"""Error of a record's powers, relative to the distance of a body or to one: 1 cm of the Earth seen from the Moon,
whose pull on an orbiter changes by 3e-16 of the Moon's."""

MOST_STEPS: Final = 100_000
"""A record that takes more steps than this is no motion."""

_N_POWERS: Final = 14
_NEGLIGIBLE_KM: Final = 1e-9


class HeyokaEngine:
    """Taylor's method in batches; see `qqnet.dynamics.engines.Engine`.

    Parameters
    ----------
    compact : bool
        Whether to compile short code. Long code runs quicker, and is worth the half minute that it takes to
        compile a field of degree 8 only where years are to be integrated.

    Raises
    ------
    MissingDataError
        If heyoka is not installed.
    """

    def __init__(self, compact: bool = True) -> None:
        if importlib.util.find_spec("heyoka") is None:
            raise MissingDataError('the propagator heyoka is not installed: pip install "qqnet[fast]"')
        self.compact = compact

    def integrate(
        self,
        around: Surroundings,
        states: Floats,
        starts_s: Floats,
        stops_s: Floats,
        thrusts: Floats,
        *,
        dense: bool,
        threads: int,
        advance: Callable[[int], None],
    ) -> list[Arc]:
        """Integrate motions in batches of as many as a register holds; those under thrust by `Dop853`."""
        if around.sunlight > 0.0 and around.occulter_radius.size:
            raise InputError(
                "the propagator heyoka does not see the edge of a shadow; choose gauss for sunlight with shadows"
            )
        pushed = np.flatnonzero(thrusts[:, 0] > 0.0)
        free = np.flatnonzero(thrusts[:, 0] == 0.0)
        arcs: dict[int, Arc] = {}
        if pushed.size:
            made = Dop853().integrate(
                around, states[pushed], starts_s[pushed], stops_s[pushed], thrusts[pushed],
                dense=dense, threads=threads, advance=lambda n: advance(int(pushed[n])),
            )  # fmt: skip
            arcs |= dict(zip(pushed.tolist(), made, strict=True))
        if free.size:
            records = _records_of(around)
            code = _code_of(around, self.compact)
            free = free[np.lexsort((stops_s[free], starts_s[free]))]
            groups = [free[n : n + code.lanes] for n in range(0, free.size, code.lanes)]

            def one(n: int) -> list[Arc]:
                group = groups[n]
                made = _Batch(around, records, code, states[group], starts_s[group], stops_s[group]).run(
                    dense
                )
                for member in group:
                    advance(int(member))
                return made

            for group, made in zip(groups, spread(one, len(groups), threads), strict=True):
                arcs |= dict(zip(group.tolist(), made, strict=True))
        return [arcs[n] for n in range(len(states))]


# --------------------------------------------------------------------------------------- what surrounds a motion


@dataclass(frozen=True, eq=False)
class _Records:
    """Powers of time of every column, in longer records than those of the `Surroundings`.

    Attributes
    ----------
    interval_s : float
        Length of a record [s].
    powers : ndarray, shape [n_records, _N_POWERS, n_columns]
        Factors of tau^0, tau^1, ..., tau from -1 to 1.
    """

    interval_s: float
    powers: Floats

    def at(self, time_s: Floats, direction: Floats) -> Integers:
        """Return the record that a motion at that time moves into."""
        place = time_s / self.interval_s
        record = np.where(direction >= 0.0, np.floor(place + 1e-12), np.ceil(place - 1e-12) - 1.0)
        return np.clip(record, 0, len(self.powers) - 1).astype(np.int64)


_recent: list[tuple[Surroundings, _Records]] = []


def _records_of(around: Surroundings) -> _Records:
    for known, ready in _recent:
        if known is around:
            return ready
    made = _build_records(around)
    _recent.append((around, made))
    del _recent[:-4]
    return made


def _build_records(around: Surroundings) -> _Records:
    n_columns = _n_columns(around)
    length = around.interval_s * around.n_records
    if n_columns == 0:
        return _Records(length, np.zeros((1, _N_POWERS, 0)))

    def raw(dt: Floats) -> Floats:
        out = np.empty((-(-dt.size // LANES) * LANES, n_columns))
        _columns(around, np.resize(dt, len(out)), out)
        return out[: dt.size]

    scale = np.ones(n_columns)
    for c in range(0, min([n_columns, *around.field_shape[:, 1].tolist()]), 3):
        scale[c : c + 3] = np.linalg.norm(raw(np.linspace(0.0, length, 9))[:, c : c + 3], axis=1).max()
    for gm, c in zip(around.field_gm, around.field_shape[:, 1], strict=True):
        if gm == BODIES["Earth"].gm_km3_s2:  # as observed, it turns less smoothly
            scale[c : c + 9] = 10.0
    table = fit(
        lambda dt: raw(dt) / scale, 0.0, length, FIT_TOLERANCE, n_coefficients=_N_POWERS, interval_s=4 * 86_400.0,
        name="bodies for heyoka",
    )  # fmt: skip
    unit = np.eye(_N_POWERS)
    to_powers = np.array([np.pad(p, (0, _N_POWERS - len(p))) for p in map(cheb2poly, unit)])
    return _Records(table.interval_s, np.einsum("kp,rck->rpc", to_powers, table.coefficients) * scale)


def _n_columns(around: Surroundings) -> int:
    places = [*around.body_column, around.sun_column] if around.sunlight > 0.0 else around.body_column
    ends = [int(c) + 3 for c in places] + [int(row[1]) + 9 for row in around.field_shape]
    return max([0, *ends])


@njit(cache=True, error_model="numpy", nogil=True)
def _columns(around, time, out):  # type: ignore[no-untyped-def]
    columns = np.empty(around.n_columns * LANES)
    for i in range(0, time.size, LANES):
        look_around(around, time[i : i + LANES], columns)
        for k in range(LANES):
            for c in range(out.shape[1]):
                out[i + k, c] = columns[c * LANES + k]


# ------------------------------------------------------------------------------------------------- compiled code


@dataclass(eq=False)
class _Code:
    """Compiled equations, and the integrators made of them that nobody uses at the moment."""

    first: Any
    lanes: int
    _idle: list[Any] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def take(self) -> Any:
        """Return an integrator for the caller alone."""
        with self._lock:
            return self._idle.pop() if self._idle else copy.deepcopy(self.first)

    def give(self, integrator: Any) -> None:
        """Take it back."""
        with self._lock:
            self._idle.append(integrator)


_compiled: dict[tuple[Any, ...], _Code] = {}
_compiling = Lock()


def _code_of(around: Surroundings, compact: bool) -> _Code:
    arrays = (around.body_gm, around.body_column, around.field_gm, around.field_radius, around.field_shape,
              around.terms)  # fmt: skip
    key = (compact, around.center_gm, around.sunlight, around.sun_column, around.inverse_c2,
           *(array.tobytes() for array in arrays))  # fmt: skip
    with _compiling:
        if key not in _compiled:
            _compiled[key] = _compile(around, compact)
        return _compiled[key]


def _compile(around: Surroundings, compact: bool) -> _Code:
    import heyoka as hy

    place = hy.make_vars("x", "y", "z")
    velocity = hy.make_vars("vx", "vy", "vz")
    pull = [hy.sum(parts) for parts in zip(*_pulls(hy, around, place, velocity), strict=True)]
    lanes = int(hy.recommended_simd_size())
    equations = [*zip(place, velocity, strict=True), *zip(velocity, pull, strict=True)]
    integrator = hy.taylor_adaptive_batch(
        equations, state=np.ones((6, lanes)), tol=TOLERANCE, compact_mode=compact
    )
    return _Code(integrator, lanes)


def _pulls(hy: Any, around: Surroundings, place: Any, velocity: Any) -> Iterator[list[Any]]:
    """Yield accelerations as expressions, three components each."""
    column = _column_expressions(hy, _n_columns(around))
    r2 = hy.sum([p * p for p in place])
    yield [-around.center_gm * p * r2**-1.5 for p in place]
    for gm, c in zip(around.body_gm, around.body_column, strict=True):
        there = column[c : c + 3]
        yield _toward(hy, gm, [b - p for b, p in zip(there, place, strict=True)])
        yield _toward(hy, -gm, there)
    for i in range(around.field_gm.size):
        yield from _fields(hy, around, i, column, place)
    if around.sunlight > 0.0:
        sun = column[around.sun_column : around.sun_column + 3] if around.sun_column >= 0 else [0.0] * 3
        yield _toward(hy, -around.sunlight, [s - p for s, p in zip(sun, place, strict=True)])
    if around.inverse_c2 > 0.0:
        yield _schwarzschild(hy, around, place, velocity)


def _column_expressions(hy: Any, n_columns: int) -> list[Any]:
    """Return every column as a polynomial of time; its powers are shared by all columns."""
    tau = hy.time * hy.par[n_columns * _N_POWERS]
    powers = [tau]
    while len(powers) < _N_POWERS - 1:
        powers.append(powers[-1] * tau)
    return [
        hy.sum([hy.par[c], *(hy.par[p * n_columns + c] * powers[p - 1] for p in range(1, _N_POWERS))])
        for c in range(n_columns)
    ]


def _toward(hy: Any, gm: float, offset: list[Any]) -> list[Any]:
    factor = gm * hy.sum([d * d for d in offset]) ** -1.5
    return [factor * d for d in offset]


def _fields(hy: Any, around: Surroundings, i: int, column: list[Any], place: Any) -> Iterator[list[Any]]:
    """Yield the pull of gravity field i beyond its point mass, and less that on the centre if it is elsewhere."""
    shape = around.field_shape[i]
    if shape[0] < 0:
        yield _field(hy, around, i, shape[2:5], column, place)
        return
    there = column[shape[0] : shape[0] + 3]
    yield _field(hy, around, i, shape[2:5], column, [p - b for p, b in zip(place, there, strict=True)])
    for first in range(5, len(shape), 3):
        pull = _field(hy, around, i, shape[first : first + 3], column, [-b for b in there])
        yield [-part for part in pull]


def _field(
    hy: Any, around: Surroundings, i: int, shape: Integers, column: list[Any], place: Any
) -> list[Any]:
    """Return the pull of field i with a degree, order and first term, at a place relative to its body."""
    degree, order, row = (int(number) for number in shape)
    coefficients = np.zeros((degree + 1, degree + 1, 2))
    for m in range(order + 1):
        for n in range(m, degree + 1):
            coefficients[n, m] = around.terms[row, :2]
            row += 1
    turn = int(around.field_shape[i, 1])
    matrix = [column[turn + 3 * k : turn + 3 * k + 3] for k in range(3)]
    turned = [hy.sum([matrix[k][j] * place[j] for j in range(3)]) for k in range(3)]
    pairs = [coefficients[n, m].tolist() for n in range(degree + 1) for m in range(n + 1)]
    pull = hy.model.sh_gravity_acc(
        turned, pairs, mu=float(around.field_gm[i]), a=float(around.field_radius[i])
    )
    return [hy.sum([matrix[k][j] * pull[k] for k in range(3)]) for j in range(3)]


def _schwarzschild(hy: Any, around: Surroundings, place: Any, velocity: Any) -> list[Any]:
    """Return the centre's first term of general relativity: IERS Conventions 2010, eq. 10.12."""
    r2 = hy.sum([p * p for p in place])
    factor = around.center_gm * around.inverse_c2 * r2**-1.5
    along = 4.0 * around.center_gm * r2**-0.5 - hy.sum([v * v for v in velocity])
    across = 4.0 * hy.sum([p * v for p, v in zip(place, velocity, strict=True)])
    return [factor * (along * p + across * v) for p, v in zip(place, velocity, strict=True)]


# -------------------------------------------------------------------------------------------------- integration


class _Batch:
    """Motions in the lanes of one integrator."""

    def __init__(
        self, around: Surroundings, records: _Records, code: _Code, states: Floats, starts_s: Floats,
        stops_s: Floats,
    ) -> None:  # fmt: skip
        lane = np.minimum(np.arange(code.lanes), len(states) - 1)  # lanes without a motion follow the last
        self.around, self.records, self.code, self.count = around, records, code, len(states)
        self.state = np.ascontiguousarray(states[lane].T)
        self.time, self.stop = starts_s[lane].copy(), stops_s[lane].copy()
        self.direction = np.where(self.stop >= self.time, 1.0, -1.0)
        self.status = np.full(code.lanes, DONE)
        self.surface = np.full(code.lanes, -1)
        self.edges: list[list[Floats]] = [[starts_s[k : k + 1]] for k in range(self.count)]
        self.pieces: list[list[Floats]] = [[] for _ in range(self.count)]

    def run(self, dense: bool) -> list[Arc]:
        """Integrate to the end, record by record."""
        integrator = self.code.take()
        try:
            while self._unfinished().any():
                self._record(integrator)
        finally:
            self.code.give(integrator)
        return [self._arc(k, dense) for k in range(self.count)]

    def _unfinished(self) -> NDArray[np.bool_]:
        return np.asarray((self.status == DONE) & (self.time != self.stop), dtype=np.bool_)

    def _record(self, integrator: Any) -> None:
        """Take every lane to the end of its record, or of its motion."""
        records, busy = self.records, self._unfinished()
        number = records.at(self.time, self.direction)
        middle = np.asarray((number + 0.5) * records.interval_s, dtype=np.float64)
        edge = middle + self.direction * 0.5 * records.interval_s
        last = (number == np.where(self.direction > 0.0, len(records.powers) - 1, 0)) | (
            (self.stop - edge) * self.direction <= 0.0
        )
        target = np.where(busy, np.where(last, self.stop, edge), self.time)
        n_parameters = records.powers[0].size
        integrator.pars[:n_parameters] = records.powers[number].reshape(len(number), -1).T
        integrator.pars[n_parameters] = 2.0 / records.interval_s
        integrator.state[:] = self.state
        integrator.set_time(self.time - middle)
        output, _ = integrator.propagate_until(target - middle, c_output=True, max_steps=MOST_STEPS)
        self._keep(output, middle, busy, integrator.state)
        self._settle(integrator, target, middle, busy)

    def _keep(self, output: Any, middle: Floats, busy: NDArray[np.bool_], last: Floats) -> None:
        """Put the steps of every lane that moved on its chain, up to the surface that it meets if any."""
        if output is None:
            return
        times, taylor = output.times, output.tcs
        steps = np.diff(times, axis=0)
        order = taylor.shape[2] - 1
        lengths = np.ascontiguousarray(steps.T[: self.count])[..., None, None] ** np.arange(order + 1.0)
        series = (taylor[:, :3].transpose(3, 0, 1, 2)[: self.count] * lengths) @ _unit_to_chebyshev(order)
        for k in np.flatnonzero(busy[: self.count]):
            moved = np.flatnonzero(steps[:, k] != 0.0)
            if not moved.size:
                continue
            edges = middle[k] + times[np.append(moved, moved[-1] + 1), k]
            states = np.concatenate([taylor[moved, :, 0, k], last[None, :, k]])
            pieces = np.ascontiguousarray(series[k, moved])
            met, x, surface = _first_meeting(self.around, edges, states, pieces)
            if surface >= 0:
                self.status[k], self.surface[k] = COLLISION, surface
                edges, pieces = edges[: met + 2].copy(), pieces[:met]
                edges[-1] = edges[-2] + 0.5 * (x + 1.0) * (edges[-1] - edges[-2])
            self.edges[k].append(edges[1:])
            self.pieces[k].append(pieces)

    def _settle(self, integrator: Any, target: Floats, middle: Floats, busy: NDArray[np.bool_]) -> None:
        """Take over times and states; lanes that ended early get a harmless state and stay where they are."""
        import heyoka as hy

        reached = integrator.time + middle
        for k in np.flatnonzero(busy):
            outcome = integrator.propagate_res[k][0]
            arrived = outcome == hy.taylor_outcome.time_limit
            self.time[k] = target[k] if arrived else reached[k]
            self.state[:, k] = integrator.state[:, k]
            if self.status[k] == DONE and outcome == hy.taylor_outcome.err_nf_state:
                self.status[k] = NOT_FINITE
            elif self.status[k] == DONE and outcome == hy.taylor_outcome.step_limit:
                self.status[k] = STEP_TOO_SHORT
        radius = 2.0 * float(self.around.surface_radius[0])
        speed = float(np.sqrt(self.around.center_gm / radius))
        self.state[:, self.status != DONE] = np.array([[radius], [0.0], [0.0], [0.0], [speed], [0.0]])

    def _arc(self, k: int, dense: bool) -> Arc:
        edges = np.concatenate(self.edges[k])
        pieces = np.concatenate(self.pieces[k]) if dense and self.pieces[k] else np.empty((0, 3, 1))
        if len(pieces):
            beyond = np.cumsum(np.abs(pieces).max(axis=(0, 1))[::-1])[::-1]
            pieces = np.ascontiguousarray(pieces[..., : max(1, int(np.sum(beyond > _NEGLIGIBLE_KM)))])
        return Arc(edges, pieces, self.state[:, k].copy(), int(self.status[k]), int(self.surface[k]))


@cache
def _unit_to_chebyshev(order: int) -> Floats:
    """Return the Chebyshev coefficients, over -1 to 1, of ((1 + x) / 2)^p, shape [order + 1, order + 1]."""
    rows, power = [], np.ones(1)
    for _ in range(order + 1):
        row = poly2cheb(power)
        rows.append(np.pad(row, (0, order + 1 - len(row))))
        power = np.convolve(power, [0.5, 0.5])
    return np.array(rows)


@njit(cache=True, error_model="numpy", nogil=True)
def _first_meeting(around, edges, states, pieces):  # type: ignore[no-untyped-def]
    """Return the step where a surface is met, the place in it, -1 to 1, and the surface; -1 for none.

    Bodies are looked up at as many edges at once as there are lanes.
    """
    lanes, count = around.lanes, len(pieces)
    width = around.n_columns * LANES
    time, columns, spare = np.empty(LANES), np.empty(width), np.empty(width)
    before, after = np.zeros(width), np.zeros(width)
    for s in range(count + 1):
        k = s % lanes
        if k == 0:
            for i in range(lanes):
                time[i] = edges[min(s + i, count)]
            look_around(around, time, columns)
        before, after = after, before
        for c in range(around.n_columns):
            after[c * LANES] = columns[c * LANES + k]
        if s == 0:
            continue
        step = edges[s] - edges[s - 1]
        if may_meet(around, states[s - 1], states[s], step, before, after):
            x, surface = meeting(around, pieces[s - 1], edges[s - 1], step, spare)
            if surface >= 0:
                return s - 1, x, surface
    return -1, 2.0, -1
