import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.errors import InputError
from qqnet.orbits.frozen import find_frozen, quadrupole_eccentricity, quadrupole_inclination
from qqnet.space.timescales import tdb_from_utc

EPOCH = tdb_from_utc("2030-01-01")
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 8),))


def test_the_quadrupole_and_its_inverse():
    for e in (0.1, 0.6, 0.9):
        np.testing.assert_allclose(quadrupole_eccentricity(quadrupole_inclination(e)), e, rtol=0, atol=1e-12)


@pytest.mark.slow
def test_an_elliptical_lunar_orbit_is_found_under_full_gravity(ephemeris):
    # Ely & Lieb 2005 fly a = 6541.4 km, e = 0.6, i = 56.2 deg, argp = 90 deg as frozen, on average over the node.
    found = find_frozen(MODEL, "MOON_OP", EPOCH, ephemeris, a_km=6541.4, e=0.6, raan_rad=0.0)
    assert found.drift_per_year < 1e-4
    assert abs(np.degrees(found.mean.i_rad) - 56.2) < 4.0
    assert abs(np.degrees(found.mean.argp_rad) - 90.0) < 5.0
    assert found.libration < 0.06


def test_below_the_critical_inclination_there_is_none(ephemeris):
    with pytest.raises(InputError, match=r"between 39\.2 and 140\.8 deg"):
        find_frozen(MODEL, "MOON_OP", EPOCH, ephemeris, a_km=6541.4, i_rad=0.5)


def test_one_of_inclination_and_eccentricity(ephemeris):
    with pytest.raises(InputError, match="exactly one of i and e"):
        find_frozen(MODEL, "MOON_OP", EPOCH, ephemeris, a_km=6541.4, i_rad=0.9, e=0.6)


def test_a_frozen_orbit_below_the_surface(ephemeris):
    with pytest.raises(InputError, match="below the surface of Moon"):
        find_frozen(MODEL, "MOON_OP", EPOCH, ephemeris, a_km=3000.0, e=0.6)
