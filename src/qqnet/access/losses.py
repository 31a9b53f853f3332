"""Losses of satellites to be tried: any one of them, or some at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.patches import Patches, classify_all
from qqnet.access.visibility import check_satellites
from qqnet.errors import InputError

Integers = NDArray[np.int64]

# Satellites, patches and epochs whose visibility is held at a time: 16 MB.
_CELLS = 1 << 24


@dataclass(frozen=True, eq=False)
class LossSets:
    """Sets of satellites that are lost together.

    Attributes
    ----------
    lost : ndarray of int64 [L, K]
        Satellites of each set, filled up with -1.
    kinds : dict of str to slice
        What belongs together: ``any 1``, ``random 2`` and so on, and its place among the L sets.
    exhaustive : dict of str to bool
        Whether a kind holds every set of its size that there is.
    """

    lost: Integers
    kinds: dict[str, slice]
    exhaustive: dict[str, bool]

    def __len__(self) -> int:
        return len(self.lost)

    @classmethod
    def of(
        cls,
        satellites: int,
        *,
        any_one: bool = True,
        at_random: tuple[int, ...] = (),
        draws: int = 100,
        seed: int = 0,
    ) -> LossSets:
        """Choose the sets.

        Parameters
        ----------
        satellites : int
            How many there are.
        any_one : bool
            Whether each single satellite is lost in turn (N - 1).
        at_random : tuple of int
            Numbers of satellites to be lost at random. Where there are no more sets of a size than draws, all of
            them are taken.
        draws : int
            Sets of each of these sizes.
        seed : int
            Of the random numbers.

        Returns
        -------
        LossSets

        Raises
        ------
        InputError
            A number of losses that cannot be.

        Examples
        --------
        >>> LossSets.of(4, at_random=(2,)).lost.tolist()[2:6]
        [[2, -1], [3, -1], [0, 1], [0, 2]]
        """
        if draws < 1:
            raise InputError(f"losses: {draws} draws; wanted at least 1")
        sets: list[tuple[int, ...]] = []
        kinds: dict[str, slice] = {}
        exhaustive: dict[str, bool] = {}
        for name, size in (*([("any 1", 1)] if any_one else []), *((f"random {k}", k) for k in at_random)):
            if not 0 < size < satellites:
                raise InputError(
                    f"losses: {size} of {satellites} satellites; wanted at least 1, and one that is left"
                )
            whole = name == "any 1" or comb(satellites, size) <= draws
            chosen = (
                list(combinations(range(satellites), size))
                if whole
                else _drawn(satellites, size, draws, seed)
            )
            kinds[name] = slice(len(sets), len(sets) + len(chosen))
            exhaustive[name] = whole
            sets += chosen
        widest = max(map(len, sets), default=1)
        lost = np.full((len(sets), widest), -1, dtype=np.int64)
        for row, chosen_set in zip(lost, sets, strict=True):
            row[: len(chosen_set)] = chosen_set
        return cls(lost, kinds, exhaustive)

    def parts(self, most: int) -> Iterator[LossSets]:
        """Cut into parts that need less memory.

        Parameters
        ----------
        most : int
            Sets in a part.

        Yields
        ------
        LossSets
            One after the other; kinds are cut as the sets are.
        """
        for first in range(0, max(1, len(self)), most):
            stop = min(first + most, len(self))
            kinds = {
                name: slice(max(place.start, first) - first, min(place.stop, stop) - first)
                for name, place in self.kinds.items()
                if place.start < stop and place.stop > first
            }
            yield LossSets(self.lost[first:stop], kinds, self.exhaustive)

    def stretches(
        self, patches: Patches, satellites_km: ArrayLike
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.uint8]]]:
        """Cut epochs into stretches whose visibility by patch fits into memory.

        Parameters
        ----------
        patches : Patches
            Of the observers, B of them.
        satellites_km : array_like [T, S, 3]
            Body-fixed positions [km].

        Yields
        ------
        satellites : ndarray [C, S, 3]
            Those of the stretch.
        kind : ndarray of uint8 [C, S, B]
            Whether none, each or all of a patch's points see a satellite.

        Raises
        ------
        InputError
            Another shape, or fewer satellites than may be lost.
        """
        satellites = check_satellites(satellites_km)
        count, last = satellites.shape[1], int(self.lost.max(initial=-1))
        if last >= count:
            raise InputError(f"satellites_km: {count} satellites, of which number {last + 1} shall be lost")
        epochs = max(1, _CELLS // (count * len(patches.points)))
        for first in range(0, len(satellites), epochs):
            some = satellites[first : first + epochs]
            yield some, classify_all(some, patches.caps())

    def names(self, satellites: list[str]) -> list[str]:
        """Return what each set is called: the lost satellites, by name."""
        return [", ".join(satellites[s] for s in row if s >= 0) for row in self.lost]


def _drawn(satellites: int, size: int, draws: int, seed: int) -> list[tuple[int, ...]]:
    """Draw different sets; the same size has the same sets whatever else is asked."""
    rng = np.random.default_rng([seed, size])
    found: dict[tuple[int, ...], None] = {}
    while len(found) < draws:
        found[tuple(sorted(map(int, rng.choice(satellites, size, replace=False))))] = None
    return list(found)
