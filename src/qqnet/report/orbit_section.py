"""Orbits and clocks: errors of the broadcast messages over time, by satellite, and where they come from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Heading, Table, Text
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.wording import duration, number, percent, whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.orbit_determination.result import OrbitDeterminationResult
    from qqnet.study.study import Study

Floats = NDArray[np.float64]


def orbit_blocks(study: Study) -> list[Block]:
    """Return what a study found about orbits and clocks, for each body that the scenario asks about."""
    blocks: list[Block] = []
    for spec in study.scenario.orbit_determination:
        result = study.orbit_determination(spec.body)
        name = spec.body.lower()
        blocks += [Heading(f"{spec.body}", f"orbit-determination-{name}"), *_body_blocks(result, name)]
    return blocks


def _body_blocks(result: OrbitDeterminationResult, name: str) -> list[Block]:
    answer = result.summary()
    return [
        Text(_sentence(answer)),
        Figures(
            [
                embedded(
                    _error_figure(result, answer),
                    f"od-errors-{name}",
                    f"Errors of the broadcast messages over time, {result.body}.",
                )
            ],
            "Root sum square of position and clock, and of velocity and clock rate, 3 sigma; the worst and the "
            "middle satellite. The teeth are messages that grow old until the next upload.",
            wide=True,
        ),
        Figures(
            [
                embedded(
                    _part_figure(result),
                    f"od-parts-{name}",
                    f"Parts of the error of the broadcast messages over time, {result.body}.",
                )
            ],
            "Root mean square over the satellites of each part of the messages' error, 1 sigma, and of what the "
            "filter itself knows.",
            wide=True,
        ),
        _source_table(answer),
        Fold("Each satellite", [_satellite_table(answer)]),
    ]


def _sentence(answer: dict[str, Any]) -> str:
    limit, message = answer["limit"], answer["broadcast"]
    age = "none began" if message["age_max_s"] is None else f"up to {duration(message['age_max_s'])} old"
    parts = [
        f"{whole(answer['satellites'])} satellites with {answer['clock']} clocks, tracked for "
        f"{duration(answer['duration_s'])}; figures leave out the first {duration(answer['settle_s'])}. Messages "
        f"are predictions ({age}, renewed each {duration(message['upload_s'])}).",
        f"Forces: {answer['dynamics']}.",
    ]
    for key, words, scale, unit in (
        ("position", "Position and clock together", 1.0, "m"),
        ("velocity", "velocity and clock rate together", 1e3, "mm/s"),
    ):
        name = "position_m" if key == "position" else "velocity_m_s"
        met = limit[f"{key}_met_fraction"]
        most = f"{limit[name] * scale:g} {unit} (3 sigma, LCRNS)"
        told = "at no time that is known" if met is None else f"for {percent(met, 3)} of satellites and time"
        parts.append(f"{words[0].upper()}{words[1:]} stay within {most} {told}.")
    lost = Counter(one["state"] for one in answer["undetermined"])
    if lost:
        states = ", ".join(f"{state} of {whole(count)}" for state, count in lost.items())
        parts.append(
            f"No observation determines {states} satellites: what stands there is only what was known before."
        )
    return " ".join(parts)


def _error_figure(result: OrbitDeterminationResult, answer: dict[str, Any]) -> Figure:
    charts = []
    for title, unit, values, limit in (
        (
            "Position, clock", "m, 3 sigma", result.position_error_m(), answer["limit"]["position_m"],
        ),
        (
            "Velocity, rate", "mm/s, 3 sigma", 1e3 * result.velocity_error_m_s(),
            1e3 * answer["limit"]["velocity_m_s"],
        ),
    ):  # fmt: skip
        lines = [Line("worst", np.max(values, axis=1)), Line("middle", np.median(values, axis=1))]
        charts.append(Chart(title, unit, lines, wanted=limit, kind="log", missing="no message, or unknown"))
    return series_figure(result.data["time"].to_numpy(), charts)


def _part_figure(result: OrbitDeterminationResult) -> Figure:
    charts = []
    for kind, title in (("broadcast", "Messages"), ("filtered", "Filter")):
        sigma = result.sigma(kind)
        lines = [
            Line(label, np.sqrt(np.mean(sigma[..., n] ** 2, axis=1)))
            for n, label in ((0, "radial"), (1, "transverse"), (2, "normal"), (6, "clock"))
        ]
        charts.append(Chart(title, "m, 1 sigma", lines, kind="log"))
    return series_figure(result.data["time"].to_numpy(), charts)


def _source_table(answer: dict[str, Any]) -> Table:
    rows = [
        [one["name"], whole(one["observations"]), percent(one["information_share"], 3)]
        for one in answer["sources"]
    ]
    return Table(
        ["source", "observations", "share of what is determined"],
        rows,
        1,
        "What each kind of tracking contributes",
        "Degrees of freedom that the observations of a source determine, of all (influence matrix). Ranges "
        "between satellites determine most of them, but neither the orientation of the whole nor system time. "
        "'qqnet od --leave-one-out' says what the error would be without each.",
    )


def _satellite_table(answer: dict[str, Any]) -> Table:
    rows = [
        [
            one["node"],
            *(_figure(one["position_3sigma_m"][key]) for key in ("mean", "p95", "max")),
            *(_figure(one["velocity_3sigma_m_s"][key], 1e3) for key in ("mean", "p95", "max")),
        ]
        for one in answer["by_satellite"]
    ]
    return Table(
        [
            "satellite", "position mean [m]", "95 %", "most", "velocity mean [mm/s]", "95 %", "most",
        ],
        rows,
        1,
        "Messages of each satellite",
        "3 sigma, clocks included.",
    )  # fmt: skip


def _figure(value: float | None, scale: float = 1.0) -> str:
    return "unknown" if value is None else number(value * scale, 3)
