"""Lines of sight of one user over time: who is in view, and what each of its measurements is worth.

The error of a range has a white part (receiver noise, multipath, ionosphere, the rest) and a part that lasts
for an hour or so: orbit and clock of the satellite. The lasting part is written as loadings on two independent
processes of unit variance for each satellite, such that a one-way and a two-way range to it share what its
orbit does to both. The same holds for Doppler, with a third process for the rates of orbit and clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.navigation.range_error import RangeErrorModel
from qqnet.navigation.ranging_signals import c_n0_db_hz, doppler_noise_m_s
from qqnet.navigation.user_motion import Track

Floats = NDArray[np.float64]

_LEAST_RATE_M_S = 1e-4
"""White error of a range rate without noise: user's oscillator and what is not modelled; keeps it above zero."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Satellites of a user at T epochs.

    Attributes
    ----------
    position_km, velocity_km_s : ndarray [T, S, 3]
        Of the satellites, in the axes of the track.
    seen : ndarray of bool [T, S]
        In view, and tracked.
    white_m : ndarray [T, S]
        White part of a range's error, one sigma [m].
    rate_m_s : ndarray [T, S]
        White part of the error of a range rate by Doppler, one sigma [m/s].
    one_way_m : ndarray [T, S, 2]
        Loadings of a one-way range on the lasting errors [m].
    two_way_m : ndarray [T, S]
        Loading of a two-way range on the first of them [m].
    lasting_rate_m_s : ndarray [T, S]
        Loading of a range rate on the lasting error of the rates [m/s].
    """

    position_km: Floats
    velocity_km_s: Floats
    seen: NDArray[np.bool_]
    white_m: Floats
    rate_m_s: Floats
    one_way_m: Floats
    two_way_m: Floats
    lasting_rate_m_s: Floats


def in_view(track: Track, satellites_km: Floats, mask_rad: float) -> NDArray[np.bool_]:
    """Tell which satellites a user sees.

    Parameters
    ----------
    track : Track
        T epochs of the user.
    satellites_km : ndarray [T, S, 3]
        In the axes of the track [km].
    mask_rad : float
        Lowest elevation, for users on or near the surface [rad].

    Returns
    -------
    ndarray of bool [T, S]
        Above the mask; for a user in orbit, not behind the body.
    """
    line = satellites_km - track.position_km[:, None]
    distance = np.linalg.norm(line, axis=-1)
    sine = np.einsum("tsi,ti->ts", line, track.up) / distance
    if track.surface:
        return np.asarray(sine >= np.sin(mask_rad))
    height = np.linalg.norm(track.position_km, axis=1)[:, None]
    # Looking down, the line passes the centre at height * cos(elevation).
    return np.asarray((sine >= 0.0) | (height * np.sqrt(1.0 - sine * sine) > track.radius_km))


def user_lines(
    track: Track,
    satellites_km: Floats,
    velocities_km_s: Floats,
    covariance_m2: Floats,
    rate_covariance_m2_s2: Floats | None,
    model: RangeErrorModel,
    mask_rad: float,
) -> Lines:
    """Put together what is known of each line of sight.

    Parameters
    ----------
    track : Track
        T epochs of the user.
    satellites_km, velocities_km_s : ndarray [T, S, 3]
        Of the satellites in the axes of the track [km, km/s].
    covariance_m2 : ndarray [T, S, 4, 4]
        Of their broadcast position and clock, in the axes of the track [m²].
    rate_covariance_m2_s2 : ndarray [T, S, 4, 4] or None
        Of velocity and clock rate; None leaves the rates without error.
    model : RangeErrorModel
        All else of the range error.
    mask_rad : float
        Lowest elevation [rad].

    Returns
    -------
    Lines
    """
    line = satellites_km - track.position_km[:, None]
    distance = np.linalg.norm(line, axis=-1)
    line = line / distance[..., None]
    elevation = np.arcsin(np.clip(np.einsum("tsi,ti->ts", line, track.up), -1.0, 1.0))
    noise = model.noise_m(distance)
    white = np.sqrt(noise**2 + model.elevation_variance_m2(elevation) + model.other_m**2)
    seen = in_view(track, satellites_km, mask_rad) & np.isfinite(noise)
    orbit = _variance(covariance_m2, line, clock=False)
    whole = _variance(covariance_m2, line, clock=True)
    along = np.sqrt(orbit)
    # Of the one-way error, what goes with the orbit and what does not.
    both = orbit - np.einsum("...i,...i->...", covariance_m2[..., :3, 3], line)
    shared = np.where(along > 0.0, both / np.where(along > 0.0, along, 1.0), 0.0)
    apart = np.sqrt(np.maximum(whole - shared**2, 0.0))
    rate, noise_rate = np.zeros(distance.shape), np.full(distance.shape, _LEAST_RATE_M_S)
    if rate_covariance_m2_s2 is not None:
        rate = _variance(rate_covariance_m2_s2, line, clock=True)
    if model.signal is not None:
        level = c_n0_db_hz(distance, model.signal, model.receiver, model.eirp_dbw)
        noise_rate = np.hypot(noise_rate, doppler_noise_m_s(level, model.signal, model.receiver))
    return Lines(
        satellites_km,
        velocities_km_s,
        seen,
        np.where(seen, white, np.inf),
        np.where(seen, noise_rate, np.inf),
        np.stack([shared, apart], axis=-1),
        along,
        np.sqrt(rate),
    )


def _variance(covariance: Floats, line: Floats, *, clock: bool) -> Floats:
    row = np.concatenate([line, np.full((*line.shape[:-1], 1), -1.0 if clock else 0.0)], axis=-1)
    return np.asarray(np.maximum(np.einsum("...i,...ij,...j->...", row, covariance, row), 0.0))
