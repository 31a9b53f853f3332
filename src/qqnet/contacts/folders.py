"""Folders of plan files that are either whole or not there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from qqnet.errors import InputError


def write_folder(folder: Path, texts: Mapping[str, str], *ours: str) -> None:
    """Write files into a folder of their own, which appears, or changes, when all of them are written.

    Parameters
    ----------
    folder : pathlib.Path
        Where they go.
    texts : mapping of str to str
        Content of each file by its name.
    *ours : str
        Patterns of names: a folder that holds anything else is left alone.

    Raises
    ------
    InputError
        Where the folder holds other things or cannot be written; then it is as it was.
    """
    try:
        others = folder.exists() and (
            not folder.is_dir() or any(not any(map(entry.match, ours)) for entry in folder.iterdir())
        )
        if others:
            raise InputError(f"{folder}: this format needs a folder of its own; this holds other things")
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}") from None
    try:
        for name, text in texts.items():
            (part / name).write_text(text, encoding="utf-8")
        part.chmod(0o755)
        _swap(part, folder)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _swap(part: Path, folder: Path) -> None:
    """Put a new folder in the place of an old one, which stays if that fails."""
    if not folder.exists():
        part.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        folder.rename(old / folder.name)
        try:
            part.rename(folder)
        except BaseException:
            with suppress(OSError):
                (old / folder.name).rename(folder)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
