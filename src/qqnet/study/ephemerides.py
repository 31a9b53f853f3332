"""Ephemerides of a study as files for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qqnet.errors import InputError
from qqnet.files import whole_file
from qqnet.space.timescales import format_utc_array
from qqnet.study.fields import epochs

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

SUFFIXES = (".oem", ".csv", ".parquet")


def ephemeris_table(study: Study, names: list[str]) -> pd.DataFrame:
    """Return states of nodes at the base epochs.

    Parameters
    ----------
    study : Study
        The scenario.
    names : list of str
        Nodes.

    Returns
    -------
    pandas.DataFrame
        ``node, center, utc, tdb_s``, ``x_km, y_km, z_km, vx_km_s, vy_km_s, vz_km_s`` in ICRF axes relative
        to the centre.
    """
    import pandas as pd

    times = epochs(study.scenario)
    utc = format_utc_array(times)
    parts = []
    for name in names:
        trajectory = study.trajectories[name]
        position, velocity = trajectory.table.evaluate_with_rate(times)
        columns = np.hstack([position, velocity]).T
        labels = ("x_km", "y_km", "z_km", "vx_km_s", "vy_km_s", "vz_km_s")
        parts.append(
            pd.DataFrame(
                {
                    "node": name,
                    "center": trajectory.center,
                    "utc": utc,
                    "tdb_s": times,
                    **dict(zip(labels, columns, strict=True)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def write_ephemerides(study: Study, names: list[str], path: Path) -> int:
    """Write states of nodes at the base epochs.

    Parameters
    ----------
    study : Study
        The scenario.
    names : list of str
        Nodes.
    path : Path
        Ends in ``.oem`` (CCSDS OEM, KVN), ``.csv`` or ``.parquet``.

    Returns
    -------
    int
        Number of states.

    Raises
    ------
    InputError
        Another ending, or a place that cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path}: the ending must be one of {', '.join(SUFFIXES)}")
    if path.suffix == ".oem":
        return _write_oem(study, names, path)
    table = ephemeris_table(study, names)
    with whole_file(path) as part:
        if path.suffix == ".csv":
            table.to_csv(part, index=False, float_format="%.9f")
        else:
            table.to_parquet(part, index=False)
    return len(table)


def _write_oem(study: Study, names: list[str], path: Path) -> int:
    from datetime import UTC, datetime

    from qqnet.ephemerides.oem_writing import write_oem
    from qqnet.orbits.sampling import sample

    time = study.scenario.time
    span = time.start_s, time.stop_s
    segments = [sample(study.trajectories, name, span, time.step) for name in names]
    with whole_file(path) as part:
        write_oem(part, segments, creation_date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    return sum(len(segment.t) for segment in segments)
