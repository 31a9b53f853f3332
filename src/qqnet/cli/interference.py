"""The command about interference between simultaneous links."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qqnet.cli import console
from qqnet.cli.options import Duration, Json, ScenarioArgument, Start, Step, quantity, with_span
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.spectrum.channels import Assignment
    from qqnet.study.interference import Disturbed, InterferenceResult


def interference(
    scenario: ScenarioArgument,
    every: Annotated[
        str, typer.Option("--every", help="Time between the moments that are looked at.")
    ] = "30 min",
    criterion: Annotated[
        float | None,
        typer.Option(
            "--criterion",
            help="Interference over noise that every link bears [dB]; if none, ITU-R SA.609 and SA.1157 hold "
            "where they speak of a receiver, and -6 dB elsewhere.",
        ),
    ] = None,
    share: Annotated[
        float, typer.Option("--share", help="Share of a link's time for which more is borne.")
    ] = 0.001,
    assign: Annotated[
        bool, typer.Option("--assign", help="Propose channels that remove the conflicts, and try them.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="How many links are printed.")] = 20,
    start: Start = None,
    duration: Duration = None,
    step: Step = None,
    as_json: Json = False,
) -> None:
    """Interference between all links of the contact plan; exit code 1 if any link is disturbed."""
    from qqnet.scenario.loading import load
    from qqnet.study.interference import CRITERION_DB, proposal
    from qqnet.study.interference import interference as look
    from qqnet.study.study import Study
    from qqnet.units import DURATION

    step_s = quantity(every, DURATION, "--every")
    if step_s is None or not step_s > 0.0:
        raise InputError(f"--every: {every!r} must be above zero")
    if not 0.0 <= share < 1.0:
        raise InputError(f"--share: {share:g} must be from 0 to below 1")
    loaded = with_span(load(scenario), start, duration, step)
    with console.Bars() as bars:
        study = Study(loaded, progress=bars)
        asked = partial(
            look,
            study,
            step_s=step_s,
            criterion_db=CRITERION_DB if criterion is None else criterion,
            recommendations=criterion is None,
            share=share,
        )
        found = asked()
        channels = proposal(found, loaded.seed) if assign else None
        after = None if channels is None else asked(channels=channels.carriers_hz)
    if as_json:
        console.print_json(interference_answer(found, channels, after))
    else:
        print_interference(loaded.name, found, channels, after, top)
    if (found if after is None else after).disturbed:
        raise typer.Exit(1)


def interference_answer(
    found: InterferenceResult, channels: Assignment | None = None, after: InterferenceResult | None = None
) -> dict[str, Any]:
    """The answer for programs."""
    answer: dict[str, Any] = {
        "ok": not found.disturbed,
        "criterion_db": found.criterion_db,
        "share": found.share,
        "step_s": found.step_s,
        "disturbed": len(found.disturbed),
        "links": [link.to_json() for link in found.links],
        "conflicts": [
            {"one": one, "other": other, "share": part} for (one, other), part in found.conflicts.items()
        ],
        "assignment": None,
    }
    if channels is not None and after is not None:
        answer["assignment"] = {
            "proven": channels.proven,
            "channels": [
                {**asdict(user), "proposed_hz": channels.carriers_hz[name]}
                for name, user in found.users.items()
            ],
            "conflicts_left": [list(pair) for pair in channels.left],
            "disturbed_after": len(after.disturbed),
            "i_over_n_max_db_after": after.links[0].to_json()["i_over_n_max_db"] if after.links else None,
        }
    return answer


def print_interference(
    name: str,
    found: InterferenceResult,
    channels: Assignment | None = None,
    after: InterferenceResult | None = None,
    top: int = 20,
) -> None:
    """Print who is disturbed, and the channels where they were asked for."""
    print(
        f"{name}: {len(found.disturbed)} of {len(found.links)} radio links in use have more interference than "
        f"their criterion for longer than {100 * found.share:g} % of their time"
    )
    console.print_table(
        "",
        ["link", "by", "MHz", "held to", "above %", "I/N [dB]", "C/I [dB]", "C/(N+I) [dB]", "most by"],
        [_row(link) for link in found.links[:top]],
        right=("MHz", "above %", "I/N [dB]", "C/I [dB]", "C/(N+I) [dB]"),
    )
    print(f"I/N: {found.criterion_db:g} dB. SA.609 is known from memory, see qqnet spectrum.")
    if any(link.assumed for link in found.links):
        print(
            "Where a terminal gives no bandwidth, one hertz for each bit a second of its fastest mode is taken."
        )
    if channels is None or after is None:
        if found.conflicts:
            print(f"{len(found.conflicts)} pairs in conflict; --assign proposes channels")
        return
    moved = {
        user: hertz
        for user, hertz in channels.carriers_hz.items()
        if abs(hertz - found.users[user].carrier_hz) > 0.5
    }
    rows = [
        [user, f"{found.users[user].carrier_hz / 1e6:.10g}", f"{hertz / 1e6:.10g}"]
        for user, hertz in sorted(moved.items())
    ]
    console.print_table(
        "Channels", ["who", "now [MHz]", "proposed [MHz]"], rows, right=("now [MHz]", "proposed [MHz]")
    )
    said = "" if channels.proven else " (not proven to be the fewest)"
    print(f"{len(channels.left)} of {len(found.conflicts)} conflicts are left{said}")
    for tight in _tight(found, channels):
        print(f"  no room: {tight}")
    print(f"with these channels {len(after.disturbed)} links are disturbed, before {len(found.disturbed)}")


def _tight(found: InterferenceResult, channels: Assignment) -> list[str]:
    """Which terminals are too wide for their bands where conflicts are left."""
    said: dict[str, None] = {}
    for name in (name for pair in channels.left for name in pair):
        user = found.users[name]
        terminal = name.rsplit(" by ", 1)[-1]
        said[
            f"{terminal} is {user.width_hz / 1e6:g} MHz wide, and its band {user.lowest_hz / 1e6:g}-"
            f"{user.highest_hz / 1e6:g} MHz"
        ] = None
    return list(said)


def _row(link: Disturbed) -> list[str]:
    def level(value: float) -> str:
        return f"{value:.1f}" if abs(value) < 1e9 else "none"

    worst = link.worst_source
    return [
        f"{link.pair.source} -> {link.pair.target}",
        link.pair.name,
        f"{link.carrier_hz / 1e6:.10g}",
        link.criterion,
        f"{100.0 * link.share_above:.2f}",
        level(link.i_over_n_max_db),
        level(link.c_over_i_min_db),
        level(link.c_over_n_plus_i_min_db),
        "" if worst is None else f"{worst.source} -> {worst.target}",
    ]
