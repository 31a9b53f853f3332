import pytest

from qqnet.errors import InputError
from qqnet.threebody.catalogue import FAMILIES, depth_km, family, path_of
from qqnet.threebody.cr3bp import SYSTEMS

EARTH_MOON = SYSTEMS["Earth-Moon"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("halo-L2-sout", "halo-L2-south"),
        ("HALO_L1_NORTH", "halo-L1-north"),
        ("nrho-l2-soth", "nrho-L2-south"),
        ("DRO", "dro"),
    ],
)
def test_unknown_families_name_the_nearest(written, meant):
    with pytest.raises(InputError, match=f"did you mean '{meant}'"):
        family(written)


def test_what_is_like_nothing_gets_no_guess():
    with pytest.raises(InputError) as caught:
        family("xyzzy")
    assert "did you mean" not in str(caught.value)
    assert "known: halo-L1-north" in str(caught.value)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_begins_in_the_earth_moon_system(name):
    kind = family(name)
    members = iter(path_of(EARTH_MOON, kind))
    for _ in range(3):
        _, orbit = next(members)
        assert orbit.closure < 1e-8
        assert (orbit.extent.z == 0.0) == kind.planar


def test_a_narrow_family_ends_where_it_meets_the_surface_for_good():
    depths = [depth_km(EARTH_MOON, orbit)[0] for _, orbit in path_of(EARTH_MOON, family("nrho-L1-north"))]
    clear = [depth <= 0 for depth in depths]
    assert clear == sorted(clear, reverse=True)
    assert not clear[-1]


def test_depth_names_the_body():
    _, orbit = next(iter(path_of(EARTH_MOON, family("halo-L2-north"))))
    depth, body = depth_km(EARTH_MOON, orbit)
    assert body == "Moon"
    assert depth == pytest.approx(1737.4 - orbit.extent.nearest_secondary * EARTH_MOON.length_km)


def test_a_family_that_does_not_exist_says_so_each_time():
    members = path_of(SYSTEMS["Sun-Earth"], family("butterfly-north"))
    for _ in range(2):
        with pytest.raises(InputError, match="does not exist at a mass ratio"):
            list(members)
