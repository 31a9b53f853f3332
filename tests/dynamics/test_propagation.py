"""Propagation as others use it: tables, spans, errors, streams."""

import pickle
import tracemalloc

import numpy as np
import pytest

from qqnet.dynamics.engines import ENGINES
from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states, propagate, stream
from qqnet.errors import EphemerisRangeError, InputError, PropagationError
from qqnet.orbits.kepler import Elements
from qqnet.orbits.kepler import state as kepler_state
from qqnet.space.bodies import body

EPOCH, DAY = 883_612_800.0, 86_400.0
MODEL = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 6),))


def orbits(count, a_km=6541.4, e=0.6, center="Moon"):
    k = np.arange(count)
    elements = Elements(a_km, e, 0.7 + 0.1 * k, 0.8 * k, np.pi / 2, 0.9 * k)
    return np.concatenate(kepler_state(elements, body(center).gm_km3_s2), axis=-1)


def test_tables_hold_the_motion_all_along(ephemeris):
    """At any time a table is where an integration that ends there arrives."""
    span = EPOCH, EPOCH + 3 * DAY
    made = propagate(MODEL, orbits(2), EPOCH, span, ephemeris, names=["A", "B"])
    times = np.random.default_rng(2).uniform(*span, 40)
    for n, table in enumerate(made.tables):
        assert table.name == made.names[n]
        assert table.span == pytest.approx(span, abs=1e-6)
        each = final_states(MODEL, np.tile(orbits(2)[n], (40, 1)), EPOCH, times, ephemeris)
        position, velocity = table.evaluate_with_rate(times)
        # Times since J2000 are rounded to 1.2e-7 s, at 1.7 km/s.
        np.testing.assert_allclose(position, each[:, :3], rtol=0, atol=1.3e-6)
        np.testing.assert_allclose(velocity, each[:, 3:], rtol=0, atol=1e-8)
    np.testing.assert_array_equal(made.final, final_states(MODEL, orbits(2), EPOCH, span[1], ephemeris))


@pytest.mark.parametrize("tolerance_km", [1e-6, 1e-3])
def test_tables_are_continuous(ephemeris, tolerance_km):
    made = propagate(MODEL, orbits(1), EPOCH, (EPOCH, EPOCH + 2 * DAY), ephemeris, tolerance_km=tolerance_km)
    coefficients = made.tables[0].coefficients  # sums of which are rounded to 1e-15 of 10,000 km
    ends = np.sum(coefficients[:-1], axis=2)
    starts = np.sum(coefficients[1:] * (-1.0) ** np.arange(coefficients.shape[2]), axis=2)
    np.testing.assert_allclose(ends, starts, rtol=0, atol=4e-11)


def test_a_coarser_table_is_smaller(ephemeris):
    sizes = [
        propagate(
            MODEL, orbits(1), EPOCH, (EPOCH, EPOCH + 2 * DAY), ephemeris, tolerance_km=tolerance
        ).tables[0].coefficients.size
        for tolerance in (1e-6, 1e-3, 1.0)
    ]  # fmt: skip
    assert sizes[0] > sizes[1] > sizes[2]


@pytest.mark.parametrize("engine", ENGINES)
def test_spans_before_around_and_after_the_epoch(ephemeris, engine):
    if engine == "heyoka":
        pytest.importorskip("heyoka")
    model = ForceModel("Moon", ("Earth",))
    whole = propagate(model, orbits(2), EPOCH, (EPOCH - DAY, EPOCH + DAY), ephemeris, engine=engine)
    before = propagate(model, orbits(2), EPOCH, (EPOCH - DAY, EPOCH - 3600.0), ephemeris, engine=engine)
    after = propagate(model, orbits(2), EPOCH, (EPOCH + 3600.0, EPOCH + DAY), ephemeris, engine=engine)
    np.testing.assert_allclose(whole.tables[1].evaluate(EPOCH), orbits(2)[1, :3], rtol=0, atol=1e-6)
    for part in (before, after):
        times = np.linspace(*part.span, 30)
        for n in range(2):
            np.testing.assert_allclose(
                part.tables[n].evaluate(times), whole.tables[n].evaluate(times), rtol=0, atol=3e-6
            )
    np.testing.assert_allclose(after.final, whole.final, rtol=0, atol=1e-6)
    ends = [table.evaluate(before.span[1]) for table in before.tables]
    np.testing.assert_allclose(before.final[:, :3], ends, rtol=0, atol=1e-6)


def test_a_fall_is_told_with_name_body_and_time(ephemeris):
    """The others are integrated first. At the time of impact the motion is at the ground."""
    states = orbits(3)
    states[1] = [2500.0, 0.0, 0.0, 0.0, 0.9, 0.0]
    with pytest.raises(PropagationError) as caught:
        propagate(MODEL, states, EPOCH, (EPOCH, EPOCH + DAY), ephemeris, names=["A", "low", "C"])
    error = caught.value
    assert str(error).startswith("low: meets the surface of the Moon (radius 1737.4 km) at 2028-01-01T12:")
    assert error.name == "low"
    assert sorted(error.results) == ["A", "C"]
    assert error.results["C"].span == pytest.approx((EPOCH, EPOCH + DAY), abs=1e-6)
    impact = final_states(MODEL, states[1:2], EPOCH, error.time_s - 1e-3, ephemeris)
    assert np.linalg.norm(impact[0, :3]) - 1737.4 == pytest.approx(0.0, abs=5e-3)
    again = pickle.loads(pickle.dumps(error))
    assert (again.name, again.time_s, str(again)) == (error.name, error.time_s, str(error))


def test_a_dip_below_the_surface_inside_a_step_is_seen(ephemeris):
    """An orbit whose lowest point lies 100 m under ground, passed within seconds."""
    low, high = 1737.3, 90_000.0
    a, e = 0.5 * (low + high), (high - low) / (high + low)
    model = ForceModel("Moon")
    with pytest.raises(PropagationError, match="surface of the Moon"):
        final_states(model, orbits(1, a, e), EPOCH, EPOCH + 8 * DAY, ephemeris)
    a, e = 0.5 * (low + 0.2 + high), (high - low - 0.2) / (high + low + 0.2)
    final_states(model, orbits(1, a, e), EPOCH, EPOCH + 8 * DAY, ephemeris)


def test_a_start_under_ground_is_told(ephemeris):
    with pytest.raises(PropagationError, match="spacecraft 1: meets the surface of the Moon"):
        propagate(MODEL, [[100.0, 0, 0, 0, 1.0, 0]], EPOCH, (EPOCH, EPOCH + DAY), ephemeris)


def test_another_body_can_be_met(ephemeris):
    """From the Earth's side into the Moon."""
    moon, velocity = ephemeris.state("Moon", "Earth", EPOCH)
    state = np.concatenate([moon * (1.0 - 9000.0 / np.linalg.norm(moon)), velocity])
    with pytest.raises(PropagationError, match="meets the surface of the Moon"):
        propagate(ForceModel("Earth", ("Moon",)), [state], EPOCH, (EPOCH, EPOCH + DAY), ephemeris)


def test_spans_outside_the_ephemeris_are_refused(ephemeris):
    late = ephemeris.span[1] - DAY
    with pytest.raises(EphemerisRangeError):
        propagate(MODEL, orbits(1), late, (late, late + 3 * DAY), ephemeris)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"states": np.zeros(6)}, r"right is \[N, 6\]"),
        ({"states": np.full((1, 6), np.nan)}, "not finite"),
        ({"span": (EPOCH, EPOCH)}, "stop must come after"),
        ({"tolerance_km": 0.0}, "right is above 0"),
        ({"names": ["A", "B"]}, "2 names for 1 states"),
        ({"burns": {"X": []}}, "burns of 'X'"),
        ({"engine": "gaus"}, "did you mean 'gauss'"),
    ],
)
def test_arguments_that_make_no_sense(ephemeris, change, said):
    arguments = {
        "model": MODEL, "states": orbits(1), "epoch_s": EPOCH, "span": (EPOCH, EPOCH + DAY), "ephemeris": ephemeris
    }  # fmt: skip
    with pytest.raises(InputError, match=said):
        propagate(**(arguments | change))


def test_threads_change_nothing(ephemeris):
    alone, together = (
        propagate(MODEL, orbits(5), EPOCH, (EPOCH, EPOCH + DAY), ephemeris, threads=n) for n in (1, 4)
    )
    np.testing.assert_array_equal(alone.final, together.final)
    for one, other in zip(alone.tables, together.tables, strict=True):
        np.testing.assert_array_equal(one.coefficients, other.coefficients)


def test_progress_rises_to_one(ephemeris):
    told = []
    propagate(MODEL, orbits(4), EPOCH, (EPOCH - DAY, EPOCH + DAY), ephemeris, advance=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) == 8


def test_each_may_end_at_its_own_time(ephemeris):
    stops = EPOCH + np.array([0.0, -3600.0, DAY])
    found = final_states(MODEL, orbits(3), EPOCH, stops, ephemeris)
    np.testing.assert_array_equal(found[0], orbits(3)[0])
    for n in (1, 2):
        alone = final_states(MODEL, orbits(3)[n : n + 1], EPOCH, float(stops[n]), ephemeris)
        np.testing.assert_allclose(alone[0], found[n], rtol=0, atol=1e-8)


def test_a_stream_is_the_same_motion_in_pieces(ephemeris):
    span, told = (EPOCH, EPOCH + 5 * DAY), []
    whole = propagate(MODEL, orbits(2), EPOCH, span, ephemeris)
    pieces = list(stream(MODEL, orbits(2), EPOCH, span, ephemeris, 2 * DAY, advance=told.append))
    assert [piece.span for piece in pieces] == [
        (EPOCH, EPOCH + 2 * DAY), (EPOCH + 2 * DAY, EPOCH + 4 * DAY), (EPOCH + 4 * DAY, EPOCH + 5 * DAY)
    ]  # fmt: skip
    np.testing.assert_allclose(pieces[-1].final, whole.final, rtol=0, atol=1e-7)
    for piece in pieces:
        times = np.linspace(*piece.span, 20)
        np.testing.assert_allclose(
            piece.tables[0].evaluate(times), whole.tables[0].evaluate(times), rtol=0, atol=3e-6
        )
    assert told[-1] == pytest.approx(1.0)
    with pytest.raises(InputError, match="right is above 0"):
        next(stream(MODEL, orbits(1), EPOCH, span, ephemeris, 0.0))


def test_memory_stays_flat_over_a_stream(ephemeris):
    """Sixty pieces hold no more than six do."""
    model = ForceModel("Moon", ("Earth",))
    peaks = []
    for pieces in (6, 60):
        tracemalloc.start()
        span = EPOCH, EPOCH + pieces * 2 * DAY
        for _ in stream(model, orbits(1, 20_000.0, 0.1), EPOCH, span, ephemeris, 2 * DAY, threads=1):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0] + 100_000
