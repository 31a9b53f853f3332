"""The root of a rising function, for tables that are made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qqnet.errors import InputError

_TURNS: Final = 200


def rising_root(
    function: Callable[[float], float], low: float, step: float, tolerance: float = 1e-8
) -> float:
    """Find where a rising function passes zero.

    Parameters
    ----------
    function : callable
        Rises with its argument.
    low : float
        Where it is not above zero.
    step : float
        First step upwards; it is doubled until the function is above zero.
    tolerance : float
        Width of the bracket that is left.

    Returns
    -------
    float
        The root, from its lower side within `tolerance`.

    Raises
    ------
    InputError
        The function does not pass zero, or not between `low` and any step.

    References
    ----------
    Illinois form of the false position (Dowell and Jarratt 1971), which needs no derivative.

    Examples
    --------
    >>> print(f"{rising_root(lambda x: x**3 - 2.0, 0.0, 0.5):.6f}")
    1.259921
    """
    below = function(low)
    if below > 0.0:
        raise InputError(f"the function is {below:g} at {low:g}, above zero already")
    high = low + step
    above = function(high)
    for _ in range(_TURNS):
        if above >= 0.0:
            break
        low, below, step = high, above, 2.0 * step
        high = low + step
        above = function(high)
    side = 0
    for _ in range(_TURNS):
        middle = low + (high - low) * below / (below - above) if above > below else 0.5 * (low + high)
        value = function(middle)
        if value < 0.0:
            if middle - low < tolerance and side < 0:
                return middle
            low, below, above, side = middle, value, 0.5 * above if side < 0 else above, -1
        else:
            if high - middle < tolerance and side > 0:
                return middle
            high, above, below, side = middle, value, 0.5 * below if side > 0 else below, 1
        if high - low < tolerance:
            return middle
    raise InputError("the function does not pass zero")
