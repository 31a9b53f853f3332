"""Random Chebyshev tables, and what NumPy makes of them."""

import numpy as np
import pytest
from numpy.polynomial import chebyshev as reference

from qqnet.space.chebyshev import ChebyshevTable

START = 1.2e9  # early 2038


@pytest.fixture(scope="session")
def random_table():
    def make(seed, start=START, interval=86_400.0, n_records=5, n_components=3, n_coefficients=9):
        rng = np.random.default_rng(seed)
        size = 1e5 * 0.3 ** np.arange(n_coefficients)
        shape = (n_records, n_components, n_coefficients)
        return ChebyshevTable(start, interval, rng.normal(size=shape) * size)

    return make


@pytest.fixture(scope="session")
def expected():
    """Evaluate by NumPy's own Chebyshev series, record by record."""

    def evaluate(table, t, derivative=0):
        last = len(table.coefficients) - 1
        record = np.clip(((t - table.start_s) // table.interval_s).astype(int), 0, last)
        middle = table.start_s + (record + 0.5) * table.interval_s
        tau = (t - middle) / (table.interval_s / 2)
        rows = []
        for r, x in zip(record, tau, strict=True):
            series = table.coefficients[r].T
            series = reference.chebder(series, derivative) if derivative else series
            rows.append(reference.chebval(x, series) * (2 / table.interval_s) ** derivative)
        return np.array(rows)

    return evaluate
