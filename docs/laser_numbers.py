"""Write the tables of the page on laser links.

    .venv/bin/python docs/laser_numbers.py

It takes a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from qqnet.links.optical import frequency_hz
from qqnet.links.optical_detection import PAIRS, bit_error_rate, photons_per_bit_limit
from qqnet.links.optical_turbulence import Turbulence
from qqnet.links.ppm_capacity import required_signal_db
from qqnet.links.roots import rising_root
from qqnet.space.constants import BOLTZMANN_J_K, PLANCK_J_S

OUT = Path(__file__).parent / "_include"
SUN_K = 5772.0
BACKGROUNDS = (0.0, 1e-4, 1e-2, 1.0)


def needs() -> Iterator[str]:
    """Photons a bit of pulse-position modes at capacity, by background counts a slot."""
    heads = " | ".join(f"$n_b = {value:g}$" for value in BACKGROUNDS)
    yield f"| photons a bit at capacity | {heads} |"
    yield "|---|" + "---|" * len(BACKGROUNDS)
    for order, code, label in ((16, 2 / 3, "2/3"), (64, 1 / 2, "1/2"), (128, 1 / 3, "1/3")):
        signal = 10.0 ** (required_signal_db(BACKGROUNDS, order, code) / 10.0)
        cells = " | ".join(f"{value / (code * math.log2(order)):.3f}" for value in signal)
        yield f"| {order}-PPM, code rate {label} | {cells} |"


def coherent() -> Iterator[str]:
    """Photons a bit of receivers of the field and of preamplified ones."""
    yield "| photons a bit | uncoded, error rate 1e-9 | capacity at code rate 1/2 | at 0.8 |"
    yield "|---|---|---|---|"
    for modulation, detection in PAIRS:

        def short_of(log_photons: float, pair: tuple[str, str] = (modulation, detection)) -> float:
            return math.log(1e-9 / bit_error_rate(math.exp(log_photons), *pair))

        uncoded = math.exp(rising_root(short_of, math.log(2.0), 0.5, 1e-5))
        half, high = (photons_per_bit_limit(modulation, detection, code) for code in (0.5, 0.8))
        yield f"| {modulation}, {detection} | {uncoded:.1f} | {half:.2f} | {high:.2f} |"


def figures() -> Iterator[str]:
    """Single numbers of the page."""
    quantum = PLANCK_J_S * float(frequency_hz(1550e-9)) / (BOLTZMANN_J_K * SUN_K)
    lowest = math.degrees(Turbulence().lowest_elevation_rad(1550e-9))
    photons = 1.0 / math.expm1(quantum)
    yield f"- One spatial mode on the Sun's surface ({SUN_K:g} K) has {photons:.2f} photons at 1550 nm."
    yield f"- Fluctuations at 1550 nm above a site at sea level (5/7 profile) are weak down to {lowest:.1f} deg."


def main() -> None:
    """Write the tables."""
    for name, rows in (
        ("laser-needs", needs()),
        ("laser-coherent", coherent()),
        ("laser-figures", figures()),
    ):
        (OUT / f"{name}.md").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
