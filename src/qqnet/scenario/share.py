"""A share of something, written in per cent (``30 %``) or as a number from 0 to 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from qqnet.scenario.part import broken

_PER_CENT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*%\s*")


@dataclass(frozen=True)
class ShareOf:
    """What makes a float field a share.

    Attributes
    ----------
    at_least, at_most : float
        Limits [1].
    """

    at_least: float = 0.0
    at_most: float = 1.0

    def read(self, value: object) -> float:
        """Return the share from 0 to 1 of what a user wrote."""
        written = _PER_CENT.fullmatch(value) if isinstance(value, str) else None
        if written is not None:
            share = float(written[1]) / 100.0
        elif isinstance(value, int | float) and not isinstance(value, bool):
            share = float(value)
        else:
            raise broken("is no share; write per cent, such as '30 %', or a number from 0 to 1")
        if not self.at_least <= share <= self.at_most:
            raise broken(f"must be from {self.write(self.at_least)} to {self.write(self.at_most)}")
        return share

    def write(self, value: float) -> str:
        """Return the text that is read as `value`."""
        text = f"{100.0 * value:g}"
        return f"{text if float(text) / 100.0 == value else repr(100.0 * value)} %"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make pydantic read and write it so."""
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.write, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both forms."""
        text = {"type": "string", "pattern": r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*%\s*$"}
        number = {"type": "number", "minimum": self.at_least, "maximum": self.at_most}
        return {"anyOf": [text, number], "examples": ["30 %", 0.3]}


Share = Annotated[float, ShareOf()]
ShareAboveZero = Annotated[float, ShareOf(at_least=1e-6)]
"""Some of it, or all."""
Outage = Annotated[float, ShareOf(at_least=1e-4, at_most=0.5)]
"""Share of the time in which something may fail."""
