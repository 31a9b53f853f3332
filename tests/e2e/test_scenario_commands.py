"""scenarios, check, new, schema, and what holds for every command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_version_and_help(program):
    assert program("--version").stdout.startswith("qqnet 0.")
    listed = program("--help").stdout
    for name in ("scenarios", "check", "new", "schema", "run", "orbits", "coverage", "navigation"):
        assert name in listed
    for name in ("link", "contacts", "convert", "route", "traffic"):
        assert name in listed


def test_help_imports_nothing_heavy():
    code = (
        "import sys, qqnet.cli.app; "
        "print([m for m in ('numpy', 'numba', 'pandas', 'xarray', 'scipy', 'pint', 'pydantic', 'matplotlib')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_scenarios_lists_the_shipped_ones(qqnet):
    names = {entry["name"] for entry in qqnet.json("scenarios")["scenarios"]}
    assert {"qqnet-3", "queqiao-2", "mars-conjunction-2040"} <= names
    assert "qqnet-3" in qqnet("scenarios").stdout


def test_check_says_what_a_scenario_holds(qqnet):
    answer = qqnet.json("check", "qqnet-3")
    assert answer["ok"] is True
    assert answer["errors"] == []
    assert answer["holds"]["nodes"] > 100


ORBITS = """\
version: 1
name: orbits
time: {start: 2030-01-01T00:00:00Z, duration: 6 h}
nodes:
"""


@pytest.mark.parametrize(
    ("orbit", "dynamics", "said"),
    [
        ("{type: three-body, family: nrho-L2-south, resonance: 1:2}", "",
         "node 'A': Earth-Moon nrho-L2-south: it has no member with resonance 1:2; it has periods from"),
        ("{type: three-body, family: halo-L2-south, az: 300000 km}", "numerical", "node 'A': "),
        ("{type: keplerian, body: Saturn, frame: ICRF, a: 200000 km, e: 0, i: 0 deg}",
         "{degree: 500, third_bodies: [Pluto]}", "unknown body 'Pluto'"),
        ("{type: keplerian, body: Moon, frame: ICRF, a: 2000 km, e: 0, i: 0 deg}",
         "{mass: -5 kg, burns: [{at: 2030-02-01T00:00:00Z, delta_v: [1 m/s, 2 m/s]}]}", "must be above zero"),
    ],
)  # fmt: skip
def test_check_says_which_orbits_and_forces_cannot_be(qqnet, orbit, dynamics, said):
    extra = f", dynamics: {dynamics}" if dynamics else ""
    node = f"  - {{name: A, kind: spacecraft, ipn: 1, orbit: {orbit}{extra}}}\n"
    (qqnet.folder / "net.yaml").write_text(ORBITS + node)
    assert said in qqnet("check", "net.yaml", code=2).stderr
    answer = qqnet.json("check", "net.yaml", code=2)
    assert any(said in error["message"] for error in answer["errors"])


def test_check_says_how_each_node_will_move(qqnet):
    answer = qqnet.json("check", "lunar-relay")
    motion = {node["name"]: node["dynamics"] for node in answer["nodes"]}
    assert motion["relay"].startswith("Moon 30x30 (GRGM1200A), Earth, Sun")
    assert motion["lander"] == "site"
    assert f"{motion['relay']}: relay" in qqnet("check", "lunar-relay").stdout


def test_check_names_every_fault_at_once(qqnet):
    qqnet("new", "mine")
    text = (qqnet.folder / "mine.yaml").read_text()
    text = text.replace("duration: ", "duration: 3  # was ", 1).replace("to: ground", "to: grond", 1)
    (qqnet.folder / "mine.yaml").write_text(text)
    answer = qqnet.json("check", "mine.yaml", code=2)
    assert answer["ok"] is False
    found = {error["path"]: error for error in answer["errors"]}
    assert set(found) == {"time.duration", "flows[0].to"}
    assert "has no unit" in found["time.duration"]["message"]
    assert "did you mean 'ground'" in found["flows[0].to"]["message"]
    lines = text.splitlines()
    assert "duration" in lines[found["time.duration"]["line"] - 1]
    assert "grond" in lines[found["flows[0].to"]["line"] - 1]
    spoken = qqnet("check", "mine.yaml", code=2).stderr
    assert "mine.yaml:" in spoken
    assert "2 faults" in spoken


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere"], "no file 'nowhere', and no scenario"),
        (["check", "."], "is a folder"),
        (["coverage", "lunar-relay", "--body", "Mars"], "no grid at 'Mars'"),
        (["coverage", "lunar-relay", "--mask", "5"], "has no unit"),
        (["coverage", "lunar-relay", "--mask", "95 deg"], "above -90 deg and below 90 deg"),
        (["coverage", "lunar-relay", "--mask", "90 deg"], "above -90 deg and below 90 deg"),
        (["coverage", "lunar-relay", "--duration", "0 s"], "--duration: '0 s' must be above zero"),
        (
            ["coverage", "lunar-relay", "--step", "30 h"],
            "time.step: '30 h' must not be longer than the duration",
        ),
        (
            ["coverage", "lunar-relay", "--node", "relai"],
            "--node: unknown node 'relai'; did you mean 'relay'?",
        ),
        (
            ["coverage", "lunar-relay", "--node", "rover", "--body", "Mars"],
            "has no grid at 'Mars'; it has: Moon",
        ),
        (["coverage", "lunar-relay", "--duration", "3 km"], "is a length; a duration is needed"),
        (["coverage", "lunar-relay", "--start", "2100-01-01"], "outside the ephemeris"),
        (["coverage", "lunar-relay", "--node", "nobody"], "unknown node 'nobody'"),
        (["link", "lunar-relay", "rover", "nobody"], "unknown node 'nobody'"),
        (["orbits", "lunar-relay", "-o", "orbits.xyz"], "the ending must be one of"),
    ],
)
def test_wrong_input_is_one_message_and_exit_code_2(qqnet, arguments, words):
    done = qqnet(*arguments, code=2)
    assert words in done.stderr
    assert not [path for path in qqnet.folder.iterdir() if path.suffix != ".yaml"]


def test_unknown_options_are_refused(program):
    assert "No such option" in program("check", "qqnet-3", "--nonsense", code=2).stderr
    assert "No such command" in program("chekc", code=2).stderr


def test_a_program_ends_with_the_codes_that_scripts_read(program):
    assert program("check", "lunar-relay", code=0).stderr == ""
    refused = program("check", "nowhere", code=2)
    assert refused.stderr.startswith("qqnet: there is no file 'nowhere'")
    assert refused.stdout == ""


def test_new_does_not_overwrite(qqnet):
    qqnet("new", "mine", "--template", "queqiao-2")
    assert "name: mine" in (qqnet.folder / "mine.yaml").read_text()
    assert "is there already" in qqnet("new", "mine", code=2).stderr
    assert "unknown scenario" in qqnet("new", "other", "--template", "nothing", code=2).stderr
    assert "is not a name" in qqnet("new", "a b", code=2).stderr


def test_schema_is_json(qqnet):
    schema = json.loads(qqnet("schema").stdout)
    assert "nodes" in schema["then"]["properties"]
    qqnet("schema", "-o", "schema.json")
    assert json.loads((qqnet.folder / "schema.json").read_text()) == schema


def test_output_into_a_closed_pipe_is_no_error(qqnet):
    done = subprocess.run(
        f"{sys.executable} -m qqnet schema | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_shell_completion_completes_commands_and_scenarios():
    def complete(words: str, position: int) -> str:
        environment = {**os.environ, "_QQNET_COMPLETE": "complete_bash", "COMP_WORDS": words}
        environment["COMP_CWORD"] = str(position)
        program = Path(sys.executable).parent / "qqnet"
        return subprocess.run([program], env=environment, capture_output=True, text=True, timeout=60).stdout

    assert "coverage" in complete("qqnet cov", 1)
    assert "qqnet-3" in complete("qqnet check qq", 2)
