"""Monte Carlo of a user's estimation: measurements of the full model are drawn and estimated.

True states start off the track and wander from it as the process noise says; ranges and Doppler are computed from
them without linearisation, and the estimator linearises about its own estimates, as a real one would. The
normalised estimation error squared (NEES), ``eᵀ P⁻¹ e`` over the eight core states, is chi-square with eight
degrees of freedom if covariances are right; its mean over R runs, times R, is so with 8 R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.navigation.user_estimation import snapshot_covariance, updated
from qqnet.navigation.user_problem import CORE, UserProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Simulation:
    """Errors of R runs at T epochs.

    Attributes
    ----------
    error : ndarray [T, R, 8]
        Estimate minus truth [m, m/s].
    nees : ndarray [T, R]
        Normalised error squared [1].
    degrees : int
        Degrees of freedom of one value.
    """

    error: Floats
    nees: Floats
    degrees: int

    def bounds(self, share: float = 0.99) -> tuple[float, float]:
        """Interval that holds the mean over the runs, at one epoch, with a given chance [1]."""
        from scipy.stats import chi2

        freedom = self.degrees * self.nees.shape[1]
        low, high = chi2.ppf([0.5 - 0.5 * share, 0.5 + 0.5 * share], freedom) / self.nees.shape[1]
        return float(low), float(high)


def simulate_filter(problem: UserProblem, runs: int, seed: int) -> Simulation:
    """Run the filter on simulated measurements.

    Parameters
    ----------
    problem : UserProblem
        With T epochs.
    runs : int
        R.
    seed : int
        Of the random numbers.

    Returns
    -------
    Simulation
    """
    random = np.random.default_rng(seed)
    epochs = problem.track.times_s.size
    track = [problem.truth(k) for k in range(epochs)]
    start = problem.start()
    true = track[0] + random.normal(size=(runs, problem.size)) * np.sqrt(np.diag(start))
    state = np.broadcast_to(track[0], true.shape).copy()
    covariance = np.broadcast_to(start, (runs, *start.shape)).copy()
    error, nees = np.empty((epochs, runs, CORE)), np.empty((epochs, runs))
    for k in range(epochs):
        if k:
            step = problem.step(k - 1)
            wander = random.normal(size=true.shape)
            wander[:, :CORE] = wander[:, :CORE] @ _root(step.noise).T
            wander[:, CORE:] *= np.sqrt(1.0 - step.kept**2)
            true = track[k] + step.moved(true - track[k - 1]) + wander
            state = track[k] + step.moved(state - track[k - 1])
            covariance = step.spread(covariance)
        white = problem.white(k)
        measured = problem.measured(k, true)[0] + random.normal(size=(runs, white.size)) * np.sqrt(white)
        computed, rows = problem.measured(k, state)
        state, covariance = updated(state, covariance, measured - computed, rows, white)
        error[k] = (state - true)[:, :CORE]
        nees[k] = _normalised(error[k], covariance[:, :CORE, :CORE])
    return Simulation(error, nees, CORE)


def simulate_snapshot(problem: UserProblem, epoch: int, runs: int, seed: int) -> Simulation:
    """Solve one epoch by iterated weighted least squares on simulated measurements, Doppler left out.

    Parameters
    ----------
    problem : UserProblem
        The user.
    epoch : int
        Which epoch.
    runs : int
        R.
    seed : int
        Of the random numbers.

    Returns
    -------
    Simulation
        Of one epoch, with errors of position and clock offset in their places.
    """
    random = np.random.default_rng(seed)
    base = problem.truth(epoch)
    true = np.broadcast_to(base, (runs, problem.size)).copy()
    true[:, CORE:] = random.normal(size=(runs, problem.size - CORE))
    white = problem.white(epoch)
    measured = problem.measured(epoch, true)[0] + random.normal(size=(runs, white.size)) * np.sqrt(white)
    kept = np.array(problem.kinds(epoch)) != "doppler"
    place = [0, 1, 2, 6] if "one-way" in problem.measurements else [0, 1, 2]
    state = np.broadcast_to(base, true.shape).copy()
    state[:, place] += random.normal(size=(runs, len(place))) * 1e3
    for _ in range(4):
        computed, rows = problem.measured(epoch, state)
        rows, lasting = rows[:, kept], rows[:, kept][..., CORE:]
        total = lasting @ np.swapaxes(lasting, -1, -2) + np.diag(white[kept])
        weighted = np.linalg.solve(total, rows[..., place])
        normal = np.swapaxes(rows[..., place], -1, -2) @ weighted
        residual = (measured - computed)[:, kept]
        state[:, place] += np.linalg.solve(normal, np.einsum("rmi,rm->ri", weighted, residual)[..., None])[
            ..., 0
        ]
    error = np.zeros((1, runs, CORE))
    error[0] = (state - true)[:, :CORE]
    covariance = snapshot_covariance(problem, epoch, base)[np.ix_(place, place)]
    nees = _normalised(error[0][:, place], np.broadcast_to(covariance, (runs, *covariance.shape)))
    return Simulation(error, nees[None], len(place))


def _normalised(error: Floats, covariance: Floats) -> Floats:
    solved = np.linalg.solve(covariance, error[..., None])[..., 0]
    return np.asarray(np.sum(error * solved, axis=-1))


def _root(covariance: Floats) -> Floats:
    """Matrix whose square is a covariance that may be singular."""
    # Process noise mixes units by ten orders of magnitude, so it is scaled to correlations first.
    scale = np.sqrt(np.diag(covariance))
    safe = np.where(scale > 0.0, scale, 1.0)
    values, vectors = np.linalg.eigh(covariance / safe[:, None] / safe)
    return np.asarray(safe[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))
