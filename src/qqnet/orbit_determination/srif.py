"""The square-root information filter with consider parameters, on arrays of LAPACK's Householder QR.

What is known of n states x, given p parameters c that are not estimated, is the array

    R x + S c = z + nu,      nu ~ (0, I),   R [n, n] upper triangular, S [n, p], z [n, k].

The k columns of z are k independent sets of data with one covariance: none for a covariance analysis, one for an
estimate, many for a Monte Carlo run. Observations and motion are orthogonal transformations of such rows (Bierman
1977, Factorization Methods for Discrete Sequential Estimation, chapters V to VII). The errors of the estimate are

    x - R^-1 z = R^-1 nu - R^-1 S c,

so the formal covariance is R^-1 R^-T, the sensitivity to the parameters -R^-1 S, and the consider covariance their
sum with the covariance of c. A state without any information has a zero on the diagonal of R: its variance is
infinite, and so it is said.

No packaged filter was taken: Orekit's estimators need a Java machine, nyx is under the AGPL, GNSSTk's filter
of this kind is C++ without a wheel, and filterpy and its kin carry covariances of small dense systems and know
neither square-root information nor consider parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOTHING_KNOWN: Final = 1e-10
"""Singular value of the scaled root, relative to the largest, below which a direction counts as not observed."""


@dataclass(frozen=True, eq=False)
class Information:
    """A square-root information array.

    Attributes
    ----------
    root : ndarray [n, n]
        R, upper triangular.
    consider : ndarray [n, p]
        S, dependence on the parameters that are not estimated.
    data : ndarray [n, k]
        z, one column for each set of data.
    """

    root: Floats
    consider: Floats
    data: Floats

    @classmethod
    def from_sigma(cls, sigma: Floats, parameters: int = 0, sets: int = 0) -> Information:
        """Return what independent a-priori errors tell; an infinite one tells nothing."""
        n = sigma.size
        root = np.diag(np.where(np.isfinite(sigma), 1.0 / sigma, 0.0))
        return cls(root, np.zeros((n, parameters)), np.zeros((n, sets)))


@dataclass(frozen=True, eq=False)
class Step:
    """Motion over one step, satellite by satellite: x' = phi x + theta c + gamma w, w ~ (0, I).

    Attributes
    ----------
    phi : ndarray [s, b, b]
        Transition of each of s blocks of b states.
    gamma : ndarray [s, b, w]
        How unit noise enters.
    theta : ndarray [s, b, p]
        How the parameters enter.
    """

    phi: Floats
    gamma: Floats
    theta: Floats


@dataclass(frozen=True, eq=False)
class NoiseRows:
    """What a step tells of its noise, kept for the smoother: rw w + rwx x' + rwc c = zw + nu."""

    rw: Floats
    rwx: Floats
    rwc: Floats
    zw: Floats


def observed(known: Information, design: Floats, consider: Floats, residual: Floats) -> Information:
    """Add observations.

    Parameters
    ----------
    known : Information
        Before.
    design : ndarray [m, n]
        Partial derivatives by the states, over the standard deviation of each observation.
    consider : ndarray [m, p]
        Likewise by the parameters.
    residual : ndarray [m, k]
        Observed minus computed, likewise.

    Returns
    -------
    Information
        After.
    """
    n = len(known.root)
    stack = np.vstack(
        [
            np.hstack([known.root, known.consider, known.data]),
            np.hstack([design, consider, residual]),
        ]
    )
    # Reflections for columns beyond the first n touch only rows beyond the first n.
    return _split(_reflected(stack)[:n], n, known.consider.shape[1])


def advanced(known: Information, step: Step) -> tuple[Information, NoiseRows]:
    """Move on by a step.

    Parameters
    ----------
    known : Information
        At its start; states are s blocks of b.
    step : Step
        The motion.

    Returns
    -------
    known : Information
        At its end.
    noise : NoiseRows
        For the smoother.
    """
    s, b, w = step.gamma.shape
    n, p = known.consider.shape
    blocks = known.root.reshape(n, s, b).transpose(1, 0, 2)
    mapped = blocks @ np.linalg.inv(step.phi)  # R phi^-1, block column by block column
    noise = -(mapped @ step.gamma).transpose(1, 0, 2).reshape(n, s * w)
    consider = known.consider - np.einsum("snb,sbp->np", mapped, step.theta)
    root = mapped.transpose(1, 0, 2).reshape(n, n)
    k = known.data.shape[1]
    stack = np.vstack(
        [
            np.hstack([np.eye(s * w), np.zeros((s * w, n + p + k))]),
            np.hstack([noise, root, consider, known.data]),
        ]
    )
    made = _reflected(stack)
    upper, lower = made[: s * w], made[s * w : s * w + n, s * w :]
    x, c = s * w + n, s * w + n + p
    rows = NoiseRows(upper[:, : s * w], upper[:, s * w : x], upper[:, x:c], upper[:, c:])
    return _split(lower, n, p), rows


def _reflected(stack: Floats) -> Floats:
    """Return the upper trapezoid that Householder reflections make of an array (LAPACK dgeqrf)."""
    triangle: Floats = np.linalg.qr(stack, mode="r")  # type: ignore[assignment]
    return triangle


def _split(rows: Floats, n: int, p: int) -> Information:
    return Information(np.triu(rows[:, :n]), rows[:, n : n + p], rows[:, n + p :])


@dataclass(frozen=True, eq=False)
class Errors:
    """What an information array says of the errors of its estimate.

    Attributes
    ----------
    factor : ndarray [n, n]
        Square root of the formal covariance: factor @ factor.T; rows of states that nothing is known of are
        infinite on the diagonal and zero elsewhere.
    sensitivity : ndarray [n, p]
        Error of the estimate by each parameter; zero where nothing is known.
    unknown : ndarray of bool [n]
        States that the observations do not determine.
    """

    factor: Floats
    sensitivity: Floats
    unknown: NDArray[np.bool_]

    def blocks(self, size: int, parameter_sigma: Floats | None = None) -> Floats:
        """Return the covariances of blocks of states.

        Parameters
        ----------
        size : int
            States in a block.
        parameter_sigma : ndarray [p], optional
            Standard deviations of the parameters, for the consider covariance; the formal one where not given.

        Returns
        -------
        ndarray [n/size, size, size]
            Infinite variances where nothing is known.
        """
        rows = self.factor.reshape(-1, size, len(self.factor))
        finite = np.where(np.isfinite(rows), rows, 0.0)
        covariance = finite @ finite.transpose(0, 2, 1)
        if parameter_sigma is not None and parameter_sigma.size:
            scaled = (self.sensitivity * parameter_sigma).reshape(-1, size, parameter_sigma.size)
            covariance = covariance + scaled @ scaled.transpose(0, 2, 1)
        block, place = np.nonzero(self.unknown.reshape(-1, size))
        covariance[block, place, place] = np.inf
        return np.asarray(covariance)


def errors(known: Information) -> Errors:
    """Return the errors of the estimate that an information array makes.

    Parameters
    ----------
    known : Information
        The array.

    Returns
    -------
    Errors
        Infinite for what is not determined: a zero on the diagonal, or a direction whose singular value is less
        than `NOTHING_KNOWN` of the largest after each column was scaled to unit length.
    """
    from scipy.linalg import solve_triangular

    n = len(known.root)
    size = np.linalg.norm(known.root, axis=0)
    scaled = known.root / np.where(size > 0.0, size, 1.0)
    diagonal = np.abs(np.diagonal(scaled))
    if diagonal.min(initial=1.0) > np.sqrt(NOTHING_KNOWN):
        factor = solve_triangular(known.root, np.eye(n))
        return Errors(factor, -factor @ known.consider, np.zeros(n, dtype=bool))
    left, values, right = np.linalg.svd(scaled)
    kept = values > NOTHING_KNOWN * values.max(initial=0.0)
    unknown = np.any(np.abs(right[~kept]) > np.sqrt(NOTHING_KNOWN), axis=0)
    inverse = (right[kept].T / values[kept]) @ left[:, kept].T / np.where(size > 0.0, size, 1.0)[:, None]
    inverse[unknown] = 0.0
    sensitivity = -inverse @ known.consider
    inverse[unknown, unknown] = np.inf
    return Errors(inverse, sensitivity, unknown)


def estimate(known: Information) -> Floats:
    """Return the estimates of the states, shape [n, k]; the root must be regular."""
    from scipy.linalg import solve_triangular

    return np.asarray(solve_triangular(known.root, known.data))
