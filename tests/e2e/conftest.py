"""Commands as a user types them."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from qqnet.cli.app import run

WIDE = {"COLUMNS": "160"}


class Shell:
    """Runs ``qqnet`` in a folder of its own and in this process: what it imports and compiles is there already."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.dict(os.environ, WIDE),
            mock.patch.object(sys, "argv", ["qqnet", *arguments]),
            pytest.raises(SystemExit) as left,
        ):
            run()
        return self._judged(arguments, left.value.code or 0, out.getvalue(), err.getvalue(), code)

    def _judged(
        self, arguments: tuple[str, ...], found: object, out: str, err: str, code: int
    ) -> subprocess.CompletedProcess[str]:
        assert found == code, f"exit code {found}\n{out}\n{err}"
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(arguments, code, out, err)

    def json(self, *arguments: str, code: int = 0) -> dict:
        return json.loads(self(*arguments, "--json", code=code).stdout)


class Program(Shell):
    """Runs ``qqnet`` as a program of its own, which must import what it needs: seconds each time."""

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "qqnet", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, **WIDE},
        )
        return self._judged(arguments, done.returncode, done.stdout, done.stderr, code)


@pytest.fixture
def qqnet(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(scope="session")
def shells(tmp_path_factory):
    """Make shells whose folder lasts for the session."""
    return lambda name: Shell(tmp_path_factory.mktemp(name))
