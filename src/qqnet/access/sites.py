"""Named sites that look up, each with its own mask and horizon, for the kernels of coverage and navigation.

A satellite behind the horizon of a site is given to the kernels as one without a position, which none of them
sees: so coverage and navigation of a site need no kernel of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.horizon import HorizonProfile, hide_behind
from qqnet.access.visibility import Observers, check_satellites, signed_square_of_sine
from qqnet.errors import InputError
from qqnet.orbits.sites import Place, body_fixed_position
from qqnet.space.geodesy import local_east_north_up

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SiteObserver:
    """One site that looks up.

    Parameters
    ----------
    place : Place
        Where it is.
    mask_rad : float
        Lowest usable elevation [rad].
    horizon : HorizonProfile, optional
        Terrain; the greater of it and the mask holds.

    Attributes
    ----------
    observers : Observers
        The site as the kernels take it: one point, its zenith the normal of the Earth's ellipsoid or of the
        sphere, its mask without the horizon. A drifting site stands where it was at its drift epoch.
    """

    place: Place
    mask_rad: float
    horizon: HorizonProfile | None = None
    observers: Observers = field(init=False)

    def __post_init__(self) -> None:
        if not abs(self.mask_rad) < np.pi / 2:
            raise InputError(
                f"{self.place.name}: mask {self.mask_rad:g} rad; wanted an elevation between -pi/2 and pi/2"
            )
        if self.horizon is not None and self.place.drift_rad_s != 0.0:
            raise InputError(f"{self.place.name} drifts; only a fixed place has a horizon")
        up = self.axes[2][:, None]
        mask = np.array([self.mask_rad])
        one = Observers(
            np.ascontiguousarray(body_fixed_position(self.place)[:, None]),
            np.ascontiguousarray(up),
            mask,
            signed_square_of_sine(mask),
        )
        object.__setattr__(self, "observers", one)

    @property
    def axes(self) -> Floats:
        """East, north and up, body-fixed: [3, 3]."""
        return local_east_north_up(self.place.latitude_rad, self.place.longitude_rad)

    def satellites(self, times_s: ArrayLike, satellites_km: ArrayLike) -> Floats:
        """Return the satellites as this site has them: turned against its drift, none behind its horizon.

        Parameters
        ----------
        times_s : array_like [T]
            Epochs [TDB s past J2000]; only a drifting site asks for them.
        satellites_km : array_like [T, S, 3]
            Body-fixed positions [km].

        Returns
        -------
        ndarray [T, S, 3]
            Positions for kernels that are given `observers` [km]; not-a-number below the horizon.

        Examples
        --------
        >>> base = Place("base", "Moon", 0.0, 0.0)  # on the x axis; the ridge stands in the east
        >>> ridge = HorizonProfile.build(np.radians([0.0, 90.0, 180.0]), np.radians([0.0, 40.0, 0.0]))
        >>> above = [[[9000.0, 0.0, 0.0], [4000.0, 3000.0, 0.0], [4000.0, -3000.0, 0.0]]]
        >>> seen = SiteObserver(base, 0.0, ridge).satellites([0.0], above)
        >>> np.isfinite(seen[0, :, 0]).tolist()
        [True, False, True]
        """
        satellites = check_satellites(satellites_km)
        if self.place.drift_rad_s != 0.0:
            times = np.asarray(times_s, dtype=np.float64)
            angle = self.place.drift_rad_s * (times - self.place.drift_epoch_s)[:, None]
            c, s = np.cos(angle), np.sin(angle)
            x, y, z = np.moveaxis(satellites, -1, 0)
            return np.stack([c * x + s * y, c * y - s * x, z], axis=-1)
        if self.horizon is None:
            return satellites
        seen = np.empty_like(satellites)
        east, north, up = self.axes
        rows, position = self.horizon.rows, self.observers.position_km[:, 0]
        hide_behind(rows, position, east, north, up, satellites, seen)
        return seen

    def look(self, satellites_km: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Return where satellites stand in the sky of the site.

        Parameters
        ----------
        satellites_km : array_like [..., 3]
            Body-fixed positions [km].

        Returns
        -------
        azimuth_rad, elevation_rad, range_km : ndarray [...]
            From north over east in (-pi, pi] [rad]; above the local horizontal [rad]; distance [km].
        """
        line = np.asarray(satellites_km, dtype=np.float64) - self.observers.position_km[:, 0]
        east, north, up = np.moveaxis(line @ self.axes.T, -1, 0)
        across = np.hypot(east, north)
        return np.arctan2(east, north), np.arctan2(up, across), np.hypot(across, up)
