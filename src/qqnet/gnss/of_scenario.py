"""Navigation satellites and receivers as a scenario names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.gnss.analysis import Surface
from qqnet.gnss.constellation import Transmitters, from_nodes, packaged
from qqnet.gnss.receivers import Receiver
from qqnet.gnss.systems import block
from qqnet.scenario.gnss import Gnss
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Site

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories


def asked(scenario: Scenario) -> Gnss:
    """Return what a scenario says of navigation receivers; InputError where it says nothing."""
    if scenario.gnss is None:
        raise InputError(
            f"{scenario.name} has no navigation receivers; name systems and receivers under the key 'gnss'"
        )
    return scenario.gnss


def transmitters(scenario: Scenario, trajectories: Trajectories) -> Transmitters:
    """Return the navigation satellites that a scenario counts: packaged constellations, and nodes of its own.

    Parameters
    ----------
    scenario : Scenario
        With the key ``gnss``.
    trajectories : Trajectories
        Of its nodes.

    Returns
    -------
    Transmitters
        Nodes of the scenario take the place of the packaged satellites of their block.
    """
    gnss = asked(scenario)
    own = {
        name: block(part.block)
        for part in gnss.transmitters
        for name in scenario.expand(part.nodes)
        if block(part.block).system in gnss.systems
    }
    replaced = [part.block for part in gnss.transmitters]
    made = packaged(list(gnss.systems), scenario.time.start_s, replaced)
    return made.joined(from_nodes(trajectories, own)) if own else made


def receivers(scenario: Scenario) -> dict[str, Receiver]:
    """Return the receiver of each single node that carries one, in file order of the receivers."""
    return {
        node: made
        for written in asked(scenario).receivers
        for made in [Receiver.of(written)]
        for node in scenario.expand(written.nodes)
    }


def surfaces(scenario: Scenario, nodes: Sequence[str]) -> dict[str, Surface]:
    """Return body and lowest usable elevation of the nodes that stand on a body's surface."""
    entries = {name: scenario.entry(name) for name in nodes}
    return {name: (one.body, one.mask) for name, one in entries.items() if isinstance(one, Site)}


def epochs(scenario: Scenario) -> NDArray[np.float64]:
    """Return the epochs of reception [TDB s past J2000], the end of the span included where a step meets it."""
    time, step = scenario.time, asked(scenario).step
    return time.start_s + step * np.arange(int(time.duration / step + 1e-9) + 1, dtype=np.float64)
