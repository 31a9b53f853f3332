"""Whether a constellation holds for years: coverage, elements and delta-v, left alone and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.access.visibility import Observers
from qqnet.coverage.fold import fold
from qqnet.errors import InputError
from qqnet.orbits.constellation_keeping import KeepingRules, Stretch, follow
from qqnet.orbits.mean_elements import MeanElements
from qqnet.space.bodies import body
from qqnet.space.cf import TIME_UNITS, described_as
from qqnet.space.chebyshev import check_span
from qqnet.space.constants import SECONDS_PER_DAY, SECONDS_PER_YEAR
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.grids import equal_area
from qqnet.space.timescales import format_utc
from qqnet.study.fields import grid_of, providers

if TYPE_CHECKING:
    import xarray as xr

    from qqnet.dynamics.model import ForceModel
    from qqnet.scenario.model import Scenario
    from qqnet.scenario.stability import Keeping, Stability
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

CASES: Final = ("free", "kept")
"""Left alone, and kept."""

_CHUNK: Final = 256
"""Epochs held at a time."""


@dataclass(frozen=True)
class StabilityResult:
    """A constellation over years.

    Attributes
    ----------
    data : xarray.Dataset
        By ``case`` (free, kept). Over ``day``: ``fold_min``, the fewest satellites in view of any point at
        any epoch of the day, and ``fraction_at_least_fold``, the share of area and time with enough. Over
        ``time`` and ``satellite``: mean elements ``a_km``, ``e``, ``i_rad``, ``raan_rad``, ``argp_rad``,
        ``latitude_rad`` (argument of). Over ``satellite``: ``lost_s``, when it met the surface, and
        ``delta_v_km_s``, all its burns.
    """

    data: xr.Dataset

    @property
    def body(self) -> str:
        """Name of the body."""
        return str(self.data.attrs["body"])

    @property
    def fold(self) -> int:
        """How many satellites are wanted in view."""
        return int(self.data.attrs["fold"])

    @property
    def years(self) -> float:
        """Length of the look [Julian years]."""
        return float(self.data.attrs["duration_s"]) / SECONDS_PER_YEAR

    def _delta_v(self) -> dict[str, Any]:
        spent = self.data["delta_v_km_s"].sel(case="kept").to_numpy() * 1e3 / self.years
        return {
            "mean": float(spent.mean()),
            "std": float(spent.std()),
            "max": float(spent.max()),
            "by_node": {
                str(name): float(value)
                for name, value in zip(self.data["satellite"].to_numpy(), spent, strict=True)
            },
        }

    def held_days(self, case: str) -> int:
        """Return the days from the start on which every point had enough satellites at every epoch."""
        low = np.nonzero(self.data["fold_min"].sel(case=case).to_numpy() < self.fold)[0]
        return int(low[0]) if low.size else int(self.data.sizes["day"])

    def save(self, path: Path) -> None:
        """Write the fields to a NetCDF file."""
        self.data.to_netcdf(path, engine="h5netcdf")

    @classmethod
    def load(cls, path: Path) -> StabilityResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        return cls(xr.load_dataset(path, engine="h5netcdf", decode_times=False))

    def summary(self) -> dict[str, Any]:
        """Return the answers as plain JSON values: see the reference of JSON keys."""
        start, days = float(self.data.attrs["start_s"]), int(self.data.sizes["day"])
        cases: dict[str, Any] = {"free": None, "kept": None}
        for case in map(str, self.data["case"].to_numpy()):
            one = self.data.sel(case=case)
            held = self.held_days(case)
            lost = one["lost_s"].to_numpy()
            cases[case] = {
                "held_days": held,
                "held_throughout": held == days,
                "first_shortfall": None if held == days else format_utc(start + held * SECONDS_PER_DAY, 0),
                "fold_min": int(one["fold_min"].min()),
                "fraction_at_least_fold": float(one["fraction_at_least_fold"].mean()),
                "e_max": _largest(one["e"].to_numpy()),
                "lost": [
                    {"node": str(name), "utc": format_utc(float(when), 0)}
                    for name, when in zip(one["satellite"].to_numpy(), lost, strict=True)
                    if np.isfinite(when)
                ],
            }
        return {
            "body": self.body,
            "fold": self.fold,
            "start": format_utc(start, 0),
            "duration_days": days,
            "dynamics": str(self.data.attrs["dynamics"]),
            **cases,
            "delta_v_m_s_per_year": None if cases["kept"] is None else self._delta_v(),
            "burns": int(self.data.attrs["burns"]),
        }


def _largest(values: Floats) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else None


def stability(
    study: Study, spec: Stability, advance: Callable[[float], None] = lambda share: None, *, kept: bool = True
) -> StabilityResult:
    """Follow a constellation for years, left alone and kept.

    Parameters
    ----------
    study : Study
        The scenario, for the satellites' states at its start.
    spec : Stability
        What to look at.
    advance : callable, optional
        Told the share done.
    kept : bool
        Whether to look at the kept constellation too.

    Returns
    -------
    StabilityResult
        Both cases.

    Raises
    ------
    InputError
        If a provider does not move freely about the body, or the span is too short.
    EphemerisRangeError
        If the ephemeris does not reach over the years.
    """
    from qqnet.orbits.long_term import long_term_start

    scenario, start = study.scenario, study.scenario.time.start_s
    check_span("ephemeris", study.ephemeris.span, [start, start + spec.duration])
    grid = grid_of(scenario, spec.body)
    names = scenario.expand(spec.providers) if spec.providers else providers(scenario, grid)
    frame = "MOON_OP" if spec.body == "Moon" else body(spec.body).equator_frame
    if frame is None:
        raise InputError(f"stability at {spec.body}: no frame is known for its elements")
    model, states = long_term_start(scenario, study.trajectories, names, spec.body, frame, study.ephemeris)
    mask = grid.mask if spec.mask is None else spec.mask
    tally = _Tally(
        Observers.on_sphere(
            equal_area(spec.points).points, body(spec.body).mean_radius_km + grid.altitude, mask
        ),
        equal_area(spec.points).weights,
        spec.fold or grid.fold,
        spec.body,
        study.ephemeris,
        (start, start + spec.duration),
        spec.step,
    )
    cases = CASES if kept else CASES[:1]
    looks = {}
    for number, case in enumerate(cases):

        def tell(share: float, number: int = number) -> None:
            advance((number + share) / len(cases))

        looks[case] = _look(
            model, states, names, frame, study.ephemeris, spec, scenario.seed, case, tally, tell
        )
    return StabilityResult(_dataset(looks, names, spec, tally, start, model))


def specification(scenario: Scenario, body_name: str, changes: dict[str, Any]) -> Stability:
    """Return what a scenario asks of years at a body, or the usual questions where it asks nothing.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    body_name : str
        The body; the case of letters does not matter.
    changes : dict
        Keys of the specification with other values, in internal units.

    Returns
    -------
    Stability
        Checked as if it had been written so.

    Raises
    ------
    InputError
        If a value is impossible, or the scenario has no grid at the body.
    """
    from pydantic import ValidationError

    from qqnet.scenario.quantities import Internal
    from qqnet.scenario.stability import Stability

    grid = grid_of(scenario, body_name)
    asked = next((one for one in scenario.stability if one.body == grid.body), Stability(body=grid.body))
    values = asked.model_dump() | changes
    internal = {key: Internal(value) if isinstance(value, float) else value for key, value in values.items()}
    internal["keeping"] = asked.keeping
    try:
        return Stability.model_validate(internal)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def body_of(scenario: Scenario, node: str) -> str:
    """Return the body that an entry of the nodes moves about; InputError where that is not plain."""
    named = [entry for entry in scenario.nodes if entry.name == node]
    orbit = getattr(named[0] if named else scenario.entry(node), "orbit", None)
    name = getattr(orbit, "body", None)
    if not isinstance(name, str):
        raise InputError(
            f"node {node!r} is neither on a three-body orbit nor on one about a body: nothing to keep"
        )
    return name


def stability_summary(study: Study, spec: Stability, *, kept: bool = True) -> dict[str, Any]:
    """Return the answers about years; what the scenario itself asks is read from the study, the rest computed."""
    if kept and spec in study.scenario.stability:
        return study.stability(spec.body).summary()
    study.progress.start("stability", reused=False)
    began = perf_counter()
    result = stability(study, spec, study.progress.advance, kept=kept)
    study.progress.finish("stability", perf_counter() - began)
    return result.summary()


@dataclass(eq=False)
class _Look:
    """What one case shows."""

    fold_min: NDArray[np.int64]
    share: Floats
    elements: MeanElements
    lost_s: Floats
    delta_v: Floats
    burns: int


def _look(
    model: ForceModel,
    states: Floats,
    names: Sequence[str],
    frame: str,
    ephemeris: Ephemeris,
    spec: Stability,
    seed: int,
    case: str,
    tally: _Tally,
    advance: Callable[[float], None],
) -> _Look:
    fold_min, share = tally.empty()
    elements, burns = [], 0
    lost, delta_v = np.full(len(names), np.nan), np.zeros(len(names))
    for stretch in follow(
        model, states, names, tally.span[0], spec.duration, frame, ephemeris,
        rules=rules_of(spec.keeping), kept=case == "kept", seed=seed, advance=advance,
    ):  # fmt: skip
        tally.count(stretch, fold_min, share)
        elements.append(stretch.elements)
        burns += len(stretch.burns)
        for burn in stretch.burns:
            delta_v[burn.satellite] += float(np.linalg.norm(burn.delta_v_km_s))
        for satellite, when in stretch.lost.items():
            lost[satellite] = when
    return _Look(fold_min, share, MeanElements.join(elements), lost, delta_v, burns)


def rules_of(keeping: Keeping) -> KeepingRules:
    """Return the rules that a scenario's text means."""
    return KeepingRules(
        interval_s=keeping.interval,
        eccentricity_box=keeping.eccentricity,
        phase_box_rad=keeping.phase,
        plane_box_rad=keeping.plane,
        position_error_km=keeping.position_error,
        velocity_error_km_s=keeping.velocity_error,
        magnitude_error=keeping.burn_error,
        pointing_error_rad=keeping.pointing_error,
    )


@dataclass(frozen=True, eq=False)
class _Tally:
    """Counts folds by the day; memory does not grow with the grid times the span."""

    observers: Observers
    weights: Floats
    fold: int
    body: str
    ephemeris: Ephemeris
    span: tuple[float, float]
    step_s: float

    @property
    def days(self) -> int:
        return max(1, int((self.span[1] - self.span[0]) / SECONDS_PER_DAY + 1e-9))

    def empty(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the day's lowest fold and share, before any epoch."""
        return np.full(self.days, np.iinfo(np.int64).max), np.ones(self.days)

    def count(self, stretch: Stretch, fold_min: NDArray[np.int64], share: Floats) -> None:
        """Take in the epochs of a stretch."""
        start, weights = self.span[0], self.weights / self.weights.sum()
        first, stop = (int(np.ceil((t - start) / self.step_s - 1e-9)) for t in stretch.span)
        an_epoch = self.step_s / SECONDS_PER_DAY
        frame = body(self.body).fixed_frame
        assert frame is not None
        for begin in range(first, stop, _CHUNK):
            steps = np.arange(begin, min(begin + _CHUNK, stop))
            times = np.asarray(start + steps * self.step_s, dtype=np.float64)
            day = ((times - start) / SECONDS_PER_DAY + 1e-9).astype(np.int64)
            inside = day < self.days
            times, day = times[inside], day[inside]
            if not times.size:
                return
            places = np.full((times.size, len(stretch.paths), 3), np.nan)
            for n, path in enumerate(stretch.paths):
                if path is not None:
                    places[:, n] = path.evaluate(times)
            turned = rotation(frame, times, self.ephemeris) @ places.transpose(0, 2, 1)
            folds = fold(self.observers, np.ascontiguousarray(turned.transpose(0, 2, 1)))
            np.minimum.at(fold_min, day, folds.min(axis=1).astype(np.int64))
            # What is missing is taken off, so that where nothing is missing the share is one to the last bit.
            np.subtract.at(share, day, (folds < self.fold) @ weights * an_epoch)


@described_as("A constellation over years")
def _dataset(
    looks: dict[str, _Look],
    names: Sequence[str],
    spec: Stability,
    tally: _Tally,
    start: float,
    model: ForceModel,
) -> xr.Dataset:
    import xarray as xr

    both = list(looks.values())
    times = both[0].elements.t_s

    def stacked(
        dims: tuple[str, ...], pick: Callable[[_Look], NDArray[Any]], units: str, name: str
    ) -> tuple[tuple[str, ...], NDArray[Any], dict[str, str]]:
        values = np.stack([pick(look) for look in both])
        return ("case", *dims), values, {"units": units, "long_name": name}

    def series(
        pick: Callable[[MeanElements], Floats], units: str, name: str
    ) -> tuple[tuple[str, ...], NDArray[Any], dict[str, str]]:
        return stacked(("time", "satellite"), lambda look: pick(look.elements), units, f"mean {name}")

    return xr.Dataset(
        {
            "fold_min": stacked(("day",), lambda look: look.fold_min, "1", "fewest satellites in view"),
            "fraction_at_least_fold": stacked(
                ("day",),
                lambda look: look.share,
                "1",
                "share of area and time with enough satellites in view",
            ),
            "a_km": series(lambda one: one.a_km, "km", "semi-major axis"),
            "e": series(lambda one: one.e, "1", "eccentricity"),
            "i_rad": series(lambda one: one.i_rad, "rad", "inclination"),
            "raan_rad": series(lambda one: one.raan_rad, "rad", "right ascension of the ascending node"),
            "argp_rad": series(lambda one: one.argp_rad, "rad", "argument of periapsis"),
            "latitude_rad": series(lambda one: one.argument_of_latitude_rad, "rad", "argument of latitude"),
            "lost_s": stacked(
                ("satellite",),
                lambda look: look.lost_s,
                TIME_UNITS,
                "when it met the surface; missing if never",
            ),
            "delta_v_km_s": stacked(
                ("satellite",), lambda look: look.delta_v, "km s-1", "delta-v of all burns"
            ),
        },
        coords={
            "case": list(looks),
            "day": ("day", start + SECONDS_PER_DAY * np.arange(tally.days), {"units": TIME_UNITS}),
            "time": ("time", times, {"units": TIME_UNITS}),
            "satellite": list(names),
        },
        attrs={
            "body": spec.body,
            "fold": tally.fold,
            "mask_rad": float(tally.observers.mask_rad[0]),
            "points": len(tally.observers),
            "step_s": tally.step_s,
            "start_s": start,
            "duration_s": spec.duration,
            "frame": both[0].elements.frame,
            "dynamics": model.text(),
            "burns": looks["kept"].burns if "kept" in looks else 0,
        },
    )
