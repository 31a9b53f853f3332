"""How an orbit is held, and what goes wrong in holding it: manoeuvres, errors of knowing and of burning."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.threebody.periodic import PeriodicOrbit

Floats = NDArray[np.float64]
Method = Literal["x-axis", "linear-quadratic"]

GROWTH_AHEAD: Final = 200.0
"""Deviations may grow by this factor up to the crossing that is aimed at: 6.5 revolutions of a 9:2 NRHO."""

GROWTH_BETWEEN: Final = 10.0
"""Deviations may grow by this factor from one manoeuvre to the next."""

FARTHEST: Final = 6.5
"""Greatest horizon [revolutions]."""

UNSTABLE: Final = 1.05
"""A deviation that grows by more than this factor a revolution is one that must be fought."""

DRAWS: Final = 12
"""Random numbers for a manoeuvre: six for the state, one for the size, two for the direction, three more."""


@dataclass(frozen=True)
class Errors:
    """What is not known or not done exactly: standard deviations of normal distributions.

    Attributes
    ----------
    position_km, velocity_km_s : float
        Of the state that a manoeuvre is computed from, each axis [km], [km/s].
    burn : float
        Of the size of a burn, as a share of it [1].
    burn_fixed_km_s : float
        Of a burn beside that, each axis [km/s].
    pointing_rad : float
        Of the direction of a burn, about each of two axes [rad].
    """

    position_km: float = 1.0
    velocity_km_s: float = 1e-5
    burn: float = 0.01
    burn_fixed_km_s: float = 0.0
    pointing_rad: float = math.radians(1.0)

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (math.isfinite(value) and value >= 0.0):
                raise InputError(f"station keeping: error {name} = {value}; right is 0 or more")

    def seen(self, states: Floats, draws: Floats) -> Floats:
        """Return what orbit determination makes of states [N, 6], from random numbers [N, DRAWS]."""
        sigma = np.array([self.position_km] * 3 + [self.velocity_km_s] * 3)
        return np.asarray(states + sigma * draws[:, :6], dtype=np.float64)

    def made(self, wanted: Floats, draws: Floats) -> Floats:
        """Return what an engine makes of changes of velocity [N, 3] [km/s], from random numbers [N, DRAWS].

        Wrong in size, in direction, and by a fixed amount; what is not wanted is not made.
        """
        size = np.linalg.norm(wanted, axis=1, keepdims=True)
        fired = size > 0.0
        along = np.divide(wanted, size, out=np.zeros_like(wanted), where=fired)
        helper = np.where(np.abs(along[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
        side = np.cross(along, helper)
        side /= np.linalg.norm(side, axis=1, keepdims=True) + ~fired
        tilts = self.pointing_rad * draws[:, 7:9]
        tilt = np.linalg.norm(tilts, axis=1, keepdims=True)
        sideways = tilts[:, :1] * side + tilts[:, 1:] * np.cross(along, side)
        turned = np.cos(tilt) * along + np.sinc(tilt / np.pi) * sideways
        burn = size * (1.0 + self.burn * draws[:, 6:7]) * turned + self.burn_fixed_km_s * draws[:, 9:]
        return np.where(fired, burn, 0.0)


@dataclass(frozen=True)
class Control:
    """How an orbit is held.

    Attributes
    ----------
    method : {"x-axis", "linear-quadratic"}
        The law of the manoeuvres; see `qqnet.threebody.control_laws`.
    horizon : float
        How far ahead the manoeuvres look [revolutions]: to the crossing that is aimed at, or to the end of the
        sum that is made least.
    burns : int
        Manoeuvres a revolution.
    least_km_s : float
        Burns smaller than this are not made [km/s].
    """

    method: Method
    horizon: float
    burns: int
    least_km_s: float = 0.0

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            known = ", ".join(get_args(Method))
            raise InputError(f"station keeping: unknown method {self.method!r}; known: {known}")
        if not 0.25 <= self.horizon <= 20.0:
            raise InputError(f"station keeping: horizon {self.horizon:g} revolutions; right is 0.25 to 20")
        if not 1 <= self.burns <= 12:
            raise InputError(f"station keeping: {self.burns} burns a revolution; right is 1 to 12")
        if not self.least_km_s >= 0.0:
            raise InputError(f"station keeping: least burn {self.least_km_s:g} km/s; right is 0 or more")

    @classmethod
    def suited(
        cls,
        orbit: PeriodicOrbit,
        *,
        method: Method | None = None,
        horizon: float | None = None,
        burns: int | None = None,
        least_km_s: float = 0.0,
    ) -> Control:
        """Return the control that suits an orbit's stability.

        Parameters
        ----------
        orbit : PeriodicOrbit
            The orbit.
        method, horizon, burns, least_km_s
            Kept where given.

        Returns
        -------
        Control
            One target holds one unstable direction: x-axis control where there is just one, as on halo orbits
            and NRHOs; linear-quadratic control elsewhere, as on Lyapunov, axial, butterfly and distant
            retrograde orbits. The horizon is the largest odd number of half revolutions, at most `FARTHEST`,
            over which deviations grow by less than `GROWTH_AHEAD`; burns are so many that deviations grow by
            less than `GROWTH_BETWEEN` from one to the next.
        """
        sizes = np.sort(np.abs(np.linalg.eigvals(orbit.monodromy)))[::-1]
        if method is None:
            method = "x-axis" if sizes[0] > UNSTABLE >= sizes[1] else "linear-quadratic"
        rate = max(math.log(sizes[0]), 1e-6)
        if horizon is None:
            horizon = min(FARTHEST, max(0.5, math.floor(math.log(GROWTH_AHEAD) / rate - 0.5) + 0.5))
            if method == "linear-quadratic":
                horizon = max(horizon, 1.5)
        if burns is None:
            burns = min(12, max(1, math.ceil(rate / math.log(GROWTH_BETWEEN))))
        return cls(method, horizon, burns, least_km_s)
