"""Hold three-body orbits for a year and write the tables that the page on station keeping includes.

    .venv/bin/python docs/station_keeping_numbers.py

It takes some minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qqnet.dynamics.model import default_model
from qqnet.space.constants import SECONDS_PER_YEAR
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import tdb_from_utc
from qqnet.threebody.cr3bp import SYSTEMS
from qqnet.threebody.families import find_orbit
from qqnet.threebody.shooting import EphemerisOrbit, into_ephemeris
from qqnet.threebody.station_control import Control, Errors, Method
from qqnet.threebody.station_keeping import keep_station, reach_s
from qqnet.threebody.synodic import period_s

OUT = Path(__file__).parent / "_include" / "station_keeping.md"
START = tdb_from_utc("2030-01-01T00:00:00Z")
TRIALS = 20
PAIR = SYSTEMS["Earth-Moon"]

GOOD = Errors(1.0 / 3.0, 1e-5 / 3.0, 0.01 / 3.0, 0.0, math.radians(1.0) / 3.0)
USUAL = Errors()
POOR = Errors(10.0 / 3.0, 1e-4 / 3.0, 0.015 / 3.0, 0.0, math.radians(1.0) / 3.0)


@dataclass(frozen=True)
class Case:
    """An orbit: how it is called, its lowest height [km], and how it is found."""

    name: str
    family: str
    lowest_km: float
    choice: dict[str, str | float]
    method: Method | None = None


CASES = (
    Case("9:2 NRHO, L2 south", "nrho-L2-south", 1400.0, {"resonance": "9:2"}),
    Case("the same", "nrho-L2-south", 1400.0, {"resonance": "9:2"}, "linear-quadratic"),
    Case("4:1 NRHO, L2 south", "nrho-L2-south", 4000.0, {"resonance": "4:1"}),
    Case("halo, L2, az 13,000 km", "halo-L2-south", 49_000.0, {"az_km": 13_000.0}),
    Case("halo, L1, az 13,000 km", "halo-L1-south", 40_000.0, {"az_km": 13_000.0}),
    Case("vertical, L2, az 30,000 km", "vertical-L2", 40_000.0, {"az_km": 30_000.0}),
    Case("butterfly, Jacobi 3.05", "butterfly-south", 4000.0, {"jacobi": 3.05}),
    Case("DRO 2:1", "dro", 60_000.0, {"resonance": "2:1"}),
    Case("DRO 3:1", "dro", 45_000.0, {"resonance": "3:1"}),
)


def reference_of(case: Case, ephemeris: Ephemeris) -> tuple[EphemerisOrbit, Control]:
    """Bring an orbit into the real field for a year and what the control looks ahead."""
    orbit = find_orbit(PAIR, case.family, **case.choice)  # type: ignore[arg-type]
    control = Control.suited(orbit, method=case.method)
    span = START, START + SECONDS_PER_YEAR + reach_s(period_s(PAIR, orbit), control)
    model = default_model("Moon", lowest_altitude_km=case.lowest_km)
    reference = into_ephemeris(
        PAIR, orbit, epoch_s=START, span=span, model=model, ephemeris=ephemeris, name=case.name
    )
    return reference, control


def rows(case: Case, ephemeris: Ephemeris) -> tuple[str, str]:
    """Return the row of the orbit in the real field, and that of keeping it."""
    reference, control = reference_of(case, ephemeris)
    days = (reference.span[1] - reference.span[0]) / 86_400.0
    real = (
        f"| {case.name} | {reference.orbit.stability:.3g} | {days:.0f} | {len(reference.patch_times)} | "
        f"{reference.residual_km * 1e6:.2f} | {reference.residual_km_s * 1e9:.4f} | "
        f"{reference.distance_km(ephemeris):,.0f} |"
    )
    kept = [f"| {case.name} | {control.method}, {control.burns} a revolution |"]
    for errors in (GOOD, USUAL, POOR):
        result = keep_station(
            reference,
            ephemeris,
            stop_s=START + SECONDS_PER_YEAR,
            control=control,
            errors=errors,
            trials=TRIALS,
            seed=1,
        )
        figures = result.summary()
        spent = figures["delta_v_m_s_per_year"]
        cost = "-" if spent is None else f"{spent['mean']:.2f} ({spent['p95']:.2f})"
        lost = "" if figures["held"] == TRIALS else f", {TRIALS - figures['held']} lost"
        kept.append(f" {cost}{lost} |")
    return real, "".join(kept)


def lines(ephemeris: Ephemeris) -> Iterator[str]:
    """Yield the lines of the page."""
    both = []
    for case in CASES:
        both.append(rows(case, ephemeris))
        print(*both[-1], sep="\n", flush=True)
    yield "| orbit | stability index | days | patch points | gap [mm] | jump [µm/s] | farthest off [km] |"
    yield "|---|---|---|---|---|---|---|"
    yield from (real for case, (real, _) in zip(CASES, both, strict=True) if case.method is None)
    yield ""
    yield "| orbit | control | good | usual | poor |"
    yield "|---|---|---|---|---|"
    yield from (kept for _, kept in both)


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(lines(Ephemeris.packaged())) + "\n")
