"""Signal-in-space error: how far broadcast orbits and clocks of navigation satellites are from the truth.

Orbit determination makes it and navigation uses it. It is kept as covariances, not as one number a satellite,
because the same orbit error weighs differently on each line of sight, and because one-way tracking leaves
errors of orbit and clock that cancel on the line towards the station.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.chebyshev import check_span

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

COMPONENTS: Final = ("radial", "transverse", "normal", "clock")
"""Position error along the RTN axes, and clock error as a length (speed of light times seconds)."""

_STEP_S: Final = 1e-3


def rtn_axes(position_km: ArrayLike, velocity_km_s: ArrayLike) -> Floats:
    """Radial, transverse and normal axes of an orbit.

    Parameters
    ----------
    position_km : array_like [..., 3]
        Position relative to the body that is orbited [km], any axes.
    velocity_km_s : array_like [..., 3]
        Velocity in a frame that does not turn, given in the same axes [km/s].

    Returns
    -------
    ndarray [..., 3, 3]
        Rows are the unit vectors: radial along the position, normal along position x velocity, transverse
        completing them (along the motion where the orbit is circular).

    Examples
    --------
    >>> rtn_axes([7000.0, 0.0, 0.0], [0.1, 0.8, 0.0]).round().astype(int).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    """
    position = np.asarray(position_km, dtype=np.float64)
    velocity = np.asarray(velocity_km_s, dtype=np.float64)
    radial = position / np.linalg.norm(position, axis=-1, keepdims=True)
    normal = np.cross(position, velocity)
    normal = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.stack([radial, np.cross(normal, radial), normal], axis=-2)


@dataclass(frozen=True, eq=False)
class SignalInSpace:
    """Covariances of the broadcast position and clock errors of S satellites at T epochs.

    Attributes
    ----------
    satellites : tuple of str, length S
        Their names.
    times_s : ndarray [T]
        Epochs, ascending [TDB s past J2000].
    covariance_m2 : ndarray [T, S, 4, 4]
        Of radial, transverse and normal position error and of the clock error times the speed of light [m²].
    rate_covariance_m2_s2 : ndarray [T, S, 4, 4], optional
        The same of their rates: velocity error in RTN axes, clock rate times the speed of light [m²/s²].
    """

    satellites: tuple[str, ...]
    times_s: Floats
    covariance_m2: Floats
    rate_covariance_m2_s2: Floats | None = None

    def __post_init__(self) -> None:
        shape = (self.times_s.size, len(self.satellites), 4, 4)
        if self.times_s.ndim != 1 or not shape[0] or not np.all(np.diff(self.times_s) > 0.0):
            raise InputError("signal in space: wanted epochs that ascend, at least one")
        for name, value in (
            ("covariance_m2", self.covariance_m2),
            ("rate_covariance_m2_s2", self.rate_covariance_m2_s2),
        ):
            if value is None:
                continue
            if value.shape != shape:
                raise InputError(f"signal in space: {name} has shape {value.shape}; wanted {shape}")
            if not np.isfinite(value).all() or np.any(np.diagonal(value, axis1=-2, axis2=-1) < 0.0):
                raise InputError(f"signal in space: {name} holds a negative or infinite variance")

    @classmethod
    def constant(
        cls,
        satellites: Sequence[str],
        span: tuple[float, float],
        *,
        orbit_m: ArrayLike,
        clock_m: float,
        velocity_m_s: ArrayLike | None = None,
        clock_rate_m_s: float = 0.0,
    ) -> SignalInSpace:
        """Give every satellite the same errors at all times, without correlation.

        Parameters
        ----------
        satellites : sequence of str
            Names.
        span : (float, float)
            Time that it holds for [TDB s past J2000].
        orbit_m : array_like [3] or scalar
            Position error, 1 sigma, radial, transverse and normal, or one for each axis [m].
        clock_m : float
            Clock error, 1 sigma, as a length [m].
        velocity_m_s : array_like [3] or scalar, optional
            Velocity error, likewise [m/s].
        clock_rate_m_s : float
            Error of the clock's rate, 1 sigma, times the speed of light [m/s].

        Returns
        -------
        SignalInSpace

        Examples
        --------
        >>> known = SignalInSpace.constant(["a"], (0.0, 60.0), orbit_m=[1.0, 3.0, 2.0], clock_m=0.5)
        >>> known.at(30.0).diagonal(axis1=-2, axis2=-1).tolist()
        [[1.0, 9.0, 4.0, 0.25]]
        """

        def whole(position: ArrayLike, clock: float) -> Floats:
            sigma = np.append(np.broadcast_to(np.asarray(position, dtype=np.float64), (3,)), clock)
            return np.broadcast_to(np.diag(sigma**2), (2, len(satellites), 4, 4)).copy()

        rates = None if velocity_m_s is None else whole(velocity_m_s, clock_rate_m_s)
        times = np.array(span, dtype=np.float64)
        return cls(tuple(satellites), times, whole(orbit_m, clock_m), rates)

    def of_epochs(self, wanted: NDArray[np.bool_]) -> SignalInSpace:
        """Return some of the epochs.

        Parameters
        ----------
        wanted : ndarray of bool [T]
            Which; at least one.

        Returns
        -------
        SignalInSpace
        """
        rates = None if self.rate_covariance_m2_s2 is None else self.rate_covariance_m2_s2[wanted]
        return SignalInSpace(self.satellites, self.times_s[wanted], self.covariance_m2[wanted], rates)

    def extended(self, span: tuple[float, float]) -> SignalInSpace:
        """Hold for a longer time: where nothing was found, the mean covariance of all epochs holds.

        Parameters
        ----------
        span : (float, float)
            Time to be covered [TDB s past J2000].

        Returns
        -------
        SignalInSpace
            The same inside its own span.

        Examples
        --------
        >>> known = SignalInSpace.constant(["a"], (0.0, 60.0), orbit_m=2.0, clock_m=1.0)
        >>> float(known.extended((-10.0, 600.0)).at(500.0)[0, 0, 0])
        4.0
        """
        # A step, not a slope, from what was found to what stands for the rest.
        before = [span[0], self.times_s[0] - _STEP_S] if span[0] < self.times_s[0] - 2.0 * _STEP_S else []
        after = [self.times_s[-1] + _STEP_S, span[1]] if span[1] > self.times_s[-1] + 2.0 * _STEP_S else []

        def held(table: Floats) -> Floats:
            mean = table.mean(axis=0)[None]
            return np.concatenate([mean.repeat(len(before), 0), table, mean.repeat(len(after), 0)])

        rates = None if self.rate_covariance_m2_s2 is None else held(self.rate_covariance_m2_s2)
        times = np.concatenate([before, self.times_s, after])
        return SignalInSpace(self.satellites, times, held(self.covariance_m2), rates)

    @property
    def span(self) -> tuple[float, float]:
        """Time that is covered [TDB s past J2000]."""
        return float(self.times_s[0]), float(self.times_s[-1])

    def at(self, times_s: ArrayLike) -> Floats:
        """Covariances at any time of the span, linear in between (so they stay positive semi-definite).

        Parameters
        ----------
        times_s : array_like [...]
            Epochs [TDB s past J2000].

        Returns
        -------
        ndarray [..., S, 4, 4]
            [m²].

        Raises
        ------
        EphemerisRangeError
            Outside the span.
        """
        return self._between(self.covariance_m2, times_s)

    def rates_at(self, times_s: ArrayLike) -> Floats:
        """Covariances of the rates, as :meth:`at` gives those of position and clock.

        Parameters
        ----------
        times_s : array_like [...]
            Epochs [TDB s past J2000].

        Returns
        -------
        ndarray [..., S, 4, 4]
            [m²/s²].

        Raises
        ------
        InputError
            Where no rates are known.
        EphemerisRangeError
            Outside the span.
        """
        if self.rate_covariance_m2_s2 is None:
            raise InputError("signal in space: the errors of velocity and clock rate are not known")
        return self._between(self.rate_covariance_m2_s2, times_s)

    def _between(self, table: Floats, times_s: ArrayLike) -> Floats:
        times = np.asarray(times_s, dtype=np.float64)
        check_span("signal in space", self.span, times)
        if self.times_s.size == 1:
            return np.broadcast_to(table[0], (*times.shape, *table.shape[1:]))
        first = np.clip(np.searchsorted(self.times_s, times, side="right") - 1, 0, self.times_s.size - 2)
        share = (times - self.times_s[first]) / (self.times_s[first + 1] - self.times_s[first])
        share = share[..., None, None, None]
        result: Floats = (1.0 - share) * table[first] + share * table[first + 1]
        return result

    def to_dataset(self) -> xr.Dataset:
        """Return the covariances as an xarray Dataset with units."""
        import xarray as xr

        dims = ("time", "satellite", "component", "component_of")
        data = {"covariance": xr.Variable(dims, self.covariance_m2, {"units": "m2"})}
        if self.rate_covariance_m2_s2 is not None:
            data["rate_covariance"] = xr.Variable(dims, self.rate_covariance_m2_s2, {"units": "m2 s-2"})
        return xr.Dataset(
            data,
            {
                "time": ("time", self.times_s, {"units": "s", "long_name": "TDB past J2000"}),
                "satellite": list(self.satellites),
                "component": list(COMPONENTS),
                "component_of": list(COMPONENTS),
            },
        )

    @classmethod
    def from_dataset(cls, data: xr.Dataset) -> SignalInSpace:
        """Read what :meth:`to_dataset` made."""
        rates = data["rate_covariance"].to_numpy() if "rate_covariance" in data else None
        names = tuple(map(str, data["satellite"].to_numpy()))
        return cls(names, data["time"].to_numpy(), data["covariance"].to_numpy(), rates)

    def save(self, path: Path) -> None:
        """Write to a NetCDF file."""
        self.to_dataset().to_netcdf(path, engine="h5netcdf")

    @classmethod
    def load(cls, path: Path) -> SignalInSpace:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        return cls.from_dataset(xr.load_dataset(path, engine="h5netcdf", decode_times=False))


def range_variance_m2(covariance_m2: ArrayLike, line_of_sight: ArrayLike) -> Floats:
    """Variance of a user's range error that broadcast errors cause on a line of sight.

    A broadcast orbit off by ``d`` and a clock off by ``b`` change the modelled pseudorange by ``e·d - b``, with
    ``e`` the unit vector from the user to the satellite.

    Parameters
    ----------
    covariance_m2 : array_like [..., 4, 4]
        Of position error and clock error [m²].
    line_of_sight : array_like [..., 3]
        Unit vectors from user to satellite, in the axes of the position error.

    Returns
    -------
    ndarray [...]
        Variance [m²].

    Examples
    --------
    >>> float(range_variance_m2(np.diag([4.0, 0.0, 0.0, 1.0]), [1.0, 0.0, 0.0]))
    5.0
    """
    line = np.asarray(line_of_sight, dtype=np.float64)
    row = np.concatenate([line, np.full((*line.shape[:-1], 1), -1.0)], axis=-1)
    result: Floats = np.einsum("...i,...ij,...j->...", row, np.asarray(covariance_m2, dtype=np.float64), row)
    return result
