import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.orbits.impulsive_control import cheapest_impulses, controlled_elements, total_km_s
from qqnet.orbits.kepler import Elements, elements_from_state, state

GM = 4902.800118457549
SPEED = np.sqrt(GM / 7000.0)


def _state(e=0.0, argp=0.7, i=0.9, mean=0.3):
    r, v = state(Elements(7000.0, e, i, 1.1, argp, mean), GM)
    return np.ravel(r), np.ravel(v)


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"a": 7.0}, SPEED * 0.5e-3),  # vis-viva
        ({"ex": 0.006, "ey": 0.008}, SPEED * 0.005),  # Gauss: 2 dv / v a burn
        ({"ex": 0.006, "ey": 0.008, "a": 7.0}, SPEED * 0.005),  # shifted between the two burns, at no cost
        ({"i": 0.01}, SPEED * 0.01),
        ({"raan": 0.01}, SPEED * 0.01 * np.sin(0.9)),
    ],
)
def test_costs_about_a_circular_orbit(changes, cost):
    found = cheapest_impulses(*_state(), GM, changes)
    # The best point lies between two of 36: 1 - cos(5 deg) = 0.4 per cent at most.
    assert cost * 0.999 <= total_km_s(found) <= cost * 1.006


@settings(max_examples=30)
@given(
    e=st.floats(0.01, 0.7),
    mean=st.floats(0.0, 6.2),
    size=st.floats(-1.0, 1.0),
    shape=st.floats(-1.0, 1.0),
    tilt=st.floats(-1.0, 1.0),
)
def test_the_impulses_make_the_changes(e, mean, size, shape, tilt):
    r, v = _state(e, mean=mean)
    wanted = {"a": 5.0 * size, "ex": 1e-3 * shape, "ey": -1e-3 * size, "i": 1e-3 * tilt}
    found = cheapest_impulses(r, v, GM, wanted)
    assert len(found) <= 4
    begin = controlled_elements(r, v, GM)
    time = 0.0
    for impulse in found:
        start = elements_from_state(r, v, GM)
        r, v = (np.ravel(part) for part in state(start, GM, [impulse.after_s - time]))
        v, time = v + impulse.delta_v_km_s, impulse.after_s
    change = controlled_elements(r, v, GM) - begin
    # Linear in the impulses: what is left is of second order.
    scale = np.array([7000.0, 1.0, 1.0, 1.0])
    second = 30.0 * (sum(abs(x) / s for x, s in zip(wanted.values(), scale, strict=True))) ** 2 / (1 - e)
    np.testing.assert_allclose(
        change[:4] / scale, np.array(list(wanted.values())) / scale, rtol=0, atol=second + 1e-9
    )


def test_nothing_wanted_nothing_done():
    assert cheapest_impulses(*_state(), GM, {"a": 0.0}) == []


def test_an_unknown_element_is_named():
    with pytest.raises(InputError, match="unknown element 'e' to be changed; known: a, ex"):
        cheapest_impulses(*_state(), GM, {"e": 0.1})
