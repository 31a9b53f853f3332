"""What made a study: versions, data, seed, and the cost of each stage."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from qqnet import __version__
from qqnet.study import keys
from qqnet.study.folder import digest, peak_mb

if TYPE_CHECKING:
    from qqnet.study.study import Study

_LIBRARIES = ("numpy", "numba", "scipy", "pyerfa", "pandas", "xarray", "pyarrow", "pydantic")


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
        ``scenario``, ``seed``, ``written``, ``stages`` (seconds, peak memory [MB]).
    """
    return {
        "qqnet": __version__,
        "code": keys.code(),
        "python": sys.version.split()[0],
        "libraries": {name: version(name) for name in _LIBRARIES},
        "platform": f"{platform.system()} {platform.machine()}",
        "ephemeris": study.ephemeris.source,
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
