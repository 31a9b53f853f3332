"""Station keeping and what it costs: an orbit is held under all forces, again and again with other errors.

At each manoeuvre the state is known with an error; a law says what to burn; the burn is not made quite as wanted,
and the true motion goes on under all forces, which need not be those that the law knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY, SECONDS_PER_YEAR
from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.control_laws import Law, law_of
from qqnet.threebody.crossings import LATEST, crossing_times
from qqnet.threebody.motions import Motions
from qqnet.threebody.shooting import EphemerisOrbit
from qqnet.threebody.station_control import DRAWS, Control, Errors
from qqnet.threebody.synodic import period_s, states_to_rotating

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


__all__ = ["Control", "Errors", "StationKeepingResult", "keep_station", "manoeuvre_times", "reach_s"]

ESCAPE_SHARE: Final = 0.2
"""A trial has left the orbit where it is away from it by this share of its half extent."""


@dataclass(frozen=True, eq=False)
class StationKeepingResult:
    """What holding an orbit took, trial by trial.

    Attributes
    ----------
    name : str
        The node.
    span : (float, float)
        Time over which it was held [TDB s past J2000].
    control : Control
        How.
    errors : Errors
        Under which errors.
    forces : str
        True forces, in one line.
    times_s : ndarray, shape [M]
        Manoeuvres [TDB s past J2000].
    delta_v_km_s : ndarray, shape [N, M]
        Size of each burn as made [km/s]; 0 where none was made, NaN from where a trial has left the orbit.
    deviation_km : ndarray, shape [N, M]
        Distance from the reference's path in the rotating frame, before each manoeuvre [km].
    left_s : ndarray, shape [N]
        When a trial left the orbit [TDB s past J2000]; NaN where it did not.
    """

    name: str
    span: tuple[float, float]
    control: Control
    errors: Errors
    forces: str
    times_s: Floats
    delta_v_km_s: Floats
    deviation_km: Floats
    left_s: Floats

    @property
    def held(self) -> Flags:
        """Which trials held, shape [N]."""
        return np.isnan(self.left_s)

    @property
    def delta_v_year_km_s(self) -> Floats:
        """Change of velocity a year of each trial that held [km/s]."""
        years = (self.span[1] - self.span[0]) / SECONDS_PER_YEAR
        return np.asarray(np.sum(self.delta_v_km_s[self.held], axis=1) / years, dtype=np.float64)

    def summary(self) -> dict[str, Any]:
        """Return the figures, in m/s and km.

        Returns
        -------
        dict
            ``delta_v_m_s_per_year`` and ``burn_m_s`` with mean, standard deviation (over trials, one less than
            their number below the line), 95th and 99th percentile and greatest value; None where no trial held.
        """
        made = self.delta_v_km_s[self.held]
        return {
            "trials": len(self.left_s),
            "held": int(np.sum(self.held)),
            "manoeuvres": len(self.times_s),
            "method": self.control.method,
            "horizon_revolutions": self.control.horizon,
            "burns_per_revolution": self.control.burns,
            "delta_v_m_s_per_year": _figures(1e3 * self.delta_v_year_km_s),
            "burn_m_s": _figures(1e3 * made[made > 0.0]),
            "greatest_deviation_km": float(np.max(self.deviation_km[self.held])) if made.size else None,
        }


def _figures(values: Floats) -> dict[str, float] | None:
    if not values.size:
        return None
    p95, p99 = np.percentile(values, [95.0, 99.0])
    return {
        "mean": float(np.mean(values)),
        "std": float(np.std(values, ddof=1)) if values.size > 1 else 0.0,
        "p95": float(p95),
        "p99": float(p99),
        "max": float(np.max(values)),
    }


def reach_s(reference_period_s: float, control: Control) -> float:
    """Return how much longer than the span to be held a reference must be [s]."""
    return (control.horizon + 0.75) * reference_period_s


def keep_station(
    reference: EphemerisOrbit,
    ephemeris: Ephemeris,
    *,
    stop_s: float,
    control: Control,
    errors: Errors,
    trials: int,
    seed: int = 0,
    truth: ForceModel | None = None,
    advance: Callable[[float], None] | None = None,
) -> StationKeepingResult:
    """Hold an orbit again and again with other errors.

    Parameters
    ----------
    reference : EphemerisOrbit
        The orbit; it must go on for `reach_s` after the stop.
    ephemeris : Ephemeris
        Where the bodies are.
    stop_s : float
        Until when the orbit is held, from the start of the reference [TDB s past J2000].
    control : Control
        How.
    errors : Errors
        What goes wrong.
    trials : int
        How often.
    seed : int
        Of the random numbers; the n-th trial of a seed is the same however many there are.
    truth : ForceModel, optional
        Forces that the spacecraft really moves under; those of the reference where not given.
    advance : callable, optional
        Told the share done, 0 to 1.

    Returns
    -------
    StationKeepingResult
        All trials, those among them that left the orbit.

    Raises
    ------
    InputError
        If the arguments make no sense, or the reference is too short.
    """
    start = reference.span[0]
    if trials < 1:
        raise InputError(f"station keeping: {trials} trials; right is 1 or more")
    if not start < stop_s:
        raise InputError("station keeping: the stop must come after the start of the reference")
    period = period_s(reference.system, reference.orbit)
    if reference.span[1] < stop_s + control.horizon * period:
        raise InputError(
            f"{reference.name}: the reference ends {(reference.span[1] - stop_s) / period:.2f} revolutions after "
            f"the time to be held; the control looks {control.horizon:g} revolutions ahead"
        )
    real = truth or reference.model
    if real.center != reference.center:
        raise InputError(
            f"station keeping: true forces about {real.center}, reference about {reference.center}"
        )
    known = Motions.over(reference.model, reference.span, ephemeris)
    flown = known if real == reference.model else Motions.over(real, reference.span, ephemeris)
    every = manoeuvre_times(reference, ephemeris, control.burns)
    times = every[every < stop_s]
    if not times.size:
        raise InputError(
            f"{reference.name}: no manoeuvre falls into the time to be held; the orbit takes "
            f"{period / SECONDS_PER_DAY:.1f} d, ask for longer"
        )
    law = law_of(control, reference, ephemeris, known, every, times.size)
    campaign = _Campaign.begun(reference, ephemeris, flown, errors, trials, seed, times.size)
    for n, time in enumerate(times):
        campaign.fly(float(time))
        campaign.burn(n, law, control.least_km_s)
        if advance is not None:
            advance((n + 1) / times.size)
    campaign.fly(stop_s)
    return StationKeepingResult(
        reference.name, (start, stop_s), control, errors, real.text(), times, campaign.delta_v,
        campaign.deviation, campaign.left,
    )  # fmt: skip


def manoeuvre_times(reference: EphemerisOrbit, ephemeris: Ephemeris, burns: int) -> Floats:
    """Place manoeuvres: at crossings of the xz plane, counted from one where the orbit is far from the secondary.

    Parameters
    ----------
    reference : EphemerisOrbit
        The orbit.
    ephemeris : Ephemeris
        Where the pair is.
    burns : int
        Manoeuvres a revolution; what has no crossing near is made between crossings.

    Returns
    -------
    ndarray, shape [M]
        Times inside the reference's span [TDB s past J2000]; none where it does not cross the plane.
    """
    start, stop = reference.span
    period = period_s(reference.system, reference.orbit)
    crossings = crossing_times(reference, ephemeris)
    if not crossings.size:
        return crossings
    early = crossings[crossings < crossings[0] + period]
    places = reference.rotating(early, ephemeris)[:, :3] - [1.0 - reference.system.mu, 0.0, 0.0]
    first = float(early[np.argmax(np.linalg.norm(places, axis=1))])
    turns = np.arange(
        np.ceil((start - first) * burns / period), np.floor((stop - first) * burns / period) + 1
    )
    wanted = first + turns * period / burns
    nearest = crossings[np.argmin(np.abs(crossings[:, None] - wanted), axis=0)]
    chosen = np.where(np.abs(nearest - wanted) < 0.25 * period / burns, nearest, wanted)
    return np.unique(chosen[(chosen > start) & (chosen < stop)])


@dataclass(eq=False)
class _Campaign:
    """All trials side by side."""

    reference: EphemerisOrbit
    ephemeris: Ephemeris
    flown: Motions
    errors: Errors
    draws: Floats
    time_s: float
    states: Floats
    delta_v: Floats
    deviation: Floats
    left: Floats

    @classmethod
    def begun(
        cls,
        reference: EphemerisOrbit,
        ephemeris: Ephemeris,
        flown: Motions,
        errors: Errors,
        trials: int,
        seed: int,
        count: int,
    ) -> _Campaign:
        """Start all trials on the reference."""
        sources = np.random.SeedSequence(seed).spawn(trials)
        draws = np.stack([np.random.default_rng(s).standard_normal((count, DRAWS)) for s in sources])
        start = reference.span[0]
        none = np.full((trials, count), np.nan)
        states = np.repeat(reference.states(np.array([start])), trials, axis=0)
        return cls(
            reference, ephemeris, flown, errors, draws, start, states, none, none.copy(), np.full(trials, np.nan)
        )  # fmt: skip

    def fly(self, time_s: float) -> None:
        """Follow the true motions of all trials that still hold."""
        held = np.flatnonzero(np.isnan(self.left))
        if held.size:
            self.states[held] = self.flown.ends(self.states[held], self.time_s, time_s)
        self.time_s = time_s
        lost = ~(self._deviation(held) < ESCAPE_SHARE * self.reference.half_extent_km)
        self.left[held[lost]] = time_s

    def burn(self, n: int, law: Law, least_km_s: float) -> None:
        """Measure, compute and make the n-th manoeuvre of all trials that still hold."""
        held = np.flatnonzero(np.isnan(self.left))
        if not held.size:
            return
        self.deviation[held, n] = self._deviation(held)
        draws = self.draws[held, n]
        wanted = law.wanted(n, self.errors.seen(self.states[held], draws))
        wanted[np.linalg.norm(wanted, axis=1) < least_km_s] = 0.0
        made = self.errors.made(wanted, draws)
        self.states[held, 3:] += made
        self.delta_v[held, n] = np.linalg.norm(made, axis=1)

    def _deviation(self, trials: NDArray[np.int64]) -> Floats:
        """Return the distance from the reference's path in the rotating frame [km], wherever on it in time."""
        reference, ephemeris = self.reference, self.ephemeris
        half = LATEST * period_s(reference.system, reference.orbit)
        low, high = reference.span
        times = np.linspace(max(low, self.time_s - half), min(high, self.time_s + half), 401)
        path = reference.rotating(times, ephemeris)[:, :3]
        here = states_to_rotating(
            self.states[trials],
            reference.system,
            np.full(trials.size, self.time_s),
            ephemeris,
            reference.center,
        )
        along = np.diff(path, axis=0)
        off = here[:, None, :3] - path[:-1]
        share = np.einsum("nki,ki->nk", off, along) / np.einsum("ki,ki->k", along, along)
        off -= np.clip(share, 0.0, 1.0)[..., None] * along
        nearest = np.min(np.linalg.norm(off, axis=2), axis=1)
        return np.asarray(nearest * reference.system.length_km, dtype=np.float64)
