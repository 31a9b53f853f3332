"""The margin of a link on a grid of times, fast enough to bracket every window.

States of nodes and bodies are worked out once for each time and shared by all links. A receiver less than
`NEAR_S` away in light time is moved on along its velocity, one farther off is evaluated exactly; bodies are
moved along velocity and acceleration. That is right to about 1e-6, so a sample closer to zero than
`EXACT_BELOW` is evaluated again, exactly: the sign of every sample is the sign of the exact margin. Where a
horizon rises steeply, an error of the azimuth is an error of the margin many times as large, so samples of links
with a horizon are evaluated exactly below `EXACT_BELOW_HORIZON`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange

from qqnet.access.margin import (
    BODY_FROM,
    BODY_TO,
    C_KM_S,
    COINCIDENT_KM,
    EXCLUSION_FROM,
    EXCLUSION_TO,
    HORIZON_FROM,
    HORIZON_TO,
    LIGHT_TIME,
    MARGIN_CAP,
    MASK_FROM,
    MAX_RANGE,
    NODE_FROM,
    NODE_TO,
    NORTH,
    NORTH_FROM,
    UP_FROM,
    azimuth,
    compiled,
    elevation,
    light_time,
    limb_margin,
    link_margin,
    lowest_elevation,
    position_of,
    share_of_way,
    state_of,
    sun_angle,
)

NEAR_S: Final = 2.0
"""Light time up to which a receiver is moved on linearly [s]; a low Earth orbit bends 18 m off in that time."""

EXACT_BELOW: Final = 1e-5
"""A sampled margin this close to zero is evaluated exactly."""

EXACT_BELOW_HORIZON: Final = 1e-3
"""The same for a link with a horizon: slopes up to a thousand are followed."""

HOPELESS: Final = -0.35
"""Below this, the constraints that have not been looked at yet are left out: none can bring the link back."""

_HALF_BASE_S: Final = 30.0

# Rows of the work array, after those that the exact margin uses.
_FAR_END, _PATH, _NEAR = 4, 5, 6


@njit(cache=True, parallel=True, error_model="numpy")
def sample_nodes(bank, indices, t, out):  # type: ignore[no-untyped-def]
    """Write states to out[S, T, 6] [km, km/s], relative to the Solar System barycentre."""
    for slot in prange(indices.size):
        for k in range(t.size):
            state_of(bank, indices[slot], t[k], out[slot, k])


@compiled
def sample_bodies(bank, indices, t, start, stop, out):  # type: ignore[no-untyped-def]
    """Write states and accelerations to out[K, T, 9]; accelerations by differences inside [start, stop]."""
    now = np.empty(6)
    before = np.empty(6)
    after = np.empty(6)
    for slot in range(indices.size):
        for k in range(t.size):
            earlier = max(start, t[k] - _HALF_BASE_S)
            later = min(stop, t[k] + _HALF_BASE_S)
            for time, state in ((earlier, before), (later, after), (t[k], now)):
                state_of(bank, indices[slot], time, state)
            for j in range(3):
                out[slot, k, j] = now[j]
                out[slot, k, 3 + j] = now[3 + j]
                out[slot, k, 6 + j] = (after[3 + j] - before[3 + j]) / (later - earlier)


@compiled
def top_speed(states):  # type: ignore[no-untyped-def]
    """Return the greatest speed [km/s] of each slot of states[S, T, 6 or 9], with 2 % for what lies between."""
    top = np.zeros(states.shape[0])
    for slot in range(states.shape[0]):
        for k in range(states.shape[1]):
            x, y, z = states[slot, k, 3], states[slot, k, 4], states[slot, k, 5]
            top[slot] = max(top[slot], x * x + y * y + z * z)
    return 1.02 * np.sqrt(top)


@compiled
def range_bounds(scene, slots):  # type: ignore[no-untyped-def]
    """Return a lower and an upper bound of the range of a link over all times of the scene [km]."""
    t, nodes, node_speed, _, _, _, _, _ = scene
    a = slots[NODE_FROM]
    b = slots[NODE_TO]
    middle = t.size // 2
    x = nodes[b, middle, 0] - nodes[a, middle, 0]
    y = nodes[b, middle, 1] - nodes[a, middle, 1]
    z = nodes[b, middle, 2] - nodes[a, middle, 2]
    distance = np.sqrt(x * x + y * y + z * z)
    change = (node_speed[a] + node_speed[b]) * max(t[-1] - t[middle], t[middle] - t[0])
    flight = 1.01 * node_speed[b] / C_KM_S  # the receiver moves on by this share of the range
    return max(0.0, distance - change) * (1.0 - flight), (distance + change) * (1.0 + flight)


@compiled
def in_the_way(scene, slots, longest, active):  # type: ignore[no-untyped-def]
    """Mark the occulters that can come near a link of at most the length `longest` [km] in the scene."""
    t, nodes, node_speed, bodies, body_speed, spheres, radii, _ = scene
    a = slots[NODE_FROM]
    middle = t.size // 2
    duration = max(t[-1] - t[middle], t[middle] - t[0]) + longest / C_KM_S
    for k in range(spheres.size):
        body = spheres[k]
        active[k] = body != slots[BODY_FROM] and body != slots[BODY_TO]
        if active[k]:
            x = bodies[body, middle, 0] - nodes[a, middle, 0]
            y = bodies[body, middle, 1] - nodes[a, middle, 1]
            z = bodies[body, middle, 2] - nodes[a, middle, 2]
            nearest = np.sqrt(x * x + y * y + z * z) - (node_speed[a] + body_speed[body]) * duration
            active[k] = nearest < (longest + radii[k]) / (1.0 - MARGIN_CAP)


@compiled
def sample_link(link, scene, slots, active, margins, ranges, work):  # type: ignore[no-untyped-def]
    """Write margins[T] and ranges[T] [km] of one link at the times of the scene.

    The sign of each margin is exact; a negative one may be greater than the least of all constraints, see
    `HOPELESS`. Of the occulters marked `active`, those stay marked that come near at one of the times.
    """
    bank, ends, limits, _, _, _, with_light_time, _ = link
    t, all_nodes, _, bodies, _, spheres, radii, sun_slot = scene
    nodes = all_nodes[slots[NODE_FROM]]
    peers = all_nodes[slots[NODE_TO]]
    far_end = work[_FAR_END]
    n = work[_PATH]
    near = work[_NEAR]
    near[: spheres.size] = 0.0
    shift = 1.0 / C_KM_S if with_light_time else 0.0
    needs_sun = limits[EXCLUSION_FROM] > 0.0 or limits[EXCLUSION_TO] > 0.0
    tau = 0.0
    exact_below = _exact_below(ends)
    for k in range(t.size):
        ax, ay, az = nodes[k, 0], nodes[k, 1], nodes[k, 2]
        guess = tau
        tau = _linear_light_time(nodes, peers, k, shift)
        if tau < NEAR_S:
            for j in range(3):
                far_end[j] = peers[k, j] + tau * peers[k, 3 + j]
                far_end[3 + j] = peers[k, 3 + j]
        else:
            guess = guess if guess > NEAR_S else tau
            tau = light_time(bank, nodes[k], ends[NODE_TO], t[k], guess, C_KM_S, far_end)
        nx = far_end[0] - ax
        ny = far_end[1] - ay
        nz = far_end[2] - az
        distance = max(np.sqrt(nx * nx + ny * ny + nz * nz), COINCIDENT_KM)
        ranges[k] = distance
        nx /= distance
        ny /= distance
        nz /= distance
        margin = min(MARGIN_CAP, 1.0 - distance / limits[MAX_RANGE])
        n[0], n[1], n[2] = nx, ny, nz
        if slots[BODY_FROM] >= 0 and margin > HOPELESS:
            margin = min(
                margin, _site_margin(1.0, link, all_nodes, bodies, slots, k, t[k], 0.0, nodes[k], n, work)
            )
        if slots[BODY_TO] >= 0 and margin > HOPELESS:
            margin = min(
                margin, _site_margin(-1.0, link, all_nodes, bodies, slots, k, t[k], tau, far_end, n, work)
            )
        if needs_sun and margin > HOPELESS:
            margin = min(
                margin, _sun_margin(limits, bodies[sun_slot, k], tau, nodes[k], far_end, n, shift, work)
            )
        for i in range(spheres.size):
            if active[i]:
                body = spheres[i]
                cx = bodies[body, k, 0] - ax
                cy = bodies[body, k, 1] - ay
                cz = bodies[body, k, 2] - az
                far = (distance + radii[i]) / (1.0 - MARGIN_CAP) + 100.0 * tau  # no body moves at 100 km/s
                if cx * cx + cy * cy + cz * cz < far * far:
                    near[i] = 1.0
                    if margin > HOPELESS:
                        lag = 0.5 * tau
                        for _ in range(1 if tau < NEAR_S else 2):
                            x, y, z = _moved(bodies, body, k, lag)
                            lag = tau * share_of_way(nx, ny, nz, distance, x - ax, y - ay, z - az)
                        x, y, z = _moved(bodies, body, k, lag)
                        sphere = limb_margin(nx, ny, nz, distance, x - ax, y - ay, z - az, radii[i])
                        margin = min(margin, sphere)
        if abs(margin) < exact_below:
            work[3, LIGHT_TIME] = tau
            margin = link_margin(link, t[k], work)
        margins[k] = margin
    for i in range(spheres.size):
        active[i] = active[i] and near[i] > 0.0


@compiled
def _exact_below(ends):  # type: ignore[no-untyped-def]
    if max(ends[HORIZON_FROM], ends[HORIZON_TO]) >= 0:
        return EXACT_BELOW_HORIZON
    return EXACT_BELOW


@compiled
def _linear_light_time(nodes, peers, k, shift):  # type: ignore[no-untyped-def]
    """Return the light time [s] to a receiver in straight motion; 0 if `shift`, 1/c, is 0."""
    x = peers[k, 0] - nodes[k, 0]
    y = peers[k, 1] - nodes[k, 1]
    z = peers[k, 2] - nodes[k, 2]
    distance = np.sqrt(x * x + y * y + z * z)
    along = (x * peers[k, 3] + y * peers[k, 4] + z * peers[k, 5]) / max(distance, COINCIDENT_KM)
    return distance * shift / (1.0 - along * shift)


@compiled
def _moved(bodies, body, k, delay):  # type: ignore[no-untyped-def]
    """Return the position of a body some seconds on."""
    half = 0.5 * delay
    return (
        bodies[body, k, 0] + delay * (bodies[body, k, 3] + half * bodies[body, k, 6]),
        bodies[body, k, 1] + delay * (bodies[body, k, 4] + half * bodies[body, k, 7]),
        bodies[body, k, 2] + delay * (bodies[body, k, 5] + half * bodies[body, k, 8]),
    )


@compiled
def _site_margin(sign, link, nodes, bodies, slots, k, t, delay, site, n, work):  # type: ignore[no-untyped-def]
    """Return the elevation of the peer less the lowest usable one [rad]; sign and `delay` as of the end.

    That is +1 and none at the transmitter, -1 and the light time at the receiver.
    """
    bank, ends, limits, _, _, _, with_light_time, horizons = link
    end = 0 if sign > 0.0 else 1
    shift = 1.0 / C_KM_S if with_light_time else 0.0
    up = work[2]
    if slots[UP_FROM + end] < 0:
        x, y, z = _moved(bodies, slots[BODY_FROM + end], k, delay)
        up[0], up[1], up[2] = site[0] - x, site[1] - y, site[2] - z
    else:
        _turned(bank, ends[UP_FROM + end], nodes[slots[UP_FROM + end], k], t, delay, up)
    angle = elevation(sign, n[0], n[1], n[2], site[3], site[4], site[5], up[0], up[1], up[2], shift)
    lowest = limits[MASK_FROM + end]
    if ends[HORIZON_FROM + end] >= 0:
        north = work[NORTH]
        _turned(bank, ends[NORTH_FROM + end], nodes[slots[NORTH_FROM + end], k], t, delay, north)
        toward = azimuth(sign, n[0], n[1], n[2], site[3], site[4], site[5], north, up, shift)
        lowest = lowest_elevation(horizons, ends[HORIZON_FROM + end], toward, lowest)
    return angle - lowest


@compiled
def _turned(bank, table, sampled, t, delay, out):  # type: ignore[no-untyped-def]
    """Write a direction that turns with a body, some seconds after its sample, to out[0:3]."""
    if delay < NEAR_S:
        for j in range(3):
            out[j] = sampled[j] + delay * sampled[3 + j]
    else:
        position_of(bank, table, t + delay, out)


@compiled
def _sun_margin(limits, sun, tau, sender, receiver, n, shift, work):  # type: ignore[no-untyped-def]
    """Return the lesser margin of the Sun exclusions at both ends; `sun` is its state and acceleration."""
    margin = MARGIN_CAP
    state = work[2]
    for end in range(2):
        if limits[EXCLUSION_FROM + end] > 0.0:
            delay = end * tau
            for j in range(3):
                state[j] = sun[j] + delay * (sun[3 + j] + 0.5 * delay * sun[6 + j])
                state[3 + j] = sun[3 + j] + delay * sun[6 + j]
            place = sender if end == 0 else receiver
            angle = sun_angle(1.0 - 2.0 * end, n[0], n[1], n[2], place, state, shift)
            margin = min(margin, angle - limits[EXCLUSION_FROM + end])
    return margin
