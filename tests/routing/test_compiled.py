"""References to named tuples in compiled code."""

import gc
import sys
from typing import NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from qqnet.routing.compiled import by_reference, by_value, inner


class Inner(NamedTuple):
    numbers: np.ndarray
    flag: bool


class Outer(NamedTuple):
    first: np.ndarray
    inner: Inner
    scale: float


class List(NamedTuple):
    values: np.ndarray
    count: np.ndarray


def make():
    return Outer(np.arange(4.0), Inner(np.arange(3), True), 2.5)


@inner
def _sum(outer):
    return outer.first.sum() * outer.scale + outer.inner.numbers.sum() * outer.inner.flag


@inner
def _of_inner(inside):
    return inside.numbers[-1]


@njit
def read(outer):
    outer = by_reference(outer)
    return _sum(outer), _of_inner(outer.inner), _of_inner(by_reference(outer.inner))


@njit
def write(outer):
    outer = by_reference(outer)
    outer.first[1] = 9.0
    outer.inner.numbers[0] = 7


@inner
def _append(held, value):
    if held.count[0] == held.values.size:
        longer = np.empty(2 * held.values.size)
        longer[: held.values.size] = held.values
        held.values = longer
    held.values[held.count[0]] = value
    held.count[0] += 1


@njit
def appended(start, number):
    held = by_reference(start)
    for value in range(number):
        _append(held, float(value))
    return by_value(held, start)


def test_fields_are_read_through_a_reference_also_those_of_tuples_within():
    assert read(make()) == (15.0 + 3.0, 2, 2)
    assert read(Outer(np.ones(2), Inner(np.arange(3), False), 2.0)) == (4.0, 2, 2)


def test_elements_are_changed_in_the_callers_arrays():
    outer = make()
    write(outer)
    assert outer.first.tolist() == [0.0, 9.0, 2.0, 3.0]
    assert outer.inner.numbers.tolist() == [7, 1, 2]


def test_tuples_of_one_kind_of_field_work_too():
    class Pair(NamedTuple):
        left: np.ndarray
        right: np.ndarray

    @njit
    def difference(pair):
        pair = by_reference(pair)
        return pair.left[0] - pair.right[0]

    assert difference(Pair(np.array([5.0]), np.array([3.0]))) == 2.0


@pytest.mark.parametrize("number", [3, 4, 5, 1000])
def test_an_array_that_is_set_is_kept_and_the_first_is_left_alone(number):
    start = List(np.full(4, -1.0), np.zeros(1, dtype=np.int64))
    end = appended(start, number)
    assert end.values[:number].tolist() == list(range(number))
    assert (end.values.size == 4) == (number <= 4)
    assert start.values.tolist() == [0.0, 1.0, 2.0, 3.0][:number] + [-1.0] * (4 - min(number, 4))
    assert end.count is start.count or end.count[0] == number


def test_nothing_is_freed_too_early_or_never():
    start = List(np.zeros(1), np.zeros(1, dtype=np.int64))
    before = sys.getrefcount(start.values), sys.getrefcount(start.count)
    for _ in range(50):
        start.count[0] = 0
        end = appended(start, 5000)
        del end
    gc.collect()
    assert (sys.getrefcount(start.values), sys.getrefcount(start.count)) == before


def test_memory_of_arrays_that_were_set_is_given_back():
    from numba.core.runtime import _nrt_python, rtsys

    _nrt_python.memsys_enable_stats()
    start = List(np.zeros(1), np.zeros(1, dtype=np.int64))
    appended(start, 5)
    gc.collect()
    before = rtsys.get_allocation_stats()
    for _ in range(20):
        start.count[0] = 0
        appended(start, 5000)
    gc.collect()
    after = rtsys.get_allocation_stats()
    _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free > 100


def test_a_field_that_is_not_there_is_refused_when_compiled():
    @njit
    def wrong(outer):
        outer = by_reference(outer)
        return outer.nothing

    with pytest.raises(TypingError, match="nothing"):
        wrong(make())
