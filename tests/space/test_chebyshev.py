import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.polynomial import chebyshev as reference

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.chebyshev import (
    ChebyshevTable,
    TableBank,
    bank_position,
    bank_relative_position,
    bank_relative_state,
    bank_state,
    fit,
)

START = 1.2e9  # early 2038


def random_table(seed, start=START, interval=86_400.0, n_records=5, n_components=3, n_coefficients=9):
    rng = np.random.default_rng(seed)
    size = 1e5 * 0.3 ** np.arange(n_coefficients)
    return ChebyshevTable(start, interval, rng.normal(size=(n_records, n_components, n_coefficients)) * size)


def expected(table, t, derivative=0):
    """Evaluate by NumPy's own Chebyshev series, record by record."""
    record = np.clip(((t - table.start_s) // table.interval_s).astype(int), 0, len(table.coefficients) - 1)
    middle = table.start_s + (record + 0.5) * table.interval_s
    tau = (t - middle) / (table.interval_s / 2)
    rows = []
    for r, x in zip(record, tau, strict=True):
        series = table.coefficients[r].T
        series = reference.chebder(series, derivative) if derivative else series
        rows.append(reference.chebval(x, series) * (2 / table.interval_s) ** derivative)
    return np.array(rows)


def test_values_and_rates_equal_numpy():
    table = random_table(1, n_components=4)
    t = np.random.default_rng(2).uniform(*table.span, 300)
    value, rate = table.evaluate_with_rate(t)
    np.testing.assert_allclose(value, expected(table, t), rtol=0, atol=1e-9)
    np.testing.assert_allclose(rate, expected(table, t, 1), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(table.evaluate(t), value)


def test_shapes_follow_the_times():
    table = random_table(3)
    assert table.evaluate(START).shape == (3,)
    assert table.evaluate([START, START + 1]).shape == (2, 3)
    assert table.evaluate(np.full((2, 4), START)).shape == (2, 4, 3)
    assert table.evaluate([]).shape == (0, 3)


def test_both_ends_of_the_span_are_covered_and_nothing_beyond():
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


@pytest.fixture(scope="module")
def family():
    """A planet about the SSB, its barycentre's two members, and a satellite of the second."""
    tables = [
        random_table(10 + i, interval=3_600.0 * (i + 5), n_records=9 - i, n_coefficients=6 + i)
        for i in range(4)
    ]
    return tables, TableBank.build(tables, [-1, 0, 0, 2])


def common_times(bank, n=40):
    return np.random.default_rng(6).uniform(*bank.span, n)


def test_positions_add_up_along_the_chain(family):
    tables, bank = family
    t = common_times(bank)
    position = bank.positions([0, 1, 3], t)
    assert position.shape == (3, 40, 3)
    values = [table.evaluate(t) for table in tables]
    np.testing.assert_allclose(position[0], values[0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(position[1], values[0] + values[1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(position[2], values[0] + values[2] + values[3], rtol=0, atol=1e-9)


def test_states_hold_the_derivative(family):
    tables, bank = family
    t = common_times(bank)
    position, velocity = bank.states([3], t)
    rates = sum(tables[i].evaluate_with_rate(t)[1] for i in (0, 2, 3))
    np.testing.assert_allclose(position, bank.positions([3], t), rtol=0, atol=1e-9)
    np.testing.assert_allclose(velocity[0], rates, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("target", "center"), [(3, 2), (1, 2), (3, 1), (2, 3), (0, -1), (-1, 3), (2, 2), (-1, -1)]
)
def test_relative_positions_are_differences(family, target, center):
    _, bank = family
    t = common_times(bank)

    def absolute(index):
        return bank.states([index], t) if index >= 0 else (np.zeros((1, 40, 3)), np.zeros((1, 40, 3)))

    position, velocity = bank.relative_states(target, center, t)
    np.testing.assert_allclose(position, (absolute(target)[0] - absolute(center)[0])[0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(velocity, (absolute(target)[1] - absolute(center)[1])[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(bank.relative_positions(target, center, t), position, rtol=0, atol=1e-10)


def test_a_satellite_seen_from_its_body_needs_no_other_table():
    short, long = random_table(1, n_records=2), random_table(2, n_records=4)
    bank = TableBank.build([short, long], [-1, 0])
    t = [START + 3.5 * 86_400.0]
    np.testing.assert_array_equal(bank.relative_positions(1, 0, t), long.evaluate(t))
    with pytest.raises(EphemerisRangeError):
        bank.positions([1], t)
    with pytest.raises(EphemerisRangeError):
        bank.relative_positions(1, -1, t)


def test_kernels_run_inside_other_kernels_and_give_nan_outside(family):
    _, bank = family

    @njit
    def inner(arrays, t):
        out = np.empty((4, 6))
        bank_position(*arrays, 3, t, out[0])
        bank_state(*arrays, 3, t, out[1])
        bank_relative_position(*arrays, 3, 2, t, out[2])
        bank_relative_state(*arrays, 3, 1, t, out[3])
        return out

    t = START + 5_000.0
    out = inner(bank.arrays(), t)
    np.testing.assert_array_equal(out[0, :3], bank.positions([3], [t])[0, 0])
    np.testing.assert_array_equal(out[1, 3:], bank.states([3], [t])[1][0, 0])
    np.testing.assert_array_equal(out[2, :3], bank.relative_positions(3, 2, [t])[0])
    np.testing.assert_array_equal(out[3, :3], bank.relative_states(3, 1, [t])[0][0])
    assert np.isnan(inner(bank.arrays(), START - 1.0)[[0, 1, 2, 3], :3]).all()


def test_joined_bank_keeps_the_old_and_appends_the_new(family):
    _, bank = family
    more = random_table(99, n_coefficients=4, interval=7_200.0)
    joined = bank.joined([more])
    t = common_times(joined)
    np.testing.assert_array_equal(joined.positions([0, 1, 2, 3], t), bank.positions([0, 1, 2, 3], t))
    np.testing.assert_array_equal(joined.positions([4], t)[0], joined.relative_positions(4, -1, t))
    np.testing.assert_allclose(joined.positions([4], t)[0], more.evaluate(t), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("parents", "message"), [([-1], "2 tables but 1 parents"), ([-1, 1], "earlier"), ([0, -1], "earlier")]
)
def test_bank_refuses_wrong_parents(parents, message):
    with pytest.raises(InputError, match=message):
        TableBank.build([random_table(1), random_table(2)], parents)


def test_bank_refuses_wrong_components_indices_and_shapes():
    with pytest.raises(InputError, match="a position has 3"):
        TableBank.build([random_table(1, n_components=2)], [-1])
    bank = TableBank.build([random_table(1)], [-1])
    with pytest.raises(InputError, match="outside 0 to 0"):
        bank.positions([1], [START])
    with pytest.raises(InputError, match="shape"):
        bank.positions([0], [[START]])
