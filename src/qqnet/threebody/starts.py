"""Where families of periodic orbits begin: the linear motion about a libration point, or a branching.

Planar and vertical Lyapunov orbits grow out of a collinear point, whose linearised motion oscillates in and
across the plane of the primaries (Szebehely 1967, Theory of Orbits, ch. 5). Halo orbits branch off the planar
ones where these lose their stability to motion across the plane, axial orbits later. Butterfly orbits branch off
the near-rectilinear halo orbits where the period doubles. Distant retrograde orbits grow out of small circles
about the secondary. South is north mirrored in the plane of the primaries; only north is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.threebody.continuation import Curve, Member, branches, follow
from qqnet.threebody.cr3bp import Point, ThreeBodySystem, libration_point
from qqnet.threebody.periodic import (
    AXIS_TO_AXIS,
    PLANE_TO_AXIS,
    PLANE_TO_PLANE,
    periodic_orbit,
    stability_coefficients,
)

Floats = NDArray[np.float64]

FIRST: Final = 1e-3
"""Amplitude of the first member, and step off a branching [scaled]."""

STEP: Final = 0.01
"""First step [scaled]."""

LONGEST: Final = 0.1
"""Longest step [scaled]."""

CORE: Final = 0.05
"""Families end where an orbit comes nearer than this to the centre of a body [radii]; some dip below its surface
and come out again."""


def start(system: ThreeBodySystem, kind: str, point: Point | None) -> tuple[Curve, Iterator[Member]]:
    """Return a family's curve and its members from the beginning on.

    Parameters
    ----------
    system : ThreeBodySystem
        The primaries.
    kind : {"lyapunov", "vertical", "halo", "axial", "butterfly", "dro"}
        The kind of orbit.
    point : {"L1", "L2", "L3"} or None
        Where it lives, for those that belong to a point.

    Returns
    -------
    curve : Curve
        The family.
    members : iterator of Member
        Without end but where no further member is found.

    Raises
    ------
    InputError
        If the family does not branch off where it should in this system.
    """
    mu = system.mu
    if kind == "dro":
        curve, members = _retrograde(system)
    elif kind == "butterfly":
        curve, members = _butterfly(system)
    elif point is None:
        raise InputError(f"three-body orbits of kind {kind!r} live about a libration point")
    elif kind == "vertical":
        curve, members = _vertical(mu, point)
    elif kind == "lyapunov":
        curve, members = _planar(mu, point)
    elif kind == "halo":
        curve, members = _halo(system, point)
    else:
        curve, members = _axial(system, point)
    return curve, _above_core(system, curve, members)


def _above_core(system: ThreeBodySystem, curve: Curve, members: Iterator[Member]) -> Iterator[Member]:
    """End where orbits come too near to a centre: there steps become short without end."""
    core = CORE * np.array([system.primary_radius_km, system.secondary_radius_km]) / system.length_km
    for member in members:
        extent = periodic_orbit(curve.mu, curve.arc, member.unknown, member.defect).extent
        if extent.nearest_primary < core[0] or extent.nearest_secondary < core[1]:
            return
        yield member


def _oscillation(mu: float, point: Point) -> tuple[float, float, float, float, float]:
    """Return x, unit of length, frequencies in and across the plane, and ratio of axes at a collinear point."""
    x = float(libration_point(mu, point)[0])
    # 1/r1^3 and 1/r2^3 weighted by mass: the curvature of the potential along the line.
    c = (1.0 - mu) / abs(x + mu) ** 3 + mu / abs(x - 1.0 + mu) ** 3
    half = 0.5 * (2.0 - c)
    in_plane = float(np.sqrt(half + np.sqrt(half**2 + (1.0 + 2.0 * c) * (c - 1.0))))
    size = 1.0 if point == "L3" else abs(x - 1.0 + mu)
    return x, size, in_plane, float(np.sqrt(c)), (in_plane**2 + 1.0 + 2.0 * c) / (2.0 * in_plane)


def _planar(mu: float, point: Point) -> tuple[Curve, Iterator[Member]]:
    x, size, frequency, _, ratio = _oscillation(mu, point)
    # They go about the point clockwise. At this crossing the halo orbits that branch off reach farthest in z.
    side = 1.0 if point == "L2" else -1.0
    curve = Curve(mu, PLANE_TO_PLANE, size)
    direction = np.array([side, 0.0, -side * ratio * frequency, 0.0])
    first = np.array([x, 0.0, 0.0, np.pi / frequency]) + FIRST * curve.scale * direction
    return curve, follow(curve, first, direction, step=STEP, longest=LONGEST)


def _vertical(mu: float, point: Point) -> tuple[Curve, Iterator[Member]]:
    x, size, _, frequency, _ = _oscillation(mu, point)
    curve = Curve(mu, PLANE_TO_AXIS, size)
    first = np.array([x, FIRST * size, 0.0, 0.5 * np.pi / frequency])
    return curve, follow(curve, first, np.array([0.0, 1.0, 0.0, 0.0]), step=STEP, longest=LONGEST)


def _retrograde(system: ThreeBodySystem) -> tuple[Curve, Iterator[Member]]:
    mu = system.mu
    curve = Curve(mu, PLANE_TO_PLANE, float(np.cbrt(mu / 3.0)))
    radius = max(system.secondary_radius_km / system.length_km, 0.03 * curve.size)
    rate = np.sqrt(mu / radius**3) + 1.0  # seen from axes that turn the other way
    first = np.array([1.0 - mu - radius, 0.0, radius * rate, np.pi / rate])
    direction = np.array([-1.0, 0.0, 0.0, 0.0])
    return curve, follow(curve, first, direction, step=STEP, longest=3.0 * LONGEST)  # nothing turns sharply


def _halo(system: ThreeBodySystem, point: Point) -> tuple[Curve, Iterator[Member]]:
    curve, members = _planar(system.mu, point)
    members = _above_core(system, curve, members)
    return curve, _branch(curve, members, curve, np.eye(4), positive=1)


def _axial(system: ThreeBodySystem, point: Point) -> tuple[Curve, Iterator[Member]]:
    curve, members = _planar(system.mu, point)
    other = Curve(system.mu, AXIS_TO_AXIS, curve.size)
    # (x, z, vy, duration) at the plane is (x, vy, vz, duration) on the axis for planar orbits: z = 0, vz = 0.
    lift = np.zeros((4, 4))
    lift[0, 0] = lift[1, 2] = lift[3, 3] = 1.0
    return other, _branch(curve, _above_core(system, curve, members), other, lift, positive=2)


def _butterfly(system: ThreeBodySystem) -> tuple[Curve, Iterator[Member]]:
    curve, halos = _halo(system, "L2")
    narrow = near_rectilinear(curve, _above_core(system, curve, halos))
    doubled = np.diag([1.0, 1.0, 1.0, 2.0])
    # The branch to the side of the primary; the other one is the same orbits, begun in their other wing.
    return curve, _branch(curve, narrow, curve, doubled, positive=0, sign=-1.0)


def near_rectilinear(curve: Curve, halos: Iterator[Member]) -> Iterator[Member]:
    """Leave out the halo orbits before the first change of stability.

    The real pair of eigenvalues that makes a halo orbit unstable near its libration point reaches 1 there and
    turns onto the unit circle: Zimovan-Spreen, Howell & Davis 2020, Near rectilinear halo orbits and nearby
    higher-period dynamical structures, Celest. Mech. Dyn. Astr. 132:28.
    """
    begun = False
    for member in halos:
        if not begun:
            alpha, beta = stability_coefficients(curve.mu, curve.arc, member.unknown)
            begun = beta + 2.0 * alpha + 2.0 > 0.0
        if begun:
            yield member


def _branch(
    curve: Curve,
    members: Iterator[Member],
    other: Curve,
    lift: Floats,
    *,
    positive: int,
    sign: float = 1.0,
) -> Iterator[Member]:
    """Follow the first family that branches off, to the side where one of the unknowns grows."""
    for unknown, across in branches(curve, members, other, lift):
        direction = across * sign * np.sign(across[positive])
        yield from follow(
            other, unknown + FIRST * direction * other.scale, direction, step=STEP, longest=LONGEST
        )
        return
    raise InputError(
        f"this three-body family does not exist at a mass ratio of {curve.mu:.4g}: nothing branches off where "
        "it would begin"
    )
