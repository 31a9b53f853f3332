import numpy as np
import pytest

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbit_determination.signal_in_space import SignalInSpace, range_variance_m2, rtn_axes


def random_covariance(seed, *shape):
    root = np.random.default_rng(seed).normal(size=(*shape, 4, 4))
    return root @ np.swapaxes(root, -1, -2)


def test_axes_are_orthonormal_and_the_transverse_one_leans_with_the_motion():
    rng = np.random.default_rng(1)
    position, velocity = rng.normal(size=(2, 20, 3))
    axes = rtn_axes(position, velocity)
    assert np.allclose(axes @ np.swapaxes(axes, -1, -2), np.eye(3), rtol=0.0, atol=1e-14)
    assert np.allclose(np.linalg.det(axes), 1.0, rtol=0.0, atol=1e-14)
    assert np.all(np.einsum("ni,ni->n", axes[:, 1], velocity) > 0.0)


def test_between_epochs_covariances_are_linear_and_stay_positive():
    known = SignalInSpace(("a", "b"), np.array([0.0, 10.0, 30.0]), random_covariance(2, 3, 2))
    middle = known.at(20.0)
    assert np.allclose(middle, (known.covariance_m2[1] + known.covariance_m2[2]) / 2, rtol=1e-15, atol=0.0)
    assert np.all(np.linalg.eigvalsh(known.at(np.linspace(0.0, 30.0, 50))) > 0.0)
    with pytest.raises(EphemerisRangeError):
        known.at(30.1)


def test_range_error_is_that_of_drawn_errors():
    covariance = random_covariance(3)
    line = np.array([0.6, 0.0, -0.8])
    drawn = np.random.default_rng(4).multivariate_normal(np.zeros(4), covariance, 400_000)
    wanted = (drawn[:, :3] @ line - drawn[:, 3]).var()
    # Spread of a variance from n draws: sqrt(2/n) = 0.22 %.
    assert range_variance_m2(covariance, line) == pytest.approx(wanted, rel=0.01)


def test_file_round_trip(tmp_path):
    known = SignalInSpace(
        ("a",), np.array([0.0, 5.0]), random_covariance(5, 2, 1), random_covariance(6, 2, 1)
    )
    known.save(tmp_path / "sis.nc")
    again = SignalInSpace.load(tmp_path / "sis.nc")
    assert again.satellites == known.satellites
    assert np.array_equal(again.times_s, known.times_s)
    assert np.array_equal(again.covariance_m2, known.covariance_m2)
    assert np.array_equal(again.rates_at(2.5), known.rates_at(2.5))


@pytest.mark.parametrize(
    ("times", "covariance", "message"),
    [
        ([0.0, 0.0], np.zeros((2, 1, 4, 4)), "ascend"),
        ([0.0, 1.0], np.zeros((2, 2, 4, 4)), "shape"),
        ([0.0], np.full((1, 1, 4, 4), -1.0), "negative"),
        ([0.0], np.full((1, 1, 4, 4), np.nan), "infinite"),
    ],
)
def test_what_cannot_be_is_refused(times, covariance, message):
    with pytest.raises(InputError, match=message):
        SignalInSpace(("a",), np.array(times), covariance)


def test_rates_that_are_not_known_are_not_made_up():
    known = SignalInSpace.constant(["a"], (0.0, 1.0), orbit_m=1.0, clock_m=1.0)
    with pytest.raises(InputError, match="not known"):
        known.rates_at(0.5)


def test_beyond_its_span_the_mean_holds():
    whole = SignalInSpace(("a", "b"), np.array([10.0, 20.0, 30.0]), random_covariance(7, 3, 2))
    known = whole.of_epochs(np.array([False, True, True]))
    longer = known.extended((0.0, 100.0))
    assert longer.span == (0.0, 100.0)
    assert np.array_equal(longer.at(25.0), whole.at(25.0))
    mean = whole.covariance_m2[1:].mean(axis=0)
    for t in (0.0, 5.0, 19.0, 31.0, 100.0):
        assert np.allclose(longer.at(t), mean, rtol=1e-15, atol=0.0)
    assert np.array_equal(known.extended((22.0, 25.0)).times_s, known.times_s)
