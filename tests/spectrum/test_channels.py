"""Channel assignment: no pair in conflict overlaps, and what cannot be kept apart is told."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.spectrum.channels import Channelled, assign_channels


def _users(widths: list[float], low: float = 2.2e9, high: float = 2.29e9) -> list[Channelled]:
    return [Channelled(f"u{n}", 2.245e9, width, low, high) for n, width in enumerate(widths)]


def _overlap(one: Channelled, other: Channelled, carriers: dict[str, float]) -> bool:
    apart = 0.5 * (one.width_hz + other.width_hz)
    return abs(carriers[one.name] - carriers[other.name]) < apart - 1.0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([1e6, 2.5e6, 5e6]), min_size=2, max_size=9), st.data())
def test_pairs_in_conflict_never_overlap_where_there_is_room(
    widths: list[float], data: st.DataObject
) -> None:
    users = _users(widths)
    pairs = [pair for pair in combinations([user.name for user in users], 2) if data.draw(st.booleans())]
    found = assign_channels(users, dict.fromkeys(pairs, 0.5))
    by_name = {user.name: user for user in users}
    assert found.left == ()
    assert found.proven
    for one, other in pairs:
        assert not _overlap(by_name[one], by_name[other], found.carriers_hz)
    free = set(by_name) - {name for pair in pairs for name in pair}
    assert all(found.carriers_hz[name] == 2.245e9 for name in free)
    for user in users:
        assert user.lowest_hz - 1.0 <= found.carriers_hz[user.name] - 0.5 * user.width_hz
        assert found.carriers_hz[user.name] + 0.5 * user.width_hz <= user.highest_hz + 1.0


def test_the_least_conflict_is_left_where_the_band_is_too_small() -> None:
    users = _users([5e6] * 3, 2.2e9, 2.21e9)  # room for two
    weights = {("u0", "u1"): 0.9, ("u0", "u2"): 0.2, ("u1", "u2"): 0.8}
    found = assign_channels(users, weights)
    assert found.left == (("u0", "u2"),)
    assert found.proven


def test_the_same_question_has_the_same_answer() -> None:
    users = _users([5e6] * 8)
    conflicts = dict.fromkeys(combinations([user.name for user in users], 2), 1.0)
    assert assign_channels(users, conflicts, 7) == assign_channels(users, conflicts, 7)


def test_what_does_not_fit_its_band_is_refused() -> None:
    users = _users([20e6, 20e6], 2.2e9, 2.21e9)
    with pytest.raises(InputError, match="u0 occupies 20 MHz, more than 2200 to 2210 MHz holds"):
        assign_channels(users, {("u0", "u1"): 1.0})
