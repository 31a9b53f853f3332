"""Monte Carlo: random truths are observed and estimated, and the covariances held against the errors.

The truth moves under the full force model from a drawn state, with drawn process noise, clocks and consider
parameters; observations are the nonlinear ranges of that truth with drawn noise. All truths of a run share one
covariance, so the filter takes them as columns of data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qqnet.dynamics.propagation import final_states
from qqnet.errors import InputError
from qqnet.orbit_determination.observations import (
    Observations,
    computed,
    design_matrix,
    partials,
)
from qqnet.orbit_determination.setup import Setup
from qqnet.orbit_determination.smoothing import smoothed, smoothed_estimates
from qqnet.orbit_determination.srif import (
    Errors,
    Information,
    NoiseRows,
    Step,
    advanced,
    errors,
    estimate,
    observed,
)
from qqnet.space.bodies import body

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trials:
    """Errors of estimates, over what their covariance says.

    Attributes
    ----------
    states : int
        Number of states n.
    squared : ndarray [T, K]
        Normalised estimation error squared of each truth at each epoch, e^T P^-1 e with the consider
        covariance; its mean is n if the covariance is right, and K times the mean over K truths follows
        chi-square with n K degrees.
    squared_formal : ndarray [T, K]
        The same with the formal covariance.
    squared_smoothed : ndarray [K] or None
        Of the smoothed states at the first epoch.
    """

    states: int
    squared: Floats
    squared_formal: Floats
    squared_smoothed: Floats | None

    def bounds(self, chance: float) -> tuple[float, float]:
        """Return what the mean of `squared` over the truths lies between but for a given chance."""
        from scipy.stats import chi2

        degrees = self.states * self.squared.shape[1]
        low, high = chi2.ppf([chance / 2.0, 1.0 - chance / 2.0], degrees) / self.squared.shape[1]
        return float(low), float(high)


def simulate(setup: Setup, truths: int, random: np.random.Generator) -> Trials:
    """Draw truths, observe and estimate them.

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
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return _Trial(setup, truths, random).run()


class _Trial:
    """Truths and the filter, side by side."""

    def __init__(self, setup: Setup, truths: int, random: np.random.Generator):
        motion = setup.motion
        self.setup, self.motion, self.random, self.truths = setup, motion, random, truths
        self.satellites, self.size = len(motion.names), motion.spacecraft.layout.size
        sigma = np.tile(motion.spacecraft.sigma(), self.satellites)
        if not np.isfinite(sigma).all():
            raise InputError("a simulation draws its truths from a-priori errors, which must be finite")
        self.parameter_sigma = motion.parameters.sigma
        self.drawn = random.standard_normal((truths, len(motion.parameters))) * self.parameter_sigma
        # The truth as a deviation from the reference, exact for orbits: only its sum with the reference is used.
        self.deviation = (random.standard_normal((truths, sigma.size)) * sigma).reshape(
            truths, self.satellites, self.size
        )
        self.known = Information.from_sigma(sigma, len(motion.parameters), truths)
        self.gm = body(motion.center).gm_km3_s2

    def run(self) -> Trials:
        squared, formal = [], []
        steps: list[Step] = []
        noises: list[NoiseRows] = []
        first_deviation = None
        reference = previous = None
        found: Errors | None = None
        for first, states, made, lead in self.setup.chunks():
            bounds = np.searchsorted(made.epoch, np.arange(len(states) + 1))
            for n in range(len(states)):
                k = first + n
                reference = states[n]
                if k:
                    assert previous is not None
                    step = lead[n - (first == 0)]
                    self._move(step, previous, reference, self.setup.times_s[k - 1 : k + 1])
                    self.known, noise = advanced(self.known, step)
                    steps.append(step)
                    noises.append(noise)
                else:
                    first_deviation = self.deviation.reshape(self.truths, -1).copy()
                self._observe(reference, made[slice(*bounds[n : n + 2])])
                found = errors(self.known)
                error = self.deviation.reshape(self.truths, -1).T - estimate(self.known)
                covariance = found.factor @ found.factor.T
                formal.append(normalised_squares(error, covariance))
                squared.append(normalised_squares(error, self._whole(covariance, found.sensitivity)))
                previous = reference
        smooth = None
        if self.setup.smoother:
            assert found is not None
            assert first_deviation is not None
            smooth = self._smoothed(first_deviation.T, found, steps, noises)
        n_states = self.satellites * self.size
        return Trials(n_states, np.array(squared), np.array(formal), smooth)

    def _whole(self, covariance: Floats, sensitivity: Floats) -> Floats:
        scaled = sensitivity * self.parameter_sigma
        return np.asarray(covariance + scaled @ scaled.T)

    def _move(self, step: Step, before: Floats, after: Floats, times_s: Floats) -> None:
        """Integrate the truths; clocks and the like go on as their states do."""
        truth = before + self.deviation[:, :, :6]
        ends = np.empty_like(truth)
        models = self.motion.models
        for model in dict.fromkeys(models):
            places = np.array([n for n, one in enumerate(models) if one == model])
            ends[:, places] = final_states(
                model, truth[:, places].reshape(-1, 6), float(times_s[0]), float(times_s[1]),
                self.motion.ephemeris, threads=1,
            ).reshape(self.truths, len(places), 6)  # fmt: skip
        noise = self.random.standard_normal((self.truths, self.satellites, step.gamma.shape[2]))
        linear = np.einsum("sij,ksj->ksi", step.phi, self.deviation)
        # What other states than position and velocity do to these two is small, and enters linearly.
        others = np.einsum("sij,ksj->ksi", step.phi[:, :6, 6:], self.deviation[:, :, 6:])
        linear[:, :, :6] = ends - after + others
        self.deviation = (
            linear
            + np.einsum("siw,ksw->ksi", step.gamma, noise)
            + np.einsum("sip,kp->ksi", step.theta, self.drawn)
        )

    def _observe(self, reference: Floats, made: Observations) -> None:
        if not len(made):
            return
        base = np.zeros((self.satellites, 8))
        base[:, :6] = reference
        by_first, by_second = partials(made, base, self.gm)
        design = design_matrix(made, by_first, by_second, self.satellites, self.size)
        truth = computed(made, base + self.deviation[:, :, :8], self.gm)
        noise = self.random.standard_normal(truth.shape) * made.sigma
        residual = truth + self.drawn @ made.consider.T + noise - computed(made, base, self.gm)
        self.known = observed(
            self.known, design, made.consider / made.sigma[:, None], (residual / made.sigma).T
        )

    def _smoothed(self, truth: Floats, found: Errors, steps: list[Step], noises: list[NoiseRows]) -> Floats:
        last = estimate(self.known)
        *_, (covariance, sensitivity) = smoothed(
            found.factor @ found.factor.T, found.sensitivity, steps, noises
        )
        *_, guess = smoothed_estimates(last, steps, noises)
        return normalised_squares(truth - guess, self._whole(covariance, sensitivity))


def normalised_squares(error: Floats, covariance: Floats) -> Floats:
    """Return the squares of errors over their covariance.

    Parameters
    ----------
    error : ndarray [n, K]
        One column for each truth.
    covariance : ndarray [n, n]
        Of all of them; scaled first, as states have units from kilometres to 1e-9 km/s.

    Returns
    -------
    ndarray [K]
        e^T P^-1 e.
    """
    size = np.sqrt(np.diagonal(covariance))
    scaled = error / size[:, None]
    whitened = np.linalg.solve(covariance / np.outer(size, size), scaled)
    return np.asarray(np.sum(scaled * whitened, axis=0))
