"""Covariance analysis of a constellation: filter, broadcast predictions, and what each source contributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbit_determination.motion import Motion
from qqnet.orbit_determination.observations import Observations, design_matrix, partials
from qqnet.orbit_determination.signal_in_space import rtn_axes
from qqnet.orbit_determination.smoothing import smoothed
from qqnet.orbit_determination.srif import (
    Errors,
    Information,
    NoiseRows,
    Step,
    advanced,
    errors,
    observed,
)
from qqnet.orbit_determination.tracking import Scene
from qqnet.space.bodies import body

Floats = NDArray[np.float64]

CHUNK = 32
"""Epochs whose geometry is held at a time."""

KM2_IN_M2 = 1e6


class Source(Protocol):
    """A kind of tracking."""

    @property
    def label(self) -> str:
        """For reports; each source has its own."""
        ...

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs of satellites with reference states [T, S, 6]."""
        ...


@dataclass(frozen=True)
class Broadcast:
    """Ephemeris and clock messages: predictions, uploaded from time to time.

    Attributes
    ----------
    upload_s : float
        Time between uploads [s].
    latency_s : float
        Time from the last observation in a message to its begin [s].
    """

    upload_s: float = 7200.0
    latency_s: float = 1800.0

    def __post_init__(self) -> None:
        if not (self.upload_s > 0.0 and self.latency_s >= 0.0):
            raise InputError(
                f"broadcast: upload every {self.upload_s} s after {self.latency_s} s; right is above zero, and "
                "zero or more"
            )


@dataclass(frozen=True, eq=False)
class Setup:
    """An analysis: motion, tracking, epochs.

    Attributes
    ----------
    motion : Motion
        Of the satellites' errors.
    sources : tuple of Source
        The tracking.
    occulting_km : tuple of (str, float)
        Bodies that block light, and their radii [km].
    times_s : ndarray [T]
        Epochs of the filter, equally spaced [TDB s past J2000].
    broadcast : Broadcast
        The messages.
    smoother : bool
        Whether smoothed covariances are made too; memory then grows with the span.
    """

    motion: Motion
    sources: tuple[Source, ...]
    occulting_km: tuple[tuple[str, float], ...]
    times_s: Floats
    broadcast: Broadcast
    smoother: bool = False

    @property
    def step_s(self) -> float:
        """Step of the filter [s]."""
        return float(self.times_s[1] - self.times_s[0])

    @property
    def scene(self) -> Scene:
        """What the sources look at."""
        motion = self.motion
        return Scene(
            motion.center, motion.names, motion.trajectories, motion.ephemeris, motion.parameters,
            float(self.times_s[0]), self.step_s, self.occulting_km,
        )  # fmt: skip

    def chunks(self) -> Iterator[tuple[int, Floats, Observations, list[Step]]]:
        """Give the span in pieces: number of the first epoch, reference states [C, S, 6], observations, steps.

        A piece's steps lead to each of its epochs but the very first of all.
        """
        scene = self.scene
        for first in range(0, len(self.times_s), CHUNK):
            times = self.times_s[first : first + CHUNK]
            states = self.motion.states(times)
            parts = [source.observations(scene, n, times, states) for n, source in enumerate(self.sources)]
            made = Observations.join(parts, len(scene.parameters))
            lead = self.times_s[max(first - 1, 0) : first + CHUNK]
            yield first, states, made, self.motion.steps(lead) if len(lead) > 1 else []


@dataclass(eq=False)
class Record:
    """What an analysis finds, epoch by epoch; variances are infinite where nothing is known.

    Attributes
    ----------
    filtered, formal, broadcast : ndarray [T, S, 8, 8]
        Covariances of position and velocity in RTN axes, clock bias and rate times the speed of light
        [m², m²/s² and so on]: of the filter with consider parameters; of the filter alone; of the broadcast
        message.
    smoothed : ndarray [T, S, 8, 8] or None
        Of the whole arc, with consider parameters.
    age_s : ndarray [T]
        Time from the last observation in the message [s]; not a number before the first message.
    counts : ndarray of int [T, sources]
        Observations by source, those more often than the step counted once.
    information : ndarray [sources, S]
        Degrees of freedom of each satellite that a source determines: the sum of its observations'
        self-sensitivities (partial times gain, 0 to 1; Cardinali et al. 2004, Q. J. R. Meteorol. Soc.
        130:2767), half of a crosslink's for each end.
    blind : ndarray [S, 8]
        Standard deviations at the end without any observation, over those with: 1 where observations tell nothing.
    """

    filtered: Floats
    formal: Floats
    broadcast: Floats
    smoothed: Floats | None
    age_s: Floats
    counts: NDArray[np.int64]
    information: Floats
    blind: Floats


def analyse(setup: Setup, advance: Callable[[float], None] = lambda _: None) -> Record:
    """Run the filter over the span.

    Parameters
    ----------
    setup : Setup
        The analysis.
    advance : callable, optional
        Told the share done.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        Where nothing is observed at all.
    """
    return _Run(setup).run(advance)


class _Run:
    """One pass of the filter over the span."""

    def __init__(self, setup: Setup):
        self.setup, motion = setup, setup.motion
        self.count, self.satellites = len(setup.times_s), len(motion.names)
        self.size = motion.spacecraft.layout.size
        self.sigma = motion.parameters.sigma
        shape = (self.count, self.satellites, 8, 8)
        self.record = Record(
            np.empty(shape), np.empty(shape), np.full(shape, np.nan), None, np.full(self.count, np.nan),
            np.zeros((self.count, len(setup.sources)), dtype=np.int64),
            np.zeros((len(setup.sources), self.satellites)), np.ones((self.satellites, 8)),
        )  # fmt: skip
        self.start = np.tile(motion.spacecraft.sigma(), self.satellites)
        self.known = Information.from_sigma(self.start, len(motion.parameters))
        self.blind = self._alone(np.square(self.start))
        self.messages = _Messages(setup)
        self.steps: list[Step] = []
        self.noises: list[NoiseRows] = []
        self.axes: list[Floats] = []

    def run(self, advance: Callable[[float], None]) -> Record:
        made: Errors | None = None
        for first, states, observations, steps in self.setup.chunks():
            axes = rtn_axes(states[..., :3], states[..., 3:])
            bounds = np.searchsorted(observations.epoch, np.arange(len(states) + 1))
            for n in range(len(states)):
                k = first + n
                if k:
                    self._move(steps[n - (first == 0)], axes[n])
                made = self._observe(k, states[n], observations[slice(*bounds[n : n + 2])])
                self._note(k, made, axes[n])
            advance((first + len(states)) / self.count)
        if not self.record.counts.sum():
            raise InputError(
                "orbit determination: nothing is observed in the whole span; no station, crosslink, navigation "
                "signal or beacon ever sees a satellite, or none is given"
            )
        assert made is not None
        self._compare(made)
        if self.setup.smoother:
            self._smooth(made)
        return self.record

    def _alone(self, variances: Floats) -> Floats:
        """Return blocks of covariance that were never observed."""
        blocks = np.zeros((self.satellites, self.size, self.size))
        place = np.arange(self.size)
        blocks[:, place, place] = variances.reshape(self.satellites, self.size)
        return blocks

    def _move(self, step: Step, axes: Floats) -> None:
        self.known, noise = advanced(self.known, step)
        self.blind = carried(self.blind, step)
        self.messages.move(step)
        if self.setup.smoother:
            self.steps.append(step)
            self.noises.append(noise)

    def _observe(self, k: int, states: Floats, made: Observations) -> Errors:
        motion = self.setup.motion
        if not len(made):
            return errors(self.known)
        whole = np.zeros((self.satellites, 8))
        whole[:, :6] = states
        by_first, by_second = partials(made, whole, body(motion.center).gm_km3_s2)
        design = design_matrix(made, by_first, by_second, self.satellites, self.size)
        consider = made.consider / made.sigma[:, None]
        self.known = observed(self.known, design, consider, np.zeros((len(made), 0)))
        found = errors(self.known)
        np.add.at(self.record.counts[k], made.source, 1)
        self._share(made, design, found)
        return found

    def _share(self, made: Observations, design: Floats, found: Errors) -> None:
        """Add each observation's self-sensitivity h P h^T, half of a crosslink's to each end."""
        factor = np.where(np.isfinite(found.factor), found.factor, 0.0)
        own = np.sum(np.square(design @ factor), axis=1)
        linked = made.second >= 0
        part = np.where(linked, 0.5, 1.0) * own
        np.add.at(self.record.information, (made.source, made.first), part)
        np.add.at(self.record.information, (made.source[linked], made.second[linked]), part[linked])

    def _note(self, k: int, found: Errors, axes: Floats) -> None:
        formal = found.blocks(self.size)
        whole = found.blocks(self.size, self.sigma) if len(self.sigma) else formal
        self.axes.append(axes)
        self.record.formal[k] = in_rtn(formal, axes)
        self.record.filtered[k] = in_rtn(whole, axes)
        age, message = self.messages.at(k, found, formal, self.size)
        if message is not None:
            self.record.age_s[k], self.record.broadcast[k] = age, in_rtn(message, axes)

    def _compare(self, found: Errors) -> None:
        """Note how much the observations narrowed each state of the formal covariance."""
        unseen = in_rtn(self.blind, self.axes[-1])
        with np.errstate(invalid="ignore"):
            ratio = np.sqrt(
                np.diagonal(unseen, axis1=1, axis2=2) / np.diagonal(self.record.formal[-1], axis1=1, axis2=2)
            )
        self.record.blind = np.where(np.isfinite(ratio) | np.isinf(ratio), ratio, 1.0)

    def _smooth(self, found: Errors) -> None:
        if found.unknown.any():
            raise InputError(
                "orbit determination: the smoother needs every state to be determined at the end; give a-priori "
                "values, or leave the smoother out"
            )
        result = np.empty_like(self.record.filtered)
        last = found.factor @ found.factor.T
        pieces = smoothed(last, found.sensitivity, self.steps, self.noises)
        for k, (covariance, sensitivity) in zip(range(self.count - 1, -1, -1), pieces, strict=True):
            scaled = sensitivity * self.sigma
            whole = covariance + scaled @ scaled.T
            places = np.arange(self.satellites)
            blocks = whole.reshape(self.satellites, self.size, self.satellites, self.size)[places, :, places]
            result[k] = in_rtn(blocks, self.axes[k])
        self.record.smoothed = result


class _Messages:
    """Predictions of each satellite from the last upload on, with the sensitivities to the parameters."""

    def __init__(self, setup: Setup):
        step = setup.step_s
        self.every = max(1, round(setup.broadcast.upload_s / step))
        self.latency = int(np.ceil(setup.broadcast.latency_s / step - 1e-9))
        self.step_s, self.sigma = step, setup.motion.parameters.sigma
        self.waiting: list[tuple[int, Floats, Floats]] = []

    def move(self, step: Step) -> None:
        self.waiting = [
            (made, carried(covariance, step), step.phi @ sensitivity + step.theta)
            for made, covariance, sensitivity in self.waiting
        ]

    def at(self, k: int, found: Errors, formal: Floats, size: int) -> tuple[float, Floats | None]:
        """Return age and consider covariance of the message that holds; make one when it is due."""
        if k % self.every == 0:
            sensitivity = found.sensitivity.reshape(len(formal), size, -1 if self.sigma.size else 0)
            self.waiting.append((k, formal, sensitivity))
        valid = [one for one in self.waiting if k - one[0] >= self.latency]
        if not valid:
            return np.nan, None
        self.waiting = [one for one in self.waiting if one[0] >= valid[-1][0]]
        made, covariance, sensitivity = valid[-1]
        scaled = sensitivity * self.sigma
        return (k - made) * self.step_s, covariance + scaled @ scaled.transpose(0, 2, 1)


def carried(covariance: Floats, step: Step) -> Floats:
    """Return covariances [S, b, b] of single satellites a step later; an infinite variance stays and spreads.

    Parameters
    ----------
    covariance : ndarray [S, b, b]
        Infinite on the diagonal where nothing is known.
    step : Step
        The motion.

    Returns
    -------
    ndarray [S, b, b]
    """
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    unknown = ~np.isfinite(variances)
    finite = np.where(np.isfinite(covariance), covariance, 0.0)
    moved = step.phi @ finite @ step.phi.transpose(0, 2, 1) + step.gamma @ step.gamma.transpose(0, 2, 1)
    spread = np.einsum("sij,sj->si", np.abs(step.phi), unknown.astype(float)) > 0.0
    block, place = np.nonzero(spread)
    moved[block, place, place] = np.inf
    return np.asarray(moved)


def in_rtn(covariance: Floats, axes: Floats) -> Floats:
    """Return covariances of position, velocity, clock and clock rate in RTN axes [m, s].

    Parameters
    ----------
    covariance : ndarray [S, b, b]
        In ICRF axes [km, s]; infinite on the diagonal where nothing is known.
    axes : ndarray [S, 3, 3]
        Rows are the RTN axes.

    Returns
    -------
    ndarray [S, 8, 8]
    """
    turn = np.zeros((len(axes), 8, 8))
    turn[:, :3, :3] = turn[:, 3:6, 3:6] = axes
    turn[:, 6, 6] = turn[:, 7, 7] = 1.0
    part = covariance[:, :8, :8]
    unknown = ~np.isfinite(np.diagonal(part, axis1=1, axis2=2))
    turned = turn @ np.where(np.isfinite(part), part, 0.0) @ turn.transpose(0, 2, 1) * KM2_IN_M2
    mixed = np.einsum("sij,sj->si", np.abs(turn), unknown.astype(float)) > 1e-12
    block, place = np.nonzero(mixed)
    turned[block, place, place] = np.inf
    return np.asarray(turned)


def labels(sources: Sequence[Source]) -> list[str]:
    """Return the labels of sources."""
    return [source.label for source in sources]
