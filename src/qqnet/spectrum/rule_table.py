"""Rule tables from files: the packaged one, and one of a user's own laid over it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from qqnet.errors import InputError, ScenarioError
from qqnet.scenario.document import LARGEST_FILE, parse
from qqnet.scenario.loading import raise_faults
from qqnet.scenario.part import Part
from qqnet.scenario.validation import Finding
from qqnet.scenario.wording import reworded
from qqnet.spectrum.rules import RuleTable

T = TypeVar("T", bound=Part)


@cache
def rule_table() -> RuleTable:
    """Return the packaged table of frequency rules.

    Examples
    --------
    >>> table = rule_table()
    >>> [band.text for band in table.rule("lnis-v5-pnt").bands]
    ['S 2483.5-2500 MHz']
    >>> sorted(rule.id for rule in table.rules if rule.verified)
    ['lnis-v5-pnt', 'ra-479']
    """
    return packaged("rules.yaml", RuleTable)


def packaged(name: str, model: type[T]) -> T:
    """Read a data file of this package."""
    text = (resources.files("qqnet.spectrum") / name).read_text(encoding="utf-8")
    return from_text(text, name, model)


def laid_over(path: str | Path) -> RuleTable:
    """Return the packaged table with a user's own laid over it.

    Parameters
    ----------
    path : str or Path
        A YAML or JSON file in the form of ``rules.yaml``.

    Returns
    -------
    RuleTable

    Raises
    ------
    InputError
        Naming file, line, key and value of every fault, and what would be right.
    """
    name = str(path)
    try:
        if Path(name).stat().st_size > LARGEST_FILE:
            raise InputError(
                f"{name!r} is larger than {LARGEST_FILE // 2**20} MiB; no rule table is that large"
            )
        text = Path(name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no file {name!r}; a rule table is a YAML or JSON file") from None
    except UnicodeDecodeError:
        raise InputError(f"{name!r} is not UTF-8 text; a rule table is YAML or JSON") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return rule_table().under(from_text(text, name, RuleTable))


def from_text(text: str, source: str, model: type[T]) -> T:
    """Read a table from text; `source` names it in messages.

    Raises
    ------
    InputError
        Naming line, key and value of every fault, and what would be right.
    """
    if not text.strip():
        raise InputError(f"{source} is empty; a rule table starts with 'version: 1' and lists rules")
    try:
        document: Any = parse(text, source)
        findings, table = [], None
        try:
            table = TypeAdapter(model).validate_python(document)
        except ValidationError as error:
            findings = [
                Finding(*reworded(detail, model, document)) for detail in error.errors(include_url=False)
            ]
        raise_faults(findings, document, source)
    except ScenarioError as error:
        raise InputError(error.describe().replace("a scenario starts", "a rule table starts")) from None
    assert table is not None
    return table
