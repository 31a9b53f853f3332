"""Power flux density of a study's emissions: at the surface of the Earth and the Moon, and at protected places."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.access.geometry import elevation_rad, segment_clearance_km, separation_rad
from qqnet.orbits.sites import Place, body_fixed_position
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.scenario.protected_places import ProtectedPlace
from qqnet.space.bodies import body
from qqnet.space.frames import rotation
from qqnet.spectrum.flux import (
    flux_density_db_w_m2,
    hidden,
    most_on_surface_db,
    off_nadir_rad,
    slant_range_km,
    worst_on_surface,
)
from qqnet.spectrum.flux_rows import FluxRow
from qqnet.study.emitters import Beam, Booleans, Floats, Sample, Sent, beams, samples
from qqnet.study.flux_questions import (
    Listener,
    Question,
    at_protected,
    at_receivers,
    navigation_receivers,
    surface_questions,
)

if TYPE_CHECKING:
    from qqnet.study.study import Study

FRAMES: Final = {"Earth": "ITRF", "Moon": "MOON_ME", "Mars": "IAU_MARS", "Venus": "IAU_VENUS"}
"""Frames that turn with the surface."""

_FIRST: Final = 24
"""Moments of each beam that are looked at before any other."""


@dataclass
class _Best:
    """The worst of an emission at a place that was found so far."""

    sent: Sent
    place: str
    question: Question
    margin: float = math.inf
    flux: float = -math.inf
    arrival: float = 0.0
    sender: str = ""
    target: str = ""
    time: float = 0.0
    above: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, beam: Beam, times: Floats, margin: Floats, flux: Floats, arrival: Floats) -> None:
        """Keep the worst of some moments, and count those above the limit."""
        k = int(np.argmin(margin))
        if margin[k] < self.margin:
            self.margin, self.flux, self.arrival = float(margin[k]), float(flux[k]), float(arrival[k])
            self.sender, self.target, self.time = beam.source, beam.target, float(times[k])
        pair = beam.source, beam.target
        self.above[pair] = self.above.get(pair, 0) + int(np.count_nonzero(margin < 0.0))


Emission = tuple[str, str, str]
"""Entry, terminal, kind of link."""

Found = dict[tuple[Emission, str, str, float], _Best]
"""By emission, place, limit and the band that is asked about."""


def _best(found: Found, sent: Sent, place: str, question: Question) -> _Best:
    key = sent.key, place, question.criterion, question.band_hz
    return found.setdefault(key, _Best(sent, place, question))


def power_flux(study: Study, advance: Callable[[float], None] = lambda _: None) -> list[FluxRow]:
    """Compute what every radio emission brings to the surfaces and protected places, at its worst.

    An antenna points at its partner while no body stands between; a broadcast points down. Times are those of
    the scenario's step; between them a narrow beam may sweep over a place unseen.

    Parameters
    ----------
    study : Study
        For links, trajectories and protected places.
    advance : callable, optional
        Told the share that is done.

    Returns
    -------
    list of FluxRow
        One for each emission, place and limit that it meets, in file order.
    """
    aimed = beams(study)
    fixed = {node.name: node.body for node in study.scenario.nodes if isinstance(node, Site | GroundStation)}
    names = {end for beam in aimed for end in (beam.source, beam.target)}
    names |= {"Earth", "Moon"} | {name for beam in aimed for name in beam.bodies}
    places = study.scenario.protected_places
    names |= {place.body for place in places}
    found: Found = {}
    count, span = 0, study.scenario.time.stop_s - study.scenario.time.start_s
    asked = {sent.key: surface_questions(sent) for beam in aimed for sent in beam.sent}
    receivers = navigation_receivers(study.scenario)
    heard = {
        sent.key: [*at_protected(sent, places), *at_receivers(sent, receivers)]
        for beam in aimed
        for sent in beam.sent
    }
    names |= set(receivers)
    for sample in samples(study, names) if aimed else ():
        count += len(sample.times_s)
        points = {place.name: (_point(study, place, sample), place.body) for place in places}
        points |= {name: (sample.positions[name], fixed.get(name, "")) for name in receivers}
        for beam in aimed:
            sees = sample.sees(beam)
            if not sees.any():
                continue
            for name in ("Earth", "Moon"):
                if fixed.get(beam.source) == name or (
                    name == "Moon" and "Moon" not in (*beam.bodies, beam.target)
                ):
                    continue
                _at_surface(sample, beam, sees, name, asked, found)
            if any(heard[sent.key] for sent in beam.sent):
                _at_points(sample, beam, sees, points, heard, found)
        advance(float((sample.times_s[-1] - study.scenario.time.start_s) / span))
    order = {node.name: n for n, node in enumerate(study.scenario.nodes)}
    rows = [_row(study, best, count) for best in found.values() if math.isfinite(best.flux)]
    return sorted(rows, key=lambda row: order[row.node])


def _at_surface(
    sample: Sample,
    beam: Beam,
    sees: Booleans,
    name: str,
    asked: dict[Emission, dict[str, list[Question]]],
    found: Found,
) -> None:
    """Look at a body's surface from one beam over a sample; only moments that may matter are looked at closely."""
    radius = body(name).mean_radius_km
    here = sample.positions[beam.source]
    down = sample.positions[name] - here
    distance = np.linalg.norm(down, axis=-1)
    sees = sees & (distance > radius + 1.0)
    if name == "Earth":
        moon = sample.positions["Moon"] - here
        screen = np.arcsin(np.minimum(body("Moon").mean_radius_km / np.linalg.norm(moon, axis=-1), 1.0))
        disc = np.arcsin(np.minimum(radius / distance, 1.0))
        sees = sees & ~hidden(separation_rad(down, moon), disc, screen)
    at = np.flatnonzero(sees)
    if not at.size:
        return
    axis = separation_rad(sample.positions[beam.target][at] - here[at], down[at])
    look = _Look(beam, sample.times_s[at], distance[at], axis, radius)
    for sent in beam.sent:
        for question in asked[sent.key][name]:
            look.at(sent, question, _best(found, sent, name, question))


@dataclass(frozen=True, eq=False)
class _Look:
    """A body's surface, seen from one beam over some moments."""

    beam: Beam
    times: Floats
    distance: Floats
    axis: Floats
    radius: float

    def at(self, sent: Sent, question: Question, best: _Best) -> None:
        """Look at those moments that may be the worst, or above the limit, the likeliest first."""
        power = sent.power_in_dbw(question.reference_hz)
        least = float(question.limit_db(np.zeros(1))[0])
        bound = least - most_on_surface_db(power, sent.gain_dbi, self.distance, self.axis, self.radius)
        order = np.argsort(bound)
        start, size = 0, _FIRST
        while start < order.size:
            needed = max(best.margin, 0.0) if question.limited else best.margin
            some = order[start : start + size]
            some = some[bound[some] < needed]
            if not some.size:
                return
            worst = worst_on_surface(
                power,
                sent.gain_dbi,
                self.distance[some],
                self.axis[some],
                self.radius,
                question.limit_db,
                fine=False,
            )
            best.note(self.beam, self.times[some], worst.margin_db, worst.flux_db, worst.arrival_rad)
            start, size = start + size, 4 * size


def _point(study: Study, place: ProtectedPlace, sample: Sample) -> Floats:
    """Positions of a protected place [km], relative to the Earth."""
    spot = Place(place.name, place.body, place.latitude, place.longitude, place.altitude)
    turned = rotation(FRAMES[place.body], sample.times_s, study.ephemeris)
    return np.asarray(
        sample.positions[place.body] + np.einsum("tji,j->ti", turned, body_fixed_position(spot))
    )


def _at_points(
    sample: Sample,
    beam: Beam,
    sees: Booleans,
    points: dict[str, tuple[Floats, str]],
    heard: dict[Emission, list[Listener]],
    found: Found,
) -> None:
    """Look at protected places and receivers from one beam over a sample."""
    here = sample.positions[beam.source]
    aim = sample.positions[beam.target] - here
    for sent in beam.sent:
        for listener in heard[sent.key]:
            if listener.name in (beam.source, beam.target):
                continue
            point, ground = points[listener.name]
            path = point - here
            if ground:
                up = point - sample.positions[ground]
                height = elevation_rad(-path, up / np.linalg.norm(up, axis=-1, keepdims=True))
                open_to = height > 0.0
            else:
                height = np.full(len(path), np.nan)
                moon = sample.positions["Moon"]
                open_to = segment_clearance_km(here, point, moon, body("Moon").mean_radius_km) > 0.0
            at = np.flatnonzero(sees & open_to)
            if not at.size:
                continue
            angle = separation_rad(aim[at], path[at])
            flux = flux_density_db_w_m2(
                listener.power_dbw + sent.gain_dbi(angle), np.linalg.norm(path[at], axis=-1)
            )
            margin = listener.question.limit_db(flux) - flux
            _best(found, sent, listener.place, listener.question).note(
                beam, sample.times_s[at], margin, flux, height[at]
            )


def _row(study: Study, best: _Best, count: int) -> FluxRow:
    sent, question = best.sent, best.question
    source = question.source
    known = {place.name: place for place in study.scenario.protected_places}
    if best.place in known:
        latitude, longitude = known[best.place].latitude, known[best.place].longitude
    elif best.place in FRAMES:
        latitude, longitude = _refined(study, best)
    else:
        latitude, longitude = math.nan, math.nan
    return FluxRow(
        node=sent.node,
        terminal=sent.terminal,
        link=sent.link,
        place=best.place,
        criterion=question.criterion,
        flux_db=best.flux,
        reference_hz=question.reference_hz,
        limit_db=best.flux + best.margin if question.limited else None,
        margin_db=best.margin if question.limited else None,
        sender=best.sender,
        target=best.target,
        time_s=best.time,
        arrival_rad=best.arrival,
        latitude_rad=latitude,
        longitude_rad=longitude,
        share_above=max(best.above.values(), default=0) / count if question.limited else 0.0,
        mark="own" if source is None else source.mark,
        cite="scenario" if source is None else source.cite,
        assumed=""
        if sent.bandwidth_hz
        else "no bandwidth is given, so all power counts in the reference bandwidth",
    )


def _refined(study: Study, best: _Best) -> tuple[float, float]:
    """Look closely at the worst moment of a surface; return latitude and longitude of the point [rad]."""
    sent, question, place = best.sent, best.question, best.place
    position = study.trajectories.position
    here, aim = (position(end, best.time, place) for end in (best.sender, best.target))
    distance, radius = float(np.linalg.norm(here)), body(place).mean_radius_km
    beam, down = aim - here, -here / distance
    worst = worst_on_surface(
        sent.power_in_dbw(question.reference_hz),
        sent.gain_dbi,
        distance,
        float(separation_rad(beam, down)),
        radius,
        question.limit_db,
    )
    best.margin, best.flux, best.arrival = (
        float(values[0]) for values in (worst.margin_db, worst.flux_db, worst.arrival_rad)
    )
    side = beam - np.dot(beam, down) * down
    if np.linalg.norm(side) < 1e-9 * np.linalg.norm(beam):  # straight down: any side will do
        side = np.cross(down, [0.0, 0.0, 1.0] if abs(down[2]) < 0.9 else [1.0, 0.0, 0.0])
    nadir = float(off_nadir_rad(best.arrival, distance, radius))
    slant = float(slant_range_km(best.arrival, distance, radius))
    point = here + slant * (math.cos(nadir) * down + math.sin(nadir) * side / np.linalg.norm(side))
    x, y, z = rotation(FRAMES[place], best.time, study.ephemeris) @ point
    return math.asin(max(-1.0, min(1.0, z / radius))), math.atan2(y, x)
