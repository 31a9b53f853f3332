import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.threebody.chain import Chain


def whole(before, after):
    """Return the matrix of all conditions, dense."""
    count, m, k = before.shape
    matrix = np.zeros((count * m, (count + 1) * k))
    for i in range(count):
        matrix[i * m : (i + 1) * m, i * k : (i + 1) * k] = before[i]
        matrix[i * m : (i + 1) * m, (i + 1) * k : (i + 2) * k] = after[i]
    return matrix


@given(count=st.integers(1, 9), extra=st.integers(0, 2), seed=st.integers(0, 2**32 - 1))
def test_least_solution_is_that_of_the_dense_problem(count, extra, seed):
    draw = np.random.default_rng(seed)
    before, after = draw.normal(size=(2, count, 4, 4 + extra))
    b = draw.normal(size=(count, 4))
    x = Chain.of(before, after).least(b)
    dense = np.linalg.lstsq(whole(before, after), b.ravel())[0].reshape(count + 1, -1)
    assert np.max(np.abs(x - dense)) < 1e-8 * max(1.0, np.max(np.abs(dense)))


def test_unstable_chains_stay_exact():
    """Arcs over which deviations grow a hundredfold, sixty of them: a normal matrix would have no digit left."""
    draw = np.random.default_rng(0)
    turn = np.linalg.qr(draw.normal(size=(60, 6, 6)))[0]
    before = turn @ np.diag([100.0, 0.01, 1.0, 1.0, 2.0, 0.5]) @ turn.transpose(0, 2, 1)
    after = np.broadcast_to(-np.eye(6), before.shape)
    b = draw.normal(size=(60, 6))
    x = Chain.of(before, after).least(b)
    left = np.einsum("nij,nj->ni", before, x[:-1]) - x[1:] - b
    assert np.max(np.abs(left)) < 1e-11
    assert np.linalg.norm(x) == pytest.approx(
        np.linalg.norm(np.linalg.lstsq(whole(before, after), b.ravel())[0]), rel=1e-9
    )
