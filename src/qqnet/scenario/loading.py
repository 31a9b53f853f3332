"""From a file, or the name of a shipped scenario, to a valid `Scenario`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qqnet.errors import Fault, InputError, ScenarioError
from qqnet.scenario.document import LARGEST_FILE, parse
from qqnet.scenario.overlay import overlay
from qqnet.scenario.places import MOST_FAULTS, Mapping, Place, path_text, place_of, value_of
from qqnet.scenario.suggest import nearest, unknown

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario
    from qqnet.scenario.validation import Finding

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


def from_text(text: str, source: str = "scenario", directory: Path | None = None) -> Scenario:
    """Read a scenario from text.

    Parameters
    ----------
    text : str
        YAML or JSON.
    source : str, optional
        What to call it in messages.
    directory : Path, optional
        Where its relative file names start; the current directory where not given.

    Returns
    -------
    Scenario
        As from `load`.

    Raises
    ------
    ScenarioError
        With every fault, where the text has any.
    """
    directory = directory or Path.cwd()
    return from_document(_extended(parse(text, source), source, directory), source, directory)


def from_document(document: Mapping, source: str, directory: Path) -> Scenario:
    """Validate a parsed document; `source` names it in messages, `directory` is where its files start."""
    from qqnet.scenario.checks import check
    from qqnet.scenario.model import VERSION, Scenario
    from qqnet.scenario.validation import draft_of

    draft = draft_of(document)
    raise_faults(itertools.chain(draft.findings, check(draft, directory)), document, source)
    parts: dict[str, Any] = dict(draft.parts)
    for section, items in draft.items.items():
        if section in ("terminals", "bodies"):
            parts[section] = {str(item.path[-1]): item.model for item in items}
        else:
            parts[section] = [item.model for item in items]
    scenario = Scenario.model_validate({"version": VERSION, **parts})
    scenario._directory = directory
    return scenario


def raise_faults(findings: Iterable[Finding], document: dict[str, Any], source: str) -> None:
    """Raise all findings, and the document's own faults, as one error, if there are any.

    Parameters
    ----------
    findings : iterable of Finding
        From the schema and the rules.
    document : Mapping or dict
        Where values are looked up, and lines if it has any; a scenario built in Python has none.
    source : str
        Name of the file.

    Raises
    ------
    ScenarioError
        Faults in file order, those of files that this one extends last.
    """
    read = isinstance(document, Mapping)
    faults = list(document.faults) if isinstance(document, Mapping) else []
    for finding in itertools.islice(findings, MOST_FAULTS):
        place = place_of(document, finding.path)
        if place is None and read:
            place = Place(source, 1)
        value = value_of(document, finding.path) if finding.value is None else finding.value
        faults.append(
            Fault(
                path_text(finding.path),
                _with_value(finding.message, value),
                value,
                None if place is None else place.line,
                None if place is None else place.source,
            )
        )
    if not faults:
        return
    faults = [replace(fault, source=None) if fault.source == source else fault for fault in faults]
    faults.sort(key=lambda fault: (fault.source or "", fault.line or 0))
    if len(faults) >= MOST_FAULTS:
        del faults[MOST_FAULTS:]
        faults.append(Fault("", f"more faults may follow; these are the first {MOST_FAULTS}"))
    raise ScenarioError(source, faults)


def _with_value(message: str, value: Any) -> str:
    """Put the value, as written and cut short, before the message, unless the message shows it."""
    if value is None or isinstance(value, dict | list):
        return message
    shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    if message.startswith("unknown ") or (isinstance(value, str) and shown in message):
        return message
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'} {message}"


def _read(name_or_path: str | Path) -> tuple[Mapping, str, Path]:
    """Read a document and what it extends."""
    document, source, directory, origin = _read_one(name_or_path, Path.cwd())
    return _extended(document, source, directory, origin), source, directory


def _extended(document: Mapping, source: str, directory: Path, origin: str = "") -> Mapping:
    """Lay a document over those that it extends, if any."""
    chain = [origin]
    folder = directory
    while "extends" in document:
        base_name = document.pop("extends")
        place = document.places.pop("extends")
        try:
            if not isinstance(base_name, str):
                raise InputError("must be text: the name of a shipped scenario, or a file")
            base, _, folder, origin = _read_one(base_name, folder)
            if origin in chain:
                raise InputError("leads back to a scenario that extends it; remove one of the two")
            if len(chain) >= _MOST_EXTENDS:
                raise InputError(f"makes a chain of more than {_MOST_EXTENDS} scenarios; merge some of them")
        except InputError as error:
            message = _with_value(str(error), base_name)
            faults = [*document.faults, Fault("extends", message, base_name, place.line, place.source)]
            raise ScenarioError(source, faults) from None
        chain.append(origin)
        if folder != directory:
            _anchor_files(base, folder)
        document = overlay(base, document)
    return document


def _anchor_files(document: Mapping, folder: Path) -> None:
    """Make the file names in a scenario independent of the folder of the one that extends it."""
    nodes = document.get("nodes")
    for node in nodes if isinstance(nodes, list) else ():
        for part in (node, node.get("orbit"), node.get("horizon")) if isinstance(node, Mapping) else ():
            if isinstance(part, Mapping) and isinstance(part.get("file"), str):
                part["file"] = str(folder / part["file"])
    terminals = document.get("terminals")
    for terminal in terminals.values() if isinstance(terminals, Mapping) else ():
        antenna = terminal.get("antenna") if isinstance(terminal, Mapping) else None
        pattern = antenna.get("pattern") if isinstance(antenna, Mapping) else None
        if isinstance(pattern, Mapping) and isinstance(pattern.get("file"), str):
            pattern["file"] = str(folder / pattern["file"])


def _read_one(name_or_path: str | Path, directory: Path) -> tuple[Mapping, str, Path, str]:
    """Return a document, its name in messages, its folder, and what identifies it."""
    name = str(name_or_path)
    path = directory / name
    if isinstance(name_or_path, str) and name in shipped() and not path.is_file():
        return parse(shipped_text(name), f"{name}.yaml"), f"{name}.yaml", Path.cwd(), f"shipped {name}"
    try:
        if path.is_dir():
            raise InputError(
                f"{name!r} is a folder; a scenario is a YAML or JSON file, or one of: {_listed()}"
            )
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise InputError(
                f"{name!r} is larger than {LARGEST_FILE // 2**20} MiB; no scenario is that large"
            )
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"there is no file {name!r}, and no scenario of that name is shipped{_nearest(name)}"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{name!r} is not UTF-8 text (line {line}); a scenario is YAML or JSON") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return parse(text, name), name, path.parent.resolve(), str(path.resolve())


def _nearest(name: str) -> str:
    near = nearest(name, shipped())
    return f"; did you mean {near[0]!r}?" if near else f"; shipped are: {_listed()}"


def _listed() -> str:
    return ", ".join(shipped()) or "none"
