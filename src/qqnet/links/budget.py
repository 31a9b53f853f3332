"""Link budgets: one link at one distance, line by line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qqnet.links import atmosphere, rf
from qqnet.links.ends import Mode, OpticalReceive, OpticalTransmit, RfReceive, RfTransmit
from qqnet.links.lines import BudgetLine
from qqnet.links.link import Link


@dataclass(frozen=True)
class Budget:
    """The budget of a link at one distance.

    Attributes
    ----------
    kind : str
        ``rf`` or ``optical``.
    mode : Mode
        The fastest mode that closes with the required margin; where none does, the one that demands least.
    closes : bool
        Whether `mode` closes with the required margin.
    level_db_hz : float
        C/N0, or detected photons a second [dB-Hz].
    margin_db : float
        Level above what `mode` demands [dB]; the link closes where it is at least `required_margin_db`.
    required_margin_db : float
        Margin that must remain [dB].
    range_km : float
        Distance [km].
    lines : tuple of BudgetLine
        Terms and totals in the order of the signal.
    """

    kind: str
    mode: Mode
    closes: bool
    level_db_hz: float
    margin_db: float
    required_margin_db: float
    range_km: float
    lines: tuple[BudgetLine, ...]

    @property
    def rate_bps(self) -> float:
        """Information rate [bit/s]; 0 where no mode closes."""
        return self.mode.rate_bps if self.closes else 0.0

    @property
    def owlt_s(self) -> float:
        """One-way light time [s]."""
        return float(rf.one_way_light_time_s(self.range_km))

    def running_db(self) -> list[float]:
        """Sum of the terms up to each line [dB], for a waterfall."""
        terms = [line.value if line.kind == "term" else 0.0 for line in self.lines]
        return [float(value) for value in np.cumsum(terms)]

    def to_json(self) -> dict[str, Any]:
        """Plain values for programs.

        Returns
        -------
        dict
            ``rate_bps``, ``margin_db``, ``range_km``, ``owlt_s``, ``lines`` (name, value, unit, source, kind),
            and ``kind``, ``mode``, ``closes``, ``required_margin_db``.
        """
        return {
            "rate_bps": self.rate_bps,
            "margin_db": self.margin_db,
            "range_km": self.range_km,
            "owlt_s": self.owlt_s,
            "lines": [asdict(line) for line in self.lines],
            "kind": self.kind,
            "mode": self.mode.name,
            "closes": self.closes,
            "required_margin_db": self.required_margin_db,
        }


def link_budget(
    link: Link,
    range_km: float,
    transmit_elevation_rad: float | None = None,
    receive_elevation_rad: float | None = None,
) -> Budget:
    """Budget of a link at one distance.

    Parameters
    ----------
    link : Link
        The two ends.
    range_km : float
        Distance [km].
    transmit_elevation_rad, receive_elevation_rad : float or None
        Elevation of the other end at an end below an atmosphere [rad].

    Returns
    -------
    Budget
        With the fastest mode whose demand and required margin are met.

    Raises
    ------
    InputError
        The range is not above zero or an elevation outside 0 to 90 deg.
    """
    level = float(link.level_db_hz(range_km, transmit_elevation_rad, receive_elevation_rad))
    index = int(link.mode_index(level))
    mode = link.ladder[max(index, 0)]
    lines = _waterfall(link, mode, range_km, transmit_elevation_rad, receive_elevation_rad)
    return Budget(
        kind=link.kind,
        mode=mode,
        closes=index >= 0,
        level_db_hz=level,
        margin_db=level - float(link.demands_db_hz[max(index, 0)]),
        required_margin_db=link.required_margin_db,
        range_km=float(range_km),
        lines=lines,
    )


def rf_budget(
    transmit: RfTransmit,
    receive: RfReceive,
    range_km: float,
    transmit_elevation_rad: float | None = None,
    receive_elevation_rad: float | None = None,
) -> Budget:
    """Budget of a radio link between two ends; see `link_budget`.

    Examples
    --------
    >>> from qqnet.links.antennas import Antenna
    >>> transmit = RfTransmit(8.42e9, 100.0, Antenna(diameter_m=3.0), (Mode("0.5 Mbit/s", 5e5, 1.0),))
    >>> receive = RfReceive(Antenna(diameter_m=34.0, efficiency=0.7), 25.0, 8.4e9, 8.45e9)
    >>> budget = rf_budget(transmit, receive, 402e6)
    >>> budget.rate_bps, round(budget.margin_db, 2), round(budget.owlt_s, 1)
    (500000.0, 7.82, 1340.9)
    """
    return link_budget(Link(transmit, receive), range_km, transmit_elevation_rad, receive_elevation_rad)


def optical_budget(transmit: OpticalTransmit, receive: OpticalReceive, range_km: float) -> Budget:
    """Budget of a laser link between two ends; see `link_budget`."""
    return link_budget(Link(transmit, receive), range_km)


def _waterfall(
    link: Link,
    mode: Mode,
    range_km: float,
    transmit_elevation_rad: float | None,
    receive_elevation_rad: float | None,
) -> tuple[BudgetLine, ...]:
    """Lines in the order of the signal, each total the sum of the terms above it."""
    radio = link.kind == "rf"
    up, down, noise = (
        float(loss) for loss in link.atmosphere_db(transmit_elevation_rad, receive_elevation_rad)
    )
    elevations = {"sending": transmit_elevation_rad, "receiving": receive_elevation_rad}
    lines = [*link.transmit_lines]
    _total(lines, "EIRP", "dBW")
    loss = float(rf.free_space_loss_db(range_km, link.frequency_hz))
    lines.append(BudgetLine("Free-space loss", -loss, "dB", f"(4 pi d / lambda)^2, d = {range_km:.6g} km"))
    for (end, elevation), value in zip(elevations.items(), (up, down), strict=True):
        if value and elevation is not None:
            source = f"zenith loss (assumed) x air mass at {np.degrees(elevation):.1f} deg"
            lines.append(BudgetLine(f"Atmosphere above the {end} end", -value, "dB", source))
    lines += link.receive_lines
    _total(lines, "Received power" if radio else "Detected power", "dBW")
    lines += link.level_lines
    if noise:
        source = f"emission of the same loss at {atmosphere.ATMOSPHERE_TEMPERATURE_K:g} K (assumed)"
        lines.append(BudgetLine("Noise of the atmosphere", -noise, "dB", source))
    _total(lines, "C/N0" if radio else "Detected photons a second", "dB-Hz")
    rate = f"mode {mode.name}: {mode.rate_bps:.6g} bit/s"
    lines.append(BudgetLine("1 / data rate", -float(rf.decibel(mode.rate_bps)), "dB(s/bit)", rate))
    _total(lines, "Eb/N0" if radio else "Photons a bit", "dB")
    need = "Required Eb/N0" if radio else "Required photons a bit"
    lines.append(BudgetLine(need, -mode.required_db + 0.0, "dB", f"mode {mode.name}"))
    _total(lines, "Margin", "dB")
    return tuple(lines)


def _total(lines: list[BudgetLine], name: str, unit: str) -> None:
    value = sum(line.value for line in lines if line.kind == "term")
    lines.append(BudgetLine(name, value, unit, "sum of the terms above", "total"))
