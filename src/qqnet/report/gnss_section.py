"""Navigation satellites far from the Earth: usable ones over time, how loud they are, and what a fix is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Table, Text
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.style import SERIES, WIDE, new_figure
from qqnet.report.wording import number, percent, whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.gnss.result import GnssResult
    from qqnet.study.study import Study

SHOWN_DB_HZ = (5.0, 55.0)
"""Range of C/N0 that is drawn [dB-Hz]."""

SHOWN_SYSTEMS = 3
"""Systems that have a line of their own over time: those with the most usable satellites."""


def gnss_blocks(study: Study) -> list[Block]:
    """Return what a study found about the reception of navigation satellites."""
    result = study.gnss
    answer = result.summary()
    blocks: list[Block] = [Text(_introduction(answer)), _answers(answer)]
    drawn = _drawn(study, result)
    for label, node in drawn.items():
        blocks.append(
            Figures(
                [
                    embedded(
                        _series(result, node),
                        f"gnss-{node}",
                        f"Usable navigation satellites and errors at {label}.",
                    )
                ],
                f"{label}: usable satellites by system; highest C/N0; error of a snapshot, 1 sigma.",
                wide=True,
            )
        )
    blocks.append(
        Figures(
            [
                embedded(
                    _levels(result, drawn), "gnss-levels", "Share of time with at least so many, and C/N0."
                )
            ],
            "Left: share of time with at least so many usable satellites. Right: C/N0 of all satellites "
            "that nothing "
            "hides; the dashed line is the threshold.",
            wide=True,
        )
    )
    blocks.append(Fold("Each system", [_systems(answer)]))
    return blocks


def _introduction(answer: dict[str, Any]) -> str:
    return (
        f"{whole(answer['satellites'])} satellites of {', '.join(answer['systems'])} in their nominal "
        f"places, heard with "
        "the antennas, noise temperatures and thresholds that the scenario gives. Signals come past the "
        "Earth, in side "
        "lobes most of the time. Transmit patterns and powers are partly measured and partly assumed, as "
        "the documentation "
        "lists. Errors are those of one epoch's pseudoranges, with noise of the receiver and of broadcast "
        "orbits and "
        "clocks, before any filter."
    )


def _drawn(study: Study, result: GnssResult) -> dict[str, str]:
    """One node of each entry that listens, by label; satellites of a constellation differ little."""
    drawn: dict[str, str] = {}
    for node in result.nodes:
        entry = study.scenario.entry(node)
        label = node if entry.name == node else f"{node}, one of {entry.name}"
        if not any(study.scenario.entry(other).name == entry.name for other in drawn.values()):
            drawn[label] = node
    return drawn


def _answers(answer: dict[str, Any]) -> Table:
    rows = []
    for one in answer["nodes"]:
        usable, error = one["usable"], one["error_m"]
        rows.append(
            [
                one["node"],
                number(one["threshold_db_hz"]),
                f"{usable['min']} / {number(usable['mean'])} / {usable['max']}",
                percent(usable["fraction_at_least"]["4"], 1),
                percent(one["fix_fraction"], 1),
                _infinite(one["pdop"]["p50"]),
                *(_infinite(error[kind]["p50"]) for kind in ("position", "radial", "lateral", "time")),
            ]
        )
    return Table(
        [
            "node", "threshold [dB-Hz]", "usable min / mean / max", "4 or more", "fix", "PDOP", "position [m]",
            "to the Earth [m]", "across [m]", "time [m]",
        ],
        rows,
        1,
        "Usable satellites and errors of a snapshot",
        "Fix: share of epochs with as many ranges as unknowns, offsets between time scales included where "
        "they are solved "
        "for. PDOP and errors: 1 sigma, median over all epochs.",
    )  # fmt: skip


def _systems(answer: dict[str, Any]) -> Table:
    rows = [
        [
            one["node"],
            part["system"],
            number(part["clear_mean"]),
            number(part["usable"]["mean"]),
            whole(part["usable"]["max"]),
            *(_infinite(part["c_n0_db_hz"][key]) for key in ("p50", "p95", "max")),
        ]
        for one in answer["nodes"]
        for part in one["systems"]
    ]
    return Table(
        ["node", "system", "not hidden", "usable", "most", "C/N0 50 % [dB-Hz]", "95 %", "highest"],
        rows,
        2,
        "Mean number of satellites, and C/N0 of those that nothing hides",
    )


def _infinite(value: float | None) -> str:
    return "none" if value is None else number(value)


def _series(result: GnssResult, node: str) -> Figure:
    one = result.data.sel(node=node)
    most = [
        name
        for name in sorted(result.systems, key=lambda name: -float(one["usable"].sel(system=name).mean()))
        if float(one["usable"].sel(system=name).max()) > 0
    ][:SHOWN_SYSTEMS]
    lines = [Line("all", one["usable"].sum("system", dtype=np.int64).to_numpy().astype(float))]
    lines += [Line(name, one["usable"].sel(system=name).to_numpy().astype(float)) for name in most]
    loudest = [Line("all", _known(one["strongest"].max("system").to_numpy().astype(float)))]
    loudest += [
        Line(name, _known(one["strongest"].sel(system=name).to_numpy().astype(float))) for name in most
    ]
    charts = [
        Chart("Usable satellites", "", lines, wanted=4.0, kind="count"),
        Chart("Highest C/N0", "dB-Hz", loudest, wanted=float(one["threshold_db_hz"])),
    ]
    if np.isfinite(one["radial_error"].to_numpy()).any():
        errors = [
            Line(label, _known(one[f"{kind}_error"].to_numpy()))
            for kind, label in (("radial", "to the Earth"), ("lateral", "across"))
        ]
        charts.append(Chart("Error", "m", errors, kind="log", missing="no fix"))
    return series_figure(result.data["time"].to_numpy(), charts)


def _known(values: Any) -> Any:
    return np.where(np.isfinite(values), values, np.nan)


def _levels(result: GnssResult, drawn: dict[str, str]) -> Figure:
    figure = new_figure(WIDE, 3.1)
    left, right = figure.subplots(1, 2)
    for k, (label, node) in enumerate(drawn.items()):
        one, colour = result.data.sel(node=node), SERIES[k % len(SERIES)]
        count = one["usable"].sum("system", dtype=np.int64).to_numpy()
        folds = np.arange(count.max() + 2)
        left.step(
            folds, [100.0 * (count >= fold).mean() for fold in folds], where="mid", color=colour, label=label
        )
        half = one["histogram"].sum("system").to_numpy().astype(float).reshape(-1, 2)
        weight, middle = half.sum(axis=1), one["c_n0"].to_numpy().reshape(-1, 2).mean(axis=1)
        right.step(middle, 100.0 * weight / max(weight.sum(), 1.0), where="mid", color=colour, label=label)
        right.axvline(float(one["threshold_db_hz"]), color=colour, linestyle="--", linewidth=0.8)
    left.set_title("Usable satellites, at least")
    left.set_ylabel("% of time")
    left.set_ylim(0.0, 101.0)
    left.set_xlim(left=0.0)
    right.set_title("C/N0")
    right.set_xlabel("dB-Hz")
    right.set_ylabel("% of satellite-epochs by dB")
    right.set_xlim(*SHOWN_DB_HZ)
    right.set_ylim(bottom=0.0)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure
