"""Pseudoranges and Doppler shifts that a receiver on a node gets: geometry, noise, and what hides what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.horizon import HorizonProfile
from qqnet.errors import InputError
from qqnet.gnss.constellation import Transmitters
from qqnet.gnss.geometry import (
    EARTH_KM,
    MOON_KM,
    Lines,
    azimuth_rad,
    elevation_rad,
    hidden,
    lines_of_sight,
)
from qqnet.gnss.receivers import Heard, Receiver, hear, sise_m
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EARTH_ALTITUDE_KM = 100.0
"""Rays that come closer to the ground are not used where nothing else is said [km]."""

FARTHEST_KM = 3e6
"""Greatest distance from the Earth [km]: 10 s of light time, in which a satellite's parabola is off by 1 cm."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Where a receiver stands on a body.

    Attributes
    ----------
    body : str
        Name of the body.
    mask_rad : float
        Lowest usable elevation [rad].
    horizon : HorizonProfile, optional
        Terrain; the greater of it and the mask holds.
    axes : callable, optional
        With a horizon: times [TDB s past J2000], shape [T] -> east, north and up, shape [T, 3, 3], ICRF axes.
    """

    body: str
    mask_rad: float
    horizon: HorizonProfile | None = None
    axes: Callable[[Floats], Floats] | None = None

    def shows(self, lines: Lines, times_s: Floats, up: Floats) -> NDArray[np.bool_]:
        """Return whether satellites stand above mask and horizon [T, S], given the zenith [T, 3]."""
        elevation = elevation_rad(lines, up)
        seen = elevation >= self.mask_rad
        if self.horizon is not None and self.axes is not None:
            east, north, _ = np.moveaxis(self.axes(times_s), 1, 0)
            seen &= elevation >= self.horizon.at(azimuth_rad(lines, east, north))
        return np.asarray(seen)


@dataclass(frozen=True, eq=False)
class GnssMeasurements:
    """Usable measurements of one receiver, one row each, in order of time; M rows.

    Attributes
    ----------
    time_index : ndarray of int, shape [M]
        Place of its epoch among the times that were asked for.
    time_s : ndarray, shape [M]
        Time of reception [TDB s past J2000].
    transmitter : ndarray of int, shape [M]
        Place of the satellite in `names`.
    names : tuple of str
        Of all satellites, heard or not.
    system_index : ndarray of int, shape [S]
        Place of each satellite's system in `systems`: measurements of one system share the offset of its time
        scale.
    systems : tuple of str
        Of these satellites.
    range_km : ndarray, shape [M]
        Length of the light's path, without clocks [km].
    range_rate_km_s : ndarray, shape [M]
        Its rate: Doppler shift over carrier times -c, without clocks [km/s].
    direction : ndarray, shape [M, 3]
        Unit vectors from satellite to receiver, ICRF axes: the derivative of the range by the receiver's position.
    range_sigma_m, range_rate_sigma_m_s : ndarray, shape [M]
        1-sigma thermal noise of the receiver [m], [m/s].
    sise_m : ndarray, shape [M]
        1-sigma error of the satellite's broadcast orbit and clock on the line [m]; it lasts for hours, and is no
        white noise.
    c_n0_db_hz : ndarray, shape [M]
        Carrier to noise density [dB-Hz].
    """

    time_index: Integers
    time_s: Floats
    transmitter: Integers
    names: tuple[str, ...]
    system_index: Integers
    systems: tuple[str, ...]
    range_km: Floats
    range_rate_km_s: Floats
    direction: Floats
    range_sigma_m: Floats
    range_rate_sigma_m_s: Floats
    sise_m: Floats
    c_n0_db_hz: Floats

    def __len__(self) -> int:
        return self.time_s.size


def observe(
    trajectories: Trajectories,
    node: str,
    receiver: Receiver,
    transmitters: Transmitters,
    times_s: ArrayLike,
    *,
    earth_altitude_km: float = EARTH_ALTITUDE_KM,
    surface: Surface | None = None,
    held: NDArray[np.bool_] | None = None,
) -> tuple[Lines, Heard, NDArray[np.bool_]]:
    """Geometry and signals of every satellite at a node, usable or not.

    Parameters
    ----------
    trajectories : Trajectories
        Of the network.
    node : str
        The node that carries the receiver.
    receiver : Receiver
        What it carries.
    transmitters : Transmitters
        The satellites, S of them.
    times_s : array_like, shape [T]
        Times of reception [TDB s past J2000].
    earth_altitude_km : float
        Rays that come closer to the ground are not used [km].
    surface : Surface, optional
        Where the node stands on a body.
    held : ndarray of bool, optional
        What was tracked just before, as `Heard.held` of the epochs before has it.

    Returns
    -------
    lines : Lines
        T epochs, S satellites.
    heard : Heard
        Likewise.
    clear : ndarray of bool, shape [T, S]
        Whether nothing hides the satellite and its antenna's half of the sky holds the receiver.

    Raises
    ------
    InputError
        The receiver stands on the Earth's surface, or is on its way to another planet.
    """
    times = np.atleast_1d(np.asarray(times_s, dtype=np.float64))
    position, velocity = trajectories.state(node, times, "Earth")
    if np.linalg.norm(position, axis=-1).min() < EARTH_KM + earth_altitude_km:
        raise InputError(
            f"{node} is lower than {earth_altitude_km:g} km above the Earth; only receivers above it can be "
            f"computed"
        )
    farthest = float(np.linalg.norm(position, axis=-1).max())
    if farthest > FARTHEST_KM:
        raise InputError(
            f"{node} is up to {farthest:.3g} km from the Earth; navigation satellites are computed to "
            f"{FARTHEST_KM:.0e} km, far beyond where any is heard"
        )
    moon = trajectories.position("Moon", times, "Earth")
    limb = np.sqrt(np.maximum(((position - moon) ** 2).sum(axis=-1) - MOON_KM**2, 0.0))
    moon = trajectories.position(
        "Moon", times - limb / SPEED_OF_LIGHT_KM_S, "Earth"
    )  # when light passes its limb
    places, velocities = transmitters.states(times)
    own = [k for k, name in enumerate(transmitters.names) if name == node]
    places[:, own] += 1.0  # a satellite has no line to itself: a finite one that does not count stands for it
    lines = lines_of_sight(places, velocities, position, velocity)
    clear = ~hidden(lines, position, np.zeros_like(position), EARTH_KM + earth_altitude_km)
    clear &= ~hidden(lines, position, moon, MOON_KM)
    clear &= lines.off_boresight_rad < np.pi / 2.0
    if surface is not None:
        clear &= surface.shows(lines, times, position - trajectories.position(surface.body, times, "Earth"))
    clear[:, own] = False
    return lines, hear(receiver, transmitters, lines, clear, held), clear


def measurements(
    trajectories: Trajectories,
    node: str,
    receiver: Receiver,
    transmitters: Transmitters,
    times_s: ArrayLike,
    *,
    earth_altitude_km: float = EARTH_ALTITUDE_KM,
    surface: Surface | None = None,
) -> GnssMeasurements:
    """Return the measurements that a receiver on a node gets at given times.

    Parameters
    ----------
    trajectories, node, receiver, transmitters, times_s, earth_altitude_km, surface
        As for `observe`.

    Returns
    -------
    GnssMeasurements
        Usable ones alone, with their noise and the lines of sight.

    Raises
    ------
    InputError
        The receiver stands on the Earth's surface.
    """
    times = np.atleast_1d(np.asarray(times_s, dtype=np.float64))
    lines, heard, _ = observe(
        trajectories,
        node,
        receiver,
        transmitters,
        times,
        earth_altitude_km=earth_altitude_km,
        surface=surface,
    )
    row, column = np.nonzero(heard.usable)
    return GnssMeasurements(
        row,
        times[row],
        column,
        transmitters.names,
        transmitters.system_index,
        transmitters.systems,
        lines.range_km[row, column],
        lines.range_rate_km_s[row, column],
        lines.direction[row, column],
        heard.range_sigma_m[row, column],
        heard.range_rate_sigma_m_s[row, column],
        sise_m(transmitters)[column],
        heard.c_n0_db_hz[row, column],
    )
