"""JAX as a back end of array kernels: it runs on a GPU where there is one, and only when asked for."""

from __future__ import annotations

from types import ModuleType

from qqnet.errors import InputError


def jax_module() -> ModuleType:
    """Return JAX.

    Returns
    -------
    module
        ``jax``. Kernels use it under ``jax.enable_x64``, so that nothing global is changed.

    Raises
    ------
    InputError
        Where it is not installed.
    """
    try:
        import jax
    except ImportError:
        raise InputError("the back end 'jax' needs the package JAX: pip install 'qqnet[jax]'") from None
    module: ModuleType = jax
    return module
