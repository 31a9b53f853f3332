"""Power flux density of a network's emissions, row by row, and what limits say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qqnet.spectrum.findings import Finding
from qqnet.spectrum.rules import HZ_PER_MHZ, KNOWN_BY, Mark

NO_LIMIT: Final = "none"
"""Criterion of a row for which no limit is known."""


@dataclass(frozen=True)
class FluxRow:
    """The moment and point at which an emission comes closest to a limit, or is strongest where there is none.

    Attributes
    ----------
    node, terminal, link : str
        The emission: entry of ``nodes``, transmit terminal, kind of link.
    place : str
        A body, for its surface; or a protected place; or the receivers that a limit protects.
    criterion : str
        Id of the limit; ``none`` where no limit is known.
    flux_db : float
        Power flux density [dB(W/m2)] in the reference bandwidth.
    reference_hz : float
        Reference bandwidth [Hz].
    limit_db, margin_db : float or None
        Limit [dB(W/m2)] at that point, and how far below it the flux is [dB]; None without a limit.
    sender, target : str
        Single nodes: who sends, and whom its antenna points at; ``target`` is a body for a broadcast.
    time_s : float
        When [TDB s past J2000].
    arrival_rad : float
        Angle of arrival above the horizon [rad].
    latitude_rad, longitude_rad : float
        The point [rad]; NaN where it is in space.
    share_above : float
        Share of the span in which the limit is exceeded, for the pair of nodes with the largest [1].
    mark : str
        How the limit is known.
    cite : str
        Its document in short.
    assumed : str
        What was assumed because the scenario does not say it; empty where nothing was.
    """

    node: str
    terminal: str
    link: str
    place: str
    criterion: str
    flux_db: float
    reference_hz: float
    limit_db: float | None
    margin_db: float | None
    sender: str
    target: str
    time_s: float
    arrival_rad: float
    latitude_rad: float
    longitude_rad: float
    share_above: float
    mark: Mark
    cite: str
    assumed: str = ""


def bandwidth_text(bandwidth_hz: float) -> str:
    """Write a reference bandwidth as people do.

    Examples
    --------
    >>> bandwidth_text(4e3), bandwidth_text(1e6), bandwidth_text(27e6)
    ('4 kHz', '1 MHz', '27 MHz')
    """
    if bandwidth_hz < HZ_PER_MHZ:
        return f"{bandwidth_hz / 1e3:g} kHz"
    return f"{bandwidth_hz / HZ_PER_MHZ:g} MHz"


def flux_findings(rows: Iterable[FluxRow]) -> list[Finding]:
    """Say of each row that has a limit whether it keeps it.

    Parameters
    ----------
    rows : iterable of FluxRow
        From a study.

    Returns
    -------
    list of Finding
        One for each entry, terminal and limit; the worst kind of link counts.
    """
    found: dict[tuple[str, str, str], tuple[float, Finding]] = {}
    for row in rows:
        if row.margin_db is None:
            continue
        key = row.node, row.terminal, row.criterion
        if key not in found or row.margin_db < found[key][0]:
            found[key] = row.margin_db, _finding(row)
    return [finding for _, finding in found.values()]


def _finding(row: FluxRow) -> Finding:
    assert row.margin_db is not None
    where = f"at the surface of {_the(row.place)}" if row.place in ("Earth", "Moon") else f"at {row.place}"
    level = f"{row.flux_db:.1f} dB(W/m2) in {bandwidth_text(row.reference_hz)} {where}"
    known = f"{row.cite}, {KNOWN_BY[row.mark]}"
    status = "SFCG recommendation" if row.cite.startswith("SFCG") else "other"
    if row.cite.startswith("Radio Regulations"):
        status = "allocated"
    more = f"; {row.assumed}" if row.assumed else ""
    if row.margin_db >= 0.0:
        message = f"at most {level}, {row.margin_db:.1f} dB below the limit ({known}){more}"
        return Finding(row.node, row.terminal, row.criterion, status, row.mark == "verified", message, True)
    if row.assumed:
        message = f"{level} would be {-row.margin_db:.1f} dB above the limit ({known}), but {row.assumed}"
        return Finding(row.node, row.terminal, row.criterion, status, row.mark == "verified", message, None)
    message = (
        f"{level}, {-row.margin_db:.1f} dB above the limit, when {row.sender} points at {row.target}, in "
        f"{100.0 * row.share_above:.3g} % of the time ({known}); less power or a wider signal would do"
    )
    return Finding(row.node, row.terminal, row.criterion, status, row.mark == "verified", message, False)


def _the(body: str) -> str:
    return f"the {body}" if body in ("Earth", "Moon") else body
