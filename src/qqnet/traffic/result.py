"""What became of the traffic: flow by flow, node by node, contact by contact."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.traffic.accounts import DELIVERED, LEAST_DELAY_S, LOST, OFFERED
from qqnet.traffic.flows import PRIORITIES, Flow
from qqnet.traffic.state import CAUSES, FLYING, HANDLED, SENT, State

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from qqnet.contacts.plan import ContactPlan
    from qqnet.routing.graph import CompiledPlan

Floats = NDArray[np.float64]

FLOWS_ATTRIBUTE: Final = "qqnet_flows"
LOSSES: Final = CAUSES[1:]


@dataclass(frozen=True)
class Delay:
    """Delay from creation to the last byte, over the delivered messages.

    Attributes
    ----------
    mean, p50, p95, max : float
        Mean and largest are exact; median and 95th percentile to the width of a bin, 0.1 % where there are
        fewer than 150 flows. [s]
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
        How many messages were made, and delivered whole.
    offered_bytes, delivered_bytes : float
        How much. [byte]
    stored_bytes, in_flight_bytes : float
        What was neither delivered nor lost at the end: in a node, or between two. [byte]
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
    stored_bytes: float
    in_flight_bytes: float
    delay_s: Delay | None
    losses: dict[str, float]

    @property
    def delivery_ratio(self) -> float | None:
        """Share of the bytes that were delivered; None where none were offered."""
        return self.delivered_bytes / self.offered_bytes if self.offered_bytes else None

    @property
    def lost_bytes(self) -> float:
        """Bytes lost for any cause. [byte]."""
        return sum(self.losses.values())


@dataclass(frozen=True, eq=False)
class TrafficResult:
    """What became of all messages.

    Attributes
    ----------
    flows : tuple of Flow
        As simulated.
    data : xarray.Dataset
        All counts, with dimensions ``flow``, ``cause``, ``delay_bin``, ``time``, ``node``, ``contact`` (row of the
        plan), ``pair``; the methods below read them.
    """

    flows: tuple[Flow, ...]
    data: xr.Dataset

    @property
    def busy_s(self) -> Floats:
        """Transmitter time used of each contact, in row order of the plan. [s], shape (C,)."""
        return np.asarray(self.data["busy_s"].values, dtype=np.float64)

    @property
    def history(self) -> xr.Dataset:
        """What happened when, in bins of time.

        ``time`` [middle, s of the plan's time base]; ``stored_bytes``, ``stored_max_bytes`` (time, node), mean and
        most within the bin; ``offered_bytes``, ``delivered_bytes``, ``lost_bytes`` (time, flow).
        """
        names = {
            "stored_mean_bytes": "stored_bytes",
            "stored_most_bytes": "stored_max_bytes",
            "offered_then_bytes": "offered_bytes",
            "delivered_then_bytes": "delivered_bytes",
            "lost_then_bytes": "lost_bytes",
        }
        return self.data[list(names)].rename(names)

    @property
    def nodes(self) -> pd.DataFrame:
        """Bytes through the store of each node.

        One row a node: ``node``; ``created_bytes`` and ``received_bytes`` came in, ``forwarded_bytes`` and
        ``dropped_bytes`` left, ``stored_bytes`` are there at the end, ``peak_bytes`` the most at any time. What
        comes to its destination is never in store. Sizes with all that is sent along.
        """
        columns = ["created", "received", "forwarded", "dropped", "stored", "peak"]
        table = self.data[[f"node_{column}_bytes" for column in columns]].to_dataframe().reset_index()
        return table.rename(columns={f"node_{column}_bytes": f"{column}_bytes" for column in columns})

    @property
    def volumes(self) -> pd.DataFrame:
        """What each flow sent over each directed pair of nodes.

        ``flow``, ``from``, ``to``, ``bytes`` with all that is sent along; only what is not zero, and nothing where
        flows times pairs are more than four million.
        """
        import pandas as pd

        carried = self.data["pair_bytes"].values
        flow, pair = np.nonzero(carried)
        names = np.array([one.name for one in self.flows], dtype=object)
        return pd.DataFrame(
            {
                "flow": names[flow],
                "from": self.data["pair_from"].values.astype(object)[pair],
                "to": self.data["pair_to"].values.astype(object)[pair],
                "bytes": carried[flow, pair],
            }
        )

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
        return self._summed(self._place(name))

    def flow_results(self) -> list[FlowResult]:
        """Sum up every flow, in the order given."""
        return [self._summed(place) for place in range(len(self.flows))]

    def priority_results(self) -> list[FlowResult]:
        """Sum up the flows of each class that occurs, expedited first; named by the class."""
        found = []
        for priority in (2, 1, 0):
            places = [place for place, flow in enumerate(self.flows) if flow.priority == priority]
            if places:
                found.append(self._summed(*places, name=PRIORITIES[priority]))
        return found

    def losses(self) -> dict[str, float]:
        """Bytes lost by cause, over all flows; only causes that occurred. [byte]."""
        return self._losses(list(range(len(self.flows))))

    def delay_distribution(self, name: str | None = None) -> tuple[Floats, Floats]:
        """How many of the delivered messages needed at most how long.

        Parameters
        ----------
        name : str, optional
            A flow, or a class (``bulk``, ``normal``, ``expedited``); all together where not given.

        Returns
        -------
        delay_s : numpy.ndarray, shape (D,)
            Not falling: edges of the bins in which delays occurred, from the least to the largest delay. [s]
        share : numpy.ndarray, shape (D,)
            Share of the delivered messages with at most this delay, a straight line within each bin. Both are
            empty where none was delivered.

        Raises
        ------
        InputError
            For a flow that was not simulated.
        """
        if name is None:
            places = list(range(len(self.flows)))
        elif name in PRIORITIES:
            places = [n for n, flow in enumerate(self.flows) if flow.priority == PRIORITIES.index(name)]
        else:
            places = [self._place(name)]
        return self._distribution(places)

    def delay_quantiles(self, shares: Sequence[float], name: str | None = None) -> Floats:
        """Delays that given shares of the delivered messages do not exceed.

        Parameters
        ----------
        shares : sequence of float
            0 to 1; 0 is the least delay, 1 the largest.
        name : str, optional
            As for `delay_distribution`.

        Returns
        -------
        numpy.ndarray
            Delays, empty where nothing was delivered. [s]

        Raises
        ------
        InputError
            For a flow that was not simulated.
        """
        delays, share = self.delay_distribution(name)
        return np.asarray(np.interp(shares, share, delays)) if delays.size else delays

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
        rows["used_bytes"] = self.data["contact_bytes"].values
        rows["used_share"] = self.busy_s / length_s
        return rows

    def answer(self) -> dict[str, Any]:
        """Give the result as a program reads it.

        Returns
        -------
        dict
            Keys ``flows`` (``name``, ``offered_bytes``, ``delivered_bytes``, ``delivery_ratio``, ``delay_s``
            with ``mean``, ``p50``, ``p95``, ``max``, ``bundles``, ``delivered_bundles``, ``stored_bytes``,
            ``in_flight_bytes``, ``losses``), ``priorities`` likewise, ``losses``, and ``nodes``, the rows of
            `nodes`.
        """
        return {
            "flows": [_entry(result) for result in self.flow_results()],
            "priorities": [_entry(result) for result in self.priority_results()],
            "losses": self.losses(),
            "nodes": self.nodes.to_dict("records"),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result as NetCDF, whole or not at all.

        Parameters
        ----------
        path : path-like
            File to write.
        """
        flows = json.dumps([asdict(flow) for flow in self.flows])
        data = self.data.assign_attrs({FLOWS_ATTRIBUTE: flows})
        packed = {name: {"zlib": True, "complevel": 1} for name in data.data_vars if data[name].size > 1000}
        with whole_file(path) as part:
            data.to_netcdf(part, engine="h5netcdf", encoding=packed)

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
        import xarray as xr

        try:
            with xr.open_dataset(os.fspath(path), engine="h5netcdf") as opened:
                data = opened.load()
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {path}: {error}") from None
        if FLOWS_ATTRIBUTE not in data.attrs:
            raise InputError(f"{path}: holds no traffic result")
        flows = tuple(Flow(**entry) for entry in json.loads(data.attrs.pop(FLOWS_ATTRIBUTE)))
        return cls(flows, data)

    def _place(self, name: str) -> int:
        names = [flow.name for flow in self.flows]
        if name not in names:
            raise InputError(f"flow '{name}' is not among those simulated: {', '.join(names)}")
        return names.index(name)

    def _sum(self, variable: str, places: Sequence[int]) -> float:
        return float(self.data[variable].values[list(places)].sum())

    def _losses(self, places: list[int]) -> dict[str, float]:
        lost = self.data["lost_bytes"].values[places].sum(axis=0)
        return {cause: float(size) for cause, size in zip(LOSSES, lost, strict=True) if size > 0.0}

    def _summed(self, *places: int, name: str | None = None) -> FlowResult:
        count = self._sum("delivered_messages", places)
        delay = None
        if count:
            delays, share = self._distribution(list(places))
            p50, p95 = (float(np.interp(wanted, share, delays)) for wanted in (0.5, 0.95))
            delay = Delay(self._sum("delay_sum_s", places) / count, p50, p95, float(delays[-1]))
        return FlowResult(
            name=self.flows[places[0]].name if name is None else name,
            bundles=int(self._sum("offered_messages", places)),
            delivered_bundles=int(count),
            offered_bytes=self._sum("offered_bytes", places),
            delivered_bytes=self._sum("delivered_bytes", places),
            stored_bytes=self._sum("stored_bytes", places),
            in_flight_bytes=self._sum("in_flight_bytes", places),
            delay_s=delay,
            losses=self._losses(list(places)),
        )

    def _distribution(self, places: list[int]) -> tuple[Floats, Floats]:
        counts = self.data["delays"].values[places].sum(axis=0)
        total = counts.sum()
        if total == 0:
            return np.empty(0), np.empty(0)
        used = np.flatnonzero(counts)
        least = float(self.data["delay_least_s"].values[places].min())
        most = float(self.data["delay_most_s"].values[places].max())
        edges = np.append(0.0, self.data["delay_bin_s"].values)
        # Within a bin the share grows evenly, between bins not at all.
        delays = np.clip(np.stack([edges[used], edges[used + 1]], axis=1), least, most).reshape(-1)
        after = np.cumsum(counts[used])
        share = np.stack([after - counts[used], after], axis=1).reshape(-1) / total
        return delays, share


def _entry(result: FlowResult) -> dict[str, Any]:
    return {**asdict(result), "delivery_ratio": result.delivery_ratio}


def result_of(compiled: CompiledPlan, flows: Sequence[Flow], state: State) -> TrafficResult:
    """Close the accounts of a simulation.

    Parameters
    ----------
    compiled : CompiledPlan
        The plan.
    flows : sequence of Flow
        As simulated.
    state : State
        At the end.

    Returns
    -------
    TrafficResult
        In bytes, and in the plan's time base and rows.
    """
    import xarray as xr

    place = np.argsort(compiled.row)
    names = np.array(compiled.names, dtype=object)
    settings, account, nodes = state.settings[0], state.flows, state.nodes
    bins, pairs = state.stored.shape[0], state.carried.shape[1]
    times = settings["first_bin_s"] + (np.arange(bins) + 0.5) * settings["bin_s"] + compiled.origin_s
    lost = account["lost_bits"][:, 1:]
    left = account["offered_bits"] - account["delivered_bits"] - lost.sum(axis=1)
    # What is left of a sum of millions of sizes is zero to their rounding.
    left[left < 1e-9 * account["offered_bits"]] = 0.0
    flying = np.minimum(_in_flight(state), left)
    steps = np.arange(state.delays.shape[1])
    flow, time, node = "flow", "time", "node"
    variables: dict[str, tuple[str | tuple[str, ...], NDArray[Any]]] = {
        "offered_messages": (flow, account["offered"]),
        "offered_bytes": (flow, account["offered_bits"] / 8.0),
        "delivered_messages": (flow, account["delivered"]),
        "delivered_bytes": (flow, account["delivered_bits"] / 8.0),
        "lost_messages": ((flow, "cause"), account["lost"][:, 1:]),
        "lost_bytes": ((flow, "cause"), lost / 8.0),
        "stored_bytes": (flow, (left - flying) / 8.0),
        "in_flight_bytes": (flow, flying / 8.0),
        "delay_sum_s": (flow, account["delay_sum_s"]),
        "delay_least_s": (flow, account["delay_least_s"]),
        "delay_most_s": (flow, account["delay_most_s"]),
        "delays": ((flow, "delay_bin"), state.delays),
        "delay_bin_s": ("delay_bin", LEAST_DELAY_S * np.exp(steps * settings["delay_bin"])),
        "hops": (flow, account["hops"]),
        "transmissions": (flow, account["sent"]),
        "stored_mean_bytes": ((time, node), state.stored[:, :, 0] / (8.0 * settings["bin_s"])),
        "stored_most_bytes": ((time, node), state.stored[:, :, 1] / 8.0),
        "offered_then_bytes": ((time, flow), state.moved[:, :, OFFERED] / 8.0),
        "delivered_then_bytes": ((time, flow), state.moved[:, :, DELIVERED] / 8.0),
        "lost_then_bytes": ((time, flow), state.moved[:, :, LOST] / 8.0),
        **{
            f"node_{what}_bytes": (node, nodes[f"{what}_bits"] / 8.0)
            for what in ("created", "received", "forwarded", "dropped", "stored", "peak")
        },
        "contact_bytes": ("contact", state.contacts["sent_bits"][place] / 8.0),
        "busy_s": ("contact", state.contacts["busy_s"][place]),
        "pair_bytes": ((flow, "pair"), state.carried.reshape(len(flows), pairs) / 8.0),
        "pair_from": ("pair", names[compiled.network.pair_from[:pairs]].astype(str)),
        "pair_to": ("pair", names[compiled.network.pair_to[:pairs]].astype(str)),
    }
    data = xr.Dataset(
        {
            name: (dimensions, np.ascontiguousarray(values))
            for name, (dimensions, values) in variables.items()
        },
        coords={
            flow: np.array([one.name for one in flows], dtype=str),
            "cause": np.array(LOSSES, dtype=str),
            node: names.astype(str),
            time: times,
        },
        attrs={"events": int(state.counts[HANDLED]), "transmissions": int(state.counts[SENT])},
    )
    return TrafficResult(tuple(flows), data)


def _in_flight(state: State) -> Floats:
    """Data of each flow that are between two nodes. [bit], shape (F,)."""
    bundles = state.bundles[state.bundles["state"] == FLYING]
    message = bundles["message"]
    wanted, whole = state.messages["wanted"], state.messages["whole"][message]
    live = (message < 0) | ((wanted[message] > 0) & ((whole < 0) | (wanted[whole] > 0)))
    weights = bundles["payload_bits"][live]
    total = np.bincount(bundles["flow"][live], weights=weights, minlength=state.flows.size)
    return np.asarray(total, dtype=np.float64)
