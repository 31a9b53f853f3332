"""Commands as a user types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


class Shell:
    """Runs ``qqnet`` in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "qqnet", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "COLUMNS": "160"},
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: str, code: int = 0) -> dict:
        return json.loads(self(*arguments, "--json", code=code).stdout)


@pytest.fixture
def qqnet(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def shells(tmp_path_factory):
    """Make shells whose folder lasts for the session."""
    return lambda name: Shell(tmp_path_factory.mktemp(name))
