"""Constellations followed for years, free or kept: mean elements, burns, and satellites that are lost.

What all satellites do together, such as a common regression of the nodes, does not harm a constellation and
is let be. What is fought is what pulls it apart: the growth of eccentricity (Lidov-Kozai above 39 deg of
inclination), the drift of a satellite from its place among the others, and where asked for the drift of
planes against each other. Every few days the mean elements of each satellite are compared with boxes; one
that has left its box is brought back by the cheapest impulses on its next revolution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.burns import Burn
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import propagate
from qqnet.errors import InputError, PropagationError
from qqnet.orbits.impulsive_control import cheapest_impulses
from qqnet.orbits.kepler import period_s
from qqnet.orbits.mean_elements import MeanElements, equinoctial_from_state, mean_elements, wrapped
from qqnet.space.bodies import body
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]

TURN: Final = 2.0 * np.pi
TABLE_TOLERANCE_KM: Final = 1e-3
"""How far positions may be from the integrated motion [km]: 1 m is nothing to coverage and to mean elements."""


@dataclass(frozen=True)
class KeepingRules:
    """When and how well a constellation is kept.

    Attributes
    ----------
    interval_s : float
        Time between decisions [s]; 14 days: two for each turn of the Earth about the Moon.
    eccentricity_box : float
        Greatest distance of the mean eccentricity vector (e cos argp, e sin argp) from its target [1].
    phase_box_rad : float
        Greatest distance of the mean argument of latitude from the satellite's place among the others [rad].
    plane_box_rad : float or None
        Greatest turn of an orbital plane against the others [rad]; None lets planes drift.
    return_intervals : float
        Intervals in which a satellite drifts back to its place.
    position_error_km, velocity_error_km_s : float
        Error of the orbit determination, 1 sigma a component.
    magnitude_error : float
        Error of a burn's magnitude, 1 sigma, as a share.
    pointing_error_rad : float
        Error of a burn's direction, 1 sigma about each of two axes [rad].
    """

    interval_s: float = 14.0 * 86_400.0
    eccentricity_box: float = 0.01
    phase_box_rad: float = np.pi / 60.0
    plane_box_rad: float | None = None
    return_intervals: float = 4.0
    position_error_km: float = 0.03
    velocity_error_km_s: float = 1e-5
    magnitude_error: float = 0.01
    pointing_error_rad: float = np.pi / 180.0


@dataclass(frozen=True, eq=False)
class KeepingBurn:
    """One burn of the control.

    Attributes
    ----------
    satellite : int
        Which one.
    time_s : float
        When [TDB s past J2000].
    delta_v_km_s : ndarray, shape [3]
        As executed, ICRF axes [km/s].
    """

    satellite: int
    time_s: float
    delta_v_km_s: Floats


@dataclass(frozen=True, eq=False)
class Path:
    """Where one satellite was: a table from each burn to the next.

    Attributes
    ----------
    legs : tuple of (float, ChebyshevTable)
        Start of each leg [TDB s past J2000], and positions relative to the central body [km], ICRF axes.
    """

    legs: tuple[tuple[float, ChebyshevTable], ...]

    def evaluate(self, t: Floats) -> Floats:
        """Return positions, shape [T, 3] [km], at times, shape [T] [TDB s past J2000]."""
        out = np.empty((t.size, 3))
        which = np.searchsorted([start for start, _ in self.legs[1:]], t, side="right")
        for k, (_, table) in enumerate(self.legs):
            mine = which == k
            out[mine] = table.evaluate(t[mine])
        return out


@dataclass(frozen=True, eq=False)
class Stretch:
    """What happened between two decisions.

    Attributes
    ----------
    span : (float, float)
        Start and end [TDB s past J2000].
    paths : tuple of Path or None, length N
        Where the satellites were; None for one that is lost in this stretch or was before.
    elements : MeanElements
        At one time near the end; not-a-number for lost satellites.
    burns : tuple of KeepingBurn
        In this stretch.
    lost : dict of int to float
        Satellites that met a surface so far, and when [TDB s past J2000].
    """

    span: tuple[float, float]
    paths: tuple[Path | None, ...]
    elements: MeanElements
    burns: tuple[KeepingBurn, ...]
    lost: dict[int, float]


@dataclass(eq=False)
class _Fleet:
    """The satellites, as they are now."""

    model: ForceModel
    names: tuple[str, ...]
    frame: str
    ephemeris: Ephemeris
    states: Floats
    lost: dict[int, float] = field(default_factory=dict)

    @property
    def active(self) -> list[int]:
        return [n for n in range(len(self.names)) if n not in self.lost]

    def advance(self, span: tuple[float, float], burns: dict[int, list[Burn]]) -> dict[int, Path]:
        """Move all that are left to the end of a span; return where they were."""
        paths = self._coast([n for n in self.active if n not in burns], span)
        for n in burns:
            legs: list[tuple[float, ChebyshevTable]] = []
            at = span[0]
            for burn in burns[n]:
                legs += self._leg(n, (at, burn.time_s))
                self.states[n, 3:] += burn.delta_v_km_s
                at = burn.time_s
            legs += self._leg(n, (at, span[1]))
            if n not in self.lost:
                paths[n] = Path(tuple(legs))
        return paths

    def _leg(self, n: int, span: tuple[float, float]) -> list[tuple[float, ChebyshevTable]]:
        """Move one satellite over a leg without burns; nothing once it is lost."""
        if n in self.lost:
            return []
        return [leg for path in self._coast([n], span).values() for leg in path.legs]

    def _coast(self, satellites: list[int], span: tuple[float, float]) -> dict[int, Path]:
        left = list(satellites)
        while left:
            try:
                done = propagate(
                    self.model, self.states[left], span[0], span, self.ephemeris,
                    names=[self.names[n] for n in left], tolerance_km=TABLE_TOLERANCE_KM,
                )  # fmt: skip
            except PropagationError as error:
                gone = self.names.index(error.name)
                self.lost[gone] = error.time_s
                left.remove(gone)
                continue
            self.states[left] = done.final
            return {n: Path(((span[0], table),)) for n, table in zip(left, done.tables, strict=True)}
        return {}


def follow(
    model: ForceModel,
    states: Floats,
    names: Sequence[str],
    epoch_s: float,
    duration_s: float,
    frame: str,
    ephemeris: Ephemeris,
    *,
    rules: KeepingRules,
    kept: bool,
    seed: int = 0,
    advance: Callable[[float], None] | None = None,
) -> Iterator[Stretch]:
    """Follow a constellation, stretch by stretch; memory does not grow with the span.

    Parameters
    ----------
    model : ForceModel
        Forces; its centre is the central body.
    states : ndarray, shape [N, 6]
        Osculating states at the epoch [km, km/s], ICRF axes.
    names : sequence of str
        Names of the satellites.
    epoch_s, duration_s : float
        Start [TDB s past J2000] and length [s].
    frame : str
        Axes of the mean elements, such as MOON_OP.
    ephemeris : Ephemeris
        Where the bodies are.
    rules : KeepingRules
        Boxes and errors; its interval is the length of a stretch even where nothing is kept.
    kept : bool
        Whether to burn at all.
    seed : int
        Of the errors.
    advance : callable, optional
        Told the share done.

    Yields
    ------
    Stretch
        In order of time. A satellite that meets a surface is out of the rest; the others go on.

    Raises
    ------
    InputError
        If the duration is shorter than two revolutions.
    EphemerisRangeError
        If the ephemeris does not reach.
    """
    gm = body(model.center).gm_km3_s2
    fleet = _Fleet(model, tuple(names), frame, ephemeris, np.array(states, dtype=np.float64))
    longest = float(np.max(_periods(fleet.states, gm)))
    if duration_s < 2.0 * longest:
        raise InputError(
            f"a span of {duration_s / 86_400.0:g} days; right are at least two revolutions, "
            f"{2.0 * longest / 86_400.0:.2f} days"
        )
    interval = max(rules.interval_s, 2.0 * longest)
    starts = np.arange(0.0, duration_s, interval)
    if duration_s - starts[-1] < 2.0 * longest:  # too short to average elements in
        starts = starts[:-1]
    count, edges = len(starts), epoch_s + np.append(starts, duration_s)
    keeper = _Keeper(rules, np.random.default_rng(seed), gm)
    orders: dict[int, list[Burn]] = {}
    for k in range(count):
        span = float(edges[k]), float(edges[k + 1])
        burns = tuple(
            KeepingBurn(n, one.time_s, np.asarray(one.delta_v_km_s)) for n in orders for one in orders[n]
        )
        paths = fleet.advance(span, orders)
        when = span[1] - 0.6 * longest
        elements = _elements(fleet, paths, when)
        yield Stretch(span, tuple(paths.get(n) for n in range(len(names))), elements, burns, dict(fleet.lost))
        orders = keeper.orders(fleet, elements, span[1]) if kept and k + 1 < count else {}
        if advance is not None:
            advance((k + 1) / count)


def _periods(states: Floats, gm: float) -> Floats:
    return period_s(equinoctial_from_state(states[:, :3], states[:, 3:], gm)[:, 0], gm)


def _elements(fleet: _Fleet, paths: dict[int, Path], when: float) -> MeanElements:
    values = np.full((1, len(fleet.names), 6), np.nan)
    if paths:
        # Burns lie in the first revolution of a stretch, so the last leg holds the last one.
        last = [path.legs[-1][1] for path in paths.values()]
        found = mean_elements(last, fleet.model.center, fleet.frame, [when], fleet.ephemeris)
        values[:, list(paths)] = found.equinoctial
    return MeanElements(fleet.frame, np.array([when]), values)


class _Keeper:
    """Decides, from mean elements, who burns."""

    def __init__(self, rules: KeepingRules, random: np.random.Generator, gm: float):
        self.rules, self.random, self.gm = rules, random, gm
        self.first: MeanElements | None = None
        self.before: tuple[float, Floats] | None = None

    def orders(self, fleet: _Fleet, elements: MeanElements, now: float) -> dict[int, list[Burn]]:
        """Return the burns that follow from the elements, for the revolution that begins now."""
        active = fleet.active
        measured = self._measured(fleet, elements, now)
        if self.first is None:
            self.first = measured
        phase = self._phase(measured, active)
        rate = np.zeros_like(phase)
        if self.before is not None:
            rate = wrapped(phase - self.before[1]) / (measured.t_s[0] - self.before[0])
        self.before = float(measured.t_s[0]), phase
        axes = rotation(fleet.frame, now, fleet.ephemeris)
        result: dict[int, list[Burn]] = {}
        for n in active:
            wanted = self._wanted(measured, active, n, float(phase[n]), float(rate[n]))
            if not wanted:
                continue
            position, velocity = axes @ fleet.states[n, :3], axes @ fleet.states[n, 3:]
            burns = []
            for impulse in cheapest_impulses(position, velocity, self.gm, wanted):
                executed = self._executed(impulse.delta_v_km_s) @ axes
                burns.append(
                    Burn(
                        now + max(impulse.after_s, 1.0),
                        (float(executed[0]), float(executed[1]), float(executed[2])),
                    )
                )
            result[n] = burns
        return result

    def _measured(self, fleet: _Fleet, elements: MeanElements, now: float) -> MeanElements:
        """Return the elements with the error that orbit determination leaves in them."""
        rules, states = self.rules, fleet.states
        axes = rotation(fleet.frame, now, fleet.ephemeris)
        noise = self.random.standard_normal((len(states), 6))
        noise *= np.repeat([rules.position_error_km, rules.velocity_error_km_s], 3)
        active = fleet.active
        true = states[active].reshape(-1, 2, 3) @ axes.T
        wrong = (states[active] + noise[active]).reshape(-1, 2, 3) @ axes.T
        difference = equinoctial_from_state(wrong[:, 0], wrong[:, 1], self.gm) - equinoctial_from_state(
            true[:, 0], true[:, 1], self.gm
        )
        difference[:, 5] = wrapped(difference[:, 5])
        values = elements.equinoctial.copy()
        values[:, active] += difference
        return MeanElements(elements.frame, elements.t_s, values)

    def _phase(self, measured: MeanElements, active: list[int]) -> Floats:
        """Return how far each satellite is from its place among the others [rad]."""
        assert self.first is not None
        moved = measured.argument_of_latitude_rad[0] - self.first.argument_of_latitude_rad[0]
        common = np.angle(np.mean(np.exp(1j * moved[active])))
        return wrapped(moved - common)

    def _wanted(
        self, measured: MeanElements, active: list[int], n: int, phase: float, rate: float
    ) -> dict[str, float]:
        """Return the changes of elements that bring a satellite back; none while it is in all its boxes."""
        assert self.first is not None
        rules = self.rules
        here, start = _eccentricity_vector(measured), _eccentricity_vector(self.first)
        away = start[n] - here[n]
        tilt, turn = self._plane(measured, active, n)
        sine = float(np.sin(measured.i_rad[0, n]))
        out_of_shape = bool(np.hypot(*away) > rules.eccentricity_box)
        out_of_plane = rules.plane_box_rad is not None and np.hypot(tilt, turn * sine) > rules.plane_box_rad
        out_of_place = abs(phase + rate * rules.interval_s) > rules.phase_box_rad
        if not (out_of_shape or out_of_plane or out_of_place):
            return {}
        a = float(measured.a_km[0, n])
        motion = TURN / float(period_s(a, self.gm))
        drift = -phase / (rules.return_intervals * rules.interval_s) - rate
        wanted = {"a": -2.0 * a / (3.0 * motion) * drift}
        if out_of_shape:
            wanted |= {"ex": float(away[0]), "ey": float(away[1])}
        if out_of_plane:
            wanted |= {"i": -tilt, "raan": -turn}
        return wanted

    def _plane(self, measured: MeanElements, active: list[int], n: int) -> tuple[float, float]:
        """Return how far inclination and node of a satellite have moved against the others [rad]."""
        assert self.first is not None
        tilt = measured.i_rad[0] - self.first.i_rad[0]
        turn = wrapped(measured.raan_rad[0] - self.first.raan_rad[0])
        middle = np.angle(np.mean(np.exp(1j * turn[active])))
        return float(tilt[n] - np.mean(tilt[active])), float(wrapped(turn[n] - middle))

    def _executed(self, delta_v: Floats) -> Floats:
        """Return an impulse with the errors of magnitude and direction."""
        size = float(np.linalg.norm(delta_v))
        along = delta_v / size
        across = np.cross(along, np.eye(3)[np.argmin(np.abs(along))])
        across /= np.linalg.norm(across)
        first, second, share = self.random.standard_normal(3)
        angle = self.rules.pointing_error_rad
        direction = along + angle * (first * across + second * np.cross(along, across))
        result: Floats = size * (1.0 + self.rules.magnitude_error * share) * direction
        return result


def _eccentricity_vector(elements: MeanElements) -> Floats:
    """Return e cos argp and e sin argp, shape [N, 2]."""
    e, argp = elements.e[0], elements.argp_rad[0]
    return np.stack([e * np.cos(argp), e * np.sin(argp)], axis=-1)
