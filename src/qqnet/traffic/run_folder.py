"""A folder of runs: what they are of, and one record each, so that an interrupted series goes on where it was."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from qqnet.errors import InputError
from qqnet.files import only_one, results_folder, write_text

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
EARLIER: Final = "that of an earlier series"


@dataclass(frozen=True)
class RunRecord:
    """What is kept of one run.

    Attributes
    ----------
    run : int
        Number, from 0.
    seed : int
        Of its random numbers.
    error : str or None
        Why it failed; None where it did not.
    failures : int
        Failures of nodes that were drawn.
    flows : list of dict
        Of each flow ``name``, ``offered_bytes``, ``delivered_bytes``, ``lost_bytes``, and ``delay_s`` (``mean``,
        ``p50``, ``p95``, ``max``) or None.
    losses : dict of str to float
        Bytes lost by cause.
    """

    run: int
    seed: int
    error: str | None
    failures: int
    flows: list[dict[str, Any]]
    losses: dict[str, float]


class RunFolder:
    """A folder with ``manifest.json`` and ``runs/000000.json`` and so on.

    Parameters
    ----------
    path : Path
        A new folder, or one of an earlier series.
    manifest : dict
        Everything that a run's answer depends on but its number; plain JSON values.

    Raises
    ------
    InputError
        Where the folder holds something else, or runs of something else.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]):
        self.path = path
        self.manifest = {"format": FORMAT, **manifest}
        with results_folder(path, EARLIER):
            if (path / MANIFEST).is_file():
                self._same()
            elif any(path.iterdir()):
                raise InputError(
                    f"{path} holds other files and no series of runs; name a new folder, or {EARLIER}"
                )
            else:
                write_text(path / MANIFEST, json.dumps(self.manifest, indent=1) + "\n")
            (path / "runs").mkdir(exist_ok=True)

    def _same(self) -> None:
        """Refuse to mix runs of two things."""
        try:
            found = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {self.path / MANIFEST}: {error}") from None
        wanted = json.loads(json.dumps(self.manifest))
        if found != wanted:
            keys = [*wanted, *found] if isinstance(found, dict) else [*wanted]
            other = [
                key
                for key in dict.fromkeys(keys)
                if not isinstance(found, dict) or found.get(key) != wanted.get(key)
            ]
            raise InputError(
                f"{self.path} holds runs that differ in {', '.join(other)}; name a new folder for these"
            )

    def locked(self) -> AbstractContextManager[None]:
        """Hold the folder; InputError where another series works in it."""
        return only_one("series", self.path, self.path / ".lock")

    def records(self) -> dict[int, RunRecord]:
        """Records that are whole, by number; a damaged one counts as none."""
        found = {}
        for file in sorted((self.path / "runs").glob("*.json")):
            try:
                record = RunRecord(**json.loads(file.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                continue
            found[record.run] = record
        return found

    def keep(self, record: RunRecord) -> None:
        """Write a record, whole or not at all."""
        text = json.dumps(asdict(record), indent=1, allow_nan=False)
        write_text(self.path / "runs" / f"{record.run:06d}.json", text + "\n")
