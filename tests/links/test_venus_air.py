"""The air of Venus: whether the profile stands by itself, and what radars saw of its absorption."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.venus_air import HIGHEST_KM, PROFILE, gases_db_km, venus_zenith_loss_db
from qqnet.space.bodies import BODIES

GAS_J_KMOL = 8314.46
MOLAR_KG_KMOL = 0.965 * 44.01 + 0.035 * 28.01


def test_profile_is_in_hydrostatic_balance() -> None:
    """In steps of ln P of -m g / (R T) dh; an error of a digit shows, and some copies have 9.851 at 30 km."""
    venus = BODIES["Venus"]
    height, temperature, pressure = np.array(PROFILE).T
    gravity = venus.gm_km3_s2 / (venus.mean_radius_km + height) ** 2 * 1e3
    inverse_scale = MOLAR_KG_KMOL * gravity / (GAS_J_KMOL * temperature) * 1e3
    fall = np.diff(np.log(pressure))
    balance = -0.5 * (inverse_scale[1:] + inverse_scale[:-1]) * np.diff(height)
    assert fall[:-1] == pytest.approx(balance[:-1], rel=0.021)
    assert fall[-1] == pytest.approx(balance[-1], rel=0.05)  # one step of 10 km


def test_radar_saw_more_than_the_gases_take_and_not_much_more() -> None:
    """Karp, Morrow and Smith 1964: at 3.6 cm Venus reflects a tenth of what it does at longer waves, 10 dB less.

    That is there and back, at and around the middle of the disc. The gases must take most of it and leave some to
    sulphuric acid and sulphur dioxide.
    """
    two_way = 2.0 * venus_zenith_loss_db(0.0, 8.33e9) - 2.0 * venus_zenith_loss_db(0.0, 2.38e9)
    assert 5.0 < float(two_way) < 10.0


def test_laboratory_formula() -> None:
    """Ho and others at 9.26 GHz in pure numbers: 0.3089 / cm, 10 atm, 273 K of the mixture."""
    mixture = 15.7 * 0.965**2 + 3.90 * 0.965 * 0.035 + 0.085 * 0.035**2
    per_cm = 100.0 * 0.30888**2 * mixture * 1e-8
    assert gases_db_km(9.26e9, 10.1325, 273.0) == pytest.approx(per_cm * 1e5 * 4.34294, rel=1e-4)


def test_it_falls_with_height_and_grows_as_the_square_of_frequency() -> None:
    height = np.linspace(0.0, HIGHEST_KM, 50)
    loss = venus_zenith_loss_db(height, 8.42e9)
    assert (np.diff(loss) < 0.0).all()
    assert loss[-1] == 0.0
    assert venus_zenith_loss_db(height, 33.68e9) == pytest.approx(16.0 * loss)


@pytest.mark.parametrize("height", [-1.0, 81.0, float("nan")])
def test_beyond_the_profile_it_is_refused(height: float) -> None:
    with pytest.raises(InputError, match="the profile reaches from 0 to 80 km"):
        venus_zenith_loss_db([10.0, height], 8.4e9)
