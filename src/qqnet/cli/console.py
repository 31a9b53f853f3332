"""Speaking to people and to programs: results to stdout, talk to stderr."""

from __future__ import annotations

import json
import math
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

_OUT: dict[str, bool] = {"quiet": False}


def set_quiet(quiet: bool) -> None:
    """Silence talk and progress bars; results and errors still print."""
    _OUT["quiet"] = quiet


def quiet() -> bool:
    """Whether talk is silenced."""
    return _OUT["quiet"]


def say(text: str) -> None:
    """Talk to the person at the terminal."""
    if not quiet():
        print(text, file=sys.stderr)


def print_json(data: Any) -> None:
    """Print one JSON object; what is not finite prints as null, as JSON has no word for it."""
    print(json.dumps(_finite(data), indent=2, ensure_ascii=False))


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    if hasattr(data, "item") and not isinstance(data, str):
        data = data.item()
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[str] = ()
) -> None:
    """Print a table; the columns named in `right` align at their right edge."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in set(right) else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # A pipe or file gets the width that the table needs, a terminal gets its own.
    # What stands in brackets is a unit, no markup.
    console = Console(markup=False) if sys.stdout.isatty() else Console(width=160, markup=False)
    console.print(table)


class Bars:
    """Progress of a run as bars on stderr."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._live = self._console.is_terminal and not quiet()
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._task: TaskID | None = None
        self._interrupted = False
        self._before: Any = None

    def __enter__(self) -> Bars:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        self._obey()

    def _interrupt(self, *_: object) -> None:
        self._interrupted = True
        raise KeyboardInterrupt

    def _obey(self) -> None:
        """Stop if an interruption was swallowed, as Python does with those that strike in a destructor."""
        if self._interrupted:
            raise KeyboardInterrupt

    def start(self, stage: str, reused: bool) -> None:
        """Show a stage, or say that its result was there."""
        self._obey()
        if reused:
            say(f"{stage:<12} reused")
            return
        self._task = self._progress.add_task(stage, total=1.0)

    def advance(self, fraction: float) -> None:
        """Move the bar."""
        self._obey()
        if self._task is not None:
            self._progress.update(self._task, completed=fraction)

    def finish(self, stage: str, seconds: float) -> None:
        """Replace the bar with one line."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        say(f"{stage:<12} {seconds:6.1f} s")
