"""The study folder: reuse, interruption, two runs at once, folders that are something else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import qqnet
from qqnet.study.folder import RECORDS, Folder
from qqnet.study.progress import Silent


class Heard(Silent):
    """Remembers which stages were computed and which were reused."""

    def __init__(self):
        self.computed: list[str] = []
        self.reused: list[str] = []

    def start(self, stage, reused):
        (self.reused if reused else self.computed).append(stage)


def _change(scenario: qqnet.Scenario, **sections):
    return scenario.model_copy(update=sections)


def test_an_unchanged_study_is_reused_whole(small, folder):
    heard = Heard()
    qqnet.run(small, folder, heard)
    assert heard.computed == []
    assert set(heard.reused) >= {
        "orbits",
        "coverage-moon",
        "navigation-moon",
        "robustness-moon",
        "access",
        "contacts",
        "traffic",
    }


def test_only_what_depends_on_a_change_is_computed_again(small, tmp_path):
    qqnet.run(small, tmp_path / "study")
    fewer = _change(small, flows=small.flows[:1])
    heard = Heard()
    qqnet.run(fewer, tmp_path / "study", heard)
    assert heard.computed == ["routes", "traffic", "summary"]
    grid = small.grids[0].model_copy(update={"mask": 0.2})
    heard = Heard()
    qqnet.run(_change(fewer, grids=[grid]), tmp_path / "study", heard)
    assert heard.computed == ["coverage-moon", "navigation-moon", "robustness-moon", "summary"]


def test_words_for_people_change_no_number(small, tmp_path):
    qqnet.run(small, tmp_path / "study")
    heard = Heard()
    qqnet.run(
        _change(small, title="another title", assumptions={"time": "why not"}), tmp_path / "study", heard
    )
    assert heard.computed == ["summary"]


def test_an_interrupted_run_goes_on_where_it_was(small, tmp_path):
    class Stop(Heard):
        def start(self, stage, reused):
            super().start(stage, reused)
            if stage == "contacts":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        qqnet.run(small, tmp_path / "study", Stop())
    left = {path.name for path in (tmp_path / "study").iterdir()}
    assert "windows.parquet" in left
    assert "contacts.parquet" not in left
    assert "summary.json" not in left
    heard = Heard()
    study = qqnet.run(small, tmp_path / "study", heard)
    assert {"orbits", "access"} <= set(heard.reused)
    assert heard.computed == ["contacts", "routes", "traffic", "summary"]
    assert study.summary["contacts"]["count"] == len(study.contacts)


def test_a_damaged_result_is_computed_again(small, tmp_path):
    qqnet.run(small, tmp_path / "study")
    (tmp_path / "study" / "windows.parquet").write_bytes(b"not a table")
    (tmp_path / "study" / RECORDS / "traffic.json").write_text("{")
    heard = Heard()
    qqnet.run(small, tmp_path / "study", heard)
    assert heard.computed == ["access", "traffic"]


def test_a_stage_that_fails_leaves_no_file_and_no_record(tmp_path):
    folder = Folder(tmp_path / "study")
    folder.create()

    def make(advance):
        def write(path: Path) -> None:
            path.write_text("half")
            raise RuntimeError("disk full")

        return {"table.txt": write}

    with pytest.raises(RuntimeError, match="disk full"):
        folder.stage("table", "key", make, Silent())
    assert [path.name for path in (tmp_path / "study").iterdir()] == [RECORDS]
    assert list((tmp_path / "study" / RECORDS).glob("*.json")) == []


def test_other_peoples_folders_and_files_are_left_alone(small, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(qqnet.InputError, match="holds other files and no study"):
        qqnet.run(small, tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]
    (tmp_path / "file").write_text("")
    with pytest.raises(qqnet.InputError, match="is not a folder"):
        qqnet.run(small, tmp_path / "file")


HOLD = """
import sys
from pathlib import Path
from qqnet.study.folder import Folder
folder = Folder(Path(sys.argv[1]))
folder.create()
with folder.locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_runs_at_once_in_one_folder(small, tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path / "study")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(qqnet.InputError, match="another run is working in"):
            qqnet.run(small, tmp_path / "study")
        other.stdin.close()
    qqnet.run(small, tmp_path / "study")
    assert json.loads((tmp_path / "study" / "summary.json").read_text())
