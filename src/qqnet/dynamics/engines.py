"""Integrators by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics import dop853, gauss
from qqnet.dynamics.arcs import Arc
from qqnet.dynamics.surroundings import Surroundings
from qqnet.errors import InputError
from qqnet.space.bodies import nearest

Floats = NDArray[np.float64]
T = TypeVar("T")


class Engine(Protocol):
    """An integrator of many motions under the same forces."""

    def integrate(
        self,
        around: Surroundings,
        states: Floats,
        starts_s: Floats,
        stops_s: Floats,
        thrusts: Floats,
        *,
        dense: bool,
        threads: int,
        advance: Callable[[int], None],
    ) -> list[Arc]:
        """Integrate motions that do not know of each other.

        Parameters
        ----------
        around : Surroundings
            Forces and bodies.
        states : ndarray, shape [N, 6]
            Position and velocity [km, km/s], ICRF axes relative to the centre.
        starts_s, stops_s : ndarray, shape [N]
            From and to [s since `around.reference_s`]; time may run backwards.
        thrusts : ndarray, shape [N, THRUST_SIZE]
            Thrust of each, see `qqnet.dynamics.forces`; zeros for none.
        dense : bool
            Whether the positions on the way are wanted.
        threads : int
            How many threads to use.
        advance : callable
            Told the number of each motion that is done.

        Returns
        -------
        list of Arc
            One a motion. A motion that ends early says so in its status.
        """


class Gauss:
    """Collocation of order 32; see `qqnet.dynamics.gauss`."""

    def integrate(
        self,
        around: Surroundings,
        states: Floats,
        starts_s: Floats,
        stops_s: Floats,
        thrusts: Floats,
        *,
        dense: bool,
        threads: int,
        advance: Callable[[int], None],
    ) -> list[Arc]:
        """Integrate motions one by one; see `Engine`."""

        def one(n: int) -> Arc:
            made = gauss.run(
                around, states[n], float(starts_s[n]), float(stops_s[n]), thrusts[n], dense=dense
            )
            advance(n)
            return Arc(made.edges_s, made.pieces, made.final, made.status, made.surface)

        return spread(one, len(states), threads)


class Dop853:
    """Runge-Kutta of order 8(5,3)."""

    tolerance: Final = 2e-14
    """Error of a step relative to distance and speed: 2 mm of a lunar orbit of e = 0.6 after 30 days."""

    def integrate(
        self,
        around: Surroundings,
        states: Floats,
        starts_s: Floats,
        stops_s: Floats,
        thrusts: Floats,
        *,
        dense: bool,
        threads: int,
        advance: Callable[[int], None],
    ) -> list[Arc]:
        """Integrate motions one by one; see `Engine`."""
        tableau = dop853.tableau()
        around = around._replace(lanes=1)  # the kernels work on one place at a time

        def one(n: int) -> Arc:
            final, status, surface, edges, pieces = dop853.integrate(
                around, states[n], starts_s[n], stops_s[n], thrusts[n], self.tolerance, dense, *tableau
            )
            advance(n)
            return Arc(edges, pieces, final, int(status), int(surface))

        return spread(one, len(states), threads)


def spread(work: Callable[[int], T], count: int, threads: int) -> list[T]:
    """Return ``work(0) ... work(count - 1)``, done on several threads."""
    if threads <= 1 or count <= 1:
        return [work(n) for n in range(count)]
    with ThreadPoolExecutor(min(threads, count)) as pool:
        return list(pool.map(work, range(count)))


def _heyoka() -> Engine:
    made: Engine = importlib.import_module("qqnet.dynamics.heyoka_engine").HeyokaEngine()
    return made


_MAKERS: Final[dict[str, Callable[[], Engine]]] = {"gauss": Gauss, "dop853": Dop853, "heyoka": _heyoka}

ENGINES: Final = tuple(_MAKERS)
"""Names of all integrators."""


def engine_of(engine: Engine | str) -> Engine:
    """Return an integrator by name.

    Parameters
    ----------
    engine : Engine or str
        One of `ENGINES`, or an integrator, which is returned as it is.

    Returns
    -------
    Engine
        The integrator.

    Raises
    ------
    InputError
        If there is none of that name.
    MissingDataError
        If it needs a package that is not installed.
    """
    if not isinstance(engine, str):
        return engine
    if engine not in _MAKERS:
        raise InputError(
            f"unknown propagator {engine!r}{nearest(engine, ENGINES)}; known: {', '.join(ENGINES)}"
        )
    return _MAKERS[engine]()
