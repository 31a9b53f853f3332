"""The lines of a budget that belong to the two ends, whatever the path between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qqnet.links import noise, rf
from qqnet.links.ends import RfReceive, RfTransmit


@dataclass(frozen=True)
class BudgetLine:
    """One line of a budget.

    Attributes
    ----------
    name : str
        What the field calls it.
    value : float
        In `unit`; a loss is negative.
    unit : str
        Unit.
    source : str
        Formula or origin.
    kind : {"term", "total", "note"}
        A term is added; a total is the sum of all terms above it; a note says something beside.
    """

    name: str
    value: float
    unit: str
    source: str
    kind: Literal["term", "total", "note"] = "term"


def _lines(rows: Sequence[tuple[str, float, str, str]]) -> tuple[BudgetLine, ...]:
    # Adding zero turns the -0.0 of an absent loss into 0.0.
    return tuple(BudgetLine(name, float(value) + 0.0, unit, source) for name, value, unit, source in rows)


def rf_transmit_lines(end: RfTransmit) -> tuple[BudgetLine, ...]:
    """Terms of a radio transmitter, power to pointing; their sum is the EIRP."""
    antenna = end.antenna
    return _lines(
        [
            ("Transmit power", float(rf.decibel(end.power_w)), "dBW", f"terminal: {end.power_w:.6g} W"),
            ("Transmit circuit loss", -end.loss_db, "dB", "terminal"),
            ("Transmit antenna gain", antenna.gain_at_dbi(end.frequency_hz), "dBi", antenna.describe()),
            (
                "Transmit pointing loss",
                -antenna.pointing_loss_at_db(end.frequency_hz),
                "dB",
                "Gaussian main lobe",
            ),
        ]
    )


def rf_receive_lines(end: RfReceive, frequency_hz: float) -> tuple[BudgetLine, ...]:
    """Terms of a radio receiver at a frequency [Hz], antenna gain to circuit loss."""
    antenna = end.antenna
    return _lines(
        [
            ("Receive antenna gain", antenna.gain_at_dbi(frequency_hz), "dBi", antenna.describe()),
            ("Receive pointing loss", -antenna.pointing_loss_at_db(frequency_hz), "dB", "Gaussian main lobe"),
            ("Receive circuit and polarisation loss", -end.loss_db, "dB", "terminal"),
        ]
    )


def noise_lines(temperature_k: float, parts: str = "") -> tuple[BudgetLine, ...]:
    """Terms that turn received power into C/N0, for a system noise temperature [K] and what it is made of."""
    noise_db = float(rf.decibel(temperature_k))
    return _lines(
        [
            ("1 / Boltzmann constant", -noise.BOLTZMANN_DB, "dB(K Hz/W)", "SI: 1.380649e-23 J/K"),
            (
                "1 / system noise temperature",
                -noise_db,
                "dB(1/K)",
                parts or f"terminal: {temperature_k:.6g} K",
            ),
        ]
    )
