"""A document against the schema: every fault at once, each in a user's words.

Each item of a section is validated for itself, so that one bad node does not hide the faults of the next,
nor those that only a look across sections finds (`qqnet.scenario.checks`).
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, field
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from qqnet.scenario.model import VERSION, Scenario
from qqnet.scenario.suggest import unknown

Path = tuple[str | int, ...]

LIST_SECTIONS = ("nodes", "terrestrial", "flows", "grids")
MAP_SECTIONS = ("terminals", "bodies")


@dataclass(frozen=True)
class Finding:
    """A fault at a key path; its line is looked up later."""

    path: Path
    message: str
    value: Any = None


@dataclass(frozen=True)
class Item:
    """One item of a section: as written, and as a model where it is valid."""

    path: Path
    raw: Any
    model: Any


@dataclass
class Draft:
    """A scenario that may have faults, item by item."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

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
    fields = _fields(Scenario)
    for key, value in data.items():
        if key not in fields:
            draft.findings.append(Finding((key,), unknown("key", key, fields), value))
    for key, info in Scenario.model_fields.items():
        if key == "version":
            continue
        if key not in data:
            if info.is_required():
                text = f"is missing: {info.description}" if info.description else "is missing"
                draft.findings.append(Finding((key,), text))
            continue
        annotation = info.annotation
        if info.metadata:
            annotation = Annotated[(annotation, *info.metadata)]  # type: ignore[assignment]
        if key in LIST_SECTIONS and isinstance(data[key], list):
            item_type = get_args(info.annotation)[0]
            draft.items[key] = [
                Item((key, n), raw, _validate(item_type, raw, (key, n), draft))
                for n, raw in enumerate(data[key])
            ]
            if info.is_required() and not data[key]:
                draft.findings.append(Finding((key,), "is empty; at least one is needed", data[key]))
        elif key in MAP_SECTIONS and isinstance(data[key], dict):
            item_type = get_args(info.annotation)[1]
            draft.items[key] = [
                Item((key, name), raw, _validate(item_type, raw, (key, name), draft))
                for name, raw in data[key].items()
            ]
        else:
            value = _validate(annotation, data[key], (key,), draft)
            if value is not None:
                draft.parts[key] = value
    return draft


def _check_version(data: dict[str, Any], draft: Draft) -> None:
    version = data.get("version")
    if "version" not in data:
        draft.findings.append(Finding(("version",), f"is missing; write 'version: {VERSION}'"))
    elif version != VERSION or isinstance(version, bool):
        draft.findings.append(
            Finding(("version",), f"is not a version this QQNet reads; it reads version {VERSION}", version)
        )


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def _validate(annotation: Any, raw: Any, path: Path, draft: Draft) -> Any:
    """Validate one value; on faults add findings and return None."""
    key = repr(annotation)
    if key not in _ADAPTERS:
        _ADAPTERS[key] = TypeAdapter(annotation)
    try:
        return _ADAPTERS[key].validate_python(raw)
    except ValidationError as error:
        seen: set[tuple[Path, str]] = set()
        for detail in error.errors(include_url=False):
            finding = _finding(detail, annotation, raw, path)
            if (finding.path, finding.message) not in seen:
                seen.add((finding.path, finding.message))
                draft.findings.append(finding)
    except RecursionError:
        draft.findings.append(Finding(path, "is nested too deeply"))
    return None


def _finding(detail: ErrorDetails, annotation: Any, raw: Any, path: Path) -> Finding:
    """Turn one of pydantic's errors into a finding with the path in the document."""
    inner, model = _walk(detail["loc"], annotation, raw)
    message = _message(detail, model)
    return Finding((*path, *inner), message, _value_at(raw, inner))


def _value_at(raw: Any, path: Path) -> Any:
    for key in path:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _walk(loc: tuple[str | int, ...], annotation: Any, raw: Any) -> tuple[Path, Any]:
    """Drop the tags of unions from an error's location; return it with the model that holds its last key."""
    path: list[str | int] = []
    holder: Any = None
    for key in loc:
        annotation = _strip(annotation)
        if _is_union(annotation):
            chosen = _by_tag(annotation, key)
            if chosen is not None:
                annotation = chosen
                continue
            annotation = _by_key(annotation, key)
        if key in ("[key]",):
            continue
        path.append(key)
        holder, annotation = annotation, _child(annotation, key)
    return tuple(path), _strip(annotation) if not path else holder


def _strip(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if _is_union(annotation):
        members = [member for member in get_args(annotation) if member is not types.NoneType]
        if len(members) == 1:
            return _strip(members[0])
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _by_tag(annotation: Any, tag: Any) -> Any:
    """Return the union's member that carries `tag` in a Literal field, or is named so."""
    for member in get_args(annotation):
        if not _is_model(member):
            continue
        if member.__name__ == tag:
            return member
        for name in ("type", "kind"):
            info = member.model_fields.get(name)
            if info is not None and tag in get_args(info.annotation):
                return member
    return None


def _by_key(annotation: Any, key: Any) -> Any:
    for member in get_args(annotation):
        if _is_model(member) and key in _fields(member):
            return member
    return None


def _child(annotation: Any, key: Any) -> Any:
    if _is_model(annotation):
        return _fields(annotation).get(str(key))
    arguments = get_args(annotation)
    if not arguments:
        return None
    return arguments[-1] if get_origin(annotation) is dict else arguments[0]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Keys of a model as written in a file, with their annotations."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {info.alias or name: hints[name] for name, info in model.model_fields.items()}


_TEMPLATES = {
    "union_tag_not_found": "needs the key {discriminator} that says what it is",
    "union_tag_invalid": "has an unknown {discriminator}; it must be one of {expected_tags}",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "list_type": "must be a list",
    "string_type": "must be text",
    "string_pattern_mismatch": "must be a name of letters, digits, '-', '_' and '.', first a letter or digit",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of a reasonable size",
    "int_from_float": "must be a whole number",
    "float_type": "must be a plain number",
    "float_parsing": "must be a plain number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "needs at least {min_length}",
}
"""Pydantic's error types in a user's words; the braces are its own context."""


def _message(detail: ErrorDetails, model: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        description = _description(model, key)
        return f"is missing: {description}" if description else "is missing"
    if kind == "extra_forbidden":
        return unknown("key", key, _fields(model) if _is_model(model) else ())
    if kind == "literal_error":
        return f"must be one of {context['expected']}".replace(" or ", ", ")
    if kind in _TEMPLATES:
        return _TEMPLATES[kind].format(**context)
    text = detail["msg"]
    return text[:1].lower() + text[1:]


def _description(model: Any, key: str) -> str:
    if not _is_model(model):
        return ""
    found = (info for name, info in model.model_fields.items() if (info.alias or name) == key)
    info = next(found, None)
    return "" if info is None else info.description or ""
