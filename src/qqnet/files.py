"""Files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qqnet.errors import InputError


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write to a temporary name beside `path`, then rename: an interruption leaves the old file.

    Parameters
    ----------
    path : path-like
        Where the file shall be.

    Yields
    ------
    pathlib.Path
        Where to write it.

    Raises
    ------
    InputError
        Where the folder does not exist or cannot be written.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror}") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        # mkstemp makes files for the owner only; give what an ordinary open would have given.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


@contextmanager
def results_folder(path: Path, earlier: str) -> Iterator[None]:
    """Make a folder for results; in the block, what the system refuses about it is said for people.

    Parameters
    ----------
    path : Path
        The folder, which may be there already.
    earlier : str
        What may be named instead of a new folder, such as "an earlier study's".

    Raises
    ------
    InputError
        Where it is a file, or cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        yield
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{path} is not a folder; name a new folder, or {earlier}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None


@contextmanager
def only_one(worker: str, folder: Path, lock: Path) -> Iterator[None]:
    """Hold a folder.

    Parameters
    ----------
    worker : str
        What works in it, such as "run".
    folder, lock : Path
        The folder, and a file in it that says that it is held.

    Raises
    ------
    InputError
        Where another one holds it.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout:
        raise InputError(
            f"another {worker} is working in {folder}; wait for it, or name another folder"
        ) from None
    try:
        yield
    finally:
        held.release()


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file, whole or not at all.

    Parameters
    ----------
    path : path-like
        Where the file shall be.
    text : str
        Its content; written as UTF-8.
    """
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


def read_text(path: str | os.PathLike[str]) -> str:
    """Text of a file.

    Parameters
    ----------
    path : path-like
        A UTF-8 text file.

    Returns
    -------
    str
        Its content.

    Raises
    ------
    InputError
        Where it is not there, not readable or not text.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file (byte {error.start} is not UTF-8)") from None
