"""What coverage and navigation of a grid are worth when satellites are lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qqnet.access.losses import LossSets
from qqnet.coverage.robustness import CoverageLosses
from qqnet.navigation.robustness import NavigationLosses
from qqnet.scenario.model import Grid
from qqnet.study.fields import body_fixed, epochs, grid_of, observers, providers, surface_grid

if TYPE_CHECKING:
    import xarray as xr

    from qqnet.study.study import Study


_COUNTS = 1 << 24
"""Counts held at a time: 64 MB, and twice as much while they are summed up."""


@dataclass(frozen=True)
class RobustnessResult:
    """Coverage and navigation of a grid under losses of satellites.

    Attributes
    ----------
    data : xarray.Dataset
        What :meth:`qqnet.coverage.robustness.CoverageLosses.result` and
        :meth:`qqnet.navigation.robustness.NavigationLosses.result` give, over ``loss`` with ``kind`` (``any 1``,
        ``random 2``) and ``lost``; and over ``point``.
    """

    data: xr.Dataset

    def save(self, path: Path) -> None:
        """Write the fields to a NetCDF file."""
        self.data.to_netcdf(path, engine="h5netcdf")

    @classmethod
    def load(cls, path: Path) -> RobustnessResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        return cls(xr.load_dataset(path, engine="h5netcdf"))

    @property
    def kinds(self) -> list[str]:
        """Kinds of losses that were tried, such as ``any 1`` and ``random 2``."""
        return list(dict.fromkeys(map(str, self.data["kind"].to_numpy())))

    def summary(self) -> dict[str, Any]:
        """Answers for programs by kind of loss: ``any_1``, ``random_2`` and so on; plain JSON values.

        Returns
        -------
        dict
            For coverage and for navigation the worst set and its figures; over all sets of a kind the mean and the
            5 % quantile of the share.
        """
        required = str(int(self.data.attrs["required_fold"]))
        answer = {}
        for kind in self.kinds:
            sets = self.data.isel(loss=np.flatnonzero(self.data["kind"].to_numpy() == kind))
            shares = sets["fraction_at_least"].sel(at_least=int(required)).to_numpy()
            # Of sets with one and the same share, that with the lower fold and the longer gap.
            least = np.lexsort((-sets["longest_gap_s"].to_numpy(), sets["fold_min"].to_numpy(), shares))[0]
            worst = sets.isel(loss=int(least))
            available = sets["fraction_available"].to_numpy()
            outage = np.lexsort((-sets["longest_outage_s"].to_numpy(), available))[0]
            worst_dop = sets.isel(loss=int(outage))
            answer[kind.replace(" ", "_")] = {
                "sets": int(sets.sizes["loss"]),
                "all_sets": kind in str(self.data.attrs["exhaustive"]).split(";"),
                "coverage": {
                    "worst": str(worst["lost"].to_numpy()),
                    "fold_min": int(sets["fold_min"].min()),
                    "fraction_at_least": {
                        str(int(k)): float(worst["fraction_at_least"].sel(at_least=k))
                        for k in sets["at_least"].to_numpy()
                    },
                    "fraction_at_least_worst_point": float(
                        sets["fraction_at_least_worst_point"].sel(at_least=int(required)).min()
                    ),
                    "longest_gap_s": float(sets["longest_gap_s"].max()),
                    "mean": float(shares.mean()),
                    "p05": float(np.quantile(shares, 0.05)),
                },
                "navigation": {
                    "worst": str(worst_dop["lost"].to_numpy()),
                    "gdop": float(self.data.attrs["limit"]),
                    "fraction_at_most": float(worst_dop["fraction_available"]),
                    "fraction_at_most_worst_point": float(sets["fraction_available_worst_point"].min()),
                    "longest_outage_s": float(sets["longest_outage_s"].max()),
                    "mean": float(available.mean()),
                    "p05": float(np.quantile(available, 0.05)),
                },
            }
        return answer


def robustness_summary(study: Study, body: str) -> dict[str, Any]:
    """Figures of losses at a body, with what they are judged by; see the reference of JSON keys."""
    grid = grid_of(study.scenario, body)
    return {
        "body": grid.body,
        "required_fold": grid.fold,
        "required_gdop": grid.gdop,
        "satellites": len(providers(study.scenario, grid)),
        "losses": study.robustness(body).summary(),
    }


def robustness(study: Study, grid: Grid, advance: Callable[[float], None]) -> RobustnessResult:
    """Follow a grid under the losses that it asks for; `advance` is told the share done."""
    import xarray as xr

    scenario = study.scenario
    names, times = providers(scenario, grid), epochs(scenario)
    asked = grid.losses
    losses = LossSets.of(
        len(names),
        # A single satellite has nothing to fall back on: there is no such set.
        any_one=asked.any_one and len(names) > 1,
        at_random=tuple(k for k in asked.random if k < len(names)),
        draws=asked.draws,
        seed=scenario.seed,
    )
    points, weights = observers(grid), surface_grid(grid).weights
    step, moved = scenario.time.step, study.trajectories_of(names)
    # Counts of each set at each point: many sets are followed in several passes, so that memory stays as it is.
    parts = list(losses.parts(max(1, _COUNTS // (len(points) * max(6, grid.fold)))))
    found = []
    for n, part in enumerate(parts):
        coverage = CoverageLosses(points, weights, part, step_s=step, required_fold=grid.fold)
        navigation = NavigationLosses(points, weights, part, step_s=step, limit=grid.gdop)
        for chunk, satellites in body_fixed(moved, study.ephemeris, names, grid.body, times):
            coverage.update(satellites)
            navigation.update(satellites)
            done = float((chunk[-1] - times[0] + step) / (len(times) * step))
            advance((n + done) / len(parts))
        both = [coverage.result(names), navigation.result(names)]
        found.append(xr.merge(both, compat="equals", join="exact", combine_attrs="no_conflicts"))
    data = _joined(found)
    kind = np.empty(len(losses), dtype=object)
    for name, place in losses.kinds.items():
        kind[place] = name
    data = data.assign_coords(kind=("loss", kind.astype(np.str_)))
    data.attrs["body"] = grid.body
    data.attrs["exhaustive"] = ";".join(name for name, whole in losses.exhaustive.items() if whole)
    return RobustnessResult(data)


def _joined(parts: list[xr.Dataset]) -> xr.Dataset:
    """Put sets one behind the other; the least share of a point is that over all parts."""
    import xarray as xr

    sets = xr.concat(
        [part[[name for name in part if "loss" in part[name].dims]] for part in parts], dim="loss"
    )
    for name in ("any_one_fraction", "any_one_available"):
        tried = [part[name] for part in parts if name in part]
        if tried:
            sets[name] = xr.concat(tried, dim="part").min("part", keep_attrs=True)
    return sets.assign_attrs(parts[0].attrs)
