"""Symmetric periodic orbits of the three-body problem, found by correction.

The problem has two symmetries with time reversed: reflection in the plane y = 0, and half a turn about the
x axis. A motion that crosses the plane at a right angle is its own mirror image; so is one that crosses the x
axis at a right angle. Between two such crossings lies an arc, half or a quarter of a periodic orbit. Newton's
method changes the start of the arc and its duration until its end is at a right angle too, while one quantity
stays as it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, NamedTuple, get_args

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
Symmetry = Literal["plane", "axis"]

RESIDUAL: Final = 1e-11
"""Greatest error of a right angle left at the end of the arc, nondimensional: 4 mm at the Moon's distance."""

CONVERGED: Final = 1e-11
"""Greatest last Newton step."""

FREE: Final = {"plane": (0, 2, 4), "axis": (0, 4, 5)}
"""Components of a state that is at a right angle to the plane y = 0, or to the x axis: x, z, vy or x, vy, vz."""

ZERO: Final = {"plane": (1, 3, 5), "axis": (1, 2, 3)}
"""The components that vanish there."""

MIRROR: Final = {
    "plane": np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]),
    "axis": np.array([1.0, -1.0, -1.0, -1.0, 1.0, 1.0]),
}
"""The two symmetries; time runs backwards."""


@dataclass(frozen=True)
class Arc:
    """Between which right-angled crossings a periodic orbit is corrected.

    Attributes
    ----------
    start, end : {"plane", "axis"}
        The plane y = 0 or the x axis.
    """

    start: Symmetry
    end: Symmetry

    @property
    def parts(self) -> int:
        """How many such arcs make a period: 2, or 4 where both symmetries hold."""
        return 2 if self.start == self.end else 4

    def initial(self, unknown: Floats) -> Floats:
        """Return the state [6] that begins the arc of the unknowns [4]."""
        state = np.zeros(6)
        state[list(FREE[self.start])] = unknown[:3]
        return state


PLANE_TO_PLANE: Final = Arc("plane", "plane")
"""Halo, Lyapunov, distant retrograde and butterfly orbits."""

PLANE_TO_AXIS: Final = Arc("plane", "axis")
"""Vertical orbits."""

AXIS_TO_AXIS: Final = Arc("axis", "axis")
"""Axial orbits."""


class Extent(NamedTuple):
    """How far an orbit reaches, nondimensional.

    Attributes
    ----------
    z : float
        Greatest distance from the plane of the primaries.
    nearest_primary, nearest_secondary, farthest_secondary : float
        Distances from the centres of the bodies.
    """

    z: float
    nearest_primary: float
    nearest_secondary: float
    farthest_secondary: float


@dataclass(frozen=True, eq=False)
class PeriodicOrbit:
    """A symmetric periodic orbit.

    Attributes
    ----------
    mu : float
        Mass ratio of the system [1].
    initial : ndarray, shape [6]
        State at the crossing, nondimensional rotating coordinates: x, 0, z, 0, vy, 0 in the plane y = 0, or
        x, 0, 0, 0, vy, vz on the x axis.
    period : float
        Nondimensional period.
    residual : float
        Greatest of the components that shall vanish, left by the correction at the end of the arc.
    symmetry : {"plane", "axis"}
        What the initial state crosses at a right angle.
    """

    mu: float
    initial: Floats
    period: float
    residual: float
    symmetry: Symmetry = "plane"

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
        return np.where(mirrored[:, None], states * MIRROR[self.symmetry], states)

    @cached_property
    def extent(self) -> Extent:
        """How far the orbit reaches."""
        from qqnet.threebody import taylor

        times, series = taylor.motion(self.initial, self.period / 2.0, self.mu)
        return Extent(*(float(value) for value in taylor.extremes(times, series, self.mu)))

    @property
    def mirrored(self) -> PeriodicOrbit:
        """The orbit on the other side of the plane of the primaries."""
        return replace(self, initial=self.initial * np.array([1.0, 1.0, -1.0, 1.0, 1.0, -1.0]) + 0.0)

    @cached_property
    def _arc(self) -> Callable[[ArrayLike], Floats]:
        return propagate(self.initial, self.period / 2.0, self.mu)


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


def stability_coefficients(mu: float, arc: Arc, unknown: Floats) -> tuple[float, float]:
    """Return the two coefficients that decide stability, of the orbit of corrected unknowns.

    Parameters
    ----------
    mu : float
        Mass ratio [1].
    arc : Arc
        Between which right angles.
    unknown : ndarray, shape [4]
        Three free components of the initial state, and the duration of the arc, nondimensional.

    Returns
    -------
    alpha, beta : float
        Of the characteristic polynomial of the monodromy matrix without the pair of ones. A pair of eigenvalues
        is 1 where ``beta + 2 alpha + 2`` vanishes, -1 where ``beta - 2 alpha + 2`` does.

    References
    ----------
    Broucke 1969, Stability of periodic orbits in the elliptic restricted three-body problem, AIAA J. 7:1003.
    """
    _, monodromy = propagate_transition(arc.initial(unknown), arc.parts * unknown[3], mu)
    trace = float(np.trace(monodromy))
    alpha = 2.0 - trace
    return alpha, 0.5 * (alpha**2 + 2.0 - float(np.trace(monodromy @ monodromy)))


def correct(
    mu: float,
    x: float,
    z: float,
    vy: float,
    *,
    vz: float = 0.0,
    fixed: Fixed = "z",
    period: float | None = None,
    jacobi: float | None = None,
    arc: Arc = PLANE_TO_PLANE,
    iterations: int = 30,
) -> PeriodicOrbit:
    """Correct a guess to the periodic orbit nearby.

    Parameters
    ----------
    mu : float
        Mass ratio [1].
    x, z, vy : float
        Guess: where the orbit crosses the plane y = 0, or the x axis (z = 0), at a right angle, nondimensional.
        A planar orbit has z = 0 and stays planar.
    vz : float
        The same, for an arc that begins on the x axis.
    fixed : {"x", "z", "period", "jacobi"}
        What keeps its value. "z" cannot be kept for planar orbits, nor on the x axis: it does not choose one of
        a family.
    period : float, optional
        Period, to be kept or as a guess [nondimensional]; from the first return to the plane where not given.
    jacobi : float, optional
        Jacobi constant to be reached; that of the guess where not given.
    arc : Arc
        Between which right angles the orbit is corrected.
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
    if fixed == "z" and (z == 0.0 or arc.start == "axis"):
        raise InputError("a planar orbit is not chosen by its z; fix x, period or jacobi")
    guess = np.array([x, 0.0, z, 0.0, vy, vz])
    # From the plane to the axis is the first return to y = 0; half a period of the others is that too.
    duration = next_crossing(guess, mu) if period is None else period / arc.parts
    unknown = np.append(guess[list(FREE[arc.start])], duration)
    target = {
        "x": x, "z": z, "period": duration,
        "jacobi": float(jacobi_constant(guess, mu)) if jacobi is None else jacobi,
    }[fixed]  # fmt: skip
    for _ in range(iterations):
        defect, slope = right_angle(mu, arc, unknown)
        value, gradient = _fixed(mu, arc, unknown, fixed)
        defect = np.append(defect, value - target)
        step = np.linalg.lstsq(np.vstack([slope, gradient]), defect)[0]
        if np.max(np.abs(step)) < CONVERGED and np.max(np.abs(defect)) < RESIDUAL:
            return periodic_orbit(mu, arc, unknown, defect[:3])
        # Far from the orbit a full Newton step overshoots.
        unknown = unknown - step * min(1.0, 0.1 / float(np.max(np.abs(step))))
        if unknown[3] <= 0.0:
            break
    raise InputError(
        f"no periodic orbit near x = {x:.6g}, z = {z:.6g}, vy = {vy:.6g} with {fixed} kept: "
        f"the correction leaves {np.max(np.abs(defect)):.2g}; start nearer to the orbit, or keep another quantity"
    )


def periodic_orbit(mu: float, arc: Arc, unknown: Floats, defect: Floats) -> PeriodicOrbit:
    """Return the orbit of corrected unknowns: three components of the initial state, duration of the arc."""
    initial = arc.initial(unknown)
    initial[np.abs(initial) < 1e-18] = 0.0  # planar orbits are exactly so
    return PeriodicOrbit(
        mu,
        initial,
        arc.parts * float(unknown[3]),
        float(np.max(np.abs(defect))),
        arc.start,
    )


def right_angle(mu: float, arc: Arc, unknown: Floats) -> tuple[Floats, Floats]:
    """Return how far the end of an arc is from a right angle, and how that depends on the unknowns.

    Parameters
    ----------
    mu : float
        Mass ratio [1].
    arc : Arc
        Between which right angles.
    unknown : ndarray, shape [4]
        Three free components of the initial state, and the duration of the arc, nondimensional.

    Returns
    -------
    defect : ndarray, shape [3]
        The components that shall vanish at the end.
    slope : ndarray, shape [3, 4]
        Their derivatives.
    """
    final, transition = propagate_transition(arc.initial(unknown), unknown[3], mu)
    rate = np.concatenate([final[3:], acceleration(final, mu)])
    rows = list(ZERO[arc.end])
    slope = np.empty((3, 4))
    slope[:, :3] = transition[np.ix_(rows, list(FREE[arc.start]))]
    slope[:, 3] = rate[rows]
    return final[rows], slope


def _fixed(mu: float, arc: Arc, unknown: Floats, fixed: Fixed) -> tuple[float, Floats]:
    """Return the quantity that is kept, and its derivatives by the unknowns."""
    gradient = np.zeros(4)
    if fixed == "jacobi":
        initial = arc.initial(unknown)
        ax, ay, az = acceleration(initial, mu)
        _, _, _, vx, vy, vz = initial
        slope = 2.0 * np.array([ax - 2.0 * vy, ay + 2.0 * vx, az, -vx, -vy, -vz])
        gradient[:3] = slope[list(FREE[arc.start])]
        return float(jacobi_constant(initial, mu)), gradient
    place = {"x": 0, "z": 1, "period": 3}[fixed]
    gradient[place] = 1.0
    return float(unknown[place]), gradient
