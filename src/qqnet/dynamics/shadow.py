"""How much of the Sun's disc is seen past a sphere, and where that begins to change: umbra, penumbra, antumbra.

Light fades between two contacts of the discs, from outside and from inside, and is smooth only between them. An
integrator that is to keep its order steps from contact to contact: `next_contact` finds them on a step.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from qqnet.dynamics.arcs import series
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.surroundings import look_around

CONTACT_S: Final = 1e-3
"""How exactly contacts are found [s]. Light changes there with the power 3/2 of time: nothing is lost."""

NO_CONTACT: Final = 2.0


@njit(cache=True, error_model="numpy", nogil=True)
def discs(sx, sy, sz, sun_radius, bx, by, bz, body_radius):  # type: ignore[no-untyped-def]
    """Return the angular radii of Sun and sphere, and the angle between their centres [rad].

    Positions of Sun and sphere are relative to the observer, radii in the same unit.
    """
    sun_distance = np.sqrt(sx * sx + sy * sy + sz * sz)
    distance = np.sqrt(bx * bx + by * by + bz * bz)
    a = np.arcsin(min(1.0, sun_radius / sun_distance))
    b = np.arcsin(min(1.0, body_radius / distance))
    # The angle between two directions from the distance of their ends: exact for small ones too.
    ux, uy, uz = sx / sun_distance, sy / sun_distance, sz / sun_distance
    vx, vy, vz = bx / distance, by / distance, bz / distance
    apart = np.sqrt((ux - vx) ** 2 + (uy - vy) ** 2 + (uz - vz) ** 2)
    return a, b, 2.0 * np.arcsin(min(1.0, 0.5 * apart))


@njit(cache=True, error_model="numpy", nogil=True)
def sunlit(sx, sy, sz, sun_radius, bx, by, bz, body_radius):  # type: ignore[no-untyped-def]
    """Return the share of the Sun's disc that a sphere leaves visible, 0 to 1.

    Arguments as of `discs`, which overlap as circles in a plane: Montenbruck & Gill 2000, Satellite Orbits,
    section 3.4.2.
    """
    a, b, c = discs(sx, sy, sz, sun_radius, bx, by, bz, body_radius)
    if c >= a + b:
        return 1.0
    if c <= b - a:
        return 0.0
    if c <= a - b:
        return 1.0 - (b / a) ** 2
    x = (c * c + a * a - b * b) / (2.0 * c)
    y = np.sqrt(max(a * a - x * x, 0.0))
    covered = (
        a * a * np.arccos(min(1.0, max(-1.0, x / a)))
        + b * b * np.arccos(min(1.0, max(-1.0, (c - x) / b)))
        - c * y
    )
    return min(1.0, max(0.0, 1.0 - covered / (np.pi * a * a)))


@njit(cache=True, error_model="numpy", nogil=True)
def light(around, columns, x, y, z, k):  # type: ignore[no-untyped-def]
    """Return the place relative to the Sun, and the share of its disc seen past all occulters; lane k."""
    c = around.sun_column * LANES
    sx, sy, sz = x, y, z
    if c >= 0:
        sx, sy, sz = x - columns[c + k], y - columns[c + LANES + k], z - columns[c + 2 * LANES + k]
    seen = 1.0
    for i in range(around.occulter_radius.size):
        bx, by, bz = _from_occulter(around, columns, x, y, z, k, i)
        seen *= sunlit(-sx, -sy, -sz, around.sun_radius, -bx, -by, -bz, around.occulter_radius[i])
    return sx, sy, sz, seen


@njit(cache=True, error_model="numpy", nogil=True)
def _from_occulter(around, columns, x, y, z, k, i):  # type: ignore[no-untyped-def]
    c = around.occulter_column[i] * LANES
    if c < 0:
        return x, y, z
    return x - columns[c + k], y - columns[c + LANES + k], z - columns[c + 2 * LANES + k]


@njit(cache=True, error_model="numpy", nogil=True)
def _gaps(around, columns, x, y, z, k, i, out):  # type: ignore[no-untyped-def]
    """Write the angles between the rims of Sun and occulter i, outside and inside; zero at a contact."""
    bx, by, bz = _from_occulter(around, columns, x, y, z, k, i)
    c = around.sun_column * LANES
    sx, sy, sz = x, y, z
    if c >= 0:
        sx, sy, sz = x - columns[c + k], y - columns[c + LANES + k], z - columns[c + 2 * LANES + k]
    a, b, apart = discs(-sx, -sy, -sz, around.sun_radius, -bx, -by, -bz, around.occulter_radius[i])
    out[0] = apart - (a + b)
    out[1] = apart - abs(b - a)


@njit(cache=True, error_model="numpy", nogil=True)
def _first_change(around, piece, time, step, i, low, high, columns):  # type: ignore[no-untyped-def]
    """Return the first contact between two places of a step, -1 to 1, as near behind it as `CONTACT_S` says."""
    x, now = np.empty(LANES), np.empty(LANES)
    place, gap, before = np.empty(3), np.empty(2), np.empty(2)
    x[:] = low
    found = NO_CONTACT
    first = True
    while True:
        for k in range(around.lanes):
            x[k] = low + (high - low) * k / (around.lanes - 1.0)
            now[k] = time + 0.5 * step * (x[k] + 1.0)
        look_around(around, now, columns)
        changed = -1
        for k in range(around.lanes):
            series(piece, x[k], place)
            _gaps(around, columns, place[0], place[1], place[2], k, i, gap)
            if first:
                before[0], before[1] = gap[0], gap[1]
                first = False
            elif before[0] * gap[0] < 0.0 or before[1] * gap[1] < 0.0:
                changed = k
                break
        if changed < 0:
            return found
        found = x[changed]
        low, high = x[max(changed - 1, 0)], x[changed]
        if changed == 0 or 0.5 * abs(step) * (high - low) < CONTACT_S:
            return found


@njit(cache=True, error_model="numpy", nogil=True)
def _suspicious(x, gaps, n):  # type: ignore[no-untyped-def]
    """Return whether a gap passes zero around sample n: by its signs, or by the parabola through three samples."""
    for kind in range(2):
        g0, g1, g2 = gaps[kind, n - 1], gaps[kind, n], gaps[kind, n + 1]
        if g0 * g1 < 0.0 or g1 * g2 < 0.0:
            return True
        left, right = x[n] - x[n - 1], x[n + 1] - x[n]
        rise, fall = (g1 - g0) / left, (g2 - g1) / right
        if rise * fall < 0.0:
            bend = (fall - rise) / (left + right)
            slope = rise + bend * left
            lowest = g1 - slope * slope / (4.0 * bend)
            # The parabola is a guess: look where it comes half-way to zero.
            if lowest * g1 < 0.0 or abs(lowest) < 0.5 * abs(g1):
                return True
    return False


@njit(cache=True, error_model="numpy", nogil=True)
def next_contact(around, x, place, columns, piece, time, step, spare):  # type: ignore[no-untyped-def]
    """Return the first place in a step, -1 to 1, where an occulter touches the Sun's disc; `NO_CONTACT` if none.

    ``x`` are the places of the lanes in the step, ``place`` and ``columns`` what is there, ``piece`` the series of
    the position. What lies nearer to the step's end than `CONTACT_S` is taken for the end.
    """
    lanes = around.lanes
    gaps, gap = np.empty((2, LANES)), np.empty(2)
    best = NO_CONTACT
    rim = 2.0 * CONTACT_S / abs(step)
    for i in range(around.occulter_radius.size):
        for k in range(lanes):
            _gaps(around, columns, place[k], place[LANES + k], place[2 * LANES + k], k, i, gap)
            gaps[0, k], gaps[1, k] = gap[0], gap[1]
        for n in range(1, lanes - 1):
            if _suspicious(x, gaps, n):
                low = -1.0 if n == 1 else x[n - 1]
                high = 1.0 if n == lanes - 2 else x[n + 1]
                best = min(
                    best, _first_change(around, piece, time, step, i, low, min(high, 1.0 - rim), spare)
                )
                if best <= high:
                    break
        # Between an end and the node next to it.
        if best > x[0]:
            best = min(best, _first_change(around, piece, time, step, i, -1.0, x[0], spare))
        if best > 1.0:
            best = min(best, _first_change(around, piece, time, step, i, x[lanes - 1], 1.0 - rim, spare))
    return best
