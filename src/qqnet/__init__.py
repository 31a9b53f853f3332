"""QQNet: plan, simulate and operate an interplanetary communication and navigation network.

>>> import qqnet
>>> scenario = qqnet.load("lunar-relay")
>>> study = qqnet.run(scenario)
>>> study.coverage("Moon").worst_fold
0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from qqnet.errors import (
        EphemerisRangeError,
        Fault,
        InputError,
        MissingDataError,
        QqnetError,
        ScenarioError,
    )
    from qqnet.scenario.loading import load, shipped
    from qqnet.scenario.model import Scenario
    from qqnet.scenario.quantities import Internal
    from qqnet.study.study import Study, run

_HOME = {
    "load": "qqnet.scenario.loading",
    "shipped": "qqnet.scenario.loading",
    "run": "qqnet.study.study",
    "Scenario": "qqnet.scenario.model",
    "Internal": "qqnet.scenario.quantities",
    "Study": "qqnet.study.study",
    "QqnetError": "qqnet.errors",
    "ScenarioError": "qqnet.errors",
    "Fault": "qqnet.errors",
    "InputError": "qqnet.errors",
    "EphemerisRangeError": "qqnet.errors",
    "MissingDataError": "qqnet.errors",
}
"""Where each public name lives; it is imported when it is first asked for, so that ``import qqnet`` is light."""

__all__ = [
    "load",
    "shipped",
    "run",
    "Scenario",
    "Internal",
    "Study",
    "QqnetError",
    "ScenarioError",
    "Fault",
    "InputError",
    "EphemerisRangeError",
    "MissingDataError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qqnet' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
