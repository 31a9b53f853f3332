"""Reception over a span: how many satellites a node can use, how loud they are, what a fix from them is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.gnss.constellation import Transmitters
from qqnet.gnss.measurements import Surface, observe
from qqnet.gnss.precision import snapshot_precision
from qqnet.gnss.receivers import Receiver, sise_m
from qqnet.gnss.result import C_N0_EDGES, GnssResult

if TYPE_CHECKING:
    from qqnet.orbits.trajectory import Trajectories

Floats = NDArray[np.float64]

CHUNK: Final = 512
"""Epochs held at a time; memory does not grow with the span."""

_FIGURES: Final = ("pdop", "tdop", "gdop", "position", "radial", "lateral", "time")


class NodeAnalysis:
    """Gathers what one node hears, chunk by chunk.

    Parameters
    ----------
    transmitters : Transmitters
        The satellites.
    receiver : Receiver
        What the node carries.
    """

    def __init__(self, transmitters: Transmitters, receiver: Receiver) -> None:
        self.transmitters = transmitters
        self.receiver = receiver
        self.held: NDArray[np.bool_] | None = None
        self.usable: list[NDArray[np.uint8]] = []
        self.clear: list[NDArray[np.uint8]] = []
        self.strongest: list[NDArray[np.float32]] = []
        self.figures: list[Floats] = []
        self.histogram = np.zeros((len(transmitters.systems), C_N0_EDGES.size - 1), dtype=np.int64)

    def update(
        self,
        trajectories: Trajectories,
        node: str,
        times: Floats,
        earth_altitude_km: float,
        surface: Surface | None,
    ) -> None:
        """Add the epochs of a chunk [TDB s past J2000]."""
        lines, heard, clear = observe(
            trajectories,
            node,
            self.receiver,
            self.transmitters,
            times,
            earth_altitude_km=earth_altitude_km,
            surface=surface,
            held=self.held,
        )
        self.held = heard.held
        order = self.transmitters.system_index
        level = np.where(clear & (heard.band >= 0), heard.c_n0_db_hz, -np.inf)
        counts, seen, loudest = [], [], []
        for k in range(len(self.transmitters.systems)):
            own = order == k
            counts.append(heard.usable[:, own].sum(axis=1))
            seen.append(clear[:, own].sum(axis=1))
            loudest.append(level[:, own].max(axis=1))
            shown = level[:, own]
            self.histogram[k] += np.histogram(shown[np.isfinite(shown)], C_N0_EDGES)[0]
        self.usable.append(np.stack(counts, axis=1).astype(np.uint8))
        self.clear.append(np.stack(seen, axis=1).astype(np.uint8))
        self.strongest.append(np.stack(loudest, axis=1).astype(np.float32))
        sigma = np.hypot(heard.range_sigma_m, sise_m(self.transmitters))
        made = snapshot_precision(
            lines.direction,
            heard.usable,
            sigma,
            -trajectories.position(node, times, "Earth"),
            order if self.receiver.offsets_solved else None,
        )
        self.figures.append(np.stack([getattr(made, name) for name in _FIGURES], axis=1))


def analyse(
    trajectories: Trajectories,
    transmitters: Transmitters,
    receivers: Mapping[str, Receiver],
    times: Floats,
    *,
    earth_altitude_km: float = 100.0,
    surfaces: Mapping[str, Surface] | None = None,
    advance: Callable[[float], None] = lambda share: None,
) -> GnssResult:
    """Reception of navigation satellites by nodes over a span.

    Parameters
    ----------
    trajectories : Trajectories
        Of the network.
    transmitters : Transmitters
        The satellites.
    receivers : mapping
        Node -> receiver.
    times : ndarray, shape [T]
        Epochs of reception [TDB s past J2000].
    earth_altitude_km : float
        Rays that come closer to the ground are not used [km].
    surfaces : mapping, optional
        Node that stands on a body -> the body, its mask and horizon.
    advance : callable
        Told the share that is done.

    Returns
    -------
    GnssResult
        By node, epoch and system.

    Raises
    ------
    InputError
        A receiver stands on the Earth.
    """
    parts = {node: NodeAnalysis(transmitters, receiver) for node, receiver in receivers.items()}
    done, total = 0, max(1, len(parts) * times.size)
    for node, part in parts.items():
        for first in range(0, times.size, CHUNK):
            chunk = times[first : first + CHUNK]
            part.update(trajectories, node, chunk, earth_altitude_km, (surfaces or {}).get(node))
            done += chunk.size
            advance(done / total)
    return GnssResult.build(transmitters, receivers, times, list(parts.values()))
