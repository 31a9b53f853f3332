"""State-transition matrices: difference quotients, and the laws of Hamiltonian motion."""

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.propagation import final_states
from qqnet.dynamics.transition import transition, transitions
from qqnet.errors import InputError, PropagationError

EPOCH, DAY = 883_612_800.0, 86_400.0
LOW = np.array([[0.0, 1455.58, 2174.32, -1.7315, 0.0, 0.0]])
MOON = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 20),))
EARTH = ForceModel("Earth", ("Moon",), (Harmonics("Earth", 6),), None, True)
AROUND_EARTH = np.array([[7000.0, 1000.0, -500.0, -1.0, 6.0, 5.0]])


@pytest.mark.parametrize(
    ("model", "state", "days"),
    [
        (MOON, LOW, 2.0),
        (MOON, LOW, -1.0),
        (EARTH, AROUND_EARTH, 0.5),
        (ForceModel("Moon", ("Earth", "Sun"), (), Radiation(5.0, occulters=())), LOW, 2.0),
    ],
    ids=["field", "backwards", "relativity", "sunlight"],
)
def test_columns_are_difference_quotients(ephemeris, model, state, days):
    """Fourth order, with steps that lose least: 1e-7 of the largest number in the column."""
    final, matrix = transition(model, state[0], EPOCH, EPOCH + days * DAY, ephemeris)
    np.testing.assert_allclose(
        final, final_states(model, state, EPOCH, EPOCH + days * DAY, ephemeris)[0], rtol=0, atol=1e-8
    )
    for k in range(6):
        h = 0.01 if k < 3 else 1e-5
        moved = state + h * np.outer([1.0, -1.0, 2.0, -2.0], np.eye(6)[k])
        ends = final_states(model, moved, EPOCH, EPOCH + days * DAY, ephemeris)
        quotient = (8.0 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12.0 * h)
        np.testing.assert_allclose(
            matrix[:, k], quotient, rtol=0, atol=1e-7 * np.max(np.abs(quotient)), err_msg=f"column {k}"
        )


def test_phase_space_is_not_squeezed(ephemeris):
    """M^T J M = J wherever forces follow from a potential."""
    _, matrix = transition(MOON, LOW[0], EPOCH, EPOCH + 3 * DAY, ephemeris)
    unit, zero = np.eye(3), np.zeros((3, 3))
    j = np.block([[zero, unit], [-unit, zero]])
    size = np.max(np.abs(matrix[:3, :3])) * np.max(np.abs(matrix[3:, 3:]))
    np.testing.assert_allclose(matrix.T @ j @ matrix, j, rtol=0, atol=1e-12 * size)


def test_pieces_multiply(ephemeris):
    middle, stop = EPOCH + 0.7 * DAY, EPOCH + 1.9 * DAY
    between, first = transition(MOON, LOW[0], EPOCH, middle, ephemeris)
    final, second = transition(MOON, between, middle, stop, ephemeris)
    whole_final, whole = transition(MOON, LOW[0], EPOCH, stop, ephemeris)
    np.testing.assert_allclose(final, whole_final, rtol=0, atol=1e-7)
    np.testing.assert_allclose(second @ first, whole, rtol=0, atol=1e-9 * np.max(np.abs(whole)))


def test_many_at_once_are_each_by_itself(ephemeris):
    states = np.concatenate([LOW, 1.3 * LOW, 1.1 * LOW])
    starts, stops = EPOCH + np.array([0.0, 1e4, 2e4]), EPOCH + np.array([9e4, 1e4, 0.0])
    finals, matrices = transitions(MOON, states, starts, stops, ephemeris)
    np.testing.assert_array_equal(finals[1], states[1])
    np.testing.assert_array_equal(matrices[1], np.eye(6))
    for n in (0, 2):
        final, matrix = transition(MOON, states[n], starts[n], stops[n], ephemeris)
        np.testing.assert_allclose(final, finals[n], rtol=0, atol=1e-8)
        np.testing.assert_allclose(matrix, matrices[n], rtol=0, atol=1e-9 * np.max(np.abs(matrix)))


def test_what_cannot_be_is_refused(ephemeris):
    with pytest.raises(InputError, match="six finite numbers"):
        transition(MOON, [1.0, 2.0], EPOCH, EPOCH + DAY, ephemeris)
    with pytest.raises(InputError, match="not finite"):
        transition(MOON, LOW[0], EPOCH, np.nan, ephemeris)
    falling = LOW[0] * np.array([1.0, 1.0, 1.0, 0.3, 0.3, 0.3])
    with pytest.raises(PropagationError, match="meets the surface of the Moon at 2028-01-01T12:"):
        transition(MOON, falling, EPOCH, EPOCH + DAY, ephemeris)
