"""The command line: one Typer application; each group of commands has its module."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from qqnet import __version__
from qqnet.cli import console
from qqnet.cli.compliance import compliance
from qqnet.cli.conjunction import conjunction
from qqnet.cli.coverage import coverage
from qqnet.cli.gantt import gantt
from qqnet.cli.gnss import gnss
from qqnet.cli.interference import interference
from qqnet.cli.links import link, links
from qqnet.cli.lunanet import lunanet
from qqnet.cli.navigation import navigation
from qqnet.cli.orbit_determination import od
from qqnet.cli.orbits import orbits
from qqnet.cli.plan import plan
from qqnet.cli.plans import contacts, convert
from qqnet.cli.pointing import pointing
from qqnet.cli.robustness import robustness
from qqnet.cli.routes import route
from qqnet.cli.scenarios import check, new, scenarios, schema
from qqnet.cli.spectrum import spectrum
from qqnet.cli.stability import stability
from qqnet.cli.station_keeping import stationkeep
from qqnet.cli.studies import run_command
from qqnet.cli.threebody import family
from qqnet.cli.topology import topology
from qqnet.cli.traffic import traffic
from qqnet.cli.weather import weather
from qqnet.cli.what_if import compare, criticality, montecarlo
from qqnet.errors import QqnetError

app = typer.Typer(
    name="qqnet",
    help="Plan, simulate and operate an interplanetary communication and navigation network.",
    no_args_is_help=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        print(f"qqnet {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no talk.")] = False,
) -> None:
    """Plan, simulate and operate an interplanetary communication and navigation network."""
    console.set_quiet(quiet)


for _command in (
    scenarios,
    check,
    new,
    schema,
    orbits,
    family,
    coverage,
    navigation,
    robustness,
    gnss,
    od,
    compliance,
    stability,
    stationkeep,
    link,
    links,
    conjunction,
    spectrum,
    pointing,
    interference,
    lunanet,
    weather,
    contacts,
    convert,
    gantt,
    topology,
):
    app.command()(_command)
app.command("run")(run_command)
app.command()(route)
app.command()(traffic)
app.command()(compare)
app.command()(criticality)
app.command()(montecarlo)
app.add_typer(plan)


INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def run() -> None:
    """Run the application; turn what went wrong into one message and an exit code."""
    try:
        code = app(standalone_mode=False)
    except QqnetError as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if type(error).__module__.startswith(("click", "typer")):
            _usage(error)
        raise
    if code == INTERRUPTED:
        _fail(
            "interrupted; nothing half-written is left, and a run goes on from the stages that were done",
            code,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    print(f"qqnet: {message}", file=sys.stderr)
    sys.exit(code)


def _usage(error: Exception) -> None:
    """Report a wrong option or argument as Click does."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
    sys.exit(getattr(error, "exit_code", 2))
