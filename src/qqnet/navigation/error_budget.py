"""The error budget of a range, line by line: what each part is, where it comes from, what they make together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links.domain import not_negative
from qqnet.navigation.range_error import RangeErrorModel
from qqnet.navigation.ranging_signals import c_n0_db_hz
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S


@dataclass(frozen=True)
class BudgetLine:
    """One part of the range error.

    Attributes
    ----------
    name : str
        What it is.
    sigma_m : float
        One sigma [m]; infinite where the signal is not tracked.
    source : str
        Where the number comes from.
    kind : str
        ``part`` of each range; ``signed``, whose square is added with the sign of sigma; ``total`` of the lines
        above; or ``time``: in all ranges alike, so that it moves the time and no position.
    """

    name: str
    sigma_m: float
    source: str
    kind: str = "part"


@dataclass(frozen=True)
class ErrorBudget:
    """Lines of a budget in the order in which they arise.

    Attributes
    ----------
    lines : tuple of BudgetLine
        Parts and totals.
    where : str
        Geometry that it holds for.
    """

    lines: tuple[BudgetLine, ...]
    where: str = ""

    @property
    def total_m(self) -> float:
        """User range error: the last of the totals [m]; 0 where there are no lines."""
        totals = [line.sigma_m for line in self.lines if line.kind == "total"]
        return totals[-1] if totals else 0.0

    def summary(self) -> dict[str, Any]:
        """Plain JSON values; null stands for infinite."""
        rows = [
            asdict(line) | {"sigma_m": line.sigma_m if math.isfinite(line.sigma_m) else None}
            for line in self.lines
        ]
        total = self.total_m
        return {"where": self.where, "lines": rows, "total_m": total if math.isfinite(total) else None}

    def to_json(self) -> str:
        """Text that :meth:`from_json` reads."""
        return json.dumps({"where": self.where, "lines": [asdict(line) for line in self.lines]})

    @classmethod
    def from_json(cls, text: str) -> ErrorBudget:
        """Read what :meth:`to_json` wrote."""
        data = json.loads(text)
        return cls(tuple(BudgetLine(**line) for line in data["lines"]), data["where"])


def range_budget(
    model: RangeErrorModel,
    range_km: float,
    elevation_rad: float,
    orbit_m: float,
    clock_m: float,
    *,
    correlation: float = 0.0,
    signal_in_space_source: str = "assumed",
) -> ErrorBudget:
    r"""Budget of one line of sight.

    Parameters
    ----------
    model : RangeErrorModel
        All but orbit and clock.
    range_km : float
        Distance of the satellite [km].
    elevation_rad : float
        Its elevation [rad].
    orbit_m, clock_m : float
        Orbit error on the line of sight and clock error, one sigma [m].
    correlation : float, optional
        Of the range error by the orbit with that by the clock, which enters with the opposite sign [-1 to 1].
    signal_in_space_source : str, optional
        Where they come from.

    Returns
    -------
    ErrorBudget
        Ends with the user range error, and with what is common to all ranges.

    Examples
    --------
    >>> budget = range_budget(RangeErrorModel(), 7000.0, 0.5, 3.0, 1.0)
    >>> print(*(f"{line.name}: {line.sigma_m:.2f} m" for line in budget.lines), sep="\n")
    Orbit on the line of sight: 3.00 m
    Satellite clock: 1.00 m
    Signal in space: 3.16 m
    Code noise: 0.04 m
    Multipath: 0.16 m
    User range error: 3.17 m
    """
    not_negative([orbit_m, clock_m], "an error of orbit or clock", "m")
    lines = [
        BudgetLine("Orbit on the line of sight", orbit_m, signal_in_space_source),
        BudgetLine("Satellite clock", clock_m, signal_in_space_source),
    ]
    both = 2.0 * correlation * orbit_m * clock_m
    if both:
        lines.append(
            BudgetLine(
                "Orbit with clock, correlated",
                math.copysign(math.sqrt(abs(both)), both),
                f"correlation {correlation:+.2f}; its square is added with its sign",
                "signed",
            )
        )
    space = math.sqrt(max(0.0, orbit_m**2 + clock_m**2 + both))
    lines.append(BudgetLine("Signal in space", space, "root of the sum of squares", "total"))
    own = _receiver_lines(model, range_km, elevation_rad)
    total = math.hypot(space, *(line.sigma_m for line in own))
    lines += [*own, BudgetLine("User range error", total, "root of the sum of squares", "total")]
    if model.time_transfer_m:
        nanoseconds = model.time_transfer_m / SPEED_OF_LIGHT_KM_S * 1e6
        source = (
            f"{nanoseconds:.3g} ns from system time to the reference; common to all ranges, in the time alone"
        )
        lines.append(BudgetLine("Time transfer", model.time_transfer_m, source, "time"))
    where = f"range {range_km:,.0f} km, elevation {math.degrees(elevation_rad):.0f} deg"
    return ErrorBudget(tuple(lines), where)


def _receiver_lines(model: RangeErrorModel, range_km: float, elevation_rad: float) -> list[BudgetLine]:
    lines = []
    if model.signal is not None:
        level = float(c_n0_db_hz(range_km, model.signal, model.receiver, model.eirp_dbw))
        noise = float(model.noise_m(range_km)) / model.amplification
        source = (
            f"{model.signal.name} at {level:.1f} dB-Hz, code loop of {model.receiver.loop_bandwidth_hz:g} Hz"
        )
        if not math.isfinite(noise):
            source += f"; below the {model.receiver.threshold_db_hz:g} dB-Hz that tracking needs"
        lines.append(BudgetLine("Code noise", noise * model.amplification, source))
    if model.multipath is not None:
        sigma = float(model.multipath.sigma_m(elevation_rad)) * model.amplification
        lines.append(BudgetLine("Multipath", sigma, "zenith + horizon exp(-elevation / scale)"))
    if model.ionosphere is not None:
        source = "residual, mapped by a thin shell"
        if model.amplification > 1.0:
            source += f"; two frequencies: noise and multipath times {model.amplification:.2f}"
        lines.append(BudgetLine("Ionosphere", float(model.ionosphere.sigma_m(elevation_rad)), source))
    if model.other_m:
        lines.append(BudgetLine("Other", model.other_m, "as given"))
    return lines


def printed(lines: Iterable[BudgetLine]) -> list[list[str]]:
    """Rows of text: name, sigma in metres, source."""
    return [
        [
            ("= " if line.kind == "total" else "") + line.name,
            f"{line.sigma_m:.3f}" if math.isfinite(line.sigma_m) else "not tracked",
            line.source,
        ]
        for line in lines
    ]


def split_covariance(covariance_m2: ArrayLike, line_of_sight: ArrayLike) -> tuple[float, float, float]:
    """Orbit and clock error on a line of sight, and how the two are correlated.

    Parameters
    ----------
    covariance_m2 : array_like [4, 4]
        Of position error and clock error times the speed of light [m²].
    line_of_sight : array_like [3]
        Unit vector from user to satellite, in the axes of the position error.

    Returns
    -------
    orbit_m, clock_m, correlation : float
        As :func:`range_budget` takes them.
    """
    table = np.asarray(covariance_m2, dtype=np.float64)
    line = np.asarray(line_of_sight, dtype=np.float64)
    orbit = math.sqrt(max(0.0, float(line @ table[:3, :3] @ line)))
    clock = math.sqrt(max(0.0, float(table[3, 3])))
    both = -float(line @ table[:3, 3])
    scale = orbit * clock
    return orbit, clock, both / scale if scale else 0.0
