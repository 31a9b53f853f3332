"""The base of every part of a scenario."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A part of a scenario: immutable, no unknown keys, and no text or truth value taken for a number."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, allow_inf_nan=False
    )


class Described(Part):
    """A part that says where its values come from.

    ``sources`` and ``assumptions`` map the key path of a value in this part (``orbit.a``; ``*`` for all
    that is not named) to a source or to the reason for an assumption. The report lists both.
    """

    description: str = Field("", description="for people")
    sources: dict[str, str] = Field({}, description="key path -> where the value is published")
    assumptions: dict[str, str] = Field({}, description="key path -> why this value was assumed")


def broken(reason: str, key: str = "") -> PydanticCustomError:
    """Make the error of a rule within one part.

    Parameters
    ----------
    reason : str
        What is wrong and what would be right, to follow the value.
    key : str, optional
        The key in the part that it is about, with dots into parts of it; empty for the part as a whole.

    Returns
    -------
    PydanticCustomError
        To be raised by a validator.
    """
    return PydanticCustomError("rule", "{reason}", {"reason": reason, "key": key})
