"""The filter against batch least squares, an independent Kalman filter in Joseph's form, and augmented states."""

import numpy as np
import pytest

from qqnet.orbit_determination.srif import Information, Step, advanced, errors, estimate, observed

S, B, W, P, K = 3, 4, 2, 2, 5
N = S * B
RNG = np.random.default_rng(11)
STEPS = [
    Step(
        np.eye(B) + 0.2 * RNG.standard_normal((S, B, B)),
        0.3 * RNG.standard_normal((S, B, W)),
        0.2 * RNG.standard_normal((S, B, P)),
    )
    for _ in range(6)
]
ROWS = [
    (RNG.standard_normal((m, N)), RNG.standard_normal((m, P)), RNG.standard_normal((m, K)))
    for m in (4, 0, 7, 20, 3, 5, 9)
]
SIGMA = np.linspace(0.5, 4.0, N)
PARAMETER_SIGMA = np.array([0.7, 2.0])


def whole(parts):
    """Block diagonal."""
    s, b, w = parts.shape
    made = np.zeros((s, b, s, w))
    made[np.arange(s), :, np.arange(s)] = parts
    return made.reshape(s * b, s * w)


def filtered(noise=True):
    known, noises, steps = Information.from_sigma(SIGMA, P, K), [], []
    for k, rows in enumerate(ROWS):
        if k:
            step = (
                STEPS[k - 1] if noise else Step(STEPS[k - 1].phi, 0 * STEPS[k - 1].gamma, STEPS[k - 1].theta)
            )
            known, left = advanced(known, step)
            noises.append(left)
            steps.append(step)
        known = observed(known, *rows)
    return known, steps, noises


def test_batch_weighted_least_squares():
    """Without process noise, all rows mapped to the end: covariance, estimate and sensitivity to 1e-9."""
    known, steps, _ = filtered(noise=False)
    back, push = np.eye(N), np.zeros((N, P))  # x_k = back x_end + push c
    design, consider, data = [], [], []
    for k in range(len(ROWS) - 1, -1, -1):
        if k < len(STEPS):
            inverse = np.linalg.inv(whole(steps[k].phi))
            push = inverse @ (push - steps[k].theta.reshape(N, P))
            back = inverse @ back
        h, c, z = ROWS[k]
        design.append(h @ back)
        consider.append(c + h @ push)
        data.append(z)
    prior = np.diag(1.0 / SIGMA)
    a = np.vstack([*design, prior @ back])
    b = np.vstack([*consider, prior @ push])
    z = np.vstack([*data, np.zeros((N, K))])
    covariance = np.linalg.inv(a.T @ a)
    found = errors(known)
    size = np.sqrt(np.diagonal(covariance))
    np.testing.assert_allclose(
        found.factor @ found.factor.T / np.outer(size, size), covariance / np.outer(size, size), atol=1e-9
    )
    np.testing.assert_allclose(estimate(known), covariance @ a.T @ z, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(found.sensitivity, -covariance @ a.T @ b, rtol=1e-9, atol=1e-10)


def test_kalman_filter_in_josephs_form():
    """With process noise; the sensitivity by its own recursion through the gains (Schmidt)."""
    x, p, s = np.zeros((N, K)), np.diag(SIGMA**2), np.zeros((N, P))
    for k, (h, c, z) in enumerate(ROWS):
        if k:
            phi, gamma = whole(STEPS[k - 1].phi), whole(STEPS[k - 1].gamma)
            x, p = phi @ x, phi @ p @ phi.T + gamma @ gamma.T
            s = phi @ s + STEPS[k - 1].theta.reshape(N, P)
        gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + np.eye(len(h)))
        left = np.eye(N) - gain @ h
        x, p = x + gain @ (z - h @ x), left @ p @ left.T + gain @ gain.T
        s = left @ s - gain @ c
    known, _, _ = filtered()
    found = errors(known)
    np.testing.assert_allclose(found.factor @ found.factor.T, p, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(estimate(known), x, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(found.sensitivity, s, rtol=1e-8, atol=1e-10)
    blocks = found.blocks(B, PARAMETER_SIGMA)
    scaled = s * PARAMETER_SIGMA
    np.testing.assert_allclose(blocks[1], (p + scaled @ scaled.T)[B : 2 * B, B : 2 * B], rtol=1e-8)


def test_order_of_observations_does_not_matter():
    known = Information.from_sigma(SIGMA, P, K)
    one = observed(observed(known, *ROWS[0]), *ROWS[3])
    other = observed(observed(known, *ROWS[3]), *ROWS[0])
    np.testing.assert_allclose(estimate(one), estimate(other), rtol=1e-11, atol=1e-12)


def test_what_is_not_known_is_infinite():
    """Two states of which only the sum is seen, a third alone, a fourth never."""
    known = Information.from_sigma(np.full(4, np.inf))
    assert errors(known).unknown.all()
    design = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 10.0, 0.0]])
    found = errors(observed(known, design, np.zeros((2, 0)), np.zeros((2, 0))))
    assert found.unknown.tolist() == [True, True, False, True]
    variances = np.diagonal(found.blocks(4)[0])
    assert np.isinf(variances[[0, 1, 3]]).all()
    assert variances[2] == pytest.approx(0.01)


def test_states_of_different_scale_are_not_taken_for_unknown():
    known = Information.from_sigma(np.array([1e9, 1e-12, 1.0]))
    found = errors(known)
    assert not found.unknown.any()
    np.testing.assert_allclose(np.diagonal(found.factor), [1e9, 1e-12, 1.0])
