"""Compute the numbers of the page on antennas and noise, and write the tables that it includes.

    .venv/bin/python docs/antenna_numbers.py

It takes a minute: the last table needs two days of the reference network.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qqnet.links.antennas import Antenna
from qqnet.links.arrays import PhasedArray
from qqnet.links.beam_share import full_sphere_share
from qqnet.links.bodies_in_beam import BodiesInBeam
from qqnet.links.brightness import ACTIVE_SUN, BRIGHTNESS
from qqnet.links.path import Disc, View
from qqnet.links.path import Path as LinkPath
from qqnet.links.radiators import Radiator
from qqnet.links.reflectors import Reflector, StatedGain
from qqnet.links.small_antennas import Helix, Patch
from qqnet.scenario.loading import load
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM, SECONDS_PER_DAY
from qqnet.study.network import links_of
from qqnet.study.paths import PathEvaluator
from qqnet.study.study import Study

OUT = Path(__file__).parent / "_include"

KINDS: dict[str, tuple[Radiator, float]] = {
    "parabola, 35 m, 0.65": (Reflector(35.0, 0.65), 8.425e9),
    "parabola, 34 m, 0.7, surface 0.3 mm": (Reflector(34.0, 0.7, 0.3e-3), 32e9),
    "parabola, 4.2 m, 0.55": (Reflector(4.2, 0.55), 8.425e9),
    "parabola, 1 m, 0.55": (Reflector(1.0, 0.55), 2.0675e9),
    "stated gain, 5 dBi": (StatedGain(5.0), 2.0675e9),
    "helix, 10 turns, 47 x 34 mm": (Helix(10.0, 47e-3, 34e-3), 2.05e9),
    "patch, 45 x 55 mm, 0.9": (Patch(45e-3, 55e-3), 2.25e9),
    "array, 16 x 16 of 5 dBi, 5.5 mm": (PhasedArray((16, 16), 5.5e-3, 5.0), 26e9),
    "the same at a scan of 50 deg": (PhasedArray((16, 16), 5.5e-3, 5.0, scan_rad=math.radians(50.0)), 26e9),
}
BANDS = (0.4e9, 2.2e9, 8.45e9, 23e9, 32e9)


def kinds() -> Iterator[str]:
    """Gain, beam and power of each kind."""
    yield "| antenna | frequency | gain | beam | mean pattern over the sphere | at 5 deg, envelope | mean |"
    yield "|---|---|---|---|---|---|---|"
    for name, (shape, frequency) in KINDS.items():
        beam = math.degrees(shape.beamwidth_rad(frequency))
        five = math.radians(5.0)
        envelope, mean = float(shape.envelope_dbi(frequency, five)), float(shape.mean_dbi(frequency, five))
        yield (
            f"| {name} | {frequency / 1e9:g} GHz | {shape.peak_dbi(frequency):.2f} dBi "
            f"| {beam:.3g} deg | {full_sphere_share(shape, frequency):.3f} "
            f"| {envelope:.1f} dBi | {mean:.1f} dBi |"
        )


def temperatures() -> Iterator[str]:
    """Brightness of bodies by band, with spread and source."""
    bodies = [*BRIGHTNESS.items(), ("Sun, active", ACTIVE_SUN)]
    yield "| body | " + " | ".join(f"{band / 1e9:g} GHz" for band in BANDS) + " | how far off it may be |"
    yield "|---" * (len(BANDS) + 2) + "|"
    for name, known in bodies:
        levels = " | ".join(
            f"{round(known.at_k(band), -len(f'{known.at_k(band):.0f}') + 3):.0f} K" for band in BANDS
        )
        yield f"| {name} | {levels} | {known.spread} |"
    yield ""
    for name, known in bodies:
        yield f"- {name}: {known.source}."


def cases() -> Iterator[str]:
    """What a body adds to typical receivers."""

    def rise(antenna: Antenna, frequency: float, name: str, off_deg: float, distance_km: float) -> float:
        disc = Disc(np.radians(off_deg), np.arcsin(body(name).mean_radius_km / distance_km), np.zeros(()))
        view = (
            View(discs={name: disc})
            if name != "Sun"
            else View(np.array(np.nan), disc.angle_rad, np.array(distance_km))
        )
        path = LinkPath(np.array(1e5), receiver=view)
        return float(BodiesInBeam(antenna, frequency, (name,)).amount(path))

    rows = [
        ("18 m on Earth, 26 GHz, to a relay before the Moon", Antenna(diameter_m=18.0), 26e9, "Moon", 0.0, 3.84e5),
        ("the same, 0.26 deg off the Moon's centre", Antenna(diameter_m=18.0), 26e9, "Moon", 0.26, 3.84e5),
        ("the same, 1 deg off", Antenna(diameter_m=18.0), 26e9, "Moon", 1.0, 3.84e5),
        ("35 m on Earth, 8.4 GHz, at Venus of 0.3 AU", Antenna(diameter_m=35.0), 8.4e9, "Venus", 0.0, 0.3 * AU_KM),
        ("35 m on Earth, 8.4 GHz, 1 deg off the Sun", Antenna(diameter_m=35.0), 8.4e9, "Sun", 1.0, AU_KM),
        ("the same, 3 deg off", Antenna(diameter_m=35.0), 8.4e9, "Sun", 3.0, AU_KM),
        ("1 m on a lunar relay, 2.2 GHz, 5000 km up, down", Antenna(diameter_m=1.0), 2.2e9, "Moon", 0.0, 6737.0),
        ("5 dBi in lunar orbit, 2.1 GHz, 100 km up, upwards", Antenna(gain_dbi=5.0), 2.1e9, "Moon", 180.0, 1837.0),
        ("3 m at 100,000 km from Earth, 26 GHz, to the Moon", Antenna(diameter_m=3.0), 26e9, "Moon", 0.0, 3.84e5),
        ("1.5 m at EML1, 23 GHz, to the Earth", Antenna(diameter_m=1.5), 23e9, "Earth", 0.0, 3.26e5),
    ]  # fmt: skip
    yield "| receiver | body | adds |"
    yield "|---|---|---|"
    for words, antenna, frequency, name, off, distance in rows:
        yield f"| {words} | {name} | {rise(antenna, frequency, name, off, distance):.3g} K |"


def network(days: float = 2.0, looks: int = 12) -> Iterator[str]:
    """Loss of C/N0 by bodies in the reference network, where it is a tenth of a decibel at some look."""
    scenario = load("qqnet-3")
    time = scenario.time.model_copy(update={"duration": days * SECONDS_PER_DAY})
    study = Study(scenario.model_copy(update={"time": time}))
    links = links_of(study.scenario, study.links)
    windows = study.windows
    rng = np.random.default_rng(0)
    share = rng.uniform(0.01, 0.99, (len(windows), looks))
    start, end = windows["start_s"].to_numpy()[:, None], windows["end_s"].to_numpy()[:, None]
    rows = np.repeat(windows["link"].to_numpy(), looks)
    path = PathEvaluator(study, study.links, links)(rows, (start + share * (end - start)).ravel())
    losses: dict[str, list[np.ndarray]] = {}
    bodies: dict[str, dict[str, float]] = {}
    for k in np.unique(rows):
        for source in (one for one in links[k].noises if isinstance(one, BodiesInBeam)):
            parts = source.parts_k(path.take(np.flatnonzero(rows == k)))
            total = sum(parts.values(), np.zeros(1))
            stated = links[k].receive.noise_temperature_k
            name = study.links[k].name
            losses.setdefault(name, []).append(np.atleast_1d(10.0 * np.log10(1.0 + total / stated)))
            most = bodies.setdefault(name, {})
            for who, added in parts.items():
                most[who] = max(most.get(who, 0.0), float(np.max(added)))
    yield "| link | mean loss | 95 % | most | most by |"
    yield "|---|---|---|---|---|"
    for name in sorted(losses):
        loss = np.concatenate(losses[name])
        if loss.max() < 0.1:
            continue
        who = ", ".join(
            f"{one} {kelvin:.0f} K"
            for one, kelvin in sorted(bodies[name].items(), key=lambda item: -item[1])
            if kelvin >= 5.0
        )
        yield (
            f"| {name.replace('>', ' to ')} | {loss.mean():.2f} dB | {np.percentile(loss, 95):.2f} dB "
            f"| {loss.max():.2f} dB | {who} |"
        )


def main() -> None:
    """Write the tables."""
    tables = {"kinds": kinds, "brightness": temperatures, "cases": cases, "network": network}
    for name, rows in tables.items():
        target = OUT / f"antennas_{name}.md"
        target.write_text("\n".join(rows()) + "\n", encoding="utf-8")
        print(target.name)


if __name__ == "__main__":
    main()
