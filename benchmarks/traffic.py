"""Speed of the traffic simulation on generated plans, beside aiodtnsim with the same bundles in the same run.

    python benchmarks/traffic.py [--seed 1] [--peer-bundles 100] [--no-large] [-o FILE]

`generated_plans.py` says what the plans are. Beside the peer: single bundles between random nodes at random times
of the first 12 h, each useful for 12 h. Larger loads are ours alone: flows of bundles at regular intervals; and
the same rate of bundles for longer and longer over links that never end, where memory must not grow. Times
are CPU time without loading and compiling, each load in a process of its own. Compare ratios, not seconds.

`make peers` makes the environment of aiodtnsim. It needs minutes for 1,000 bundles on 20,000 contacts: there it
gets fewer, and rates are compared. Its time without any bundle is taken off, so that fewer are no handicap.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from generated_plans import generated_plan, standing_plan
from peer_environments import run_peer
from qqnet.contacts.tables import write_csv
from qqnet.routing.graph import compile_plan
from qqnet.traffic.conditions import Conditions, Knows
from qqnet.traffic.flows import Flow
from qqnet.traffic.simulate import simulate
from timing import peak_mb, seconds

HALF_DAY_S: Final = 43_200
Bundle = tuple[str, str, float, float, float]
"""From, to, creation [s], size [bit], deadline [s]."""

BESIDE: Final = {
    "p30": {"nodes": 30, "contacts": 2_000, "bundles": 1_000, "bits": 1e6},
    "p30-large": {"nodes": 30, "contacts": 2_000, "bundles": 1_000, "bits": 8e8},
    "p100": {"nodes": 100, "contacts": 20_000, "bundles": 1_000, "bits": 1e6},
}
LARGE: Final = {
    "p30-100k": {"nodes": 30, "contacts": 2_000, "flows": 200, "bundles": 100_000, "bits": 1e5},
    "p30-1M": {"nodes": 30, "contacts": 2_000, "flows": 200, "bundles": 1_000_000, "bits": 1e5},
    "p100-100k": {"nodes": 100, "contacts": 20_000, "flows": 500, "bundles": 100_000, "bits": 1e6},
    "p300-100k": {"nodes": 300, "contacts": 100_000, "flows": 500, "bundles": 100_000, "bits": 1e6},
}
STEADY: Final = {
    f"steady-{bundles}": {"nodes": 30, "contacts": 90, "flows": 200, "bundles": bundles, "bits": 1e5}
    for bundles in (100_000, 1_000_000, 10_000_000)
}
STEADY_PER_S: Final = 200.0


def single_bundles(nodes: int, count: int, bits: float, seed: int) -> list[Bundle]:
    """Draw bundles between random nodes at random times of the first half day."""
    random = np.random.default_rng(seed)
    created = random.uniform(0.0, HALF_DAY_S, count)
    ends = [random.choice(nodes, 2, replace=False) + 1 for _ in range(count)]
    return [
        (str(source), str(target), float(at_s), bits, float(at_s) + HALF_DAY_S)
        for (source, target), at_s in zip(ends, created, strict=True)
    ]


def flow_of_each(bundles: Sequence[Bundle]) -> list[Flow]:
    """One flow a bundle, so that ours are exactly those of the peer."""
    return [
        Flow(
            f"bundle-{number}",
            source,
            target,
            size_bytes=bits / 8.0,
            every_s=10.0 * HALF_DAY_S,
            start_s=at_s,
            deadline_s=deadline_s - at_s,
        )
        for number, (source, target, at_s, bits, deadline_s) in enumerate(bundles)
    ]


def regular_flows(
    nodes: int, flows: int, bundles: int, bits: float, seed: int, span_s: float = HALF_DAY_S
) -> list[Flow]:
    """Flows between random nodes that make as many bundles together over the first half day, or another span."""
    random = np.random.default_rng(seed)
    every_s = span_s * flows / bundles
    made = []
    for number in range(flows):
        source, target = (str(node + 1) for node in random.choice(nodes, 2, replace=False))
        start_s = float(random.uniform(0.0, every_s))
        made.append(
            Flow(
                f"flow-{number}",
                source,
                target,
                size_bytes=bits / 8.0,
                every_s=every_s,
                start_s=start_s,
                stop_s=span_s,
                deadline_s=HALF_DAY_S,
            )
        )
    return made


def measure(name: str, seed: int, knows: Knows, first: int) -> dict[str, Any]:
    """Our simulation of one load; the mean delay also of the first bundles alone."""
    load = {**BESIDE, **LARGE, **STEADY}[name]
    nodes, contacts, bundles, bits = (load[key] for key in ("nodes", "contacts", "bundles", "bits"))
    conditions = Conditions(knows=knows)
    warm = [Flow("warm", "1", "2", size_bytes=1.0, every_s=1e4)]
    simulate(generated_plan(8, 40, seed), warm, conditions)
    if name in STEADY:
        span_s = bundles / STEADY_PER_S
        compiled = compile_plan(standing_plan(nodes, int(span_s) + 60))
        flows = regular_flows(nodes, load["flows"], bundles, bits, seed + 2, span_s)
    else:
        compiled = compile_plan(generated_plan(nodes, contacts, seed))
        if name in LARGE:
            flows = regular_flows(nodes, load["flows"], bundles, bits, seed + 2)
        else:
            flows = flow_of_each(single_bundles(nodes, bundles, bits, seed + 2))
    before_mb = peak_mb()
    run_s, result = seconds(lambda: simulate(compiled, flows, conditions, fragment_bytes=np.inf))
    data = result.data
    made, delivered = (int(data[f"{what}_messages"].sum()) for what in ("offered", "delivered"))
    of_first = data[["delay_sum_s", "delivered_messages"]].isel(flow=slice(first)).sum()
    transmissions = int(data.attrs["transmissions"])
    return {
        "run_s": run_s,
        "bundles": made,
        "delivered": delivered,
        "mean_delay_s": float(data["delay_sum_s"].sum()) / delivered,
        "mean_delay_of_first_s": float(of_first["delay_sum_s"] / of_first["delivered_messages"]),
        "transmissions": transmissions,
        "bundles_per_s": made / run_s,
        "hops_per_s": transmissions / run_s,
        "before_mb": before_mb,
        "peak_mb": peak_mb(),
    }


def measure_peer(name: str, seed: int, most: int) -> dict[str, Any] | None:
    """The simulation of aiodtnsim of the same bundles, or of the first of them."""
    load = BESIDE[name]
    nodes, contacts = load["nodes"], load["contacts"]
    bundles = single_bundles(nodes, load["bundles"], load["bits"], seed + 2)
    if contacts > 2_000:
        bundles = bundles[:most]
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "plan.csv")
        write_csv(generated_plan(nodes, contacts, seed), file)
        found = run_peer("aiodtnsim", {"task": "traffic", "plan": file, "bundles": bundles})
        if found is None:
            return None
        idle = run_peer("aiodtnsim", {"task": "traffic", "plan": file, "bundles": []})
    idle_s = idle["run_s"] if idle else 0.0
    busy_s = found["run_s"] - idle_s
    return {
        **found,
        "idle_s": idle_s,
        "bundles": len(bundles),
        "bundles_per_s": len(bundles) / busy_s,
        "hops_per_s": found["transmissions"] / busy_s,
    }


def in_own_process(name: str, seed: int, knows: Knows, first: int) -> dict[str, Any]:
    """Measure one load of ours in a process of its own, for its memory."""
    given = ["--seed", str(seed), "--load", name, "--knows", knows, "--peer-bundles", str(first)]
    command = [sys.executable, __file__, *given]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer-bundles", type=int, default=100, help="of the peer on 20,000 contacts")
    parser.add_argument("--no-large", action="store_true", help="without the loads that are ours alone")
    parser.add_argument("--load", choices=[*BESIDE, *LARGE, *STEADY], help="this one of ours alone")
    parser.add_argument("--knows", choices=["network", "node"], default="network", help="of that one")
    parser.add_argument("-o", "--output", help="file for the results; standard output where not given")
    options = parser.parse_args()
    if options.load:
        report = measure(options.load, options.seed, options.knows, options.peer_bundles)
    else:
        report = {
            "machine": f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}",
            "seed": options.seed,
            "beside": {},
            "large": {},
            "steady": {},
        }
        for name, load in BESIDE.items():
            peer = measure_peer(name, options.seed, options.peer_bundles)
            first = load["bundles"] if peer is None else peer["bundles"]
            own = {knows: in_own_process(name, options.seed, knows, first) for knows in ("network", "node")}
            report["beside"][name] = {"load": load, **own, "aiodtnsim": peer}
        for name, load in {} if options.no_large else LARGE.items():
            report["large"][name] = {"load": load, **in_own_process(name, options.seed, "network", 0)}
        for name, load in {} if options.no_large else STEADY.items():
            report["steady"][name] = {"load": load, **in_own_process(name, options.seed, "network", 0)}
    text = json.dumps(report, indent=2) + "\n"
    if options.output:
        Path(options.output).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
