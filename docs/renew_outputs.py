"""Run the commands that the documentation shows, and write what they print under them.

    .venv/bin/python docs/renew_outputs.py [FILE ...]

In a block that starts with three backticks and ``console``, a line ``$ COMMAND`` is run, and what stands under it
is replaced by what it prints. All blocks of one file share a folder. Dots (``...``) in the old text are lost: put
them back where an output varies from machine to machine. ``tests/e2e/test_documented_commands.py`` runs the same
blocks and compares.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(?m)^```console\n(.*?)^```$", re.DOTALL)


class Step(NamedTuple):
    """A command and what the page says that it prints."""

    command: str
    output: str


def steps(block: str) -> Iterator[Step]:
    """Commands of a block with the text under each."""
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = f"{command}\n{more}"
        yield Step(command, output)


def run(command: str, folder: Path) -> str:
    """Run a command in a folder and return its results, or where there are none, its talk.

    ``qqnet`` itself is run in this process, which saves a second of imports each time; all else by a shell.
    """
    first, _, rest = command.partition(" | ")
    if not first.startswith("qqnet ") or "$(" in command:
        return _shell(command, folder, "")
    results, talk = _here(shlex.split(first.replace("\\\n", " "))[1:], folder)
    assert "Traceback" not in talk, talk
    return _shell(rest, folder, results) if rest else results or talk


def _here(arguments: list[str], folder: Path) -> tuple[str, str]:
    from qqnet.cli.app import run as qqnet

    results, talk = io.StringIO(), io.StringIO()
    before = Path.cwd(), sys.argv
    os.chdir(folder)
    sys.argv = ["qqnet", *arguments]
    try:
        with redirect_stdout(results), redirect_stderr(talk), suppress(SystemExit):
            qqnet()
    finally:
        os.chdir(before[0])
        sys.argv = before[1]
    return results.getvalue(), talk.getvalue()


def _shell(command: str, folder: Path, given: str) -> str:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": path, "LANG": "C.UTF-8", "HOME": str(folder)},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout or done.stderr


def pages() -> list[Path]:
    """Pages that hold such blocks."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if "_build" not in page.parts and BLOCK.search(page.read_text("utf-8"))]


def renewed(text: str, folder: Path) -> str:
    """Return a page with the outputs of now."""

    def block(found: re.Match[str]) -> str:
        lines = [f"$ {step.command}\n{run(step.command, folder)}" for step in steps(found[1])]
        tidy = [line.rstrip() for line in "".join(lines).splitlines()]
        return "```console\n" + "\n".join(tidy) + "\n```"

    return BLOCK.sub(block, text)


def main() -> None:
    """Renew the files that are named, or all."""
    for page in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(renewed(page.read_text("utf-8"), Path(folder)), "utf-8")


if __name__ == "__main__":
    main()
