"""What lies between the two ends of a link: distance, and what each end sees around the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.links.domain import FloatArray, positive

End = Literal["sending", "receiving"]

UNKNOWN: Final = np.array(np.nan)
"""What an end does not see, or nobody asked for."""


def _unknown() -> FloatArray:
    return UNKNOWN


@dataclass(frozen=True, eq=False)
class Disc:
    """A body, seen from an end.

    Attributes
    ----------
    angle_rad : ndarray
        Between the body's centre and the other end [rad].
    radius_rad : ndarray
        Its angular radius [rad].
    phase_rad : ndarray
        Angle between the Sun and the observer, seen from the body [rad]: 0 is full, pi is new.
    """

    angle_rad: FloatArray
    radius_rad: FloatArray
    phase_rad: FloatArray


@dataclass(frozen=True, eq=False)
class View:
    """What an end sees towards the other end; NaN is not known.

    Attributes
    ----------
    elevation_rad : ndarray
        Elevation of the other end [rad]; NaN at an end that is no site.
    sun_angle_rad : ndarray
        Angle between the Sun's centre and the other end [rad].
    sun_range_km : ndarray
        Distance of the Sun [km].
    discs : mapping of str to Disc
        Bodies other than the Sun that may stand in the beam, by name.
    """

    elevation_rad: FloatArray = field(default_factory=_unknown)
    sun_angle_rad: FloatArray = field(default_factory=_unknown)
    sun_range_km: FloatArray = field(default_factory=_unknown)
    discs: Mapping[str, Disc] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Path:
    """The way of the signal at any number of moments; all arrays broadcast.

    Attributes
    ----------
    range_km : ndarray
        Distance [km].
    range_rate_km_s : ndarray
        Its change [km/s], positive when the ends part.
    sender, receiver : View
        What the sending and the receiving end see; Sun and bodies are known to the receiving end alone.
    time_s : ndarray
        Time of transmission [TDB s past J2000].
    range_acceleration_km_s2 : ndarray
        Change of the range rate [km/s^2]; known to links with an effect that looks at motion.
    across_km_s : ndarray
        Relative speed of the ends across the line of sight [km/s].
    """

    range_km: FloatArray
    range_rate_km_s: FloatArray = field(default_factory=_unknown)
    sender: View = field(default_factory=View)
    receiver: View = field(default_factory=View)
    time_s: FloatArray = field(default_factory=_unknown)
    range_acceleration_km_s2: FloatArray = field(default_factory=_unknown)
    across_km_s: FloatArray = field(default_factory=_unknown)

    @classmethod
    def straight(
        cls,
        range_km: ArrayLike,
        elevation_from_rad: ArrayLike | None = None,
        elevation_to_rad: ArrayLike | None = None,
    ) -> Path:
        """Make a path of which no more than distance and elevations is known.

        Parameters
        ----------
        range_km : array_like
            Distance [km].
        elevation_from_rad, elevation_to_rad : array_like or None
            Elevation of the other end, seen from either end [rad]; None at an end that is no site.

        Returns
        -------
        Path
            Without Sun and bodies.

        Raises
        ------
        InputError
            A distance is not above zero.
        """

        def view(elevation: ArrayLike | None) -> View:
            return View(UNKNOWN if elevation is None else np.asarray(elevation, dtype=np.float64))

        distance = positive(range_km, "the distance", "km")
        return cls(distance, sender=view(elevation_from_rad), receiver=view(elevation_to_rad))

    def view(self, end: End) -> View:
        """Return what one of the ends sees."""
        return self.sender if end == "sending" else self.receiver

    @property
    def sun_closest_km(self) -> FloatArray:
        """Closest approach of the ray to the Sun's centre [km].

        Infinite where the Sun stands behind either end, so that the ray only moves away from it; NaN where the
        Sun is not known.
        """
        angle, distance = self.receiver.sun_angle_rad, self.receiver.sun_range_km
        between = (np.cos(angle) > 0.0) & (distance * np.cos(angle) < self.range_km)
        closest = np.where(between, distance * np.sin(angle), np.inf)
        return np.where(np.isnan(angle) | np.isnan(distance), np.nan, closest)

    def take(self, which: NDArray[Any]) -> Path:
        """Return some of the moments; arrays of one element for all stay as they are."""

        def some(array: FloatArray) -> FloatArray:
            return array[which] if array.ndim else array

        def view(seen: View) -> View:
            discs = {
                name: Disc(some(disc.angle_rad), some(disc.radius_rad), some(disc.phase_rad))
                for name, disc in seen.discs.items()
            }
            return View(some(seen.elevation_rad), some(seen.sun_angle_rad), some(seen.sun_range_km), discs)

        return replace(
            self,
            range_km=some(self.range_km),
            range_rate_km_s=some(self.range_rate_km_s),
            range_acceleration_km_s2=some(self.range_acceleration_km_s2),
            sender=view(self.sender),
            receiver=view(self.receiver),
            time_s=some(self.time_s),
            across_km_s=some(self.across_km_s),
        )
