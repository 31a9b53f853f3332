"""When a laser link has data: the time its terminals need to find each other at the start of each window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.access.link_geometry import LinkGeometry
from qqnet.links.optical_acquisition import gaps_s
from qqnet.links.optical_terminals import acquisition_delay_s
from qqnet.links.pairs import TerminalPair
from qqnet.scenario.model import Scenario
from qqnet.scenario.terminals import OpticalTerminal

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def acquisition_delays_s(
    scenario: Scenario,
    pairs: Sequence[TerminalPair],
    windows: pd.DataFrame,
    geometry: Callable[[Integers, Floats], LinkGeometry],
) -> Floats:
    """Time from the start of each window to data.

    Parameters
    ----------
    scenario : Scenario
        For the terminals.
    pairs : sequence of TerminalPair, length L
        The link of each index in the windows' column ``link``.
    windows : pandas.DataFrame
        ``link``, ``start_s``, ``end_s``: when data could flow. Where weather, or who points where, cuts a window
        in two, the gap between the parts decides whether the second needs a whole search.
    geometry : callable
        Light time of links (indices) at times of transmission.

    Returns
    -------
    ndarray, shape [windows]
        Delay [s]; zero for radio.
    """
    index = windows["link"].to_numpy().astype(np.int64)
    start, end = windows["start_s"].to_numpy(), windows["end_s"].to_numpy()
    delays = np.zeros(index.size)
    gap = gaps_s(index, start, end)
    kinds: dict[tuple[str, str], int] = {}
    kind_of = np.array(
        [kinds.setdefault((pair.transmit, pair.receive), len(kinds)) for pair in pairs], dtype=np.int64
    )
    for (transmit, receive), kind in kinds.items():
        ends = scenario.terminals[transmit], scenario.terminals[receive]
        rows = np.flatnonzero(kind_of[index] == kind)
        if rows.size and isinstance(ends[0], OpticalTerminal) and isinstance(ends[1], OpticalTerminal):
            owlt = geometry(index[rows], start[rows]).owlt_s
            delays[rows] = acquisition_delay_s(ends[0], ends[1], owlt, gap[rows])
    return delays
