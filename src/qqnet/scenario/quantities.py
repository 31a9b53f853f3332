"""Field types of the scenario: quantities with units, names, epochs.

In a file each quantity is text with a unit (``a: 9000 km``); in Python it is a float in internal units
(km, s, rad, Hz, W, bit/s, byte, K, dB), and dumping writes the text again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from qqnet import units
from qqnet.scenario.part import broken
from qqnet.units import Dimension


class Internal(float):
    """A magnitude in internal units, for building scenarios in Python: ``Internal(9000.0)`` is 9000 km."""


_LARGEST = 1e30
"""No magnitude in internal units is beyond it, so that squares and cubes of it stay finite."""


@dataclass(frozen=True)
class Quantity:
    """What makes a float field a quantity: its dimension and limits.

    Attributes
    ----------
    dimension : Dimension
        What it must be.
    at_least, at_most : float
        Limits, in internal units.
    bounds : str
        The limits in a user's words.
    """

    dimension: Dimension
    at_least: float = -_LARGEST
    at_most: float = _LARGEST
    bounds: str = ""

    def read(self, value: object) -> float:
        """Return the magnitude in internal units of what a user wrote."""
        if isinstance(value, Internal):
            magnitude = float(value)
        else:
            try:
                magnitude = units.parse(value, self.dimension)
            except ValueError as error:
                raise broken(str(error)) from None
        if not abs(magnitude) <= _LARGEST:  # true for NaN too
            raise broken(f"is beyond any {self.dimension.name}")
        if not self.at_least <= magnitude <= self.at_most:
            raise broken(f"must be {self.bounds}")
        return magnitude

    def write(self, value: float) -> str:
        """Return the text that is read as `value`."""
        return units.write(value, self.dimension)

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
        """Describe the text."""
        return {
            "type": "string",
            "description": f"{self.dimension.name} with unit" + (f", {self.bounds}" if self.bounds else ""),
            "pattern": r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*[^\s0-9.,_+-].*$",
            "examples": [self.dimension.example],
            "x-dimension": self.dimension.name,
        }


_HALF_TURN = 3.141592653589793
_BELOW_ZENITH = _HALF_TURN / 2 - 1e-9
_ABOVE_ZERO = 1e-30  # smaller magnitudes are no physical ones, and their inverse squares overflow


Length = Annotated[float, Quantity(units.LENGTH)]
PositiveLength = Annotated[float, Quantity(units.LENGTH, at_least=_ABOVE_ZERO, bounds="above zero")]
SurfaceAltitude = Annotated[
    float,
    Quantity(
        units.LENGTH,
        at_least=-20.0,
        bounds="-20 km or more: no place is deeper below a body's reference surface",
    ),
]
Altitude = Annotated[float, Quantity(units.LENGTH, at_least=0.0, bounds="zero or more")]
PositiveDuration = Annotated[float, Quantity(units.DURATION, at_least=_ABOVE_ZERO, bounds="above zero")]
Duration = Annotated[float, Quantity(units.DURATION, at_least=0.0, bounds="zero or more")]
Angle = Annotated[float, Quantity(units.ANGLE)]
Latitude = Annotated[
    float,
    Quantity(units.ANGLE, at_least=-_HALF_TURN / 2, at_most=_HALF_TURN / 2, bounds="from -90 deg to 90 deg"),
]
Inclination = Annotated[
    float, Quantity(units.ANGLE, at_least=0.0, at_most=_HALF_TURN, bounds="from 0 deg to 180 deg")
]
ELEVATION = Quantity(
    units.ANGLE,
    at_least=-_BELOW_ZENITH,
    at_most=_BELOW_ZENITH,
    bounds="above -90 deg and below 90 deg",
)
AZIMUTH = Quantity(
    units.ANGLE, at_least=0.0, at_most=2.0 * _HALF_TURN - 1e-12, bounds="from 0 deg to below 360 deg"
)
Elevation = Annotated[float, ELEVATION]
Azimuth = Annotated[float, AZIMUTH]
MinimumElevation = Annotated[
    float,
    Quantity(units.ANGLE, at_least=0.0, at_most=_BELOW_ZENITH, bounds="from 0 deg to below 90 deg"),
]
SmallAngle = Annotated[
    float, Quantity(units.ANGLE, at_least=0.0, at_most=_HALF_TURN, bounds="from 0 deg to 180 deg")
]
AngularRate = Annotated[float, Quantity(units.ANGULAR_RATE)]
Frequency = Annotated[float, Quantity(units.FREQUENCY, at_least=_ABOVE_ZERO, bounds="above zero")]
FrequencyRate = Annotated[float, Quantity(units.FREQUENCY_RATE, at_least=_ABOVE_ZERO, bounds="above zero")]
Power = Annotated[float, Quantity(units.POWER, at_least=_ABOVE_ZERO, bounds="above zero")]
DataRate = Annotated[float, Quantity(units.DATA_RATE, at_least=_ABOVE_ZERO, bounds="above zero")]
DataSize = Annotated[float, Quantity(units.DATA_SIZE, at_least=_ABOVE_ZERO, bounds="above zero")]
Temperature = Annotated[float, Quantity(units.TEMPERATURE, at_least=_ABOVE_ZERO, bounds="above zero")]
Decibel = Annotated[
    float, Quantity(units.DECIBEL, at_least=-500.0, at_most=500.0, bounds="from -500 dB to 500 dB")
]
Loss = Annotated[
    float,
    Quantity(
        units.DECIBEL,
        at_least=0.0,
        at_most=500.0,
        bounds="from 0 dB to 500 dB (a loss is written as a positive number)",
    ),
]
Gain = Annotated[
    float, Quantity(units.GAIN, at_least=-500.0, at_most=500.0, bounds="from -500 dBi to 500 dBi")
]

AxialRatio = Annotated[
    float,
    Quantity(
        units.DECIBEL,
        at_least=0.0,
        at_most=40.0,
        bounds="from 0 dB (circular) to 40 dB (next to linear, which is 'polarisation: linear')",
    ),
]
ScanAngle = Annotated[
    float,
    Quantity(
        units.ANGLE,
        at_least=0.0,
        at_most=1.3962634015954636,  # 80 deg: nearer the plane of the array its pattern is not a beam
        bounds="from 0 deg to 80 deg",
    ),
]

CarrierToNoise = Annotated[
    float,
    Quantity(
        units.CARRIER_TO_NOISE,
        at_least=0.0,
        at_most=100.0,
        bounds="from 0 dB-Hz to 100 dB-Hz: receivers work between 10 and 50 dB-Hz",
    ),
]


Velocity = Annotated[
    float,
    Quantity(
        units.VELOCITY,
        at_least=-1000.0,
        at_most=1000.0,
        bounds="from -1000 km/s to 1000 km/s: nothing about the Sun is quicker",
    ),
]
Mass = Annotated[float, Quantity(units.MASS, at_least=_ABOVE_ZERO, bounds="above zero")]
Area = Annotated[float, Quantity(units.AREA, at_least=_ABOVE_ZERO, bounds="above zero")]
AreaToMass = Annotated[float, Quantity(units.AREA_TO_MASS, at_least=_ABOVE_ZERO, bounds="above zero")]
Radiance = Annotated[float, Quantity(units.RADIANCE, at_least=0.0, bounds="zero or more")]
Force = Annotated[float, Quantity(units.FORCE, at_least=_ABOVE_ZERO, bounds="above zero")]


@dataclass(frozen=True)
class Triple:
    """What makes a list a vector: three components, in the axes that stand beside it."""

    example: str

    def read(self, value: list[float]) -> list[float]:
        """Return the components, of which there are three."""
        if len(value) != 3:
            count = f"{len(value)} component{'s' if len(value) != 1 else ''}"
            raise broken(f"has {count}; a vector has three, such as {self.example}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make pydantic count."""
        return core_schema.no_info_after_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the list."""
        return {**handler(schema), "minItems": 3, "maxItems": 3}


Position = Annotated[list[Length], Triple("[1000 km, -7000 km, 250 km]")]
VelocityVector = Annotated[list[Velocity], Triple("[1 m/s, 0 m/s, 0 m/s]")]


def _read_epoch(value: object) -> str:
    from qqnet.errors import QqnetError
    from qqnet.space.timescales import tdb_from_utc

    if not isinstance(value, str | datetime):
        raise broken("is not a UTC date such as '2040-06-01T00:00:00Z'")
    try:
        tdb_from_utc(value)
    except QqnetError as error:
        raise broken(str(error)) from None
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat().replace("+00:00", "Z")
    return value


Epoch = Annotated[
    str,
    BeforeValidator(_read_epoch),
    WithJsonSchema(
        {
            "type": "string",
            "description": "UTC",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}",
            "examples": ["2040-06-01T00:00:00Z"],
        }
    ),
]

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
"""Names of nodes, terminals and flows: letters, digits, '-', '_', '.'."""
