"""Holding a scenario's relay on its three-body orbit, with errors of navigation and burns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qqnet.errors import InputError
from qqnet.scenario.dynamics import Dynamics
from qqnet.scenario.nodes import Spacecraft
from qqnet.scenario.orbits import ThreeBodyOrbit
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    from qqnet.study.study import Study
    from qqnet.threebody.station_keeping import Errors, StationKeepingResult

DAY_S = 86_400.0


def is_three_body(study: Study, node: str) -> bool:
    """Return whether a node is on a three-body orbit; InputError where there is no node or entry of that name."""
    named = [entry for entry in study.scenario.nodes if entry.name == node]
    entry = named[0] if named else study.scenario.entry(node)
    return isinstance(entry, Spacecraft) and isinstance(entry.orbit, ThreeBodyOrbit)


def hold(
    study: Study,
    node: str,
    duration_s: float,
    errors: Errors,
    *,
    trials: int,
    horizon: float | None = None,
    burns: int | None = None,
    seed: int | None = None,
    advance: Callable[[float], None] = lambda share: None,
) -> StationKeepingResult:
    """Hold a relay on its orbit from the scenario's start on, again and again with other errors.

    Parameters
    ----------
    study : Study
        The scenario.
    node : str
        A spacecraft on a three-body orbit. Forces that it does not name are the usual ones.
    duration_s : float
        How long [s].
    errors : Errors
        What goes wrong.
    trials : int
        How often.
    horizon, burns : optional
        Revolutions that the control looks ahead, and burns a revolution; what suits the orbit where not given.
    seed : int, optional
        Of the errors; the scenario's where not given.
    advance : callable, optional
        Told the share done.

    Returns
    -------
    StationKeepingResult
        All trials.

    Raises
    ------
    InputError
        If the node is not on a three-body orbit, or its orbit cannot be brought into the real field.
    EphemerisRangeError
        If the ephemeris does not reach.
    """
    from qqnet.orbits.real_field import forces_on
    from qqnet.threebody.shooting import into_ephemeris
    from qqnet.threebody.station_keeping import Control, keep_station, reach_s
    from qqnet.threebody.synodic import period_s

    entry, start = study.scenario.entry(node), study.scenario.time.start_s
    if not (isinstance(entry, Spacecraft) and isinstance(entry.orbit, ThreeBodyOrbit)):
        raise InputError(f"node {node!r} is on no three-body orbit")
    pair, orbit, model = forces_on(entry.orbit, entry.dynamics or Dynamics())
    control = Control.suited(orbit, horizon=horizon, burns=burns)
    stop = start + duration_s
    reference = into_ephemeris(
        pair, orbit, epoch_s=start, phase=entry.orbit.phase, model=model, ephemeris=study.ephemeris, name=node,
        span=(start, stop + reach_s(period_s(pair, orbit), control)),
    )  # fmt: skip
    return keep_station(
        reference, study.ephemeris, stop_s=stop, control=control, errors=errors, trials=trials,
        seed=study.scenario.seed if seed is None else seed, advance=advance,
    )  # fmt: skip


def answer(result: StationKeepingResult) -> dict[str, Any]:
    """Return the answers as plain JSON values: see the reference of JSON keys."""
    start, stop = result.span
    return {
        "node": result.name,
        "start": format_utc(start, 0),
        "duration_days": (stop - start) / DAY_S,
        "dynamics": result.forces,
        **result.summary(),
    }
