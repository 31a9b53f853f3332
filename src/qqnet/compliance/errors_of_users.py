"""Errors of navigation users that requirements are judged by; the one place to name a fuller budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qqnet.compliance.requirements import NotAssessed
from qqnet.navigation.result import NavigationResult
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.study.fields import grid_of

if TYPE_CHECKING:
    from qqnet.study.study import Study


class NavigationErrors(Protocol):
    """One-sigma errors of a zone's worst point at its worst time; infinite where there ever is no solution."""

    @property
    def basis(self) -> str:
        """What the numbers are."""

    def position_m(self, south_rad: float, north_rad: float) -> float:
        """Position error between two latitudes [m]."""

    def time_s(self, south_rad: float, north_rad: float) -> float:
        """Time error between two latitudes [s]."""


@dataclass(frozen=True)
class DopTimesRangeError:
    """Dilution of precision times one range error of every satellite."""

    result: NavigationResult
    range_error_km: float

    @property
    def basis(self) -> str:
        """What the numbers are."""
        return (
            f"3 sigma: largest dilution of precision in the zone on the grid at {self.result.body}, times its "
            f"range error of {self.range_error_km * 1e3:g} m"
        )

    def position_m(self, south_rad: float, north_rad: float) -> float:
        """Position error between two latitudes [m]."""
        return self._worst("pdop", south_rad, north_rad) * self.range_error_km * 1e3

    def time_s(self, south_rad: float, north_rad: float) -> float:
        """Time error between two latitudes [s]."""
        return self._worst("tdop", south_rad, north_rad) * self.range_error_km / SPEED_OF_LIGHT_KM_S

    def _worst(self, kind: str, south_rad: float, north_rad: float) -> float:
        latitude = np.radians(self.result.data["latitude_deg"].to_numpy())
        inside = (latitude >= south_rad - 1e-9) & (latitude <= north_rad + 1e-9)
        if not inside.any():
            raise NotAssessed(
                f"no point of the grid at {self.result.body} lies in the zone; take a finer grid"
            )
        return float(self.result.data["max"].sel(dop=kind).to_numpy()[inside].max())


def navigation_errors(study: Study, body: str) -> NavigationErrors:
    """Return the best errors that a study has for users on a body."""
    return DopTimesRangeError(study.navigation(body), grid_of(study.scenario, body).range_error)
