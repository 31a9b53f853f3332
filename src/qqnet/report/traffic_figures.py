"""All pictures of a traffic simulation, as files in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError
from qqnet.report.delays import write_delays
from qqnet.report.fates import write_fates
from qqnet.report.plan_gantt import write_plan_gantt
from qqnet.report.sankey import write_sankey
from qqnet.report.traffic_over_time import write_storage, write_throughput
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import member_names

if TYPE_CHECKING:
    from qqnet.traffic.result import TrafficResult

FIGURES: Final = (
    "fates", "delays-by-flow", "delays-by-priority", "throughput", "storage", "volumes", "contact-use"
)  # fmt: skip


def constellations(scenario: Scenario) -> dict[str, str]:
    """Return the entry of a scenario's nodes that each single node belongs to."""
    return {name: node.name for node in scenario.nodes for name in member_names(node)}


def write_traffic_figures(
    result: TrafficResult,
    plan: ContactPlan,
    folder: str | PathLike[str],
    groups: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write every picture of a traffic simulation as PNG.

    Parameters
    ----------
    result : TrafficResult
        What became of the traffic.
    plan : ContactPlan
        Over which it went.
    folder : path-like
        Made where it is not there.
    groups : mapping of str to str, optional
        Constellation of a node, as `constellations` tells; its members are one in the picture of volumes.

    Returns
    -------
    list of Path
        What was written: `FIGURES`; without those for which nothing was sent.

    Raises
    ------
    InputError
        Where the folder cannot be made or written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror}") from None
    base = plan.time_base
    makers: dict[str, Callable[[Path], None]] = {
        "fates": lambda path: write_fates(result.flow_results(), path),
        "delays-by-flow": lambda path: write_delays(result, path, "flow"),
        "delays-by-priority": lambda path: write_delays(result, path, "priority"),
        "throughput": lambda path: write_throughput(result.history, base, path),
        "storage": lambda path: write_storage(result.history, base, path),
    }
    if len(result.volumes):
        makers["volumes"] = lambda path: write_sankey(result.volumes, result.flows, path, groups)
    if len(plan):
        used = result.contact_use(plan)["used_share"].to_numpy()
        makers["contact-use"] = lambda path: write_plan_gantt(plan, path, used_share=used)
    written = []
    for name, write in makers.items():
        path = folder / f"{name}.png"
        write(path)
        written.append(path)
    return written
