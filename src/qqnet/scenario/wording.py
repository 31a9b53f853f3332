"""Pydantic's errors in a user's words, at the key path that stands in the document."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, WithJsonSchema
from pydantic_core import ErrorDetails

from qqnet.scenario.places import value_of
from qqnet.scenario.quantities import Quantity
from qqnet.scenario.suggest import nearest, unknown

Path = tuple[str | int, ...]

_TEMPLATES = {
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "list_type": "must be a list",
    "string_type": "must be text; a number or a word such as true needs quotes to be text",
    "string_pattern_mismatch": "must be a name of letters, digits, '-', '_' and '.', first a letter or digit",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a finite number, without a unit",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:.12g}",
    "less_than": "must be below {lt:.12g}",
    "less_than_equal": "must be at most {le:.12g}",
    "rule": "{reason}",
}
"""By pydantic's error type; the braces are its own context."""


def reworded(detail: ErrorDetails, annotation: Any, raw: Any) -> tuple[Path, str, Any]:
    """Put one of pydantic's errors into a user's words.

    Parameters
    ----------
    detail : ErrorDetails
        The error.
    annotation : Any
        The type that was validated.
    raw : Any
        What was validated against it.

    Returns
    -------
    path : tuple
        Key path within `raw`, as written there.
    message : str
        What is wrong and what would be right.
    value : Any
        What stands there; None where nothing does.
    """
    path, model, expected = _walk(detail["loc"], annotation)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_invalid":
        path = (*path, context["discriminator"].strip("'"))
    elif context.get("key"):
        path = (*path, *context["key"].split("."))
    value = value_of(raw, path)
    if kind == "missing":
        message = "is missing" + right(expected, _description(model, detail["loc"][-1]))
    elif kind == "extra_forbidden":
        message = _unknown_key(str(detail["loc"][-1]), model)
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        key = context["discriminator"].strip("'")
        message = _one_of(tags_of(expected, key), value, "" if kind == "union_tag_invalid" else key)
    elif kind == "literal_error":
        message = _one_of(list(get_args(expected)), value)
    elif kind == "too_short":
        few = "is empty" if context["actual_length"] == 0 else "has too few items"
        message = f"{few}; at least {context['min_length']} must be given"
    elif kind in _TEMPLATES:
        message = _TEMPLATES[kind].format(**context)
    else:
        message = detail["msg"][:1].lower() + detail["msg"][1:]
    if value is None and message.startswith("must "):
        message = f"is empty; it {message}"
    return path, message, value


def _one_of(choices: list[Any], value: Any, key: str = "") -> str:
    if key:
        return f"needs the key '{key}' that says what it is; it {_listed(choices)}"
    message = _listed(choices)
    near = (
        nearest(value, choices) if isinstance(value, str) and all(isinstance(c, str) for c in choices) else []
    )
    return f"{message}; did you mean {near[0]!r}?" if near else message


def _listed(choices: Iterable[Any]) -> str:
    listed = [repr(choice) for choice in choices]
    return f"must be one of {', '.join(listed)}" if len(listed) > 1 else f"must be {listed[0]}"


def _unknown_key(key: str, model: Any) -> str:
    if not _is_model(model):
        return unknown("key", key, ())
    fields = keys_of(model)
    words = key.replace("_", " ").casefold()
    for name in fields:  # `inclination` for `i`: what the key means, written out
        meaning = _description(model, name).casefold()
        if len(words) > 3 and words in meaning and not nearest(key, list(fields)):
            return f"unknown key {key!r}; did you mean '{name}' ({_description(model, name)})?"
    return unknown("key", key, fields)


def right(annotation: Any, description: str | None = None) -> str:
    """Say what would be right for a type: ``" (inclination); an angle is needed, such as '56 deg'"``."""
    said = f" ({description})" if description else ""
    for candidate in (annotation, *get_args(annotation)):
        for extra in get_args(candidate)[1:] if get_origin(candidate) is Annotated else ():
            if isinstance(extra, Quantity):
                return f"{said}; {extra.dimension.wanted}"
            elif isinstance(extra, WithJsonSchema) and extra.json_schema:
                return f"{said}; an example is '{extra.json_schema['examples'][0]}'"
    bare = strip(annotation)
    if get_origin(bare) is Literal:
        return f"{said}; it {_listed(get_args(bare))}"
    return said


def _walk(loc: tuple[str | int, ...], annotation: Any) -> tuple[Path, Any, Any]:
    """Drop the tags of unions from an error's location.

    Returns the path, the model that holds its last key, and the type expected there.
    """
    path: list[str | int] = []
    holder: Any = None
    for key in loc:
        annotation = strip(annotation)
        if _is_union(annotation):
            annotation = _by_tag(annotation, key)
            continue
        if key == "[key]":
            continue
        path.append(key)
        holder, annotation = annotation, _child(annotation, key)
    return tuple(path), holder, annotation


def strip(annotation: Any) -> Any:
    """Return a type without its annotations and without ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if _is_union(annotation):
        members = [member for member in get_args(annotation) if member is not types.NoneType]
        if len(members) == 1:
            return strip(members[0])
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _by_tag(union: Any, tag: Any) -> Any:
    """Return the union's member that carries `tag`, in a Literal field or as its annotation."""
    for member in get_args(union):
        if Tag(tag) in get_args(member)[1:]:
            return member
        for name in ("type", "kind"):
            if tag in _tags(strip(member), name):
                return member
    return None


def _tags(model: Any, key: str) -> tuple[Any, ...]:
    info = model.model_fields.get(key) if _is_model(model) else None
    return () if info is None else get_args(info.annotation)


def tags_of(union: Any, key: str) -> list[Any]:
    """Return the values of `key` that choose a member of a union."""
    return [tag for member in get_args(strip(union)) for tag in _tags(strip(member), key)]


def _child(annotation: Any, key: Any) -> Any:
    if _is_model(annotation):
        return keys_of(annotation).get(str(key))
    arguments = get_args(annotation)
    if not arguments:
        return None
    return arguments[-1] if get_origin(annotation) is dict else arguments[0]


@cache
def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """Keys of a model as written in a file, with their types."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {info.alias or name: hints[name] for name, info in model.model_fields.items()}


def _description(model: Any, key: str | int) -> str:
    if not _is_model(model):
        return ""
    found = (info for name, info in model.model_fields.items() if (info.alias or name) == key)
    info = next(found, None)
    return "" if info is None else info.description or ""
