import numpy as np
import pytest
from numba import njit

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.space.bank import TableBank, bank_position, bank_relative_position, bank_relative_state, bank_state

START = 1.2e9  # early 2038


@pytest.fixture(scope="module")
def family(random_table):
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


def test_a_satellite_seen_from_its_body_needs_no_other_table(random_table):
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


def test_joined_bank_keeps_the_old_and_appends_the_new(family, random_table):
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
def test_bank_refuses_wrong_parents(parents, message, random_table):
    with pytest.raises(InputError, match=message):
        TableBank.build([random_table(1), random_table(2)], parents)


def test_bank_refuses_wrong_components_indices_and_shapes(random_table):
    with pytest.raises(InputError, match="a position has 3"):
        TableBank.build([random_table(1, n_components=2)], [-1])
    bank = TableBank.build([random_table(1)], [-1])
    with pytest.raises(InputError, match="outside 0 to 0"):
        bank.positions([1], [START])
    with pytest.raises(InputError, match="shape"):
        bank.positions([0], [[START]])
