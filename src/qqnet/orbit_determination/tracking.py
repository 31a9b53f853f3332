"""Tracking of satellites from places: ground stations on Earth, beacons on the body that they are about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import segment_clearance_km
from qqnet.orbit_determination.observations import SENT, TWO_WAY, Observations
from qqnet.orbit_determination.parameters import STATION_PARTS, Parameters
from qqnet.orbit_determination.schedule import compressed_sigma, due, in_turn, on_duty
from qqnet.orbit_determination.stations import (
    Axes,
    Site,
    angular_velocity,
    station_columns,
    station_line,
)
from qqnet.orbits.trajectory import Trajectories
from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scene:
    """What sources of observations look at.

    Attributes
    ----------
    center : str
        Body that the satellites are about.
    names : tuple of str
        The satellites.
    trajectories : Trajectories
        Of everything.
    ephemeris : Ephemeris
        Of the bodies.
    parameters : Parameters
        What is not estimated.
    start_s, step_s : float
        First epoch [TDB s past J2000] and step of the filter [s].
    occulting_km : tuple of (str, float)
        Bodies that block light, and their radii [km].
    """

    center: str
    names: tuple[str, ...]
    trajectories: Trajectories
    ephemeris: Ephemeris
    parameters: Parameters
    start_s: float
    step_s: float
    occulting_km: tuple[tuple[str, float], ...]

    def far(self, name: str, times_s: Floats, satellites: Floats) -> tuple[Floats, Floats, Floats]:
        """Return where a node is when light comes from it and goes to it.

        Parameters
        ----------
        name : str
            The node.
        times_s : ndarray [T]
            Times of the satellites [TDB s past J2000].
        satellites : ndarray [T, S, 3]
            Their positions about the centre [km].

        Returns
        -------
        far : ndarray [T, S, 2, 6]
        light_s : ndarray [T, S, 2]
        frame_velocity : ndarray [T, 3]
            As in `Observations`.
        """
        near = self.trajectories[name].center == self.center
        origin = self.center if near else "SSB"
        begin, velocity = self.trajectories.state(self.center, times_s, origin)
        if near:
            begin, velocity = np.zeros((2, len(times_s), 3))
        times = np.broadcast_to(times_s[:, None], satellites.shape[:2])
        far, light = np.empty((*satellites.shape[:2], 2, 6)), np.empty((*satellites.shape[:2], 2))
        for k, sense in enumerate((-1.0, 1.0)):
            tau = np.zeros(satellites.shape[:2])
            for _ in range(3):
                place = self.trajectories.position(name, times + sense * tau, origin) - begin[:, None]
                tau = np.linalg.norm(place - satellites, axis=-1) / SPEED_OF_LIGHT_KM_S
            place, moving = self.trajectories.state(name, times + sense * tau, origin)
            far[:, :, k] = np.concatenate([place - begin[:, None], moving], axis=-1)
            light[:, :, k] = tau
        return far, light, velocity

    def clear(self, times_s: Floats, first: Floats, second: Floats, spare: str = "") -> NDArray[np.bool_]:
        """Return whether lines of sight pass all bodies.

        Parameters
        ----------
        times_s : ndarray [T]
            [TDB s past J2000].
        first, second : ndarray [T, ..., 3]
            Ends, about the centre [km].
        spare : str
            A body that is left out: a mask of elevation stands for it.

        Returns
        -------
        ndarray of bool [T, ...]
        """
        seen = np.ones(np.broadcast_shapes(first.shape, second.shape)[:-1], dtype=bool)
        for name, radius in self.occulting_km:
            if name == spare:
                continue
            place = self.trajectories.position(name, times_s, self.center)
            place = place.reshape(len(times_s), *(1,) * (seen.ndim - 1), 3)
            seen &= segment_clearance_km(first, second, place, radius) > 0.0
        return seen


@dataclass(frozen=True, eq=False)
class SiteTracking:
    """Ranges, range rates and pseudoranges between places and satellites.

    Attributes
    ----------
    label : str
        For reports.
    sites : tuple of Site
        The places.
    range_km, rate_km_s, one_way_km, one_way_rate_km_s : float or None
        Noise of one two-way range, two-way range rate, one-way range, one-way range rate, 1 sigma; None where
        there is none.
    one_way : int
        `SENT` where the satellite sends the one-way signal, `RECEIVED` where the place does.
    interval_s : float
        Time between observations [s].
    daily_s, offset_s : float
        Work of each place each day, and its begin after the start of the analysis [s].
    beams : int
        Satellites that a place tracks at a time.
    dwell_s : float
        Time before it turns to the next ones [s].
    """

    label: str
    sites: tuple[Site, ...]
    range_km: float | None = None
    rate_km_s: float | None = None
    one_way_km: float | None = None
    one_way_rate_km_s: float | None = None
    one_way: int = SENT
    interval_s: float = 60.0
    daily_s: float = 86_400.0
    offset_s: float = 0.0
    beams: int = 1
    dwell_s: float = 1800.0

    def observations(self, scene: Scene, source: int, times_s: Floats, states: Floats) -> Observations:
        """Return what is observed at epochs.

        Parameters
        ----------
        scene : Scene
            Satellites and bodies.
        source : int
            Number of this source.
        times_s : ndarray [T]
            Epochs [TDB s past J2000].
        states : ndarray [T, S, 6]
            Reference states of the satellites [km, km/s].

        Returns
        -------
        Observations
            `epoch` counts from the first of the times.
        """
        parts = []
        for n, site in enumerate(self.sites):
            made = self._of_site(scene, source, times_s, states, n, site)
            parts.append(made)
        return Observations.join(parts, len(scene.parameters))

    def _of_site(
        self, scene: Scene, source: int, times_s: Floats, states: Floats, n: int, site: Site
    ) -> Observations:
        far, light, velocity = scene.far(site.name, times_s, states[..., :3])
        seen, sine, up, turned = self._seen(scene, times_s, states, far, site)
        slots = np.floor((times_s - scene.start_s) / self.dwell_s + 1e-9).astype(np.int64)
        offset = n * len(scene.names) // max(len(self.sites), 1)
        epoch, first = np.nonzero(in_turn(seen, slots, self.beams, offset))
        axes = Axes(turned[epoch], up[epoch], angular_velocity(site.body, times_s, scene.ephemeris)[epoch])
        at = far[epoch, first, 1].copy()
        at[:, 3:] -= velocity[epoch]
        line = station_line(states[epoch, first], at, sine[epoch, first], axes)
        count, parts = len(epoch), []
        for sigma, way, rate in (
            (self.range_km, TWO_WAY, False), (self.rate_km_s, TWO_WAY, True),
            (self.one_way_km, self.one_way, False), (self.one_way_rate_km_s, self.one_way, True),
        ):  # fmt: skip
            if sigma is None:
                continue
            consider = np.zeros((count, len(scene.parameters)))
            for part, column in zip(STATION_PARTS, station_columns(site, line, way, rate).T, strict=True):
                if (p := scene.parameters.at(f"{site.name} {part}")) is not None:
                    consider[:, p] = column
            noise = compressed_sigma(sigma, self.interval_s, scene.step_s)
            parts.append(
                Observations(
                    epoch, np.full(count, source), first, np.full(count, -1), np.full(count, way),
                    np.full(count, rate), np.full(count, noise), far[epoch, first], light[epoch, first],
                    velocity[epoch], consider,
                )
            )  # fmt: skip
        return Observations.join(parts, len(scene.parameters))

    def _seen(
        self, scene: Scene, times_s: Floats, states: Floats, far: Floats, site: Site
    ) -> tuple[NDArray[np.bool_], Floats, Floats, Floats]:
        """Return what could be tracked and the sine of its elevation [T, S], zenith [T, 3], axes [T, 3, 3]."""
        frame = body(site.body).fixed_frame
        assert frame is not None
        turned = rotation(frame, times_s, scene.ephemeris)
        up = np.einsum("tji,j->ti", turned, site.up)
        sight = states[..., :3] - far[:, :, 1, :3]
        sine = np.einsum("tsi,ti->ts", sight, up) / np.linalg.norm(sight, axis=-1)
        lowest = site.lowest(np.einsum("tij,tsj->tsi", turned, sight))
        seen = sine > np.sin(lowest)
        seen &= on_duty(times_s, scene.start_s, self.offset_s, self.daily_s)[:, None]
        seen &= due(times_s, scene.start_s, self.interval_s, scene.step_s)[:, None]
        seen &= scene.clear(times_s, states[..., :3], far[:, :, 1, :3], spare=site.body)
        return seen, sine, up, turned
