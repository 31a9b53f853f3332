"""Planets, Moon and Sun in the beam of a receiver: what they add to its noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from qqnet.links.antenna_of import antenna_of
from qqnet.links.antennas import Antenna
from qqnet.links.beam_share import ShareTable, share_table
from qqnet.links.brightness import BACKGROUND_K, BRIGHTNESS, Activity, brightness_k
from qqnet.links.domain import FloatArray
from qqnet.links.effects import Looks
from qqnet.links.path import Disc, Path, View
from qqnet.links.place import Ends
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.bodies import body

NEGLIGIBLE_K: Final = 0.02
"""A body that can not add more, with the whole of its disc at the peak of the pattern, is left out [K]."""


@dataclass(frozen=True)
class BodiesInBeam:
    """Noise of bodies that the receiving antenna sees; a `NoiseSource`.

    Attributes
    ----------
    antenna : Antenna
        Of the receiver, whose axis points to the sender.
    frequency_hz : float
        Frequency [Hz].
    bodies : tuple of str
        Which bodies count.
    activity : {"quiet", "active"}
        Of the Sun.
    """

    antenna: Antenna
    frequency_hz: float
    bodies: tuple[str, ...]
    activity: Activity = "quiet"

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return "Bodies in the beam"

    @property
    def looks_at(self) -> Looks:
        """What the source depends on."""
        return "sky"

    @cached_property
    def _table(self) -> ShareTable:
        return share_table(self.antenna.shape, self.frequency_hz)

    @cached_property
    def _peak(self) -> float:
        return float(10.0 ** (self.antenna.gain_at_dbi(self.frequency_hz) / 10.0))

    @cached_property
    def temperatures_k(self) -> Mapping[str, float]:
        """Brightness temperature of each body [K]; InputError outside of the tables."""
        return {name: brightness_k(name, self.frequency_hz, self.activity) for name in self.bodies}

    def amount(self, path: Path) -> FloatArray:
        """Added system noise temperature [K]."""
        total = np.zeros(np.shape(path.range_km))
        for added in self.parts_k(path).values():
            total = total + added
        return total

    def parts_k(self, path: Path) -> dict[str, FloatArray]:
        """What each body adds at every moment of a path.

        Parameters
        ----------
        path : Path
            Whose receiver sees discs and the Sun; where these are not known nothing is added.

        Returns
        -------
        dict of str to ndarray
            Kelvin by body: its brightness over that of the sky, times the share of the beam that its disc fills. A
            disc that lies within a larger one about the axis is hidden or lost in it and adds nothing; one that
            leaves it counts gradually.
        """
        seen = _discs(path.receiver)
        discs = {name: disc for name, disc in seen.items() if name in self.temperatures_k}
        covering = [disc for disc in seen.values() if (disc.radius_rad > disc.angle_rad).any()]
        parts = {}
        for name, disc in discs.items():
            warmer = self.temperatures_k[name] - BACKGROUND_K
            angle, radius = np.broadcast_arrays(disc.angle_rad, disc.radius_rad)
            matters = warmer * self._peak * np.sin(0.5 * radius) ** 2 > NEGLIGIBLE_K  # false for NaN
            if not matters.any():
                continue
            added = np.zeros(angle.shape)
            added[matters] = warmer * self._table(angle[matters], radius[matters])
            for other in covering:
                if other is not disc:
                    added = added * _uncovered(disc, other)
            parts[name] = added
        return parts

    def source(self, path: Path) -> str:
        """Formula and values, for a path of one moment."""
        parts = {name: float(np.max(added)) for name, added in self.parts_k(path).items()}
        words = [
            f"{name} {value:.3g} K of {self.temperatures_k[name]:.0f} K"
            for name, value in sorted(parts.items(), key=lambda item: -item[1])
            if value >= 0.005
        ]
        unseen = " (what the receiver sees is not known)" if not _discs(path.receiver) else ""
        return "brightness x share of the beam: " + (", ".join(words) or "none") + unseen


def _uncovered(disc: Disc, other: Disc) -> FloatArray:
    """Share of a disc that may be outside of another [1]: what of it is farther from the axis than that one's rim.

    The angle between the two is not known. From the axis, the other covers all directions up to its radius less
    the angle of its centre. Only a larger disc covers; sizes within a fifth of each other count in between, so
    that nothing jumps over time.
    """
    beyond = disc.angle_rad + disc.radius_rad + other.angle_rad - other.radius_rad
    outside = np.clip(beyond / (2.0 * disc.radius_rad), 0.0, 1.0)
    larger = np.clip(5.0 * (other.radius_rad / disc.radius_rad - 1.0), 0.0, 1.0)
    return np.nan_to_num(1.0 - larger * (1.0 - outside), nan=1.0)


def _discs(view: View) -> dict[str, Disc]:
    """Return all bodies that an end sees, the Sun among them."""
    discs = dict(view.discs)
    if not np.isnan(view.sun_angle_rad).all():
        radius = np.arcsin(body("Sun").mean_radius_km / view.sun_range_km)
        discs["Sun"] = Disc(view.sun_angle_rad, radius, np.zeros(()))
    return discs


def bodies_in_beam(ends: Ends) -> Iterator[BodiesInBeam]:
    """Give the noise of bodies for a radio link: all of the tables but those that the receiver's figures include.

    The body on which the receiver stands is not among them: a site's noise temperature holds what its antenna
    picks up from the ground.
    """
    if not (isinstance(ends.transmit, RfTerminal) and isinstance(ends.receive, RfTerminal)):
        return
    receiver = ends.receive.receive
    if receiver is None:
        return
    ground = () if ends.receiver is None else (ends.receiver.body,)
    counted = tuple(name for name in BRIGHTNESS if name not in (*receiver.noise_includes, *ground))
    if not counted:
        return
    made = BodiesInBeam(antenna_of(ends.receive.antenna), ends.frequency_hz, counted, receiver.solar_activity)
    _ = made.temperatures_k  # raises here, and not in the middle of a run, outside of the tables
    yield made
