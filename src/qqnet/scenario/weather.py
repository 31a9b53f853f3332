"""Weather in a scenario: how often the sky above a site is free of clouds, and for how long."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from qqnet import units
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import Quantity

MONTHS = 12
LEAST, MOST = 0.1, 99.9
"""Shares of clear sky [%] that the process is made for: it knows no site that is always clear or never."""

SHORTEST_S, LONGEST_S = 2 * 3600.0, 10 * 86400.0
"""Correlation times that the process is made for: its step is 10 minutes."""

Share = Annotated[
    float,
    Quantity(units.SHARE, at_least=LEAST, at_most=MOST, bounds=f"from {LEAST} % to {MOST} %"),
]
Swing = Annotated[float, Quantity(units.SHARE, at_least=0.0, at_most=50.0, bounds="from 0 % to 50 %")]
HourOfDay = Annotated[
    float, Quantity(units.DURATION, at_least=0.0, at_most=86400.0, bounds="from 0 h to 24 h")
]
CorrelationTime = Annotated[
    float,
    Quantity(units.DURATION, at_least=SHORTEST_S, at_most=LONGEST_S, bounds="from 2 h to 10 d"),
]
CorrelationLength = Annotated[
    float, Quantity(units.LENGTH, at_least=1.0, at_most=20_000.0, bounds="from 1 km to 20000 km")
]


def _form(value: Any) -> str:
    return "months" if isinstance(value, list) else "year"


ClearSky = Annotated[
    Annotated[Share, Tag("year")]
    | Annotated[list[Share], Field(min_length=MONTHS, max_length=MONTHS), Tag("months")],
    Discriminator(_form),
]


class SiteWeather(Part):
    """Clouds above a site, as far as they stop a laser."""

    clear_sky: ClearSky = Field(
        description="share of time without a cloud in the line of sight: one, or twelve from January on"
    )
    correlation_time: CorrelationTime = Field(
        21_600.0,
        description="when the correlation of clear and cloudy sky has fallen to 1/e; 6 h where not given",
    )
    daily_swing: Swing = Field(
        0.0, description="how much more of the sky is clear at the clearest hour than over the day"
    )
    clearest_hour: HourOfDay = Field(0.0, description="local mean solar time of it, from midnight")

    @property
    def monthly(self) -> list[float]:
        """Clear share of each month [%], from January on."""
        return self.clear_sky if isinstance(self.clear_sky, list) else [self.clear_sky] * MONTHS

    @model_validator(mode="after")
    def _swing_stays_inside(self) -> Self:
        room = min(min(share - LEAST, MOST - share) for share in self.monthly)
        if self.daily_swing > room:
            raise broken(
                f"leads beyond {LEAST} % or {MOST} % in some month; at most {max(room, 0.0):.3g} % is possible",
                "daily_swing",
            )
        return self


class Weather(Part):
    """How the weather of sites hangs together, and how many years of it are looked at."""

    correlation_length: CorrelationLength = Field(
        500.0,
        description="distance at which the correlation of clouds has fallen to 1/e; 500 km where not given",
    )
    years: int = Field(
        20, ge=0, le=1000, description="years drawn to say how long outages get, from the scenario's start on"
    )
