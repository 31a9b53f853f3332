"""The command that holds a node on its orbit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, ScenarioArgument, quantity
from qqnet.errors import InputError
from qqnet.units import ANGLE, DURATION, LENGTH, VELOCITY, Dimension

if TYPE_CHECKING:
    from qqnet.study.study import Study
    from qqnet.threebody.station_keeping import StationKeepingResult


def stationkeep(
    scenario: ScenarioArgument,
    node: Annotated[str, typer.Argument(metavar="NODE", help="A spacecraft, or a constellation.")],
    duration: Annotated[str, typer.Option("--duration", help="With unit, such as '1 y'.")] = "1 y",
    trials: Annotated[
        int, typer.Option("--trials", min=1, max=10_000, help="How often, with other errors.")
    ] = 20,
    position_error: Annotated[
        str, typer.Option("--position-error", help="Of orbit determination, 1 sigma an axis.")
    ] = "1 km",
    velocity_error: Annotated[
        str, typer.Option("--velocity-error", help="Of orbit determination, 1 sigma an axis.")
    ] = "1 cm/s",
    burn_error: Annotated[
        float, typer.Option("--burn-error", min=0.0, max=1.0, help="Of a burn's size, 1 sigma, as a share.")
    ] = 0.01,
    pointing_error: Annotated[
        str, typer.Option("--pointing-error", help="Of a burn's direction, 1 sigma.")
    ] = "1 deg",
    horizon: Annotated[
        float | None, typer.Option("--horizon", help="Revolutions to look ahead; what suits the orbit.")
    ] = None,
    burns: Annotated[
        int | None, typer.Option("--burns", help="Burns a revolution; what suits the orbit.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of the errors; the scenario's if not given.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Table of all burns to write: .csv or .parquet.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold a node on its orbit with errors of navigation and burns: delta-v a year, with its spread.

    A relay on a three-body orbit is held by control at crossings, a constellation by boxes of mean elements, as
    in `qqnet stability`. Exit code 1: it was not always held.
    """
    from qqnet.scenario.loading import load
    from qqnet.study.station_keeping import is_three_body
    from qqnet.study.study import Study

    loaded = load(scenario)
    figures = {
        "--duration": _number(duration, DURATION, "--duration"),
        "--position-error": _number(position_error, LENGTH, "--position-error"),
        "--velocity-error": _number(velocity_error, VELOCITY, "--velocity-error"),
        "--pointing-error": _number(pointing_error, ANGLE, "--pointing-error"),
    }
    if output is not None and output.suffix not in (".csv", ".parquet"):
        raise InputError(f"{output}: the ending must be .csv or .parquet")
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        if is_three_body(study, node):
            held = _relay(study, node, figures, trials, burn_error, horizon, burns, seed, output, as_json)
        else:
            held = _constellation(study, node, figures, burn_error, seed, as_json)
    if not held:
        raise typer.Exit(1)


def _number(text: str, dimension: Dimension, option: str) -> float:
    value = quantity(text, dimension, option)
    if value is None or value < 0.0 or (option == "--duration" and value == 0.0):
        raise InputError(
            f"{option}: {text!r} must be {'above zero' if option == '--duration' else 'zero or more'}"
        )
    return value


def _relay(
    study: Study,
    node: str,
    figures: dict[str, float],
    trials: int,
    burn_error: float,
    horizon: float | None,
    burns: int | None,
    seed: int | None,
    output: Path | None,
    as_json: bool,
) -> bool:
    from time import perf_counter

    from qqnet.study.station_keeping import answer, hold
    from qqnet.threebody.station_keeping import Errors

    errors = Errors(
        figures["--position-error"],
        figures["--velocity-error"],
        burn_error,
        pointing_rad=figures["--pointing-error"],
    )
    study.progress.start("station keeping", reused=False)
    began = perf_counter()
    result = hold(
        study, node, figures["--duration"], errors, trials=trials, horizon=horizon, burns=burns, seed=seed,
        advance=study.progress.advance,
    )  # fmt: skip
    study.progress.finish("station keeping", perf_counter() - began)
    found = answer(result)
    if output is not None:
        _write(result, output)
        console.say(f"wrote {output}: {len(result.times_s)} manoeuvres of {trials} trials")
    if as_json:
        console.print_json(found)
    else:
        _print(found)
    return bool(found["held"] == found["trials"])


def _print(found: dict[str, Any]) -> None:
    print(f"{found['node']}, {found['duration_days']:g} days from {found['start']}")
    print(f"  {found['dynamics']}")
    print(
        f"  {found['held']} of {found['trials']} trials held, {found['manoeuvres']} manoeuvres, "
        f"{found['burns_per_revolution']} a revolution, looking {found['horizon_revolutions']:g} revolutions ahead"
    )
    spent, burn = found["delta_v_m_s_per_year"], found["burn_m_s"]
    if spent is not None:
        print(
            f"  delta-v a year   {spent['mean']:.2f} m/s, spread {spent['std']:.2f}, "
            f"95 % {spent['p95']:.2f}, most {spent['max']:.2f}"
        )
    if burn is not None:
        print(f"  a burn           {burn['mean']:.3f} m/s, 95 % {burn['p95']:.3f}, most {burn['max']:.3f}")
    if found["greatest_deviation_km"] is not None:
        print(f"  farthest off     {found['greatest_deviation_km']:.0f} km from the reference")


def _write(result: StationKeepingResult, path: Path) -> None:
    import numpy as np
    import pandas as pd

    from qqnet.files import whole_file
    from qqnet.space.timescales import format_utc_array

    trials, count = result.delta_v_km_s.shape
    table = pd.DataFrame(
        {
            "trial": np.repeat(np.arange(1, trials + 1), count),
            "utc": np.tile(format_utc_array(result.times_s), trials),
            "tdb_s": np.tile(result.times_s, trials),
            "delta_v_m_s": 1e3 * result.delta_v_km_s.ravel(),
            "deviation_km": result.deviation_km.ravel(),
        }
    )
    with whole_file(path) as part:
        if path.suffix == ".csv":
            table.to_csv(part, index=False)
        else:
            table.to_parquet(part, index=False)


def _constellation(
    study: Study, node: str, figures: dict[str, float], burn_error: float, seed: int | None, as_json: bool
) -> bool:
    from qqnet.cli.stability import print_stability
    from qqnet.scenario.quantities import Internal
    from qqnet.scenario.stability import Keeping
    from qqnet.study.stability import body_of, specification, stability_summary

    if seed is not None:
        study.scenario = study.scenario.model_copy(update={"seed": seed})
    spec = specification(study.scenario, body_of(study.scenario, node), {"duration": figures["--duration"]})
    keeping = spec.keeping.model_dump() | {
        "position_error": figures["--position-error"],
        "velocity_error": figures["--velocity-error"],
        "pointing_error": figures["--pointing-error"],
        "burn_error": burn_error,
    }
    checked = Keeping.model_validate(
        {key: Internal(value) if isinstance(value, float) else value for key, value in keeping.items()}
    )
    spec = spec.model_copy(update={"keeping": checked, "providers": [node]})
    found = stability_summary(study, spec)
    if as_json:
        console.print_json(found)
    else:
        print_stability(found)
    return bool(found["kept"]["held_throughout"])
