"""Link budgets: one link at one distance, line by line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qqnet.links import rf
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.lines import BudgetLine
from qqnet.links.link import Link, best_mode
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.path import Path


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


def link_budget(link: Link, path: Path) -> Budget:
    """Budget of a link at one moment.

    Parameters
    ----------
    link : Link
        The two ends and what is between them.
    path : Path
        One moment: arrays without a dimension, or of one element.

    Returns
    -------
    Budget
        With the fastest mode whose demand and required margin are met.

    Raises
    ------
    InputError
        The range is not above zero, or an effect is asked outside of its domain.
    """
    moment = path.take(np.zeros((), dtype=np.intp)) if np.ndim(path.range_km) else path
    level = float(link.level_db_hz(moment))
    excess = link.excess_db(moment)
    closing = int(best_mode(excess))
    index = closing if closing >= 0 else int(np.argmax(excess))
    return Budget(
        kind=link.kind,
        mode=link.ladder[index],
        closes=closing >= 0,
        level_db_hz=level,
        margin_db=float(excess[index]) + link.required_margin_db,
        required_margin_db=link.required_margin_db,
        range_km=float(moment.range_km),
        lines=_waterfall(link, index, moment),
    )


def rf_budget(transmit: RfTransmit, receive: RfReceive, range_km: float) -> Budget:
    """Budget of a radio link between two ends in free space; see `link_budget`.

    Examples
    --------
    >>> from qqnet.links.antennas import Antenna
    >>> transmit = RfTransmit(8.42e9, 100.0, Antenna(diameter_m=3.0), (Mode("0.5 Mbit/s", 5e5, 1.0),))
    >>> receive = RfReceive(Antenna(diameter_m=34.0, efficiency=0.7), 25.0, 8.4e9, 8.45e9)
    >>> budget = rf_budget(transmit, receive, 402e6)
    >>> budget.rate_bps, round(budget.margin_db, 2), round(budget.owlt_s, 1)
    (500000.0, 7.82, 1340.9)
    """
    return link_budget(Link(transmit, receive), Path.straight(range_km))


def optical_budget(transmit: OpticalTransmit, receive: OpticalReceive, range_km: float) -> Budget:
    """Budget of a laser link between two ends in free space; see `link_budget`."""
    return link_budget(Link(transmit, receive), Path.straight(range_km))


def _waterfall(link: Link, index: int, path: Path) -> tuple[BudgetLine, ...]:
    """Lines in the order of the signal, each total the sum of the terms above it."""
    radio, mode = link.kind == "rf", link.ladder[index]
    lines = [*link.transmit_lines]
    _total(lines, "EIRP", "dBW")
    loss = float(rf.free_space_loss_db(path.range_km, link.frequency_hz))
    where = f"(4 pi d / lambda)^2, d = {float(path.range_km):.6g} km"
    lines.append(BudgetLine("Free-space loss", -loss, "dB", where))
    lines += [
        BudgetLine(effect.name, -lost, "dB", effect.source(path))
        for effect in link.effects
        if (lost := float(effect.loss_db(path))) != 0.0
    ]
    lines += link.receive_lines
    _total(lines, "Received power" if radio else "Detected power", "dBW")
    lines += link.level_lines
    if isinstance(link.receive, RfReceive):
        lines += _warmer(link, link.receive.noise_temperature_k, path)
    _total(lines, "C/N0" if radio else "Detected photons a second", "dB-Hz")
    rate = f"mode {mode.name}: {mode.rate_bps:.6g} bit/s"
    lines.append(BudgetLine("1 / data rate", -float(rf.decibel(mode.rate_bps)), "dB(s/bit)", rate))
    _total(lines, "Eb/N0" if radio else "Photons a bit", "dB")
    need = "Required Eb/N0" if radio else "Required photons a bit"
    quiet = float(link.demands_db_hz[index]) - float(rf.decibel(mode.rate_bps))
    lines.append(BudgetLine(need, -quiet + 0.0, "dB", mode.source))
    if not radio and link.noises:
        lines += _background(link, index, path)
    _total(lines, "Margin", "dB")
    for effect in link.effects:  # some have more to say than a loss
        lines += getattr(effect, "notes", _nothing)(path, float(link.level_db_hz(path)))
    return tuple(lines)


def _nothing(path: Path, level_db_hz: float) -> list[BudgetLine]:
    return []


def _warmer(link: Link, temperature_k: float, path: Path) -> list[BudgetLine]:
    """Terms of a radio link's noise sources, each on top of those before it."""
    lines = []
    for source in link.noises:
        added = float(source.amount(path))
        if added:
            loss = float(10.0 * np.log10(1.0 + added / temperature_k))
            lines.append(BudgetLine(source.name, -loss, "dB", source.source(path)))
            temperature_k += added
    return lines


def _background(link: Link, index: int, path: Path) -> list[BudgetLine]:
    """What a laser link's noise sources count, and what they cost its mode."""
    lines = [
        BudgetLine(source.name, float(source.amount(path)), "1/s", source.source(path), "note")
        for source in link.noises
    ]
    rise = float(link.demands_on_db_hz(path)[index] - link.demands_db_hz[index])
    lines.append(BudgetLine("Loss by background", -rise + 0.0, "dB", "rise of the required photons a bit"))
    return lines


def _total(lines: list[BudgetLine], name: str, unit: str) -> None:
    value = sum(line.value for line in lines if line.kind == "term")
    lines.append(BudgetLine(name, value, unit, "sum of the terms above", "total"))
