import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS
from qqnet.threebody.tracing import COLUMNS, trace

EARTH_MOON = SYSTEMS["Earth-Moon"]


def test_members_are_evenly_spaced_from_end_to_end():
    whole = trace(EARTH_MOON, "nrho-L2-south").table()
    table = trace(EARTH_MOON, "nrho-L2-south", 9).table()
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 9
    assert np.allclose(table.iloc[[0, -1]], whole.iloc[[0, -1]], atol=1e-9, rtol=1e-9)
    steps = np.linalg.norm(np.diff(table[["x", "z", "vy"]].to_numpy(), axis=0), axis=1)
    assert steps.max() < 1.4 * steps.min()
    assert (table["z"] < 0).all()


def test_the_last_member_touches_the_surface():
    table = trace(EARTH_MOON, "halo-L2-north").table()
    assert table["periapsis_km"].iloc[-1] == pytest.approx(1737.4, abs=1e-6)
    assert table["periapsis_km"].min() > 1737.4 - 1e-6
    deep = trace(EARTH_MOON, "halo-L2-north", below_surface=True).table()
    assert deep["periapsis_km"].min() < 200
    assert len(deep) > len(table)


def test_planar_families_stay_planar():
    table = trace(EARTH_MOON, "dro", 5).table()
    assert (table[["z", "vz", "az_km"]] == 0.0).all(axis=None)


def test_orbits_on_the_axis():
    family = trace(EARTH_MOON, "axial-L2", 4)
    for orbit in family.orbits:
        assert orbit.symmetry == "axis"
        states = orbit.states(np.array([0.0, 0.3, 0.7]))
        assert np.allclose(states[2], states[1] * [1, -1, -1, -1, 1, 1], atol=1e-14, rtol=0)
        assert orbit.closure < 1e-9


@pytest.mark.parametrize(
    ("system", "name", "count", "said"),
    [
        ("Earth-Moon", "dro", 1, "1 members of dro; at least 2"),
        ("Earth-Moon", "drone", 5, "did you mean 'dro'"),
        ("Sun-Mars", "butterfly-south", 5, "Sun-Mars butterfly-south: this three-body family does not exist"),
    ],
)
def test_errors(system, name, count, said):
    with pytest.raises(InputError, match=said):
        trace(SYSTEMS[system], name, count)
