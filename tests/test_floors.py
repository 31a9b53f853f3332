"""The house: floors import only from floors below, and the front door is light."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = CONTRACT["contracts"][0]["layers"]


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True, no_logo=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_floors_import_only_from_floors_below():
    done = lint(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_the_contract_can_break(tmp_path):
    """Upside down, the same contract is broken, and says by which import."""
    listed = "".join(f"    {layer}\n" for layer in reversed(LAYERS))
    config = tmp_path / "reversed.ini"
    config.write_text(
        "[importlinter]\nroot_package = qqnet\n\n"
        f"[importlinter:contract:up]\nname = Upside down\ntype = layers\nlayers =\n{listed}",
        encoding="utf-8",
    )
    done = lint(config)
    assert done.returncode == 1
    assert "qqnet.space is not allowed to import qqnet.errors" in done.stdout


def test_every_floor_is_under_the_contract():
    listed = {name.strip() for layer in LAYERS for name in layer.replace("|", ":").split(":")}
    modules = (ROOT / "src" / "qqnet").glob("*/*.py")
    floors = {f"qqnet.{file.parent.name}" for file in modules if file.name != "__init__.py"}
    assert floors <= listed


@pytest.mark.parametrize(
    "statement", ["import qqnet", "import qqnet.errors, qqnet.units", "import qqnet.scenario"]
)
def test_the_front_door_is_light(statement):
    """Nothing heavy is imported before it is needed."""
    heavy = ["numpy", "numba", "scipy", "pandas", "xarray", "matplotlib", "h5py", "pyarrow", "erfa"]
    heavy += ["pint", "pydantic", "yaml"]
    code = f"import sys; {statement}; print(*sorted(set({heavy}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_reading_a_scenario_stays_light():
    """Checking a file needs neither tables nor figures nor compiled kernels."""
    heavy = ["pandas", "xarray", "matplotlib", "h5py", "pyarrow"]
    code = (
        "import sys; from qqnet.scenario.loading import load; load(sys.argv[1]); "
        f"print(*sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "tests" / "scenario" / "small.yaml")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
