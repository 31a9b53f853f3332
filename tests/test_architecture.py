"""ARCHITECTURE.md names modules that exist, and every package."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "qqnet"


def test_modules_that_the_page_names_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("## Where things are")[1].split("\n## ")[0]
    rows = re.findall(r"(?m)^\| `(\w+)` \| (.*) \|$", text)
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"data"}
    assert {package for package, _ in rows} == packages
    for package, cell in rows:
        for name in re.findall(r"`(\w+)`", cell):
            assert (PACKAGE / package / f"{name}.py").is_file(), f"{package}/{name}.py is not there"
