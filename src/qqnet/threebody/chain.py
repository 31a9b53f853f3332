"""The least change of a chain of states that makes its arcs meet.

Each arc couples the unknowns at its two ends only. The matrix of all conditions is block-bidiagonal; its factor by
Householder's method costs a small, equal amount an arc, and does not square the condition of the problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chain:
    """Linear conditions ``before[i] x[i] + after[i] x[i + 1] = b[i]`` for the arcs i of a chain.

    Attributes
    ----------
    before, after : ndarray, shape [n_arcs, m, k]
        How the gap at the end of an arc changes with the unknowns at its beginning and at its end.
    factor : ndarray, shape [2 m, n_arcs m]
        Upper triangular factor R of the transposed matrix, banded as SciPy stores it.
    """

    before: Floats
    after: Floats
    factor: Floats

    @classmethod
    def of(cls, before: Floats, after: Floats) -> Chain:
        """Factorise."""
        count, m, k = before.shape
        rows = np.zeros((count, m, 2 * m))
        rest = _triangle(before[0].T)
        for i in range(count - 1):
            stack = np.zeros((m + k, 2 * m))
            stack[:m, :m], stack[m:, :m], stack[m:, m:] = rest, after[i].T, before[i + 1].T
            r = _triangle(stack)
            rows[i], rest = r[:m], r[m:, m:]
        rows[-1, :, :m] = _triangle(np.concatenate([rest, after[-1].T]))
        band = np.zeros((2 * m, (count + 1) * m))
        for a in range(m):
            for c in range(a, 2 * m):
                band[2 * m - 1 + a - c, c : c + count * m : m] = rows[:, a, c]
        return cls(before, after, band[:, : count * m])

    def least(self, b: Floats) -> Floats:
        """Return the least x, shape [n_arcs + 1, k], in the sum of squares, for gaps b, shape [n_arcs, m].

        Corrected seminormal equations: Björck 1987, Linear Algebra Appl. 88/89:31.
        """
        from scipy.linalg import cho_solve_banded

        def seminormal(b: Floats) -> Floats:
            multipliers = cho_solve_banded((self.factor, False), b.ravel(), check_finite=False).reshape(
                b.shape
            )
            x = np.zeros((len(b) + 1, self.before.shape[2]))
            x[:-1] += np.einsum("nij,ni->nj", self.before, multipliers)
            x[1:] += np.einsum("nij,ni->nj", self.after, multipliers)
            return x

        x = seminormal(b)
        left = b - np.einsum("nij,nj->ni", self.before, x[:-1]) - np.einsum("nij,nj->ni", self.after, x[1:])
        return x + seminormal(left)


def _triangle(matrix: Floats) -> Floats:
    """Return the factor R of Householder's method."""
    return np.asarray(np.linalg.qr(matrix, mode="r"), dtype=np.float64)
