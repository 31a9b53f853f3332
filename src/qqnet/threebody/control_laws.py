"""Laws of station keeping: from an estimated state to the change of velocity that is wanted.

X-axis crossing control [1, 2] follows the estimated motion under all forces to a crossing of the xz plane some
revolutions ahead, and finds the least change of velocity with which it passes there at the reference's velocity
along x. When it crosses is left free, which makes the control cheap; it holds one unstable direction.

Linear-quadratic control [3] makes the sum of weighted squares of deviations and burns least along the reference.
Deviations weigh little: what does not grow is hardly fought, and what grows is turned at the least price. It
holds any orbit, and does not see what is not linear.

References
----------
[1] Guzzetti, Zimovan, Howell & Davis 2017, Stationkeeping analysis for spacecraft in lunar near rectilinear halo
orbits, AAS 17-395. [2] Davis et al. 2017, Orbit maintenance and navigation of human spacecraft at cislunar near
rectilinear halo orbits, AAS 17-269. [3] Bryson & Ho 1975, Applied Optimal Control, section 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.crossings import Target, targets, vx_at_crossing
from qqnet.threebody.motions import Motions
from qqnet.threebody.shooting import EphemerisOrbit
from qqnet.threebody.station_control import Control
from qqnet.threebody.synodic import period_s

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MISS_KM_S: Final = 1e-4
"""How well the velocity along x at the crossing is to be met in the prediction [km/s]."""

ITERATIONS: Final = 10

LEAST_SLOPE: Final = 0.05
"""Of the velocity at the crossing by the burn, relative to the reference's: less is no slope to go by."""

LARGE_BURN_KM_S: Final = 1e-4
LARGE_SHARE: Final = 0.003
"""A deviation by this share of the orbit's half extent weighs as much as a burn of `LARGE_BURN_KM_S`."""


class Law(Protocol):
    """What says how to burn."""

    def wanted(self, n: int, seen: Floats) -> Floats:
        """Return the changes of velocity [N, 3] [km/s] at manoeuvre n for estimated states [N, 6], ICRF axes."""


def law_of(
    control: Control,
    reference: EphemerisOrbit,
    ephemeris: Ephemeris,
    motions: Motions,
    times_s: Floats,
    count: int,
) -> Law:
    """Prepare the law that a control asks for.

    Parameters
    ----------
    control : Control
        Which, and how far ahead.
    reference : EphemerisOrbit
        The orbit to be held.
    ephemeris : Ephemeris
        Where the pair is.
    motions : Motions
        The reference's forces over its span.
    times_s : ndarray, shape [M + more]
        Manoeuvres [TDB s past J2000], up to the end of the reference.
    count : int
        How many of them are made, M.

    Returns
    -------
    Law
        For the manoeuvres 0 to M - 1.
    """
    if control.method == "x-axis":
        return XAxisCrossing.over(control, reference, ephemeris, motions, times_s, count)
    return LinearQuadratic.over(reference, motions, times_s)


@dataclass(frozen=True, eq=False)
class XAxisCrossing:
    """Least changes of velocity that meet the reference's velocity along x at a crossing ahead.

    Attributes
    ----------
    reference, ephemeris, motions
        As for `law_of`.
    times_s : ndarray, shape [M]
        Manoeuvres [TDB s past J2000].
    targets : list of Target
        For each manoeuvre the crossing at the horizon.
    otherwise : Law
        What to do where a motion cannot be led to that crossing.
    """

    reference: EphemerisOrbit
    ephemeris: Ephemeris
    motions: Motions
    times_s: Floats
    targets: list[Target]
    otherwise: Law

    @classmethod
    def over(
        cls,
        control: Control,
        reference: EphemerisOrbit,
        ephemeris: Ephemeris,
        motions: Motions,
        times_s: Floats,
        count: int,
    ) -> XAxisCrossing:
        """Choose the crossings and linearise the way there; see `law_of`."""
        ahead = control.horizon * period_s(reference.system, reference.orbit)
        made = targets(reference, ephemeris, motions, times_s[:count], ahead)
        otherwise = LinearQuadratic.over(reference, motions, times_s)
        return cls(reference, ephemeris, motions, times_s[:count], made, otherwise)

    def wanted(self, n: int, seen: Floats) -> Floats:
        """Return the least changes of velocity that meet the crossing at the horizon; see `Law`.

        What cannot be followed there, as it is too far off, is first turned as linear-quadratic control would;
        if it still does not come there that is what is done.
        """
        time, target = float(self.times_s[n]), self.targets[n]
        wanted, met = self._meeting(seen, time, target, np.zeros((len(seen), 3)))
        lost = np.flatnonzero(~met)
        if lost.size:
            begin = self.otherwise.wanted(n, seen[lost])
            better, met = self._meeting(seen[lost], time, target, begin)
            wanted[lost] = np.where(met[:, None], better, begin)
        return wanted

    def _meeting(self, seen: Floats, time_s: float, target: Target, begin: Floats) -> tuple[Floats, Flags]:
        """Add to changes of velocity, along the reference's gradient, to meet a target; say which do.

        The least change lies along the gradient; how much of it is needed is found by the secant method.
        """
        row = target.gradient[3:] / float(target.gradient[3:] @ target.gradient[3:])
        count = len(seen)
        share, last_share = np.zeros(count), np.full(count, np.nan)
        last_miss, met = np.full(count, np.nan), np.zeros(count, dtype=bool)
        going = np.arange(count)
        for _ in range(ITERATIONS):
            trial = seen[going]
            trial[:, 3:] += begin[going] + share[going, None] * row
            vx = vx_at_crossing(self.motions, self.reference, self.ephemeris, trial, time_s, target)
            miss = vx - target.vx_km_s
            met[going] = np.abs(miss) < MISS_KM_S
            slope = (miss - last_miss[going]) / (share[going] - last_share[going])
            step = -miss / np.where(slope > LEAST_SLOPE, slope, 1.0)
            # What cannot be followed to the target was changed by too much, or by nothing yet.
            lasting = np.isfinite(miss)
            step = np.where(lasting, step, 0.5 * (last_share[going] - share[going]))
            last_miss[going[lasting]] = miss[lasting]
            last_share[going[lasting]] = share[going[lasting]]
            on = ~met[going] & np.isfinite(step)
            going, step = going[on], step[on]
            if not going.size:
                break
            share[going] += step
        return begin + share[:, None] * row, met


@dataclass(frozen=True, eq=False)
class LinearQuadratic:
    """Feedback of the whole estimated deviation, with gains that follow the reference.

    Attributes
    ----------
    places : ndarray, shape [M, 6]
        States of the reference at the manoeuvres [km, km/s].
    gains : ndarray, shape [M, 3, 6]
        Change of velocity by deviation.
    """

    places: Floats
    gains: Floats

    @classmethod
    def over(cls, reference: EphemerisOrbit, motions: Motions, times_s: Floats) -> LinearQuadratic:
        """Find the gains by Riccati's equation, from the end of the reference back."""
        states = reference.states(times_s)
        _, steps = motions.transitions(states[:-1], times_s[:-1], times_s[1:])
        place = np.diag([(LARGE_SHARE * reference.half_extent_km) ** -2] * 3 + [0.0] * 3)
        price = np.eye(3) * LARGE_BURN_KM_S**-2
        value, gains = place, []
        for step in steps[::-1]:
            answer = step[:, 3:]
            gain = np.linalg.solve(price + answer.T @ value @ answer, answer.T @ value @ step)
            held = step - answer @ gain
            value = place + gain.T @ price @ gain + held.T @ value @ held
            value = 0.5 * (value + value.T)
            gains.append(gain)
        return cls(states[:-1], np.stack(gains[::-1]))

    def wanted(self, n: int, seen: Floats) -> Floats:
        """Return the changes of velocity; see `Law`."""
        return np.asarray((self.places[n] - seen) @ self.gains[n].T, dtype=np.float64)
