"""CPU time of calls, summed up the same way in every benchmark of routing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def timed(action: Callable[..., Any], asked: Sequence[tuple[Any, ...]]) -> dict[str, float]:
    """Call with each set of arguments, and sum up the CPU time of this thread [ms]."""
    times = []
    for arguments in asked:
        begin = time.thread_time()
        action(*arguments)
        times.append(1e3 * (time.thread_time() - begin))
    return summed(times)


def summed(times_ms: Sequence[float]) -> dict[str, float]:
    """Median, mean and largest of times [ms], and of how many."""
    return {
        "median_ms": float(np.median(times_ms)),
        "mean_ms": float(np.mean(times_ms)),
        "max_ms": max(times_ms),
        "queries": len(times_ms),
    }


def seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU time of one call [s], and what it returned; other threads may be those of a library that wait busily."""
    begin = time.thread_time()
    value = action()
    return time.thread_time() - begin, value


def peak_mb() -> float:
    """Largest memory that this process has had since its program began [MB]; not a number but on Linux."""
    # The kernel's count for getrusage goes on from the parent's, this one does not.
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return float("nan")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return float("nan") if found is None else int(found[1]) / 1024
