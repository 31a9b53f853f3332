"""What the window finder is asked: candidate links, with their constraints, and the bodies in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.horizon import HorizonProfile, Horizons
from qqnet.errors import InputError
from qqnet.space.bank import TableBank
from qqnet.space.bodies import body

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OCCULTERS: Final = ("Earth", "Moon", "Mars", "Venus", "Mercury", "Sun")
"""Bodies that may stand in a line of sight of the networks about Earth, Moon, Mars and Venus."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Directed links that may exist, one element a link; indices point into a `TableBank`.

    Attributes
    ----------
    from_index, to_index : ndarray of int64, shape [L]
        Trajectory of the transmitter and of the receiver.
    min_elevation_from_rad, min_elevation_to_rad : ndarray, shape [L]
        Elevation mask at an end that is a surface site [rad]; NaN where the end is none.
    body_from, body_to : ndarray of int64, shape [L]
        Trajectory of the body that the site stands on; -1 where the end is no site. That body does not
        occult the link as a sphere: the elevation mask stands for it.
    up_from, up_to : ndarray of int64, shape [L]
        Table of the site's outward unit normal in ICRF axes; -1 takes the direction from the centre of
        the body, which is right on a sphere and up to 0.19 deg wrong on the Earth's ellipsoid.
    sun_exclusion_from_rad, sun_exclusion_to_rad : ndarray, shape [L]
        Least angle between peer and Sun, seen from that end [rad]; 0 for none.
    max_range_km : ndarray, shape [L]
        Greatest range [km]; infinite for none.
    horizon_from, horizon_to : ndarray of int64, shape [L]
        Horizon of the site, one of `horizons`; -1 for none. The greater of it and the mask holds.
    north_from, north_to : ndarray of int64, shape [L]
        Table of the site's unit vector to the north in ICRF axes, from which azimuth counts; -1 where the end
        has no horizon.
    horizons : Horizons
        The profiles.
    """

    from_index: Integers
    to_index: Integers
    min_elevation_from_rad: Floats
    min_elevation_to_rad: Floats
    body_from: Integers
    body_to: Integers
    up_from: Integers
    up_to: Integers
    sun_exclusion_from_rad: Floats
    sun_exclusion_to_rad: Floats
    max_range_km: Floats
    horizon_from: Integers
    horizon_to: Integers
    north_from: Integers
    north_to: Integers
    horizons: Horizons = field(default_factory=lambda: Horizons.of([]))

    def __len__(self) -> int:
        return int(self.from_index.size)

    @classmethod
    def build(
        cls,
        from_index: ArrayLike,
        to_index: ArrayLike,
        *,
        min_elevation_from_rad: ArrayLike = np.nan,
        min_elevation_to_rad: ArrayLike = np.nan,
        body_from: ArrayLike = -1,
        body_to: ArrayLike = -1,
        up_from: ArrayLike = -1,
        up_to: ArrayLike = -1,
        sun_exclusion_from_rad: ArrayLike = 0.0,
        sun_exclusion_to_rad: ArrayLike = 0.0,
        max_range_km: ArrayLike = np.inf,
        horizon_from: ArrayLike = -1,
        horizon_to: ArrayLike = -1,
        north_from: ArrayLike = -1,
        north_to: ArrayLike = -1,
        horizons: Sequence[HorizonProfile] = (),
    ) -> Candidates:
        """Make candidates from scalars and arrays of one length.

        Parameters
        ----------
        from_index, to_index, ... : array_like, scalar or shape [L]
            As the attributes; by default no site, no exclusion, no greatest range, no horizon.
        horizons : sequence of HorizonProfile
            What `horizon_from` and `horizon_to` count.

        Returns
        -------
        Candidates
            One element a link.

        Raises
        ------
        InputError
            If lengths differ, a link leads from a node to itself, an elevation mask has no body or a body no
            mask, a horizon has no site or no north, or a value is out of its domain.

        Examples
        --------
        >>> pairs = Candidates.build([3, 4], [5, 5], max_range_km=70_000.0)
        >>> len(pairs), pairs.max_range_km.tolist()
        (2, [70000.0, 70000.0])
        """
        given = {
            "from_index": from_index,
            "to_index": to_index,
            "min_elevation_from_rad": min_elevation_from_rad,
            "min_elevation_to_rad": min_elevation_to_rad,
            "body_from": body_from,
            "body_to": body_to,
            "up_from": up_from,
            "up_to": up_to,
            "sun_exclusion_from_rad": sun_exclusion_from_rad,
            "sun_exclusion_to_rad": sun_exclusion_to_rad,
            "max_range_km": max_range_km,
            "horizon_from": horizon_from,
            "horizon_to": horizon_to,
            "north_from": north_from,
            "north_to": north_to,
        }
        made = cls(**_columns(given), horizons=Horizons.of(list(horizons)))
        for end in ("from", "to"):
            _check_end(made, end)
        _refuse(made.from_index == made.to_index, "from_index", made.from_index, "a link joins two nodes")
        _refuse(~(made.max_range_km > 0), "max_range_km", made.max_range_km, "a range above zero, or inf")
        return made

    def reversed(self) -> Candidates:
        """Return the same links in the other direction.

        Returns
        -------
        Candidates
            With `from` and `to` exchanged in every attribute.
        """
        swapped = {
            name: getattr(self, name.replace("from", "TO").replace("to", "from").replace("TO", "to"))
            for name in _names()
        }
        return Candidates(**swapped, horizons=self.horizons)

    def take(self, which: ArrayLike) -> Candidates:
        """Return a selection of the links.

        Parameters
        ----------
        which : array_like
            Indices or a boolean mask over the links.

        Returns
        -------
        Candidates
            Those links.
        """
        chosen = np.atleast_1d(np.asarray(which))
        columns = {name: getattr(self, name)[chosen] for name in _names()}
        return Candidates(**columns, horizons=self.horizons)

    def arrays(self) -> tuple[Integers, Floats]:
        """Return the links as the compiled kernels take them.

        Returns
        -------
        ends : ndarray of int64, shape [L, 10]
            from, to, body_from, body_to, up_from, up_to, north_from, north_to, horizon_from, horizon_to.
        limits : ndarray of float64, shape [L, 5]
            Elevation masks at from and to, Sun exclusions at from and to, greatest range.
        """
        ends = (
            self.from_index,
            self.to_index,
            self.body_from,
            self.body_to,
            self.up_from,
            self.up_to,
            self.north_from,
            self.north_to,
            self.horizon_from,
            self.horizon_to,
        )
        limits = (
            self.min_elevation_from_rad,
            self.min_elevation_to_rad,
            self.sun_exclusion_from_rad,
            self.sun_exclusion_to_rad,
            self.max_range_km,
        )
        return np.stack(ends, axis=1), np.stack(limits, axis=1)

    def check_against(self, bank: TableBank) -> None:
        """Raise unless every index is one of the bank.

        Parameters
        ----------
        bank : TableBank
            The trajectories.

        Raises
        ------
        InputError
            If an index points outside of it.
        """
        for name in ("from_index", "to_index"):
            _refuse(getattr(self, name) < 0, name, getattr(self, name), "an index into the bank, from 0")
        inside = (
            "from_index",
            "to_index",
            "body_from",
            "body_to",
            "up_from",
            "up_to",
            "north_from",
            "north_to",
        )
        for name in inside:
            value = getattr(self, name)
            _refuse(value >= len(bank), name, value, f"an index into the bank, at most {len(bank) - 1}")


def _names() -> list[str]:
    """Names of the attributes that have one element a link."""
    return [one.name for one in fields(Candidates) if one.name != "horizons"]


def _columns(given: dict[str, ArrayLike]) -> dict[str, Any]:
    shapes = {name: np.shape(value) for name, value in given.items()}
    length = max((shape[0] for shape in shapes.values() if len(shape) == 1), default=1)
    for name, shape in shapes.items():
        if shape not in ((), (length,)):
            raise InputError(f"{name}: shape {shape}; right is one value, or one for each of {length} links")
    columns = {}
    for name, value in given.items():
        integral = name.endswith("index") or name.startswith(("body", "up", "north", "horizon"))
        array = np.asarray(value)
        if integral and array.size and not np.issubdtype(array.dtype, np.integer):
            raise InputError(f"{name}: {array.dtype} values; right are whole numbers")
        kind = np.int64 if integral else np.float64
        columns[name] = np.ascontiguousarray(np.broadcast_to(array.astype(kind), (length,)))
    return columns


def _check_end(links: Candidates, end: str) -> None:
    mask, centre = getattr(links, f"min_elevation_{end}_rad"), getattr(links, f"body_{end}")
    exclusion, up = getattr(links, f"sun_exclusion_{end}_rad"), getattr(links, f"up_{end}")
    site = centre >= 0
    name = f"min_elevation_{end}_rad"
    _refuse(site & np.isnan(mask), name, mask, f"a mask, because body_{end} names the body of a site")
    _refuse(~site & ~np.isnan(mask), name, mask, f"NaN, because body_{end} is -1: the end is no site")
    _refuse(np.abs(mask) > np.pi / 2, name, mask, "an angle between -pi/2 and pi/2 rad")
    _refuse((up >= 0) & ~site, f"up_{end}", up, f"-1, because body_{end} is -1: the end is no site")
    horizon, north = getattr(links, f"horizon_{end}"), getattr(links, f"north_{end}")
    known = len(links.horizons)
    _refuse(horizon >= known, f"horizon_{end}", horizon, f"one of the {known} horizons given, or -1")
    _refuse((horizon >= 0) & ~site, f"horizon_{end}", horizon, f"-1, because body_{end} is -1: it is no site")
    _refuse((horizon >= 0) & (north < 0), f"north_{end}", north, "a table, from which the azimuth counts")
    name = f"sun_exclusion_{end}_rad"
    _refuse(~((exclusion >= 0) & (exclusion < np.pi)), name, exclusion, "an angle from 0 to below pi rad")


def _refuse(wrong: NDArray[np.bool_], name: str, value: NDArray[Any], right: str) -> None:
    if wrong.any():
        link = int(np.argmax(wrong))
        raise InputError(f"{name} of link {link} is {value[link]}; right is {right}")


@dataclass(frozen=True, eq=False)
class Occulters:
    """Spheres that block light, and the Sun that blinds.

    Attributes
    ----------
    index : ndarray of int64, shape [K]
        Trajectories of the occulting bodies in the bank.
    radius_km : ndarray of float64, shape [K]
        Their radii [km].
    sun : int
        Trajectory of the Sun; -1 if it is not in the bank, then no link may have a Sun exclusion.
    """

    index: Integers
    radius_km: Floats
    sun: int = -1

    @classmethod
    def build(cls, names: Sequence[str], index: ArrayLike, *, only: Sequence[str] = OCCULTERS) -> Occulters:
        """Take the occulting bodies among those of a bank, each with its mean radius.

        Parameters
        ----------
        names : sequence of str
            Bodies in the bank.
        index : array_like of int, shape [len(names)]
            Their trajectories.
        only : sequence of str
            Bodies that occult; others in `names` do not.

        Returns
        -------
        Occulters
            Those of `names` that are in `only`, and the Sun.

        Examples
        --------
        >>> spheres = Occulters.build(["Sun", "Earth", "EMB"], [0, 1, 2])
        >>> spheres.index.tolist(), spheres.radius_km.tolist(), spheres.sun
        ([0, 1], [695700.0, 6371.0084], 0)
        """
        where = dict(zip(names, np.asarray(index, dtype=np.int64).tolist(), strict=True))
        chosen = [name for name in names if name in only]
        return cls(
            np.array([where[name] for name in chosen], dtype=np.int64),
            np.array([body(name).mean_radius_km for name in chosen], dtype=np.float64),
            where.get("Sun", -1),
        )

    def check_against(self, bank: TableBank, links: Candidates) -> None:
        """Raise unless the bodies are in the bank and the links' Sun exclusions can be judged.

        Parameters
        ----------
        bank : TableBank
            The trajectories.
        links : Candidates
            The links.

        Raises
        ------
        InputError
            If a body is outside the bank, a radius is not positive, or a Sun is wanted and missing.
        """
        if self.index.shape != self.radius_km.shape or self.index.ndim != 1:
            raise InputError(
                f"occulters: {self.index.shape} indices, {self.radius_km.shape} radii; right is one each"
            )
        _refuse((self.index < 0) | (self.index >= len(bank)), "index", self.index, "an index into the bank")
        _refuse(~(self.radius_km > 0), "radius_km", self.radius_km, "a radius above zero")
        if self.sun >= len(bank):
            raise InputError(f"sun is {self.sun}; right is an index into the bank, at most {len(bank) - 1}")
        wanted = (links.sun_exclusion_from_rad > 0) | (links.sun_exclusion_to_rad > 0)
        if self.sun < 0:
            _refuse(wanted, "Sun exclusion", wanted, "none, because the occulters name no Sun")
