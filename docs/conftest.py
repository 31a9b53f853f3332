"""The examples of the documentation run in a folder of their own; its scripts are no tests."""

from pathlib import Path

import pytest

collect_ignore_glob = ["*.py", "_ext/*", "_build/*"]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
