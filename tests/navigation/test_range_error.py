"""Variances of single ranges: noise over distance, elevation, ionosphere, and covariances on the line of sight."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.navigation.error_budget import ErrorBudget, printed, range_budget, split_covariance
from qqnet.navigation.range_error import TABLE, Ionosphere, Multipath, RangeErrorModel, packed
from qqnet.navigation.ranging_signals import SIGNALS, Receiver, c_n0_db_hz, code_noise_m
from qqnet.orbit_determination.signal_in_space import range_variance_m2


def test_noise_over_distance_is_that_of_c_n0():
    model = RangeErrorModel(eirp_dbw=-5.0)
    distance = np.array([500.0, 3000.0, 9000.0, 30_000.0])
    level = c_n0_db_hz(distance, SIGNALS["afs-pilot"], model.receiver, -5.0)
    expected = code_noise_m(level, SIGNALS["afs-pilot"], model.receiver)
    assert np.isinf(expected[-1])
    assert np.allclose(model.noise_m(distance), expected, rtol=1e-12)


def test_two_frequencies_remove_the_ionosphere_and_multiply_noise():
    # GPS L1 and L5: the textbook's factor is 2.59.
    assert Ionosphere(second_frequency_hz=1176.45e6).amplification(1575.42e6) == pytest.approx(
        2.588, abs=1e-3
    )
    one = RangeErrorModel(signal=SIGNALS["gps-l1-ca"], ionosphere=Ionosphere(1.0))
    two = RangeErrorModel(
        signal=SIGNALS["gps-l1-ca"], ionosphere=Ionosphere(0.0, second_frequency_hz=1176.45e6)
    )
    assert two.noise_m(8000.0) == pytest.approx(2.588 * one.noise_m(8000.0), rel=1e-3)
    with pytest.raises(InputError, match="two frequencies"):
        Ionosphere(second_frequency_hz=1e9).amplification(1e9)


def test_ionosphere_is_mapped_by_a_thin_shell():
    air = Ionosphere(2.0, 350.0 / 6371.0)
    assert air.sigma_m(np.pi / 2) == pytest.approx(2.0)
    # GPS single-layer mapping at the horizon with 350 km: about 3.1.
    assert air.sigma_m(0.0) / 2.0 == pytest.approx(3.12, abs=0.02)


def test_multipath_grows_towards_the_horizon():
    paths = Multipath(0.13, 0.53, np.radians(10.0))
    assert paths.sigma_m(0.0) == pytest.approx(0.66)
    assert paths.sigma_m(np.radians(10.0)) == pytest.approx(0.13 + 0.53 / np.e)
    assert paths.sigma_m(-0.5) == paths.sigma_m(0.0)


def test_table_over_the_sine_is_fine_enough():
    model = RangeErrorModel(ionosphere=Ionosphere(1.0), other_m=0.1)
    elevation = np.random.default_rng(1).uniform(0.0, np.pi / 2, 1000)
    between = np.interp(np.sin(elevation), np.linspace(-1.0, 1.0, TABLE), model.elevation_table())
    assert between == pytest.approx(model.elevation_variance_m2(elevation) + 0.01, rel=1e-6)


def test_packed_covariances_hold_all_of_them():
    random = np.random.default_rng(0)
    root = random.normal(size=(5, 4, 4))
    table = root @ np.swapaxes(root, -1, -2)
    line = random.normal(size=(5, 3))
    line /= np.linalg.norm(line, axis=1, keepdims=True)
    k = packed(table)
    x, y, z = line.T
    found = k[:, 0] * x * x + k[:, 1] * y * y + k[:, 2] * z * z + k[:, 9]
    found += 2 * (k[:, 3] * x * y + k[:, 4] * x * z + k[:, 5] * y * z)
    found -= 2 * (k[:, 6] * x + k[:, 7] * y + k[:, 8] * z)
    assert found == pytest.approx(range_variance_m2(table, line), rel=1e-12)


def test_budget_adds_up():
    model = RangeErrorModel(time_transfer_m=3.0, other_m=0.2, ionosphere=Ionosphere(0.3))
    covariance = np.diag([9.0, 4.0, 4.0, 4.0])
    covariance[0, 3] = covariance[3, 0] = 5.0  # an orbit error that the clock makes good for
    orbit, clock, correlation = split_covariance(covariance, [1.0, 0.0, 0.0])
    assert (orbit, clock, correlation) == (3.0, 2.0, pytest.approx(-5.0 / 6.0))
    budget = range_budget(model, 7000.0, 0.7, orbit, clock, correlation=correlation)
    by_name = {line.name: line.sigma_m for line in budget.lines}
    assert by_name["Signal in space"] ** 2 == pytest.approx(range_variance_m2(covariance, [1.0, 0.0, 0.0]))
    parts = [by_name[name] for name in ("Signal in space", "Code noise", "Multipath", "Ionosphere", "Other")]
    assert budget.total_m == pytest.approx(np.linalg.norm(parts))
    assert budget.lines[-1].kind == "time"
    assert ErrorBudget.from_json(budget.to_json()) == budget


def test_budget_of_a_signal_too_weak_says_so():
    model = RangeErrorModel(eirp_dbw=-40.0, receiver=Receiver(threshold_db_hz=30.0))
    budget = range_budget(model, 7000.0, 0.7, 3.0, 1.0)
    assert budget.summary()["total_m"] is None
    line = next(row for row in printed(budget.lines) if row[0] == "Code noise")
    assert line[1] == "not tracked"
    assert "below the 30 dB-Hz" in line[2]


def test_negative_errors_are_refused():
    with pytest.raises(InputError, match="other range error is -1 m"):
        RangeErrorModel(other_m=-1.0)
    with pytest.raises(InputError, match="orbit or clock is -3 m"):
        range_budget(RangeErrorModel(), 7000.0, 0.5, -3.0, 1.0)
