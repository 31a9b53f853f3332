"""Fades of a Rician signal, against draws and against the limits that are known in closed form."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.fading import fade_db, rice_factor


@pytest.mark.parametrize("outage", [0.001, 0.01, 0.05, 0.3])
def test_saturated_scintillation_is_rayleigh_fading(outage):
    assert float(fade_db(1.0, outage)) == pytest.approx(-10 * np.log10(-np.log1p(-outage)), abs=1e-6)


@pytest.mark.parametrize("index", [0.01, 0.1, 0.37, 0.8])
def test_share_of_drawn_powers_below_the_fade_is_the_outage(index):
    random = np.random.default_rng(3)
    steady = float(rice_factor(index))
    scattered = (random.standard_normal(400_000) + 1j * random.standard_normal(400_000)) / np.sqrt(2)
    power = np.abs(np.sqrt(steady / (steady + 1)) + scattered / np.sqrt(steady + 1)) ** 2
    assert power.std() == pytest.approx(index, rel=0.01)
    below = (power < 10 ** (-0.1 * fade_db(index, 0.05))).mean()
    assert below == pytest.approx(0.05, abs=0.002)  # six standard deviations of the draws


def test_fades_grow_with_the_index_and_shrink_with_the_outage():
    index = np.linspace(0.0, 1.0, 300)
    fades = np.array([fade_db(index, outage) for outage in (0.01, 0.05, 0.2)])
    assert (np.diff(fades, axis=1) >= 0.0).all()
    assert (np.diff(fades, axis=0) <= 0.0).all()
    assert (fades[:, 0] == 0.0).all()


@pytest.mark.parametrize(
    ("index", "outage", "words"),
    [
        (1.2, 0.05, "index is 1.2"),
        (-0.1, 0.05, "index is -0.1"),
        (0.5, 0.0, "outage is 0"),
        (0.5, 0.7, "0.0001 to 0.5"),
    ],
)
def test_what_cannot_be(index, outage, words):
    with pytest.raises(InputError, match=words):
        fade_db(index, outage)
