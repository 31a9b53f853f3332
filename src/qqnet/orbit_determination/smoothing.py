"""Smoothing: what the observations of a whole arc tell of each of its epochs.

The rows that each step left of its noise are solved from the end backwards (Dyer-McReynolds form of the smoother;
Bierman 1983, A new computationally efficient fixed-interval discrete-time smoother, Automatica 19:503). With

    e_k = phi^-1 ((I + gamma L) e_k+1 - gamma rw^-1 nu + (gamma rw^-1 rwc - theta) c),    L = rw^-1 rwx,

formal covariance and sensitivity go on apart. Memory: n (n + 2 w s) numbers a step of n states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.srif import NoiseRows, Step

Floats = NDArray[np.float64]


def smoothed(
    covariance: Floats, sensitivity: Floats, steps: Sequence[Step], noises: Sequence[NoiseRows]
) -> Iterator[tuple[Floats, Floats]]:
    """Give formal covariances and sensitivities of the smoothed states, from the last epoch to the first.

    Parameters
    ----------
    covariance : ndarray [n, n]
        Of the filter at the end.
    sensitivity : ndarray [n, p]
        Of the filter at the end.
    steps, noises : sequence, length K - 1
        The motion, and what the filter's time updates left.

    Yields
    ------
    covariance : ndarray [n, n]
    sensitivity : ndarray [n, p]
    """
    yield covariance, sensitivity
    for step, noise in zip(reversed(steps), reversed(noises), strict=True):
        back = _blocks(np.asarray(np.linalg.inv(step.phi), dtype=np.float64))
        gamma = _blocks(step.gamma)
        theta = step.theta.reshape(len(gamma), -1)
        gain = np.linalg.inv(noise.rw)
        by_noise = gamma @ gain
        onward = np.eye(len(gamma)) + by_noise @ noise.rwx
        covariance = back @ (onward @ covariance @ onward.T + by_noise @ by_noise.T) @ back.T
        covariance = 0.5 * (covariance + covariance.T)
        sensitivity = back @ (onward @ sensitivity + by_noise @ noise.rwc - theta)
        yield covariance, sensitivity


def smoothed_estimates(last: Floats, steps: Sequence[Step], noises: Sequence[NoiseRows]) -> Iterator[Floats]:
    """Give the smoothed states themselves, from the last epoch to the first.

    Parameters
    ----------
    last : ndarray [n, k]
        Estimates of the filter at the end, one column for each set of data.
    steps, noises : sequence, length K - 1
        As of `smoothed`.

    Yields
    ------
    ndarray [n, k]
    """
    yield last
    for step, noise in zip(reversed(steps), reversed(noises), strict=True):
        drawn = np.linalg.solve(noise.rw, noise.zw - noise.rwx @ last)
        back = _blocks(np.asarray(np.linalg.inv(step.phi), dtype=np.float64))
        last = back @ (last - _blocks(step.gamma) @ drawn)
        yield last


def _blocks(parts: Floats) -> Floats:
    """Return the block-diagonal matrix of parts, shape [s, b, w]."""
    s, b, w = parts.shape
    whole = np.zeros((s, b, s, w))
    whole[np.arange(s), :, np.arange(s), :] = parts
    return whole.reshape(s * b, s * w)
