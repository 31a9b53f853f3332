"""The margin of a link on a grid of times, fast enough to bracket every window.

States of nodes and bodies are worked out once for each time and shared by all links. A receiver less than
`NEAR_S` away in light time is moved on along its velocity, one farther off is evaluated exactly; bodies are
moved along velocity and acceleration. That is right to about 1e-6, so a sample closer to zero than
`EXACT_BELOW` is evaluated again, exactly: the sign of every sample is the sign of the exact margin.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit, prange

from qqnet.access.margin import (
    BODY_FROM,
    BODY_TO,
    C_KM_S,
    EXCLUSION_FROM,
    LIGHT_TIME,
    MARGIN_CAP,
    MASK_FROM,
    MAX_RANGE,
    NODE_FROM,
    NODE_TO,
    UP_FROM,
    elevation,
    light_time,
    limb_margin,
    link_margin,
    position_of,
    share_of_way,
    state_of,
    sun_angle,
)

NEAR_S: Final = 2.0
"""Light time up to which a receiver is moved on linearly [s]; a low Earth orbit bends 18 m off in that time."""

EXACT_BELOW: Final = 1e-5
"""A sampled margin this close to zero is evaluated exactly."""

HOPELESS: Final = -0.35
"""Below this, the constraints that have not been looked at yet are left out: none can bring the link back."""

_HALF_BASE_S: Final = 30.0


@njit(cache=True, parallel=True)
def sample_nodes(bank, indices, t, out):  # type: ignore[no-untyped-def]
    """Write states to out[S, T, 6] [km, km/s], relative to the Solar System barycentre."""
    for slot in prange(indices.size):
        for k in range(t.size):
            state_of(bank, indices[slot], t[k], out[slot, k])


@njit(cache=True)
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


@njit(cache=True)
def top_speed(states):  # type: ignore[no-untyped-def]
    """Return the greatest speed [km/s] of each slot of states[S, T, 6 or 9], with 2 % for what lies between."""
    top = np.zeros(states.shape[0])
    for slot in range(states.shape[0]):
        for k in range(states.shape[1]):
            x, y, z = states[slot, k, 3], states[slot, k, 4], states[slot, k, 5]
            top[slot] = max(top[slot], x * x + y * y + z * z)
    return 1.02 * np.sqrt(top)


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def _move(body, delay, out):  # type: ignore[no-untyped-def]
    """Write the state of a body some seconds on to out[0:6]."""
    for j in range(3):
        out[j] = body[j] + delay * (body[3 + j] + 0.5 * delay * body[6 + j])
        out[3 + j] = body[3 + j] + delay * body[6 + j]


@njit(cache=True)
def _end_margin(link, scene, slots, k, end, state, n, delay, out):  # type: ignore[no-untyped-def]
    """Return the margin of elevation and Sun exclusion at one end, 0 from or 1 to, at t[k] + delay."""
    bank, ends, limits, _, _, _, with_light_time = link
    t, nodes, _, bodies, _, _, _, sun = scene
    shift = 1.0 / C_KM_S if with_light_time else 0.0
    sign = 1.0 - 2.0 * end
    margin = MARGIN_CAP
    if slots[BODY_FROM + end] >= 0:
        up = slots[UP_FROM + end]
        if up < 0:
            _move(bodies[slots[BODY_FROM + end], k], delay, out)
            for j in range(3):
                out[j] = state[j] - out[j]
        elif delay < NEAR_S:
            for j in range(3):
                out[j] = nodes[up, k, j] + delay * nodes[up, k, 3 + j]
        else:
            position_of(bank, ends[UP_FROM + end], t[k] + delay, out)
        angle = elevation(sign, n[0], n[1], n[2], state[3], state[4], state[5], out[0], out[1], out[2], shift)
        margin = min(margin, angle - limits[MASK_FROM + end])
    if limits[EXCLUSION_FROM + end] > 0.0:
        _move(bodies[sun, k], delay, out)
        angle = sun_angle(sign, n[0], n[1], n[2], state, out, shift)
        margin = min(margin, angle - limits[EXCLUSION_FROM + end])
    return margin


@njit(cache=True)
def _sphere_margin(body, radius, sender, n, distance, tau):  # type: ignore[no-untyped-def]
    """Return the margin to one occulter, `body` its state and acceleration at the time of transmission."""
    cx = body[0] - sender[0]
    cy = body[1] - sender[1]
    cz = body[2] - sender[2]
    far = (distance + radius) / (1.0 - MARGIN_CAP) + 100.0 * tau  # no body here is faster than 100 km/s
    if cx * cx + cy * cy + cz * cz > far * far:
        return MARGIN_CAP
    lag = 0.5 * tau
    for _ in range(2):
        x = cx + lag * (body[3] + 0.5 * lag * body[6])
        y = cy + lag * (body[4] + 0.5 * lag * body[7])
        z = cz + lag * (body[5] + 0.5 * lag * body[8])
        lag = tau * share_of_way(n[0], n[1], n[2], distance, x, y, z)
    x = cx + lag * (body[3] + 0.5 * lag * body[6])
    y = cy + lag * (body[4] + 0.5 * lag * body[7])
    z = cz + lag * (body[5] + 0.5 * lag * body[8])
    return limb_margin(n[0], n[1], n[2], distance, x, y, z, radius)


@njit(cache=True)
def sample_link(link, scene, slots, active, margins, ranges, work):  # type: ignore[no-untyped-def]
    """Write margins[T] and ranges[T] [km] of one link at the times of the scene.

    The sign of each margin is exact; a negative one may be greater than the least of all constraints, see
    `HOPELESS`.
    """
    bank, ends, limits, occulters, _, sun, with_light_time = link
    t, nodes, _, bodies, _, spheres, radii, _ = scene
    n = np.empty(3)
    far_end = np.empty(6)
    out = np.empty(6)
    tau = 0.0
    for k in range(t.size):
        sender = nodes[slots[NODE_FROM], k]
        tau = _path(link, sender, nodes[slots[NODE_TO], k], t[k], tau, n, far_end)
        distance = np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])
        ranges[k] = distance
        for j in range(3):
            n[j] /= distance
        margin = min(MARGIN_CAP, 1.0 - distance / limits[MAX_RANGE])
        for end in range(2):
            if margin > HOPELESS:
                state = sender if end == 0 else far_end
                margin = min(margin, _end_margin(link, scene, slots, k, end, state, n, end * tau, out))
        for i in range(spheres.size):
            if active[i] and margin > HOPELESS:
                sphere = _sphere_margin(bodies[spheres[i], k], radii[i], sender, n, distance, tau)
                margin = min(margin, sphere)
        if abs(margin) < EXACT_BELOW:
            work[3, LIGHT_TIME] = tau
            margin = link_margin(bank, ends, limits, occulters, radii, sun, with_light_time, t[k], work)
        margins[k] = margin


@njit(cache=True)
def _path(link, sender, receiver, t, guess, path, far_end):  # type: ignore[no-untyped-def]
    """Write the vector to the receiver to path[0:3] and its state to far_end[0:6]; return the light time [s]."""
    bank, ends, _, _, _, _, with_light_time = link
    for j in range(6):
        far_end[j] = receiver[j]
    x = receiver[0] - sender[0]
    y = receiver[1] - sender[1]
    z = receiver[2] - sender[2]
    tau = 0.0
    if with_light_time:
        distance = np.sqrt(x * x + y * y + z * z)
        tau = distance / (C_KM_S - (x * receiver[3] + y * receiver[4] + z * receiver[5]) / distance)
        if tau < NEAR_S:
            for j in range(3):
                far_end[j] += tau * receiver[3 + j]
        else:
            tau = light_time(bank, sender, ends[NODE_TO], t, guess if guess > 0.0 else tau, C_KM_S, far_end)
    for j in range(3):
        path[j] = far_end[j] - sender[j]
    return tau
