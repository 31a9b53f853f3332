"""Ephemerides of a study as files for other tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.formats import MEAN, Format, format_of
from qqnet.ephemerides.naif import CENTER_CODES, names_kernel, object_codes
from qqnet.ephemerides.ref_frames import FRAMES, frame_of, from_icrf
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.files import whole_file, write_text
from qqnet.orbits.sampling import sample
from qqnet.orbits.trajectory import Trajectories, fit_trajectories
from qqnet.scenario.nodes import member_names
from qqnet.space.bodies import nearest
from qqnet.space.chebyshev import TOLERANCE_KM

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

ROUNDING_S: Final = 5e-7
"""Twice the resolution of times at 2040 [s]: what moves quickly is fitted no better than it moves in that."""

MEAN_STEP_S: Final = 300.0
"""Longest time between the states that mean elements are fitted to [s], where there are not too many."""

MEAN_STATES: Final = 20_000
"""Most states that mean elements are fitted to."""

FIRST_NUMBER: Final = 80_001
"""Catalogue number of the first node in a file of mean elements: those from 80000 are kept free for analysts."""


@dataclass(frozen=True)
class WrittenFile:
    """What was written.

    Attributes
    ----------
    format : Format
        In which format.
    nodes, states : int
        How many nodes, and states; of series their records, of mean elements their sets.
    notes : tuple of str
        What a user of the file should know.
    """

    format: Format
    nodes: int
    states: int
    notes: tuple[str, ...] = ()


def write_ephemerides(
    study: Study,
    names: Sequence[str],
    path: Path,
    *,
    format_key: str | None = None,
    frame: str = "ICRF",
    center: str | None = None,
) -> WrittenFile:
    """Write the motion of nodes over the scenario's span.

    Parameters
    ----------
    study : Study
        The scenario.
    names : sequence of str
        Nodes.
    path : Path
        The file, whole or not there; its ending tells the format, one of `qqnet.ephemerides.formats.WRITTEN`.
    format_key : str, optional
        Key of a format, instead of the ending.
    frame : str
        Axes; ICRF, or another where the format allows.
    center : str, optional
        What positions are relative to; what each node moves about where not given.

    Returns
    -------
    WrittenFile
        What was written.

    Raises
    ------
    InputError
        If the format, the axes or the centre are not known or do not go together, or the place cannot be written.
    """
    form = check_request(study.scenario, names, path, format_key=format_key, frame=frame, center=center)
    frame = frame_of(frame)
    trajectories = study.trajectories
    if form.key == "spk":
        return _write_spk(study, trajectories, names, path, form, center)
    if form.key == "opm":
        return _write_opm(study, trajectories, names[0], path, form, frame, center)
    if form.key in MEAN:
        return _write_mean_elements(study, trajectories, names, path, form)
    return _write_states(study, trajectories, names, path, form, frame, center)


def check_request(
    scenario: Scenario,
    names: Sequence[str],
    path: Path,
    *,
    format_key: str | None = None,
    frame: str = "ICRF",
    center: str | None = None,
) -> Format:
    """Check what can be checked before anything is computed; see `write_ephemerides`.

    Parameters
    ----------
    scenario : Scenario
        The network.
    names : sequence of str
        Nodes.
    path : Path
        The file.
    format_key : str, optional
        Key of a format, instead of the ending.
    frame : str
        Axes.
    center : str, optional
        What positions are relative to.

    Returns
    -------
    Format
        The format to write.

    Raises
    ------
    InputError
        As `write_ephemerides`.
    """
    form = format_of(path, format_key)
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: there is no folder {path.parent}")
    if not names:
        raise InputError("no node to write")
    if len(names) > 1 and not form.many:
        raise InputError(
            f"{path}: {form.name} holds one node and {len(names)} are asked for; name one by --node"
        )
    try:
        wanted = frame_of(frame, center)
    except InputError as error:
        raise InputError(f"--frame: {str(error).replace('REF_FRAME ', '')}") from None
    if form.key in MEAN:  # in TEME whatever the states are in; the default of the option says nothing
        wanted = "TEME" if wanted == "ICRF" else wanted
    if (wanted == "TEME" and form.key not in MEAN) or (form.frames and wanted not in form.frames):
        known = form.frames or tuple(one for one in FRAMES if one != "TEME")
        raise InputError(f"--frame: {form.name} is written in {', '.join(known)}, not in {frame}")
    if center is not None and center not in CENTER_CODES:
        known = tuple(CENTER_CODES)
        raise InputError(f"--center: unknown {center!r}{nearest(center, known)}; known: {', '.join(known)}")
    if form.key in MEAN and center not in (None, "Earth"):
        raise InputError(f"--center: mean elements of SGP4 are for satellites of the Earth, not of {center}")
    if form.key == "czml" and center not in (None, "Earth"):
        raise InputError(f"--center: positions in a CZML scene are relative to the Earth, not to {center}")
    return form


# ----------------------------------------------------------------------------------------------------- states


def _write_states(
    study: Study,
    trajectories: Trajectories,
    names: Sequence[str],
    path: Path,
    form: Format,
    frame: str,
    center: str | None,
) -> WrittenFile:
    """Write a format that holds states, node by node."""
    time = study.scenario.time
    counted = 0

    def segments() -> Iterator[Segment]:
        nonlocal counted
        for name in names:
            home = center or trajectories[name].center
            frame_of(frame, home)  # a frame that turns with a body says nothing about another
            segment = sample(trajectories, name, (time.start_s, time.stop_s), time.step, center=home)
            counted += len(segment.t)
            yield segment

    if form.key in ("oem", "oem-xml"):
        from qqnet.ephemerides.oem_writing import write_oem

        write_oem(path, segments(), notation="XML" if form.key == "oem-xml" else "KVN", ref_frame=frame)
    else:
        with whole_file(path) as part:
            _WRITERS[form.key](part, segments(), frame, study)
    return WrittenFile(form, len(names), counted)


def _csv(part: Path, segments: Iterator[Segment], frame: str, study: Study) -> None:
    from qqnet.ephemerides.tables import write_csv

    write_csv(part, segments, frame)


def _parquet(part: Path, segments: Iterator[Segment], frame: str, study: Study) -> None:
    from qqnet.ephemerides.tables import write_parquet

    write_parquet(part, segments, frame)


def _stk(part: Path, segments: Iterator[Segment], frame: str, study: Study) -> None:
    from qqnet.ephemerides.stk import write_stk

    write_stk(part, next(segments), frame)


def _czml(part: Path, segments: Iterator[Segment], frame: str, study: Study) -> None:
    from qqnet.ephemerides.czml import write_czml

    write_czml(part, list(segments), study.ephemeris, name=study.scenario.name)


_WRITERS: Final[dict[str, Callable[[Path, Iterator[Segment], str, Study], None]]] = {
    "csv": _csv, "parquet": _parquet, "stk": _stk, "czml": _czml,
}  # fmt: skip


def _write_opm(
    study: Study,
    trajectories: Trajectories,
    name: str,
    path: Path,
    form: Format,
    frame: str,
    center: str | None,
) -> WrittenFile:
    """Write the state at the start."""
    from qqnet.ephemerides.opm import Opm, write_opm

    home = center or trajectories[name].center
    epoch = study.scenario.time.start_s
    position, velocity = trajectories.state(name, np.array([epoch]), home)
    state = from_icrf(frame, [epoch], np.hstack([position, velocity]))[0]
    write_opm(path, Opm(name, name, home, frame, epoch, state), notation="KVN")
    return WrittenFile(form, 1, 1)


def _write_mean_elements(
    study: Study, trajectories: Trajectories, names: Sequence[str], path: Path, form: Format
) -> WrittenFile:
    """Write the mean elements of SGP4 that follow the motion over the span best, and say how well."""
    from qqnet.ephemerides.omm import write_omm
    from qqnet.ephemerides.sgp4_fit import as_lines, fit_sgp4
    from qqnet.ephemerides.tle import write_tle

    span = study.scenario.time.start_s, study.scenario.time.stop_s
    step = max(min(study.scenario.time.step, MEAN_STEP_S), (span[1] - span[0]) / MEAN_STATES)
    fits = []
    for number, name in enumerate(names, start=FIRST_NUMBER):
        segment = sample(trajectories, name, span, step)
        fit = fit_sgp4(segment, number=number)
        fits.append(as_lines(fit, segment) if form.key == "tle" else fit)
    sets = [fit.omm for fit in fits]
    if form.key == "tle":
        write_tle(path, sets)
    else:
        write_omm(path, sets, notation="XML" if form.key == "omm-xml" else "KVN")
    worst = max(fits, key=lambda fit: fit.largest_km)
    note = (
        f"SGP4 follows {worst.omm.object_name} to {worst.rms_km:.3g} km rms, {worst.largest_km:.3g} km at most, "
        f"over {(span[1] - span[0]) / 86400.0:.3g} days"
    )
    return WrittenFile(
        form, len(names), len(sets), (note + ("; the others better" if len(fits) > 1 else ""),)
    )


# ----------------------------------------------------------------------------------------------------- series


class _Arcs(Sequence[Arc]):
    """Arcs of nodes, made when they are asked for: a writer that goes through them holds one at a time."""

    def __init__(self, make: Callable[[str], Arc], names: Sequence[str]):
        self._make, self._names = make, names

    @overload
    def __getitem__(self, k: int) -> Arc: ...

    @overload
    def __getitem__(self, k: slice) -> Sequence[Arc]: ...

    def __getitem__(self, k: int | slice) -> Arc | Sequence[Arc]:
        return _Arcs(self._make, self._names[k]) if isinstance(k, slice) else self._make(self._names[k])

    def __len__(self) -> int:
        return len(self._names)


def _write_spk(
    study: Study,
    trajectories: Trajectories,
    names: Sequence[str],
    path: Path,
    form: Format,
    center: str | None,
) -> WrittenFile:
    """Write series, and beside them the names that SPICE shall know."""
    from qqnet.ephemerides.spk_writing import write_spk

    span = study.scenario.time.start_s, study.scenario.time.stop_s
    records: dict[str, int] = {}

    def arc(name: str) -> Arc:
        found = trajectories[name]
        table = found.table if center in (None, found.center) else _about(trajectories, name, center, span)
        records[name] = len(table.coefficients)
        return Arc(name, name, center or found.center, table, span)

    codes = object_codes(names, node_numbers(study.scenario))
    kernel = names_kernel(codes)
    write_spk(path, _Arcs(arc, names), codes, title=study.scenario.name)
    beside = path.with_suffix(".tf")
    write_text(beside, kernel)
    return WrittenFile(form, len(names), sum(records.values()), (f"wrote {beside}: names for SPICE",))


def _about(trajectories: Trajectories, name: str, center: str, span: tuple[float, float]) -> Any:
    """Return the series of a node about another centre than its own."""
    probe = span[0] + np.linspace(0.0, 1.0, 257) * (span[1] - span[0])
    speed = float(np.max(np.linalg.norm(trajectories.state(name, probe, center)[1], axis=1)))
    (made,) = fit_trajectories(
        lambda dt: trajectories.position(name, span[0] + dt, center), span, [name], center,
        tolerance_km=max(TOLERANCE_KM, ROUNDING_S * speed),
        interval_s=trajectories[name].table.interval_s,
    )  # fmt: skip
    return made.table


def node_numbers(scenario: Scenario) -> dict[str, int]:
    """Return the node number of every single node, constellations expanded."""
    return {
        name: number
        for node in scenario.nodes
        for number, name in enumerate(member_names(node), start=node.ipn)
    }
