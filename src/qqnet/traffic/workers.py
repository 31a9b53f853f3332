"""Independent simulations on several cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from qqnet.errors import InputError

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

Work = Callable[[Shared, Item, Callable[[float], None]], Answer]
"""One simulation: given what all share, its own item, and whom to tell how far it is."""

_HERE: dict[str, Any] = {}


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_parallel(
    work: Work[Shared, Item, Answer],
    shared: Shared,
    items: Sequence[Item],
    jobs: int,
    progress: Callable[[float], None] = lambda _: None,
) -> Iterator[tuple[Item, Answer]]:
    """Do independent work on several cores.

    The kernels hold Python's lock, so each worker is a process. It is started clean, not forked from this one,
    whose threads might hold locks, and gets what is shared once.

    Parameters
    ----------
    work : callable
        A function of a module. It should tell how far it is often: that is where it stops if it must.
    shared
        The same for all; can be pickled.
    items : sequence
        One a piece of work; can be pickled.
    jobs : int
        Processes; with one, all is done in this one.
    progress : callable
        Told the share of all work done.

    Yields
    ------
    tuple
        Item and answer, in the order in which they are done.

    Raises
    ------
    InputError
        Where a worker dies, as it does when memory is short; what an item raises is raised.
    """
    count = min(jobs, len(items))
    if count <= 1:
        for place, item in enumerate(items):

            def advance(done: float, place: int = place) -> None:
                progress((place + done) / len(items))

            yield item, work(shared, item, advance)
            progress((place + 1) / len(items))
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    stop = context.Event()
    with ProcessPoolExecutor(count, context, _begin, (shared, stop)) as pool:
        try:
            places = {pool.submit(_do, work, item): item for item in items}
            for number, done in enumerate(as_completed(places), start=1):
                yield places[done], done.result()
                progress(number / len(items))
        except BrokenProcessPool:
            raise InputError(
                "a worker process died, most likely for want of memory; try again with fewer --jobs"
            ) from None
        finally:
            # Leaving the block waits for what still runs: tell it to end.
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(shared: object, stop: Event) -> None:
    """Make a worker ready; an interruption from the keyboard is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HERE["shared"], _HERE["stop"] = shared, stop


def _do(work: Work[Any, Item, Answer], item: Item) -> Answer:
    return work(_HERE["shared"], item, _go_on)


def _go_on(_: float) -> None:
    if _HERE["stop"].is_set():
        raise KeyboardInterrupt
