"""What reception of navigation satellites came to: counts, levels and errors by node, epoch and system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from qqnet.gnss.analysis import NodeAnalysis
    from qqnet.gnss.constellation import Transmitters
    from qqnet.gnss.receivers import Receiver

C_N0_EDGES: Final = np.arange(-20.0, 80.5, 0.5)
"""Edges of the histogram of C/N0 [dB-Hz]."""

FOLDS: Final = (1, 4, 5, 8)
"""Counts of satellites whose share of time is told."""

DOPS: Final = ("pdop", "tdop", "gdop")
ERRORS: Final = ("position", "radial", "lateral", "time")

_MEANING: Final = {
    "usable": ("number of satellites that reach the threshold", "1"),
    "clear": ("number of satellites that nothing hides", "1"),
    "strongest": ("highest C/N0 of any satellite", "dB-Hz"),
    "pdop": ("position dilution of precision", "1"),
    "tdop": ("time dilution of precision", "1"),
    "gdop": ("geometric dilution of precision", "1"),
    "position_error": ("standard deviation of a snapshot's position", "m"),
    "radial_error": ("standard deviation of position along the line to the Earth", "m"),
    "lateral_error": ("standard deviation of position across the line to the Earth", "m"),
    "time_error": ("standard deviation of the receiver's clock, as a length", "m"),
    "histogram": ("satellite-epochs that nothing hides, by C/N0", "1"),
}
_NOTE = (
    "null is infinite: fewer usable satellites than unknowns, or a singular geometry, for that share of the "
    "epochs; "
    "means are of the rest"
)


@dataclass(frozen=True)
class GnssResult:
    """Reception of navigation satellites.

    Attributes
    ----------
    data : xarray.Dataset
        ``usable``, ``clear``, ``strongest`` by node, time and system; ``pdop``, ``tdop``, ``gdop`` and the
        1-sigma errors
        ``position_error``, ``radial_error``, ``lateral_error``, ``time_error`` [m] by node and time, infinite
        where there is no fix; ``histogram`` by node, system and C/N0. ``threshold_db_hz`` by node.
    """

    data: xr.Dataset

    @classmethod
    def build(
        cls,
        transmitters: Transmitters,
        receivers: Mapping[str, Receiver],
        times: NDArray[np.float64],
        parts: Sequence[NodeAnalysis],
    ) -> GnssResult:
        """Join what was gathered by node."""
        import xarray as xr

        by_system = ("node", "time", "system")
        figures = np.stack([np.concatenate(part.figures) for part in parts])
        fields: dict[str, tuple[tuple[str, ...], Any]] = {
            name: (by_system, np.stack([np.concatenate(getattr(part, name)) for part in parts]))
            for name in ("usable", "clear", "strongest")
        }
        for k, name in enumerate((*DOPS, *(f"{kind}_error" for kind in ERRORS))):
            fields[name] = (("node", "time"), figures[:, :, k])
        fields["histogram"] = (("node", "system", "c_n0"), np.stack([part.histogram for part in parts]))
        fields["threshold_db_hz"] = (
            ("node",),
            np.array([one.threshold_db_hz for one in receivers.values()], dtype=np.float64),
        )
        data = xr.Dataset(
            fields,
            coords={
                "node": list(receivers),
                "time": times,
                "system": list(transmitters.systems),
                "c_n0": 0.5 * (C_N0_EDGES[1:] + C_N0_EDGES[:-1]),
            },
            attrs={"Conventions": "CF-1.8", "satellites": len(transmitters)},
        )
        for name, (meaning, unit) in _MEANING.items():
            data[name].attrs.update(long_name=meaning, units=unit)
        data["time"].attrs.update(
            long_name="time of reception", units="s", reference="TDB seconds past J2000"
        )
        data["c_n0"].attrs.update(long_name="carrier to noise density, middle of bin", units="dB-Hz")
        return cls(data)

    @property
    def nodes(self) -> list[str]:
        """Nodes that listen."""
        return [str(name) for name in self.data["node"].to_numpy()]

    @property
    def systems(self) -> list[str]:
        """Systems that are listened to."""
        return [str(name) for name in self.data["system"].to_numpy()]

    def fraction_at_least(self, node: str, count: int, systems: Sequence[str] | None = None) -> float:
        """Share of epochs with at least so many usable satellites, of all or of some systems."""
        chosen = self.data["usable"].sel(node=node)
        if systems is not None:
            chosen = chosen.sel(system=list(systems))
        return float((chosen.sum("system", dtype=np.int64) >= count).mean())

    def summary(self) -> dict[str, Any]:
        """The answers as JSON has them."""
        from qqnet.space.timescales import format_utc

        times = self.data["time"].to_numpy()
        return {
            "start": format_utc(float(times[0]), 0),
            "duration_s": float(times[-1] - times[0]),
            "epochs": int(times.size),
            "satellites": int(self.data.attrs["satellites"]),
            "systems": self.systems,
            "nodes": [self._node(name) for name in self.nodes],
            "note": _NOTE,
        }

    def _node(self, name: str) -> dict[str, Any]:
        one = self.data.sel(node=name)
        count = one["usable"].sum("system", dtype=np.int64).to_numpy()
        values, often = np.unique(count, return_counts=True)
        return {
            "node": name,
            "threshold_db_hz": float(one["threshold_db_hz"]),
            "usable": {
                "min": int(count.min()),
                "mean": float(count.mean()),
                "max": int(count.max()),
                "fraction_at_least": {str(fold): float((count >= fold).mean()) for fold in FOLDS},
                "histogram": {
                    str(value): float(share) for value, share in zip(values, often / count.size, strict=True)
                },
            },
            "fix_fraction": float(np.isfinite(one["gdop"].to_numpy()).mean()),
            **{kind: _statistics(one[kind].to_numpy()) for kind in DOPS},
            "error_m": {kind: _statistics(one[f"{kind}_error"].to_numpy()) for kind in ERRORS},
            "systems": [self._system(one, str(which)) for which in self.systems],
        }

    def _system(self, one: xr.Dataset, name: str) -> dict[str, Any]:
        own = one.sel(system=name)
        count, clear = own["usable"].to_numpy(), own["clear"].to_numpy()
        weight = own["histogram"].to_numpy().astype(np.float64)
        return {
            "system": name,
            "usable": {"mean": float(count.mean()), "max": int(count.max())},
            "clear_mean": float(clear.mean()),
            "c_n0_db_hz": {
                "p50": _weighted(weight, 0.5),
                "p95": _weighted(weight, 0.95),
                "max": _finite(float(own["strongest"].max())),
            },
        }

    def save(self, path: str | Path) -> None:
        """Write to NetCDF."""
        packed = {
            name: {"zlib": True, "complevel": 4} for name in self.data.data_vars if name != "threshold_db_hz"
        }
        self.data.to_netcdf(path, engine="h5netcdf", encoding=packed)

    @classmethod
    def load(cls, path: str | Path) -> GnssResult:
        """Read what `save` wrote; InputError where the file is not of this kind."""
        import xarray as xr

        try:
            with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as file:
                data = file.load()
            missing = [name for name in _MEANING if name not in data]
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{path}: not a file of navigation reception ({error})") from None
        if missing:
            raise InputError(f"{path}: not a file of navigation reception (no {missing[0]})")
        return cls(data)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _statistics(values: NDArray[np.float64]) -> dict[str, float | None]:
    """Median and 95 % over all epochs, mean and least over those with a solution; None is infinite."""
    solved = values[np.isfinite(values)]
    return {
        "min": float(solved.min()) if solved.size else None,
        "mean": float(solved.mean()) if solved.size else None,
        "p50": _finite(float(np.quantile(values, 0.5, method="inverted_cdf"))),
        "p95": _finite(float(np.quantile(values, 0.95, method="inverted_cdf"))),
    }


def _weighted(weight: NDArray[np.float64], share: float) -> float | None:
    """Quantile of a histogram of C/N0 [dB-Hz]: upper edge of the bin that holds it."""
    total = np.cumsum(weight)
    if not total[-1]:
        return None
    return float(C_N0_EDGES[1:][np.searchsorted(total, share * total[-1])])
