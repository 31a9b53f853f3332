"""The member of a family that a user asks for, and a family as a table.

A member is addressed by one number: a resonance, the amplitude across the plane of the primaries, the Jacobi
constant or the period. Where several members have it, the first is meant: the one nearest to where the family
begins. Members that pass below a surface are left out.

Lengths in km use the system's unit of length. Times in seconds, and resonances, count one turn of the primaries
as their real mean period, as the mapping into the real world does (`qqnet.threebody.synodic`): a 9:2 orbit makes
9 turns in 2 real synodic months. Published states of the same name may be other members of the family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.threebody.catalogue import Kind, Path, depth_km, family, path_of
from qqnet.threebody.continuation import Member, between, locate
from qqnet.threebody.cr3bp import ThreeBodySystem
from qqnet.threebody.cr3bp import system as system_named
from qqnet.threebody.periodic import Fixed, PeriodicOrbit, correct

Floats = NDArray[np.float64]
Measure = Callable[[PeriodicOrbit], float]

_RESONANCE: Final = re.compile(r"\s*([1-9][0-9]{0,3})\s*:\s*([1-9][0-9]{0,3})(?:\s+(synodic|sidereal))?\s*")


@dataclass(frozen=True)
class Request:
    """Which member of a family is wanted.

    Attributes
    ----------
    text : str
        As the user says it.
    measure : callable
        The quantity, of an orbit.
    value : float
        What it shall be, nondimensional.
    fixed : str or None
        The same for `qqnet.threebody.periodic.correct`, where that knows it.
    """

    text: str
    measure: Measure
    value: float
    fixed: Fixed | None


def check_request(
    system_name: str,
    family_name: str,
    resonance: str | None = None,
    az_km: float | None = None,
    jacobi: float | None = None,
    period_s: float | None = None,
) -> Request:
    """Check what can be checked about a request without following the family.

    Parameters
    ----------
    system_name : str
        Three-body system.
    family_name : str
        A key of `qqnet.threebody.catalogue.FAMILIES`.
    resonance, az_km, jacobi, period_s
        As for `find_orbit`.

    Returns
    -------
    Request
        What is wanted.

    Raises
    ------
    InputError
        If the system or the family is unknown, not exactly one quantity is given, or its value cannot be.
    """
    pair, kind = system_named(system_name), family(family_name)
    given = {"resonance": resonance, "az": az_km, "jacobi": jacobi, "period": period_s}
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        got = " and ".join(named) if named else "none"
        raise InputError(f"{kind.name} needs exactly one of resonance, az, jacobi and period; got {got}")
    if resonance is not None:
        return Request(f"resonance {resonance}", _period, _resonant_period(pair, kind, resonance), "period")
    number = float(next(value for value in (az_km, jacobi, period_s) if value is not None))
    if not np.isfinite(number) or (number <= 0.0 and jacobi is None):
        raise InputError(f"{kind.name}: {named[0]} of {number:g}; it must be above 0")
    if az_km is not None:
        if kind.planar:
            raise InputError(f"{kind.name} orbits are planar and have no az; use resonance, jacobi or period")
        # Halo and vertical orbits begin where they reach farthest, others reach farther on their way.
        fixed: Fixed | None = "z" if kind.kind in ("halo", "vertical") else None
        return Request(f"az of {az_km:g} km", _amplitude, az_km / pair.length_km, fixed)
    if jacobi is not None:
        return Request(f"Jacobi constant of {jacobi:g}", _jacobi, jacobi, "jacobi")
    return Request(
        f"period of {number / SECONDS_PER_DAY:g} d",
        _period,
        number / pair.mean_period_s * 2.0 * np.pi,
        "period",
    )


def _resonant_period(pair: ThreeBodySystem, kind: Kind, resonance: str) -> float:
    """Return the nondimensional period of a resonance."""
    match = _RESONANCE.fullmatch(str(resonance))
    if match is None:
        raise InputError(
            f"{kind.name}: resonance {resonance!r}; right is p:q, p revolutions in q months, such as '9:2', "
            "perhaps followed by 'synodic' or 'sidereal'"
        )
    month = match[3] or ("synodic" if kind.synodic and pair.synodic_period_s is not None else "sidereal")
    if month == "synodic" and pair.synodic_period_s is None:
        raise InputError(
            f"{kind.name}: resonance {resonance!r}; {pair.name} has no synodic period, use sidereal"
        )
    turns = (pair.synodic_period_s or 0.0) / pair.mean_period_s if month == "synodic" else 1.0
    return 2.0 * np.pi * turns * int(match[2]) / int(match[1])


def _period(orbit: PeriodicOrbit) -> float:
    return orbit.period


def _jacobi(orbit: PeriodicOrbit) -> float:
    return orbit.jacobi


def _amplitude(orbit: PeriodicOrbit) -> float:
    return orbit.extent.z


@cache
def find_orbit(
    system: ThreeBodySystem,
    family_name: str,
    *,
    resonance: str | None = None,
    az_km: float | None = None,
    jacobi: float | None = None,
    period_s: float | None = None,
) -> PeriodicOrbit:
    """Find the member of a family that has a given resonance, amplitude, Jacobi constant or period.

    Parameters
    ----------
    system : ThreeBodySystem
        The primaries.
    family_name : str
        A key of `qqnet.threebody.catalogue.FAMILIES`.
    resonance : str, optional
        ``p:q``, p revolutions in q months (the real mean period of the pair). Synodic months, from new Moon to
        new Moon, in the Earth-Moon system; sidereal ones for distant retrograde orbits and in other systems;
        ``"p:q sidereal"`` and ``"p:q synodic"`` say it outright.
    az_km : float, optional
        Greatest distance from the plane of the primaries [km], in the system's unit of length.
    jacobi : float, optional
        Jacobi constant [1].
    period_s : float, optional
        Period [s], one turn of the primaries being their real mean period.

    Returns
    -------
    PeriodicOrbit
        The first member, from the family's beginning, that has it and stays above both surfaces.

    Raises
    ------
    InputError
        If the request makes no sense, or no member has what is asked for; with what exists.

    Examples
    --------
    >>> orbit = find_orbit(system_named("Earth-Moon"), "dro", resonance="2:1")
    >>> round(orbit.jacobi, 8)
    2.93052076
    """
    wanted = check_request(
        system.name, family_name, resonance=resonance, az_km=az_km, jacobi=jacobi, period_s=period_s
    )
    kind = family(family_name)
    below: list[tuple[float, str]] = []
    try:
        for orbit in _matches(path_of(system, kind), wanted):
            depth, body = depth_km(system, orbit)
            if depth <= 0.0:
                return orbit.mirrored if kind.south else orbit
            below.append((depth, body))
    except InputError as error:
        raise InputError(f"{system.name} {kind.name}: {error}") from None
    if below:
        depth, body = below[0]
        reason = f"its member with {wanted.text} passes {depth:.0f} km below the surface of {body}"
    else:
        reason = f"it has no member with {wanted.text}"
    raise InputError(f"{system.name} {kind.name}: {reason}; {_what_exists(system, kind)}")


def _matches(members: Path, wanted: Request) -> Iterator[PeriodicOrbit]:
    """Yield the members of a family that have what is asked for, in order."""

    def error(member: Member) -> float:
        return wanted.measure(members.orbit(member)) - wanted.value

    last: list[tuple[Member, float]] = []
    for member, orbit in members:
        here = member, wanted.measure(orbit) - wanted.value
        if len(last) == 2 and last[1][1] * here[1] > 0.0 and last[0][1] * last[1][1] > 0.0:
            # A quantity that turns round between neighbours may reach the value there, unseen by them.
            turning = _turning_point(members, last[0], last[1], here, error)
            if turning is not None:
                yield _exact(members, locate(members.curve, last[0][0], turning, error), wanted)
                yield _exact(members, locate(members.curve, turning, here[0], error), wanted)
        if last and last[-1][1] * here[1] <= 0.0 and here[1] != last[-1][1]:
            yield _exact(members, locate(members.curve, last[-1][0], member, error), wanted)
        last = [*last[-1:], here]


def _turning_point(
    members: Path,
    before: tuple[Member, float],
    here: tuple[Member, float],
    after: tuple[Member, float],
    error: Callable[[Member], float],
) -> Member | None:
    """Return the member at which an error of one sign at three neighbours has the other one; None if none."""
    sign = np.sign(here[1])
    if abs(here[1]) >= min(abs(before[1]), abs(after[1])):
        return None
    if abs(here[1]) > max(abs(before[1]), abs(after[1])) - abs(here[1]):  # a parabola would not reach so far
        return None
    best = turning(members, before[0], here[0], after[0], lambda member: float(sign) * error(member))
    return best if sign * error(best) < 0.0 else None


def turning(
    members: Path, before: Member, here: Member, after: Member, of: Callable[[Member], float]
) -> Member:
    """Return the member between two neighbours of `here` at which a quantity is least."""
    from scipy.optimize import minimize_scalar

    def member(share: float) -> Member:
        if share == 0.0:
            return here
        return between(members.curve, here, before if share < 0.0 else after, abs(share))

    found = minimize_scalar(lambda share: of(member(share)), bounds=(-1.0, 1.0), method="bounded")
    return member(float(found.x))


def _exact(members: Path, member: Member, wanted: Request) -> PeriodicOrbit:
    """Return a member, corrected once more with the quantity itself kept."""
    orbit = members.orbit(member)
    if wanted.fixed is None:
        return orbit
    x, _, z, _, vy, vz = orbit.initial
    period, jacobi = orbit.period, None
    if wanted.fixed == "z":
        z = np.copysign(wanted.value, z)
    elif wanted.fixed == "jacobi":
        jacobi = wanted.value
    else:
        period = wanted.value
    try:
        return correct(
            orbit.mu, x, z, vy, vz=vz, fixed=wanted.fixed, period=period, jacobi=jacobi, arc=members.curve.arc
        )
    except InputError:  # where the quantity turns round it does not choose a member
        return orbit


def _what_exists(system: ThreeBodySystem, kind: Kind) -> str:
    """Say what the members above the surfaces have."""
    from qqnet.threebody.tracing import trace

    try:
        rows = trace(system, kind.name).table()
    except InputError:
        return "none of its members stays above the surfaces"
    low, high = rows.min(), rows.max()
    synodic = kind.synodic and system.synodic_period_s is not None
    month = ((system.synodic_period_s or 0.0) if synodic else system.mean_period_s) / SECONDS_PER_DAY
    az = "" if kind.planar else f", az from {low['az_km']:.0f} to {high['az_km']:.0f} km"
    return (
        f"it has periods from {low['period_d']:.4g} to {high['period_d']:.4g} d, that is "
        f"{month / high['period_d']:.3g} to {month / low['period_d']:.3g} revolutions in a "
        f"{'synodic' if synodic else 'sidereal'} period of the primaries{az}, Jacobi constants from "
        f"{low['jacobi']:.5g} to {high['jacobi']:.5g}"
    )
