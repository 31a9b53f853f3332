"""Power flux density: what an emission brings to a place, to the surface of a body, and into a band.

Bodies are spheres here, and waves go straight and unattenuated, as the limits of the Radio Regulations ask.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.links.domain import FloatArray, finite, not_negative, positive
from qqnet.links.rf import wavelength_m

BOLTZMANN_J_K: Final = 1.380649e-23
"""Boltzmann constant, exact (SI)."""

_ARRIVALS: Final = np.radians(np.arange(0.0, 90.5, 1.0))
"""Angles of arrival that are looked at [rad], beside the one at which the beam's axis meets the surface."""

_COARSE: Final = _ARRIVALS[::5]

_AROUND: Final = np.radians(np.linspace(-1.0, 1.0, 41))
"""And then around the worst of them; the middle is that one again."""


def flux_density_db_w_m2(eirp_dbw: ArrayLike, distance_km: ArrayLike) -> FloatArray:
    """Power flux density in free space, EIRP / (4 pi d^2).

    Parameters
    ----------
    eirp_dbw : array_like
        Equivalent isotropically radiated power towards the place [dBW], in whatever bandwidth.
    distance_km : array_like
        Distance [km].

    Returns
    -------
    ndarray
        Power flux density [dB(W/m2)], in that bandwidth.

    Raises
    ------
    InputError
        The power is not finite, or the distance not above zero.

    Examples
    --------
    One watt into all directions, a kilometre away:

    >>> print(f"{flux_density_db_w_m2(0.0, 1.0):.3f}")
    -70.992
    """
    distance_m = positive(distance_km, "the distance", "km") * 1e3
    return finite(eirp_dbw, "the EIRP", "dBW") - 10.0 * np.log10(4.0 * math.pi * distance_m**2)


def received_power_dbw(
    flux_db_w_m2: ArrayLike, frequency_hz: ArrayLike, gain_dbi: ArrayLike = 0.0
) -> FloatArray:
    """Power that an antenna takes from a power flux density, S lambda^2 G / (4 pi).

    Parameters
    ----------
    flux_db_w_m2 : array_like
        Power flux density [dB(W/m2)].
    frequency_hz : array_like
        Frequency [Hz].
    gain_dbi : array_like, optional
        Gain towards where it comes from [dBi].

    Returns
    -------
    ndarray
        Power [dBW].

    Examples
    --------
    >>> print(f"{received_power_dbw(-121.0, 2492.028e6):.2f}")
    -150.39
    """
    area = wavelength_m(frequency_hz) ** 2 / (4.0 * math.pi)
    gain = finite(gain_dbi, "the antenna gain", "dBi")
    return finite(flux_db_w_m2, "the power flux density", "dB(W/m2)") + 10.0 * np.log10(area) + gain


def share_in_reference_db(bandwidth_hz: float | None, reference_hz: float) -> float:
    """Part of an emission's power that falls into a reference bandwidth [dB], zero or less.

    The power is spread evenly over the occupied bandwidth. All of it counts where the emission is narrower, and
    where its bandwidth is not known: that is the most that can be.

    Examples
    --------
    >>> share_in_reference_db(1e6, 4e3), share_in_reference_db(1e3, 4e3), share_in_reference_db(None, 4e3)
    (-23.979400086720375, 0.0, 0.0)
    """
    if bandwidth_hz is None:
        return 0.0
    return min(0.0, 10.0 * math.log10(reference_hz / bandwidth_hz))


def share_in_band(occupied_hz: tuple[float, float], band_hz: tuple[float, float]) -> float:
    """Part of an emission's power that falls into a band [1], with the power spread evenly.

    Examples
    --------
    >>> share_in_band((100.0, 200.0), (150.0, 400.0)), share_in_band((100.0, 200.0), (300.0, 400.0))
    (0.5, 0.0)
    """
    low, high = occupied_hz
    overlap = min(high, band_hz[1]) - max(low, band_hz[0])
    if high <= low:
        return float(overlap >= 0.0)
    return max(0.0, overlap) / (high - low)


def off_nadir_rad(arrival_rad: ArrayLike, distance_km: ArrayLike, radius_km: float) -> FloatArray:
    """Angle at a spacecraft between the centre of a body and a point where its signal arrives.

    Parameters
    ----------
    arrival_rad : array_like
        Angle of arrival above the horizon of the point [rad].
    distance_km : array_like
        Of the spacecraft from the centre [km].
    radius_km : float
        Of the body [km].

    Returns
    -------
    ndarray
        Angle [rad], from the law of sines: sin(nadir) = R cos(arrival) / d.
    """
    return np.asarray(np.arcsin(np.minimum(radius_km * np.cos(arrival_rad) / np.asarray(distance_km), 1.0)))


def slant_range_km(arrival_rad: ArrayLike, distance_km: ArrayLike, radius_km: float) -> FloatArray:
    """Distance of a spacecraft from a point of the surface where its signal arrives at an angle.

    Parameters
    ----------
    arrival_rad, distance_km, radius_km
        As for `off_nadir_rad`.

    Returns
    -------
    ndarray
        Distance [km]: sqrt(d^2 - R^2 cos^2(arrival)) - R sin(arrival).

    Examples
    --------
    >>> print(f"{slant_range_km(np.pi / 2, 8000.0, 1737.4):.1f}")
    6262.6
    """
    arrival, distance = np.asarray(arrival_rad), np.asarray(distance_km)
    return np.asarray(np.sqrt(distance**2 - (radius_km * np.cos(arrival)) ** 2) - radius_km * np.sin(arrival))


@dataclass(frozen=True, eq=False)
class SurfaceFlux:
    """Where on a surface an emission comes closest to a limit, at any number of moments.

    Attributes
    ----------
    flux_db : ndarray, shape [N]
        Power flux density there [dB(W/m2)], in the bandwidth of the power that was given.
    margin_db : ndarray, shape [N]
        Limit less flux [dB].
    arrival_rad : ndarray, shape [N]
        Angle of arrival there [rad].
    """

    flux_db: FloatArray
    margin_db: FloatArray
    arrival_rad: FloatArray


def worst_on_surface(
    power_dbw: float,
    gain_dbi: Callable[[FloatArray], FloatArray],
    distance_km: ArrayLike,
    axis_rad: ArrayLike,
    radius_km: float,
    limit_db: Callable[[FloatArray], FloatArray],
    *,
    fine: bool = True,
) -> SurfaceFlux:
    """Find on the visible surface of a sphere the point where an emission comes closest to its limit.

    Points with one angle of arrival form a circle about the point below the spacecraft. Of them, the one on the
    side of the beam is closest to its axis, at the difference of the two angles from the centre of the body; all
    others get less. So one search over the angle of arrival covers the whole surface; its steps, 0.05 deg at last,
    leave less than 0.01 dB.

    Parameters
    ----------
    power_dbw : float
        Power into the antenna [dBW], in the limit's reference bandwidth.
    gain_dbi : callable
        Gain [dBi] at angles off the axis [rad]; falls, or stays, as the angle grows.
    distance_km : array_like, shape [N]
        Of the spacecraft from the body's centre [km], above its radius.
    axis_rad : array_like, shape [N]
        Angle at the spacecraft between the antenna's axis and the body's centre [rad].
    radius_km : float
        Of the body [km].
    limit_db : callable
        Limit [dB(W/m2)] at angles of arrival [rad].
    fine : bool, optional
        False: look at steps of 5 deg only, to find the moments that are worth more.

    Returns
    -------
    SurfaceFlux

    Examples
    --------
    An isotropic antenna is closest straight below, where a limit does not depend on the angle:

    >>> found = worst_on_surface(0.0, np.zeros_like, [8000.0], [0.0], 1737.4, lambda a: np.full(a.shape, -140.0))
    >>> print(f"{found.flux_db[0]:.2f} {found.margin_db[0]:.2f} {np.degrees(found.arrival_rad[0]):.0f}")
    -146.93 6.93 90
    """
    distance = np.atleast_1d(np.asarray(distance_km, dtype=np.float64))
    axis = np.broadcast_to(np.asarray(axis_rad, dtype=np.float64), distance.shape)
    met = np.arccos(np.clip(distance * np.sin(np.minimum(axis, math.pi / 2)) / radius_km, 0.0, 1.0))
    steps = _ARRIVALS if fine else _COARSE
    arrival = np.concatenate([np.broadcast_to(steps, (distance.size, steps.size)), met[:, None]], axis=1)
    first = _closest(arrival, power_dbw, gain_dbi, distance, axis, radius_km, limit_db)
    if not fine:
        return first
    near = np.clip(first.arrival_rad[:, None] + _AROUND, 0.0, math.pi / 2)
    return _closest(near, power_dbw, gain_dbi, distance, axis, radius_km, limit_db)


def _closest(
    arrival: FloatArray,
    power_dbw: float,
    gain_dbi: Callable[[FloatArray], FloatArray],
    distance_km: FloatArray,
    axis_rad: FloatArray,
    radius_km: float,
    limit_db: Callable[[FloatArray], FloatArray],
) -> SurfaceFlux:
    """Of some angles of arrival, shape [N, A], pick at every moment the one with the least margin."""
    far = distance_km[:, None]
    off_axis = np.abs(axis_rad[:, None] - off_nadir_rad(arrival, far, radius_km))
    flux = flux_density_db_w_m2(power_dbw + gain_dbi(off_axis), slant_range_km(arrival, far, radius_km))
    margin = limit_db(arrival) - flux
    at = np.argmin(margin, axis=1)[:, None]
    found = [np.take_along_axis(values, at, axis=1)[:, 0] for values in (flux, margin, arrival)]
    return SurfaceFlux(*found)


def most_on_surface_db(
    power_dbw: float,
    gain_dbi: Callable[[FloatArray], FloatArray],
    distance_km: ArrayLike,
    axis_rad: ArrayLike,
    radius_km: float,
) -> FloatArray:
    """Bound from above on the power flux density anywhere on a sphere: nearest point, best angle of the disc.

    Parameters
    ----------
    power_dbw, gain_dbi, distance_km, axis_rad, radius_km
        As for `worst_on_surface`.

    Returns
    -------
    ndarray, shape [N]
        At least the flux at every point [dB(W/m2)].
    """
    distance = np.asarray(distance_km, dtype=np.float64)
    off_axis = np.maximum(np.asarray(axis_rad) - np.arcsin(np.minimum(radius_km / distance, 1.0)), 0.0)
    return flux_density_db_w_m2(power_dbw + gain_dbi(off_axis), distance - radius_km)


def radio_astronomy_limit_db_w_m2(
    frequency_hz: ArrayLike,
    bandwidth_hz: ArrayLike,
    antenna_k: ArrayLike,
    receiver_k: ArrayLike,
    integration_s: float = 2000.0,
) -> FloatArray:
    """Power flux density from which on interference harms a radio telescope, through a sidelobe of 0 dBi.

    Parameters
    ----------
    frequency_hz : array_like
        Middle of the band [Hz].
    bandwidth_hz : array_like
        Its width [Hz].
    antenna_k, receiver_k : array_like
        Noise temperatures of antenna and receiver [K].
    integration_s : float, optional
        Time of integration [s].

    Returns
    -------
    ndarray
        Limit in the band [dB(W/m2)].

    References
    ----------
    ITU-R RA.769: a tenth of the noise that is left after integration, 0.1 k (T_A + T_R) sqrt(B / t), over the
    area lambda^2 / (4 pi) of an isotropic antenna.

    Examples
    --------
    The band of neutral hydrogen, -180 dB(W/m2) in the Recommendation:

    >>> print(f"{radio_astronomy_limit_db_w_m2(1413.5e6, 27e6, 12.0, 10.0):.1f}")
    -180.1
    """
    noise = positive(np.add(antenna_k, receiver_k), "the noise temperature", "K")
    width = positive(bandwidth_hz, "the bandwidth", "Hz")
    time = float(not_negative(integration_s, "the time of integration", "s"))
    power_w = 0.1 * BOLTZMANN_J_K * noise * np.sqrt(width / time)
    return 10.0 * np.log10(power_w * 4.0 * math.pi / wavelength_m(frequency_hz) ** 2)


def hidden(direction_rad: ArrayLike, body_rad: ArrayLike, screen_rad: ArrayLike) -> NDArray[np.bool_]:
    """Whether a disc lies wholly behind another: their angular distance and radii [rad]."""
    return np.asarray(np.asarray(direction_rad) + np.asarray(body_rad) <= np.asarray(screen_rad))
