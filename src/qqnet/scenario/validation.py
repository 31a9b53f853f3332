"""A document against the schema, item by item.

Each item of a section is validated for itself, so that one bad node does not hide the faults of the next,
nor those that only a look across sections finds (`qqnet.scenario.checks`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import TypeAdapter, ValidationError

from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.model import VERSION, Scenario
from qqnet.scenario.orbits import Orbit
from qqnet.scenario.places import MOST_FAULTS
from qqnet.scenario.quantities import Name
from qqnet.scenario.suggest import unknown
from qqnet.scenario.wording import Path, keys_of, reworded, right

LIST_SECTIONS = (
    "nodes", "terrestrial", "flows", "grids", "navigation_users", "service_volumes", "stability",
    "orbit_determination", "protected_places",
)  # fmt: skip
MAP_SECTIONS = ("terminals", "bodies")


@dataclass(frozen=True)
class Finding:
    """A fault at a key path; its line, and where not given its value, are looked up later."""

    path: Path
    message: str
    value: Any = None


@dataclass(frozen=True)
class Item:
    """One item of a section: as written, and as a model where it is valid."""

    path: Path
    raw: Any
    model: Any

    def text(self, key: str) -> str | None:
        """Text at a key; None where there is none."""
        value = self.raw.get(key) if isinstance(self.raw, dict) else None
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> list[tuple[int, str]]:
        """Texts of the list at a key, with their places in it."""
        value = self.raw.get(key) if isinstance(self.raw, dict) else None
        if not isinstance(value, list):
            return []
        return [(n, text) for n, text in enumerate(value) if isinstance(text, str)]

    @property
    def orbit(self) -> Any:
        """The orbit as a model, where it is valid, even if other parts of the item are not."""
        return self._part("orbit", Orbit)

    @property
    def dynamics(self) -> Any:
        """The dynamics as a model, where they are valid, even if other parts of the item are not."""
        return self._part("dynamics", Dynamics)

    def _part(self, key: str, annotation: Any) -> Any:
        if self.model is not None:
            return getattr(self.model, key, None)
        raw = self.raw.get(key) if isinstance(self.raw, dict) else None
        try:
            return None if raw is None else _part_adapter(annotation).validate_python(raw)
        except ValidationError:
            return None


@dataclass
class Draft:
    """A scenario that may have faults, item by item."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Sections that are missing or malformed: nothing can be said about names in them."""

    @property
    def full(self) -> bool:
        """Whether there are more faults than anyone would read."""
        return len(self.findings) >= MOST_FAULTS

    def models(self, section: str) -> list[tuple[Path, Any]]:
        """Valid items of a section with their paths."""
        return [(item.path, item.model) for item in self.items.get(section, []) if item.model is not None]


def draft_of(data: dict[str, Any]) -> Draft:
    """Validate a document section by section.

    Parameters
    ----------
    data : dict
        The document.

    Returns
    -------
    Draft
        Valid items as models, all faults as findings.
    """
    draft = Draft()
    _check_version(data, draft)
    fields = keys_of(Scenario)
    for key, value in data.items():
        if key not in fields:
            draft.findings.append(Finding((key,), unknown("key", key, fields), value))
    for key, info in Scenario.model_fields.items():
        if key == "version" or draft.full:
            continue
        if key in data:
            _section(key, data[key], draft)
        elif info.is_required():
            draft.unread.add(key)
            draft.findings.append(Finding((key,), "is missing" + right(fields[key], info.description)))
    return draft


def draft_from(scenario: Scenario) -> Draft:
    """Make a draft of a scenario that was built in Python, for the rules that look across it."""
    draft = Draft()
    for key in Scenario.model_fields:
        value = getattr(scenario, key)
        if key in LIST_SECTIONS:
            draft.items[key] = [Item((key, n), _written(model), model) for n, model in enumerate(value)]
        elif key in MAP_SECTIONS:
            draft.items[key] = [Item((key, name), _written(model), model) for name, model in value.items()]
        else:
            draft.parts[key] = value
    return draft


def _written(model: Any) -> Any:
    return model.model_dump(mode="json", by_alias=True)


def _section(key: str, value: Any, draft: Draft) -> None:
    if key in LIST_SECTIONS and isinstance(value, list):
        items = draft.items[key] = []
        for n, raw in enumerate(value):
            if draft.full:
                return
            items.append(Item((key, n), raw, _validate(key, True, raw, (key, n), draft)))
        if Scenario.model_fields[key].is_required() and not value:
            draft.unread.add(key)
            draft.findings.append(Finding((key,), "is empty; at least one is needed"))
    elif key in MAP_SECTIONS and isinstance(value, dict):
        items = draft.items[key] = []
        for name, raw in value.items():
            if draft.full:
                return
            if key == "terminals":
                _validate("name", False, name, (key, name), draft)
            items.append(Item((key, name), raw, _validate(key, True, raw, (key, name), draft)))
    else:
        made = _validate(key, False, value, (key,), draft)
        if made is None:
            draft.unread.add(key)
        else:
            draft.parts[key] = made


def _check_version(data: dict[str, Any], draft: Draft) -> None:
    version = data.get("version")
    if "version" not in data:
        draft.findings.append(Finding(("version",), f"is missing; write 'version: {VERSION}'"))
    elif type(version) is not int or version != VERSION:
        message = f"is not a version of the format that this QQNet reads; write 'version: {VERSION}'"
        draft.findings.append(Finding(("version",), message, version))


@cache
def _annotation(key: str, item: bool) -> Any:
    """Type of a section of the scenario, or of one item in it."""
    if key == "name":
        return Name
    info = Scenario.model_fields[key]
    if item:
        return get_args(info.annotation)[1 if key in MAP_SECTIONS else 0]
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


@cache
def _adapter(key: str, item: bool) -> TypeAdapter[Any]:
    return TypeAdapter(_annotation(key, item))


@cache
def _part_adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _validate(key: str, item: bool, raw: Any, path: Path, draft: Draft) -> Any:
    """Validate one value; on faults add findings and return None."""
    try:
        return _adapter(key, item).validate_python(raw)
    except ValidationError as error:
        seen: set[tuple[Path, str]] = set()
        for detail in error.errors(include_url=False)[:MOST_FAULTS]:
            inner, message, value = reworded(detail, _annotation(key, item), raw)
            if (inner, message) not in seen:
                seen.add((inner, message))
                draft.findings.append(Finding((*path, *inner), message, value))
    return None
