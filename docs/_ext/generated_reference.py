"""Reference text from the code: commands, the scenario's keys, modules.

A page asks for a part by a comment of its own on one line::

    <!-- qqnet: commands -->
    <!-- qqnet: scenario -->
    <!-- qqnet: modules space -->
    <!-- qqnet: rules -->
    <!-- qqnet: limits -->
    <!-- qqnet: interfaces -->
    <!-- qqnet: formats -->
    <!-- qqnet: holdings -->

which is replaced by Markdown when the page is read. Nothing is written to disk.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import contact_formats
import spectrum_tables
from sphinx.application import Sphinx
from typer.models import ArgumentInfo, OptionInfo

PROVENANCE = ("description", "sources", "assumptions")
"""Keys that most parts of a scenario take; the page explains them once."""

MARKER = re.compile(r"^<!-- qqnet: (\w+)(?: (\w+))? -->$", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, bool]:
    """Replace markers when pages are read."""
    app.connect("source-read", _fill)
    app.connect("autodoc-skip-member", _skip)
    app.connect("autodoc-process-docstring", _keep, priority=400)  # napoleon works at 500
    app.connect("autodoc-process-docstring", _restore, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    parts: dict[str, Callable[[str | None], Iterator[str]]] = {
        "commands": _commands,
        "scenario": _scenario,
        "modules": _modules,
        "rules": spectrum_tables.rules,
        "limits": spectrum_tables.limits_table,
        "interfaces": spectrum_tables.interfaces,
        "formats": contact_formats.formats,
        "holdings": contact_formats.holdings,
    }
    source[0] = MARKER.sub(lambda found: "\n".join(parts[found[1]](found[2])), source[0])


def _skip(app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Leave out types with constraints, which the page on the scenario describes, and pydantic's own members."""
    return True if hasattr(obj, "__metadata__") or name.startswith("model_") else None


_KEPT: dict[str, list[str]] = {}


def _keep(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Remember the text of a constant, of which napoleon would take what stands before a colon for a type."""
    if what in ("data", "attribute", "property"):
        _KEPT[name] = list(lines)


def _restore(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Put it back."""
    if name in _KEPT:
        lines[:] = _KEPT.pop(name)


def _cell(text: str) -> str:
    """Text that does not end a table's cell."""
    return " ".join(text.split()).replace("|", r"\|")


# -------------------------------------------------------------------------------------------------- commands


def _commands(_: str | None) -> Iterator[str]:
    """Every command of the application, from the functions that parse the command line."""
    from qqnet.cli.app import app

    yield "## qqnet\n"
    yield "```\nqqnet [OPTIONS] COMMAND ...\n```\n"
    yield from _parameters(app.registered_callback.callback)
    for name, function in sorted(_functions(app)):
        yield f"## qqnet {name}\n"
        yield inspect.cleandoc(function.__doc__ or "") + "\n"
        arguments = [_label(*one) for one in _parsed(function) if isinstance(one[1], ArgumentInfo)]
        yield f"```\n{' '.join(['qqnet', name, '[OPTIONS]', *arguments])}\n```\n"
        yield from _parameters(function)


def _functions(app: Any, group: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name and function of each command, those of groups after the name of their group."""
    for one in app.registered_commands:
        yield f"{group}{one.name or one.callback.__name__}", one.callback
    for one in app.registered_groups:
        yield from _functions(one.typer_instance, f"{group}{one.typer_instance.info.name} ")


def _parsed(function: Callable[..., Any]) -> Iterator[tuple[inspect.Parameter, ArgumentInfo | OptionInfo]]:
    """Parameters of a command with what Typer is told about them."""
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        for extra in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(extra, ArgumentInfo | OptionInfo):
                yield parameter, extra


def _label(parameter: inspect.Parameter, info: ArgumentInfo | OptionInfo) -> str:
    if isinstance(info, ArgumentInfo):
        return info.metavar or parameter.name.upper()
    # In an annotation the first name stands where a default would.
    first = [info.default] if isinstance(info.default, str) and info.default.startswith("-") else []
    return ", ".join([*first, *(info.param_decls or ())] or [f"--{parameter.name.replace('_', '-')}"])


def _parameters(function: Callable[..., Any]) -> Iterator[str]:
    yield "| argument or option | value | meaning |"
    yield "|---|---|---|"
    for parameter, info in _parsed(function):
        type_, default = parameter.annotation.__origin__, parameter.default
        is_option = isinstance(info, OptionInfo)
        types = [one for one in get_args(type_) or (type_,) if one is not type(None)]
        words = {str: "text", int: "whole number", float: "number", Path: "file or folder", bool: ""}
        value = words.get(types[0], "text, may be repeated") if is_option else ""
        meaning = info.help or ""
        if default is inspect.Parameter.empty:
            meaning += " Required." if is_option else ""
        elif default not in (None, False):
            meaning += f" Default: `{default}`."
        names = "`, `".join(_label(parameter, info).split(", "))
        yield f"| `{names}` | {value} | {_cell(meaning)} |"
    yield ""


# -------------------------------------------------------------------------------------------------- scenario


def _scenario(_: str | None) -> Iterator[str]:
    """Tables of keys from the JSON Schema, the scenario itself first and then each part where it is first used."""
    from qqnet.scenario.model import json_schema

    definitions = json_schema()["$defs"]
    order = ["Scenario"]
    for name in order:
        order += [used for used in _references(definitions[name]) if used not in order]
    for name in order:
        part = definitions[name]
        yield f"(schema-{name.lower()})=\n## {name}\n"
        if text := part.get("description", ""):
            yield _first_paragraphs(text) + "\n"
        fields = part.get("properties", {})
        if fields.keys() >= set(PROVENANCE):
            yield "It takes `description`, `sources` and `assumptions` too.\n"
        yield "| key | value | default | meaning |"
        yield "|---|---|---|---|"
        needed = set(part.get("required", ()))
        for key, field in fields.items():
            if key in PROVENANCE:
                continue
            default = "**required**" if key in needed else _default(field)
            yield f"| `{key}` | {_cell(_value(field))} | {default} | {_cell(_meaning(field))} |"
        yield ""


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[1]
            elif key != "discriminator":
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _first_paragraphs(text: str) -> str:
    """Description of a part, without the sections of a docstring."""
    return re.split(r"\n\s*\n?[A-Z]\w+\n\s*---", text)[0].replace("``", "`").strip()


def _value(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#schema-{name.lower()})"
    if "x-dimension" in field:
        return f"{field['x-dimension']}, such as `{field['examples'][0]}`"
    for key in ("anyOf", "oneOf"):
        if key in field:
            found = [_value(one) for one in field[key] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(found))
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_value(field['items'])}"
    if field.get("type") == "object":
        inner = field.get("additionalProperties") or next(
            iter(field.get("patternProperties", {}).values()), {}
        )
        return f"name → {_value(inner)}" if isinstance(inner, dict) and inner else "mapping"
    if "examples" in field:
        return f"text, such as `{field['examples'][0]}`"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return words.get(field.get("type", ""), "") + _limits(field)


def _limits(field: dict[str, Any]) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    found = [f"{sign} {field[key]}" for key, sign in signs.items() if key in field]
    return f" {', '.join(found)}" if found else ""


def _default(field: dict[str, Any]) -> str:
    default = field.get("default")
    return "" if default in (None, "", []) or isinstance(default, dict) else f"`{_plain(default)}`"


def _plain(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else _cell(str(default))


def _meaning(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return ""
    text = str(field.get("description", ""))
    return "" if text == f"{field.get('x-dimension')} with unit" else text


# --------------------------------------------------------------------------------------------------- modules


def _modules(floor: str | None) -> Iterator[str]:
    """Autodoc of every module of one floor, or of the modules beside the floors."""
    if floor is None:
        names = ["qqnet.errors", "qqnet.units", "qqnet.files"]
    else:
        package = importlib.import_module(f"qqnet.{floor}")
        found = sorted(entry.name for entry in pkgutil.iter_modules(package.__path__))
        names = [f"qqnet.{floor}.{name}" for name in found]
    for name in names:
        yield f"## {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n```\n"
