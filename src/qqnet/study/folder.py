"""The study folder: results of stages, each under the key of what made it.

A stage's record is written after its files, so a run that is interrupted leaves only whole results, and
the next run goes on from there. A lock keeps two runs out of one folder.
"""

from __future__ import annotations

import hashlib
import json
import resource
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qqnet import __version__
from qqnet.errors import InputError
from qqnet.files import only_one, results_folder, whole_file, write_text
from qqnet.study.progress import Progress

RECORDS = ".stages"
EARLIER = "an earlier study's"


@dataclass(frozen=True)
class Record:
    """What is known of a finished stage.

    Attributes
    ----------
    stage, key : str
        Name, and the digest of everything that its result depends on.
    files : dict of str to str
        File name in the folder -> SHA-256 of its content.
    seconds : float
        Wall time it took [s].
    peak_mb : float
        Largest resident memory of the process when it ended [MB].
    """

    stage: str
    key: str
    files: dict[str, str]
    seconds: float
    peak_mb: float


def digest(*parts: Any) -> str:
    """Return a key for anything that JSON can write, the same in every run."""
    text = json.dumps(parts, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Folder:
    """A study folder on disk."""

    def __init__(self, path: Path):
        self.path = path
        self.records: dict[str, Record] = {}

    def create(self) -> None:
        """Make the folder, or take over an earlier study.

        Raises
        ------
        InputError
            Where the path is a file, cannot be written, or is a folder of other things.
        """
        with results_folder(self.path, EARLIER):
            foreign = any(self.path.iterdir()) and not (self.path / RECORDS).is_dir()
            if foreign:
                raise InputError(
                    f"{self.path} holds other files and no study; name a new folder, or {EARLIER}"
                )
            (self.path / RECORDS).mkdir(exist_ok=True)

    def locked(self) -> AbstractContextManager[None]:
        """Hold the folder for one run.

        Raises
        ------
        InputError
            Where another run holds it.
        """
        return only_one("run", self.path, self.path / RECORDS / "lock")

    def read_records(self) -> None:
        """Read the records of an earlier run; a damaged one counts as none."""
        for path in sorted((self.path / RECORDS).glob("*.json")):
            try:
                record = Record(**json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                continue
            self.records[record.stage] = record

    def fresh(self, stage: str, key: str) -> bool:
        """Whether the folder holds a stage's result of just this key, unchanged since."""
        record = self.records.get(stage)
        return (
            record is not None
            and record.key == _versioned(stage, key)
            and all(_sha256(self.path / name) == sha for name, sha in record.files.items())
        )

    def stage(
        self,
        name: str,
        key: str,
        make: Callable[[Callable[[float], None]], dict[str, Callable[[Path], None]]],
        progress: Progress,
    ) -> None:
        """Run a stage unless its result is there.

        Parameters
        ----------
        name, key : str
            The stage and the digest of what its result depends on.
        make : callable
            Computes, given a function that takes the share done, and returns a writer for each file.
        progress : Progress
            Who is told.
        """
        if self.fresh(name, key):
            progress.start(name, reused=True)
            return
        progress.start(name, reused=False)
        began = time.perf_counter()
        self._forget(name)
        files: dict[str, str] = {}
        for file_name, write in make(progress.advance).items():
            target = self.path / file_name
            with whole_file(target) as part:
                write(part)
            files[file_name] = _sha256(target)
        seconds = time.perf_counter() - began
        record = Record(name, _versioned(name, key), files, seconds, peak_mb())
        text = json.dumps(asdict(record), indent=1)
        write_text(self._record_path(name), text)
        self.records[name] = record
        progress.finish(name, seconds)

    def _record_path(self, name: str) -> Path:
        return self.path / RECORDS / f"{name}.json"

    def _forget(self, name: str) -> None:
        self._record_path(name).unlink(missing_ok=True)
        self.records.pop(name, None)


def _versioned(stage: str, key: str) -> str:
    return digest(__version__, stage, key)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def peak_mb() -> float:
    """Largest resident memory of this process so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
