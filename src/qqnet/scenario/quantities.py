"""Field types of the scenario: quantities with units, names, epochs.

In a file each quantity is text with a unit (``a: 9000 km``); in Python it is a float in internal units
(km, s, rad, Hz, W, bit/s, byte, K, dB), and dumping writes the text again.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, SerializationInfo, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from qqnet import units
from qqnet.units import Dimension


def _quantity(
    dimension: Dimension,
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    bounds: str = "",
) -> Any:
    """Make a field type for one dimension; `bounds` says the limits in a user's words."""

    def read(value: object) -> float:
        if isinstance(value, Internal):
            magnitude = float(value)
        else:
            try:
                magnitude = units.parse(value, dimension)
            except ValueError as error:
                raise PydanticCustomError("quantity", "{reason}", {"reason": str(error)}) from None
        low = (above is not None and magnitude <= above) or (at_least is not None and magnitude < at_least)
        if low or (at_most is not None and magnitude > at_most):
            raise PydanticCustomError("quantity", "must be {bounds}", {"bounds": bounds})
        return magnitude

    def dump(value: float, info: SerializationInfo) -> Any:
        return units.write(value, dimension)

    schema = {
        "type": "string",
        "description": f"{dimension.name} with unit" + (f", {bounds}" if bounds else ""),
        "pattern": r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\S.*$",
        "examples": [dimension.example],
        "x-dimension": dimension.name,
    }
    return Annotated[
        float,
        BeforeValidator(read),
        PlainSerializer(dump, return_type=str),
        WithJsonSchema(schema),
    ]


class Internal(float):
    """A magnitude in internal units, for building scenarios in Python: ``Internal(9000.0)`` is 9000 km."""


_HALF_TURN = 3.141592653589793

Length = _quantity(units.LENGTH)
PositiveLength = _quantity(units.LENGTH, above=0.0, bounds="above zero")
PositiveDuration = _quantity(units.DURATION, above=0.0, bounds="above zero")
Duration = _quantity(units.DURATION, at_least=0.0, bounds="zero or more")
Angle = _quantity(units.ANGLE)
Latitude = _quantity(
    units.ANGLE, at_least=-_HALF_TURN / 2, at_most=_HALF_TURN / 2, bounds="from -90 deg to 90 deg"
)
Inclination = _quantity(units.ANGLE, at_least=0.0, at_most=_HALF_TURN, bounds="from 0 deg to 180 deg")
Elevation = _quantity(
    units.ANGLE, at_least=-_HALF_TURN / 2, at_most=_HALF_TURN / 2, bounds="from -90 deg to 90 deg"
)
SmallAngle = _quantity(units.ANGLE, at_least=0.0, at_most=_HALF_TURN, bounds="from 0 deg to 180 deg")
AngularRate = _quantity(units.ANGULAR_RATE)
Frequency = _quantity(units.FREQUENCY, above=0.0, bounds="above zero")
Power = _quantity(units.POWER, above=0.0, bounds="above zero")
DataRate = _quantity(units.DATA_RATE, above=0.0, bounds="above zero")
DataSize = _quantity(units.DATA_SIZE, above=0.0, bounds="above zero")
Temperature = _quantity(units.TEMPERATURE, above=0.0, bounds="above 0 K")
Decibel = _quantity(units.DECIBEL)
Loss = _quantity(units.DECIBEL, at_least=0.0, bounds="0 dB or more (a loss is written as a positive number)")
Gain = _quantity(units.GAIN)


def _read_epoch(value: object) -> str:
    from qqnet.errors import QqnetError
    from qqnet.space.timescales import tdb_from_utc

    if not isinstance(value, str):
        raise PydanticCustomError("epoch", "is not a UTC epoch such as '2040-06-01T00:00:00Z'")
    try:
        tdb_from_utc(value)
    except QqnetError as error:
        raise PydanticCustomError("epoch", "{reason}", {"reason": str(error)}) from None
    return value


Epoch = Annotated[
    str,
    BeforeValidator(_read_epoch),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2040-06-01T00:00:00Z"]}),
]

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
"""Names of nodes, terminals and flows: letters, digits, '-', '_', '.'."""
