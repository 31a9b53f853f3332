import numpy as np
import pytest


@pytest.fixture(scope="session")
def random_case():
    """Satellites at random around a body of 1737.4 km, and points at random on it."""

    def make(seed=0, epochs=40, satellites=9, points=37, radius_km=5000.0):
        rng = np.random.default_rng(seed)
        unit = rng.normal(size=(points, 3))
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        direction = rng.normal(size=(epochs, satellites, 3))
        direction /= np.linalg.norm(direction, axis=2, keepdims=True)
        return (
            unit,
            direction * radius_km * rng.uniform(0.6, 1.6, (1, satellites, 1)),
            rng.uniform(0.5, 1.5, points),
        )

    return make
