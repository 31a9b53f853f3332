"""Predictions: covariances that nothing observes any more, and the messages that are made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qqnet.orbit_determination.setup import Setup
from qqnet.orbit_determination.srif import Errors, Step

Floats = NDArray[np.float64]


class Messages:
    """Predictions of each satellite from the last upload on, with the sensitivities to the parameters."""

    def __init__(self, setup: Setup):
        step = setup.step_s
        self.every = max(1, round(setup.broadcast.upload_s / step))
        self.latency = int(np.ceil(setup.broadcast.latency_s / step - 1e-9))
        self.step_s, self.sigma = step, setup.motion.parameters.sigma
        self.waiting: list[tuple[int, Floats, Floats]] = []

    def move(self, step: Step) -> None:
        """Predict what waits a step further."""
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
    turned = turn @ np.where(np.isfinite(part), part, 0.0) @ turn.transpose(0, 2, 1) * 1e6  # km² to m²
    mixed = np.einsum("sij,sj->si", np.abs(turn), unknown.astype(float)) > 1e-12
    block, place = np.nonzero(mixed)
    turned[block, place, place] = np.inf
    return np.asarray(turned)
