"""Where the motion of a scenario's spacecraft begins: states relative to a body at an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.orbits.analytic import keplerian_elements
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.walker import walker
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import Constellation, Spacecraft, member_names
from qqnet.scenario.orbits import KeplerianOrbit, MessageOrbit, StateOrbit
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_utc

if TYPE_CHECKING:
    from qqnet.ephemerides.opm import Opm

Floats = NDArray[np.float64]

LEAST_HEIGHT: Final = 0.005
"""Share of a body's radius: forces are chosen for no lower height than this."""


@dataclass(frozen=True, eq=False)
class InitialStates:
    """States of spacecraft that move about one body, at one time.

    Attributes
    ----------
    names : tuple of str, length N
        The spacecraft.
    center : str
        The body.
    epoch_s : float
        Time of the states [TDB s past J2000].
    states : ndarray, shape [N, 6]
        Position [km] and velocity [km/s] relative to the body, ICRF axes.
    """

    names: tuple[str, ...]
    center: str
    epoch_s: float
    states: Floats

    @property
    def lowest_altitude_km(self) -> float:
        """Least height above the mean radius [km] that the osculating orbits of all reach."""
        home = body(self.center)
        r, v = self.states[:, :3], self.states[:, 3:]
        momentum = np.sum(np.cross(r, v) ** 2, axis=1)
        distance = np.linalg.norm(r, axis=1)
        parameter = momentum / home.gm_km3_s2
        energy = np.sum(v * v, axis=1) / 2.0 - home.gm_km3_s2 / distance
        e = np.sqrt(np.maximum(1.0 + 2.0 * energy * momentum / home.gm_km3_s2**2, 0.0))
        lowest = float(np.min(parameter / (1.0 + e))) - home.mean_radius_km
        return max(lowest, LEAST_HEIGHT * home.mean_radius_km)


def message_of(orbit: MessageOrbit, scenario: Scenario) -> Opm:
    """Read the message that an orbit names."""
    from qqnet.ephemerides.opm import read_opm

    return read_opm(scenario.directory / orbit.file)


def initial_states(
    entry: Spacecraft | Constellation, scenario: Scenario, ephemeris: Ephemeris
) -> InitialStates:
    """Return where the motion of an entry's spacecraft begins.

    Parameters
    ----------
    entry : Spacecraft or Constellation
        With an orbit about one body.
    scenario : Scenario
        Whose start is the epoch where the orbit gives none.
    ephemeris : Ephemeris
        For frames.

    Returns
    -------
    InitialStates
        Relative to that body, ICRF axes.

    Raises
    ------
    InputError
        If the orbit is impossible, or is not about one body.
    """
    orbit = entry.orbit
    if isinstance(orbit, KeplerianOrbit):
        elements, epoch = elements_of(entry, orbit), epoch_of(orbit, scenario)
        return from_elements(member_names(entry), orbit.body, orbit.frame, elements, epoch, ephemeris)
    if isinstance(orbit, StateOrbit):
        return from_state(entry.name, orbit, epoch_of(orbit, scenario), ephemeris)
    if isinstance(orbit, MessageOrbit):
        return from_message(entry.name, message_of(orbit, scenario))
    raise InputError(f"an orbit of type {orbit.type!r} does not begin with a state about one body")


def elements_of(entry: Spacecraft | Constellation, orbit: KeplerianOrbit) -> Elements:
    """Return the elements of an entry's spacecraft, in the frame of the orbit."""
    elements = keplerian_elements(orbit)
    if isinstance(entry, Constellation):
        pattern = entry.pattern
        kind: Literal["delta", "star"] = "delta" if pattern.type == "walker-delta" else "star"
        elements = elements.shifted(*walker(pattern.satellites, pattern.planes, pattern.phasing, kind))
    return elements


def epoch_of(orbit: KeplerianOrbit | StateOrbit, scenario: Scenario) -> float:
    """Return the epoch of elements or of a state [TDB s past J2000]: the start where none is given."""
    return scenario.time.start_s if orbit.epoch is None else tdb_from_utc(orbit.epoch)


def from_elements(
    names: Sequence[str], center: str, frame: str, elements: Elements, epoch_s: float, ephemeris: Ephemeris
) -> InitialStates:
    """Return the states of osculating elements.

    Parameters
    ----------
    names : sequence of str, length N
        The spacecraft.
    center : str
        Central body.
    frame : str
        Inertial frame of the elements, frozen at the epoch.
    elements : Elements, shape [N] or scalar
        Osculating at the epoch.
    epoch_s : float
        Of the elements [TDB s past J2000].
    ephemeris : Ephemeris
        For the frame.

    Returns
    -------
    InitialStates
        In ICRF axes.
    """
    r, v = state(elements, body(center).gm_km3_s2)
    return _in_icrf(names, center, frame, r, v, epoch_s, ephemeris)


def from_state(name: str, orbit: StateOrbit, epoch_s: float, ephemeris: Ephemeris) -> InitialStates:
    """Return the state that a scenario gives, in ICRF axes.

    Parameters
    ----------
    name : str
        The spacecraft.
    orbit : StateOrbit
        As written.
    epoch_s : float
        Its epoch [TDB s past J2000].
    ephemeris : Ephemeris
        For the frame.

    Returns
    -------
    InitialStates
        One state.
    """
    return _in_icrf([name], orbit.body, orbit.frame, orbit.position, orbit.velocity, epoch_s, ephemeris)


def from_message(name: str, message: Opm) -> InitialStates:
    """Return the state of an orbit parameter message, in ICRF axes.

    Parameters
    ----------
    name : str
        The spacecraft.
    message : Opm
        As read.

    Returns
    -------
    InitialStates
        One state, at the message's epoch.

    Raises
    ------
    InputError
        If the message's centre is no body, or the state lies below its surface.
    """
    center, r = body(message.center), message.state_icrf()
    distance = float(np.linalg.norm(r[:3]))
    if distance <= center.mean_radius_km:
        raise InputError(
            f"{message.source}: the state is {distance:.1f} km from the centre of {center.name}, below its "
            f"surface (radius {center.mean_radius_km} km); it must be above"
        )
    return InitialStates((name,), center.name, message.t, r[None, :])


def _in_icrf(
    names: Sequence[str],
    center: str,
    frame: str,
    position: ArrayLike,
    velocity: ArrayLike,
    epoch_s: float,
    ephemeris: Ephemeris,
) -> InitialStates:
    axes = rotation(frame, epoch_s, ephemeris)
    r, v = (np.atleast_2d(np.asarray(one, dtype=np.float64)) @ axes for one in (position, velocity))
    return InitialStates(tuple(names), center, epoch_s, np.hstack([r, v]))
