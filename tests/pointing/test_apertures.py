"""Who may point at whom: apertures, shared ones, pairings."""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.links.pairs import terminal_pairs
from qqnet.pointing.apertures import UNLIMITED, Pairings, is_limited
from qqnet.scenario.loading import load


@pytest.fixture(scope="module")
def queqiao():
    return load("queqiao-2")


def test_both_directions_are_one_pairing(queqiao):
    links = terminal_pairs(queqiao)
    pairings = Pairings.build(queqiao, links)
    for n, pairing in enumerate(pairings.of_link):
        link = links[n]
        ends = [pairings.apertures[k][0] for k in pairings.ends[pairing]]
        assert ends == ([link.source, link.target] if pairings.forward[n] else [link.target, link.source])
    two_way = [n for n in range(len(pairings)) if (pairings.of_link == n).sum() == 2]
    assert two_way
    assert all(set(pairings.forward[pairings.of_link == n]) == {True, False} for n in two_way)


def test_shared_terminals_are_one_aperture(queqiao):
    pairings = Pairings.build(queqiao, terminal_pairs(queqiao))
    kashi = [terminal for node, terminal in pairings.apertures if node == "kashi"]
    assert kashi == ["s-ground-35m"]  # Ka and S of one dish


def test_setup_is_turning_and_acquisition():
    scenario = load("lunar-relay")
    pairings = Pairings.build(scenario, terminal_pairs(scenario))
    setup = {
        pairings.apertures[ends[0]][1]: (turn, both)
        for ends, turn, both in zip(pairings.ends, pairings.turn_s, pairings.setup_s, strict=True)
    }
    assert setup["laser-crosslink"] == (0.0, 30.0)
    assert (60.0, 60.0) in setup.values()  # the ground antenna


def test_without_numbers_nobody_is_limited(queqiao):
    free = {name: one.model_copy(update={"beams": None}) for name, one in queqiao.terminals.items()}
    scenario = queqiao.model_copy(update={"terminals": free})
    assert is_limited(queqiao)
    assert not is_limited(scenario)
    pairings = Pairings.build(scenario, terminal_pairs(scenario))
    assert pairings.free.all()
    assert (pairings.beams == UNLIMITED).all()
    np.testing.assert_array_equal(np.sort(np.unique(pairings.of_link)), np.arange(len(pairings)))
