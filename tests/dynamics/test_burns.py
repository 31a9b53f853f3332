"""Burns by themselves: the rocket equation, axes, order, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.dynamics.burns import AXES, Burn, axes, in_order, kicked, thrust
from qqnet.errors import InputError

finite = st.floats(-1.0, 1.0, allow_nan=False)
STATE = np.array([1000.0, -5000.0, 3000.0, 0.4, 0.9, -0.7])


def engine(time_s=0.0, delta_v=(0.0, 0.1, 0.0), **keys):
    return Burn(time_s, delta_v, **({"thrust_n": 400.0, "isp_s": 320.0, "mass_kg": 1000.0} | keys))


def test_the_rocket_equation():
    """Tsiolkovsky: the exhaust of 320 s carries 100 m/s of 1000 kg with 31.36 kg."""
    burn = engine()
    assert burn.mass_after_kg == pytest.approx(1000.0 * np.exp(-100.0 / (320.0 * 9.80665)), abs=1e-12)
    assert burn.mass_after_kg == pytest.approx(1000.0 - 400.0 / (320.0 * 9.80665) * burn.duration_s, abs=1e-9)
    assert burn.span_s == pytest.approx((-burn.duration_s / 2, burn.duration_s / 2))


@given(st.floats(1e-6, 3.0), st.floats(1e-3, 1e4), st.floats(50.0, 5000.0), st.floats(1.0, 1e5))
def test_thrust_over_mass_adds_up_to_the_change_of_velocity(size, force, isp, mass):
    burn = Burn(0.0, (size, 0.0, 0.0), "ICRF", thrust_n=force, isp_s=isp, mass_kg=mass)
    push, flow, ignition, turning, *direction = thrust(burn, STATE)
    # Integral of push / (1 - flow t) over the burn.
    assert -push / flow * np.log1p(-flow * burn.duration_s) == pytest.approx(size, rel=1e-9)
    assert (ignition, turning, direction) == (-0.5 * burn.duration_s, 0.0, [1.0, 0.0, 0.0])


@pytest.mark.parametrize("frame", AXES)
def test_axes_are_right_handed_and_of_length_one(frame):
    matrix = axes(frame, STATE)
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(3), rtol=0, atol=1e-15)
    assert np.linalg.det(matrix) == pytest.approx(1.0, abs=1e-14)


def test_axes_point_where_their_names_say():
    position, velocity = STATE[:3], STATE[3:]
    normal = np.cross(position, velocity) / np.linalg.norm(np.cross(position, velocity))
    np.testing.assert_allclose(
        axes("RTN", STATE)[:, 0], position / np.linalg.norm(position), rtol=0, atol=1e-15
    )
    np.testing.assert_allclose(axes("RTN", STATE)[:, 2], normal, rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        axes("VNC", STATE)[:, 0], velocity / np.linalg.norm(velocity), rtol=0, atol=1e-15
    )
    np.testing.assert_allclose(axes("VNC", STATE)[:, 1], normal, rtol=0, atol=1e-15)
    assert axes("RTN", STATE)[:, 1] @ velocity > 0.0  # along the motion


@given(st.tuples(finite, finite, finite), st.sampled_from(AXES))
def test_a_kick_changes_velocity_by_its_size_and_nothing_else(delta_v, frame):
    after = kicked(Burn(0.0, delta_v, frame), STATE)
    np.testing.assert_array_equal(after[:3], STATE[:3])
    assert np.linalg.norm(after[3:] - STATE[3:]) == pytest.approx(np.linalg.norm(delta_v), abs=1e-15)


def test_a_kick_along_the_velocity_changes_the_speed_only():
    after = kicked(Burn(0.0, (0.25, 0.0, 0.0), "VNC"), STATE)
    np.testing.assert_allclose(
        after[3:], STATE[3:] * (1 + 0.25 / np.linalg.norm(STATE[3:])), rtol=0, atol=1e-15
    )


def test_a_turning_burn_keeps_its_components():
    assert thrust(engine(frame="VNC", turning=True), STATE)[3:].tolist() == [2.0, 0.0, 1.0, 0.0]


def test_burns_are_put_in_order_and_hand_on_their_mass():
    later, first = engine(9000.0, mass_kg=None), engine(0.0)
    ordered = in_order([later, first])
    assert [burn.time_s for burn in ordered] == [0.0, 9000.0]
    assert ordered[1].mass_kg == pytest.approx(first.mass_after_kg)
    assert ordered[1].duration_s < first.duration_s  # the same change of velocity of less mass


def test_burns_that_overlap_are_refused_by_name():
    with pytest.raises(InputError, match=r"relay-2: the burns at 2000-01-01T.* and .* overlap"):
        in_order([engine(0.0), engine(200.0, mass_kg=None)], "relay-2")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"frame": "LVLH"}, "axes 'LVLH'; right are ICRF, RTN, VNC"),
        ({"delta_v": (0.0, np.nan, 0.0)}, "right are 3 numbers"),
        ({"delta_v": (0.0, 1.0)}, "right are 3 numbers"),
        ({"isp_s": None}, "both thrust and specific impulse"),
        ({"thrust_n": 0.0}, "thrust 0.0; right is above 0"),
        ({"mass_kg": -1.0}, "mass -1.0; right is above 0"),
        ({"time_s": np.inf}, "seconds past J2000"),
    ],
)
def test_what_makes_no_sense_is_refused(keys, message):
    with pytest.raises(InputError, match=message):
        engine(**keys)


def test_thrust_needs_a_mass():
    with pytest.raises(InputError, match="without the mass that it pushes"):
        in_order([engine(mass_kg=None)])


def test_an_orbit_straight_up_has_no_normal():
    with pytest.raises(InputError, match="straight up or down; use ICRF"):
        kicked(Burn(0.0, (0.0, 0.1, 0.0), "RTN"), [7000.0, 0.0, 0.0, 1.0, 0.0, 0.0])
