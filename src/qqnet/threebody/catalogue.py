"""Families of periodic orbits by name, and their members in order.

A family begins at its libration point, its branching or the secondary, and is followed until it returns to a
plane, comes too near to a centre, or its period grows beyond two turns of the primaries. Members that pass below
a surface are followed, as a family may come out again, and are never handed out as orbits to fly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from qqnet.errors import InputError
from qqnet.threebody.continuation import Member
from qqnet.threebody.cr3bp import Point, ThreeBodySystem
from qqnet.threebody.periodic import PeriodicOrbit, periodic_orbit
from qqnet.threebody.starts import near_rectilinear, start

MEMBERS: Final = 500
"""A family is followed no farther than this many members."""

LONGEST_PERIOD: Final = 4.0 * np.pi
"""A family is followed up to this nondimensional period: two turns of the primaries."""


@dataclass(frozen=True)
class Kind:
    """One family.

    Attributes
    ----------
    name : str
        Name as written in scenarios.
    title : str
        What it is, for people.
    kind : str
        Kind of orbit, as `qqnet.threebody.starts.start` knows it.
    point : str or None
        Libration point.
    south : bool
        Whether it is the mirror image of what is followed.
    narrow : bool
        Whether only the near-rectilinear part of a halo family is meant.
    synodic : bool
        Whether a resonance counts synodic periods, where the system has them; sidereal ones otherwise.
    """

    name: str
    title: str
    kind: str
    point: Point | None
    south: bool = False
    narrow: bool = False
    synodic: bool = True

    @property
    def planar(self) -> bool:
        """Whether its orbits stay in the plane of the primaries."""
        return self.kind in ("lyapunov", "dro")


def _kinds() -> Iterator[Kind]:
    points: tuple[Point, ...] = ("L1", "L2", "L3")
    sides = (("north", False), ("south", True))
    for point in points:
        for side, south in sides:
            yield Kind(
                f"halo-{point}-{side}", f"halo orbits about {point}, reaching {side}", "halo", point, south
            )
    for point in points[:2]:
        for side, south in sides:
            title = f"near-rectilinear halo orbits of {point}, reaching {side}"
            yield Kind(f"nrho-{point}-{side}", title, "halo", point, south, narrow=True)
    for side, south in sides:
        title = f"butterfly orbits, two wings reaching {side} of the secondary"
        yield Kind(f"butterfly-{side}", title, "butterfly", None, south)
    yield Kind("dro", "distant retrograde orbits about the secondary", "dro", None, synodic=False)
    for point in points:
        yield Kind(f"lyapunov-{point}", f"planar Lyapunov orbits about {point}", "lyapunov", point)
    for point in points:
        yield Kind(
            f"vertical-{point}",
            f"vertical Lyapunov orbits about {point}",
            "vertical",
            point,
        )
    for point in points:
        yield Kind(f"axial-{point}", f"axial orbits of {point}, between planar and vertical", "axial", point)


FAMILIES: Final = {kind.name: kind for kind in _kinds()}
"""Families by name."""


def family(name: str) -> Kind:
    """Return a family by name.

    Raises
    ------
    InputError
        If there is none of that name; with the nearest one.
    """
    if name in FAMILIES:
        return FAMILIES[name]
    import difflib

    plain = {known.lower(): known for known in FAMILIES}
    near = difflib.get_close_matches(name.lower().replace("_", "-").replace(" ", "-"), plain, 1, 0.5)
    hint = f"; did you mean {plain[near[0]]!r}?" if near else ";"
    raise InputError(f"unknown three-body family {name!r}{hint} known: {', '.join(FAMILIES)}")


class Path:
    """The members of a family, followed as far as they are asked for.

    Attributes
    ----------
    system : ThreeBodySystem
        The primaries.
    curve : Curve
        The family's equations.
    """

    def __init__(self, system: ThreeBodySystem, kind: str, point: Point | None, narrow: bool) -> None:
        self.system = system
        self.curve, members = start(system, kind, point)
        self._kind, self._narrow = kind, narrow
        self._coming = near_rectilinear(self.curve, members) if narrow else members
        self._known: list[tuple[Member, PeriodicOrbit]] = []
        self._failure: InputError | None = None

    def __iter__(self) -> Iterator[tuple[Member, PeriodicOrbit]]:
        yield from self._known
        while (member := self._next()) is not None:
            self._known.append((member, self.orbit(member)))
            yield self._known[-1]

    def _next(self) -> Member | None:
        if self._failure is not None:
            raise self._failure
        try:
            member = next(self._coming, None)
        except InputError as error:
            self._failure = error
            raise
        if member is None or self._ends(member):
            self._coming = iter(())
            return None
        return member

    def orbit(self, member: Member) -> PeriodicOrbit:
        """Return a member as an orbit."""
        return periodic_orbit(self.curve.mu, self.curve.arc, member.unknown, member.defect)

    def _ends(self, member: Member) -> bool:
        if len(self._known) >= MEMBERS or self.curve.arc.parts * member.unknown[3] > LONGEST_PERIOD:
            return True
        if not self._known:
            return False
        before, orbit = self._known[-1]
        if (
            self._narrow
            and depth_km(self.system, orbit)[0] > 0.0 >= depth_km(self.system, self.orbit(member))[0]
        ):
            return True  # out of the body again, as other orbits
        if self._kind in ("halo", "vertical"):  # back in the plane: from there on the mirror image
            return bool(member.unknown[1] * before.unknown[1] <= 0.0)
        if self._kind == "axial":  # at the vertical family: from there on the same orbits mirrored
            return member.branching * before.branching <= 0.0
        return False


@cache
def path(system: ThreeBodySystem, kind: str, point: Point | None, narrow: bool) -> Path:
    """Return the members of a family; what was followed once is kept."""
    return Path(system, kind, point, narrow)


def path_of(system: ThreeBodySystem, kind: Kind) -> Path:
    """Return the members of a family; of a southern one those of its northern image."""
    return path(system, kind.kind, kind.point, kind.narrow)


def depth_km(system: ThreeBodySystem, orbit: PeriodicOrbit) -> tuple[float, str]:
    """Return how far below a surface an orbit passes [km], negative where it stays above, and of which body."""
    length, extent = system.length_km, orbit.extent
    return max(
        (system.primary_radius_km - extent.nearest_primary * length, system.primary),
        (system.secondary_radius_km - extent.nearest_secondary * length, system.secondary),
    )
