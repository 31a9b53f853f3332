"""What became of the traffic: bundle by bundle, flow by flow, contact by contact."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.traffic.flows import Flow

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from qqnet.contacts.plan import ContactPlan

CAUSES: Final = ("", "no route", "deadline", "no capacity", "end of plan")
"""Why a bundle was not delivered; empty for delivered.

An otherwise empty network could not do it at all, could not do it in time, or could; or the plan ended within the
bundle's lifetime, so that nobody knows.
"""
END_OF_PLAN: Final = CAUSES.index("end of plan")

PARQUET_FLOWS: Final = b"qqnet.flows"
PARQUET_BUSY: Final = b"qqnet.busy_s"


@dataclass(frozen=True)
class Delay:
    """Delay from creation to the last byte, over the delivered bundles.

    Attributes
    ----------
    mean, p50, p95, max : float
        Mean, median, 95th percentile, largest. [s]
    """

    mean: float
    p50: float
    p95: float
    max: float


@dataclass(frozen=True)
class FlowResult:
    """What became of one flow.

    Attributes
    ----------
    name : str
        Flow.
    bundles, delivered_bundles : int
        How many were made, and delivered.
    offered_bytes, delivered_bytes : float
        How much. [byte]
    delay_s : Delay or None
        None where nothing was delivered. [s]
    losses : dict of str to float
        Bytes lost, by cause. [byte]
    """

    name: str
    bundles: int
    delivered_bundles: int
    offered_bytes: float
    delivered_bytes: float
    delay_s: Delay | None
    losses: dict[str, float]

    @property
    def delivery_ratio(self) -> float | None:
        """Share of the bytes that were delivered; None where none were offered."""
        return self.delivered_bytes / self.offered_bytes if self.offered_bytes else None


@dataclass(frozen=True, eq=False)
class TrafficResult:
    """What became of all bundles.

    Attributes
    ----------
    flows : tuple of Flow
        As simulated.
    bundles : pandas.DataFrame
        One row a bundle in planning order: ``flow``; ``created_s``, ``arrival_s`` [s of the plan's time base],
        the latter missing for a lost one; ``size_bytes``; ``pieces``; ``cause`` of loss, "" if delivered;
        ``hops``, the most of any piece; ``transmissions`` of all pieces together.
    busy_s : numpy.ndarray, shape (C,)
        Transmitter time used of each contact, in row order of the plan. [s]
    """

    flows: tuple[Flow, ...]
    bundles: pd.DataFrame
    busy_s: NDArray[np.float64]

    def flow(self, name: str) -> FlowResult:
        """Sum up one flow.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        FlowResult
            Counts, bytes, delays, losses.

        Raises
        ------
        InputError
            For a flow that was not simulated.
        """
        if name not in {flow.name for flow in self.flows}:
            known = ", ".join(flow.name for flow in self.flows)
            raise InputError(f"flow '{name}' is not among those simulated: {known}")
        return _summed(name, self.bundles[self.bundles["flow"] == name])

    def flow_results(self) -> list[FlowResult]:
        """Sum up every flow, in the order given."""
        groups = dict(list(self.bundles.groupby("flow", observed=True)))
        none = self.bundles.iloc[:0]
        return [_summed(flow.name, groups.get(flow.name, none)) for flow in self.flows]

    def losses(self) -> dict[str, float]:
        """Bytes lost by cause, over all flows; only causes that occurred. [byte]."""
        return _losses(self.bundles)

    def contact_use(self, plan: ContactPlan) -> pd.DataFrame:
        """How much of each contact was used.

        Parameters
        ----------
        plan : ContactPlan
            The plan that was simulated.

        Returns
        -------
        pandas.DataFrame
            Rows of the plan: ``from, to, link, start_s, end_s, volume_bytes``, ``used_bytes`` [byte], and
            ``used_share`` of the transmitter time.
        """
        rows = plan.contacts[["from", "to", "link", "start_s", "end_s"]].copy()
        length_s = (rows["end_s"] - rows["start_s"]).to_numpy()
        rows["volume_bytes"] = plan.volume_bytes()
        rows["used_bytes"] = self.busy_s * plan.contacts["rate_bps"].to_numpy() / 8.0
        rows["used_share"] = self.busy_s / length_s
        return rows

    def answer(self) -> dict[str, Any]:
        """Give the result as a program reads it.

        Returns
        -------
        dict
            Keys ``flows`` (``name``, ``offered_bytes``, ``delivered_bytes``, ``delivery_ratio``, ``delay_s``
            with ``mean``, ``p50``, ``p95``, ``max``, ``bundles``, ``delivered_bundles``, ``losses``) and
            ``losses``.
        """
        flows = []
        for result in self.flow_results():
            entry = asdict(result)
            entry["delivery_ratio"] = result.delivery_ratio
            flows.append(entry)
        return {"flows": flows, "losses": self.losses()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result as Parquet, whole or not at all.

        Parameters
        ----------
        path : path-like
            File to write.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pandas(self.bundles, preserve_index=False)
        metadata = {
            **(table.schema.metadata or {}),
            PARQUET_FLOWS: json.dumps([asdict(flow) for flow in self.flows]).encode(),
            PARQUET_BUSY: self.busy_s.astype("<f8").tobytes().hex().encode(),
        }
        with whole_file(path) as part:
            pq.write_table(table.replace_schema_metadata(metadata), part)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> TrafficResult:
        """Read a result that `save` wrote.

        Parameters
        ----------
        path : path-like
            File to read.

        Returns
        -------
        TrafficResult
            The same result.

        Raises
        ------
        InputError
            Where the file is none of these.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(os.fspath(path))
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"cannot read {path}: {error}") from None
        metadata = table.schema.metadata or {}
        if PARQUET_FLOWS not in metadata:
            raise InputError(f"{path}: holds no traffic result")
        flows = tuple(Flow(**entry) for entry in json.loads(metadata[PARQUET_FLOWS]))
        busy_s = np.frombuffer(bytes.fromhex(metadata[PARQUET_BUSY].decode()), dtype="<f8").astype(np.float64)
        return cls(flows, table.to_pandas(), busy_s)


def _losses(bundles: pd.DataFrame) -> dict[str, float]:
    lost = bundles[bundles["cause"] != ""]
    sums = lost.groupby("cause", observed=True)["size_bytes"].sum()
    return {str(cause): float(size) for cause, size in sums.items()}


def _summed(name: str, bundles: pd.DataFrame) -> FlowResult:
    done = bundles[bundles["cause"] == ""]
    delays = (done["arrival_s"] - done["created_s"]).to_numpy()
    delay = None
    if delays.size:
        p50, p95 = np.percentile(delays, (50, 95))
        delay = Delay(float(delays.mean()), float(p50), float(p95), float(delays.max()))
    return FlowResult(
        name=name,
        bundles=len(bundles),
        delivered_bundles=len(done),
        offered_bytes=float(bundles["size_bytes"].sum()),
        delivered_bytes=float(done["size_bytes"].sum()),
        delay_s=delay,
        losses=_losses(bundles),
    )
