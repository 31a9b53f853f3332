"""Domains of the arguments of link physics: what is refused, and with which words."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError

FloatArray = NDArray[np.float64]


def _refuse(array: FloatArray, valid: NDArray[np.bool_], name: str, unit: str, bounds: str) -> None:
    worst = float(array[~valid].flat[0]) if array.ndim else float(array)
    raise InputError(f"{name} is {worst:g} {unit}".rstrip() + f"; it must be {bounds}")


def positive(value: ArrayLike, name: str, unit: str) -> FloatArray:
    """Return `value` as an array of finite numbers above zero.

    Parameters
    ----------
    value : array_like
        What was given.
    name : str
        What it is, for the message.
    unit : str
        Its unit, for the message; empty for a plain number.

    Returns
    -------
    ndarray
        The same numbers, float64.

    Raises
    ------
    InputError
        An element is zero, negative, infinite or not a number.

    Examples
    --------
    >>> positive(-3.0, "the range", "km")
    Traceback (most recent call last):
    qqnet.errors.InputError: the range is -3 km; it must be above zero
    """
    array = np.asarray(value, dtype=np.float64)
    valid = (array > 0.0) & (array < np.inf)
    if not valid.all():
        _refuse(
            array, valid, name, unit, "above zero" if not np.isinf(array).any() else "above zero and finite"
        )
    return array


def not_negative(value: ArrayLike, name: str, unit: str) -> FloatArray:
    """Return `value` as an array of finite numbers, zero or more (see `positive`)."""
    array = np.asarray(value, dtype=np.float64)
    valid = (array >= 0.0) & (array < np.inf)
    if not valid.all():
        _refuse(array, valid, name, unit, "zero or more, and finite")
    return array


def fraction(value: ArrayLike, name: str) -> FloatArray:
    """Return `value` as an array of numbers above 0 and at most 1 (see `positive`)."""
    array = np.asarray(value, dtype=np.float64)
    valid = (array > 0.0) & (array <= 1.0)
    if not valid.all():
        _refuse(array, valid, name, "", "above 0 and at most 1")
    return array


def finite(value: ArrayLike, name: str, unit: str) -> FloatArray:
    """Return `value` as an array of finite numbers (see `positive`)."""
    array = np.asarray(value, dtype=np.float64)
    valid = np.isfinite(array)
    if not valid.all():
        _refuse(array, valid, name, unit, "a finite number")
    return array
