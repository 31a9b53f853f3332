"""Capacity of pulse-position modulation: laws, limits, and its inverse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import ppm_capacity
from qqnet.links.ppm_capacity import ppm_capacity_bits, required_signal, required_signal_db

ORDERS = st.sampled_from([2, 4, 16, 64, 256])


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 30.0), st.floats(1e-6, 20.0), ORDERS)
def test_background_only_takes_capacity_away(signal: float, background: float, order: int) -> None:
    clear = ppm_capacity_bits(signal, 0.0, order)
    dim, bright = (
        ppm_capacity_bits(signal, background, order),
        ppm_capacity_bits(signal, 2.0 * background, order),
    )
    assert 0.0 <= bright <= dim + 1e-7 <= clear + 2e-7 <= math.log2(order) + 2e-7


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 10.0), ORDERS)
def test_without_background_it_is_the_erasure_channel(signal: float, order: int) -> None:
    """1 - exp(-n_s) of log2 M, in the closed form and as the limit of the integral."""
    erasure = (1.0 - math.exp(-signal)) * math.log2(order)
    assert ppm_capacity_bits(signal, 0.0, order) == pytest.approx(erasure, rel=1e-12)
    hardly = ppm_capacity_bits(signal, 2.0 * ppm_capacity.LEAST_BACKGROUND, order)
    assert erasure - 1e-5 < hardly <= erasure + 1e-7


@pytest.mark.parametrize("order", [2, 16, 64])
def test_weak_signal_in_strong_background(order: int) -> None:
    """To second order the information of a shift s of a Poisson count b is s^2/b (M - 1)/(2 M ln 2)."""
    signal, background = 0.05, 50.0
    weak = signal**2 / background * (order - 1) / (2.0 * order * math.log(2.0))
    assert ppm_capacity_bits(signal, background, order) == pytest.approx(weak, rel=5e-3)


@pytest.mark.parametrize(
    ("signal", "background", "order"), [(2.0, 0.1, 64), (5.0, 1.0, 16), (1.0, 1e-3, 16), (20.0, 10.0, 4)]
)
def test_against_counted_symbols(signal: float, background: float, order: int) -> None:
    """Mean of the information over drawn counts, to four standard deviations of the mean."""
    draw = np.random.default_rng(20400601)
    counts = draw.poisson(background, (40_000, order))
    counts[:, 0] = draw.poisson(signal + background, counts.shape[0])
    ratio = counts * math.log1p(signal / background)
    top = ratio.max(axis=1)
    lost = (top + np.log(np.exp(ratio - top[:, None]).sum(axis=1)) - ratio[:, 0]) / math.log(2.0)
    spread = lost.std() / math.sqrt(lost.size)
    assert ppm_capacity_bits(signal, background, order) == pytest.approx(
        math.log2(order) - lost.mean(), abs=4.0 * spread
    )


def test_two_slots_against_the_double_sum() -> None:
    """Exact sum over both counts for M = 2."""
    from scipy.stats import poisson

    signal, background = 3.0, 0.7
    k = np.arange(60)
    joint = np.outer(poisson.pmf(k, signal + background), poisson.pmf(k, background))
    ratio = math.log1p(signal / background) * (k[None, :] - k[:, None])
    exact = 1.0 - float((joint * np.logaddexp(0.0, ratio)).sum()) / math.log(2.0)
    assert ppm_capacity_bits(signal, background, 2) == pytest.approx(exact, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.floats(-8.5, 1.9), ORDERS, st.sampled_from([1 / 3, 1 / 2, 2 / 3]))
def test_required_signal_is_the_inverse_and_the_table_follows(
    exponent: float, order: int, code: float
) -> None:
    background = 10.0**exponent
    signal = required_signal(background, order, code)
    assert ppm_capacity_bits(signal, background, order) == pytest.approx(code * math.log2(order), abs=1e-6)
    assert float(required_signal_db(background, order, code)) == pytest.approx(
        10.0 * math.log10(signal), abs=5e-4
    )


def test_beyond_the_table_nothing_is_promised() -> None:
    need = required_signal_db([0.0, 1e-10, 1.0, 2.0 * ppm_capacity.MOST_BACKGROUND], 16, 0.5)
    assert need[0] == need[1] == pytest.approx(10.0 * math.log10(math.log(2.0)), abs=1e-12)
    assert need[0] < need[2] < np.inf
    assert need[3] == np.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ppm_capacity_bits(-1.0, 0.0, 16), "the signal a pulse is -1 counts"),
        (lambda: ppm_capacity_bits(1.0, 0.0, 1), "the PPM order is 1; it must be 2 or more"),
        (lambda: required_signal(0.0, 16, 1.0), "the code rate is 1; it must be above 0 and below 1"),
        (lambda: required_signal_db(-0.1, 16, 0.5), "the background a slot is -0.1 counts"),
    ],
)
def test_refusals(call, words) -> None:
    with pytest.raises(InputError, match=words):
        call()
