"""A study held against a requirement table: pass, fail or not assessed, by how much, and by which number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from qqnet.compliance.measures import measure
from qqnet.compliance.requirements import NotAssessed, Requirement, RequirementTable
from qqnet.errors import InputError
from qqnet.scenario.suggest import unknown

if TYPE_CHECKING:
    from qqnet.study.study import Study

Status = Literal["pass", "fail", "not assessed"]


@dataclass(frozen=True)
class Verdict:
    """What became of one requirement.

    Attributes
    ----------
    requirement : Requirement
        What was asked.
    status : str
        ``pass``, ``fail`` or ``not assessed``.
    value, margin : float or None
        What was measured, and by how much it is better than the limit, in internal units; None where not assessed.
    basis : str
        Which number of the study it is; where not assessed, why not and what would make it assessable.
    """

    requirement: Requirement
    status: Status
    value: float | None
    margin: float | None
    basis: str

    def to_json(self) -> dict[str, Any]:
        """Plain values for programs, in the unit of the quantity; null stands for infinite and for unknown."""
        one, scale = self.requirement, self.requirement.kind.scale

        def shown(value: float | None) -> float | None:
            return None if value is None or not math.isfinite(value) else value / scale

        return {
            "id": one.id,
            "title": one.title,
            "phase": one.phase,
            "quantity": one.quantity,
            "comparison": one.comparison,
            "limit": shown(one.limit),
            "unit": one.kind.unit,
            "status": self.status,
            "value": shown(self.value),
            "margin": shown(self.margin),
            "basis": self.basis,
            "source": one.source,
            "verified": one.verified,
            "note": one.note,
        }


@dataclass(frozen=True)
class Assessment:
    """A study against one table."""

    table: RequirementTable
    verdicts: tuple[Verdict, ...]

    def count(self, status: Status) -> int:
        """How many requirements came out so."""
        return sum(one.status == status for one in self.verdicts)

    @property
    def ok(self) -> bool:
        """Whether none failed."""
        return self.count("fail") == 0

    def to_json(self) -> dict[str, Any]:
        """Plain values for programs."""
        return {
            "table": self.table.name,
            "title": self.table.title,
            "ok": self.ok,
            "passed": self.count("pass"),
            "failed": self.count("fail"),
            "not_assessed": self.count("not assessed"),
            "requirements": [one.to_json() for one in self.verdicts],
        }


def assess(study: Study, table: RequirementTable, phase: str | None = None) -> Assessment:
    """Hold a study against a table, or against one phase of it.

    Parameters
    ----------
    study : Study
        Computes what the requirements need, and no more.
    table : RequirementTable
        As `load_table` gives it.
    phase : str, optional
        One of the table's phases; requirements without a phase always count.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        A phase that the table does not have.
    """
    if phase is not None and phase not in table.phases:
        raise InputError(unknown("phase", phase, table.phases, f"{table.name} has no phases"))
    chosen = [one for one in table.requirements if phase is None or one.phase in ("", phase)]
    return Assessment(table, tuple(_verdict(study, one) for one in chosen))


def _verdict(study: Study, requirement: Requirement) -> Verdict:
    try:
        found = measure(study, requirement)
    except NotAssessed as reason:
        return Verdict(requirement, "not assessed", None, None, str(reason))
    status: Status = "pass" if requirement.met(found.value) else "fail"
    return Verdict(requirement, status, found.value, requirement.margin(found.value), found.basis)
