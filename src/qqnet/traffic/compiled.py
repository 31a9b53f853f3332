"""How functions are compiled that only compiled code calls, and the constants that it hands on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.extending import intrinsic

OPTIONS: Any = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

F = TypeVar("F", bound=Callable[..., object])


def inner(function: F) -> F:
    """Compile a function without the ways in from Python and C.

    With a state of sixty arrays these take longer to compile than most functions themselves.

    Parameters
    ----------
    function : callable
        To be called by compiled code only.

    Returns
    -------
    callable
        Compiled when it is first needed.
    """
    return cast(F, njit(**OPTIONS)(function))


def leaf(function: F) -> F:
    """Compile a short function into each of its callers.

    A call hands over every array of the state one by one, which takes longer than what the function does.

    Parameters
    ----------
    function : callable
        To be called by compiled code only.

    Returns
    -------
    callable
        Compiled when it is first needed.
    """
    return cast(F, njit(forceinline=True, **OPTIONS)(function))


def constants(count: int) -> list[int]:
    """Whole numbers from 0 for constants that are arguments of compiled functions.

    Of a plain number the compiler makes a type of its own, and compiles the function anew for each.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    list of int
        In a type that all of them share.
    """
    return cast("list[int]", list(np.arange(count, dtype=np.int64)))


def _borrowed(typing_context, array):  # type: ignore[no-untyped-def]
    """Array without a count of who uses it; whoever owns it must outlive all use.

    The count of an array in a tuple changes each time it is taken out, by an instruction that waits for the other
    processor cores. In a loop that does little else this is half of the time.

    Parameters
    ----------
    array : numpy.ndarray
        An array that the caller of the compiled code holds.

    Returns
    -------
    numpy.ndarray
        The same memory.
    """

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        view.meminfo = view.meminfo.type(None)
        view.parent = view.parent.type(None)
        return view._getvalue()

    return array(array), generate


borrowed: Any = intrinsic(_borrowed)
