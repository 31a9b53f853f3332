"""Trajectories: where every node of the network is, on one table type, above the ephemeris that carries them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.bank import TableBank
from qqnet.space.bodies import nearest
from qqnet.space.chebyshev import TOLERANCE_KM, ChebyshevTable, check_span, fit
from qqnet.space.ephemeris import Ephemeris

Floats = NDArray[np.float64]

TIME_ROUNDING_S: Final = 2.4e-7
"""Spacing of floating-point times at 2040 [s]: what moves faster than 4 km/s is not placed to 1 mm."""

FILE_VERSION: Final = 2


@dataclass(frozen=True)
class Trajectory:
    """Where one node is.

    Attributes
    ----------
    name : str
        Name of the node.
    center : str
        Body, or point of the ephemeris, that positions are relative to.
    table : ChebyshevTable
        Position relative to the centre [km], ICRF axes, over TDB seconds past J2000.
    dynamics : str
        How it was found, for people: the forces that were integrated, or the analytic motion. Empty where unsaid.
    """

    name: str
    center: str
    table: ChebyshevTable
    dynamics: str = ""


def fit_trajectories(
    function: Callable[[Floats], ArrayLike],
    span: tuple[float, float],
    names: Sequence[str],
    center: str,
    *,
    tolerance_km: float = TOLERANCE_KM,
    interval_s: float | None = None,
) -> list[Trajectory]:
    """Fit nodes that move on the same time scale, all at once.

    Parameters
    ----------
    function : callable
        Takes times since the start of the span, shape [T] [s]; returns positions, shape [T, N, 3] [km], ICRF
        axes. Times since the start, not since J2000: the latter are rounded to 0.24 us at 2040.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    names : sequence of str, shape [N]
        Names of the nodes.
    center : str
        What the positions are relative to.
    tolerance_km : float
        Greatest difference from the function in any component [km].
    interval_s : float, optional
        Greatest length of a record [s]; a good guess saves trials.

    Returns
    -------
    list of Trajectory
        One a node; all have records of the same length.

    Raises
    ------
    InputError
        If the tolerance cannot be met.
    """
    start, stop = span

    def flat(dt: Floats) -> Floats:
        return np.asarray(function(dt), dtype=np.float64).reshape(dt.size, -1)

    label = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    table = fit(flat, 0.0, stop - start, tolerance_km, interval_s=interval_s, name=label)
    parts = np.split(table.coefficients, len(names), axis=1)
    return [
        Trajectory(name, center, ChebyshevTable(start, table.interval_s, part, name))
        for name, part in zip(names, parts, strict=True)
    ]


def cut(table: ChebyshevTable, span: tuple[float, float]) -> ChebyshevTable:
    """Return the records of a table that a span needs.

    Parameters
    ----------
    table : ChebyshevTable
        Any table.
    span : (float, float)
        Time to be covered [TDB s past J2000].

    Returns
    -------
    ChebyshevTable
        The same series, fewer of them.

    Raises
    ------
    EphemerisRangeError
        If the table does not cover the span.
    """
    check_span(table.name, table.span, span)
    last = len(table.coefficients) - 1
    first, final = (int(np.floor((t - table.start_s) / table.interval_s)) for t in span)
    first, final = min(max(first, 0), last), min(max(final, 0), last)
    return ChebyshevTable(
        table.start_s + first * table.interval_s,
        table.interval_s,
        table.coefficients[first : final + 1],
        table.name,
    )


@dataclass(frozen=True, eq=False)
class Trajectories(Mapping[str, Trajectory]):
    """All nodes of a network in order, with the bodies that they move about: a mapping of name to trajectory.

    Attributes
    ----------
    names : tuple of str
        Names of the nodes.
    body_names : tuple of str
        Names of the bodies and points of the ephemeris.
    bank : TableBank
        All tables: first the bodies, then the nodes, in the order of the names.
    dynamics : tuple of str
        How each node's motion was found, in the order of the names.
    """

    names: tuple[str, ...]
    body_names: tuple[str, ...]
    bank: TableBank
    dynamics: tuple[str, ...]

    @classmethod
    def build(cls, ephemeris: Ephemeris, nodes: Sequence[Trajectory]) -> Trajectories:
        """Join nodes and ephemeris.

        Parameters
        ----------
        ephemeris : Ephemeris
            Where the bodies are; cut to what the nodes span together.
        nodes : sequence of Trajectory
            The nodes, in order.

        Returns
        -------
        Trajectories
            All in one bank.

        Raises
        ------
        InputError
            If there are no nodes, two have one name or that of a body, a centre is unknown, or no time is
            common to all.
        EphemerisRangeError
            If the ephemeris does not cover the nodes' span.
        """
        body_names, tables, parents = ephemeris.tables()
        names = tuple(node.name for node in nodes)
        taken = set(body_names) | {"SSB"}
        for node in nodes:
            if node.name in taken:
                raise InputError(f"node {node.name!r}: the name is taken by another node or a body")
            taken.add(node.name)
            if node.center not in body_names and node.center != "SSB":
                known = (*body_names, "SSB")
                raise InputError(
                    f"node {node.name!r}: unknown centre {node.center!r}{nearest(node.center, known)}; "
                    f"known: {', '.join(known)}"
                )
        if not nodes:
            raise InputError("no nodes; a network has at least one")
        start = min(node.table.span[0] for node in nodes)
        stop = max(node.table.span[1] for node in nodes)
        if max(node.table.span[0] for node in nodes) >= min(node.table.span[1] for node in nodes):
            raise InputError("the nodes have no time in common; their ephemerides must overlap")
        bodies = [cut(table, (start, stop)) for table in tables]
        centers = [-1 if node.center == "SSB" else body_names.index(node.center) for node in nodes]
        bank = TableBank.build([*bodies, *(node.table for node in nodes)], [*parents, *centers])
        return cls(names, body_names, bank, tuple(node.dynamics for node in nodes))

    # ------------------------------------------------------------------------------------------ who is where

    def __getitem__(self, name: str) -> Trajectory:
        if name not in self.names:
            raise KeyError(name)
        index, bank = self.node_index(name), self.bank
        size = bank.n_records[index] * bank.n_coefficients[index] * 3
        flat = bank.coefficients[bank.offset[index] : bank.offset[index] + size]
        coefficients = flat.reshape(bank.n_records[index], bank.n_coefficients[index], 3).transpose(0, 2, 1)
        table = ChebyshevTable(float(bank.start_s[index]), float(bank.interval_s[index]), coefficients, name)
        parent = int(bank.parent[index])
        center = "SSB" if parent < 0 else self.body_names[parent]
        return Trajectory(name, center, table, self.dynamics[self.index(name)])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """Return the place of a node among the nodes, from 0."""
        if name not in self.names:
            raise InputError(f"unknown node {name!r}{nearest(name, self.names)}")
        return self.names.index(name)

    def node_index(self, name: str) -> int:
        """Return the place of a node in the bank."""
        return len(self.body_names) + self.index(name)

    def body_index(self, name: str) -> int:
        """Return the place of a body or point in the bank; -1 for the Solar System barycentre."""
        if name == "SSB":
            return -1
        if name not in self.body_names:
            known = (*self.body_names, "SSB")
            raise InputError(f"unknown body {name!r}{nearest(name, known)}; known: {', '.join(known)}")
        return self.body_names.index(name)

    @property
    def span(self) -> tuple[float, float]:
        """Time that all nodes cover [TDB s past J2000]."""
        return self.bank.span_of(range(len(self.body_names), len(self.bank)))

    def _bank_index(self, name: str) -> int:
        return self.body_index(name) if name in self.body_names or name == "SSB" else self.node_index(name)

    def position(self, name: str, t: ArrayLike, center: str = "SSB") -> Floats:
        """Return geometric positions.

        Parameters
        ----------
        name : str
            A node or a body.
        t : array_like, shape [...]
            Time [TDB s past J2000].
        center : str
            What to be relative to: "SSB", a body or a node.

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
        times, pair = np.asarray(t, dtype=np.float64), (self._bank_index(name), self._bank_index(center))
        check_span(f"{name} relative to {center}", self.bank.relative_span(*pair), times)
        return self.bank.relative_positions(*pair, times.ravel()).reshape((*times.shape, 3))

    def state(self, name: str, t: ArrayLike, center: str = "SSB") -> tuple[Floats, Floats]:
        """Return geometric positions and velocities.

        Parameters
        ----------
        name : str
            A node or a body.
        t : array_like, shape [...]
            Time [TDB s past J2000].
        center : str
            What to be relative to: "SSB", a body or a node.

        Returns
        -------
        position, velocity : ndarray, shape [..., 3]
            [km] and [km/s], ICRF axes.

        Raises
        ------
        InputError
            If a name is unknown.
        EphemerisRangeError
            If a time is not covered.
        """
        times, pair = np.asarray(t, dtype=np.float64), (self._bank_index(name), self._bank_index(center))
        check_span(f"{name} relative to {center}", self.bank.relative_span(*pair), times)
        position, velocity = self.bank.relative_states(*pair, times.ravel())
        return position.reshape((*times.shape, 3)), velocity.reshape((*times.shape, 3))

    # ------------------------------------------------------------------------------------------------ on disk

    def save(self, path: str | Path) -> None:
        """Write to a file of NumPy's npz format.

        Parameters
        ----------
        path : str or Path
            The file; it is replaced where it exists.
        """
        with Path(path).open("wb") as file:
            np.savez_compressed(
                file,
                version=np.array(FILE_VERSION),
                names=np.array(self.names, dtype=np.str_),
                dynamics=np.array(self.dynamics, dtype=np.str_),
                body_names=np.array(self.body_names, dtype=np.str_),
                **dict(zip(_ARRAYS, self.bank.arrays(), strict=True)),  # type: ignore[arg-type]
            )

    @classmethod
    def load(cls, path: str | Path) -> Trajectories:
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Trajectories
            Equal to what was saved, to the last bit.

        Raises
        ------
        InputError
            If the file does not exist or is not of this kind.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                if int(file["version"]) != FILE_VERSION:
                    raise InputError(
                        f"{path}: version {int(file['version'])}; this code reads {FILE_VERSION}"
                    )
                bank = TableBank(**{name: file[name] for name in _ARRAYS})
                names, body_names, dynamics = (
                    tuple(str(n) for n in file[key]) for key in ("names", "body_names", "dynamics")
                )
        except (OSError, KeyError, ValueError, zipfile.BadZipFile, AttributeError) as error:
            raise InputError(f"{path}: not a file of trajectories ({error})") from None
        return cls(names, body_names, bank, dynamics)


_ARRAYS: Final = (
    "start_s", "interval_s", "n_records", "n_coefficients", "offset", "coefficients", "parent",
)  # fmt: skip
