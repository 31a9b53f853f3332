"""How errors of a station enter its observations: its place, its clock, and the air above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.horizon import HorizonProfile
from qqnet.orbit_determination.legs import body_held_range
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.geodesy import local_east_north_up

Floats = NDArray[np.float64]

SHELL_KM: Final = 350.0
"""Height of the thin layer that stands for the ionosphere [km]."""


@dataclass(frozen=True, eq=False)
class Site:
    """A place that ranges with satellites.

    Attributes
    ----------
    name : str
        Of the node.
    body : str
        What it stands on.
    fixed_km : ndarray [3]
        Where, in axes that turn with the body [km].
    up : ndarray [3]
        Its zenith, likewise.
    mask_rad : float
        Lowest elevation [rad].
    horizon : HorizonProfile, optional
        Terrain; the greater of it and the mask holds.
    """

    name: str
    body: str
    fixed_km: Floats
    up: Floats
    mask_rad: float
    horizon: HorizonProfile | None = None

    def lowest(self, lines: Floats) -> Floats:
        """Return the lowest elevation at which something is seen.

        Parameters
        ----------
        lines : ndarray [..., 3]
            Directions from here, of any length, in axes that turn with the body.

        Returns
        -------
        ndarray [...]
            [rad].
        """
        if self.horizon is None:
            return np.full(lines.shape[:-1], self.mask_rad)
        longitude, latitude = np.arctan2(self.up[1], self.up[0]), np.arcsin(np.clip(self.up[2], -1.0, 1.0))
        east, north, _ = local_east_north_up(latitude, longitude)
        return np.maximum(self.mask_rad, self.horizon.at(np.arctan2(lines @ east, lines @ north)))


@dataclass(frozen=True, eq=False)
class Axes:
    """A body's axes at the time of each of M observations.

    Attributes
    ----------
    turned : ndarray [M, 3, 3]
        Rotation from ICRF to them.
    up : ndarray [M, 3]
        The station's zenith, ICRF axes.
    rate : ndarray [M, 3]
        Angular velocity [rad/s], ICRF axes.
    """

    turned: Floats
    up: Floats
    rate: Floats


@dataclass(frozen=True, eq=False)
class StationLine:
    """Lines between a station and satellites.

    Attributes
    ----------
    by_place, rate_by_place : ndarray [M, 3]
        Derivatives of range and range rate by the station's place in its body's axes.
    sine, sine_rate : ndarray [M]
        Of the elevation, and its rate [1/s].
    """

    by_place: Floats
    rate_by_place: Floats
    sine: Floats
    sine_rate: Floats


def station_line(states: Floats, station: Floats, sine: Floats, axes: Axes) -> StationLine:
    """Return lines between a station and satellites.

    Parameters
    ----------
    states, station : ndarray [M, 6]
        Of the satellites and of the station about the same body [km, km/s], ICRF axes.
    sine : ndarray [M]
        Of the elevation.
    axes : Axes
        Of the station's body.

    Returns
    -------
    StationLine
    """
    sight, moving = station[:, :3] - states[:, :3], station[:, 3:] - states[:, 3:]
    distance = np.linalg.norm(sight, axis=-1, keepdims=True)
    direction = sight / distance
    turning = (moving - np.sum(moving * direction, axis=-1, keepdims=True) * direction) / distance
    by_place, rate_by_place = body_held_range(direction, turning, axes.rate, axes.turned)
    sine_rate = -np.sum(turning * axes.up, axis=-1)
    sine_rate -= np.sum(direction * np.cross(axes.rate, axes.up), axis=-1)
    return StationLine(by_place, rate_by_place, sine, sine_rate)


def station_columns(site: Site, line: StationLine, way: int, rate: bool) -> Floats:
    """Return derivatives of observations by a station's errors.

    Parameters
    ----------
    site : Site
        The station.
    line : StationLine
        Where the satellites stand.
    way : int
        As in `Observations`.
    rate : bool
        Whether these are range rates.

    Returns
    -------
    ndarray [M, 7]
        In the order of `STATION_PARTS`: zenith delays over the sine of the elevation, and through a thin layer.
    """
    sine, sine_rate = line.sine, line.sine_rate
    ones = np.ones(len(sine))
    wet, ion = np.zeros((2, len(sine)))
    if site.body == "Earth":
        shell = (body("Earth").mean_radius_km / (body("Earth").mean_radius_km + SHELL_KM)) ** 2
        inside = 1.0 - shell * (1.0 - sine**2)
        wet, ion = (
            (-sine_rate / sine**2, -shell * sine * sine_rate * inside**-1.5)
            if rate
            else (1.0 / sine, inside**-0.5)
        )
    return np.column_stack(
        [
            line.rate_by_place if rate else line.by_place,
            0.0 * ones if rate else ones,
            wet,
            ion,
            0.0 * ones if rate else way * ones,
        ]
    )


def angular_velocity(name: str, times_s: Floats, ephemeris: Ephemeris) -> Floats:
    """Return the angular velocity of a body's axes [rad/s], ICRF axes, shape [T, 3]."""
    frame, half = body(name).fixed_frame, 10.0
    assert frame is not None
    after, before = (rotation(frame, times_s + s * half, ephemeris) for s in (1.0, -1.0))
    middle = rotation(frame, times_s, ephemeris)
    rate = np.swapaxes(after - before, -1, -2) @ middle / (2.0 * half)
    return np.stack([rate[:, 2, 1], rate[:, 0, 2], rate[:, 1, 0]], axis=-1)
