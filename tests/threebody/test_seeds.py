import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.seeds import SEEDS, seed_orbit


@pytest.mark.parametrize("name", SEEDS)
def test_each_seed_is_a_periodic_orbit_close_to_its_numbers(name):
    seed = SEEDS[name]
    _, orbit = seed_orbit(name)
    assert orbit.residual < 1e-11
    assert orbit.closure < 1e-9
    assert np.allclose(orbit.initial[[0, 2, 4]], [seed.x, seed.z, seed.vy], atol=1e-5, rtol=0)
    assert seed.source


@pytest.mark.parametrize("name", [name for name in SEEDS if "13000km" in name])
def test_halo_amplitude_is_what_the_name_says(name):
    pair, orbit = seed_orbit(name)
    z = orbit.states(np.linspace(0, 1, 501))[:, 2] * pair.length_km
    farthest = z[np.argmax(np.abs(z))]
    assert abs(farthest) == pytest.approx(13000.0, abs=1e-6)
    assert (farthest > 0) == ("north" in name)


def test_unknown_seed_lists_the_known_ones():
    with pytest.raises(InputError, match="dro-2:1"):
        seed_orbit("halo-L9")
