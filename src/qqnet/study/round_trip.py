"""Light time there and back between two nodes that move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.access.candidates import Candidates
from qqnet.access.link_geometry import LinkEvaluator
from qqnet.study.network import delaying

if TYPE_CHECKING:
    from qqnet.study.study import Study


@dataclass(frozen=True)
class RoundTrip:
    """Light that is sent, turned round where it arrives, and received again.

    Attributes
    ----------
    there_s, back_s : float
        One-way light time to the peer and back from it [s of TDB], each with the motion of who receives and,
        where the scenario asks for it, with the delay by gravity.
    gravity_s : float
        How much of both together is delay by gravity [s]; 0 where the scenario does not ask for it.
    """

    there_s: float
    back_s: float
    gravity_s: float

    @property
    def total_s(self) -> float:
        """From sending to reception at home [s]."""
        return self.there_s + self.back_s

    def to_json(self) -> dict[str, Any]:
        """Plain values: ``there_s``, ``back_s``, ``total_s``, ``gravity_s``."""
        return {
            "there_s": self.there_s,
            "back_s": self.back_s,
            "total_s": self.total_s,
            "gravity_s": self.gravity_s,
        }


def round_trip(study: Study, source: str, target: str, at_s: float) -> RoundTrip:
    """Light time to a node and back, whatever stands in between.

    Parameters
    ----------
    study : Study
        For trajectories, and whether gravity delays light.
    source, target : str
        Single nodes.
    at_s : float
        When light leaves the first [TDB s past J2000]; the trajectories must reach to its return.

    Returns
    -------
    RoundTrip
        At the peer no time is lost.

    Raises
    ------
    InputError
        A node is unknown, or a trajectory ends too early.
    """
    trajectories = study.trajectories
    one, other = trajectories.node_index(source), trajectories.node_index(target)
    links = Candidates.build([one, other], [other, one])
    heavy = LinkEvaluator(trajectories.bank, links, masses=delaying(study.scenario, trajectories))
    flat = LinkEvaluator(trajectories.bank, links)
    there, later = _one_way(heavy, flat, 0, at_s)
    back, later_back = _one_way(heavy, flat, 1, at_s + there)
    return RoundTrip(there, back, later + later_back)


def _one_way(heavy: LinkEvaluator, flat: LinkEvaluator, link: int, at_s: float) -> tuple[float, float]:
    """Return the light time [s], and how much of it is by gravity [s]."""
    which, time = np.array(link), np.array(at_s)
    taken = float(heavy(which, time).owlt_s)
    return taken, taken - float(flat(which, time).owlt_s)
