"""The filter as an operator runs it: linearised about its own estimate, which moves with every observation.

A covariance is that of small errors. Before tracking begins they are not small: 100 m and 1 cm/s grow to a
kilometre in a day, and the curvature of ranges and of motion over a kilometre is more than crosslinks of
decimetres forgive. So each truth has its own reference, moved to the estimate at each epoch (extended filter;
Tapley, Schutz and Born 2004, Statistical Orbit Determination, section 4.7.3). The deviation from it is then
zero, and with it the data column of the information array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qqnet.dynamics.propagation import final_states
from qqnet.errors import InputError
from qqnet.orbit_determination.observations import Observations, computed, design_matrix, partials
from qqnet.orbit_determination.setup import Setup
from qqnet.orbit_determination.simulation import Trials, normalised_squares
from qqnet.orbit_determination.srif import Information, Step, advanced, errors, estimate, observed
from qqnet.space.bodies import body

Floats = NDArray[np.float64]


def simulate_extended(setup: Setup, truths: int, random: np.random.Generator) -> Trials:
    """Draw truths, observe and estimate them, each about its own reference.

    Parameters
    ----------
    setup : Setup
        The analysis; every a-priori error is finite.
    truths : int
        How many.
    random : numpy Generator
        Where chance comes from.

    Returns
    -------
    Trials
        As of `simulate`, whose filter is linearised once for all.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return _Extended(setup, truths, random).run()


class _Extended:
    """Truths, and a filter for each."""

    def __init__(self, setup: Setup, truths: int, random: np.random.Generator):
        motion = setup.motion
        self.setup, self.motion, self.random = setup, motion, random
        self.satellites, self.size = len(motion.names), motion.spacecraft.layout.size
        sigma = np.tile(motion.spacecraft.sigma(), self.satellites)
        if not np.isfinite(sigma).all():
            raise InputError("a simulation draws its truths from a-priori errors, which must be finite")
        self.drawn = random.standard_normal((truths, len(motion.parameters))) * motion.parameters.sigma
        self.known = [Information.from_sigma(sigma, len(motion.parameters), 1) for _ in range(truths)]
        self.reference = np.zeros((truths, self.satellites, self.size))
        self.reference[:, :, :6] = motion.states(setup.times_s[:1])[0]
        off = random.standard_normal((truths, sigma.size)) * sigma
        self.truth = self.reference + off.reshape(self.reference.shape)
        self.gm = body(motion.center).gm_km3_s2

    def run(self) -> Trials:
        squared, formal = [], []
        times = self.setup.times_s
        for first, states, made, _ in self.setup.chunks():
            bounds = np.searchsorted(made.epoch, np.arange(len(states) + 1))
            for n in range(len(states)):
                if first + n:
                    self._move(float(times[first + n - 1]), float(times[first + n]))
                both = [self._observe(k, made[slice(*bounds[n : n + 2])]) for k in range(len(self.known))]
                squared.append([one for one, _ in both])
                formal.append([other for _, other in both])
        return Trials(self.satellites * self.size, np.array(squared), np.array(formal), None)

    def _move(self, start_s: float, stop_s: float) -> None:
        ends, steps = self.motion.flown(self.reference[:, :, :6], start_s, stop_s)
        true_ends = np.empty_like(ends)
        for model in dict.fromkeys(self.motion.models):
            places = np.array([n for n, one in enumerate(self.motion.models) if one == model])
            true_ends[:, places] = final_states(
                model, self.truth[:, places, :6].reshape(-1, 6), start_s, stop_s,
                self.motion.ephemeris, threads=1,
            ).reshape(len(ends), len(places), 6)  # fmt: skip
        for k, step in enumerate(steps):
            self.known[k], _ = advanced(self.known[k], step)
            self.reference[k] = _onward(step, self.reference[k], ends[k])
            noise = self.random.standard_normal((self.satellites, step.gamma.shape[2]))
            self.truth[k] = (
                _onward(step, self.truth[k], true_ends[k])
                + np.einsum("siw,sw->si", step.gamma, noise)
                + step.theta @ self.drawn[k]
            )

    def _observe(self, k: int, made: Observations) -> tuple[float, float]:
        """Observe truth k, move its reference to the estimate; return both normalised squares."""
        if len(made):
            base, truth = self.reference[k, :, :8], self.truth[k, :, :8]
            design = design_matrix(made, *partials(made, base, self.gm), self.satellites, self.size)
            seen = computed(made, truth, self.gm) + made.consider @ self.drawn[k]
            residual = (seen - computed(made, base, self.gm)) / made.sigma
            residual += self.random.standard_normal(len(made))
            scaled = made.consider / made.sigma[:, None]
            known = observed(self.known[k], design, scaled, residual[:, None])
            self.reference[k] += estimate(known)[:, 0].reshape(self.satellites, self.size)
            self.known[k] = Information(known.root, known.consider, np.zeros_like(known.data))
        found = errors(self.known[k])
        covariance = found.factor @ found.factor.T
        by_parameters = found.sensitivity * self.motion.parameters.sigma
        error = (self.truth[k] - self.reference[k]).reshape(-1, 1)
        return (
            float(normalised_squares(error, covariance + by_parameters @ by_parameters.T)[0]),
            float(normalised_squares(error, covariance)[0]),
        )


def _onward(step: Step, states: Floats, ends: Floats) -> Floats:
    """Return states [S, b] a step later, whose orbits are known to end at [S, 6]."""
    linear = np.einsum("sij,sj->si", step.phi, states)
    linear[:, :6] = ends + np.einsum("sij,sj->si", step.phi[:, :6, 6:], states[:, 6:])
    return np.asarray(linear)
