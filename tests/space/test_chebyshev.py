import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.chebyshev import ChebyshevTable, fit

START = 1.2e9  # early 2038


def test_values_and_rates_equal_numpy(random_table, expected):
    table = random_table(1, n_components=4)
    t = np.random.default_rng(2).uniform(*table.span, 300)
    value, rate = table.evaluate_with_rate(t)
    np.testing.assert_allclose(value, expected(table, t), rtol=0, atol=1e-9)
    np.testing.assert_allclose(rate, expected(table, t, 1), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(table.evaluate(t), value)


def test_shapes_follow_the_times(random_table):
    table = random_table(3)
    assert table.evaluate(START).shape == (3,)
    assert table.evaluate([START, START + 1]).shape == (2, 3)
    assert table.evaluate(np.full((2, 4), START)).shape == (2, 4, 3)
    assert table.evaluate([]).shape == (0, 3)


def test_both_ends_of_the_span_are_covered_and_nothing_beyond(random_table):
    table = random_table(4)
    start, stop = table.span
    assert np.isfinite(table.evaluate([start, stop])).all()
    for outside in (start - 1e-3, stop + 1e-3, np.nan, np.inf):
        with pytest.raises(EphemerisRangeError) as caught:
            table.evaluate([start, outside])
        assert (caught.value.start, caught.value.stop) == (start, stop)


def test_range_error_names_the_thing_the_time_and_the_span():
    table = fit(lambda t: np.stack([t, t], -1), 0.0, 86_400.0, 1e-6, name="relay-1")
    with pytest.raises(
        EphemerisRangeError, match=r"relay-1: time 2000-01-03T.* 2000-01-01T.* to 2000-01-02T"
    ):
        table.evaluate(2 * 86_400.0)


@settings(max_examples=40, deadline=None)
@given(
    coefficients=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8),
    start=st.floats(-1e9, 2e9),
    span=st.floats(10.0, 1e7),
)
def test_fit_reproduces_polynomials(coefficients, start, span):
    def polynomial(t):
        return np.polynomial.polynomial.polyval((t - start) / span, coefficients)[:, None]

    # A time near 2e9 s is rounded to 2.4e-7 s; the polynomial changes by less than 28e3 in a span.
    tolerance = 1e-9 + 3e4 * 2.4e-7 / span
    table = fit(polynomial, start, start + span, tolerance)
    assert len(table.coefficients) == 1
    t = np.linspace(start, start + span, 77)
    np.testing.assert_allclose(table.evaluate(t), polynomial(t), rtol=0, atol=2 * tolerance)


def test_fit_keeps_its_tolerance_between_nodes_and_is_continuous():
    def ellipse(t):
        eccentric = mean = 2 * np.pi * (t - START) / 43_200.0
        for _ in range(60):
            eccentric = mean + 0.6 * np.sin(eccentric)
        return 6541.4 * np.stack([np.cos(eccentric) - 0.6, 0.8 * np.sin(eccentric)], -1)

    table = fit(ellipse, START, START + 2 * 86_400.0, 1e-5)
    t = np.random.default_rng(5).uniform(*table.span, 20_000)
    assert np.abs(table.evaluate(t) - ellipse(t)).max() < 2e-5
    signs = (-1.0) ** np.arange(table.coefficients.shape[2])
    ends, starts = table.coefficients.sum(-1)[:-1], (table.coefficients * signs).sum(-1)[1:]
    np.testing.assert_allclose(ends, starts, rtol=0, atol=1e-6)
    assert table.span[0] == START
    assert table.span[1] == pytest.approx(START + 2 * 86_400.0, abs=1e-6)


def test_fit_never_asks_outside_the_span():
    seen = []

    def function(t):
        seen.append(t)
        return np.sin(t / 1e3)[:, None]

    fit(function, 100.0, 54_321.0, 1e-9)
    times = np.concatenate(seen)
    assert times.min() >= 100.0
    assert times.max() <= 54_321.0


@pytest.mark.parametrize(
    ("function", "stop", "tolerance", "message"),
    [
        (lambda t: t[:, None], -1.0, 1e-6, "stop must come after the start"),
        (lambda t: t[:, None], 10.0, 0.0, "tolerance 0.0"),
        (lambda t: t, 10.0, 1e-6, r"right is \[T, n_components\]"),
        (lambda t: np.full((t.size, 1), np.nan), 10.0, 1e-6, "not finite"),
        (lambda t: np.sign(np.sin(t))[:, None], 100.0, 1e-6, "not smooth enough"),
    ],
)
def test_fit_refuses_what_cannot_be_fitted(function, stop, tolerance, message):
    with pytest.raises(InputError, match=message):
        fit(function, 0.0, stop, tolerance, max_records=5_000)


def test_table_refuses_wrong_shapes():
    with pytest.raises(InputError, match="n_records"):
        ChebyshevTable(0.0, 1.0, np.zeros((3, 4)))
    with pytest.raises(InputError, match="interval"):
        ChebyshevTable(0.0, 0.0, np.zeros((1, 3, 4)))
