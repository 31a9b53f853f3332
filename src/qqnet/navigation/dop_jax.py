"""Dilution of precision with JAX: the values of :func:`qqnet.navigation.dop.dop`, on a GPU where there is one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.backends import jax_module
from qqnet.access.visibility import Observers, check_satellites
from qqnet.navigation.dop import (
    LARGEST_GDOP,
    Floats,
    factors,
    local_axes,
    quadratic,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def dop_jax(observers: Observers, satellites_km: ArrayLike) -> Floats:
    """Dilution of precision of every point at every epoch.

    Parameters
    ----------
    observers, satellites_km
        As for :func:`qqnet.navigation.dop.dop`.

    Returns
    -------
    ndarray [5, T, P]
        GDOP, PDOP, HDOP, VDOP, TDOP [1]; infinite where there is no solution.

    Raises
    ------
    InputError
        Another shape, or JAX is not installed.
    """
    satellites = check_satellites(satellites_km)
    east, north = local_axes(observers.up)
    with jax_module().enable_x64(True):
        values = _kernel()(
            satellites, observers.position_km, observers.up, east, north, observers.signed_square
        )
        return np.array(values)


@cache
def _kernel() -> Callable[..., Any]:
    import jax
    import jax.numpy as jnp

    @jax.jit
    def dilution(satellites: Any, position: Any, up: Any, east: Any, north: Any, signed_square: Any) -> Any:
        # What is held at a time stays in the cache of a processor, or fills a GPU.
        cells = 1 << 14 if jax.default_backend() == "cpu" else 1 << 22
        size = max(1, cells // signed_square.size)
        table = jax.lax.map(
            lambda at: epoch(at, position, up, east, north, signed_square), satellites, batch_size=size
        )
        return jnp.swapaxes(table, 0, 1)

    def epoch(satellites: Any, position: Any, up: Any, east: Any, north: Any, signed_square: Any) -> Any:
        dx, dy, dz = (satellites[:, i, None] - position[i] for i in range(3))
        height = dx * up[0] + dy * up[1] + dz * up[2]
        square = dx * dx + dy * dy + dz * dz
        seen = height * jnp.abs(height) >= signed_square * square
        inverse = jnp.where(seen, 1.0 / jnp.sqrt(square), 0.0)
        # Out of service is not-a-number, which no factor of zero would take away.
        x, y, z = (jnp.where(seen, d, 0.0) * inverse for d in (dx, dy, dz))
        terms = (seen.astype(satellites.dtype), x, y, z, x * x, x * y, x * z, y * y, y * z, z * z)
        sums = [term.sum(axis=0) for term in terms]
        # The same lines of code as the compiled kernel's, on arrays.
        factor: Any = factors.py_func
        inverse_of: Any = quadratic.py_func
        f, regular = factor(*sums)
        vertical = inverse_of(f, *up)
        horizontal = inverse_of(f, *east) + inverse_of(f, *north)
        clock = f[9] + inverse_of(f, f[6], f[7], f[8])
        total = horizontal + vertical + clock
        solved = regular & (total <= LARGEST_GDOP * LARGEST_GDOP)
        squares = jnp.stack([total, horizontal + vertical, horizontal, vertical, clock])
        return jnp.where(solved, jnp.sqrt(squares), jnp.inf)

    return dilution
