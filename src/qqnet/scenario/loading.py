"""From a file, or the name of a shipped scenario, to a valid `Scenario`."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qqnet.errors import Fault, InputError, ScenarioError
from qqnet.scenario.document import LARGEST_FILE, Mapping, overlay, parse, path_text, place_of
from qqnet.scenario.suggest import unknown

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario

_MOST_EXTENDS = 8


def shipped() -> list[str]:
    """Return the names of the scenarios that come with QQNet."""
    folder = resources.files("qqnet.scenario") / "shipped"
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )


def shipped_text(name: str) -> str:
    """Return the file of a shipped scenario.

    Raises
    ------
    InputError
        Where there is none of that name.
    """
    if name not in shipped():
        raise InputError(unknown("scenario", name, shipped()))
    return (resources.files("qqnet.scenario") / "shipped" / f"{name}.yaml").read_text(encoding="utf-8")


def load(name_or_path: str | Path) -> Scenario:
    """Load a scenario and check it.

    Parameters
    ----------
    name_or_path : str or Path
        A YAML or JSON file, or the name of a shipped scenario.

    Returns
    -------
    Scenario
        Valid in itself: schema and all rules hold.

    Raises
    ------
    ScenarioError
        With every fault, where the file has any.
    InputError
        Where there is no such file.
    """
    document, source, directory = _read(name_or_path)
    return from_document(document, source, directory)


def from_document(document: Mapping, source: str, directory: Path) -> Scenario:
    """Validate a parsed document; `source` names it in messages, `directory` is where its files start."""
    from qqnet.scenario.checks import check
    from qqnet.scenario.model import Scenario
    from qqnet.scenario.validation import draft_of

    draft = draft_of(document)
    findings = [*draft.findings, *check(draft, directory)]
    if findings:
        faults = []
        for finding in findings:
            place = place_of(document, finding.path)
            elsewhere = place.source if place is not None and place.source != source else None
            faults.append(
                Fault(
                    path_text(finding.path),
                    _with_value(finding.message, finding.value),
                    finding.value,
                    None if place is None else place.line,
                    elsewhere,
                )
            )
        faults.sort(key=lambda fault: (fault.source or "", fault.line or 0))
        raise ScenarioError(source, faults)
    parts: dict[str, Any] = dict(draft.parts)
    for section, items in draft.items.items():
        if section in ("terminals", "bodies"):
            parts[section] = {str(item.path[-1]): item.model for item in items}
        else:
            parts[section] = [item.model for item in items]
    scenario = Scenario.model_validate({"version": document["version"], **parts})
    scenario._directory = directory
    return scenario


def _with_value(message: str, value: Any) -> str:
    """Put the value, as written and cut short, before the message, unless the message shows it."""
    if value is None or isinstance(value, dict | list):
        return message
    shown = repr(value)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    return message if shown.strip("'") in message else f"{shown} {message}"


def _read(name_or_path: str | Path) -> tuple[Mapping, str, Path]:
    """Read a document and what it extends."""
    document, source, directory = _read_one(name_or_path, Path.cwd())
    chain = [source]
    while "extends" in document:
        base_name = document.pop("extends")
        place = document.places.pop("extends")
        if not isinstance(base_name, str):
            raise ScenarioError(
                source, [Fault("extends", "must be text", base_name, place.line, place.source)]
            )
        try:
            base, base_source, _ = _read_one(base_name, directory)
        except InputError as error:
            raise ScenarioError(
                source, [Fault("extends", str(error), base_name, place.line, place.source)]
            ) from None
        if base_source in chain or len(chain) >= _MOST_EXTENDS:
            message = f"{base_name!r} leads back to a scenario that extends it, or the chain is too long"
            raise ScenarioError(source, [Fault("extends", message, base_name, place.line, place.source)])
        chain.append(base_source)
        document = overlay(base, document)
    return document, source, directory


def _read_one(name_or_path: str | Path, directory: Path) -> tuple[Mapping, str, Path]:
    name = str(name_or_path)
    looks_like_name = isinstance(name_or_path, str) and name in shipped()
    path = directory / name
    if looks_like_name and not path.is_file():
        return parse(shipped_text(name), f"{name}.yaml"), f"{name}.yaml", Path.cwd()
    try:
        if path.is_dir():
            raise InputError(f"{name} is a folder; a scenario is a YAML or JSON file, or one of: {_listed()}")
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{name} is larger than {LARGEST_FILE // 2**20} MB; no scenario is that large")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"there is no file {name!r} and no shipped scenario of that name: {_listed()}"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text (byte {error.start}); a scenario is YAML or JSON"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return parse(text, name), name, path.parent.resolve()


def _listed() -> str:
    return ", ".join(shipped())
