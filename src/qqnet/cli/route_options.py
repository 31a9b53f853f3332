"""What the options of the command about routes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qqnet.cli.options import quantity
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.routing.graph import CompiledPlan


def read_size(text: str) -> float:
    """Read a size: plain bytes, or with a unit."""
    from qqnet.units import DATA_SIZE, parse

    try:
        value = float(text)
    except ValueError:
        try:
            return parse(text, DATA_SIZE)
        except ValueError as error:
            raise InputError(f"--size: {text!r} {error}") from None
    if not 0.0 <= value < 1e18:
        raise InputError(f"--size: {text!r} must be zero or more bytes, such as 1000000 or '2 MB'")
    return value


def read_seconds(text: str | None, option: str) -> float:
    """Read a length of time with its unit; 0 where none is given."""
    from qqnet.units import DURATION

    return quantity(text, DURATION, option) or 0.0


def read_deadline(plan: ContactPlan, text: str, at_s: float) -> float:
    """Read a deadline: a time, or a length of time after the start."""
    from qqnet.units import DURATION, parse

    try:
        return at_s + parse(text, DURATION)
    except ValueError:
        return plan.time_base.seconds(text)


def read_share(text: str) -> float:
    """Read a share of the light time, or the name of one."""
    from qqnet.routing.request import ION_MARGIN_SHARE

    if text == "ion":
        return ION_MARGIN_SHARE
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--margin-share: {text!r} is neither a number nor 'ion'") from None


def read_contact(plan: ContactPlan, text: str, at_s: float, option: str) -> int:
    """Row of a contact named by its row, or by its ends and a time."""
    if text.isdecimal():
        if int(text) >= len(plan):
            raise InputError(f"{option}: row {text} is not in this plan, whose last one is {len(plan) - 1}")
        return int(text)
    ends, _, when = text.partition("@")
    pair = ends.rsplit(":", 1)
    if len(pair) != 2:
        raise InputError(f"{option}: {text!r} is neither a row nor FROM:TO or FROM:TO@TIME")
    sender, receiver = (plan.node(name) for name in pair)
    time_s = plan.time_base.seconds(when) if when else at_s
    rows = plan.contacts
    later = rows.index[(rows["from"] == sender) & (rows["to"] == receiver) & (rows["end_s"] >= time_s)]
    if later.empty:
        after = plan.time_base.utc_text(time_s) or f"{time_s:g} s"
        raise InputError(f"{option}: {sender} has no contact to {receiver} from {after} on")
    return int(later[0])


def read_domains(compiled: CompiledPlan, text: str) -> dict[str, str]:
    """Domain of every node: of a file, of a scenario, or by light times."""
    import json
    from pathlib import Path

    from qqnet.routing.domains import domains_by_light_time
    from qqnet.scenario.loading import load
    from qqnet.scenario.nodes import member_names

    if text == "auto":
        return domains_by_light_time(compiled)
    if not text.endswith(".json"):
        scenario = load(text)
        of_node = {name: node.network for node in scenario.nodes for name in member_names(node)}
        return {name: of_node[name] for name in compiled.names if name in of_node}
    try:
        found = json.loads(Path(text).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"--domains: {text}: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InputError(
            f"--domains: {text} must hold one object of node names and the names of their domains"
        )
    return found
