"""What is estimated of each satellite, and what is known of it before any observation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbit_determination.clocks import CLOCKS, Clock
from qqnet.space.constants import SECONDS_PER_DAY, SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Order of the states of one satellite.

    Position and velocity (ICRF axes, relative to the body), clock bias and clock rate times the speed of light;
    then, where asked for, aging, three accelerations in RTN axes, and the scale of the pressure of sunlight.

    Attributes
    ----------
    aging, acceleration, sunlight : bool
        Which of the others are estimated.
    """

    aging: bool = False
    acceleration: bool = False
    sunlight: bool = False

    @property
    def size(self) -> int:
        """Number of states."""
        return 8 + self.aging + 3 * self.acceleration + self.sunlight

    @property
    def aging_at(self) -> int:
        """Place of the aging."""
        return 8

    @property
    def acceleration_at(self) -> slice:
        """Places of the accelerations."""
        first = 8 + self.aging
        return slice(first, first + 3)

    @property
    def sunlight_at(self) -> int:
        """Place of the scale of the pressure of sunlight."""
        return self.size - 1

    @property
    def names(self) -> tuple[str, ...]:
        """The states, for people."""
        return (
            *("x", "y", "z", "vx", "vy", "vz", "clock", "clock rate"),
            *(("clock aging",) if self.aging else ()),
            *(("radial", "transverse", "normal") if self.acceleration else ()),
            *(("sunlight",) if self.sunlight else ()),
        )


@dataclass(frozen=True)
class Apriori:
    """Standard deviations before any observation; infinite where nothing is known.

    Attributes
    ----------
    position_km, velocity_km_s : float
        Of each axis [km], [km/s].
    clock_s : float
        Of the clock [s].
    clock_rate : float
        Of its fractional frequency [-].
    sunlight : float
        Of the scale of the pressure of sunlight [-].
    """

    position_km: float = 0.1
    velocity_km_s: float = 1e-5
    clock_s: float = 1e-6
    clock_rate: float = 1e-11
    sunlight: float = 0.1

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not value > 0.0:
                raise InputError(f"a-priori {name} is {value}; right is above zero, or infinite for unknown")


@dataclass(frozen=True)
class Acceleration:
    """Unmodelled acceleration of a satellite: a Gauss-Markov process on each axis of RTN.

    Attributes
    ----------
    sigma_km_s2 : tuple of float
        Standard deviation, radial, transverse and normal [km/s^2].
    correlation_s : float
        Time in which it forgets itself by 1/e [s].
    estimated : bool
        Whether it has states; otherwise white noise of the same density at low frequencies, 2 sigma^2 T.
    """

    sigma_km_s2: tuple[float, float, float] = (1e-12, 1e-12, 1e-12)
    correlation_s: float = 3600.0
    estimated: bool = False

    def __post_init__(self) -> None:
        if min(self.sigma_km_s2) < 0.0 or not np.isfinite(self.sigma_km_s2).all():
            raise InputError(f"acceleration sigma {self.sigma_km_s2} km/s2; right is three of zero or more")
        if not 0.0 < self.correlation_s < np.inf:
            raise InputError(f"acceleration correlation time {self.correlation_s} s; right is above zero")


@dataclass(frozen=True)
class Spacecraft:
    """What all satellites have in common.

    Attributes
    ----------
    clock : Clock
        On board.
    apriori : Apriori
        What is known at the start.
    acceleration : Acceleration
        What the force model leaves out.
    estimate_aging, estimate_sunlight : bool
        Whether these have states.
    sunlight_km_s2 : float
        Acceleration by sunlight at one astronomical unit, 0 for none [km/s^2].
    """

    clock: Clock = CLOCKS["RAFS"]
    apriori: Apriori = field(default_factory=Apriori)
    acceleration: Acceleration = field(default_factory=Acceleration)
    estimate_aging: bool = False
    estimate_sunlight: bool = False
    sunlight_km_s2: float = 0.0

    @property
    def layout(self) -> Layout:
        """Order of the states."""
        return Layout(self.estimate_aging, self.acceleration.estimated, self.estimate_sunlight)

    def sigma(self) -> Floats:
        """Return the a-priori standard deviations of one satellite's states, in the order of the layout."""
        known, layout = self.apriori, self.layout
        sigma = np.empty(layout.size)
        sigma[:3], sigma[3:6] = known.position_km, known.velocity_km_s
        sigma[6] = known.clock_s * SPEED_OF_LIGHT_KM_S
        sigma[7] = known.clock_rate * SPEED_OF_LIGHT_KM_S
        if layout.aging:
            aging = self.clock.aging_per_day / SECONDS_PER_DAY
            sigma[layout.aging_at] = max(aging, 1e-25) * SPEED_OF_LIGHT_KM_S
        if layout.acceleration:
            sigma[layout.acceleration_at] = np.maximum(self.acceleration.sigma_km_s2, 1e-25)
        if layout.sunlight:
            sigma[layout.sunlight_at] = known.sunlight
        return sigma
