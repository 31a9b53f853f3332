"""Fold with JAX: the same count as :func:`qqnet.coverage.fold.fold`, on a GPU where JAX finds one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from qqnet.access.backends import jax_module
from qqnet.access.visibility import Observers, check_satellites
from qqnet.coverage.fold import Folds

if TYPE_CHECKING:
    from collections.abc import Callable


def fold_jax(observers: Observers, satellites_km: ArrayLike) -> Folds:
    """Count the satellites in view of every point at every epoch.

    The arithmetic is that of :func:`qqnet.access.visibility.above_mask` in double precision. JAX may join a
    product and a sum, so that a satellite within 1e-13 rad of the mask may be told apart differently.

    Parameters
    ----------
    observers, satellites_km
        As for :func:`qqnet.coverage.fold.fold`.

    Returns
    -------
    ndarray of uint16 [T, P]
        Satellites at or above the mask.

    Raises
    ------
    InputError
        Another shape, or JAX is not installed.
    """
    satellites = check_satellites(satellites_km)
    with jax_module().enable_x64(True):
        counts = _kernel()(satellites, observers.position_km, observers.up, observers.signed_square)
        return np.asarray(counts)


@cache
def _kernel() -> Callable[..., Any]:
    import jax
    import jax.numpy as jnp

    @jax.jit
    def count(satellites: Any, position: Any, up: Any, signed_square: Any) -> Any:
        # Epochs x satellites x points are never held: JAX joins the comparison with the sum over satellites.
        dx, dy, dz = (satellites[:, :, i, None] - position[i] for i in range(3))
        height = dx * up[0] + dy * up[1] + dz * up[2]
        seen = height * jnp.abs(height) >= signed_square * (dx * dx + dy * dy + dz * dz)
        return seen.sum(axis=1, dtype=jnp.uint16)

    return count
