import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.station_control import DRAWS, Control, Errors

NONE = Errors(0.0, 0.0, 0.0, 0.0, 0.0)


def numbers(count, seed=0):
    return np.random.default_rng(seed).standard_normal((count, DRAWS))


@given(seed=st.integers(0, 2**32 - 1), size=st.floats(1e-9, 1.0))
def test_without_errors_all_is_as_wanted(seed, size):
    draws = numbers(5, seed)
    wanted, states = size * draws[:, :3], draws[:, 3:9]
    np.testing.assert_allclose(NONE.made(wanted, draws), wanted, rtol=0, atol=1e-15 * size)
    assert np.array_equal(NONE.seen(states, draws), states)


def test_what_is_not_wanted_is_not_made():
    errors = Errors(burn_fixed_km_s=1e-6)
    wanted = np.array([[0.0, 0.0, 0.0], [1e-3, 0.0, 0.0]])
    made = errors.made(wanted, numbers(2))
    assert np.array_equal(made[0], np.zeros(3))
    assert np.linalg.norm(made[1] - wanted[1]) > 0.0


@pytest.mark.parametrize("direction", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.3, -0.4, 0.5)])
def test_errors_have_the_size_that_was_asked_for(direction):
    """Standard deviations over 20 000 draws; the estimate itself scatters by 0.5 %."""
    draws = numbers(20_000, 1)
    unit = np.array(direction) / np.linalg.norm(direction)
    wanted = np.tile(1e-3 * unit, (len(draws), 1))

    in_size = Errors(burn=0.02, pointing_rad=0.0).made(wanted, draws)
    assert np.std(in_size @ unit) == pytest.approx(2e-5, rel=0.02)
    np.testing.assert_allclose(np.cross(in_size, unit), 0.0, rtol=0, atol=1e-18)

    turned = Errors(burn=0.0, pointing_rad=math.radians(2.0)).made(wanted, draws)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1e-3, rtol=1e-12, atol=0)
    angle = np.arccos(np.clip(turned @ unit / 1e-3, -1.0, 1.0))
    assert np.sqrt(np.mean(angle**2) / 2.0) == pytest.approx(math.radians(2.0), rel=0.02)

    fixed = Errors(burn=0.0, pointing_rad=0.0, burn_fixed_km_s=1e-6).made(wanted, draws) - wanted
    assert np.std(fixed, axis=0) == pytest.approx(np.full(3, 1e-6), rel=0.02)

    seen = Errors(2.0, 3e-5).seen(np.zeros((len(draws), 6)), draws)
    assert np.std(seen, axis=0) == pytest.approx([2.0] * 3 + [3e-5] * 3, rel=0.02)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nrho-L2-south-9:2", Control("x-axis", 6.5, 1)),  # the horizon of the Gateway studies
        ("nrho-L2-south-4:1", Control("x-axis", 4.5, 1)),
        ("halo-L2-south-13000km", Control("x-axis", 0.5, 4)),
        ("dro-2:1", Control("linear-quadratic", 6.5, 1)),
    ],
)
def test_control_that_suits(name, expected):
    assert Control.suited(seed_orbit(name)[1]) == expected


def test_what_is_given_is_kept():
    orbit = seed_orbit("dro-2:1")[1]
    given_all = Control.suited(orbit, method="x-axis", horizon=1.5, burns=2, least_km_s=1e-5)
    assert given_all == Control("x-axis", 1.5, 2, 1e-5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Errors(position_km=-1.0), "error position_km = -1.0; right is 0 or more"),
        (lambda: Errors(burn=math.nan), "error burn = nan"),
        (lambda: Control("x-axis", 30.0, 1), "horizon 30 revolutions; right is 0.25 to 20"),
        (lambda: Control("x-axis", 1.0, 0), "0 burns a revolution; right is 1 to 12"),
        (lambda: Control("x-axis", 1.0, 1, -1.0), "least burn -1 km/s"),
        (lambda: Control("y-axis", 1.0, 1), "unknown method 'y-axis'; known: x-axis, linear-quadratic"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
