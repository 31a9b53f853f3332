import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.service_volumes.shells import ShellPoints, horizon_dip_rad, zone_points


def test_points_fill_the_zone_evenly():
    south, north = np.radians([-75.0, 20.0])
    z = zone_points(south, north, 400)[:, 2]
    assert np.sin(south) < z.min() < z.max() < np.sin(north)
    middle = 0.5 * (np.sin(south) + np.sin(north))
    assert np.count_nonzero(z < middle) == 200
    assert np.allclose(np.linalg.norm(zone_points(south, north, 400), axis=1), 1.0, rtol=0.0, atol=1e-14)


@pytest.mark.parametrize(
    ("south", "north", "n"), [(0.1, 0.1, 5), (0.2, 0.1, 5), (0.0, 2.0, 5), (0.0, 0.1, 0)]
)
def test_a_zone_without_points_is_refused(south, north, n):
    with pytest.raises(InputError, match="zone"):
        zone_points(south, north, n)


def test_the_line_of_sight_at_the_dip_touches_the_sphere():
    """The nearest point to the centre of a ray that leaves at the dip lies on the surface."""
    radius, height = 1737.4, np.array([10.0, 125.0, 200.0])
    dip = horizon_dip_rad(radius, height)
    assert np.allclose((radius + height) * np.cos(dip), radius, rtol=1e-14, atol=0.0)
    assert horizon_dip_rad(radius, -5.0) == 0.0


def test_masks_stop_at_the_horizon():
    shells = ShellPoints.build("Moon", 1737.4, [[0.0, 0.0, 1.0]], [0.0, 100.0, 200.0], np.radians(-20.0))
    assert np.allclose(np.degrees(shells.mask_rad), [0.0, -18.99, -20.0], rtol=0.0, atol=0.01)
    assert shells.shell_share.sum() == pytest.approx(1.0)
