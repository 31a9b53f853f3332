"""Routes and traffic by aiodtnsim 0.3.1, for the benchmarks: one JSON object in, one out.

Runs in the environment `.venv-peers/aiodtnsim` of `make peers` and imports nothing of QQNet. Times are CPU time of
this process, of the peer's own calls alone.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
import time
from importlib.metadata import version
from itertools import islice
from types import SimpleNamespace

import aiodtnsim
from aiodtnsim.simulation.cgr import sabr
from aiodtnsim.simulation.cgr.sabr_nodegraph_node import NGSABRNode
from aiodtnsim.simulation.cgr.sabr_nodegraph_node_yen import NGSABRNodeYen
from aiodtnsim.simulation.cgr.tvdijkstra import TVDijkstraResult, tvdijkstra
from aiodtnsim.simulation.event_loop import DESEventLoop
from tvgutil import tvg
from tvgutil.contact_plan import PredictedContact, SimplePredictedContactTuple


def rows_of(path):
    """Contacts of a QQNet CSV plan: from, to, start, end [s], rate [bit/s], light time [s]."""
    with open(path, newline="") as file:
        file.readline()
        return [
            (
                row["from"],
                row["to"],
                *(float(row[key]) for key in ("start_s", "end_s", "rate_bps", "owlt_start_s")),
            )
            for row in csv.DictReader(file)
        ]


def cpu_timed(action):
    begin = time.thread_time()
    value = action()
    return 1e3 * (time.thread_time() - begin), value


def steps(contacts):
    return [(contact.tx_node, contact.rx_node, contact.start_time) for contact in contacts]


def first_route(graph, source, destination, at_s):
    found = tvdijkstra(graph, source, destination, at_s, (), set())
    length, _, contacts, _ = found.get_path(destination)
    return (list(contacts), found.get_metrics(destination).eat) if length else None


def several_routes(method, graph, source, destination, at_s, k):
    """Take k routes from the generator that the peer's node has for them, without the rest of the node."""
    asyncio.events._set_running_loop(DESEventLoop(start_time=at_s))
    node = SimpleNamespace(volume_limited=False, max_routes_yen=k - 1)
    found = list(islice(method(node, SimpleNamespace(ptvg=graph), source, destination, ()), k))
    asyncio.events._set_running_loop(None)
    return found


def mend_paths():
    """Let paths be lists.

    The peer gives iterators. Its way by Yen reads the arrival times twice and finds nothing the second time, so
    that it goes on from wrong instants and many of its later routes miss a window.
    """
    given = TVDijkstraResult.get_path

    def get_path(self, destination):
        length, *parts = given(self, destination)
        return (length, *(list(part) for part in parts))

    TVDijkstraResult.get_path = get_path


def all_arrivals(graph, source, at_s):
    found = tvdijkstra(graph, source, None, at_s, (), set())
    return {node: metrics.eat for node, metrics in found.metrics.items()}


def routes(request):
    """Times and contacts of first routes, of k routes by both ways that the peer has, and times of trees.

    The second way is taken as it is, and once more mended.
    """
    rows = rows_of(request["plan"])
    load_ms, graph = cpu_timed(
        lambda: tvg.from_contact_plan(
            [SimplePredictedContactTuple(*row[:5], 1.0, row[5]) for row in rows], SimplePredictedContactTuple
        )
    )
    asked, k = request["asked"], request["k"]
    first = [cpu_timed(lambda ask=ask: first_route(graph, *ask)) for ask in asked[: request["first"]]]
    answer = {
        "load_s": 1e-3 * load_ms,
        "first": {
            "ms": [ms for ms, _ in first],
            "routes": [None if found is None else steps(found[0]) for _, found in first],
            "arrival_s": [None if found is None else found[1] for _, found in first],
        },
    }
    trees = [
        cpu_timed(lambda ask=ask: all_arrivals(graph, ask[0], ask[2])) for ask in asked[: request["tree"]]
    ]
    answer["tree"] = {"ms": [ms for ms, _ in trees], "arrival_s": [found for _, found in trees]}
    for name, kind in (("first_ending", NGSABRNode), ("yen", NGSABRNodeYen), ("yen_mended", NGSABRNodeYen)):
        if name == "yen_mended":
            mend_paths()
        method = kind.route_generator_factory
        several = [
            cpu_timed(lambda ask=ask, method=method: several_routes(method, graph, *ask, k))
            for ask in asked[: request[name]]
        ]
        answer[name] = {
            "ms": [ms for ms, _ in several],
            "routes": [[steps(route) for route in found] for _, found in several],
        }
    return answer


class Counter(aiodtnsim.EventHandler):
    """What happened to the bundles."""

    def __init__(self):
        self.delay_s = []
        self.transmissions = 0

    def message_delivered(self, time, node, message):
        self.delay_s.append(time - message.start_time)

    def message_transmission_completed(self, time, message, contact):
        self.transmissions += 1


def traffic(request):
    """Simulate bundles (source, destination, time [s], size [bit], deadline [s]) with a router in each node."""
    rows = rows_of(request["plan"])
    begin = time.thread_time()
    loop = DESEventLoop()
    asyncio.set_event_loop(loop)
    asyncio.events._set_running_loop(loop)
    predicted = [PredictedContact.simple(*row[:5], delay=row[5]) for row in rows]
    graph = tvg.from_contact_plan(predicted)
    dispatcher, counter = aiodtnsim.EventDispatcher(), Counter()
    dispatcher.add_subscriber(counter)
    nodes = {name: NGSABRNode(name, -1, dispatcher, sabr.sabr, graph, 0.0) for name in graph.vertices}
    tasks = []
    for sender, receiver, start_s, end_s, rate_bps, owlt_s in rows:
        contact = aiodtnsim.Contact(nodes[sender], nodes[receiver], start_s, end_s, rate_bps, owlt_s)
        tasks.append(asyncio.ensure_future(nodes[sender].schedule_contact(contact)))
    for source, destination, at_s, bits, deadline_s in request["bundles"]:
        message = aiodtnsim.Message(at_s, source, destination, bits, deadline_s)
        tasks.append(asyncio.ensure_future(nodes[source].schedule_injection(message)))
    built = time.thread_time()
    loop.run_forever()
    done = time.thread_time()
    return {
        "build_s": built - begin,
        "run_s": done - built,
        "delivered": len(counter.delay_s),
        "mean_delay_s": sum(counter.delay_s) / max(1, len(counter.delay_s)),
        "transmissions": counter.transmissions,
    }


def main():
    request = json.load(sys.stdin)
    answer = {"routes": routes, "traffic": traffic}[request["task"]](request)
    answer["version"] = version("aiodtnsim")
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
