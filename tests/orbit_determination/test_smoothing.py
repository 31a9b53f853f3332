"""The smoother against one least-squares solution for the states of all epochs and all noise."""

import numpy as np

from qqnet.orbit_determination.smoothing import smoothed, smoothed_estimates
from qqnet.orbit_determination.srif import errors, estimate

from .test_srif import ROWS, SIGMA, STEPS, K, N, P, S, W, filtered, whole


def test_smoother_is_the_batch_solution_of_the_whole_arc():
    known, steps, noises = filtered()
    found = errors(known)
    # Unknowns: the first state and the noise of every step. x_k = phi x_k-1 + gamma w + theta c.
    unknowns = N + len(STEPS) * S * W
    states, pushes = [np.eye(N, unknowns)], [np.zeros((N, P))]
    for k, step in enumerate(STEPS):
        onward = whole(step.phi) @ states[-1]
        onward[:, N + k * S * W : N + (k + 1) * S * W] += whole(step.gamma)
        states.append(onward)
        pushes.append(whole(step.phi) @ pushes[-1] + step.theta.reshape(N, P))
    prior = np.eye(unknowns)
    prior[:N, :N] = np.diag(1.0 / SIGMA)
    a = np.vstack([prior, *(h @ x for (h, _, _), x in zip(ROWS, states, strict=True))])
    b = np.vstack([np.zeros((unknowns, P)), *(c + h @ x for (h, c, _), x in zip(ROWS, pushes, strict=True))])
    z = np.vstack([np.zeros((unknowns, K)), *(z for _, _, z in ROWS)])
    covariance = np.linalg.inv(a.T @ a)
    solution, sensitivity = covariance @ a.T @ z, -covariance @ a.T @ b
    pieces = list(smoothed(found.factor @ found.factor.T, found.sensitivity, steps, noises))[::-1]
    guesses = list(smoothed_estimates(estimate(known), steps, noises))[::-1]
    for k, x in enumerate(states):
        np.testing.assert_allclose(pieces[k][0], x @ covariance @ x.T, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(pieces[k][1], x @ sensitivity + pushes[k], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(guesses[k], x @ solution, rtol=1e-7, atol=1e-9)
