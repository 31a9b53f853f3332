"""Compute the tables that the page on navigation satellites at the Moon includes.

    .venv/bin/python docs/gnss_numbers.py

It takes half a minute and needs the extra ``test``.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

import qqnet
from qqnet.gnss.service_volume import power_at_geostationary_dbw, promises
from qqnet.gnss.systems import block, systems
from qqnet.links.rf import free_space_loss_db
from qqnet.study.study import Study

ROOT = Path(__file__).parent.parent
INCLUDE = ROOT / "docs" / "_include"


def validation() -> ModuleType:
    """Load the validation of this subject, which holds the published cases."""
    path = ROOT / "tests" / "validation" / "test_gnss_at_the_moon.py"
    spec = importlib.util.spec_from_file_location("gnss_at_the_moon", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Make a table of the page."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def transmitters() -> str:
    """What each block sends, and where that comes from."""

    def rows() -> Iterator[Sequence[str]]:
        for one in systems().values():
            for part in one.blocks:
                for sent in part.transmissions.values():
                    eirp = [
                        f"{sent.eirp_dbw(math.radians(angle)):.1f}"
                        for angle in (14.0, 20.0, 30.0, 45.0, 60.0)
                    ]
                    power = f"{sent.power_dbw:.1f}" + ("" if not sent.derived else " (from the ground)")
                    yield [one.name, part.name, sent.signal.name, power, *eirp]

    heads = ["system", "block", "signal", "power [dBW]", "EIRP at 14°", "20°", "30°", "45°", "60° [dBW]"]
    return table(heads, rows())


def service_volume() -> str:
    """Power at the geostationary distance against the promises."""

    def rows() -> Iterator[Sequence[str]]:
        for one in promises():
            found = power_at_geostationary_dbw(block(one.block), one.signal, one.angle_rad)
            yield [
                one.block,
                one.signal,
                f"{math.degrees(one.angle_rad):.1f}° ({one.angle_mark})",
                f"{one.power_dbw:.1f} ({one.power_mark})",
                f"{found:.1f}",
                f"{found - one.power_dbw:+.1f}",
            ]

    return table(["block", "signal", "edge", "promised [dBW]", "computed [dBW]", "above [dB]"], rows())


def claim(module: ModuleType) -> str:
    """The published rise of the share of epochs with four satellites, by losses and bands."""

    def percent(share: float) -> str:
        return f"{100.0 * share:.0f} %"

    def rows() -> Iterator[Sequence[str]]:
        for loss in module.LOSSES_DB:
            found = [part for bands in (("L1",), ("L1", "L5")) for part in module.shares(bands, loss)]
            yield [f"{loss:.0f} dB", *map(percent, found)]

    heads = ["losses", "L1: GPS, Galileo", "L1: all that joined", "L1 and L5: GPS, Galileo", "L1 and L5: all"]
    loss, joined = module.at_the_published_start()
    both_loss, both = module.at_the_published_start(("L1", "L5"))
    words = (
        f"Published: 11 % to 46 %. With L1 alone GPS and Galileo reach 11 % at {loss:.1f} dB of losses, and "
        f"all systems "
        f"then {percent(joined)}. "
    )
    if both_loss < max(module.LOSSES_DB):
        words += f"With both bands it takes {both_loss:.1f} dB, and all systems then reach {percent(both)}."
    else:
        words += f"With both bands GPS and Galileo stay above 11 % up to {max(module.LOSSES_DB):.0f} dB."
    fspl = float(free_space_loss_db(400_000.0, 1575.42e6))
    return table(heads, rows()) + "\n" + words + f"\n\nFree-space loss at 400,000 km and L1: {fspl:.2f} dB.\n"


def answers() -> str:
    """What the receivers of the reference network get, by sets of systems."""
    study = Study(qqnet.load("qqnet-3"))
    result = study.gnss
    told = {one["node"]: one for one in result.summary()["nodes"]}

    def share(node: str, systems_of: Sequence[str] | None) -> str:
        return f"{100.0 * result.fraction_at_least(node, 4, systems_of):.1f} %"

    def figure(value: float | None) -> str:
        return "none" if value is None else f"{value:.3g}"

    def rows() -> Iterator[Sequence[str]]:
        for node in ("lunar-orbiter", "eml1", "eml2", "earth-staging-01"):
            one, error = told[node], told[node]["error_m"]
            yield [
                node,
                f"{one['usable']['mean']:.1f}",
                share(node, ["GPS"]),
                share(node, ["GPS", "Galileo"]),
                share(node, ["GPS", "Galileo", "BeiDou"]),
                share(node, None),
                figure(one["pdop"]["p50"]),
                figure(error["radial"]["p50"]),
                figure(error["lateral"]["p50"]),
                figure(error["time"]["p50"]),
            ]

    heads = [
        "node", "usable, mean", "≥ 4: GPS", "+ Galileo", "+ BeiDou", "all", "PDOP", "to the Earth [m]",
        "across [m]", "time [m]",
    ]  # fmt: skip
    return table(heads, rows())


def main() -> None:
    """Compute and write."""
    np.seterr(all="raise", under="ignore", divide="ignore", invalid="ignore")
    INCLUDE.mkdir(exist_ok=True)
    module = validation()
    for name, made in (
        ("gnss_transmitters", transmitters),
        ("gnss_service_volume", service_volume),
        ("gnss_claim", lambda: claim(module)),
        ("gnss_answers", answers),
    ):
        text = made()
        print(text, flush=True)
        (INCLUDE / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
