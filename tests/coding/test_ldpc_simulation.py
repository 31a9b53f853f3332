"""The tool behind the LDPC curves: parity checks against generators, counts against the curves shipped."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qqnet.coding.performance import curves

TOOL = Path(__file__).parents[2] / "tools" / "simulate_ldpc.py"

# Rows of the generator matrices of the telecommand codes, CCSDS 231.0-B, as labrador-ldpc holds them: parity of
# messages in which bit 0, M, 2M or 3M alone is set, with M of 16 and 64.
PARITY = {
    128: ("0E69166BEF4C0BC2", "7766137EBB248418", "C480FEB9CD53A713", "4EAA22FA465EEA11"),
    512: (
        "1D21794A22761FAE59945014257E130D74D6054003794014 2DADEB9CA25EF12E",
        "60E0B6623C5CE5124D2C81ECC7F469AB20678DBFB7523ECE 2B54B906A9DBE98C",
        "F6739BCF54273E77167BDA120C6C47744C071EFF5E32A759 3138670C095C39B5",
        "28706BD0453002582DAB85F05B9201D08DFDEE2D9D84CA88 B371FAE63A4EB07E",
    ),
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulate_ldpc", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("length", [128, 512])
def test_parity_checks_hold_for_the_generators(tool: ModuleType, length: int):
    found = tool.telecommand(length)
    for n, text in enumerate(PARITY[length]):
        parity = bytes.fromhex(text.replace(" ", ""))
        word = np.zeros(length, dtype=int)
        word[n * length // 8] = 1
        word[length // 2 :] = np.unpackbits(np.frombuffer(parity, dtype=np.uint8))
        sums = np.add.reduceat(word[found.columns], found.starts[:-1])
        assert not (sums % 2).any()


@pytest.mark.parametrize("name", ["ar4ja:1/2:1024", "ar4ja:2/3:4096", "ar4ja:4/5:16384", "c2"])
def test_blocks_have_their_size(tool: ModuleType, name: str):
    found = tool.code(name)
    degrees = np.bincount(found.columns, minlength=found.sent.size)
    assert found.sent.sum() in (
        found.n,
        found.n + 16,
    )  # C2 has 18 bits that are known, and two that are filling
    assert degrees.min() >= 1
    if name != "c2":
        assert found.sent.size - (found.starts.size - 1) == found.k
        # Section 7.4.2 of 131.0-B: the punctured columns have degree 6, others 1, 2, 3 or 4.
        assert set(degrees[~found.sent].tolist()) == {6}
        assert set(degrees[found.sent].tolist()) <= {1, 2, 3, 4}


@pytest.mark.slow
def test_frames_fail_as_often_as_the_shipped_curve_says(tool: ModuleType):
    curve = curves()["ccsds-tc-ldpc-128", "frame"][0]
    random = np.random.default_rng(11)
    found, sent, failed = tool.code("tc:128"), 0, 0
    while sent < 20_000:
        failed += tool.frames(found, 3.5, random)[0]
        sent += tool.LANES
    expected = dict(zip(curve.eb_n0_db, curve.error_rate, strict=True))[3.5] * sent
    assert failed == pytest.approx(expected, abs=4.0 * (expected**0.5 + 0.1 * expected))
