"""Frequency rules over a study: who is in the shielded zone of the Moon while it may transmit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.geometry import elevation_rad, segment_clearance_km
from qqnet.links.pairs import TerminalPair
from qqnet.scenario.nodes import Site, member_names
from qqnet.spectrum.emissions import region
from qqnet.spectrum.findings import Finding, check_spectrum
from qqnet.spectrum.shielded_zone import MOON_RADIUS_KM, in_shielded_zone

if TYPE_CHECKING:
    from qqnet.study.study import Study

MOST_SAMPLES: Final = 5000
"""Times looked at together, to bound the memory."""

Positions = dict[str, NDArray[np.float64]]


def spectrum(study: Study, *, candidates: bool = False) -> list[Finding]:
    """Apply the frequency rules to a study's scenario.

    Parameters
    ----------
    study : Study
        For links and trajectories.
    candidates : bool, optional
        Count the candidates of WRC-27 as permitted.

    Returns
    -------
    list of Finding
        One for each entry of ``nodes``, terminal and rule.
    """
    return check_spectrum(study.scenario, study.links, shielded_ends(study), candidates=candidates)


def shielded_ends(study: Study) -> dict[tuple[str, str], frozenset[str]]:
    """Which ends of radio links are in the shielded zone of the Moon.

    A place on the surface counts if it is there at any time of the span. A spacecraft counts if it is there while
    the Moon does not stand between it and the other end. Times are those of the scenario's step; a stay in the
    zone that is shorter may be missed.

    Parameters
    ----------
    study : Study
        For links and trajectories.

    Returns
    -------
    dict of (str, str) to frozenset of str
        Source and target -> those of the two that are in the zone; pairs without any are left out.
    """
    scenario = study.scenario
    at_moon = {name for node in scenario.nodes if region(node) == "Moon" for name in member_names(node)}
    sites = {name for node in scenario.nodes if isinstance(node, Site) for name in member_names(node)}
    links = [link for link in study.links if link.kind == "rf" and {link.source, link.target} & at_moon]
    pairs = {tuple(sorted((link.source, link.target))) for link in links}
    inside: dict[tuple[str, ...], set[str]] = {pair: set() for pair in pairs}
    for positions, earth in _samples(study, {name for pair in pairs for name in pair}):
        zone = {name: in_shielded_zone(positions[name], earth) for name in positions if name in at_moon}
        there = {name: mask for name, mask in zone.items() if mask.any()}
        for pair, found in inside.items():
            for name in there.keys() & set(pair) - found:
                other = pair[0] if name == pair[1] else pair[1]
                if name in sites or _ever_sees(positions, there[name], name, other, sites & at_moon):
                    found.add(name)
    return _directed(links, inside)


def _directed(
    links: Iterable[TerminalPair], inside: dict[tuple[str, ...], set[str]]
) -> dict[tuple[str, str], frozenset[str]]:
    return {
        (link.source, link.target): frozenset(found)
        for link in links
        if (found := inside[tuple(sorted((link.source, link.target)))])
    }


def _samples(study: Study, names: set[str]) -> Iterator[tuple[Positions, NDArray[np.float64]]]:
    """Positions of nodes and of the Earth relative to the Moon [km], some times at once."""
    if not names:
        return
    time, trajectories = study.scenario.time, study.trajectories
    times = np.append(np.arange(time.start_s, time.stop_s, time.step), time.stop_s)
    for part in np.array_split(times, -(-len(times) // MOST_SAMPLES)):
        yield (
            {name: trajectories.position(name, part, "Moon") for name in sorted(names)},
            trajectories.position("Earth", part, "Moon"),
        )


def _ever_sees(positions: Positions, when: NDArray[np.bool_], name: str, other: str, sites: set[str]) -> bool:
    """Whether a spacecraft sees a node past the Moon at any of the times that are marked."""
    one, two = positions[name][when], positions[other][when]
    if other in sites:
        # The line ends on the sphere, so its clearance is never above zero; the horizon decides.
        return bool((elevation_rad(one - two, two / np.linalg.norm(two, axis=-1, keepdims=True)) > 0.0).any())
    return bool((segment_clearance_km(one, two, np.zeros(3), MOON_RADIUS_KM) > 0.0).any())
