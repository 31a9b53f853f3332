"""Rules about orbits and the forces that act on them. One function a rule."""

from __future__ import annotations

import math
from collections.abc import Iterator

from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.orbits import KeplerianOrbit, StateOrbit, ThreeBodyOrbit
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding, Item

Findings = Iterator[Finding]


def bodies_of_orbits_are_known(draft: Draft) -> Findings:
    """Every orbit is about a body that QQNet knows."""
    from qqnet.space.bodies import BODIES

    for item in draft.items.get("nodes", []):
        orbit = item.orbit
        if isinstance(orbit, KeplerianOrbit | StateOrbit) and orbit.body not in BODIES:
            yield Finding((*item.path, "orbit", "body"), unknown("body", orbit.body, BODIES), orbit.body)


def orbits_clear_the_surface(draft: Draft) -> Findings:
    """A Keplerian orbit has its periapsis above the surface, and a state its position."""
    from qqnet.space.bodies import BODIES

    for item in draft.items.get("nodes", []):
        orbit = item.orbit
        if not isinstance(orbit, KeplerianOrbit | StateOrbit) or orbit.body not in BODIES:
            continue
        body = BODIES[orbit.body]
        radius = body.mean_radius_km
        key, lowest, what = _lowest(orbit, radius, body.gm_km3_s2)
        if lowest <= radius:
            message = (
                f"puts the {what} at a radius of {lowest:.1f} km, below the surface "
                f"({body.name}'s radius is {radius} km); it must be above"
            )
            yield Finding((*item.path, "orbit", key), message)


def _lowest(orbit: KeplerianOrbit | StateOrbit, radius_km: float, gm_km3_s2: float) -> tuple[str, float, str]:
    """Return the key that says how low an orbit begins, that radius [km], and what is there."""
    if isinstance(orbit, StateOrbit):
        return "position", math.hypot(*orbit.position), "spacecraft"
    if orbit.periapsis_altitude is not None:
        return "periapsis_altitude", radius_km + orbit.periapsis_altitude, "periapsis"
    if orbit.a is not None:
        return "a", orbit.a * (1.0 - (orbit.e or 0.0)), "periapsis"
    a = math.cbrt(gm_km3_s2 * ((orbit.period or 0.0) / (2 * math.pi)) ** 2)
    return "period", a * (1.0 - (orbit.e or 0.0)), "periapsis"


def _center(item: Item) -> str | None:
    """Return the central body of a node's orbit; None where it is not known without computing."""
    orbit = item.orbit
    if isinstance(orbit, KeplerianOrbit | StateOrbit):
        return orbit.body
    if isinstance(orbit, ThreeBodyOrbit):
        return orbit.system.split("-")[1]
    return None


def forces_are_known(draft: Draft) -> Findings:
    """Bodies that pull are in the ephemeris, and the gravity field reaches the degree that is asked for."""
    from qqnet.space.bodies import BODIES

    for item in draft.items.get("nodes", []):
        dynamics, center = item.dynamics, _center(item)
        if not isinstance(dynamics, Dynamics):
            continue
        path = (*item.path, "dynamics")
        for n, name in enumerate(dynamics.third_bodies or []):
            if name not in BODIES:
                message = unknown("body", name, BODIES)
            elif name == center and not isinstance(item.orbit, ThreeBodyOrbit):  # both bodies of a pair pull
                message = "is the central body, which pulls anyway; leave it out here"
            elif name in (dynamics.third_bodies or [])[:n]:
                message = "is named twice; once is right"
            else:
                continue
            yield Finding((*path, "third_bodies", n), message, name)
        if dynamics.degree and center in BODIES:
            yield from _degree_exists(dynamics.degree, str(center), (*path, "degree"))


def _degree_exists(degree: int, center: str, path: tuple[str | int, ...]) -> Findings:
    from qqnet.space.gravity import LARGEST_DEGREE

    largest = LARGEST_DEGREE.get(center)
    if largest is None:
        has = ", ".join(LARGEST_DEGREE)
        yield Finding(path, f"needs a gravity field of {center}; there are those of {has}; 0 is a point mass")
    elif degree > largest:
        yield Finding(path, f"is above {largest}, the largest degree of {center}'s gravity field here")


def families_are_known(draft: Draft) -> Findings:
    """A three-body orbit names a family of its system, and a member that it has."""
    for item in draft.items.get("nodes", []):
        if isinstance(item.orbit, ThreeBodyOrbit) and item.orbit.family is not None:
            yield from _member_exists(item.orbit, item.orbit.family, (*item.path, "orbit"))


def _member_exists(orbit: ThreeBodyOrbit, family: str, path: tuple[str | int, ...]) -> Findings:
    from qqnet.errors import InputError
    from qqnet.threebody.families import check_request

    wanted = {"resonance": orbit.resonance, "az": orbit.az, "jacobi": orbit.jacobi, "period": orbit.period}
    try:
        check_request(orbit.system, family, orbit.resonance, orbit.az, orbit.jacobi, orbit.period)
    except InputError as error:
        message = str(error)
        key = next((key for key, value in wanted.items() if value is not None), "family")
        yield Finding((*path, "family" if message.startswith("unknown") else key), message)


def epochs_are_covered(draft: Draft, span: tuple[float, float], covered: str) -> Findings:
    """The epoch of elements or of a state lies inside the ephemeris.

    Parameters
    ----------
    draft : Draft
        The scenario, item by item.
    span : (float, float)
        Of the ephemeris [TDB s past J2000].
    covered : str
        The same for people.

    Yields
    ------
    Finding
        One for each that does not.
    """
    from qqnet.space.timescales import tdb_from_utc

    for item in draft.items.get("nodes", []):
        orbit = item.orbit
        epoch = orbit.epoch if isinstance(orbit, KeplerianOrbit | StateOrbit) else None
        if epoch is not None and not span[0] <= tdb_from_utc(epoch) <= span[1]:
            yield Finding((*item.path, "orbit", "epoch"), f"is outside the ephemeris, {covered}")


def burns_are_flown(draft: Draft) -> Findings:
    """A burn lies in the time that is propagated: between the epoch, or the start, and the end."""
    from qqnet.space.timescales import format_utc, tdb_from_utc

    time = draft.parts.get("time")
    if time is None:
        return
    for item in draft.items.get("nodes", []):
        dynamics, orbit = item.dynamics, item.orbit
        if not isinstance(dynamics, Dynamics) or orbit is None:
            continue
        written = getattr(orbit, "epoch", None)
        epoch = time.start_s if written is None else tdb_from_utc(written)
        first, last = min(epoch, time.start_s), max(epoch, time.stop_s)
        for n, burn in enumerate(dynamics.burns):
            if not first <= tdb_from_utc(burn.at) <= last:
                message = (
                    f"is outside the time that is propagated, {format_utc(first, 0)} to {format_utc(last, 0)}"
                )
                yield Finding((*item.path, "dynamics", "burns", n, "at"), message)
