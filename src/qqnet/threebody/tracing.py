"""A family of periodic orbits as a table: what its members are like, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.threebody.catalogue import Path, depth_km, family, path_of
from qqnet.threebody.continuation import Member, between, locate
from qqnet.threebody.cr3bp import ThreeBodySystem
from qqnet.threebody.periodic import PeriodicOrbit
from qqnet.threebody.synodic import period_s

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

COLUMNS: Final = (
    "x", "z", "vy", "vz", "period", "period_d", "jacobi", "stability", "az_km", "periapsis_km", "apoapsis_km",
)  # fmt: skip
"""Of a table: state and period nondimensional, period in real days, the distances from the secondary's centre."""


@dataclass(frozen=True, eq=False)
class Family:
    """Members of a family, in order.

    Attributes
    ----------
    system : ThreeBodySystem
        The primaries.
    name : str
        Name of the family.
    orbits : tuple of PeriodicOrbit
        The members.
    """

    system: ThreeBodySystem
    name: str
    orbits: tuple[PeriodicOrbit, ...]

    def rows(self) -> list[dict[str, float]]:
        """Return one row of `COLUMNS` for each member."""
        return [row(self.system, orbit) for orbit in self.orbits]

    def table(self) -> pd.DataFrame:
        """Return the members as a table with `COLUMNS`."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))


def row(system: ThreeBodySystem, orbit: PeriodicOrbit) -> dict[str, float]:
    """Return what `COLUMNS` say about an orbit."""
    x, _, z, _, vy, vz = (float(value) for value in orbit.initial)
    extent, length = orbit.extent, system.length_km
    return {
        "x": x,
        "z": z,
        "vy": vy,
        "vz": vz,
        "period": orbit.period,
        "period_d": period_s(system, orbit) / SECONDS_PER_DAY,
        "jacobi": orbit.jacobi,
        "stability": orbit.stability,
        "az_km": extent.z * length,
        "periapsis_km": extent.nearest_secondary * length,
        "apoapsis_km": extent.farthest_secondary * length,
    }


def trace(
    system: ThreeBodySystem, name: str, count: int | None = None, *, below_surface: bool = False
) -> Family:
    """Follow a family from its beginning to its end.

    Parameters
    ----------
    system : ThreeBodySystem
        The primaries.
    name : str
        A key of `qqnet.threebody.catalogue.FAMILIES`.
    count : int, optional
        How many members, evenly spaced along the family; as they were found where not given.
    below_surface : bool
        Whether members that pass below the surface of a body are kept.

    Returns
    -------
    Family
        Its members.

    Raises
    ------
    InputError
        If the family is unknown, does not exist in this system, or less than two members are wanted.
    """
    kind = family(name)
    if count is not None and count < 2:
        raise InputError(f"{count} members of {name}; at least 2 show a family")
    members = path_of(system, kind)
    try:
        runs = [run for run in _runs(members, below_surface) if len(run) > 1 or count is None]
    except InputError as error:
        raise InputError(f"{system.name} {name}: {error}") from None
    if not runs:
        raise InputError(f"{system.name} {name}: none of its members stays above the surfaces")
    chosen = [member for run in runs for member in run] if count is None else _evenly(members, runs, count)
    orbits = (members.orbit(member) for member in chosen)
    return Family(system, name, tuple(orbit.mirrored if kind.south else orbit for orbit in orbits))


def _runs(members: Path, below_surface: bool) -> Iterator[list[Member]]:
    """Yield the parts of a family that stay above the surfaces, from edge to edge."""

    def depth(member: Member) -> float:
        return -1.0 if below_surface else depth_km(members.system, members.orbit(member))[0]

    run: list[Member] = []
    before: Member | None = None
    for member, orbit in members:
        clear = below_surface or depth_km(members.system, orbit)[0] <= 0.0
        if before is not None and clear != bool(run):
            run.append(locate(members.curve, before, member, depth))
        if clear:
            run.append(member)
        elif run:
            yield run
            run = []
        before = member
    if run:
        yield run


def _evenly(members: Path, runs: list[list[Member]], count: int) -> list[Member]:
    """Return members at even distances along the parts of a family."""
    scale = members.curve.scale
    pairs = [pair for run in runs for pair in pairwise(run)]
    lengths = [float(np.linalg.norm((b.unknown - a.unknown) / scale)) for a, b in pairs]
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    chosen = []
    for place in np.linspace(0.0, reached[-1], count):
        index = min(int(np.searchsorted(reached, place, side="right")) - 1, len(pairs) - 1)
        share = (place - reached[index]) / lengths[index]
        one, other = pairs[index]
        if share <= 1e-9 or share >= 1.0 - 1e-9:
            chosen.append(one if share < 0.5 else other)
        else:
            chosen.append(between(members.curve, one, other, float(share)))
    return chosen
