"""Requirement tables: the shipped ones, and a user's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qqnet.compliance.requirements import RequirementTable
from qqnet.errors import InputError, ScenarioError
from qqnet.scenario.document import LARGEST_FILE, parse
from qqnet.scenario.loading import raise_faults
from qqnet.scenario.suggest import nearest
from qqnet.scenario.validation import Finding
from qqnet.scenario.wording import reworded

DEFAULT = "qqnet-goals"
"""The table that is asked where none is named."""


def shipped_tables() -> list[str]:
    """Return the names of the tables that come with QQNet, the project's own goals first."""
    folder = resources.files("qqnet.compliance") / "tables"
    names = {file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")}
    return sorted(names, key=lambda name: (name != DEFAULT, name))


def load_table(name_or_path: str | Path) -> RequirementTable:
    """Read a requirement table.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped table, or a YAML or JSON file.

    Returns
    -------
    RequirementTable

    Raises
    ------
    InputError
        Naming file, line, key and value of every fault, and what would be right.

    Examples
    --------
    >>> load_table("scan-demand").phases
    ['2028', '2032', '2033+']
    """
    name = str(name_or_path)
    if name in shipped_tables() and not Path(name).is_file():
        file = resources.files("qqnet.compliance") / "tables" / f"{name}.yaml"
        return table_from_text(file.read_text(encoding="utf-8"), f"{name}.yaml")
    try:
        if Path(name).stat().st_size > LARGEST_FILE:
            raise InputError(f"{name!r} is larger than {LARGEST_FILE // 2**20} MiB; no table is that large")
        text = Path(name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = nearest(name, shipped_tables())
        hint = f"did you mean {near[0]!r}?" if near else f"shipped are: {', '.join(shipped_tables())}"
        raise InputError(f"there is no requirement table {name!r}, nor a file of that name; {hint}") from None
    except UnicodeDecodeError:
        raise InputError(f"{name!r} is not UTF-8 text; a requirement table is YAML or JSON") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return table_from_text(text, name)


def table_from_text(text: str, source: str) -> RequirementTable:
    """Read a requirement table from text; `source` names it in messages."""
    if not text.strip():
        raise InputError(
            f"{source} is empty; a requirement table starts with 'version: 1' and lists requirements"
        )
    try:
        document: Any = parse(text, source)
        findings = []
        table = None
        try:
            table = TypeAdapter(RequirementTable).validate_python(document)
        except ValidationError as error:
            findings += [
                Finding(*reworded(detail, RequirementTable, document))
                for detail in error.errors(include_url=False)
            ]
        raise_faults(findings, document, source)
    except ScenarioError as error:
        raise InputError(
            error.describe().replace("a scenario starts", "a requirement table starts")
        ) from None
    assert table is not None
    return table
