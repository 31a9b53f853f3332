"""Users of navigation over time: their errors by filter and by single epochs, satellites, figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qqnet.navigation.user_result import UserResult
from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Heading, Table, Text
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.wording import or_infinite, percent, utc

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.study.study import Study

_TITLES = {"filter": "filter", "snapshot": "single epochs"}


def user_blocks(study: Study) -> list[Block]:
    """Return what each navigation user of a study gets."""
    results = study.navigation_users
    blocks: list[Block] = [
        Text(
            "The filter follows a user over time and knows that errors of orbits and clocks last; single "
            "epochs are solved each for itself, which takes four measurements. Radii hold 95 % of the error."
        ),
        user_table(results),
    ]
    for result in results:
        blocks += [
            Heading(f"{result.name}", f"user-{result.name}"),
            Figures([embedded(_figure(result), f"user-{result.name}", _alternative(result))], wide=True),
        ]
    return blocks


def user_table(results: list[UserResult]) -> Table:
    """One row a user and estimator."""
    rows = []
    for result in results:
        answer = result.summary()
        seen = answer["satellites"]
        for estimator, title in _TITLES.items():
            one = answer[estimator]
            rows.append(
                [
                    f"{answer['name']}, {title}",
                    f"{seen['min']}–{seen['max']}",
                    *(or_infinite(one[error]["p95_radius"]["mean"]) for error in ("horizontal", "vertical")),
                    *(or_infinite(one["position"]["p95_radius"][key]) for key in ("mean", "max", "end")),
                    or_infinite(one["time"]["p95_radius"]["mean"]),
                    or_infinite(one["velocity"]["mean"]),
                    percent(one["goal_met_fraction"]),
                    f"{answer['goal_m']:g}",
                ]
            )
    columns = [
        "",
        "in view",
        "horizontal, mean",
        "vertical, mean",
        "position, mean",
        "largest",
        "at the end",
        "time, mean",
        "velocity, 1 sigma [m/s]",
        "time within goal",
        "goal",
    ]
    return Table(
        columns,
        rows,
        1,
        "Users: errors that 95 % stay within [m]",
        "∞: no solution at some time. Charts end at four times the median where some values are above.",
    )


def _figure(result: UserResult) -> Figure:
    data = result.data
    goal = float(data.attrs["goal_m"])

    def lines(error: str) -> list[Line]:
        return [Line(title, result.series(estimator, error)) for estimator, title in _TITLES.items()]

    def chart(title: str, error: str, wanted: float | None = None) -> Chart:
        # What a filter does not know yet, or a bad geometry, would hide all else.
        middle = np.concatenate([result.series(one, error) for one in _TITLES])
        middle = middle[np.isfinite(middle)]
        top = (
            4.0 * float(np.median(middle)) if middle.size and middle.max() > 4.0 * np.median(middle) else None
        )
        missing = "no solution of single epochs"
        return Chart(title, "[m]", lines(error), wanted, missing=missing, floor=0.0, top=top)

    charts = [
        chart("Position error in space, radius of 95 %", "position_p95", goal),
        chart("Horizontal error, radius of 95 %", "horizontal_p95"),
        chart("Vertical error, 1 sigma", "vertical"),
        Chart(
            "Satellites in view", "satellites", [Line("", data["satellites"].to_numpy() * 1.0)], kind="count"
        ),
    ]
    return series_figure(data["time"].to_numpy(), charts)


def _alternative(result: UserResult) -> str:
    answer = result.summary()
    return (
        f"{result.name}, {answer['kind']} at {answer['body']}, {utc(answer['start'])} to {utc(answer['stop'])}: "
        "position, horizontal and vertical error over time, and satellites in view."
    )
