"""Transmitters: every satellite of the wanted systems, where it is over time, and what it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.gnss.systems import Block, geosynchronous_axis_km, system
from qqnet.orbits.kepler import Elements, SecularRates, secular_j2_rates, state
from qqnet.orbits.walker import walker
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories

Floats = NDArray[np.float64]
States = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
class Transmitters:
    """Navigation satellites.

    Attributes
    ----------
    names : tuple of str, length S
        Of the satellites.
    blocks : tuple of Block, length S
        What each is.
    states : callable
        Times [TDB s past J2000], shape [T] -> positions [km] and velocities [km/s] relative to the Earth, ICRF
        axes, shape [T, S, 3].
    """

    names: tuple[str, ...]
    blocks: tuple[Block, ...]
    states: States

    def __len__(self) -> int:
        return len(self.names)

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of the systems that occur, in order."""
        return tuple(dict.fromkeys(one.system for one in self.blocks))

    @property
    def system_index(self) -> NDArray[np.int64]:
        """Place of each satellite's system in `systems`, shape [S]."""
        order = {name: k for k, name in enumerate(self.systems)}
        return np.array([order[one.system] for one in self.blocks], dtype=np.int64)

    def joined(self, other: Transmitters) -> Transmitters:
        """These satellites and others behind them."""
        if not len(other):
            return self
        if not len(self):
            return other

        def states(t: Floats) -> tuple[Floats, Floats]:
            first, second = self.states(t), other.states(t)
            return np.concatenate([first[0], second[0]], axis=1), np.concatenate(
                [first[1], second[1]], axis=1
            )

        return Transmitters(self.names + other.names, self.blocks + other.blocks, states)


def packaged(names: Sequence[str], start_s: float, leave_out: Sequence[str] = ()) -> Transmitters:
    """Nominal constellations of systems.

    Parameters
    ----------
    names : sequence of str
        Systems, such as ``["GPS", "Galileo"]``.
    start_s : float
        About when they are wanted [TDB s past J2000]: elements are brought to this time, and geosynchronous
        satellites stand over their longitudes then.
    leave_out : sequence of str
        Blocks that come from elsewhere.

    Returns
    -------
    Transmitters
        On ellipses whose node, perigee and mean anomaly drift with J2; geosynchronous ones kept over their places.

    Raises
    ------
    InputError
        A system is unknown.

    Examples
    --------
    >>> len(packaged(["GPS"], 0.0)), len(packaged(["Galileo", "QZSS"], 0.0))
    (31, 28)
    """
    axes = rotation("EARTH_EQUATOR", start_s)
    chosen = [
        one for name in dict.fromkeys(names) for one in system(name).blocks if one.name not in leave_out
    ]
    parts = [_elements(one, start_s, axes) for one in chosen]
    labels = tuple(
        f"{one.name}-{k:02d}"
        for one, part in zip(chosen, parts, strict=True)
        for k in range(1, len(part) + 1)
    )
    blocks = tuple(one for one, part in zip(chosen, parts, strict=True) for _ in range(len(part)))
    rows = np.concatenate(parts) if parts else np.empty((0, 9))
    elements = Elements(*(np.ascontiguousarray(rows[:, k]) for k in range(6)))
    rates = SecularRates(*(np.ascontiguousarray(rows[:, k]) for k in range(6, 9)))
    gm = body("Earth").gm_km3_s2

    def states(t: Floats) -> tuple[Floats, Floats]:
        position, velocity = state(elements, gm, np.asarray(t) - start_s, rates)
        velocity = _with_drift(elements, rates, gm, position, velocity)
        return position @ axes, velocity @ axes  # rows times the transpose: from the equator to ICRF

    return Transmitters(labels, blocks, states)


def _with_drift(
    elements: Elements, rates: SecularRates, gm_km3_s2: float, position: Floats, velocity: Floats
) -> Floats:
    """Velocities of drifting ellipses, shape [T, S, 3]: what drift adds is 0.2 m/s, and ranges would show it.

    The ellipse's own velocity is its mean motion times the derivative by the mean anomaly; node and perigee turn
    it about the equator's pole and about its own.
    """
    own = np.sqrt(gm_km3_s2 / np.asarray(elements.a_km) ** 3)
    pole = np.cross(position, velocity)
    pole /= np.linalg.norm(pole, axis=-1, keepdims=True)
    turn = np.asarray(rates.argp_rad_s)[:, None] * pole
    turn[..., 2] += np.asarray(rates.raan_rad_s)
    share = np.asarray(rates.mean_anomaly_rad_s) / own
    return np.asarray(velocity * share[:, None] + np.cross(turn, position))


def from_nodes(trajectories: Trajectories, blocks: Mapping[str, Block]) -> Transmitters:
    """Satellites of a scenario as transmitters.

    Parameters
    ----------
    trajectories : Trajectories
        Of the network.
    blocks : mapping
        Name of a single node -> what it is.

    Returns
    -------
    Transmitters
        One a node.
    """
    names = tuple(blocks)

    def states(t: Floats) -> tuple[Floats, Floats]:
        made = [trajectories.state(name, t, "Earth") for name in names]
        return np.stack([one for one, _ in made], axis=1), np.stack([two for _, two in made], axis=1)

    return Transmitters(names, tuple(blocks.values()), states)


def _elements(one: Block, start_s: float, axes: Floats) -> Floats:
    """Elements at the start and their rates, one row a satellite: a, e, i, node, perigee, anomaly, three rates."""
    orbit = one.orbit
    if "geosynchronous" in orbit:
        return _kept(orbit, start_s, axes)
    epoch = tdb_from_utc(orbit["epoch"])
    if "slots" in orbit:
        nodes, latitudes = np.radians(np.asarray(orbit["slots"], dtype=np.float64)).T
    else:
        nodes, latitudes = walker(*orbit["walker"])
        nodes = nodes + math.radians(orbit["raan_deg"])
        latitudes = latitudes + math.radians(orbit["argument_of_latitude_deg"])
    elements = Elements(float(orbit["a_km"]), 0.0, math.radians(orbit["i_deg"]), nodes, 0.0, latitudes)
    earth = body("Earth")
    rates = secular_j2_rates(elements, earth.gm_km3_s2, earth.j2, earth.j2_radius_km)
    elapsed = start_s - epoch
    columns = [
        *elements.fields(),
        *(
            np.broadcast_to(rate, nodes.shape)
            for rate in (rates.raan_rad_s, rates.argp_rad_s, rates.mean_anomaly_rad_s)
        ),
    ]
    rows = np.stack(columns, axis=1)
    rows[:, 3:6] += rows[:, 6:9] * elapsed
    return rows


def _kept(orbit: Mapping[str, Any], start_s: float, axes: Floats) -> Floats:
    """Geosynchronous satellites that are kept over their places: no drift, one sidereal day."""
    longitude, phase = np.radians(np.asarray(orbit["geosynchronous"], dtype=np.float64)).T
    a, e = geosynchronous_axis_km(), float(orbit.get("e", 0.0))
    perigee = math.radians(orbit.get("argp_deg", 0.0))
    turned = earth_angle_rad(start_s, axes)
    # The ground track is centred where a satellite of mean longitude node + perigee + anomaly stands.
    mean = phase - perigee if e else phase
    node = longitude + turned - phase
    rate = math.sqrt(body("Earth").gm_km3_s2 / a**3)
    n = longitude.size
    fixed = [np.full(n, value) for value in (a, e, math.radians(orbit["i_deg"]))]
    zero = np.zeros(n)
    return np.stack([*fixed, node, np.full(n, perigee), mean, zero, zero, np.full(n, rate)], axis=1)


def earth_angle_rad(t: float, axes: Floats) -> float:
    """Angle in the equator of date from its node axis to Greenwich [rad], at a time [TDB s past J2000]."""
    greenwich = axes @ rotation("ITRF", t)[0]
    return math.atan2(greenwich[1], greenwich[0])
