"""JAX gives the values of the compiled kernel."""

import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.navigation.dop import dop
from qqnet.navigation.dop_jax import dop_jax

pytest.importorskip("jax")


@pytest.mark.parametrize("satellites", [3, 4, 14])
def test_values_are_those_of_the_compiled_kernel(random_case, satellites):
    unit, positions, _ = random_case(5, satellites=satellites)
    positions[3, 1] = np.nan
    observers = Observers.on_sphere(unit, 1737.4, np.radians(5.0))
    wanted, found = dop(observers, positions), dop_jax(observers, positions)
    assert np.array_equal(np.isinf(wanted), np.isinf(found))
    finite = np.isfinite(wanted)
    # Ill-conditioned geometries lose digits: 1e-9 holds up to a GDOP of a thousand.
    usual = finite & (wanted < 1e3)
    assert np.all(np.abs(found[usual] / wanted[usual] - 1.0) < 1e-9)
    if satellites == 14:
        assert finite.mean() > 0.3
