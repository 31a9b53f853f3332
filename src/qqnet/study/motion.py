"""Integrated motion kept in the study folder, one file a spacecraft, so that a failed run goes on from it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from qqnet.files import whole_file
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.study.folder import RECORDS, digest


class MotionStore:
    """Tables of a study's spacecraft, each under the digest of all that its motion depends on.

    Parameters
    ----------
    folder : Path
        The study folder.
    code : str
        Digest of the code: tables of other code are not found.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = MotionStore(Path(folder), "code")
    ...     store.keep("key", ChebyshevTable(0.0, 60.0, np.ones((1, 3, 1)), "A"))
    ...     store.find("key").evaluate(30.0).tolist(), store.find("other")
    ([1.0, 1.0, 1.0], None)
    """

    def __init__(self, folder: Path, code: str):
        self.folder = folder / RECORDS / "motion"
        self.code = code
        self._used: set[str] = set()

    def _path(self, key: str) -> Path:
        return self.folder / f"{digest(self.code, key)[:40]}.npz"

    def find(self, key: str) -> ChebyshevTable | None:
        """Return the table that was kept under a key; None where there is none, or it is damaged."""
        path = self._path(key)
        try:
            with np.load(path, allow_pickle=False) as file:
                start, interval = (float(one) for one in file["clock"])
                table = ChebyshevTable(start, interval, file["coefficients"], str(file["name"]))
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
            return None
        self._used.add(path.name)
        return table

    def keep(self, key: str, table: ChebyshevTable) -> None:
        """Keep a table under a key."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part, part.open("wb") as file:
            clock = np.array([table.start_s, table.interval_s])
            np.savez(file, clock=clock, coefficients=table.coefficients, name=np.array(table.name))
        self._used.add(path.name)

    def drop_unused(self) -> None:
        """Delete what this run neither found nor kept: motion that the scenario no longer has."""
        for path in self.folder.glob("*.npz"):
            if path.name not in self._used:
                path.unlink(missing_ok=True)
