"""Contact plans from and to files, in any format that is known."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from qqnet.contacts import asabr, ccsds_schedule, hdtn, ion, tvg, ud3tn
from qqnet.contacts.plan import ContactPlan
from qqnet.contacts.plan_format import Holds, PlanFormat
from qqnet.contacts.tables import MARK, read_csv, read_parquet, write_csv, write_parquet
from qqnet.errors import InputError


def _write_csv(plan: ContactPlan, path: Path) -> list[str]:
    write_csv(plan, path)
    return []


def _write_parquet(plan: ContactPlan, path: Path) -> list[str]:
    write_parquet(plan, path)
    return []


EVERYTHING: Final = Holds(
    times="unrounded",
    rate="unrounded",
    light_time="unrounded, at start and end",
    dates=True,
    names=True,
    numbers=True,
    confidence=True,
    several_links=True,
    links=True,
    relays=True,
)

CSV: Final = PlanFormat(
    name="csv",
    title="CSV",
    endings=(".csv",),
    holds=EVERYTHING,
    source="this documentation",
    write=_write_csv,
    read=lambda path: (read_csv(path), []),
    recognises=lambda head: head.startswith(MARK) or "start_s" in head.partition("\n")[0].strip().split(","),
)

PARQUET: Final = PlanFormat(
    name="parquet",
    title="Parquet",
    endings=(".parquet", ".pq"),
    holds=EVERYTHING,
    source="this documentation",
    write=_write_parquet,
    read=lambda path: (read_parquet(path), []),
    recognises=lambda head: head.startswith("PAR1"),
)

REGISTRY: Final[dict[str, PlanFormat]] = {
    one.name: one
    for one in (
        ion.FORMAT,
        hdtn.FORMAT,
        ud3tn.FORMAT,
        ud3tn.PAIR,
        asabr.FORMAT,
        tvg.FORMAT,
        ccsds_schedule.FORMAT,
        CSV,
        PARQUET,
    )
}
"""Every format by its name; of those with one ending, the first is written where nothing else is said."""

FORMATS: Final = tuple(REGISTRY)

HEAD_BYTES: Final = 65_536
"""So much of a file tells its format."""


def format_of(path: str | os.PathLike[str]) -> str:
    """Tell the format of a plan's file by its name, or, where that tells none or several, by its first bytes.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN.

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
        return "ud3tn-ion" if (file / ud3tn.PLAN_FILE).is_file() else "ud3tn"
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    by_name = [name for name, one in REGISTRY.items() if file.suffix.lower() in one.endings]
    if len(by_name) == 1:
        return by_name[0]
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    for name in by_name or REGISTRY:
        if REGISTRY[name].recognises(text):
            return name
    if by_name:
        return by_name[0]
    raise InputError(f"{path}: no format of a contact plan that is known ({', '.join(FORMATS)})")


def format_of_name(path: str | os.PathLike[str]) -> str:
    """Tell the format that a plan's file is to have by its ending; InputError where it tells none."""
    suffix = Path(path).suffix.lower()
    for name, one in REGISTRY.items():
        if suffix in one.endings:
            return name
    known = ", ".join(dict.fromkeys(ending for one in REGISTRY.values() for ending in one.endings))
    raise InputError(f"{path}: the ending tells no format of a contact plan; give one of {known}")


def read_plan_with_notes(
    path: str | os.PathLike[str], form: str | None = None
) -> tuple[ContactPlan, list[str]]:
    """Read a contact plan, and what had to be assumed.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN.
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
    one = _known(format_of(path) if form is None else form)
    if one.read is None:
        raise InputError(
            f"{path}: a {one.title} holds neither rates nor light times, so no contact plan can be made of it"
        )
    return one.read(Path(path))


def read_plan(path: str | os.PathLike[str], form: str | None = None) -> ContactPlan:
    """Read a contact plan.

    Parameters
    ----------
    path : path-like
        File, or folder of µD3TN.
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
        File to write; for µD3TN a folder.
    to : str, optional
        One of ``FORMATS``; by the ending of the name where not given.

    Returns
    -------
    list of str
        What the format could not say, for people.

    Raises
    ------
    InputError
        For an unknown format, a plan that it cannot hold, or a place that cannot be written; then what was there
        is as it was.
    """
    one, target = _known(format_of_name(path) if to is None else to), Path(path)
    if target.is_dir() and not one.folder:
        raise InputError(f"{target} is a folder: {one.title} is written to a file")
    try:
        return one.write(plan, target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror or error}") from None


def convert(
    plan_path: str | os.PathLike[str],
    out_path: str | os.PathLike[str],
    to: str | None = None,
    form: str | None = None,
) -> list[str]:
    """Convert a contact plan from one file to another.

    Parameters
    ----------
    plan_path : path-like
        In any format that is known.
    out_path : path-like
        File to write; for µD3TN a folder.
    to : str, optional
        One of ``FORMATS``; told by the ending of `out_path` where not given.
    form : str, optional
        Format of the file that is read; recognised where not given.

    Returns
    -------
    list of str
        What the formats could not say, for people.

    Raises
    ------
    InputError
        Naming file and line; then nothing is written.
    """
    to = format_of_name(out_path) if to is None else to
    _known(to)
    plan, notes = read_plan_with_notes(plan_path, form)
    return [*notes, *write_plan(plan, out_path, to)]


def _known(form: str) -> PlanFormat:
    if form not in REGISTRY:
        raise InputError(f"format '{form}' is not one of {', '.join(FORMATS)}")
    return REGISTRY[form]
