import numpy as np
import pytest

from qqnet.ephemerides.covariance import KEYS, UNITS, Covariance, symmetric
from qqnet.errors import InputError


def test_the_order_of_the_standard():
    assert KEYS[:4] == ("CX_X", "CY_X", "CY_Y", "CZ_X")
    assert KEYS[-3:] == ("CZ_DOT_X_DOT", "CZ_DOT_Y_DOT", "CZ_DOT_Z_DOT")
    assert dict(zip(KEYS, UNITS, strict=True))["CX_DOT_Z"] == "km**2/s"
    assert len(KEYS) == 21


def test_lower_half_and_back():
    numbers = [float(k) for k in range(21)]
    matrix = symmetric(numbers)
    assert np.array_equal(matrix, matrix.T)
    assert Covariance(matrix, "RTN").lower == numbers
    assert Covariance(matrix, "RTN") == Covariance(matrix.copy(), "RTN")
    assert Covariance(matrix, "RTN") != Covariance(matrix, "TNW")


def test_a_negative_variance_is_refused():
    with pytest.raises(InputError, match=r"the covariance has a negative variance, -1\.0"):
        symmetric([-1.0] + [0.0] * 20)
