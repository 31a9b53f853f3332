"""Loss of radio links past the Sun, over paths."""

import numpy as np
import pytest

from qqnet.links.conjunction import CoronaScintillation
from qqnet.links.corona import scintillation_index
from qqnet.links.fading import fade_db
from qqnet.links.path import Path, View
from qqnet.space.constants import AU_KM


def behind_the_sun(angle_deg):
    """Return a path to the Earth from 1.5 AU beyond the Sun, by the angle that the Earth sees."""
    angle = np.radians(angle_deg)
    return Path(
        np.asarray(2.4 * AU_KM), receiver=View(sun_angle_rad=angle, sun_range_km=np.full(angle.shape, AU_KM))
    )


def test_loss_is_the_fade_of_the_index():
    angles = np.array([1.2, 2.0, 5.0, 20.0])
    loss = CoronaScintillation.of(8.42e9).loss_db(behind_the_sun(angles))
    expected = fade_db(scintillation_index(AU_KM * np.sin(np.radians(angles)), 8.42e9), 0.05)
    np.testing.assert_allclose(loss, expected, rtol=0, atol=1e-12)


def test_saturated_links_are_refused_or_fade():
    inside = behind_the_sun(np.array([0.5, 1.0, 1.2]))
    assert np.isinf(CoronaScintillation.of(8.42e9).loss_db(inside)).tolist() == [True, True, False]
    assert np.isinf(CoronaScintillation.of(32e9).loss_db(inside)).tolist() == [True, False, False]
    fading = CoronaScintillation.of(8.42e9, saturated="fading").loss_db(inside)
    assert fading[:2] == pytest.approx(12.9, abs=0.01)


def test_the_sun_beyond_the_peer_does_nothing():
    near = Path(np.asarray(4e5), receiver=View(sun_angle_rad=np.array(0.01), sun_range_km=np.array(AU_KM)))
    effect = CoronaScintillation.of(26e9)
    assert effect.loss_db(near) == 0.0
    assert "does not stand between" in effect.source(near)


def test_without_the_sun_nothing_is_claimed():
    effect = CoronaScintillation.of(8.42e9)
    assert effect.loss_db(Path.straight([1e8, 2e8])).max() == 0.0
    assert "not known" in effect.source(Path.straight(1e8))


def test_lines_say_what_they_stand_on():
    effect = CoronaScintillation.of(8.42e9)
    assert effect.source(behind_the_sun(np.array(2.0))).startswith("index 0.376 2.00 deg from the Sun")
    assert "saturated within 1.10 deg: no link" in effect.source(behind_the_sun(np.array(0.9)))
