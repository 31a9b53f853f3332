"""How functions are compiled that only compiled code calls."""

from __future__ import annotations

from typing import Final

from numba import njit

inner: Final = njit(cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Without the ways in from Python and C: with a state of sixty arrays these take longer to compile than most
functions themselves."""
