"""Contact plans in every format: seconds to write and read them, and what the formats' own software makes of them.

    .venv/bin/python benchmarks/plan_formats.py [PYTHON]

PYTHON is that of an environment with dtn-tvg-util 0.1.6 and ud3tn-utils 0.15.2, which read the files too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from qqnet.contacts.convert import REGISTRY, read_plan, write_plan
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.timebase import TimeBase

PEERS = """
import glob, json, os, sys, time
os.environ["TZ"] = "UTC"
time.tzset()
from tvgutil import tvg
from ud3tn_utils.aap.bin.aap_contact_plan_reader import create_contact, get_nodes_data
from ud3tn_utils.config import ConfigMessage
folder = sys.argv[1]
plan = tvg.to_contact_plan(tvg.from_serializable(json.load(open(folder + "/tvg"))))
found = {"tvg": [len(plan), sum(g.get_volume(c) / 8 for c in plan for g in c.generations)]}
commands = [line.strip() for file in glob.glob(folder + "/ud3tn/*") for line in open(file)]
contacts = [contact for command in commands for contact in ConfigMessage.parse(command).contacts]
nodes = get_nodes_data(folder + "/ud3tn-ion/nodes.txt")
lines = [line.split() for line in open(folder + "/ud3tn-ion/contact-plan.ionrc") if line.startswith("a contact")]
pair = [create_contact(line[2], line[3], line[6]) for line in lines if line[4] in nodes and line[5] in nodes]
for name, some in (("ud3tn", contacts), ("ud3tn-ion", pair)):
    found[name] = [len(some), sum((c.end - c.start) * c.bitrate for c in some)]
print(json.dumps(found))
"""


def made(contacts: int, nodes: int) -> ContactPlan:
    """Random plan of a dated network, the same each time."""
    random = np.random.default_rng(1)
    pair = np.sort(random.integers(0, nodes * (nodes - 1), contacts))
    sender, other = pair // (nodes - 1), pair % (nodes - 1)
    receiver = other + (other >= sender)
    _, first, count = np.unique(pair, return_index=True, return_counts=True)
    start = (
        946_684_800.0
        + 5000.0 * (np.arange(contacts) - np.repeat(first, count))
        + random.uniform(0, 2000, contacts)
    )
    owlt = random.uniform(1.0, 1000.0, contacts)
    rows = pd.DataFrame(
        {
            "from": [f"n{one}" for one in sender],
            "to": [f"n{one}" for one in receiver],
            "start_s": start,
            "end_s": start + random.uniform(300.0, 2900.0, contacts),
            "rate_bps": random.uniform(1e5, 1e8, contacts),
            "owlt_start_s": owlt,
            "owlt_end_s": owlt + random.uniform(-0.5, 0.5, contacts),
        }
    )
    return ContactPlan(
        rows, {f"n{one}": one + 1 for one in range(nodes)}, TimeBase("tdb", "2030-01-01T00:00:00Z")
    )


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large, small = made(100_000, 100), made(20_000, 60)
        print("100,000 contacts     written [s]   read [s]")
        for to, one in REGISTRY.items():
            begun = time.process_time()
            write_plan(large, folder / to, to)
            written = time.process_time()
            if one.read:
                read_plan(folder / to, to)
            print(f"{to:<20} {written - begun:>11.2f} {time.process_time() - written:>10.2f}")
        if len(sys.argv) < 2:
            return
        for to in ("tvg", "ud3tn", "ud3tn-ion"):
            write_plan(small, folder / to, to)
        done = subprocess.run([sys.argv[1], "-c", PEERS, name], capture_output=True, text=True, check=True)
        print(f"\n20,000 contacts of {small.volume_bytes().sum():.0f} byte, as read by their own software")
        for to, (count, volume) in json.loads(done.stdout.splitlines()[-1]).items():
            ours = read_plan(folder / to, to).volume_bytes().sum()
            apart = abs(volume / ours - 1.0)
            print(f"{to:<20} {count} contacts, volume differs from what QQNet reads by {apart:.0e}")


if __name__ == "__main__":
    main()
