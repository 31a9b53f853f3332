import pytest

from qqnet.errors import InputError
from qqnet.space.bodies import BODIES, body


def test_every_body_is_consistent():
    for name, entry in BODIES.items():
        assert entry.name == name
        assert 0 < entry.polar_radius_km <= entry.mean_radius_km <= entry.equatorial_radius_km
        assert entry.gm_km3_s2 > 0
        assert entry.parent is None or entry.parent in BODIES
        assert (entry.fixed_frame is None) == (entry.equator_frame is None)


def test_every_frame_of_a_body_exists():
    from qqnet.space.frames import FRAMES

    named = {f for entry in BODIES.values() for f in (entry.fixed_frame, entry.equator_frame) if f}
    assert named <= set(FRAMES)


def test_earth_and_moon_add_up_to_their_system():
    # DE440 gives the GM of the Earth-Moon system by itself: 403503.2356254802 km^3/s^2.
    total = body("Earth").gm_km3_s2 + body("Moon").gm_km3_s2
    assert total == pytest.approx(403503.2356254802, rel=1e-14)


def test_flattening_of_the_earth_is_that_of_wgs84():
    assert 1 / body("Earth").flattening == pytest.approx(298.257223563, rel=1e-10)


@pytest.mark.parametrize(("wrong", "hint"), [("moon", "'Moon'"), ("Mras", "'Mars'"), ("Earht", "'Earth'")])
def test_unknown_name_suggests_the_nearest(wrong, hint):
    with pytest.raises(InputError, match=f"did you mean {hint}"):
        body(wrong)


def test_unknown_name_lists_what_is_known():
    with pytest.raises(InputError, match="known: Sun, Mercury, Venus, Earth, Moon, Mars, Jupiter, Saturn"):
        body("X")
    with pytest.raises(InputError):
        body(["Moon"])
