"""Contacts of a study gathered into rows over time: trunks, ground stations, users."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from qqnet.report.gantt import Row, merged
from qqnet.report.network import home
from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Node, member_names

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.contacts.plan import ContactPlan


@dataclass(frozen=True, eq=False)
class GatheredContacts:
    """A contact plan with what its nodes are.

    Attributes
    ----------
    scenario : Scenario
        For the nodes.
    plan : ContactPlan
        The contacts.
    """

    scenario: Scenario
    plan: ContactPlan

    @cached_property
    def entries(self) -> dict[str, Node]:
        """Entry of each single node."""
        return {name: node for node in self.scenario.nodes for name in member_names(node)}

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Contacts through space, with entry and home of both ends: ``a``, ``a_home``..., and ``trunk``."""
        contacts = self.plan.contacts
        space = contacts[contacts["kind"] != "terrestrial"]
        first = {name: node.name for name, node in self.entries.items()}
        homes = {name: home(node) for name, node in self.entries.items()}
        roles = {name: set(terminal.roles) for name, terminal in self.scenario.terminals.items()}
        trunk = {
            link: all("trunk" in roles[end] for end in link.split(">")) for link in space["link"].unique()
        }
        return space.assign(
            a=space["from"].map(first),
            b=space["to"].map(first),
            a_home=space["from"].map(homes),
            b_home=space["to"].map(homes),
            trunk=space["link"].map(trunk).astype(bool),
        )

    def row(self, label: str, chosen: pd.DataFrame) -> Row:
        """Best rate over time of some contacts, whichever single nodes and direction."""
        return Row(
            label,
            *merged(chosen["start_s"].to_numpy(), chosen["end_s"].to_numpy(), chosen["rate_bps"].to_numpy()),
        )

    def between(self, ones: Iterable[str], others: Iterable[str], column: str = "home") -> pd.DataFrame:
        """Contacts either way between two sets of homes, or of entries where `column` is ``""``."""
        suffix = f"_{column}" if column else ""
        a, b = self.rows[f"a{suffix}"], self.rows[f"b{suffix}"]
        ones, others = list(ones), list(others)
        return self.rows[(a.isin(ones) & b.isin(others)) | (a.isin(others) & b.isin(ones))]

    def trunk_rows(self) -> list[Row]:
        """One row for each pair of entries that a trunk joins."""
        trunks = self.rows[self.rows["trunk"]]
        low = np.where(trunks["a"] < trunks["b"], trunks["a"], trunks["b"])
        high = np.where(trunks["a"] < trunks["b"], trunks["b"], trunks["a"])
        groups = trunks.groupby([low, high, trunks["kind"]], sort=True)
        words = {"optical": "laser", "rf": "radio"}
        return [
            self.row(f"{one} – {other}, {words.get(str(kind), str(kind))}", chosen)
            for (one, other, kind), chosen in groups
        ]

    def station_rows(self) -> list[Row]:
        """One row for each ground station that reaches into space."""
        return [
            self.row(f"{node.name} – space", chosen)
            for node in self.scenario.nodes
            if isinstance(node, GroundStation)
            and len(chosen := self.rows[(self.rows["a"] == node.name) | (self.rows["b"] == node.name)])
        ]

    def user_rows(self) -> list[Row]:
        """One row for each user: nodes that serve nobody, and are no ground station."""
        return [
            self.row(f"{node.name} – relays", chosen)
            for node in self.scenario.nodes
            if not node.services and not isinstance(node, GroundStation) and node.network != "core"
            if len(chosen := self.rows[(self.rows["a"] == node.name) | (self.rows["b"] == node.name)])
        ]
