"""Compute the numbers of the pages on navigation errors and users, and write the tables that they include.

    .venv/bin/python docs/navigation_numbers.py

It takes half a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

import qqnet
from qqnet.navigation.error_radius import radius
from qqnet.navigation.user_estimation import filter_covariances, snapshot_covariances
from qqnet.navigation.user_problem import UserProblem
from qqnet.navigation.user_simulation import simulate_filter, simulate_snapshot
from qqnet.scenario.loading import from_text
from qqnet.study.navigation_users import solve, user_named, user_problem

OUT = Path(__file__).parent / "_include"
RUNS = 200

HEAD = """
version: 1
name: published
time: {start: 2040-06-01T00:00:00Z, duration: 1 d, step: 5 min}
"""
GIVEN = """
grids:
  - {body: Moon, subdivisions: 2, mask: 5 deg, errors: {signal_in_space: {orbit: %s, clock: %s}}}
"""
ELFO = """  - {name: elfo, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {type: walker-delta, satellites: %d, planes: 2, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: %g km, e: %g, i: %g deg, argp: %g deg}}
"""
NRHO = """  - {name: nrho-%d, kind: spacecraft, network: moon, ipn: %d, services: [navigation],
     orbit: {type: three-body, family: nrho-L2-south, resonance: "9:2", phase: %g}}
"""
WALKER = """  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {type: walker-delta, satellites: %d, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 9000 km, e: 0, i: 56 deg}}
"""
BASE = (
    "  - {name: base, kind: site, network: moon, ipn: 200, body: Moon, latitude: -89 deg, longitude: 0 deg}\n"
)
STILL = "navigation_users:\n  - {name: still, kind: site, node: base, step: %s, duration: %s, start: %s}\n"
DOWN = """navigation_users:
  - name: lander
    kind: lander
    body: Moon
    start: %s
    step: 5 s
    descent: [{at: 0 s, latitude: -60 deg, longitude: 0 deg, altitude: 100 km},
      {at: 20 min, latitude: -74 deg, longitude: 0 deg, altitude: 15 km},
      {at: 32 min, latitude: -88 deg, longitude: 0 deg, altitude: 0 km}]
    altimeter: {sigma: 2 m}
    terrain: {sigma: 10 m}
"""
DRIVE = """navigation_users:
  - name: rover
    kind: rover
    body: Moon
    speed: 0.3 m/s
    duration: 6 h
    start: %s
    route: [{latitude: -89 deg, longitude: 0 deg}, {latitude: -88 deg, longitude: 0 deg}]
    terrain: {sigma: 5 m}
"""


def problem(text: str, user: str) -> UserProblem:
    """Problem of a user of a scenario in text."""
    study = qqnet.Study(from_text(HEAD + text))
    return user_problem(study, user_named(study.scenario, user))


def spatial(covariance: np.ndarray, share: float) -> np.ndarray:
    """Radius in space that holds a share, at each epoch; infinite where there is no solution."""
    known = np.isfinite(covariance[:, 0, 0])
    found = np.full(len(covariance), np.inf)
    found[known] = radius(share, np.linalg.eigvalsh(covariance[known, :3, :3]), nodes=20)
    return found


def horizontal(one: UserProblem, covariance: np.ndarray, share: float) -> np.ndarray:
    """Radius in the plane that holds a share, at each epoch."""
    up = one.track.up
    flat = np.eye(3) - up[:, :, None] * up[:, None, :]
    variances = np.linalg.eigvalsh(flat @ covariance[:, :3, :3] @ flat)[:, 1:]
    return np.asarray(radius(share, np.maximum(variances, 0.0), nodes=20))


def past_epochs() -> Iterator[str]:
    """JDSE 20250076: 10 m of orbit error, 19 past epochs."""
    for count in (9, 24):
        for step in ("1 min", "10 min"):
            nodes = "nodes:\n" + WALKER % count + BASE
            length = 19 * (60 if step == "1 min" else 600)
            one = problem(nodes + GIVEN % ("10 m", "0 m") + STILL % (step, f"{length} s", "2 h"), "still")
            error = np.linalg.norm(simulate_filter(one, RUNS, 1).error[-1, :, :3], axis=1)
            single = snapshot_covariances(one)[-1]
            alone = "no solution"
            if np.isfinite(single[0, 0]):
                error0 = np.linalg.norm(simulate_snapshot(one, 19, RUNS, 2).error[0, :, :3], axis=1)
                alone = f"{error0.mean():.1f} ± {error0.std():.1f} m"
            seen = one.lines.seen[-1].sum()
            found = f"{error.mean():.2f} ± {error.std():.2f} m"
            yield f"| {count} satellites, {seen} in view, {step} apart | {alone} | {found} |"


def moonlight() -> Iterator[str]:
    """Landers and rovers with four or five satellites on elliptical orbits over the south."""
    for count in (4, 8):
        nodes = "nodes:\n" + ELFO % (count, 9750.5, 0.6383, 54.33, 86.18) + BASE
        worst, met, wide, seen = [], [], [], []
        for hours in range(0, 18, 3):
            down = problem(nodes + GIVEN % ("4.5 m", "1 m") + DOWN % f"{hours} h", "lander")
            at_end = spatial(filter_covariances(down), 0.99)[-1]
            worst.append(at_end)
            met.append(at_end <= 50.0)
            drive = problem(nodes + GIVEN % ("4.5 m", "1 m") + DRIVE % f"{hours} h", "rover")
            wide.append(horizontal(drive, filter_covariances(drive), 0.95)[-1])
            seen.append(drive.lines.seen.sum(axis=1).mean())
        yield (
            f"| {count} on 24 h orbits, {np.mean(seen):.1f} in view at the pole "
            f"| {min(worst):.0f} to {max(worst):.0f} m | {100 * np.mean(met):.0f} % "
            f"| {min(wide):.1f} to {max(wide):.1f} m |"
        )


def nrho() -> Iterator[str]:
    """Gao 2025: two NRHO and four ELFO."""
    nodes = (
        "nodes:\n" + NRHO % (1, 100, 0.0) + NRHO % (2, 101, 0.5) + ELFO % (4, 6541.4, 0.6, 56.2, 90.0) + BASE
    )
    one = problem(nodes + GIVEN % ("10 m", "3 m") + STILL % ("5 min", "23 h", "0 h"), "still")
    single, filtered = spatial(snapshot_covariances(one), 0.95), spatial(filter_covariances(one), 0.95)
    solved = np.isfinite(single)
    yield (
        f"| 2 NRHO and 4 ELFO, south pole, a day | {100 * solved.mean():.0f} % | "
        f"{np.median(single[solved]):.0f} m | {100 * np.mean(single <= 50.0):.0f} % | "
        f"{np.median(filtered):.1f} m | {100 * np.mean(filtered <= 50.0):.0f} % |"
    )


def reference() -> Iterator[str]:
    """Errors and users of qqnet-3."""
    study = qqnet.Study(qqnet.load("qqnet-3"))
    answer = study.navigation_errors("Moon").summary()
    radii = "radius of 95 %: mean | 95 % | largest"
    yield f"| everywhere on the Moon, single epochs | mean | 95 % | largest | {radii} |"
    yield "|---|---|---|---|---|---|---|"
    for name, one in answer.items():
        cells = [one[key] for key in ("mean", "p95", "max")]
        cells += [one["p95_radius"][key] for key in ("mean", "p95", "max")]
        yield f"| {name} [m] | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |"
    yield ""
    yield "| user | estimator | horizontal, 95 % [m] | vertical, 95 % [m] | in space, 95 % [m] | at the end [m] |"
    yield "|---|---|---|---|---|---|"
    for user in study.scenario.navigation_users:
        found = solve(study, user).summary()
        for estimator in ("snapshot", "filter"):
            one = found[estimator]
            cells = [one[error]["p95_radius"]["mean"] for error in ("horizontal", "vertical", "position")]
            cells.append(one["position"]["p95_radius"]["end"])
            yield f"| {user.name} | {estimator} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |"


def consistency() -> Iterator[str]:
    """NEES of the users of qqnet-3."""
    study = qqnet.Study(qqnet.load("qqnet-3"))
    for user in study.scenario.navigation_users:
        short = user.model_copy(update={"duration": 30 * user.step})
        one = user_problem(study, short)
        found, single = simulate_filter(one, 100, 1), simulate_snapshot(one, 10, 400, 2)
        low, high = found.bounds()
        first, last = single.bounds()
        yield (
            f"| {user.name} | {found.nees.mean():.2f} | {low:.2f} to {high:.2f} | "
            f"{single.nees.mean():.2f} | {first:.2f} to {last:.2f} |"
        )


def main() -> None:
    """Compute and write."""
    parts = {
        "navigation_reference": list(reference()),
        "navigation_consistency": [
            "| user | filter: mean NEES of 8 | 99 % bounds | single epoch: mean NEES of 4 | 99 % bounds |",
            "|---|---|---|---|---|",
            *consistency(),
        ],
        "navigation_published": [
            "| 10 m of orbit error, user at rest | single epoch | filter with 19 past epochs |",
            "|---|---|---|",
            *past_epochs(),
            "",
            "| elliptical orbits, 13.4 m (3 sigma) of orbit error | lander at touchdown, 99 % in space "
            "| within 50 m | rover after 6 h, 95 % in the plane |",
            "|---|---|---|---|",
            *moonlight(),
            "",
            "| 10 m of orbit error | single epochs: solved | 95 % radius, median | within 50 m "
            "| filter: median | within 50 m |",
            "|---|---|---|---|---|---|",
            *nrho(),
        ],
    }
    OUT.mkdir(exist_ok=True)
    for name, lines in parts.items():
        text = "\n".join(lines) + "\n"
        print(text)
        (OUT / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
