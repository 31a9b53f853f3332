from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.access.losses import LossSets
from qqnet.errors import InputError


@given(st.integers(3, 40), st.integers(1, 2), st.integers(1, 60), st.integers(0, 99))
def test_sets_are_different_and_all_of_them_where_there_are_few(satellites, size, draws, seed):
    sets = LossSets.of(satellites, at_random=(size,), draws=draws, seed=seed)
    assert [int(row[0]) for row in sets.lost[sets.kinds["any 1"]]] == list(range(satellites))
    rows = [tuple(row[row >= 0]) for row in sets.lost[sets.kinds[f"random {size}"]]]
    assert len(set(rows)) == len(rows) == min(draws, comb(satellites, size))
    assert sets.exhaustive[f"random {size}"] == (comb(satellites, size) <= draws)
    assert all(len(set(row)) == size and max(row) < satellites for row in rows)


def test_the_same_seed_draws_the_same_sets_whatever_else_is_asked():
    one = LossSets.of(30, any_one=False, at_random=(3,), draws=20, seed=5)
    other = LossSets.of(30, at_random=(2, 3), draws=20, seed=5)
    assert np.array_equal(one.lost[one.kinds["random 3"]], other.lost[other.kinds["random 3"]])
    assert not np.array_equal(one.lost, LossSets.of(30, any_one=False, at_random=(3,), draws=20, seed=6).lost)


@pytest.mark.parametrize("satellites", [1, 0])
def test_one_must_be_left(satellites):
    with pytest.raises(InputError, match="one that is left"):
        LossSets.of(satellites)
    with pytest.raises(InputError, match="0 draws"):
        LossSets.of(4, draws=0)
