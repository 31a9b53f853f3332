"""The engine heyoka against the engine dop853: same forces, other integrator, other code for the forces."""

import importlib.util

import numpy as np
import pytest

from qqnet.dynamics.burns import Burn
from qqnet.dynamics.heyoka_engine import HeyokaEngine
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.propagation import final_states, propagate
from qqnet.errors import InputError, MissingDataError, PropagationError
from qqnet.orbits.kepler import Elements
from qqnet.orbits.kepler import state as kepler_state
from qqnet.space.bodies import body

pytest.importorskip("heyoka")

DAY = 86_400.0
EPOCH = 883_612_800.0
LOW = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 4),))


def states(count, a_km=6541.4, e=0.6, center="Moon"):
    """Return orbits that differ in inclination and anomaly."""
    k = np.arange(count)
    elements = Elements(a_km, e, 0.4 + 0.1 * k, 0.3 * k, 1.5707963, 0.7 * k)
    return np.concatenate(kepler_state(elements, body(center).gm_km3_s2), axis=-1)


def test_eleven_satellites_agree_with_dop853_over_a_month(ephemeris):
    """Two batches, the second not full. A centimetre at the end; the tables lie between."""
    span = EPOCH, EPOCH + 30 * DAY
    taylor = propagate(LOW, states(11), EPOCH, span, ephemeris, engine="heyoka")
    runge_kutta = final_states(LOW, states(11), EPOCH, span[1], ephemeris)
    np.testing.assert_allclose(taylor.final[:, :3], runge_kutta[:, :3], rtol=0, atol=1e-5)
    for n, table in enumerate(taylor.tables):
        np.testing.assert_allclose(table.evaluate(span[1]), taylor.final[n, :3], rtol=0, atol=1e-6)
        assert table.span == pytest.approx(span, abs=1e-6)


def test_tables_hold_the_motion_all_along(ephemeris):
    span = EPOCH, EPOCH + 2 * DAY
    tables = propagate(LOW, states(1), EPOCH, span, ephemeris, engine="heyoka").tables
    times = np.sort(np.random.default_rng(5).uniform(*span, 12))
    each = np.array(
        [final_states(LOW, states(1), EPOCH, t, ephemeris, engine="heyoka")[0, :3] for t in times]
    )
    np.testing.assert_allclose(tables[0].evaluate(times), each, rtol=0, atol=1.5e-6)


def test_there_and_back_again(ephemeris):
    """Backwards in time too, and every motion with a span of its own in one register."""
    start = states(5)
    stops = EPOCH + DAY * np.array([-9.0, 0.0, 3.3, 8.0, 20.0])
    there = final_states(LOW, start, EPOCH, stops, ephemeris, engine="heyoka")
    assert np.linalg.norm(there[4, :3] - start[4, :3]) > 100.0
    np.testing.assert_array_equal(there[1], start[1])
    for n in range(5):
        back = final_states(LOW, there[n : n + 1], stops[n], EPOCH, ephemeris, engine="heyoka")
        np.testing.assert_allclose(back[0, :3], start[n, :3], rtol=0, atol=3e-7)


@pytest.mark.parametrize(
    ("model", "a_km"),
    [
        (ForceModel("Earth", ("Moon", "Sun"), (Harmonics("Earth", 4),)), 26_560.0),
        (ForceModel("Mars", ("Sun",), (Harmonics("Mars", 4),), relativity=True), 9000.0),
        (ForceModel("Moon", ("Earth", "Sun"), radiation=Radiation(0.02, 1.4, ())), 9000.0),
        (ForceModel("Moon", ("Earth",), (Harmonics("Earth", 2),)), 60_000.0),
    ],
    ids=["Earth", "Mars with relativity", "sunlight without shadows", "oblate Earth about the Moon"],
)
def test_every_force_that_it_takes_is_that_of_dop853(model, a_km, ephemeris):
    start = states(3, a_km, 0.1, model.center)
    ours, theirs = (
        final_states(model, start, EPOCH, EPOCH + 3 * DAY, ephemeris, engine=name)
        for name in ("heyoka", "dop853")
    )
    np.testing.assert_allclose(ours[:, :3], theirs[:, :3], rtol=0, atol=1e-5)


def test_burns_split_the_motion_and_thrust_is_handed_to_dop853(ephemeris):
    burns = {
        "a": [Burn(EPOCH + 0.3 * DAY, (0.0, 0.02, 0.0), "RTN"),
              Burn(EPOCH + DAY, (0.05, 0.0, 0.0), "VNC", thrust_n=30.0, isp_s=300.0, mass_kg=500.0)],
    }  # fmt: skip
    span, names = (EPOCH, EPOCH + 2 * DAY), ("a", "b")
    ours, theirs = (
        propagate(LOW, states(2), EPOCH, span, ephemeris, names=names, burns=burns, engine=engine)
        for engine in ("heyoka", "dop853")
    )
    np.testing.assert_allclose(ours.final[:, :3], theirs.final[:, :3], rtol=0, atol=1e-5)
    times = EPOCH + np.linspace(0.0, 2 * DAY, 300)
    np.testing.assert_allclose(
        ours.tables[0].evaluate(times), theirs.tables[0].evaluate(times), rtol=0, atol=1e-5
    )


def test_a_collision_is_found_where_dop853_finds_it_and_others_finish(ephemeris):
    start = states(3)
    start[1] = [3000.0, 0.0, 0.0, 0.0, 0.9, 0.0]  # periapsis below the surface
    errors = {}
    for engine in ("heyoka", "dop853"):
        with pytest.raises(PropagationError, match=r"spacecraft 2: meets the surface of the Moon") as caught:
            propagate(LOW, start, EPOCH, (EPOCH, EPOCH + DAY), ephemeris, engine=engine)
        errors[engine] = caught.value
    assert errors["heyoka"].time_s == pytest.approx(errors["dop853"].time_s, abs=0.01)
    assert sorted(errors["heyoka"].results) == ["spacecraft 1", "spacecraft 3"]


def test_shadows_are_refused(ephemeris):
    model = ForceModel("Moon", ("Earth", "Sun"), radiation=Radiation(0.02))
    with pytest.raises(InputError, match="does not see the edge of a shadow; choose gauss"):
        final_states(model, states(1), EPOCH, EPOCH + DAY, ephemeris, engine="heyoka")


def test_without_heyoka_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDataError, match=r'pip install "qqnet\[fast\]"'):
        HeyokaEngine()
