"""Scenario data as YAML that this package's own reader, and any YAML 1.1 reader, takes for the same."""

from __future__ import annotations

from typing import Any

import yaml

from qqnet.scenario.document import plain_value


class _Dumper(yaml.SafeDumper):
    """Quotes text that either reader would take for something else, such as ``1e5`` or ``on``."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal parts out each time; people edit the file."""
        return True


_BREAKS = frozenset("\x85\u2028\u2029\ufeff")
"""Characters that YAML takes for the end of a line, or drops, unless they are escaped in double quotes."""


def _text(dumper: _Dumper, data: str) -> yaml.Node:
    style = None if isinstance(plain_value(data), str) else "'"
    if _BREAKS & set(data):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(data: dict[str, Any]) -> str:
    """Return plain data as YAML, keys in the order given."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
