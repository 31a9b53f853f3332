"""Run a Python peer in its own environment, with one JSON object in and one out.

`make peers` makes the environments. What runs inside them is in `benchmarks/peers/` and imports nothing of QQNet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent


def run_peer(name: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """Ask a peer.

    Parameters
    ----------
    name : str
        ``aiodtnsim`` or ``pydtnsim``.
    request : dict
        What its script in `benchmarks/peers` reads.

    Returns
    -------
    dict or None
        What it writes; None, with a word on stderr, where its environment is not there.
    """
    python = ROOT / ".venv-peers" / name / "bin" / "python"
    if not python.exists():
        print(
            f"{name}: no environment at {python.relative_to(ROOT)}; make it with: make peers", file=sys.stderr
        )
        return None
    script = ROOT / "benchmarks" / "peers" / f"run_{name}.py"
    done = subprocess.run(
        [str(python), str(script)], input=json.dumps(request), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
