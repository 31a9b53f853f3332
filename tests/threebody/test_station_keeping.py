import dataclasses

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Radiation
from qqnet.errors import InputError
from qqnet.threebody.crossings import crossing_times, targets, vx_at_crossing
from qqnet.threebody.motions import Motions
from qqnet.threebody.seeds import seed_orbit
from qqnet.threebody.shooting import into_ephemeris
from qqnet.threebody.station_control import Control, Errors
from qqnet.threebody.station_keeping import ESCAPE_SHARE, keep_station, manoeuvre_times, reach_s
from qqnet.threebody.synodic import period_s

START = 0.9e9
DAY = 86_400.0
MODEL = ForceModel("Moon", ("Earth", "Sun"))
EXACT = Errors(0.0, 0.0, 0.0, 0.0, 0.0)


def reference_of(ephemeris, orbit_name, days):
    pair, orbit = seed_orbit(orbit_name)
    control = Control.suited(orbit)
    span = START, START + days * DAY + reach_s(period_s(pair, orbit), control)
    reference = into_ephemeris(
        pair, orbit, epoch_s=START, span=span, model=MODEL, ephemeris=ephemeris, name=orbit_name
    )
    return reference, control


@pytest.fixture(scope="module")
def nrho(ephemeris):
    return reference_of(ephemeris, "nrho-L2-south-9:2", 30.0)


@pytest.fixture(scope="module")
def halo(ephemeris):
    return reference_of(ephemeris, "halo-L2-south-13000km", 60.0)


def keep(case, ephemeris, days, **more):
    reference, control = case
    options = {"control": control, "errors": Errors(), "trials": 4, "seed": 1} | more
    return keep_station(reference, ephemeris, stop_s=START + days * DAY, **options)


def test_crossings_lie_in_the_plane(nrho, ephemeris):
    reference, _ = nrho
    times = crossing_times(reference, ephemeris)
    states = reference.rotating(times, ephemeris)
    np.testing.assert_allclose(states[:, 1], 0.0, rtol=0, atol=1e-11)
    assert np.all(np.sign(states[1:, 4]) == -np.sign(states[:-1, 4]))
    period = period_s(reference.system, reference.orbit)
    assert np.diff(times) / period == pytest.approx(np.full(times.size - 1, 0.5), abs=0.05)


def test_manoeuvres_are_at_apolune_or_between(nrho, ephemeris):
    reference, _ = nrho
    once, twice = (manoeuvre_times(reference, ephemeris, burns) for burns in (1, 2))
    assert np.min(np.linalg.norm(reference.states(once)[:, :3], axis=1)) > 65_000.0
    assert set(once) < set(twice)
    assert twice.size in (2 * once.size - 1, 2 * once.size, 2 * once.size + 1)


def test_gradient_is_a_difference_quotient(nrho, ephemeris):
    reference, _ = nrho
    motions = Motions.over(MODEL, reference.span, ephemeris)
    times = manoeuvre_times(reference, ephemeris, 1)[:2]
    target = targets(reference, ephemeris, motions, times, 2.5 * period_s(reference.system, reference.orbit))[
        1
    ]
    state = reference.states(times[1:])
    assert vx_at_crossing(motions, reference, ephemeris, state, times[1], target)[0] == pytest.approx(
        target.vx_km_s, abs=1e-6
    )
    for j, size in enumerate([0.05] * 3 + [1e-7] * 3):
        both = state + np.outer([size, -size], np.eye(6)[j])
        ahead = vx_at_crossing(motions, reference, ephemeris, both, times[1], target)
        assert (ahead[0] - ahead[1]) / (2.0 * size) == pytest.approx(
            target.gradient[j], abs=3e-4 * np.max(np.abs(target.gradient[3 * (j // 3) : 3 * (j // 3) + 3]))
        )


def test_nothing_is_burnt_where_nothing_goes_wrong(nrho, ephemeris):
    result = keep(nrho, ephemeris, 30.0, errors=EXACT, trials=1)
    assert result.held.all()
    assert np.sum(result.delta_v_km_s) == 0.0
    assert np.max(result.deviation_km) < 1.0  # what a millimetre has grown to after a month


def test_an_nrho_is_held_for_centimetres_a_second(nrho, ephemeris):
    result = keep(nrho, ephemeris, 30.0)
    summary = result.summary()
    assert summary["held"] == summary["trials"] == 4
    assert (summary["method"], summary["horizon_revolutions"]) == ("x-axis", 6.5)
    assert summary["manoeuvres"] == result.times_s.size == 4
    assert 0.2 < summary["delta_v_m_s_per_year"]["mean"] < 4.0
    assert summary["greatest_deviation_km"] < 200.0
    years = 30.0 / 365.25
    assert result.delta_v_year_km_s == pytest.approx(np.sum(result.delta_v_km_s, axis=1) / years)


def test_a_trial_does_not_depend_on_the_others(nrho, ephemeris):
    four, two = (keep(nrho, ephemeris, 20.0, trials=n) for n in (4, 2))
    assert np.array_equal(four.delta_v_km_s[:2], two.delta_v_km_s)
    other = keep(nrho, ephemeris, 20.0, trials=2, seed=2)
    assert not np.any(other.delta_v_km_s == two.delta_v_km_s)
    assert not np.any(two.delta_v_km_s[0] == two.delta_v_km_s[1])


def test_larger_errors_cost_more(halo, ephemeris):
    costs = [
        np.mean(keep(halo, ephemeris, 60.0, errors=Errors(k, k * 1e-5)).delta_v_year_km_s)
        for k in (0.1, 1.0, 3.0)
    ]
    assert costs[0] < 0.3 * costs[1] < 0.3 * costs[2]


def test_what_is_not_held_leaves(halo, ephemeris):
    """A halo orbit on which no burn is made: deviations of millimetres grow 1100 times a revolution."""
    reference, control = halo
    idle = dataclasses.replace(control, least_km_s=1.0)
    month = keep(halo, ephemeris, 30.0, control=idle, trials=1)
    assert month.held.all()
    assert np.sum(month.delta_v_km_s) == 0.0
    two = keep(halo, ephemeris, 60.0, control=idle, trials=1)
    assert not two.held.any()
    assert two.summary()["delta_v_m_s_per_year"] is None

    blind = Errors(position_km=300.0, velocity_km_s=1e-3)
    result = keep(halo, ephemeris, 60.0, errors=blind, trials=3)
    lost = np.flatnonzero(~result.held)
    assert 0 < lost.size == 3 - result.summary()["held"]
    for trial in lost:
        left = result.left_s[trial]
        assert START < left <= START + 60 * DAY
        after = result.times_s >= left
        assert np.isnan(result.deviation_km[trial, after]).all()
        known = result.deviation_km[trial, ~after]
        assert np.all(known < ESCAPE_SHARE * reference.half_extent_km)


def test_distant_retrograde_orbits_are_held_for_almost_nothing(ephemeris):
    case = reference_of(ephemeris, "dro-2:1", 90.0)
    result = keep(case, ephemeris, 90.0)
    assert result.control.method == "linear-quadratic"
    assert result.held.all()
    assert np.mean(result.delta_v_year_km_s) < 1.5e-3
    assert np.max(result.deviation_km) < 200.0


def test_sunlight_that_the_law_does_not_know_is_fought(nrho, ephemeris):
    """0.02 m2/kg: 1.2e-7 m/s2, of which manoeuvres must undo what is unstable."""
    lit = ForceModel("Moon", ("Earth", "Sun"), radiation=Radiation(0.02, 1.3))
    result = keep(nrho, ephemeris, 30.0, errors=EXACT, trials=1, truth=lit)
    assert result.held.all()
    assert "sunlight" in result.forces
    assert np.all(result.delta_v_km_s[0, 1:] > 0.0)
    assert 0.1 < result.summary()["delta_v_m_s_per_year"]["mean"] < 10.0


def test_progress_is_told(nrho, ephemeris):
    told = []
    keep(nrho, ephemeris, 20.0, trials=1, advance=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("days", "more", "words"),
    [
        (30.0, {"trials": 0}, "0 trials; right is 1 or more"),
        (-1.0, {}, "the stop must come after the start"),
        (200.0, {}, "the reference ends .* the control looks 6.5 revolutions ahead"),
        (0.5, {}, "no manoeuvre falls into the time to be held; the orbit takes 6.5 d, ask for longer"),
        (
            30.0,
            {"truth": ForceModel("Earth", ("Moon", "Sun"))},
            "true forces about Earth, reference about Moon",
        ),
    ],
)
def test_what_cannot_be_kept(nrho, ephemeris, days, more, words):
    with pytest.raises(InputError, match=words):
        keep(nrho, ephemeris, days, **more)
