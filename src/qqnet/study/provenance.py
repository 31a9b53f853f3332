"""What made a study: versions, data, seed, and the cost of each stage."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from qqnet import __version__
from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.timescales import format_utc, tt_from_tdb
from qqnet.study import keys
from qqnet.study.folder import digest, peak_mb

if TYPE_CHECKING:
    from qqnet.scenario.model import Scenario
    from qqnet.study.study import Study

_LIBRARIES = (
    "numpy",
    "numba",
    "scipy",
    "pyerfa",
    "pandas",
    "xarray",
    "pyarrow",
    "pydantic",
    "astropy-iers-data",
)


def provenance(study: Study) -> dict[str, Any]:
    """Say what made a study.

    Parameters
    ----------
    study : Study
        With its stages done.

    Returns
    -------
    dict
        Plain JSON values: ``qqnet``, ``code``, ``python``, ``libraries``, ``platform``, ``ephemeris``,
        ``earth_orientation``, ``scenario``, ``seed``, ``written``, ``stages`` (seconds, peak memory [MB]).
    """
    return {
        "qqnet": __version__,
        "code": keys.code(),
        "python": sys.version.split()[0],
        "libraries": {name: version(name) for name in _LIBRARIES},
        "platform": f"{platform.system()} {platform.machine()}",
        "ephemeris": study.ephemeris.source,
        "earth_orientation": earth_orientation(study.scenario),
        "scenario": digest(study.scenario.to_yaml()),
        "seed": study.scenario.seed,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "stages": {
            name: {"seconds": round(record.seconds, 3), "peak_mb": round(record.peak_mb, 1)}
            for name, record in study.records.items()
        }
        or {name: {"seconds": round(seconds, 3)} for name, seconds in study.seconds.items()},
        "peak_mb": round(peak_mb(), 1),
    }


def earth_orientation(scenario: Scenario) -> dict[str, Any]:
    """Say where a span's Earth orientation comes from.

    Parameters
    ----------
    scenario : Scenario
        For its span.

    Returns
    -------
    dict
        Plain JSON values: ``source``, the tables; ``measured``, ``predicted``, ``beyond the data``: from when to
        when in UTC, as far as the span has such parts; ``ut1_uncertainty_s`` about that at its end [s].
    """
    earth, time = EarthOrientation.packaged(), scenario.time
    parts: dict[str, Any] = {
        name: f"{format_utc(start, 0)} to {format_utc(stop, 0)}"
        for name, start, stop in earth.standing((time.start_s, time.stop_s))
    }
    error = float(earth.ut1_error_s(tt_from_tdb(time.stop_s)))
    return {"source": earth.source, **parts, "ut1_uncertainty_s": round(error, 3)}
