"""How far a link is from being lost: one continuous number at one time, evaluated exactly and compiled.

The margin is the least of the link's constraints, each zero at its limit:

* elevation less mask, at an end that is a site, or less its horizon at the azimuth of the peer where that is
  higher [rad];
* angle between peer and Sun less the exclusion, at either end [rad];
* clearance of the line of sight from each occulting sphere, over the distance of the nearer end from its
  centre [rad, for small angles];
* greatest range less range, over the greatest range [1].

With light time, t is the instant of transmission; the receiver stands where the light meets it, and an
occulting body where the light passes it. Elevation and Sun angle are what that end sees while it moves:
aberration is included (20 arcseconds by the Earth's motion, a whole second of a pass that rises slowly). The
beam and the incoming sunlight are both taken in the rest frame of the end, and so is azimuth. Without light
time all is instantaneous.

Every function takes the bank as the tuple that ``TableBank.arrays()`` returns. A time outside a table gives
NaN; callers check spans before.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from qqnet.access.horizon import azimuth_of, horizon_at
from qqnet.space.bank import bank_position, bank_state
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

compiled = njit(cache=True, error_model="numpy")
"""Decorator of the kernels: compiled on first use and kept; a division by zero gives infinity or NaN."""

C_KM_S: Final = SPEED_OF_LIGHT_KM_S

COINCIDENT_KM: Final = 1e-9
"""Least range [km]: the direction between two ends that coincide is none, but the link has a margin."""

MARGIN_CAP: Final = 0.5
"""Margins above this are all alike: a sphere twice as far off as the link is long need not be looked at."""

LINEAR_S: Final = 1e-4
"""Over this time [s] any motion is a straight line: 10 m/s2 bend it by 0.05 micrometres."""

STRAIGHT_S: Final = 2.0
"""Light time up to which an occulting body is taken to move straight while the light passes [s]."""

# Rows and places in the work array of one link; rows 4 to 6 are for its sampling.
WORK_SHAPE: Final = (8, 8)
_FROM, _TO, _BODY, _ANSWER, NORTH = 0, 1, 2, 3, 7
RANGE, LIGHT_TIME, ELEVATION_FROM, ELEVATION_TO, SUN_FROM, SUN_TO, AZIMUTH_FROM, AZIMUTH_TO = range(8)

# Columns of `ends` and `limits`, see Candidates.arrays.
NODE_FROM, NODE_TO, BODY_FROM, BODY_TO, UP_FROM, UP_TO, NORTH_FROM, NORTH_TO, HORIZON_FROM, HORIZON_TO = (
    range(10)
)
MASK_FROM, MASK_TO, EXCLUSION_FROM, EXCLUSION_TO, MAX_RANGE = range(5)


@compiled
def position_of(bank, index, t, out):  # type: ignore[no-untyped-def]
    """Write a position relative to the Solar System barycentre to out[0:3] [km]."""
    bank_position(*bank, index, t, out)  # type: ignore[call-arg]


@compiled
def state_of(bank, index, t, out):  # type: ignore[no-untyped-def]
    """Write position and velocity relative to the Solar System barycentre to out[0:6] [km, km/s]."""
    bank_state(*bank, index, t, out)  # type: ignore[call-arg]


@compiled
def light_time(bank, sender, receiver, t, guess, speed, state):  # type: ignore[no-untyped-def]
    """Return the one-way light time [s] and write the receiver's state at reception to state[0:6].

    `speed` is that of light [km/s]; infinite where geometry is instantaneous.

    Newton's iteration on ``c tau = |r(t + tau) - sender|``; the error of 1e-5 s that the curvature of a path
    leaves over 1000 s in the first turn is squared away in the second.
    """
    tau = guess
    for _ in range(8):
        tau = (t + tau) - t  # the instant that is evaluated: rounded to 0.1 us, in which the Earth moves 4 mm
        state_of(bank, receiver, t + tau, state)
        x = state[0] - sender[0]
        y = state[1] - sender[1]
        z = state[2] - sender[2]
        distance = np.sqrt(x * x + y * y + z * z)
        along = (x * state[3] + y * state[4] + z * state[5]) / max(distance, COINCIDENT_KM)
        change = (distance / speed - tau) / (1.0 - along / speed)
        tau += change
        if abs(change) < LINEAR_S:
            break
    state[0] += change * state[3]
    state[1] += change * state[4]
    state[2] += change * state[5]
    return tau


@compiled
def elevation(sign, nx, ny, nz, vx, vy, vz, ux, uy, uz, shift):  # type: ignore[no-untyped-def]
    """Return the elevation [rad] of the peer; sign is +1 at the transmitter, -1 at the receiver.

    n is the unit vector of the light's travel, v the velocity of the end, u the outward normal (of any length),
    shift 1/c with aberration or 0 without.
    """
    x = nx - vx * shift
    y = ny - vy * shift
    z = nz - vz * shift
    sine = sign * (x * ux + y * uy + z * uz)
    sine /= np.sqrt((x * x + y * y + z * z) * (ux * ux + uy * uy + uz * uz))
    return np.arcsin(min(1.0, max(-1.0, sine)))


@compiled
def azimuth(sign, nx, ny, nz, vx, vy, vz, north, up, shift):  # type: ignore[no-untyped-def]
    """Return the azimuth [rad] of the peer from north over east; arguments as of `elevation`."""
    x = sign * (nx - vx * shift)
    y = sign * (ny - vy * shift)
    z = sign * (nz - vz * shift)
    return azimuth_of(x, y, z, north, up)


@compiled
def lowest_elevation(horizons, profile, angle, mask):  # type: ignore[no-untyped-def]
    """Return the mask or, where it is higher, the horizon of a site at an azimuth [rad]."""
    first, rows = horizons
    return max(mask, horizon_at(rows, first[profile], first[profile + 1], angle))


@compiled
def sun_angle(sign, nx, ny, nz, end, sun, shift):  # type: ignore[no-untyped-def]
    """Return the angle [rad] between the peer and the Sun at one end; `end` and `sun` are states at its time.

    The Sun is seen where it was one light time ago, reckoned back along its velocity (0.01 km at 1 au).
    """
    sx = sun[0] - end[0]
    sy = sun[1] - end[1]
    sz = sun[2] - end[2]
    delay = np.sqrt(sx * sx + sy * sy + sz * sz) * shift
    sx -= sun[3] * delay
    sy -= sun[4] * delay
    sz -= sun[5] * delay
    distance = np.sqrt(sx * sx + sy * sy + sz * sz)
    sx = sx / distance + end[3] * shift
    sy = sy / distance + end[4] * shift
    sz = sz / distance + end[5] * shift
    x = sign * (nx - end[3] * shift)
    y = sign * (ny - end[4] * shift)
    z = sign * (nz - end[5] * shift)
    cx = y * sz - z * sy
    cy = z * sx - x * sz
    cz = x * sy - y * sx
    return np.arctan2(np.sqrt(cx * cx + cy * cy + cz * cz), x * sx + y * sy + z * sz)


@compiled
def share_of_way(nx, ny, nz, distance, cx, cy, cz):  # type: ignore[no-untyped-def]
    """Return where the line comes closest to c, 0 at its start to 1 at its end; c is relative to the start."""
    return min(1.0, max(0.0, (nx * cx + ny * cy + nz * cz) / distance))


@compiled
def limb_margin(nx, ny, nz, distance, cx, cy, cz, radius):  # type: ignore[no-untyped-def]
    """Return the clearance of a line from a sphere at c, over the distance of the nearer end from c [rad]."""
    along = min(distance, max(0.0, nx * cx + ny * cy + nz * cz))
    px = along * nx - cx
    py = along * ny - cy
    pz = along * nz - cz
    ex = distance * nx - cx
    ey = distance * ny - cy
    ez = distance * nz - cz
    nearer = min(cx * cx + cy * cy + cz * cz, ex * ex + ey * ey + ez * ez)
    return (np.sqrt(px * px + py * py + pz * pz) - radius) / np.sqrt(nearer)


@compiled
def _up(bank, table, centre, t, end, out):  # type: ignore[no-untyped-def]
    """Write the outward normal of the site, of any length, to out[0:3]."""
    position_of(bank, table if table >= 0 else centre, t, out)
    if table < 0:
        for j in range(3):
            out[j] = end[j] - out[j]


@compiled
def evaluate_link(bank, ends, sun, with_light_time, t, work):  # type: ignore[no-untyped-def]
    """Work out both ends of a link exactly: work[0], work[1] their states, work[3] what `RANGE`... name.

    work[3, LIGHT_TIME] is the first guess of the light time on entry (0 if nothing is known), and 0 on return
    where geometry is instantaneous; elevations are NaN at an end that is no site, azimuths at one without a
    north, Sun angles if `sun` is -1.
    """
    sender, receiver, body, answer = work[_FROM], work[_TO], work[_BODY], work[_ANSWER]
    state_of(bank, ends[NODE_FROM], t, sender)
    speed = C_KM_S if with_light_time else np.inf
    arrival = t + light_time(bank, sender, ends[NODE_TO], t, answer[LIGHT_TIME], speed, receiver)
    shift = 1.0 / C_KM_S if with_light_time else 0.0
    nx = receiver[0] - sender[0]
    ny = receiver[1] - sender[1]
    nz = receiver[2] - sender[2]
    distance = max(np.sqrt(nx * nx + ny * ny + nz * nz), COINCIDENT_KM)
    answer[RANGE] = distance
    answer[LIGHT_TIME] = distance / C_KM_S if with_light_time else 0.0
    nx /= distance
    ny /= distance
    nz /= distance
    for end in range(2):
        state = work[end]
        time = t if end == 0 else arrival
        sign = 1.0 - 2.0 * end
        answer[ELEVATION_FROM + end] = np.nan
        answer[AZIMUTH_FROM + end] = np.nan
        if ends[BODY_FROM + end] >= 0:
            _up(bank, ends[UP_FROM + end], ends[BODY_FROM + end], time, state, body)
            answer[ELEVATION_FROM + end] = elevation(
                sign, nx, ny, nz, state[3], state[4], state[5], body[0], body[1], body[2], shift
            )
            if ends[NORTH_FROM + end] >= 0:
                north = work[NORTH]
                position_of(bank, ends[NORTH_FROM + end], time, north)
                answer[AZIMUTH_FROM + end] = azimuth(
                    sign, nx, ny, nz, state[3], state[4], state[5], north, body, shift
                )
        answer[SUN_FROM + end] = np.nan
        if sun >= 0:
            state_of(bank, sun, time, body)
            answer[SUN_FROM + end] = sun_angle(sign, nx, ny, nz, state, body, shift)


@compiled
def occultation_margin(bank, occulter, radius, t, work):  # type: ignore[no-untyped-def]
    """Return the margin to one occulting sphere of a link that `evaluate_link` has worked out."""
    sender, receiver, body, answer = work[_FROM], work[_TO], work[_BODY], work[_ANSWER]
    distance = answer[RANGE]
    nx = (receiver[0] - sender[0]) / distance
    ny = (receiver[1] - sender[1]) / distance
    nz = (receiver[2] - sender[2]) / distance
    tau = answer[LIGHT_TIME]
    # The body moves v/c of the way while the light passes: two turns leave (v/c)^2 of the path. A planet's or
    # the Moon's path bends by less than 0.01 m in `STRAIGHT_S`.
    middle = 0.5 * tau
    state_of(bank, occulter, t + middle, body)
    share = share_of_way(nx, ny, nz, distance, body[0] - sender[0], body[1] - sender[1], body[2] - sender[2])
    lag = share * tau - middle
    share = share_of_way(
        nx,
        ny,
        nz,
        distance,
        body[0] + lag * body[3] - sender[0],
        body[1] + lag * body[4] - sender[1],
        body[2] + lag * body[5] - sender[2],
    )
    if tau > STRAIGHT_S:
        position_of(bank, occulter, t + share * tau, body)
    else:
        lag = share * tau - middle
        for j in range(3):
            body[j] += lag * body[3 + j]
    return limb_margin(
        nx, ny, nz, distance, body[0] - sender[0], body[1] - sender[1], body[2] - sender[2], radius
    )


@compiled
def link_margin(link, t, work):  # type: ignore[no-untyped-def]
    """Return the exact margin of a link at one time; work as for `evaluate_link`.

    `link` is the tuple that all searches pass on: bank, one row each of ends and limits (`Candidates.arrays`),
    occulters, their radii, the Sun, whether with light time, and the horizons (first rows, rows).
    """
    bank, ends, limits, occulters, radii, sun, with_light_time, horizons = link
    needs_sun = limits[EXCLUSION_FROM] > 0.0 or limits[EXCLUSION_TO] > 0.0
    evaluate_link(bank, ends, sun if needs_sun else np.int64(-1), with_light_time, t, work)
    answer = work[_ANSWER]
    margin = MARGIN_CAP
    if limits[MAX_RANGE] < np.inf:
        margin = min(margin, 1.0 - answer[RANGE] / limits[MAX_RANGE])
    for end in range(2):
        if ends[BODY_FROM + end] >= 0:
            lowest = limits[MASK_FROM + end]
            if ends[HORIZON_FROM + end] >= 0:
                lowest = lowest_elevation(
                    horizons, ends[HORIZON_FROM + end], answer[AZIMUTH_FROM + end], lowest
                )
            margin = min(margin, answer[ELEVATION_FROM + end] - lowest)
        if limits[EXCLUSION_FROM + end] > 0.0:
            margin = min(margin, answer[SUN_FROM + end] - limits[EXCLUSION_FROM + end])
    for k in range(occulters.size):
        if occulters[k] != ends[BODY_FROM] and occulters[k] != ends[BODY_TO]:
            margin = min(margin, occultation_margin(bank, occulters[k], radii[k], t, work))
    return margin
