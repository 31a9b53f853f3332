from dataclasses import replace

import numpy as np
import pytest

from qqnet.errors import EphemerisRangeError, InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.trajectory import Trajectories, Trajectory, cut, fit_trajectories

GM = 4902.800118457549
SPAN = (1275393669.0, 1275393669.0 + 5 * 86400)
ELEMENTS = Elements(np.array([7000.0, 9750.5]), np.array([0.0, 0.6383]), 1.0, 0.3, 1.5, np.array([0.0, 2.0]))


def lunar(dt):
    return state(ELEMENTS, GM, dt)[0]


@pytest.fixture(scope="module")
def network(ephemeris):
    nodes = fit_trajectories(lunar, SPAN, ["low", "high"], "Moon")
    nodes += fit_trajectories(
        lambda dt: state(Elements(42164.0, 0.0, 0.0, 0.0, 0.0, 0.0), 398600.4355, dt)[0],
        SPAN,
        ["geo"],
        "Earth",
    )
    nodes[2] = replace(nodes[2], dynamics="as told")
    return Trajectories.build(ephemeris, nodes)


def test_tables_follow_the_orbit_to_a_millimetre(network):
    t = np.random.default_rng(1).uniform(*SPAN, 2000)
    expected, speed = state(ELEMENTS, GM, t - SPAN[0])
    for k, name in enumerate(["low", "high"]):
        position, velocity = network.state(name, t, "Moon")
        # 1 mm of the fit, and what the rounding of t at 2040 (1.2e-7 s) moves it.
        slack = 1e-6 + 1.2e-7 * np.max(np.abs(speed[:, k]))
        assert np.max(np.abs(position - expected[:, k])) <= slack
        assert np.max(np.abs(velocity - speed[:, k])) < 1e-8


def test_positions_add_up_along_the_centres(network, ephemeris):
    t = np.linspace(*SPAN, 50)
    moon = ephemeris.position("Moon", "SSB", t)
    assert np.allclose(
        network.position("low", t) - moon, network.position("low", t, "Moon"), atol=1e-6, rtol=0
    )
    assert np.allclose(
        network.position("Moon", t, "Earth"), ephemeris.position("Moon", "Earth", t), atol=1e-9, rtol=0
    )
    between = network.position("geo", t, "low")
    assert np.allclose(
        between, network.position("geo", t, "Earth") - network.position("low", t, "Earth"), atol=1e-7, rtol=0
    )
    assert network.position("low", SPAN[0]).shape == (3,)
    assert network.position("low", t.reshape(5, 10)).shape == (5, 10, 3)


def test_bank_holds_bodies_first_then_nodes(network, ephemeris):
    assert list(network) == ["low", "high", "geo"]
    assert network.body_names == ephemeris.names
    assert network.node_index("low") == len(ephemeris.names)
    assert network.index("geo") == 2
    assert network.body_index("SSB") == -1
    assert network.bank.parent[network.node_index("geo")] == network.body_index("Earth")
    assert network.span == pytest.approx(SPAN)


def test_mapping_gives_back_the_table(network):
    table = network["high"].table
    t = np.linspace(*SPAN, 20)
    assert network["high"].center == "Moon"
    assert np.allclose(table.evaluate(t), network.position("high", t, "Moon"), atol=1e-11, rtol=0)
    assert "nobody" not in network


def test_saved_and_loaded_is_the_same_to_the_bit(network, tmp_path):
    path = tmp_path / "trajectories.npz"
    network.save(path)
    again = Trajectories.load(path)
    assert (again.names, again.body_names) == (network.names, network.body_names)
    assert again.dynamics == network.dynamics == ("", "", "as told")
    assert again["geo"].dynamics == "as told"
    for ours, theirs in zip(network.bank.arrays(), again.bank.arrays(), strict=True):
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def test_cut_keeps_the_records_that_are_needed(ephemeris):
    table = ephemeris.tables_by_name["Moon"]
    small = cut(table, SPAN)
    t = np.linspace(*SPAN, 100)
    assert len(small.coefficients) < 4
    assert np.array_equal(small.evaluate(t), table.evaluate(t))


def test_errors_name_what_is_wrong(network, ephemeris, tmp_path):
    (good,) = fit_trajectories(lambda dt: np.ones((dt.size, 1, 3)), SPAN, ["a"], "Moon")
    later = (SPAN[1] + 10, SPAN[1] + 20)
    (late,) = fit_trajectories(lambda dt: np.ones((dt.size, 1, 3)), later, ["b"], "Moon")
    for nodes, said in (
        ([], "no nodes"),
        ([good, good], "'a': the name is taken"),
        ([Trajectory("Moon", "Earth", good.table)], "'Moon': the name is taken"),
        ([Trajectory("a", "Moom", good.table)], "unknown centre 'Moom'.*did you mean 'Moon'"),
        ([good, late], "no time in common"),
    ):
        with pytest.raises(InputError, match=said):
            Trajectories.build(ephemeris, nodes)
    with pytest.raises(InputError, match=r"unknown node 'hihg' \(did you mean 'high'"):
        network.position("hihg", SPAN[0])
    with pytest.raises(InputError, match="unknown body 'Moo'"):
        network.body_index("Moo")
    with pytest.raises(EphemerisRangeError, match="low relative to Moon"):
        network.position("low", SPAN[1] + 10, "Moon")
    with pytest.raises(InputError, match="not a file of trajectories"):
        Trajectories.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(InputError, match="not a file of trajectories"):
        Trajectories.load(tmp_path / "text.npz")
