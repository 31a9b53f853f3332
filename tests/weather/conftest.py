"""Skies of made-up sites."""

from collections.abc import Callable

import numpy as np
import pytest

from qqnet.weather.climate import Climate
from qqnet.weather.field import CloudField, scale_s
from qqnet.weather.skies import Skies


@pytest.fixture(scope="session")
def skies() -> Callable[..., Skies]:
    """Skies of sites with constant shares of clear sky, on a line, at distances in correlation lengths."""

    def make(clear, places, correlation_time_s=21_600.0, seed=11) -> Skies:
        clear, places = np.asarray(clear, dtype=float), np.asarray(places, dtype=float)
        scales = scale_s(clear, correlation_time_s)
        apart = 100.0 * np.abs(places[:, None] - places)
        names = tuple(f"s{n}" for n in range(clear.size))
        zero = np.zeros(clear.size)
        climate = Climate(np.repeat(clear[:, None], 12, axis=1), zero, zero, zero)
        return Skies(CloudField.build(names, scales, apart, 100.0), climate, seed)

    return make
