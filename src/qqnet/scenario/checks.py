"""Rules that look across a scenario, as findings that each say what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from qqnet.errors import InputError
from qqnet.scenario import atmosphere_rules, gnss_rules, motion, pointing_rules, references, traffic_rules
from qqnet.scenario.antenna_files import PatternFile, pattern_points
from qqnet.scenario.antenna_limits import unreached
from qqnet.scenario.antennas import PatternAntenna
from qqnet.scenario.horizon import HorizonFile, read_horizon
from qqnet.scenario.orbits import MessageOrbit
from qqnet.scenario.suggest import unknown
from qqnet.scenario.validation import Draft, Finding
from qqnet.scenario.wording import Path

SURFACES = ("Earth", "Moon", "Mars", "Venus")
"""Bodies with a frame that turns with the surface."""

Findings = Iterator[Finding]


def check(draft: Draft, directory: FilePath) -> Findings:
    """Apply every rule.

    Parameters
    ----------
    draft : Draft
        The scenario, item by item; rules skip what the schema already refused.
    directory : Path
        Where relative file names start.

    Yields
    ------
    Finding
        In no particular order.
    """
    names = references.Names.of(draft)
    yield from references.network_is_not_too_large(draft)
    yield from references.names_are_unique(draft)
    yield from references.ipn_numbers_are_unique(draft)
    yield from references.terminals_are_known(draft, names)
    yield from references.groups_are_known(draft, names)
    yield from references.trackers_are_known(draft, names)
    yield from references.flow_ends_are_known(draft, names)
    yield from references.terrestrial_nodes_are_known(draft, names)
    yield from references.user_nodes_are_known(draft, names)
    yield from pointing_rules.apertures_are_known(draft)
    yield from pointing_rules.fixed_pointings_are_known(draft, names)
    yield from traffic_rules.failures_are_of_known_nodes(draft, names)
    yield from traffic_rules.failures_fit_the_span(draft)
    yield from bodies_are_known(draft)
    yield from motion.bodies_of_orbits_are_known(draft)
    yield from motion.orbits_clear_the_surface(draft)
    yield from motion.forces_are_known(draft)
    yield from motion.families_are_known(draft)
    yield from motion.burns_are_flown(draft)
    yield from years_have_a_grid(draft)
    yield from gnss_rules.receivers_are_carried(draft, names)
    yield from gnss_rules.transmitters_are_nodes(draft, names)
    yield from gnss_rules.listeners_are_known(draft, names)
    yield from atmosphere_rules.atmospheres_fit_their_sites(draft)
    yield from determinations_fit(draft)
    yield from errors_are_determined(draft)
    yield from span_is_covered(draft)
    yield from flows_fit_the_span(draft)
    yield from users_fit_the_span(draft)
    yield from files_exist(draft, directory)


def bodies_are_known(draft: Draft) -> Findings:
    """Every named body is one that QQNet knows; sites and grids stand on one with a known surface."""
    from qqnet.space.bodies import BODIES

    for item in draft.items.get("bodies", []):
        name = str(item.path[-1])
        if name not in BODIES:
            yield Finding(item.path, unknown("body", name, BODIES), item.raw)
    for item in draft.items.get("nodes", []):
        if item.text("kind") == "site":
            yield from _surface(item.text("body"), (*item.path, "body"))
    for section in ("grids", "navigation_users", "service_volumes", "protected_places"):
        for item in draft.items.get(section, []):
            yield from _surface(item.text("body"), (*item.path, "body"))


def years_have_a_grid(draft: Draft) -> Findings:
    """A look at years is at a body with a grid, and each body is looked at once."""
    grids = [name for item in draft.items.get("grids", []) if (name := item.text("body")) is not None]
    seen = set()
    for item in draft.items.get("stability", []):
        name = item.text("body")
        if name is None:
            continue
        if name not in grids and "grids" not in draft.unread:
            yield Finding((*item.path, "body"), unknown("body with a grid", name, grids), name)
        if name in seen:
            yield Finding((*item.path, "body"), "is looked at twice; once is right", name)
        seen.add(name)


def determinations_fit(draft: Draft) -> Findings:
    """An orbit determination has satellites and a time, and stands once for each body."""
    from qqnet.space.bodies import BODIES

    grids = [name for item in draft.items.get("grids", []) if (name := item.text("body")) is not None]
    time, seen = draft.parts.get("time"), set()
    for item in draft.items.get("orbit_determination", []):
        name = item.text("body")
        if name is not None and name not in BODIES:
            yield Finding((*item.path, "body"), unknown("body", name, BODIES), name)
        elif name in seen:
            yield Finding((*item.path, "body"), "is looked at twice; once is right", name)
        seen.add(name)
        if item.model is None:
            continue
        if not item.model.satellites and name not in grids and "grids" not in draft.unread:
            message = f"is missing; without it the providers of a grid at {name} count, and there is none"
            yield Finding((*item.path, "satellites"), message)
        begin, step = item.model.start, item.model.step
        if time is not None and item.model.duration is None and begin + step > time.duration + 1e-6:
            message = (
                f"leaves no step of the scenario, which is {time.duration:g} s long; give a duration too"
            )
            yield Finding((*item.path, "start"), message)


def errors_are_determined(draft: Draft) -> Findings:
    """Errors that come from orbit determination have one at their body."""
    known = [name for item in draft.items.get("orbit_determination", []) if (name := item.text("body"))]
    if "orbit_determination" in draft.unread:
        return
    for item in draft.items.get("grids", []):
        errors = None if item.model is None else item.model.errors
        if errors is None or errors.signal_in_space.source != "orbit-determination":
            continue
        name = item.text("body")
        if name not in known:
            path = (*item.path, "errors", "signal_in_space", "from")
            where = ", ".join(known) or "none"
            message = f"needs an entry of orbit_determination at {name}; there is one at: {where}"
            yield Finding(path, message, "orbit-determination")


def _surface(name: str | None, path: Path) -> Findings:
    if name is not None and name not in SURFACES:
        yield Finding(path, unknown("body with a surface", name, SURFACES), name)


def span_is_covered(draft: Draft) -> Findings:
    """The time span, and each epoch of elements or of a state, lies inside the ephemeris."""
    from qqnet.errors import MissingDataError
    from qqnet.space.ephemeris import Ephemeris
    from qqnet.space.timescales import format_utc, tdb_from_utc

    time, compute = draft.parts.get("time"), draft.parts.get("compute")
    full = compute is not None and compute.ephemeris == "de440"
    try:
        start, stop = (Ephemeris.de440() if full else Ephemeris.packaged()).span
    except MissingDataError as error:
        yield Finding(("compute", "ephemeris"), f"cannot be used: {error}")
        return
    first, last = start + _LIGHT_MARGIN_S, stop - _LIGHT_MARGIN_S
    earliest = tdb_from_utc("1972-01-02")  # no UTC before 1972
    covered = f"which covers {format_utc(max(first, earliest), 0)[:10]} to {format_utc(last, 0)[:10]}"
    if not full:
        covered += "; 'compute: {ephemeris: de440}' covers more"
    if time is not None:
        if not first <= time.start_s <= last:
            yield Finding(("time", "start"), f"is outside the ephemeris, {covered}")
        elif time.stop_s > last:
            yield Finding(("time", "duration"), f"ends outside the ephemeris, {covered}")
    yield from motion.epochs_are_covered(draft, (start, stop), covered)


_LIGHT_MARGIN_S = 86400.0
"""Trajectories reach beyond the span so that light in flight at its ends has both ends known."""


def flows_fit_the_span(draft: Draft) -> Findings:
    """A flow starts before the scenario ends."""
    time = draft.parts.get("time")
    if time is None:
        return
    for path, flow in draft.models("flows"):
        if flow.start >= time.duration:
            message = f"is not before the end of the scenario, {time.duration:g} s after its start"
            yield Finding((*path, "start"), message)


def users_fit_the_span(draft: Draft) -> Findings:
    """A navigation user starts before the scenario ends."""
    time = draft.parts.get("time")
    if time is None:
        return
    for path, user in draft.models("navigation_users"):
        if user.start >= time.duration:
            message = f"is not before the end of the scenario, {time.duration:g} s after its start"
            yield Finding((*path, "start"), message)


def files_exist(draft: Draft, directory: FilePath) -> Findings:
    """Imported ephemerides, messages, horizons and covariances are there to read."""
    for section in ("grids", "navigation_users"):
        for path, model in draft.models(section):
            if model.errors is not None and model.errors.signal_in_space.file is not None:
                place = (*path, "errors", "signal_in_space", "file")
                yield from _readable(model.errors.signal_in_space.file, directory, place)
    for path, terminal in draft.models("terminals"):
        antenna = getattr(terminal, "antenna", None)
        if isinstance(antenna, PatternAntenna) and isinstance(antenna.pattern, PatternFile):
            antenna.pattern.locate(directory)
            place = (*path, "antenna", "pattern", "file")
            missing = list(_readable(antenna.pattern.file, directory, place))
            yield from missing or _pattern(antenna, place)
    for item in draft.items.get("nodes", []):
        if item.text("kind") == "ephemeris" and (name := item.text("file")) is not None:
            missing = list(_readable(name, directory, (*item.path, "file")))
            yield from missing or _ephemeris(directory / name, (*item.path, "file"))
        if isinstance(item.orbit, MessageOrbit):
            path = (*item.path, "orbit", "file")
            missing = list(_readable(item.orbit.file, directory, path))
            yield from missing or _message(directory / item.orbit.file, path)
        horizon = getattr(item.model, "horizon", None)
        if isinstance(horizon, HorizonFile):
            path = (*item.path, "horizon", "file")
            missing = list(_readable(horizon.file, directory, path))
            yield from missing or _horizon(directory / horizon.file, path)


def _ephemeris(file: FilePath, path: Path) -> Findings:
    """The content of a file shows a format that is read."""
    from qqnet.ephemerides.reading import content_of

    try:
        content_of(file)
    except InputError as error:
        yield Finding(path, str(error))


def _message(file: FilePath, path: Path) -> Findings:
    """A file holds an orbit parameter message without fault."""
    from qqnet.ephemerides.opm import read_opm

    try:
        read_opm(file)
    except InputError as error:
        yield Finding(path, str(error))


def _horizon(file: FilePath, path: Path) -> Findings:
    """A file holds a horizon without fault."""
    try:
        read_horizon(file)
    except InputError as error:
        yield Finding(path, str(error))


def _pattern(antenna: PatternAntenna, path: Path) -> Findings:
    """A file holds an antenna's pattern without fault, in all directions."""
    try:
        reasons = [unreached(cut, antenna.beyond) for cut in pattern_points(antenna.pattern)]
    except InputError as error:
        reasons = [str(error)]
    yield from (Finding(path, reason) for reason in reasons if reason)


def _readable(name: str, directory: FilePath, path: Path) -> Findings:
    file = directory / name
    try:
        if file.exists() and not file.is_file():
            reason = "not a file"
        else:
            file.open("rb").close()
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    yield Finding(path, f"cannot be read ({reason}); file names are relative to {directory}")
