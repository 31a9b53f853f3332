"""Covariance analysis of a constellation: filter, broadcast predictions, and what each source contributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qqnet.errors import InputError
from qqnet.orbit_determination.observations import Observations, design_matrix, partials
from qqnet.orbit_determination.prediction import Messages, carried, in_rtn
from qqnet.orbit_determination.setup import Setup
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
from qqnet.space.bodies import body

Floats = NDArray[np.float64]


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
    # Factorisations of some hundred rows: threads of the linear algebra only get in one another's way.
    with threadpool_limits(limits=1, user_api="blas"):
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
        self.messages = Messages(setup)
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
