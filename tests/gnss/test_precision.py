"""Dilution of precision and errors of a snapshot."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.precision import snapshot_precision


@pytest.fixture(scope="module")
def sky():
    """Lines of 9 satellites over 3 epochs, from a cone about the x axis, with unequal noise."""
    random = np.random.default_rng(1)
    lines = np.array([1.0, 0.0, 0.0]) + 0.2 * random.standard_normal((3, 9, 3))
    lines /= np.linalg.norm(lines, axis=-1, keepdims=True)
    return lines, 1.0 + random.random((3, 9)), np.broadcast_to([-1.0, 0.0, 0.0], (3, 3))


def test_against_plain_least_squares(sky):
    lines, sigma, earth = sky
    made = snapshot_precision(lines, np.ones((3, 9), bool), sigma, earth)
    for k in range(3):
        design = np.hstack([lines[k], np.ones((9, 1))])
        plain = np.linalg.inv(design.T @ design)
        cov = np.linalg.inv(design.T @ np.diag(sigma[k] ** -2.0) @ design)
        assert made.pdop[k] == pytest.approx(np.sqrt(np.trace(plain[:3, :3])))
        assert made.tdop[k] == pytest.approx(np.sqrt(plain[3, 3]))
        assert made.gdop[k] == pytest.approx(np.sqrt(np.trace(plain)))
        assert made.position[k] == pytest.approx(np.sqrt(np.trace(cov[:3, :3])))
        assert made.radial[k] == pytest.approx(np.sqrt(cov[0, 0]))
        assert made.lateral[k] == pytest.approx(np.sqrt(cov[1, 1] + cov[2, 2]))
        assert made.time[k] == pytest.approx(np.sqrt(cov[3, 3]))


def test_offsets_cost_an_unknown_each(sky):
    lines, sigma, earth = sky
    scales = np.array([2, 2, 2, 0, 0, 0, 1, 1, 1])
    usable = np.ones((3, 9), bool)
    usable[1, 6:] = False  # the third scale is not seen then
    made = snapshot_precision(lines, usable, sigma, earth, scales)
    columns = np.stack([scales == 1, scales == 2], axis=1).astype(float)
    for k, kept in ((0, slice(0, 2)), (1, slice(1, 2))):
        design = np.hstack([lines[k], np.ones((9, 1)), columns[:, kept]])[usable[k]]
        cov = np.linalg.inv(design.T @ np.diag(sigma[k][usable[k]] ** -2.0) @ design)
        assert made.position[k] == pytest.approx(np.sqrt(np.trace(cov[:3, :3])))
        assert made.time[k] == pytest.approx(np.sqrt(cov[3, 3]))
    alone = snapshot_precision(lines, usable, sigma, earth)
    assert (made.position > alone.position).all()


def test_errors_are_those_of_many_noisy_fixes(sky):
    """The spread of 4,000 weighted solutions is what the covariance says, within its sampling error."""
    lines, sigma, earth = sky
    made = snapshot_precision(lines[:1], np.ones((1, 9), bool), sigma[:1], earth[:1])
    random = np.random.default_rng(2)
    design = np.hstack([lines[0], np.ones((9, 1))]) / sigma[0][:, None]
    found = np.linalg.lstsq(design, random.standard_normal((9, 4000)), rcond=None)[0]
    assert np.sqrt((found[:3] ** 2).sum(axis=0).mean()) == pytest.approx(made.position[0], rel=0.03)
    assert np.std(found[3]) == pytest.approx(made.time[0], rel=0.03)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_ranges_have_no_answer(sky, count):
    lines, sigma, earth = sky
    usable = np.zeros((3, 9), bool)
    usable[:, :count] = True
    made = snapshot_precision(lines, usable, sigma, earth)
    for values in (made.pdop, made.tdop, made.gdop, made.position, made.radial, made.lateral, made.time):
        assert np.isposinf(values).all()


def test_satellites_on_one_cone_have_no_answer():
    """Equal angles to one axis: moving along it and turning the clock look the same."""
    turn = np.linspace(0.0, 2.0 * np.pi, 6, endpoint=False)
    lines = np.stack([np.full(6, 0.8), 0.6 * np.cos(turn), 0.6 * np.sin(turn)], axis=1)[None]
    made = snapshot_precision(lines, np.ones((1, 6), bool), np.ones((1, 6)), [[1.0, 0.0, 0.0]])
    assert np.isposinf(made.gdop[0])
    assert np.isposinf(made.lateral[0])


def test_a_range_without_noise_is_refused(sky):
    lines, sigma, earth = sky
    with pytest.raises(InputError, match="standard deviation of a range is not above zero"):
        snapshot_precision(lines, np.ones((3, 9), bool), 0.0 * sigma, earth)
