import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS, propagate
from qqnet.threebody.periodic import correct, stability_index

MU = SYSTEMS["Earth-Moon"].mu
L1_HALO = (0.8234, 0.0224, 0.1343)


@pytest.mark.parametrize("fixed", ["x", "z", "period", "jacobi"])
def test_what_is_fixed_stays(fixed):
    known = correct(MU, *L1_HALO)
    value = {"x": known.initial[0], "z": known.initial[2], "period": known.period, "jacobi": known.jacobi}
    given = {fixed: value[fixed]} if fixed in ("period", "jacobi") else {}
    x = known.initial[0] if fixed == "x" else known.initial[0] + 1e-5
    z = known.initial[2] if fixed == "z" else known.initial[2] + 2e-5
    orbit = correct(MU, x, z, known.initial[4] - 1e-5, fixed=fixed, **given)
    found = {"x": orbit.initial[0], "z": orbit.initial[2], "period": orbit.period, "jacobi": orbit.jacobi}
    assert found[fixed] == pytest.approx(value[fixed], rel=1e-12)
    assert orbit.residual < 1e-11
    assert orbit.closure < 1e-9


def test_states_follow_the_motion_and_mirror():
    orbit = correct(MU, *L1_HALO)
    phase = np.array([0.0, 0.2, 0.5, 0.8, 1.0, 2.8, -0.2])
    states = orbit.states(phase)
    direct = propagate(orbit.initial, orbit.period, MU)(np.array([0.0, 0.2, 0.5, 0.8, 1.0]) * orbit.period)
    assert np.allclose(states[:5], direct, atol=1e-8, rtol=0)
    assert np.allclose(states[5:], states[3], atol=1e-14, rtol=0)
    assert np.allclose(states[1] * [1, -1, 1, -1, 1, -1], states[3], atol=1e-14, rtol=0)


def test_planar_orbits_stay_planar():
    orbit = correct(MU, 0.8089, 0.0, 0.5156, fixed="x")
    assert abs(orbit.initial[2]) < 1e-15
    assert np.max(np.abs(orbit.states(np.linspace(0, 1, 50))[:, [2, 5]])) < 1e-14


def test_stability_index_of_a_known_matrix():
    assert stability_index(np.diag([4.0, 0.25, 1, 1, 1, 1])) == pytest.approx(2.125)
    assert stability_index(np.eye(6)) == 1.0


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((0.8089, 0.0, 0.5156), {}, "planar orbit"),
        (L1_HALO, {"fixed": "vy"}, "known: x, z, period, jacobi"),
        (
            L1_HALO,
            {"iterations": 1},
            "no periodic orbit near x = 0.8234, z = 0.0224, vy = 0.1343 with z kept",
        ),
    ],
)
def test_errors_name_what_is_wrong(arguments, options, said):
    with pytest.raises(InputError, match=said):
        correct(MU, *arguments, **options)
