"""Whether a contact plan keeps to the beams of its terminals: the count is made anew, from the plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan
    from qqnet.scenario.model import Scenario

TOLERANCE_S: Final = 1e-3
"""Contacts of two peers may overlap so long [s]: edges of windows are right to about this."""


@dataclass(frozen=True)
class BeamFault:
    """More peers than beams at one moment.

    Attributes
    ----------
    node, terminal : str
        Where; of terminals that share an aperture the one whose beams count.
    beams : int
        How many it has.
    at_s : float
        The first moment of the most [s of the plan's time base].
    peers : tuple of str
        Who they are then.
    """

    node: str
    terminal: str
    beams: int
    at_s: float
    peers: tuple[str, ...]

    def __str__(self) -> str:
        who = ", ".join(self.peers)
        return (
            f"{self.node}: {len(self.peers)} peers of {self.terminal} at {format_utc(self.at_s)} ({who}), "
            f"and it has {self.beams} beam{'' if self.beams == 1 else 's'}"
        )


def check_beams(plan: ContactPlan, scenario: Scenario) -> list[BeamFault]:
    """Find where a plan asks more beams of a terminal than it has.

    A beam is taken by the sender while it sends, and by the receiver while it receives, a light time later. All
    contacts of one aperture with one peer take one beam together.

    Parameters
    ----------
    plan : ContactPlan
        Any plan with the links of the scenario, in seconds of TDB past J2000.
    scenario : Scenario
        For the terminals: `link` of a contact names those of sender and receiver.

    Returns
    -------
    list of BeamFault
        One for each aperture that is overdrawn; empty where the plan keeps to all.
    """
    import pandas as pd

    contacts = plan.contacts[plan.contacts["kind"] != "terrestrial"]
    names = {link: _ends(link, scenario) for link in contacts["link"].unique()}
    parts = []
    for k, (own, peer, start, end) in enumerate(
        (("from", "to", "", ""), ("to", "from", "owlt_start_s", "owlt_end_s"))
    ):
        part = pd.DataFrame(
            {
                "node": contacts[own],
                "terminal": contacts["link"].map({link: ends[k] for link, ends in names.items()}),
                "peer": contacts[peer],
                "start_s": contacts["start_s"] + (contacts[start] if start else 0.0),
                "end_s": contacts["end_s"] + (contacts[end] if end else 0.0),
            }
        )
        parts.append(part)
    found = []
    for (node, terminal), rows in pd.concat(parts).groupby(["node", "terminal"], sort=False):
        beams = scenario.terminals[str(terminal)].beams
        if beams is not None:
            fault = _overdrawn(str(node), str(terminal), beams, rows)
            found += [fault] if fault is not None else []
    return found


def _ends(link: str, scenario: Scenario) -> tuple[str, str]:
    """Terminals at which the beams of a link's two ends are counted."""
    sender, _, receiver = link.partition(">")
    first, second = (scenario.terminals[name].shares or name for name in (sender, receiver or sender))
    return first, second


def _overdrawn(node: str, terminal: str, beams: int, rows: pd.DataFrame) -> BeamFault | None:
    """Sweep over one aperture's contacts."""
    peers, number = np.unique(rows["peer"].to_numpy(dtype=str), return_inverse=True)
    if len(peers) <= beams:
        return None
    times = np.concatenate([rows["end_s"] - TOLERANCE_S, rows["start_s"]])
    change = np.repeat([-1, 1], len(rows))
    who = np.concatenate([number, number])
    held = np.zeros(len(peers), dtype=np.int64)
    most, worst, at = beams, None, 0.0
    for n in np.lexsort((change, times)):
        held[who[n]] += change[n]
        count = int((held > 0).sum())
        if count > most:
            most, worst, at = count, held > 0, float(times[n])
    return None if worst is None else BeamFault(node, terminal, beams, at, tuple(peers[worst].tolist()))
