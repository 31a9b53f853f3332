"""Node tables of several plans: a node is its ``ipn`` number, whatever a format calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
