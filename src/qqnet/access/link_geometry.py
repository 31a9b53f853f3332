"""Range, light time, Doppler, elevation and Sun angle of links at given times, exact and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.candidates import Candidates, Floats
from qqnet.access.margin import C_KM_S, LIGHT_TIME, RANGE, WORK_SHAPE, compiled, evaluate_link, position_of
from qqnet.errors import InputError
from qqnet.space.bank import TableBank
from qqnet.space.light_time import mass_delay_s

_COLUMNS = 7

NO_MASSES: Final[Mapping[int, float]] = MappingProxyType({})
"""No gravity on the way of light."""


@dataclass(frozen=True, eq=False)
class LinkGeometry:
    """Geometry of links, one element a row of the request; times are those of transmission.

    Attributes
    ----------
    range_km : ndarray
        Length of the light path [km].
    owlt_s : ndarray
        One-way light time [s], with the delay by masses where these were given.
    range_rate_km_s : ndarray
        Change of the range by the time of transmission [km/s], positive when the ends part. The received
        frequency is the transmitted one over ``1 + range_rate / c``, but for relativity.
    elevation_from_rad, elevation_to_rad : ndarray
        Elevation of the peer at an end that is a site [rad]; NaN at others.
    sun_separation_from_rad, sun_separation_to_rad : ndarray
        Angle between peer and Sun seen from either end [rad]; NaN if no Sun was given.
    """

    range_km: Floats
    owlt_s: Floats
    range_rate_km_s: Floats
    elevation_from_rad: Floats
    elevation_to_rad: Floats
    sun_separation_from_rad: Floats
    sun_separation_to_rad: Floats


def link_geometry(
    bank: TableBank,
    links: Candidates,
    link_index: ArrayLike,
    times: ArrayLike,
    *,
    sun: int = -1,
    light_time: bool = True,
    masses: Mapping[int, float] = NO_MASSES,
) -> LinkGeometry:
    """Evaluate links at times; many rows at once.

    Parameters
    ----------
    bank : TableBank
        Trajectories.
    links : Candidates
        The links.
    link_index : array_like of int
        Which link in each row; broadcast against `times`.
    times : array_like
        Time of transmission in each row [TDB s past J2000].
    sun : int
        Trajectory of the Sun, for the Sun angles; -1 leaves them out.
    light_time : bool
        Whether the receiver is met where it is when the light arrives, and directions are aberrated; without,
        all is instantaneous.
    masses : mapping of int to float
        Bodies whose gravity delays the light: trajectory and GM [km^3/s^2]. It adds up to 0.12 ms to `owlt_s`;
        the 4 m in which the receiver moves meanwhile are left out of all else.

    Returns
    -------
    LinkGeometry
        Arrays of the broadcast shape.

    Raises
    ------
    InputError
        If an index is wrong, or a time is outside of a trajectory.
    """
    return LinkEvaluator(bank, links, sun=sun, light_time=light_time, masses=masses)(link_index, times)


class LinkEvaluator:
    """Evaluates links of one bank again and again; what does not change is looked at once.

    Parameters
    ----------
    bank, links, sun, light_time, masses
        As of `link_geometry`.

    Raises
    ------
    InputError
        If an index is wrong.
    """

    def __init__(
        self,
        bank: TableBank,
        links: Candidates,
        *,
        sun: int = -1,
        light_time: bool = True,
        masses: Mapping[int, float] = NO_MASSES,
    ):
        links.check_against(bank)
        if not all(0 <= index < len(bank) for index in masses):
            raise InputError(
                f"masses are {list(masses)}; right are indices into the bank, to {len(bank) - 1}"
            )
        if masses and not light_time:
            raise InputError("gravity delays light only where light takes time; leave out masses")
        if not -1 <= sun < len(bank):
            raise InputError(f"sun is {sun}; right is an index into the bank, at most {len(bank) - 1}, or -1")
        self._bank = bank
        self._arrays = bank.arrays()
        self._ends, _ = links.arrays()
        self._sun = sun
        self._light_time = light_time
        self._masses = (
            np.array(list(masses), dtype=np.int64),
            np.array(list(masses.values()), dtype=np.float64),
        )

    def __call__(self, link_index: ArrayLike, times: ArrayLike) -> LinkGeometry:
        """Evaluate links at times, as `link_geometry` does."""
        which, instants = np.broadcast_arrays(np.asarray(link_index), np.asarray(times, dtype=np.float64))
        rows = np.ascontiguousarray(which, dtype=np.int64).ravel()
        t = np.ascontiguousarray(instants).ravel()
        if rows.size and not (rows.min() >= 0 and rows.max() < len(self._ends)):
            raise InputError(
                f"link_index from {rows.min()} to {rows.max()}; right is 0 to {len(self._ends) - 1}"
            )
        out = np.empty((_COLUMNS, t.size))
        _evaluate(self._arrays, self._ends, self._sun, self._light_time, self._masses, rows, t, out)
        if not np.isfinite(out[0]).all():
            bad = int(np.argmin(np.isfinite(out[0])))
            a, b = self._ends[rows[bad], :2].tolist()
            raise InputError(
                f"link {rows[bad]} at {t[bad]:.3f} s: outside a trajectory, which cover "
                f"{self._bank.span_of([a])} and {self._bank.span_of([b])}; "
                "the receiver's must reach to the arrival"
            )
        return LinkGeometry(*(column.reshape(which.shape) for column in out))


@compiled
def _evaluate(bank, ends, sun, with_light_time, masses, rows, t, out):  # type: ignore[no-untyped-def]
    work = np.zeros(WORK_SHAPE)
    heavy, gm_km3_s2 = masses
    place = np.zeros((2, 3))
    for i in range(rows.size):
        if i == 0 or rows[i] != rows[i - 1]:
            work[3, LIGHT_TIME] = 0.0
        evaluate_link(bank, ends[rows[i]], sun, with_light_time, t[i], work)
        sender, receiver, _, answer = work[0], work[1], work[2], work[3]
        distance = answer[RANGE]
        relative = 0.0
        along = 0.0
        for j in range(3):
            n = (receiver[j] - sender[j]) / distance
            relative += n * (receiver[3 + j] - sender[3 + j])
            along += n * receiver[3 + j]
        out[0, i] = distance
        out[1, i] = distance / C_KM_S
        for k in range(heavy.size):
            position_of(bank, heavy[k], t[i], place[0])
            position_of(bank, heavy[k], t[i] + distance / C_KM_S, place[1])
            delay = mass_delay_s(sender, receiver, place[0], place[1], gm_km3_s2[k])
            out[1, i] += delay / (1.0 - along / C_KM_S)  # the receiver moves on meanwhile
        out[2, i] = relative / (1.0 - along / C_KM_S) if with_light_time else relative
        for j in range(2, 6):
            out[1 + j, i] = answer[j]
        if not np.isfinite(answer[LIGHT_TIME]):
            work[3, LIGHT_TIME] = 0.0
