"""Contact plans from and to files, in any format that is known."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from qqnet.contacts.hdtn import hdtn_text, read_hdtn
from qqnet.contacts.ion import ion_text, read_ion
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.tables import read_csv, read_parquet, write_csv, write_parquet
from qqnet.contacts.ud3tn import read_ud3tn, ud3tn_texts
from qqnet.errors import InputError
from qqnet.files import write_text

FORMATS: Final = ("ion", "hdtn", "ud3tn", "csv", "parquet")
ENDINGS: Final = {
    ".ionrc": "ion",
    ".ion": "ion",
    ".json": "hdtn",
    ".ud3tn": "ud3tn",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def format_of(path: str | os.PathLike[str]) -> str:
    """Tell the format of a plan's file by its name, or else by its first bytes.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN commands.

    Returns
    -------
    str
        One of ``FORMATS``.

    Raises
    ------
    InputError
        Where it is not there or not recognised.
    """
    file = Path(path)
    if file.is_dir():
        return "ud3tn"
    try:
        with file.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    known = ENDINGS.get(file.suffix.lower())
    if known:
        return known
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return "hdtn"
    if text[:2] in ("1(", "2(", "3("):
        return "ud3tn"
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines and "start_s" in lines[0].split(","):
        return "csv"
    if any(line.split()[0] in ("a", "@", "1", "m", "^") for line in lines):
        return "ion"
    raise InputError(f"{path}: no format of a contact plan that is known ({', '.join(FORMATS)})")


def format_of_name(path: str | os.PathLike[str]) -> str:
    """Tell the format that a plan's file is to have by its ending; InputError where it tells none."""
    form = ENDINGS.get(Path(path).suffix.lower())
    if form is None:
        known = ", ".join(ENDINGS)
        raise InputError(f"{path}: the ending tells no format of a contact plan; give one of {known}")
    return form


def read_plan_with_notes(
    path: str | os.PathLike[str], form: str | None = None
) -> tuple[ContactPlan, list[str]]:
    """Read a contact plan, and what had to be assumed.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN commands.
    form : str, optional
        One of ``FORMATS``; recognised where not given.

    Returns
    -------
    plan : ContactPlan
        The plan.
    notes : list of str
        What was left out or assumed, for people.

    Raises
    ------
    InputError
        Naming file and line.
    """
    form = format_of(path) if form is None else _known(form)
    if form == "ion":
        return read_ion(path)
    if form == "hdtn":
        return read_hdtn(path)
    if form == "ud3tn":
        return read_ud3tn(path)
    return (read_csv(path) if form == "csv" else read_parquet(path)), []


def read_plan(path: str | os.PathLike[str], form: str | None = None) -> ContactPlan:
    """Read a contact plan.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN commands.
    form : str, optional
        One of ``FORMATS``; recognised where not given.

    Returns
    -------
    ContactPlan
        The plan.

    Raises
    ------
    InputError
        Naming file and line.
    """
    return read_plan_with_notes(path, form)[0]


def write_plan(plan: ContactPlan, path: str | os.PathLike[str], to: str | None = None) -> list[str]:
    """Write a contact plan, whole or not at all.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.
    path : path-like
        File to write; for µD3TN a folder, which gets one file a sending node.
    to : str, optional
        One of ``FORMATS``; by the ending of the name where not given.

    Returns
    -------
    list of str
        What the format could not say, for people.

    Raises
    ------
    InputError
        For an unknown format, or a plan that it cannot hold.
    """
    to = format_of_name(path) if to is None else _known(to)
    if to == "csv":
        write_csv(plan, path)
        return []
    if to == "parquet":
        write_parquet(plan, path)
        return []
    if to == "ud3tn":
        texts, notes = ud3tn_texts(plan)
        _write_folder(Path(path), {f"node-{number}.ud3tn": text for number, text in texts.items()})
        return notes
    text, notes = ion_text(plan) if to == "ion" else hdtn_text(plan)
    write_text(path, text)
    return notes


def convert(plan_path: str | os.PathLike[str], out_path: str | os.PathLike[str], to: str) -> list[str]:
    """Convert a contact plan from one file to another.

    Parameters
    ----------
    plan_path : path-like
        In any format that is known.
    out_path : path-like
        File to write; for µD3TN a folder.
    to : str
        One of ``FORMATS``.

    Returns
    -------
    list of str
        What the formats could not say, for people.

    Raises
    ------
    InputError
        Naming file and line; then nothing is written.
    """
    to = _known(to)
    plan, notes = read_plan_with_notes(plan_path)
    return [*notes, *write_plan(plan, out_path, to)]


def _known(form: str) -> str:
    if form not in FORMATS:
        raise InputError(f"format '{form}' is not one of {', '.join(FORMATS)}")
    return form


def _write_folder(folder: Path, texts: dict[str, str]) -> None:
    """Write files into a folder of their own that appears when it is complete."""
    if folder.exists() and (
        not folder.is_dir() or any(not name.match("node-*.ud3tn") for name in folder.iterdir())
    ):
        raise InputError(
            f"{folder}: µD3TN needs a folder of its own, one file a node; this holds other things"
        )
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}") from None
    try:
        for name, text in texts.items():
            (part / name).write_text(text, encoding="utf-8")
        part.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
