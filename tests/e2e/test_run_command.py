"""The main command: a whole study, interrupted and continued, and two at once."""

import json
import signal
import subprocess
import sys

import pytest

RUN = [sys.executable, "-m", "qqnet", "run", "lunar-relay", "--duration", "6 d", "-o", "study"]


def test_run_leaves_a_study_with_a_report(program, qqnet):
    answer = program.json("run", "lunar-relay", "--duration", "6 h", "-o", "study")
    folder = qqnet.folder / "study"
    assert json.loads((folder / "summary.json").read_text()) == answer
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    spoken = qqnet("run", "lunar-relay", "--duration", "6 h", "-o", "study")
    assert "reused" in spoken.stderr
    assert spoken.stdout.count("?") >= 4
    assert "report: study/report.html" in spoken.stdout


def test_an_interrupted_run_says_so_and_goes_on(qqnet):
    with subprocess.Popen(
        RUN, cwd=qqnet.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        for line in run.stderr:
            if line.startswith("coverage-moon"):
                run.send_signal(signal.SIGINT)
                break
        rest = run.stderr.read()
        assert run.wait(60) == 130
    assert "interrupted; nothing half-written is left" in rest
    assert "Traceback" not in rest
    names = {path.name for path in (qqnet.folder / "study").iterdir()}
    assert "coverage-moon.nc" in names
    assert "summary.json" not in names
    assert not [name for name in names if name.endswith(".part")]
    again = qqnet(*RUN[3:])
    assert "coverage-moon reused" in again.stderr
    assert (qqnet.folder / "study" / "summary.json").exists()


def test_a_second_run_in_the_same_folder_is_refused(qqnet):
    with subprocess.Popen(
        RUN, cwd=qqnet.folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        for line in run.stderr:
            if line.startswith("orbits"):
                break
        other = qqnet(*RUN[3:], code=2)
        assert "another run is working in study" in other.stderr
        run.stderr.read()
        assert run.wait(120) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "taken"], "is not a folder"),
        (["-o", "letters"], "holds other files and no study"),
        (["--step", "2 d"], "must not be longer than the duration"),
        (["--duration", "-1 d"], "above zero"),
    ],
)
def test_wrong_options_write_nothing(qqnet, options, words):
    (qqnet.folder / "taken").write_text("")
    (qqnet.folder / "letters").mkdir()
    (qqnet.folder / "letters" / "dear.txt").write_text("dear")
    before = sorted(path.name for path in qqnet.folder.rglob("*"))
    assert words in qqnet("run", "lunar-relay", *options, code=2).stderr
    assert sorted(path.name for path in qqnet.folder.rglob("*")) == before
