"""Laws of the corona's models and the domains that they refuse."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links import corona
from qqnet.space.constants import AU_KM

ANGLES = np.radians(np.linspace(0.3, 89.0, 2000))
CLOSEST = AU_KM * np.sin(ANGLES)
S_HZ, X_HZ, KA_HZ = 2.3e9, 8.42e9, 32e9


@pytest.mark.parametrize("frequency", [1e9, S_HZ, 7.2e9, X_HZ, 16e9, 17e9, 26e9, KA_HZ, 50e9])
def test_index_falls_from_saturation_to_nothing(frequency):
    index = corona.scintillation_index(CLOSEST, frequency)
    assert index[0] == 1.0
    # The fit of X rises by 0.0004 between 4.65 and 5 deg, scaled with the frequency.
    assert np.diff(index).max() < 0.005
    assert 0.0 < index[-1] < 0.1


@pytest.mark.parametrize("frequency", [S_HZ, 7.17e9, X_HZ, 12e9, 26e9, KA_HZ, 34.45e9])
def test_index_makes_no_jump(frequency):
    closest = AU_KM * np.sin(np.radians(np.linspace(0.3, 8.0, 400_001)))
    # The steepest slope is that of the line between saturation and the fit at Ka, 3.5 a degree.
    steepest = np.abs(np.diff(corona.scintillation_index(closest, frequency))).max()
    assert steepest < 10.0 * 7.7 / 400_000


def test_higher_frequencies_scintillate_less():
    index = corona.scintillation_index(CLOSEST[:, None], np.array([1.5e9, S_HZ, 5e9, X_HZ, KA_HZ, 45e9]))
    assert (np.diff(index, axis=1) <= 1e-12).all()


def test_weak_scattering_is_a_power_law_of_frequency():
    far = AU_KM * np.sin(np.radians(4.0))
    ratio = corona.scintillation_index(far, 4e9) / corona.scintillation_index(far, 8e9)
    assert float(ratio) == pytest.approx(2.0 ** (17 / 12), rel=1e-12)


def test_a_ray_that_does_not_pass_the_sun_is_steady():
    assert corona.scintillation_index(np.inf, X_HZ) == 0.0
    assert corona.electron_column_m2(np.inf) == 0.0
    assert corona.coronal_delay_s([np.inf, 1e7], X_HZ)[0] == 0.0


def test_saturation_begins_where_the_index_reaches_one():
    for frequency in (1.5e9, S_HZ, X_HZ, 26e9, 45e9):
        edge = corona.saturation_angle_rad(frequency)
        at = AU_KM * np.sin(edge + np.radians([-0.002, 0.002]))
        index = corona.scintillation_index(at, frequency)
        assert index[0] == 1.0
        assert index[1] < 1.0


def test_electrons_add_up_along_the_ray():
    """The closed form of an endless ray equals the density added up along it."""
    for radii in (2.5, 10.0, 60.0):
        closest = radii * corona.SOLAR_RADIUS_KM
        way = closest * np.sinh(np.linspace(0.0, 16.0, 20_001))
        density = corona.electron_density_m3(np.hypot(closest, way))
        total = 2.0 * np.trapezoid(density, way * 1e3)
        assert float(corona.electron_column_m2(closest)) == pytest.approx(total, rel=1e-4)


def test_delay_falls_with_the_square_of_frequency():
    x, ka = corona.coronal_delay_s(1e7, [X_HZ, 2.0 * X_HZ])
    assert x / ka == pytest.approx(4.0)


@pytest.mark.parametrize("frequency", [400e6, 0.9e9, 60e9, 193e12])
def test_other_frequencies_are_refused(frequency):
    with pytest.raises(InputError, match="known from 1 to 50 GHz"):
        corona.scintillation_index(1e7, frequency)


def test_distances_that_are_none_are_refused():
    with pytest.raises(InputError, match="closest approach"):
        corona.electron_column_m2(-1.0)
    with pytest.raises(InputError, match="distance from the Sun"):
        corona.electron_density_m3(0.0)
