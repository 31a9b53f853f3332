import numpy as np
import pytest

from qqnet.service_volumes.analysis import ServiceVolumeAnalysis
from qqnet.service_volumes.shells import ShellPoints, zone_points

RADIUS_KM = 1737.4
STEP_S = 3600.0


@pytest.fixture(scope="session")
def circling():
    """A Walker-like set of satellites over three days, body-fixed, and the times from a midnight of UTC."""
    from qqnet.space.timescales import tdb_from_utc

    times = tdb_from_utc("2040-06-01") + STEP_S * np.arange(73)
    phase = 2 * np.pi * times[:, None] / (11.3 * 3600.0)
    satellite = np.arange(12)
    anomaly = phase + 2 * np.pi * (satellite // 3) / 4 + 0.4 * satellite
    node = 2 * np.pi * (satellite % 3) / 3
    i = np.radians(56.0)
    x, y = np.cos(anomaly), np.sin(anomaly)
    a = 6000.0
    positions = a * np.stack(
        [
            x * np.cos(node) - y * np.cos(i) * np.sin(node),
            x * np.sin(node) + y * np.cos(i) * np.cos(node),
            y * np.sin(i),
        ],
        axis=-1,
    )
    return times, positions


@pytest.fixture(scope="session")
def analysed():
    """Analyse a zone, fed in pieces."""

    def run(times, satellites, *, south=-90.0, north=-60.0, altitudes=(0.0, 100.0), points=20, mask=0.0,
            pieces=(7, 40), **rule):  # fmt: skip
        unit = zone_points(np.radians(south), np.radians(north), points)
        shells = ShellPoints.build("Moon", RADIUS_KM, unit, altitudes, np.radians(mask))
        analysis = ServiceVolumeAnalysis("zone", shells, step_s=float(times[1] - times[0]), **rule)
        for part in np.split(np.arange(len(times)), pieces):
            analysis.update(times[part], satellites[part])
        return analysis.result()

    return run
