"""JAX gives the counts of the compiled kernel."""

import numpy as np
import pytest

from qqnet.access.visibility import Observers
from qqnet.coverage.fold import fold
from qqnet.coverage.fold_jax import fold_jax

pytest.importorskip("jax")


def test_counts_are_those_of_the_compiled_kernel(random_case):
    unit, satellites, _ = random_case(2, epochs=40, points=101)
    satellites[7, 3] = np.nan
    mask = np.radians(np.linspace(-10.0, 40.0, 101))
    observers = Observers.on_sphere(unit, np.linspace(1737.4, 1937.4, 101), mask)
    found = fold_jax(observers, satellites)
    assert found.dtype == np.uint16
    assert np.array_equal(found, fold(observers, satellites))


def test_jax_keeps_its_own_precision_elsewhere(random_case):
    import jax.numpy as jnp

    unit, satellites, _ = random_case()
    fold_jax(Observers.on_sphere(unit, 1737.4), satellites)
    assert jnp.asarray(np.ones(2)).dtype == np.float32
