"""Transmitters, receivers and epochs that a scenario names."""

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.of_scenario import asked, epochs, transmitters


def test_nodes_take_the_place_of_their_block(listeners, paths):
    made = transmitters(listeners, paths)
    kinds = [one.name for one in made.blocks]
    assert kinds.count("beidou-meo") == 6
    assert kinds.count("beidou-igso") == 3
    assert set(made.systems) == {"GPS", "BeiDou"}
    assert made.names[-6:] == tuple(f"meo-{k:02d}" for k in range(1, 7))
    t = np.array([listeners.time.start_s])
    assert np.array_equal(made.states(t)[0][0, -1], paths.position("meo-06", t, "Earth")[0])


def test_epochs_hold_both_ends(listeners):
    t = epochs(listeners)
    assert t[0] == listeners.time.start_s
    assert t[-1] == listeners.time.stop_s
    assert np.diff(t) == pytest.approx(1800.0)


def test_a_scenario_without_receivers(listeners):
    with pytest.raises(InputError, match="listeners has no navigation receivers; name systems and receivers"):
        asked(listeners.model_copy(update={"gnss": None}))
