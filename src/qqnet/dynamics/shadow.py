"""How much of the Sun's disc is seen past a sphere: umbra, penumbra, antumbra."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy", nogil=True)
def sunlit(sx, sy, sz, sun_radius, bx, by, bz, body_radius):  # type: ignore[no-untyped-def]
    """Return the share of the Sun's disc that a sphere leaves visible, 0 to 1.

    Positions of Sun and sphere are relative to the observer, radii in the same unit. Discs overlap as circles of
    their angular radii in a plane: Montenbruck & Gill 2000, Satellite Orbits, section 3.4.2.
    """
    sun_distance = np.sqrt(sx * sx + sy * sy + sz * sz)
    distance = np.sqrt(bx * bx + by * by + bz * bz)
    if distance <= body_radius:
        return 0.0
    if sx * bx + sy * by + sz * bz <= 0.0 and distance > 1.1 * body_radius:
        return 1.0
    a = np.arcsin(min(1.0, sun_radius / sun_distance))
    b = np.arcsin(body_radius / distance)
    # The angle between two directions from its half: exact for small ones too.
    ux, uy, uz = sx / sun_distance, sy / sun_distance, sz / sun_distance
    vx, vy, vz = bx / distance, by / distance, bz / distance
    apart = np.sqrt((ux - vx) ** 2 + (uy - vy) ** 2 + (uz - vz) ** 2)
    c = 2.0 * np.arcsin(min(1.0, 0.5 * apart))
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
    return 1.0 - covered / (np.pi * a * a)
