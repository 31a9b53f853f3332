"""Years: coverage and mean elements of a constellation, left alone and kept, and the delta-v of keeping it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.orbits.mean_elements import wrapped
from qqnet.report.image import embedded
from qqnet.report.page import Block, Figures, Fold, Heading, Table, Text
from qqnet.report.series import Chart, Line, series_figure
from qqnet.report.style import BLUE, WIDE, new_figure
from qqnet.report.wording import duration, number, percent, whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qqnet.study.stability import StabilityResult
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

_CASES = {"free": "left alone", "kept": "kept"}


def stability_blocks(study: Study) -> list[Block]:
    """Return what a study found about years, for each body that the scenario asks about."""
    blocks: list[Block] = []
    for spec in study.scenario.stability:
        result = study.stability(spec.body)
        blocks += [Heading(f"{spec.body}", f"stability-{spec.body.lower()}"), *_body_blocks(result)]
    return blocks


def _body_blocks(result: StabilityResult) -> list[Block]:
    answer = result.summary()
    return [
        Text(_sentence(answer)),
        Figures(
            [
                embedded(
                    _coverage_figure(result),
                    f"years-{result.body.lower()}",
                    f"Fewest satellites in view and share of area and time by the day, {result.body}.",
                )
            ],
            "By the day: fewest satellites in view of any point at any epoch, and share of area and time with "
            "enough.",
            wide=True,
        ),
        Figures(
            [
                embedded(
                    _element_figure(result),
                    f"drift-{result.body.lower()}",
                    f"Spread of mean elements over the satellites, {result.body}.",
                )
            ],
            "Largest mean eccentricity of any satellite; and how far inclination, node and place in the pattern "
            "of the worst satellite have moved against the mean of all, since the start. "
            f"Axes: {result.data.attrs['frame']}.",
            wide=True,
        ),
        Figures(
            [
                embedded(
                    _delta_v_figure(answer),
                    f"delta-v-{result.body.lower()}",
                    f"Delta-v a year of each satellite, {result.body}.",
                )
            ],
            "Sum of all burns of the kept constellation, errors of navigation and of burns included.",
            wide=True,
        ),
        Fold("Each satellite at the end", [_table(result, answer)]),
    ]


def _sentence(answer: dict[str, Any]) -> str:
    days, spent = answer["duration_days"], answer["delta_v_m_s_per_year"]
    parts = [f"{whole(days)} days from {answer['start'][:10]}, under: {answer['dynamics']}."]
    for case, title in _CASES.items():
        one = answer[case]
        held = "throughout" if one["held_throughout"] else f"for the first {whole(one['held_days'])} days"
        parts.append(
            f"{title.capitalize()}, {answer['fold']} satellites are in view everywhere {held} "
            f"({percent(one['fraction_at_least_fold'], 3)} of area and time, at worst {one['fold_min']})."
        )
        if one["lost"]:
            names = ", ".join(f"{entry['node']} on {entry['utc'][:10]}" for entry in one["lost"])
            parts.append(f"Met the surface: {names}.")
    parts.append(
        f"Keeping costs {number(spent['mean'])} m/s a satellite and year (at most {number(spent['max'])}), "
        f"in {whole(answer['burns'])} burns."
    )
    return " ".join(parts)


def _coverage_figure(result: StabilityResult) -> Figure:
    data = result.data

    def lines(name: str) -> list[Line]:
        return [
            Line(title, data[name].sel(case=case).to_numpy().astype(float)) for case, title in _CASES.items()
        ]

    return series_figure(
        data["day"].to_numpy(),
        [
            Chart("Fewest satellites in view", "", lines("fold_min"), wanted=result.fold, kind="count"),
            Chart(f"With at least {result.fold} in view", "", lines("fraction_at_least_fold"), kind="share"),
        ],
    )


def _element_figure(result: StabilityResult) -> Figure:
    data = result.data

    def lines(function: Callable[[str], Floats]) -> list[Line]:
        return [Line(title, function(case)) for case, title in _CASES.items()]

    def of(name: str) -> Callable[[str], Floats]:
        return lambda case: np.degrees(
            _worst(spread(data[name].sel(case=case).to_numpy(), data["lost_s"].sel(case=case).to_numpy()))
        )

    return series_figure(
        data["time"].to_numpy(),
        [
            Chart(
                "Largest eccentricity", "", lines(lambda case: _worst(data["e"].sel(case=case).to_numpy()))
            ),
            Chart("Inclination against the others", "deg", lines(of("i_rad"))),
            Chart("Node against the others", "deg", lines(of("raan_rad"))),
            Chart("Place in the pattern", "deg", lines(of("latitude_rad"))),
        ],
    )


def _worst(values: Floats) -> Floats:
    """Return the largest magnitude over the satellites; not-a-number where none is left."""
    size = np.abs(values)
    return np.where(np.isnan(size).all(axis=1), np.nan, np.max(np.nan_to_num(size, nan=0.0), axis=1))


def spread(angle: Floats, lost_s: Floats) -> Floats:
    """Return how far angles have moved against the mean of all since the first time.

    Parameters
    ----------
    angle : ndarray, shape [K, N]
        By time and satellite [rad].
    lost_s : ndarray, shape [N]
        When a satellite was lost; those that were do not count in the mean.

    Returns
    -------
    ndarray, shape [K, N]
        In [-pi, pi) [rad].
    """
    moved = angle - angle[0]
    steady = ~np.isfinite(lost_s)
    if not steady.any():
        return np.full_like(angle, np.nan)
    common = np.angle(np.mean(np.exp(1j * moved[:, steady]), axis=1))
    return wrapped(moved - common[:, None])


def _delta_v_figure(answer: dict[str, Any]) -> Figure:
    spent = answer["delta_v_m_s_per_year"]["by_node"]
    figure = new_figure(WIDE, 2.2)
    axes = figure.subplots()
    axes.bar(np.arange(len(spent)), list(spent.values()), color=BLUE, width=0.7)
    axes.set_xticks(np.arange(len(spent)), list(spent), rotation=60, ha="right", rotation_mode="anchor")
    axes.set_xlim(-0.6, len(spent) - 0.4)
    axes.set_title("Delta-v of keeping")
    axes.set_ylabel("m/s a year")
    axes.grid(visible=False, axis="x")
    return figure


def _table(result: StabilityResult, answer: dict[str, Any]) -> Table:
    data = result.data
    rows = []
    spent = answer["delta_v_m_s_per_year"]["by_node"]
    moved = {
        case: {
            name: np.degrees(
                spread(data[name].sel(case=case).to_numpy(), data["lost_s"].sel(case=case).to_numpy())
            )
            for name in ("i_rad", "raan_rad", "latitude_rad")
        }
        for case in _CASES
    }
    for n, name in enumerate(map(str, data["satellite"].to_numpy())):
        for case, title in _CASES.items():
            one = data.isel(satellite=n).sel(case=case)
            lost = float(one["lost_s"])
            rows.append(
                [
                    name,
                    title,
                    number(float(one["e"].max()), 3),
                    *(
                        number(float(moved[case][key][-1, n]), 3)
                        for key in ("i_rad", "raan_rad", "latitude_rad")
                    ),
                    number(spent[name]) if case == "kept" else "",
                    "" if np.isnan(lost) else duration(lost - float(data.attrs["start_s"])),
                ]
            )
    return Table(
        [
            "satellite", "case", "largest e", "inclination [deg]", "node [deg]", "place [deg]",
            "delta-v [m/s a year]", "lost after",
        ],
        rows,
        2,
        "Mean elements of each satellite",
        "Inclination, node and place in the pattern at the end, moved against the mean of all since the start.",
    )  # fmt: skip
