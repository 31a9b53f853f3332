"""Navigation satellites and receivers as a scenario names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.horizon import HorizonProfile
from qqnet.errors import InputError
from qqnet.gnss.constellation import Transmitters, from_nodes, packaged
from qqnet.gnss.measurements import Surface
from qqnet.gnss.receivers import Receiver
from qqnet.gnss.systems import Block, block
from qqnet.scenario.gnss import Gnss
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Site
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.geodesy import local_east_north_up

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories
    from qqnet.space.ephemeris import Ephemeris


def asked(scenario: Scenario) -> Gnss:
    """Return what a scenario says of navigation receivers; InputError where it says nothing."""
    if scenario.gnss is None:
        raise InputError(
            f"{scenario.name} has no navigation receivers; name systems and receivers under the key 'gnss'"
        )
    return scenario.gnss


def own_transmitters(scenario: Scenario, systems: Sequence[str] | None = None) -> dict[str, Block]:
    """Return the nodes of a scenario that are navigation satellites, with their blocks; arguments as below."""
    gnss = asked(scenario)
    wanted = gnss.systems if systems is None else systems
    return {
        name: block(part.block)
        for part in gnss.transmitters
        if block(part.block).system in wanted
        for name in scenario.expand(part.nodes)
    }


def transmitters(
    scenario: Scenario, trajectories: Trajectories, systems: Sequence[str] | None = None
) -> Transmitters:
    """Return the navigation satellites that a scenario counts: packaged constellations, and nodes of its own.

    Parameters
    ----------
    scenario : Scenario
        With the key ``gnss``.
    trajectories : Trajectories
        Of its nodes.
    systems : sequence of str, optional
        Only these of its systems.

    Returns
    -------
    Transmitters
        Nodes of the scenario take the place of the packaged satellites of their block.
    """
    gnss = asked(scenario)
    own = own_transmitters(scenario, systems)
    replaced = [part.block for part in gnss.transmitters]
    made = packaged(list(gnss.systems if systems is None else systems), scenario.time.start_s, replaced)
    return made.joined(from_nodes(trajectories, own)) if own else made


def receivers(scenario: Scenario) -> dict[str, Receiver]:
    """Return the receiver of each single node that carries one, in file order of the receivers."""
    return {
        node: made
        for written in asked(scenario).receivers
        for made in [Receiver.of(written)]
        for node in scenario.expand(written.nodes)
    }


def receiver_named(scenario: Scenario, name: str) -> Receiver:
    """Return a receiver by its name; InputError where there is none of this name."""
    written = {one.name: one for one in asked(scenario).receivers}
    if name not in written:
        raise InputError(f"{scenario.name} has no navigation receiver {name!r}; it has: {', '.join(written)}")
    return Receiver.of(written[name])


def surfaces(
    scenario: Scenario,
    nodes: Sequence[str],
    ephemeris: Ephemeris,
    horizons: Mapping[str, HorizonProfile],
) -> dict[str, Surface]:
    """Return where the nodes stand that stand on a body's surface.

    Parameters
    ----------
    scenario : Scenario
        For places and masks.
    nodes : sequence of str
        Single nodes, on surfaces or not.
    ephemeris : Ephemeris
        For the axes of the Moon.
    horizons : mapping
        Terrain about the nodes that have any.

    Returns
    -------
    dict
        Node -> body, mask and horizon.
    """
    entries = {name: scenario.entry(name) for name in nodes}
    return {
        name: Surface(one.body, one.mask, horizons.get(name), _axes(one, ephemeris))
        for name, one in entries.items()
        if isinstance(one, Site)
    }


def _axes(site: Site, ephemeris: Ephemeris) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function from times to east, north and up at a site, ICRF axes."""
    local, frame = local_east_north_up(site.latitude, site.longitude), body(site.body).fixed_frame

    def axes(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        assert frame is not None
        return np.asarray(local @ rotation(frame, times_s, ephemeris))

    return axes


def epochs(scenario: Scenario) -> NDArray[np.float64]:
    """Return the epochs of reception [TDB s past J2000], the end of the span included where a step meets it."""
    time, step = scenario.time, asked(scenario).step
    return time.start_s + step * np.arange(int(time.duration / step + 1e-9) + 1, dtype=np.float64)
