"""The command about families of three-body orbits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from qqnet.cli import console
from qqnet.cli.options import Json, quantity
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.threebody.cr3bp import ThreeBodySystem

MEMBERS: Final = 20
"""Members shown of a family."""


def _complete_family(incomplete: str) -> list[str]:
    from qqnet.threebody.catalogue import FAMILIES

    return [name for name in FAMILIES if name.startswith(incomplete)]


def _complete_system(incomplete: str) -> list[str]:
    from qqnet.threebody.cr3bp import SYSTEMS

    return [name for name in SYSTEMS if name.startswith(incomplete)]


def family(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="Such as halo-L2-south or dro.", autocompletion=_complete_family
        ),
    ] = None,
    system: Annotated[
        str, typer.Option("--system", help="The two bodies.", autocompletion=_complete_system)
    ] = "Earth-Moon",
    resonance: Annotated[
        str | None, typer.Option("--resonance", help="p revolutions in q months, such as 9:2.")
    ] = None,
    az: Annotated[
        str | None, typer.Option("--az", help="Farthest from the plane of the bodies, such as '13000 km'.")
    ] = None,
    jacobi: Annotated[float | None, typer.Option("--jacobi", help="Jacobi constant, such as 3.05.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Such as '6.5 d'.")] = None,
    members: Annotated[
        int, typer.Option("--members", min=2, max=10_000, help="How many, evenly along the family.")
    ] = MEMBERS,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write: .csv, .json or .parquet.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Families of three-body orbits: their names; the members of one; the member with a given quantity."""
    from qqnet.threebody.cr3bp import system as system_named
    from qqnet.units import DURATION, LENGTH

    pair = system_named(system)
    asked = {
        "resonance": resonance,
        "az_km": quantity(az, LENGTH, "--az"),
        "jacobi": jacobi,
        "period_s": quantity(period, DURATION, "--period"),
    }
    wanted = {key: value for key, value in asked.items() if value is not None}
    if output is not None:
        _check_ending(output)
    if name is None:
        if wanted or output is not None:
            raise InputError("say which family: qqnet family NAME; without NAME it lists the names")
        _print_names(pair, as_json)
        return
    rows = _rows(pair, name, wanted, members)
    if output is not None:
        _write(_answer(pair, name, rows), output)
        console.say(f"wrote {output}: {len(rows)} {'orbit' if len(rows) == 1 else 'orbits'}")
    if as_json:
        console.print_json(_answer(pair, name, rows))
    elif output is None and wanted:
        _print_orbit(pair, name, rows[0])
    elif output is None:
        _print_members(pair, name, rows)


def _rows(pair: ThreeBodySystem, name: str, wanted: dict[str, Any], members: int) -> list[dict[str, Any]]:
    """Return the members of a family, or the one that is wanted, as rows of a table."""
    from qqnet.threebody.families import find_orbit
    from qqnet.threebody.tracing import row, trace

    if not wanted:
        return [dict(one) for one in trace(pair, name, members).rows()]
    orbit = find_orbit(pair, name, **wanted)
    return [row(pair, orbit) | {"closure": orbit.closure}]


def _answer(pair: ThreeBodySystem, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    keys = ("mu", "length_km", "time_s", "mean_period_s", "source")
    return {
        "family": name,
        "system": {"name": pair.name} | {key: getattr(pair, key) for key in keys},
        "members": rows,
    }


def _print_names(pair: ThreeBodySystem, as_json: bool) -> None:
    from qqnet.threebody.catalogue import FAMILIES
    from qqnet.threebody.cr3bp import SYSTEMS

    if as_json:
        families = [{"name": kind.name, "title": kind.title} for kind in FAMILIES.values()]
        console.print_json({"families": families, "systems": list(SYSTEMS)})
        return
    console.print_table("", ["family", "what it is"], [[kind.name, kind.title] for kind in FAMILIES.values()])
    print(f"Systems: {', '.join(SYSTEMS)}. Members of one: qqnet family NAME --system {pair.name}")


_COLUMNS: Final = (
    ("period [d]", "period_d", ".4f"),
    ("Jacobi", "jacobi", ".6f"),
    ("stability", "stability", ".3f"),
    ("az [km]", "az_km", ".0f"),
    ("periapsis [km]", "periapsis_km", ".0f"),
    ("apoapsis [km]", "apoapsis_km", ".0f"),
    ("x [1]", "x", ".8f"),
    ("z [1]", "z", ".8f"),
    ("vy [1]", "vy", ".8f"),
    ("vz [1]", "vz", ".8f"),
    ("period [1]", "period", ".8f"),
)


def _print_members(pair: ThreeBodySystem, name: str, rows: list[dict[str, Any]]) -> None:
    shown = [column for column in _COLUMNS if any(row[column[1]] != 0.0 for row in rows)]
    cells = [[format(row[key], form) for _, key, form in shown] for row in rows]
    titles = [title for title, _, _ in shown]
    console.print_table(f"{pair.name}: {name}", titles, cells, right=titles)
    print(_units(pair))


def _print_orbit(pair: ThreeBodySystem, name: str, row: dict[str, Any]) -> None:
    print(f"{pair.name}: {name}")
    lines = [
        ("state x, y, z", ", ".join(f"{row.get(key, 0.0):.15g}" for key in ("x", "y", "z"))),
        ("state vx, vy, vz", ", ".join(f"{row.get(key, 0.0):.15g}" for key in ("vx", "vy", "vz"))),
        ("period", f"{row['period']:.15g}, {row['period_d']:.6f} d"),
        ("revolutions in a sidereal period", f"{pair.mean_period_s / 86400.0 / row['period_d']:.6f}"),
    ]
    if pair.synodic_period_s is not None:
        lines.append(
            ("revolutions in a synodic period", f"{pair.synodic_period_s / 86400.0 / row['period_d']:.6f}")
        )
    lines += [
        ("Jacobi constant", f"{row['jacobi']:.15g}"),
        ("stability index", f"{row['stability']:.6g}"),
        ("az", f"{row['az_km']:.3f} km"),
        ("periapsis, apoapsis", f"{row['periapsis_km']:.1f} km, {row['apoapsis_km']:.1f} km"),
        ("closure after one period", f"{row['closure']:.1e}"),
    ]
    for title, value in lines:
        print(f"  {title:<34}{value}")
    print(_units(pair))


def _units(pair: ThreeBodySystem) -> str:
    return (
        f"Distances from the centre of {pair.secondary}; az from the plane of the two bodies. Unit of length "
        f"{pair.length_km:.4f} km. Days: one turn of the bodies is {pair.mean_period_s / 86400.0:.6f} d."
    )


def _check_ending(output: Path) -> None:
    if output.suffix not in (".csv", ".json", ".parquet"):
        raise InputError(f"--output: {output} ends in {output.suffix!r}; right are .csv, .json and .parquet")


def _write(answer: dict[str, Any], output: Path) -> None:
    from qqnet.files import whole_file, write_text

    if output.suffix == ".json":
        write_text(output, json.dumps(answer, indent=2) + "\n")
        return
    import pandas as pd

    table = pd.DataFrame(answer["members"])
    with whole_file(output) as part:
        if output.suffix == ".csv":
            table.to_csv(part, index=False)
        else:
            table.to_parquet(part, index=False)
