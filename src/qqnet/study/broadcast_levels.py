"""Power that navigation broadcasts bring to a surface, against what their standard asks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qqnet.space.bodies import body
from qqnet.spectrum.findings import Finding
from qqnet.spectrum.flux import flux_density_db_w_m2, off_nadir_rad, received_power_dbw, slant_range_km
from qqnet.spectrum.limits import Received, limits
from qqnet.study.emitters import Beam, Floats, Sent, beams, samples

if TYPE_CHECKING:
    from qqnet.study.study import Study


def broadcast_levels(study: Study) -> list[Finding]:
    """Hold the received power of navigation broadcasts against its limits.

    Antennas point straight down. The user's antenna has 0 dBi; all of the broadcast's power counts.

    Parameters
    ----------
    study : Study
        For transmitters and trajectories.

    Returns
    -------
    list of Finding
        One for each entry, terminal and limit.
    """
    aimed = [beam for beam in beams(study) if any(row.link == beam.sent[0].link for row in limits().received)]
    reach: dict[tuple[str, str, str], tuple[float, float]] = {}
    rows = {row.id: row for row in limits().received}
    for sample in (
        samples(study, {end for beam in aimed for end in (beam.source, beam.target)}) if aimed else ()
    ):
        for beam in aimed:
            apart = sample.positions[beam.source] - sample.positions[beam.target]
            for row in rows.values():
                if row.link != beam.sent[0].link:
                    continue
                low, high = received_range_dbw(beam.sent[0], np.linalg.norm(apart, axis=-1), beam, row)
                key = beam.sent[0].node, beam.sent[0].terminal, row.id
                before = reach.get(key, (math.inf, -math.inf))
                reach[key] = min(before[0], low), max(before[1], high)
    return [_finding(node, terminal, rows[name], *levels) for (node, terminal, name), levels in reach.items()]


def received_range_dbw(sent: Sent, distance_km: Floats, beam: Beam, row: Received) -> tuple[float, float]:
    """Least and greatest power at the surface [dBW], 0 dBi, from the row's elevation on, over some moments."""
    radius = body(beam.target).mean_radius_km
    arrival = np.linspace(row.above, math.pi / 2, 91)[None, :]
    far = distance_km[:, None]
    gain = sent.gain_dbi(off_nadir_rad(arrival, far, radius))
    flux = flux_density_db_w_m2(sent.power_dbw + gain, slant_range_km(arrival, far, radius))
    power = received_power_dbw(flux, sent.end.frequency_hz)
    return float(power.min()), float(power.max())


def _finding(node: str, terminal: str, row: Received, low: float, high: float) -> Finding:
    asked = f"{row.least:g} to {row.most:g} dBW"
    message = (
        f"brings {low:.1f} to {high:.1f} dBW to the surface, into 0 dBi and from "
        f"{math.degrees(row.above):g} deg of elevation on; {asked} are asked for "
        f"({row.known}; to be confirmed there)"
    )
    # The standard marks both values as to be confirmed, so nothing is broken yet.
    kept = True if row.least <= low and high <= row.most else None
    if low < row.least:
        message += f"; {row.least - low:.1f} dB more power, or a wider beam, would do"
    elif high > row.most:
        message += f"; {high - row.most:.1f} dB less power would do"
    return Finding(node, terminal, row.id, "other", row.verified, message, kept)
