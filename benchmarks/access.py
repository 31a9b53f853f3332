"""Contacts of a low constellation with ten ground stations for a day, beside a sampled evaluation in plain NumPy.

    python benchmarks/access.py [--hours 24]

66 satellites in 6 planes (Walker star, phasing 2), a = 7159 km, i = 86.4 deg, two-body motion; ten stations on the
WGS 84 ellipsoid, mask 10 deg; instantaneous geometry and light time. Tools compared elsewhere on a job of this
size (their stations are not known, so only the order of the contact hours can be compared) find 530.7 h in 3,672
to 3,684 passes. NumPy counts samples in view: no edges, and passes between two samples are lost. Times are of the
second call in a process; the first compiles, once for an installation. Compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qqnet.access.candidates import Candidates, Occulters
from qqnet.access.geometry import elevation_rad
from qqnet.access.windows import find_windows
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.walker import walker
from qqnet.space.bank import TableBank
from qqnet.space.bodies import body
from qqnet.space.chebyshev import fit
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.geodesy import cartesian_from_geodetic, local_up

Floats = NDArray[np.float64]

START_S = 1_275_000_000.0
MASK_RAD = np.radians(10.0)
STATIONS = {  # latitude, longitude [deg]
    "Jiamusi": (46.5, 130.8), "Kashi": (38.4, 76.7), "Neuquen": (-38.2, -70.1), "Goldstone": (35.4, -116.9),
    "Madrid": (40.4, -4.2), "Canberra": (-35.4, 149.0), "Svalbard": (78.2, 15.4), "Hawaii": (19.0, -155.7),
    "Hartebeesthoek": (-25.9, 27.7), "Singapore": (1.3, 103.8),
}  # fmt: skip


def build(hours: float) -> tuple[TableBank, Candidates, Occulters, float]:
    """Make the bank and all station-to-satellite links."""
    ephemeris = Ephemeris.packaged()
    names, tables, parents = ephemeris.tables()
    all_tables, all_parents = list(tables), list(parents)
    earth = names.index("Earth")
    stop = START_S + hours * 3600.0
    span = (START_S - 60.0, stop + 60.0)
    raan, anomaly = walker(66, 6, 2, "star")
    to_icrf = rotation("EARTH_EQUATOR", START_S).T
    gm = body("Earth").gm_km3_s2
    for node, mean in zip(raan, anomaly, strict=True):
        elements = Elements(7159.0, 0.0, np.radians(86.4), node, 0.0, mean)

        def position(t: Floats, elements: Elements = elements) -> Floats:
            return state(elements, gm, t - START_S)[0] @ to_icrf.T

        all_tables.append(fit(position, *span, 1e-6))
        all_parents.append(earth)
    places = np.radians(list(STATIONS.values()))
    shape = (body("Earth").equatorial_radius_km, body("Earth").polar_radius_km)
    fixed = cartesian_from_geodetic(places[:, 0], places[:, 1], 0.0, *shape)
    for vectors, parent, tolerance in (
        (fixed, earth, 1e-5),
        (local_up(places[:, 0], places[:, 1]), -1, 1e-9),
    ):
        for vector in vectors:

            def turned(t: Floats, vector: Floats = vector) -> Floats:
                return np.asarray(np.einsum("tji,j->ti", rotation("ITRF", t), vector))

            all_tables.append(fit(turned, *span, tolerance))
            all_parents.append(parent)
    satellites = np.arange(len(names), len(names) + 66)
    stations = np.arange(10) + len(names) + 66
    links = Candidates.build(
        np.repeat(stations, 66),
        np.tile(satellites, 10),
        min_elevation_from_rad=MASK_RAD,
        body_from=earth,
        up_from=np.repeat(stations + 10, 66),
    )
    bank = TableBank.build(all_tables, all_parents)
    return bank, links, Occulters.build(names, range(len(names)), only=("Earth", "Moon", "Sun")), stop


def sampled(bank: TableBank, links: Candidates, stop: float, step_s: float) -> tuple[float, int]:
    """Contact hours and passes by counting samples in view, in plain NumPy, a station at a time."""
    t = np.arange(START_S, stop + 1e-3, step_s)
    hours, passes = 0.0, 0
    satellites = bank.positions(np.unique(links.to_index), t)
    for station in np.unique(links.from_index):
        place, up = bank.positions([station], t)[0], bank.positions([station + 10], t)[0]
        seen = elevation_rad(satellites - place, up) >= MASK_RAD
        hours += seen[:, :-1].sum() * step_s / 3600.0
        passes += int((seen[:, 1:] & ~seen[:, :-1]).sum() + seen[:, 0].sum())
    return hours, passes


def best_time(job: Callable[[], object], repeats: int = 3) -> tuple[float, object]:
    """Return the shortest wall time of a job [s], and its answer."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        answer = job()
        times.append(time.perf_counter() - begin)
    return min(times), answer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=24.0)
    hours = parser.parse_args().hours
    begin = time.perf_counter()
    bank, links, occulters, stop = build(hours)
    print(
        json.dumps({"what": "tables", "links": len(links), "seconds": round(time.perf_counter() - begin, 3)})
    )
    begin = time.perf_counter()
    find_windows(bank, links, occulters, START_S, START_S + 600.0)
    print(
        json.dumps(
            {
                "what": "first call, with compilation if not kept",
                "seconds": round(time.perf_counter() - begin, 2),
            }
        )
    )
    for step in (60.0, 10.0):
        for light_time in (False, True):
            seconds, found = best_time(
                lambda step=step, light=light_time: find_windows(
                    bank, links, occulters, START_S, stop, step_s=step, light_time=light
                )
            )
            contact = float((found["end_s"] - found["start_s"]).sum()) / 3600.0  # type: ignore[index]
            line = {
                "what": "find_windows",
                "step_s": step,
                "light_time": light_time,
                "seconds": round(seconds, 3),
            }
            print(json.dumps(line | {"contact_hours": round(contact, 3), "passes": len(found)}))  # type: ignore[arg-type]
        seconds, answer = best_time(lambda step=step: sampled(bank, links, stop, step), 2)
        contact, passes = answer  # type: ignore[misc]
        line = {"what": "plain NumPy samples", "step_s": step, "seconds": round(seconds, 3)}
        print(json.dumps(line | {"contact_hours": round(contact, 3), "passes": passes}))


if __name__ == "__main__":
    main()
