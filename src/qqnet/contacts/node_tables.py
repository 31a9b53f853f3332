"""Node tables of several plans: a node is its ``ipn`` number, whatever a format calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qqnet.contacts.plan import ContactPlan
from qqnet.errors import InputError


def is_placeholder(name: str, number: int) -> bool:
    """Whether a node is named by its number alone, as formats without names have it."""
    return name == str(number)


def renamed(plan: ContactPlan, names: Mapping[int, str]) -> ContactPlan:
    """Give nodes other names.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    names : mapping of int to str
        New names by ``ipn`` number; nodes that it does not hold keep theirs.

    Returns
    -------
    ContactPlan
        The same plan, or one with other names.

    Raises
    ------
    InputError
        Where two nodes would have one name.
    """
    change = {name: names[number] for name, number in plan.nodes.items() if names.get(number, name) != name}
    if not change:
        return plan
    nodes = {change.get(name, name): number for name, number in plan.nodes.items()}
    if len(nodes) < len(plan.nodes):
        twice = [new for new in change.values() if new in plan.nodes and new not in change]
        raise InputError(f"node {twice[0] if twice else ''} would be the name of two nodes")
    ends = {column: plan.contacts[column].replace(change) for column in ("from", "to")}
    endpoints = frozenset(change.get(name, name) for name in plan.endpoints)
    return replace(plan, contacts=plan.contacts.assign(**ends), nodes=nodes, endpoints=endpoints)


def joined_nodes(
    plans: Sequence[ContactPlan], action: str
) -> tuple[dict[str, int], set[str], list[ContactPlan]]:
    """One node table of several.

    Parameters
    ----------
    plans : sequence of ContactPlan
        Any plans.
    action : str
        What it is for, for messages.

    Returns
    -------
    nodes : dict of str to int
        All nodes. A name that is a mere number gives way to another that a plan has for it.
    relays : set of str
        Nodes that relay in any plan.
    named : list of ContactPlan
        The plans with these names.

    Raises
    ------
    InputError
        Where one name has two numbers, or one number two names.
    """
    name_of: dict[int, str] = {}
    for plan in plans:
        for name, number in plan.nodes.items():
            known = name_of.setdefault(number, name)
            if is_placeholder(known, number):
                name_of[number] = name
            elif not is_placeholder(name, number) and name != known:
                raise InputError(
                    f"{action}: ipn number {number} is {known} in one plan and {name} in another"
                )
    number_of: dict[str, int] = {}
    for number, name in name_of.items():
        if number_of.setdefault(name, number) != number:
            raise InputError(
                f"{action}: node {name} is ipn {number_of[name]} in one plan and {number} in another"
            )
    named = [renamed(plan, name_of) for plan in plans]
    relays = {name for plan in named for name in plan.nodes.keys() - plan.endpoints}
    return number_of, relays, named


@dataclass(frozen=True)
class NodeDifference:
    """How the node tables of two plans differ.

    Attributes
    ----------
    only_first, only_second : tuple of str
        Nodes whose number the other plan does not have.
    renamed : tuple of tuple
        Number, name in the first plan, name in the second.
    relays_only_first, relays_only_second : tuple of str
        Nodes of both that relay in one plan only.
    """

    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    renamed: tuple[tuple[int, str, str], ...] = ()
    relays_only_first: tuple[str, ...] = ()
    relays_only_second: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether the tables are the same."""
        return not any(vars(self).values())


def names_by_number(first: ContactPlan, second: ContactPlan) -> dict[int, str]:
    """Name of every node of two plans: that of the first, unless only the second has more than a number."""
    names = {number: name for name, number in first.nodes.items()}
    for name, number in second.nodes.items():
        if is_placeholder(names.get(number, str(number)), number):
            names[number] = name
    return names


def compare_nodes(first: ContactPlan, second: ContactPlan) -> NodeDifference:
    """Hold two node tables against each other.

    Formats without names know only the nodes that have contacts, and not who relays: what such a plan cannot
    tell is no difference.

    Parameters
    ----------
    first, second : ContactPlan
        Any plans.

    Returns
    -------
    NodeDifference
        By ``ipn`` number.
    """
    plans = (first, second)
    name_of = names_by_number(first, second)
    tells = [any(not is_placeholder(*node) for node in plan.nodes.items()) for plan in plans]
    known = [set(plan.nodes.values()) for plan in plans]
    used = [{*plan.contacts["from_ipn"].unique(), *plan.contacts["to_ipn"].unique()} for plan in plans]
    alone = [
        tuple(
            name_of[number] for number in sorted(known[k] - known[1 - k]) if tells[1 - k] or number in used[k]
        )
        for k in (0, 1)
    ]
    both = sorted(known[0] & known[1])
    names = [{number: name for name, number in plan.nodes.items()} for plan in plans]
    renamed = tuple(
        (number, names[0][number], names[1][number])
        for number in both
        if names[0][number] != names[1][number]
        and not any(is_placeholder(name[number], number) for name in names)
    )
    relays = [{plan.nodes[name] for name in plan.nodes.keys() - plan.endpoints} for plan in plans]
    only = [
        tuple(name_of[n] for n in both if all(tells) and n in relays[k] and n not in relays[1 - k])
        for k in (0, 1)
    ]
    return NodeDifference(alone[0], alone[1], renamed, only[0], only[1])
