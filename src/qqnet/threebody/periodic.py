"""Periodic orbits of the three-body problem that are symmetric in the xz plane, found by correction.

Such an orbit crosses the plane y = 0 at right angles twice in a period. Newton's method changes x, z, vy and
half the period until the second crossing is at a right angle too, while one quantity stays as it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.threebody.cr3bp import (
    acceleration,
    jacobi_constant,
    next_crossing,
    propagate,
    propagate_transition,
)

Floats = NDArray[np.float64]
Fixed = Literal["x", "z", "period", "jacobi"]

RESIDUAL: Final = 1e-11
"""Greatest y, vx, vz left at the second crossing, nondimensional: 4 mm at the Moon's distance."""

CONVERGED: Final = 1e-11
"""Greatest last Newton step."""


@dataclass(frozen=True, eq=False)
class PeriodicOrbit:
    """A periodic orbit through the xz plane.

    Attributes
    ----------
    mu : float
        Mass ratio of the system [1].
    initial : ndarray, shape [6]
        State in the plane y = 0, nondimensional rotating coordinates: x, 0, z, 0, vy, 0.
    period : float
        Nondimensional period.
    residual : float
        Greatest of y, vx, vz that the correction left at the second crossing.
    """

    mu: float
    initial: Floats
    period: float
    residual: float

    @property
    def jacobi(self) -> float:
        """Jacobi constant [1]."""
        return float(jacobi_constant(self.initial, self.mu))

    @cached_property
    def _turn(self) -> tuple[Floats, Floats]:
        return propagate_transition(self.initial, self.period, self.mu)

    @property
    def monodromy(self) -> Floats:
        """State-transition matrix over one period, shape [6, 6]."""
        return self._turn[1]

    @property
    def stability(self) -> float:
        """Stability index [1]: 1 where the linearised motion stays bounded, above where it grows."""
        return stability_index(self.monodromy)

    @property
    def closure(self) -> float:
        """Distance in state between start and end of one propagated period, nondimensional."""
        return float(np.linalg.norm(self._turn[0] - self.initial))

    def states(self, phase: ArrayLike) -> Floats:
        """Return states along the orbit.

        Parameters
        ----------
        phase : array_like, shape [T]
            Fraction of the period since the initial state; any number of turns.

        Returns
        -------
        ndarray, shape [T, 6]
            Nondimensional rotating coordinates and velocities. Half a period is propagated, the other half is
            its mirror image, so that errors do not grow from turn to turn.
        """
        fraction = np.asarray(phase, dtype=np.float64) % 1.0
        mirrored = fraction > 0.5
        states = self._arc(np.where(mirrored, 1.0 - fraction, fraction) * self.period)
        return np.where(mirrored[:, None], states * MIRROR, states)

    @cached_property
    def _arc(self) -> Callable[[ArrayLike], Floats]:
        return propagate(self.initial, self.period / 2.0, self.mu)


MIRROR = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
"""Reflection in the xz plane with time reversed: the symmetry of the problem."""


def stability_index(monodromy: ArrayLike) -> float:
    """Return ``(|lambda| + 1/|lambda|) / 2`` of the largest eigenvalue of a monodromy matrix.

    Parameters
    ----------
    monodromy : array_like, shape [6, 6]
        State-transition matrix over one period.

    Returns
    -------
    float
        1 for linearly stable orbits; as defined by the JPL Three-Body Periodic Orbits API.
    """
    largest = float(np.max(np.abs(np.linalg.eigvals(np.asarray(monodromy, dtype=np.float64)))))
    return 0.5 * (largest + 1.0 / largest)


def correct(
    mu: float,
    x: float,
    z: float,
    vy: float,
    *,
    fixed: Fixed = "z",
    period: float | None = None,
    jacobi: float | None = None,
    iterations: int = 30,
) -> PeriodicOrbit:
    """Correct a guess to the periodic orbit nearby.

    Parameters
    ----------
    mu : float
        Mass ratio [1].
    x, z, vy : float
        Guess: where the orbit crosses the plane y = 0 at a right angle, nondimensional. A planar orbit has z = 0
        and stays planar.
    fixed : {"x", "z", "period", "jacobi"}
        What keeps its value. "z" cannot be kept for planar orbits: it does not choose one of a family.
    period : float, optional
        Period, to be kept or as a guess [nondimensional]; from the first return to the plane where not given.
    jacobi : float, optional
        Jacobi constant to be reached; that of the guess where not given.
    iterations : int
        Give up after so many Newton steps.

    Returns
    -------
    PeriodicOrbit
        The orbit.

    Raises
    ------
    InputError
        If the arguments make no sense, or the correction does not converge.

    References
    ----------
    Howell 1984, Three-dimensional, periodic, 'halo' orbits, Celest. Mech. 32:53.

    Examples
    --------
    >>> orbit = correct(1.215058560962404e-02, 1.02134, -0.18162, -0.10176)
    >>> round(orbit.period, 4)  # the 9:2 near-rectilinear halo orbit
    1.5021
    """
    if fixed not in get_args(Fixed):
        raise InputError(f"fixed quantity {fixed!r}; known: {', '.join(get_args(Fixed))}")
    if fixed == "z" and z == 0.0:
        raise InputError("a planar orbit is not chosen by its z; fix x, period or jacobi")
    guess = np.array([x, 0.0, z, 0.0, vy, 0.0])
    half = next_crossing(guess, mu) if period is None else period / 2.0
    unknown = np.array([x, z, vy, half])
    target = {
        "x": x, "z": z, "period": half, "jacobi": float(jacobi_constant(guess, mu)) if jacobi is None else jacobi,
    }[fixed]  # fmt: skip
    for _ in range(iterations):
        defect, slope = _defect(mu, unknown, fixed, target)
        step = np.linalg.lstsq(slope, defect)[0]
        if np.max(np.abs(step)) < CONVERGED and np.max(np.abs(defect)) < RESIDUAL:
            initial = np.array([unknown[0], 0.0, unknown[1], 0.0, unknown[2], 0.0])
            return PeriodicOrbit(mu, initial, 2.0 * float(unknown[3]), float(np.max(np.abs(defect[:3]))))
        # Far from the orbit a full Newton step overshoots.
        unknown = unknown - step * min(1.0, 0.1 / float(np.max(np.abs(step))))
        if unknown[3] <= 0.0:
            break
    raise InputError(
        f"no periodic orbit near x = {x:.6g}, z = {z:.6g}, vy = {vy:.6g} with {fixed} kept: "
        f"the correction leaves {np.max(np.abs(defect)):.2g}; start nearer to the orbit, or keep another quantity"
    )


def _defect(mu: float, unknown: Floats, fixed: Fixed, target: float) -> tuple[Floats, Floats]:
    """Return y, vx, vz at the second crossing and the error of the fixed quantity, with their derivatives."""
    x, z, vy, half = unknown
    initial = np.array([x, 0.0, z, 0.0, vy, 0.0])
    final, transition = propagate_transition(initial, half, mu)
    rate = np.concatenate([final[3:], acceleration(final, mu)])
    rows, columns = [1, 3, 5], [0, 2, 4]
    slope = np.zeros((4, 4))
    slope[:3, :3] = transition[np.ix_(rows, columns)]
    slope[:3, 3] = rate[rows]
    if fixed == "jacobi":
        value = float(jacobi_constant(initial, mu))
        # In the plane y = 0 at a right angle: dC/dx = 2 (ax - 2 vy), dC/dz = 2 az, dC/dvy = -2 vy.
        ax, _, az = acceleration(initial, mu)
        slope[3, :3] = 2.0 * (ax - 2.0 * vy), 2.0 * az, -2.0 * vy
    else:
        place = {"x": 0, "z": 1, "period": 3}[fixed]
        value = float(unknown[place])
        slope[3, place] = 1.0
    return np.append(final[rows], value - target), slope
