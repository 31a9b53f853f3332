"""The network at a moment: who is linked with whom, how fast, how far apart in light time, and where all stand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.report.network import home
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Constellation, GroundStation, Site, member_names
from qqnet.space.bodies import BODIES
from qqnet.space.frames import rotation
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.orbits.trajectory import Trajectories

Floats = NDArray[np.float64]

RIM: Final = 0.24
"""Radius of a body's disc in its world, whose outermost node stands at 1."""
_APART: Final = 0.105
"""Least distance between two nodes of a world, which are moved apart where they are closer."""
_ROUNDS: Final = 120


@dataclass(frozen=True)
class Standing:
    """A node in the picture of its world.

    Attributes
    ----------
    node : str
        Its name.
    group : str
        Constellation that it belongs to, or its own name.
    spot : ndarray [2]
        Direction from the body's centre as seen from the north of the ecliptic, distance logarithmic.
    is_site : bool
        Whether it stands on the ground; then on the rim of the disc.
    """

    node: str
    group: str
    spot: Floats
    is_site: bool


@dataclass(frozen=True, eq=False)
class Topology:
    """A network at a moment.

    Attributes
    ----------
    at_s : float
        The moment [TDB s past J2000].
    worlds : dict of str to tuple of Standing
        Bodies in order of mention, and who is there.
    links : pandas.DataFrame
        One row a pair of nodes that has a contact at the moment: ``a``, ``b``, ``kind`` of the fastest link,
        ``rate_ab_bps``, ``rate_ba_bps`` (0 where that way is shut) [bit/s], ``owlt_s`` from a to b or else
        back [s].
    """

    at_s: float
    worlds: Mapping[str, tuple[Standing, ...]]
    links: pd.DataFrame

    @property
    def alone(self) -> tuple[str, ...]:
        """Nodes without any link at the moment."""
        linked = set(self.links["a"]) | set(self.links["b"])
        return tuple(one.node for world in self.worlds.values() for one in world if one.node not in linked)

    def answer(self) -> dict[str, Any]:
        """Give it as a program reads it.

        Returns
        -------
        dict
            ``at_utc``, ``links`` (``from``, ``to``, ``kind``, ``rate_bps``, ``rate_back_bps``, ``owlt_s``),
            and ``alone``: nodes without a link.
        """
        return {
            "at_utc": format_utc(self.at_s),
            "links": [
                {
                    "from": row["a"],
                    "to": row["b"],
                    "kind": row["kind"],
                    "rate_bps": row["rate_ab_bps"],
                    "rate_back_bps": row["rate_ba_bps"],
                    "owlt_s": row["owlt_s"],
                }
                for row in self.links.to_dict("records")
            ],
            "alone": list(self.alone),
        }


def links_at(plan: ContactPlan, at_s: float) -> pd.DataFrame:
    """Pairs of nodes that have a contact at a moment.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    at_s : float
        The moment, at the sender [s of the plan's time base].

    Returns
    -------
    pandas.DataFrame
        As `Topology.links`, in the order of the nodes' numbers; the fastest of several links of a pair.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"from": ["a", "b"], "to": ["b", "a"], "start_s": 0.0, "end_s": [8.0, 4.0],
    ...                      "rate_bps": [1e6, 5e3], "owlt_start_s": 1.0, "owlt_end_s": 2.0})
    >>> links_at(ContactPlan(rows, {"a": 1, "b": 2}), 6.0)[["rate_ab_bps", "rate_ba_bps"]].values.tolist()
    [[1000000.0, 0.0]]
    """
    import pandas as pd

    rows = plan.contacts
    rows = rows[(rows["start_s"] <= at_s) & (at_s < rows["end_s"])].sort_values("rate_bps", kind="stable")
    share = (at_s - rows["start_s"]) / (rows["end_s"] - rows["start_s"])
    owlt = rows["owlt_start_s"] + share * (rows["owlt_end_s"] - rows["owlt_start_s"])
    found: dict[tuple[str, str], dict[str, Any]] = {}
    columns = (
        rows["from"],
        rows["to"],
        rows["from_ipn"],
        rows["to_ipn"],
        rows["kind"],
        rows["rate_bps"],
        owlt,
    )
    for sender, receiver, number, other, kind, rate, light in zip(*columns, strict=True):
        ahead = number < other
        pair = (sender, receiver) if ahead else (receiver, sender)
        entry = found.setdefault(pair, {"rate_ab_bps": 0.0, "rate_ba_bps": 0.0})
        entry["rate_ab_bps" if ahead else "rate_ba_bps"] = float(rate)
        entry["kind"] = str(kind)
        if ahead or "owlt_s" not in entry:
            entry["owlt_s"] = float(light)
    order = sorted(found, key=lambda pair: (plan.nodes[pair[0]], plan.nodes[pair[1]]))
    names = ["a", "b", "kind", "rate_ab_bps", "rate_ba_bps", "owlt_s"]
    return pd.DataFrame([{"a": one, "b": other, **found[one, other]} for one, other in order], columns=names)


def check_moment(scenario: Scenario, at_s: float) -> None:
    """Refuse a moment outside the scenario's span [TDB s past J2000]; InputError says the span."""
    start, stop = scenario.time.start_s, scenario.time.stop_s
    if not start <= at_s <= stop:
        span = f"{format_utc(start)} to {format_utc(stop)}"
        raise InputError(f"the moment {format_utc(at_s)} is outside the span of {scenario.name}, {span}")


def topology_at(scenario: Scenario, trajectories: Trajectories, plan: ContactPlan, at_s: float) -> Topology:
    """Look at a network at a moment.

    Parameters
    ----------
    scenario : Scenario
        What nodes there are, and where they belong.
    trajectories : Trajectories
        Where they are.
    plan : ContactPlan
        Who can send to whom, with times in TDB or with an epoch.
    at_s : float
        The moment [TDB s past J2000].

    Returns
    -------
    Topology

    Raises
    ------
    InputError
        For a moment outside the scenario's span, and for a plan without dates.
    """
    check_moment(scenario, at_s)
    if not plan.time_base.is_absolute:
        raise InputError("the plan counts seconds from an instant that it does not name: give its epoch")
    moment = at_s - float(plan.time_base.tdb(0.0))
    worlds: dict[str, list[tuple[str, str, Floats, bool]]] = {}
    for node in scenario.nodes:
        body = home(node)
        for name in member_names(node):
            position = trajectories.position(name, at_s, body) @ rotation("ECLIPJ2000", at_s).T
            group = node.name if isinstance(node, Constellation) else name
            grounded = isinstance(node, Site | GroundStation)
            worlds.setdefault(body, []).append((name, group, np.asarray(position), grounded))
    return Topology(
        at_s, {body: _placed(body, members) for body, members in worlds.items()}, links_at(plan, moment)
    )


def _placed(body: str, members: Sequence[tuple[str, str, Floats, bool]]) -> tuple[Standing, ...]:
    """Spots of the nodes of a world: directions true, distances logarithmic, moved apart where they coincide."""
    positions = np.array([position for _, _, position, _ in members])
    flat = positions[:, :2]
    distance = np.linalg.norm(positions, axis=1)
    grounded = np.array([on_ground for _, _, _, on_ground in members])
    radius = BODIES[body].mean_radius_km
    farthest = max(float(distance.max()), 1.5 * radius)
    height = np.log(np.maximum(distance, radius) / radius) / math.log(farthest / radius)
    length = np.where(grounded, RIM, np.maximum(RIM + (1.0 - RIM) * height, RIM + 0.5 * _APART))
    turn = np.arctan2(flat[:, 1], flat[:, 0])
    spots = _apart(length[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1), grounded)
    return tuple(
        Standing(name, group, spot, on_ground)
        for (name, group, _, on_ground), spot in zip(members, spots, strict=True)
    )


def _apart(spots: Floats, grounded: NDArray[np.bool_]) -> Floats:
    """Push spots apart that are too close to each other; those on the rim stay there, the others outside of it."""
    spots = spots.copy()
    for _ in range(_ROUNDS):
        between = spots[:, None] - spots[None]
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        near = distance < _APART
        if not near.any():
            break
        # Two at one spot part along a direction of their own.
        turn = np.arange(len(spots)) * 2.4
        own = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        way = np.where(distance[..., None] > 1e-9, between, own[:, None] - own[None])
        way /= np.maximum(np.hypot(way[..., 0], way[..., 1]), 1e-9)[..., None]
        push = np.where(near, 0.3 * (_APART - distance), 0.0)
        spots += (push[..., None] * way).sum(axis=1)
        length = np.maximum(np.hypot(*spots.T), 1e-9)
        least = np.where(grounded, RIM, RIM + 0.5 * _APART)
        spots *= (np.where(grounded, least, np.clip(length, least, 1.08)) / length)[:, None]
    return spots
