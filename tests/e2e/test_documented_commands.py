"""The commands and outputs that README and documentation show are those of the product.

A block of Markdown that is marked ``console`` is run command by command; what stands under a command is what it
prints, with ``...`` for what varies. All blocks of a page share a folder.
"""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("renew_outputs", ROOT / "docs" / "renew_outputs.py")
documented = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(documented)

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", documented.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page, tmp_path):
    checker = doctest.OutputChecker()
    for block in documented.BLOCK.findall(page.read_text("utf-8")):
        for step in documented.steps(block):
            found = documented.run(step.command, tmp_path)
            same = checker.check_output(step.output, found, OPTIONS)
            assert same, f"$ {step.command}\n--- the page\n{step.output}--- now\n{found}"


def test_the_example_of_the_readme_gives_what_it_says():
    """What follows ``#`` behind an expression is its value; ``Study`` computes only what is asked for."""
    import qqnet

    code = re.search(r"(?s)```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"))[1]
    names = {}
    checked = 0
    for line in code.replace("qqnet.run(", "qqnet.Study(").splitlines():
        expression, _, comment = line.partition("#")
        if comment and "=" not in expression:
            assert repr(eval(expression, names)) == comment.strip()
            checked += 1
        else:
            exec(expression, names)
    assert names["qqnet"] is qqnet
    assert checked >= 2
