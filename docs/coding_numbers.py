"""Compute the tables that the page on coding and rates includes.

    .venv/bin/python docs/coding_numbers.py

It takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from qqnet.coding.limits import (
    binary_limit_eb_n0_db,
    block_limit_eb_n0_db,
    constellation_limit_eb_n0_db,
    shannon_eb_n0_db,
)
from qqnet.coding.performance import Metric, curves, required_eb_n0
from qqnet.coding.tables import Code, codes, modulation, modulations
from qqnet.errors import InputError

INCLUDE = Path(__file__).parent / "_include"


def table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Make a table of the page."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def need(code: Code, error_rate: float, metric: Metric) -> tuple[str, str]:
    """Required Eb/N0 and how it is known; empty where it is not."""
    try:
        found = required_eb_n0(code.name, error_rate, metric, code.modulation or "QPSK")
    except InputError:
        return "", ""
    return f"{found.eb_n0_db:.2f}", found.mark


def ccsds() -> str:
    """Codes of CCSDS: rate, required Eb/N0, and how far they are from what is possible."""

    def rows() -> Iterator[Sequence[str]]:
        for code in codes().values():
            if code.family == "dvb-s2":
                continue
            metric: Metric = "bit" if code.family in ("uncoded", "convolutional") else "frame"
            needs = [need(code, rate, metric) for rate in (1e-2, 1e-3, 1e-4, 1e-5)]
            marks = " / ".join(dict.fromkeys(mark for _, mark in needs if mark)) or "not known: give eb_n0"
            gap = ""
            if needs[1][0] and metric == "frame":
                best = block_limit_eb_n0_db(code.information_bits, code.symbols, 1e-3)
                gap = f"{float(needs[1][0]) - best:.2f}"
            block = f"{code.information_bits} / {code.symbols}" if code.symbols > 8 else ""
            yield [f"`{code.name}`", block, f"{code.rate:.3f}", *(value for value, _ in needs), gap, marks]

    heads = ["code", "k / n", "rate", "1e-2", "1e-3", "1e-4", "1e-5", "over the best block", "known by"]
    return table(heads, rows())


def dvb_s2() -> str:
    """MODCODs of DVB-S2."""

    def rows() -> Iterator[Sequence[str]]:
        for code in codes().values():
            if code.threshold is None:
                continue
            carrier = modulation(code.modulation)
            bits = code.rate * carrier.bits
            found = required_eb_n0(code.name, code.threshold[1], modulation_name=carrier.name)
            limit = float(shannon_eb_n0_db(bits))
            if carrier.name in ("QPSK", "8PSK"):
                count = 2**carrier.bits
                limit = constellation_limit_eb_n0_db(np.exp(2j * np.pi * np.arange(count) / count), bits)
            yield [
                f"`{code.name}`",
                f"{bits:.4f}",
                f"{code.threshold[0]:.2f}",
                f"{found.eb_n0_db:.2f}",
                f"{found.eb_n0_db - limit:.2f}",
            ]

    return table(["code", "bits a symbol", "Es/N0 [dB]", "Eb/N0 [dB]", "over the limit [dB]"], rows())


def modulation_table() -> str:
    """Modulations and their bandwidth."""

    def rows() -> Iterator[Sequence[str]]:
        for one in modulations().values():
            wide = "1 + roll-off" if one.occupied is None else f"{one.occupied:g}"
            yield [f"`{one.name}`", str(one.bits), wide, one.standard]

    return table(["modulation", "binary symbols a symbol", "bandwidth over symbol rate", "standard"], rows())


def checks() -> str:
    """Comparisons with laws and published numbers."""
    simulated = [
        key[0] for key, several in curves().items() for curve in several if curve.mark == "simulated"
    ]
    gaps = []
    for name in simulated:
        code, curve = codes()[name], curves()[name, "frame"][0]
        rates = [rate for rate in curve.error_rate if rate <= 0.1]
        gaps += [
            curve.required_eb_n0_db(rate) - block_limit_eb_n0_db(code.information_bits, code.symbols, rate)
            for rate in rates
        ]
    moved = []
    for name in simulated:
        if not name.endswith("-16384"):
            continue
        code, curve = codes()[name], curves()[name, "frame"][0]
        short = codes()[code.base]
        for rate in (0.5, 0.2, 0.1, 0.05):
            if curve.covers(rate) and curves()[short.name, "frame"][0].covers(rate):
                shift = block_limit_eb_n0_db(code.information_bits, code.symbols, rate)
                shift -= block_limit_eb_n0_db(short.information_bits, short.symbols, rate)
                estimate = curves()[short.name, "frame"][0].required_eb_n0_db(rate) + shift
                moved.append(estimate - curve.required_eb_n0_db(rate))
    turbo = [
        curves()[f"ccsds-turbo-{rate}-1784", "frame"][0].required_eb_n0_db(error)
        - curves()[f"ccsds-turbo-{rate}-1784", "frame"][1].required_eb_n0_db(error)
        for rate in ("1/2", "1/3")
        for error in (1e-1, 1e-2, 1e-3, 1.1e-4)
    ]
    galileo = required_eb_n0("ccsds-conv-1/2", 5e-3, "bit").eb_n0_db
    around = curves()["ccsds-concatenated-1/2-223-i5", "bit"][0]
    low, high = around.required_eb_n0_db(3e-5), around.required_eb_n0_db(1e-5)
    convolutional = required_eb_n0("ccsds-conv-1/2", 1e-5, "bit").eb_n0_db
    both = f"with Reed-Solomon around it 3e-5 at {low:.2f} dB, 1e-5 at {high:.2f} dB"
    rows = [
        [
            "limit of binary signalling at rate 1/2",
            "0.187 dB, every paper on turbo codes",
            f"{binary_limit_eb_n0_db(0.5):.3f} dB",
        ],
        [
            "convolutional 7, 1/2 at a bit error rate of 1e-5",
            "4.2 dB without quantisation",
            f"{convolutional:.2f} dB (a bound)",
        ],
        [
            "required 2.31 dB of Galileo's design table",
            "its convolutional code at a bit error rate of 5e-3",
            f"{galileo:.2f} dB (a bound); {both}",
        ],
        [
            "turbo codes of 1784 bits, figures against tables",
            "two published sources",
            f"{min(turbo):+.3f} to {max(turbo):+.3f} dB",
        ],
        [
            "LDPC, simulated, over the normal approximation",
            "above it",
            f"{min(gaps):.2f} to {max(gaps):.2f} dB",
        ],
        [
            "LDPC of 16384 bits, moved from 4096 bits, against simulated",
            "the same",
            f"{min(moved):+.2f} to {max(moved):+.2f} dB",
        ],
    ]
    return table(["quantity", "reference", "here"], iter(rows))


def main() -> None:
    """Write all tables."""
    for name, text in (
        ("coding_ccsds", ccsds()),
        ("coding_dvb_s2", dvb_s2()),
        ("coding_modulations", modulation_table()),
        ("coding_checks", checks()),
    ):
        (INCLUDE / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
