"""Following a family of periodic orbits by pseudo-arclength, and finding where another branches off.

The right angle at the end of an arc gives three equations for four unknowns: a curve. Each step goes along its
tangent and is corrected across it. Where the determinant of the equations, bordered by the tangent, changes its
sign, a second curve crosses.

Keller 1977, Numerical solution of bifurcation and nonlinear eigenvalue problems; Allgower & Georg 2003,
Introduction to Numerical Continuation Methods, ch. 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.threebody.periodic import Arc, right_angle

Floats = NDArray[np.float64]

NEWTON_STEPS: Final = 7
"""Corrections before a step is tried again at half its length."""

CONVERGED: Final = 1e-11
"""Greatest last correction [scaled], and greatest defect."""

NEARLY: Final = 1e-9
"""Greatest of the last two corrections, where rounding allows no better [scaled]."""

SMALLEST_STEP: Final = 1e-7
"""A family that allows no longer step than this is left [scaled]."""

TURN: Final = 0.94
"""Least cosine between the tangents of neighbours: a sharper turn may be a jump to another family."""


ASIDE: Final = 0.25
"""Farthest correction across the tangent [step]; an arc that turns as allowed stays within 0.18."""


@dataclass(frozen=True)
class Curve:
    """Where a family is followed.

    Attributes
    ----------
    mu : float
        Mass ratio [1].
    arc : Arc
        Between which right angles.
    size : float
        Unit of lengths and velocities along the curve [1]; the distance between the secondary and L1 for what
        lives there. Times count as they are.
    """

    mu: float
    arc: Arc
    size: float

    @property
    def scale(self) -> Floats:
        """Units of the four unknowns."""
        return np.array([self.size, self.size, self.size, 1.0])

    def system(self, unknown: Floats) -> tuple[Floats, Floats]:
        """Return the three defects, and their derivatives by the scaled unknowns."""
        defect, slope = right_angle(self.mu, self.arc, unknown)
        return defect, slope * self.scale


@dataclass(frozen=True, eq=False)
class Member:
    """One orbit of a family, as its unknowns.

    Attributes
    ----------
    unknown : ndarray, shape [4]
        Three free components of the initial state, and the duration of the arc.
    defect : ndarray, shape [3]
        What is left at the end of the arc.
    slope : ndarray, shape [3, 4]
        Its derivatives by the scaled unknowns.
    tangent : ndarray, shape [4]
        Unit vector along the curve, scaled.
    """

    unknown: Floats
    defect: Floats
    slope: Floats
    tangent: Floats

    @property
    def branching(self) -> float:
        """Determinant that changes its sign where another family crosses."""
        return float(np.linalg.det(np.vstack([self.slope, self.tangent])))


def corrected(curve: Curve, guess: Floats, along: Floats) -> Member | None:
    """Return the member of a family next to a guess.

    Parameters
    ----------
    curve : Curve
        The family.
    guess : ndarray, shape [4]
        Unknowns.
    along : ndarray, shape [4]
        Direction in which the guess is not moved, scaled; the tangent points the same way.

    Returns
    -------
    Member or None
        None if Newton's method does not arrive.
    """
    unknown, before = guess.copy(), np.inf
    for _ in range(NEWTON_STEPS):
        try:
            defect, slope = curve.system(unknown)
        except InputError:  # ran into a primary
            return None
        step = np.linalg.lstsq(np.vstack([slope, along]), np.append(defect, 0.0))[0]
        if not np.isfinite(step).all() or np.max(np.abs(step)) > 1.0:
            return None
        size = float(np.max(np.abs(step)))
        # Rounding, grown by the motion, may hold up the defect; then a second small step is as good as it gets.
        if max(size, float(np.max(np.abs(defect)))) < CONVERGED or max(size, before) < NEARLY:
            return Member(unknown, defect, slope, _tangent(slope, along))
        unknown, before = unknown - step * curve.scale, size
        if unknown[3] <= 0.0:
            return None
    return None


def _jumped(curve: Curve, member: Member, ahead: Member, guess: Floats, step: float) -> bool:
    """Whether a correction has found another family: it turns sharply, or lies far from the guess."""
    aside = float(np.linalg.norm((ahead.unknown - guess) / curve.scale))
    return float(ahead.tangent @ member.tangent) < TURN or aside > ASIDE * step


def _tangent(slope: Floats, along: Floats) -> Floats:
    tangent = np.asarray(np.linalg.svd(slope)[2][3], dtype=np.float64)
    return tangent if float(tangent @ along) >= 0.0 else -tangent


def follow(
    curve: Curve, start: Floats, direction: Floats, *, step: float, longest: float
) -> Iterator[Member]:
    """Follow a family.

    Parameters
    ----------
    curve : Curve
        The family.
    start : ndarray, shape [4]
        Unknowns near its first member.
    direction : ndarray, shape [4]
        Where to go, scaled.
    step, longest : float
        First and longest step [scaled].

    Yields
    ------
    Member
        Neighbours, in order; ends where no further member is found.
    """
    direction = direction / float(np.linalg.norm(direction))
    member = corrected(curve, start, direction)
    if member is None:
        return
    yield member
    while step > SMALLEST_STEP:
        guess = member.unknown + step * member.tangent * curve.scale
        ahead = corrected(curve, guess, member.tangent)
        if ahead is None or _jumped(curve, member, ahead, guess, step):
            step *= 0.5
            continue
        yield ahead
        bend = float(ahead.tangent @ member.tangent)
        step = min(longest, step * (1.4 if bend > 0.99 else 0.8))
        member = ahead


def between(curve: Curve, one: Member, other: Member, share: float) -> Member:
    """Return the member at a share of the way between two neighbours.

    Raises
    ------
    InputError
        If the correction does not arrive there.
    """
    chord = (other.unknown - one.unknown) / curve.scale
    length = float(np.linalg.norm(chord))
    # Cubic through both, along their tangents.
    rest = 1.0 - share
    guess = one.unknown + share * share * (3.0 - 2.0 * share) * (other.unknown - one.unknown)
    guess = guess + share * rest * length * (rest * one.tangent - share * other.tangent) * curve.scale
    found = corrected(curve, guess, chord / length)
    if found is None:
        raise InputError("the correction of a three-body orbit between two of its family does not converge")
    return found


def locate(curve: Curve, one: Member, other: Member, of: Callable[[Member], float]) -> Member:
    """Return the member between two neighbours at which a quantity vanishes that changes its sign there."""
    from scipy.optimize import brentq

    first, last = of(one), of(other)
    if first == 0.0 or last == 0.0:
        return one if first == 0.0 else other

    def value(share: float) -> float:
        return first if share == 0.0 else last if share == 1.0 else of(between(curve, one, other, share))

    share = float(brentq(value, 0.0, 1.0, xtol=1e-15, rtol=1e-14))
    return between(curve, one, other, share)


def branches(
    curve: Curve, members: Iterator[Member], other: Curve, lift: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Find where families branch off.

    Parameters
    ----------
    curve : Curve
        The family that is followed.
    members : iterator of Member
        Its members, in order.
    other : Curve
        In which the branching families live: other right angles, or twice the duration.
    lift : ndarray, shape [4, 4]
        Turns scaled unknowns of `curve` into those of `other`.

    Yields
    ------
    unknown : ndarray, shape [4]
        Unknowns in `other` at a branching.
    across : ndarray, shape [4]
        Unit vector along the branch, scaled, at right angles to the family.
    """

    def lifted(member: Member) -> Floats:
        return other.scale * (lift @ (member.unknown / curve.scale))

    def value(member: Member) -> float:
        _, slope = other.system(lifted(member))
        return float(np.linalg.det(np.vstack([slope, lift @ member.tangent])))

    before: tuple[Member, float] | None = None
    for member in members:
        now = value(member)
        if before is not None and now * before[1] < 0.0:
            here = locate(curve, before[0], member, value)
            _, slope = other.system(lifted(here))
            null = np.linalg.svd(slope)[2][2:]  # two directions leave the end at a right angle
            along = null @ (lift @ ((member.unknown - before[0].unknown) / curve.scale))
            across = np.array([-along[1], along[0]]) @ null
            yield lifted(here), across / np.linalg.norm(across)
        before = member, now
