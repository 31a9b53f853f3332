"""Radii that hold a share of a Gaussian error, against closed forms, integration and sampling."""

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import chi, norm

from qqnet.errors import InputError
from qqnet.navigation.error_radius import NODES, plane_table, probability_beyond, radius, space_table


@pytest.mark.parametrize("share", [0.5, 0.95, 0.997])
def test_closed_forms(share):
    assert radius(share, [1.0, 1.0]) == pytest.approx(np.sqrt(-2.0 * np.log(1.0 - share)), abs=1e-8)
    assert radius(share, [4.0, 4.0, 4.0]) == pytest.approx(2.0 * chi.ppf(share, 3), abs=1e-8)
    line = norm.ppf(0.5 + share / 2.0)
    assert radius(share, [1.0, 0.0]) == pytest.approx(line, abs=1e-8)
    assert radius(share, [0.0, 9.0, 0.0]) == pytest.approx(3.0 * line, abs=1e-7)


def test_probability_against_integration_in_the_plane():
    a, b, r = 1.0, 0.4, 1.7
    inside, _ = dblquad(
        lambda y, x: np.exp(-0.5 * (x * x / a**2 + y * y / b**2)) / (2.0 * np.pi * a * b),
        -r,
        r,
        lambda x: -np.sqrt(r * r - x * x),
        lambda x: np.sqrt(r * r - x * x),
    )
    assert probability_beyond(r, [a * a, b * b]) == pytest.approx(1.0 - inside, abs=1e-9)


@pytest.mark.parametrize("variances", [[1.0, 0.09], [1.0, 0.5, 0.02], [0.3, 1.0, 0.9]])
def test_radius_against_sampling(variances):
    samples = np.random.default_rng(7).normal(size=(400_000, len(variances))) * np.sqrt(variances)
    share = np.mean(np.linalg.norm(samples, axis=1) <= radius(0.95, variances))
    # Three standard deviations of a share of 0.95 among 400,000.
    assert share == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 400_000))


def test_twice_the_root_mean_square_is_not_it():
    assert radius(0.95, [1.0, 1.0]) == pytest.approx(0.8654 * 2.0 * np.sqrt(2.0), rel=1e-4)
    assert radius(0.95, [1.0, 0.0]) == pytest.approx(0.98 * 2.0, rel=1e-4)


def test_tables_hold_between_their_nodes():
    random = np.random.default_rng(3)
    u = random.uniform(size=(200, 2))
    place = u * (NODES - 1)
    i = np.minimum(place.astype(int), NODES - 2)
    f = place - i
    table = space_table(0.95)
    low = table[i[:, 0], i[:, 1]] * (1 - f[:, 0]) + table[i[:, 0] + 1, i[:, 1]] * f[:, 0]
    high = table[i[:, 0], i[:, 1] + 1] * (1 - f[:, 0]) + table[i[:, 0] + 1, i[:, 1] + 1] * f[:, 0]
    found = low * (1 - f[:, 1]) + high * f[:, 1]
    assert found == pytest.approx(radius(0.95, np.column_stack([np.ones(200), u])), rel=2.5e-5)
    ratio = np.linspace(0.0, 1.0, plane_table(0.95).size)
    exact = radius(0.95, np.column_stack([np.ones(200), u[:, 0]]))
    assert np.interp(u[:, 0], ratio, plane_table(0.95)) == pytest.approx(exact, rel=2e-6)


def test_infinite_and_zero_errors_stay_so():
    assert radius(0.95, [[np.inf, 1.0], [0.0, 0.0]]).tolist() == [np.inf, 0.0]


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="share: 1"):
        radius(1.0, [1.0, 1.0])
    with pytest.raises(InputError, match="none negative"):
        radius(0.95, [1.0, -1.0])
    with pytest.raises(InputError, match="wanted 2 or 3"):
        radius(0.95, [1.0, 1.0, 1.0, 1.0])
