"""Tables of motions with manoeuvres: sharp corners where they can be, small rounded ones elsewhere."""

import numpy as np
import pytest

from qqnet.dynamics.burns import Burn, kicked
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import propagate
from qqnet.space.ephemeris import Ephemeris

EPOCH = 8.0e8
STATE = np.array([[6000.0, 0.0, 0.0, 0.0, 0.8, 0.4]])
MOON = ForceModel("Moon", ("Earth",))
DAY = 86_400.0


@pytest.fixture(scope="module")
def ephemeris():
    return Ephemeris.packaged()


def flown(ephemeris, burns):
    """The table of a motion with changes of velocity, and its smooth pieces, each by itself."""
    span = EPOCH, EPOCH + DAY
    whole = propagate(MOON, STATE, EPOCH, span, ephemeris, names=["A"], burns={"A": burns}).tables[0]
    pieces, state, at = [], STATE, EPOCH
    for burn in [*sorted(burns, key=lambda one: one.time_s), None]:
        stop = span[1] if burn is None else burn.time_s
        piece = propagate(MOON, state, at, (at, stop), ephemeris)
        pieces.append(piece.tables[0])
        if burn is not None:
            state, at = kicked(burn, piece.final[0])[None, :], stop
    return whole, pieces


@pytest.mark.parametrize(
    "seconds", [[23_400.0], [23_400.0, 40_020.0], [60.0, 60_000.0], [1800.0, 3600.0, 80_000.0]]
)
def test_changes_of_velocity_at_even_times_stay_sharp(ephemeris, seconds):
    burns = [Burn(EPOCH + at, (0.0, 0.01, 0.003), "RTN") for at in seconds]
    whole, pieces = flown(ephemeris, burns)
    for piece in pieces:
        t = np.linspace(*piece.span, 400)
        np.testing.assert_allclose(whole.evaluate(t), piece.evaluate(t), rtol=0, atol=2.5e-6)
    assert whole.span == pytest.approx((EPOCH, EPOCH + DAY))


def test_odd_times_are_rounded_within_one_record(ephemeris):
    burns = [Burn(EPOCH + at, (0.0, 0.01, 0.0), "RTN") for at in (12_345.678, 34_567.891, 77_777.777)]
    whole, pieces = flown(ephemeris, burns)
    for piece in pieces:
        t = np.linspace(*piece.span, 2000)
        off = np.max(np.abs(whole.evaluate(t) - piece.evaluate(t)), axis=1)
        assert np.max(off) < 0.02
        far = np.min([np.abs(t - burn.time_s) for burn in burns], axis=0) > whole.interval_s
        assert np.max(off[far]) < 2.5e-6


def test_a_burn_that_lasts_is_followed_to_a_decimetre_at_its_ends(ephemeris):
    burn = Burn(EPOCH + 40_000.0, (0.0, 0.05, 0.0), "RTN", thrust_n=400.0, isp_s=320.0, mass_kg=1000.0)
    span = EPOCH, EPOCH + DAY
    whole = propagate(MOON, STATE, EPOCH, span, ephemeris, names=["A"], burns={"A": [burn]}).tables[0]
    begin, end = burn.span_s
    inside = propagate(MOON, STATE, EPOCH, (begin, end), ephemeris, names=["A"], burns={"A": [burn]}).tables[
        0
    ]
    t = np.linspace(begin, end, 500)
    assert np.max(np.abs(whole.evaluate(t) - inside.evaluate(t))) < 1e-4
    assert np.linalg.norm(np.diff(whole.evaluate_with_rate([begin - 60.0, end + 60.0])[1], axis=0)) > 0.045
