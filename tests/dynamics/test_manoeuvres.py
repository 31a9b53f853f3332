"""Burns in an integrated motion: transfers with known results, the limit of short burns, tables around corners."""

import numpy as np
import pytest

from qqnet.dynamics.burns import Burn
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import final_states, propagate, stream
from qqnet.errors import InputError
from qqnet.orbits.kepler import elements_from_state
from qqnet.space.bodies import body

EPOCH = 883_612_800.0
GM = body("Moon").gm_km3_s2
ALONE = ForceModel("Moon")
INNER, OUTER = 2000.0, 5000.0
CIRCLE = np.array([INNER, 0.0, 0.0, 0.0, np.sqrt(GM / INNER), 0.0])


def last(burns, duration_s, ephemeris, **keys):
    """Return the state after a time, from the circle on."""
    return final_states(
        ALONE, CIRCLE[None], EPOCH, EPOCH + duration_s, ephemeris, names=["x"], burns={"x": burns}, **keys
    )[0]


def test_hohmann_transfer(ephemeris):
    """Two changes of velocity along the track raise a circle from 2000 to 5000 km: Vallado 2013, section 6.3.1."""
    a = 0.5 * (INNER + OUTER)
    half = np.pi * np.sqrt(a**3 / GM)
    first = np.sqrt(GM * (2 / INNER - 1 / a)) - np.sqrt(GM / INNER)
    second = np.sqrt(GM / OUTER) - np.sqrt(GM * (2 / OUTER - 1 / a))
    burns = [
        Burn(EPOCH + 100.0, (0.0, first, 0.0), "RTN"),
        Burn(EPOCH + 100.0 + half, (second, 0.0, 0.0), "VNC"),
    ]
    state = last(burns, 3 * half, ephemeris)
    # The times of burns are rounded to 1e-7 s, in which a spacecraft makes 2e-7 km.
    assert np.linalg.norm(state[:3]) == pytest.approx(OUTER, abs=1e-5)
    assert np.linalg.norm(state[3:]) == pytest.approx(np.sqrt(GM / OUTER), abs=1e-8)


def test_a_burn_across_the_track_turns_the_plane_only(ephemeris):
    speed = np.sqrt(GM / INNER)
    turn = np.radians(3.0)
    kick = (speed * (np.cos(turn) - 1), speed * np.sin(turn), 0.0)  # VNC: back to the old speed, turned
    state = last([Burn(EPOCH + 500.0, kick, "VNC")], 4000.0, ephemeris)
    elements = elements_from_state(state[:3], state[3:], GM)
    assert float(elements.i_rad) == pytest.approx(turn, abs=1e-9)
    assert float(elements.a_km) == pytest.approx(INNER, abs=1e-5)


def test_a_strong_engine_comes_near_a_change_at_an_instant(ephemeris):
    """The difference falls with the square of the duration: the burn is centred. Its own loss of mass is small."""
    at, delta_v = EPOCH + 3000.0, (0.03, 0.04, 0.0)
    instant = last([Burn(at, delta_v, "ICRF")], 6000.0, ephemeris)
    away = []
    for newton in (100.0, 200.0, 400.0):
        burn = Burn(at, delta_v, "ICRF", thrust_n=newton, isp_s=1e9, mass_kg=500.0)
        away.append(np.linalg.norm(last([burn], 6000.0, ephemeris)[:3] - instant[:3]))
    assert away[0] / away[1] == pytest.approx(4.0, rel=0.05)
    assert away[1] / away[2] == pytest.approx(4.0, rel=0.05)


def test_energy_grows_by_the_work_of_the_thrust(ephemeris):
    """A small push along the velocity: the rate of energy is push times speed, whatever the orbit does."""
    burn = Burn(EPOCH + 60_000.0, (0.02, 0.0, 0.0), "VNC", 0.2, 1e6, 1000.0, turning=True)
    ignition, cut_off = burn.span_s
    times = np.linspace(ignition + 5e3, cut_off - 5e3, 4001)
    table = propagate(
        ALONE, CIRCLE[None], EPOCH, (EPOCH, cut_off + 10.0), ephemeris, names=["x"], burns={"x": [burn]}
    ).tables[0]
    position, velocity = table.evaluate_with_rate(times)
    energy = 0.5 * np.sum(velocity**2, axis=1) - GM / np.linalg.norm(position, axis=1)
    work = 0.2e-6 * np.trapezoid(np.linalg.norm(velocity, axis=1), times)
    assert energy[-1] - energy[0] == pytest.approx(work, rel=1e-5)


@pytest.mark.parametrize("lasting", [False, True])
def test_tables_follow_the_corner(lasting, ephemeris):
    """Before, at and after a manoeuvre the table is where the motion is.

    The one at an instant falls on the end of a record. Ignition and cut-off have no common measure with the span:
    one record rounds their corners, here by less than a centimetre.
    """
    engine = {"thrust_n": 200.0, "isp_s": 300.0, "mass_kg": 600.0} if lasting else {}
    burns = {"x": [Burn(EPOCH + 7_200.0, (0.0, 0.1, 0.02), "RTN", **engine)]}
    span = EPOCH, EPOCH + 18_000.0
    table = propagate(ALONE, CIRCLE[None], EPOCH, span, ephemeris, names=["x"], burns=burns).tables[0]
    near = 7_200.0 + np.array([-200.0, -60.0, -5.0, -0.01, 0.0, 0.01, 1.0, 30.0, 170.0, 200.0])
    for t in EPOCH + np.concatenate([[10.0], near, [17_990.0]]):
        expected = final_states(ALONE, CIRCLE[None], EPOCH, t, ephemeris, names=["x"], burns=burns)[0]
        np.testing.assert_allclose(table.evaluate(t), expected[:3], rtol=0, atol=1e-5 if lasting else 1.2e-6)


def test_pieces_of_a_long_motion_carry_burns_across(ephemeris):
    burns = {"x": [Burn(EPOCH + 9_000.0, (0.0, 0.1, 0.0), "RTN", thrust_n=100.0, isp_s=300.0, mass_kg=600.0)]}
    span = EPOCH, EPOCH + 30_000.0
    whole = propagate(ALONE, CIRCLE[None], EPOCH, span, ephemeris, names=["x"], burns=burns)
    pieces = list(stream(ALONE, CIRCLE[None], EPOCH, span, ephemeris, 8_900.0, names=["x"], burns=burns))
    assert len(pieces) > 2
    np.testing.assert_allclose(pieces[-1].final, whole.final, rtol=0, atol=1e-7)


def test_a_burn_under_way_at_the_start_is_refused(ephemeris):
    burn = Burn(EPOCH + 10.0, (0.0, 0.1, 0.0), "RTN", thrust_n=100.0, isp_s=300.0, mass_kg=600.0)
    with pytest.raises(InputError, match=r"x: the burn at 2028-.* is under way at 2028-"):
        last([burn], 6000.0, ephemeris)
