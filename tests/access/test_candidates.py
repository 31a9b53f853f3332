import numpy as np
import pytest

from qqnet.access.candidates import Candidates, Occulters
from qqnet.errors import InputError


def test_reversal_exchanges_the_ends_and_undoes_itself():
    links = Candidates.build(
        [1, 2], [3, 4], min_elevation_from_rad=[0.1, np.nan], body_from=[0, -1], up_from=[5, -1],
        sun_exclusion_to_rad=[0.0, 0.2], max_range_km=[np.inf, 9.0],
    )  # fmt: skip
    back = links.reversed()
    assert back.from_index.tolist() == [3, 4]
    assert back.body_to.tolist() == [0, -1]
    assert back.up_to.tolist() == [5, -1]
    assert back.min_elevation_to_rad[0] == 0.1
    assert np.isnan(back.min_elevation_from_rad).all()
    assert back.sun_exclusion_from_rad.tolist() == [0.0, 0.2]
    for ours, again in zip(links.arrays(), back.reversed().arrays(), strict=True):
        np.testing.assert_array_equal(ours, again)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"from_index": [1, 3], "to_index": [2, 3]}, "from_index of link 1 is 3"),
        ({"min_elevation_from_rad": 0.1}, "min_elevation_from_rad of link 0 is 0.1; right is NaN"),
        ({"body_to": 0}, "min_elevation_to_rad of link 0 is nan; right is a mask"),
        ({"body_to": 0, "min_elevation_to_rad": 5.0}, "between -pi/2 and pi/2"),
        ({"up_from": 2}, "up_from of link 0 is 2; right is -1"),
        ({"sun_exclusion_to_rad": -0.1}, "sun_exclusion_to_rad of link 0 is -0.1"),
        ({"max_range_km": np.nan}, "max_range_km of link 0 is nan"),
        ({"max_range_km": [1.0, 2.0, 3.0], "from_index": [1, 2]}, "from_index: shape"),
        ({"from_index": 1.5}, "from_index: float64 values"),
    ],
)
def test_each_fault_is_named(wrong, message):
    right = {"from_index": 1, "to_index": 2} | wrong
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        Candidates.build(**right)


def test_indices_must_be_in_the_bank(network):
    bank = network.bank
    with pytest.raises(InputError, match="to_index of link 0 is 99"):
        Candidates.build(1, 99).check_against(bank)
    with pytest.raises(InputError, match="from_index of link 0 is -1"):
        Candidates.build(-1, 2).check_against(bank)
    sunless = Occulters(np.array([1]), np.array([10.0]))
    with pytest.raises(InputError, match="the occulters name no Sun"):
        sunless.check_against(bank, Candidates.build(1, 2, sun_exclusion_from_rad=0.1))


def test_occulters_take_mean_radii(network):
    spheres = network.occulters("Moon", "Sun")
    assert dict(zip(spheres.index.tolist(), spheres.radius_km.tolist(), strict=True)) == {
        network["Moon"]: 1737.4,
        network["Sun"]: 695700.0,
    }
    assert spheres.sun == network["Sun"]
