import numpy as np
import pytest


@pytest.fixture(scope="session")
def random_case():
    """Satellites at random around a body of 1737.4 km, points at random on it, and their areas."""

    def make(seed=0, epochs=25, satellites=14, points=37):
        rng = np.random.default_rng(seed)
        unit = rng.normal(size=(points, 3))
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        direction = rng.normal(size=(epochs, satellites, 3))
        direction /= np.linalg.norm(direction, axis=2, keepdims=True)
        distance = rng.uniform(3000.0, 8000.0, (1, satellites, 1))
        return unit, direction * distance, rng.uniform(0.5, 1.5, points)

    return make
