"""Packaged periodic orbits: a state near each, corrected when it is asked for, and where it comes from.

Names follow the JPL catalogue: north and south say on which side of the Moon's orbit plane the orbit reaches
farther; a resonance p:q means p revolutions in q months, sidereal for distant retrograde orbits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import SYSTEMS, ThreeBodySystem, system
from qqnet.threebody.periodic import Fixed, PeriodicOrbit, correct


@dataclass(frozen=True)
class Seed:
    """A state near a periodic orbit, and what chooses the orbit from its family.

    Attributes
    ----------
    name : str
        Name as written in scenarios.
    system : str
        Three-body system.
    x, z, vy : float
        Where the orbit crosses the xz plane at a right angle, nondimensional rotating coordinates.
    fixed : str
        What the correction keeps: "x", "z", "period" or "jacobi".
    period : float or None
        Nondimensional period, where that is kept.
    source : str
        Where the numbers come from.
    """

    name: str
    system: str
    x: float
    z: float
    vy: float
    fixed: Fixed
    period: float | None
    source: str


_AMPLITUDE: Final = 13_000.0 / SYSTEMS["Earth-Moon"].length_km
_SPREEN: Final = (
    "D. E. C. Spreen, Trajectory design and targeting for applications to the exploration program in cislunar "
    "space, PhD thesis, Purdue 2021, pp. 245-246, read in public code that quotes it (secondary source)"
)
_QUEQIAO: Final = (
    "computed here: L2 halo with greatest |z| of 13000 km, the amplitude of Queqiao-1 in Zhang 2021, "
    "doi 10.34133/2021/3471608, table 1; unit of length of the JPL Three-Body API"
)
_L1: Final = (
    "computed here: L1 halo with greatest |z| of 13000 km, the amplitude of Queqiao-1 taken over as an "
    "assumption; traced from Az = 8000 km, residual at the second crossing below 1e-14"
)
_DRO: Final = "computed here: distant retrograde orbit whose period is {} of the Moon's"

_ALL: Final = (
    Seed("halo-L2-north-13000km", "Earth-Moon", 1.179768406630, _AMPLITUDE, -0.161987963428, "z", None, _QUEQIAO),
    Seed("halo-L2-south-13000km", "Earth-Moon", 1.179768406630, -_AMPLITUDE, -0.161987963428, "z", None, _QUEQIAO),
    Seed("halo-L1-north-13000km", "Earth-Moon", 0.823458841654, _AMPLITUDE, 0.142948348275, "z", None, _L1),
    Seed("halo-L1-south-13000km", "Earth-Moon", 0.823458841654, -_AMPLITUDE, 0.142948348275, "z", None, _L1),
    Seed("nrho-L2-south-9:2", "Earth-Moon", 1.02134, -0.18162, -0.10176, "z", None, _SPREEN),
    Seed("nrho-L2-south-4:1", "Earth-Moon", 1.03545, -0.19003, -0.13071, "z", None, _SPREEN),
    Seed("nrho-L2-north-9:2", "Earth-Moon", 1.02134, 0.18162, -0.10176, "z", None, _SPREEN + "; mirrored"),
    Seed("nrho-L2-north-4:1", "Earth-Moon", 1.03545, 0.19003, -0.13071, "z", None, _SPREEN + "; mirrored"),
    Seed("dro-2:1", "Earth-Moon", 0.808932810866, 0.0, 0.515640610509, "period", np.pi, _DRO.format("1/2")),
    Seed("dro-3:1", "Earth-Moon", 0.859727147390, 0.0, 0.474152335273, "period", 2.0 * np.pi / 3.0,
         _DRO.format("1/3")),
)  # fmt: skip

SEEDS: Final = {seed.name: seed for seed in _ALL}
"""Packaged periodic orbits by name."""


@cache
def seed_orbit(name: str) -> tuple[ThreeBodySystem, PeriodicOrbit]:
    """Return a packaged periodic orbit.

    Parameters
    ----------
    name : str
        A key of `SEEDS`.

    Returns
    -------
    system : ThreeBodySystem
        The system it belongs to.
    orbit : PeriodicOrbit
        The corrected orbit.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> _, orbit = seed_orbit("dro-2:1")
    >>> round(orbit.jacobi, 8)
    2.93052076
    """
    if name not in SEEDS:
        raise InputError(f"unknown periodic orbit {name!r}; known: {', '.join(SEEDS)}")
    seed = SEEDS[name]
    pair = system(seed.system)
    return pair, correct(pair.mu, seed.x, seed.z, seed.vy, fixed=seed.fixed, period=seed.period)
