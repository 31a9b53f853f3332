"""From measurements to a state: least squares of single epochs, and an extended Kalman filter over time.

Both take the true error model, so that their covariances are those of an estimator that is tuned right. The
update of the filter is Joseph's, which keeps covariances symmetric and positive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qqnet.navigation.dop import LARGEST_GDOP
from qqnet.navigation.user_problem import CORE, UserProblem

Floats = NDArray[np.float64]

_LEAST = 1.0 / LARGEST_GDOP**2


def updated(
    state: Floats, covariance: Floats, residual: Floats, rows: Floats, white: Floats
) -> tuple[Floats, Floats]:
    """Take in measurements.

    Parameters
    ----------
    state : ndarray [..., n]
        Before.
    covariance : ndarray [..., n, n]
        Before.
    residual : ndarray [..., M]
        Measured minus computed.
    rows : ndarray [..., M, n]
        Derivatives of the measurements.
    white : ndarray [M]
        Variances of their white errors, above zero.

    Returns
    -------
    state, covariance : ndarray
        After.
    """
    if not white.size:
        return state, covariance
    across = rows @ covariance
    innovation = across @ np.swapaxes(rows, -1, -2) + np.diag(white)
    gain = np.swapaxes(np.linalg.solve(innovation, across), -1, -2)
    turned = np.swapaxes(gain, -1, -2)
    # (1 - K H) P (1 - K H)' + K R K', multiplied out so that no product has the number of states three times.
    left = covariance - gain @ across
    after = left - (left @ np.swapaxes(rows, -1, -2)) @ turned + (gain * white) @ turned
    return state + np.einsum("...ij,...j->...i", gain, residual), 0.5 * (after + np.swapaxes(after, -1, -2))


def filter_covariances(problem: UserProblem) -> Floats:
    """Covariance of the filter at each epoch, linearised about the true motion.

    Parameters
    ----------
    problem : UserProblem
        With T epochs.

    Returns
    -------
    ndarray [T, 8, 8]
        Of position, velocity, clock offset and rate, after the measurements of the epoch [m, s].
    """
    epochs = problem.track.times_s.size
    found = np.empty((epochs, CORE, CORE))
    covariance = problem.start()
    for k in range(epochs):
        if k:
            covariance = problem.step(k - 1).spread(covariance)
        white = problem.white(k)
        _, rows = problem.measured(k, problem.truth(k))
        _, covariance = updated(np.zeros(problem.size), covariance, np.zeros(white.size), rows, white)
        found[k] = covariance[:CORE, :CORE]
    return found


def snapshot_covariances(problem: UserProblem) -> Floats:
    """Covariance of weighted least squares at each epoch for itself.

    Parameters
    ----------
    problem : UserProblem
        With T epochs.

    Returns
    -------
    ndarray [T, 8, 8]
        As :func:`filter_covariances`; infinite on the diagonal, and zero beside it, where there is no solution.
    """
    epochs = problem.track.times_s.size
    found = np.zeros((epochs, CORE, CORE))
    for k in range(epochs):
        found[k] = snapshot_covariance(problem, k, problem.truth(k))
    return found


def snapshot_covariance(problem: UserProblem, epoch: int, state: Floats) -> Floats:
    """Covariance [8, 8] of weighted least squares of one epoch, linearised about a state [size]."""
    _, rows = problem.measured(epoch, state)
    kinds = np.array(problem.kinds(epoch))
    total = np.diag(problem.white(epoch)) + rows[:, CORE:] @ rows[:, CORE:].T
    ranges = kinds != "doppler"
    place = [0, 1, 2, 6] if "one-way" in kinds else [0, 1, 2]
    found = np.diag(np.full(CORE, np.inf))
    _fill(found, place, rows[ranges][:, place], total[np.ix_(ranges, ranges)])
    if "doppler" in kinds:
        moving = [3, 4, 5, 7]
        _fill(found, moving, rows[~ranges][:, moving], total[np.ix_(~ranges, ~ranges)])
    return found


def _fill(found: Floats, place: list[int], rows: Floats, total: Floats) -> None:
    """Write the covariance of some states where the geometry is not singular."""
    if len(rows) < len(place):
        return
    normal = rows.T @ np.linalg.solve(total, rows)
    mean = np.trace(np.linalg.inv(total)) / len(rows)
    # As for dilution of precision: the eigenvalues of the unweighted matrix, and their inverses, stay in bounds.
    values = np.linalg.eigvalsh(normal) / mean
    if values[0] <= _LEAST or np.sum(1.0 / values) > LARGEST_GDOP**2:
        return
    found[np.ix_(place, place)] = np.linalg.inv(normal)
