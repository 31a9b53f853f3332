"""Users' errors on a scenario's grids: error budgets, and satellites with their covariances chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.links.rf import eirp_dbw
from qqnet.navigation.error_analysis import ErrorAnalysis
from qqnet.navigation.error_budget import ErrorBudget, range_budget
from qqnet.navigation.error_result import ErrorResult
from qqnet.navigation.range_error import Ionosphere, Multipath, RangeErrorModel, packed
from qqnet.navigation.ranging_signals import SIGNALS, Receiver
from qqnet.orbit_determination.signal_in_space import SignalInSpace, rtn_axes
from qqnet.scenario.model import Grid
from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.frames import rotation
from qqnet.space.timescales import format_utc
from qqnet.study import fields

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

CHUNK = 128
"""Epochs held at a time."""

_SAMPLE_EPOCHS, _SAMPLE_POINTS = 24, 60


def range_error_model(errors: NavigationErrors, body_name: str) -> RangeErrorModel:
    """Return what a scenario says of range errors as the kernels take it."""
    receiver, signal, paths, air = errors.receiver, errors.signal, errors.multipath, errors.ionosphere
    ionosphere = None
    if air is not None:
        height = air.height / body(body_name).mean_radius_km
        ionosphere = Ionosphere(air.residual * 1e3, height, air.second_frequency)
    return RangeErrorModel(
        signal=SIGNALS[signal.name],
        eirp_dbw=float(eirp_dbw(signal.power, signal.gain, signal.loss)),
        receiver=Receiver(
            gain_dbi=receiver.gain,
            noise_temperature_k=receiver.noise_temperature,
            loss_db=receiver.loss,
            loop_bandwidth_hz=receiver.code_bandwidth,
            doppler_bandwidth_hz=receiver.doppler_bandwidth,
            spacing_chips=receiver.spacing,
            front_end_hz=receiver.front_end,
            integration_s=receiver.integration,
            threshold_db_hz=receiver.threshold,
        ),
        multipath=Multipath(paths.zenith * 1e3, paths.horizon * 1e3, paths.scale),
        ionosphere=ionosphere,
        other_m=errors.other * 1e3,
        time_transfer_m=errors.time_transfer * SPEED_OF_LIGHT_KM_S * 1e3,
    )


def signal_in_space(
    study: Study, errors: NavigationErrors, body_name: str, names: list[str]
) -> SignalInSpace:
    """Return the errors of the broadcast orbits and clocks of some satellites, in their order.

    Raises
    ------
    InputError
        Where the scenario takes them from orbit determination or a file that does not hold them.
    """
    given = errors.signal_in_space
    if given.source == "given":
        orbit = [given.orbit] * 3 if given.orbit_rtn is None else given.orbit_rtn
        times = fields.epochs(study.scenario)
        return SignalInSpace.constant(
            names,
            (float(times[0]), float(times[-1])),
            orbit_m=np.array(orbit) * 1e3,
            clock_m=given.clock * 1e3,
            velocity_m_s=given.velocity * 1e3,
            clock_rate_m_s=given.clock_rate * 1e3,
        )
    if given.source == "file":
        found = SignalInSpace.load(study.scenario.directory / str(given.file))
    else:
        found = study.signal_in_space(body_name)
    return chosen(found, names)


def chosen(found: SignalInSpace, names: list[str]) -> SignalInSpace:
    """Return the covariances of some satellites, in their order; InputError where one is missing."""
    missing = [name for name in names if name not in found.satellites]
    if missing:
        raise InputError(
            f"signal in space: no covariance of {missing[0]!r}; there are those of {', '.join(found.satellites)}"
        )
    index = [found.satellites.index(name) for name in names]
    rates = found.rate_covariance_m2_s2
    return SignalInSpace(
        tuple(names), found.times_s, found.covariance_m2[:, index], None if rates is None else rates[:, index]
    )


def is_round(known: SignalInSpace) -> bool:
    """Whether the errors are constant and the same along every axis, so that no axes need turning."""
    table = known.covariance_m2
    same = np.eye(4) * np.append(table[0, 0, 0, 0] * np.ones(3), table[0, 0, 3, 3])
    return bool(np.all(table == same))


def in_axes(covariance_m2: Floats, axes: Floats) -> Floats:
    """Turn covariances from radial, transverse, normal into other axes.

    Parameters
    ----------
    covariance_m2 : ndarray [..., 4, 4]
        Of radial, transverse, normal and clock.
    axes : ndarray [..., 3, 3]
        Rows are the radial, transverse and normal directions in the other axes.

    Returns
    -------
    ndarray [..., 4, 4]
        Of x, y, z and clock.
    """
    turn = np.zeros((*axes.shape[:-2], 4, 4))
    turn[..., :3, :3] = np.swapaxes(axes, -1, -2)
    turn[..., 3, 3] = 1.0
    return np.asarray(turn @ covariance_m2 @ np.swapaxes(turn, -1, -2))


def body_fixed_covariances(
    study: Study, known: SignalInSpace, names: list[str], body_name: str, times: Floats
) -> Floats:
    """Return covariances in a body's fixed axes, as the kernel reads them, shape [T or 1, S, 10]."""
    if is_round(known):
        return packed(known.covariance_m2[:1])
    frame = body(body_name).fixed_frame
    assert frame is not None
    turn = rotation(frame, times, study.ephemeris)
    states = [study.trajectories_of(names).state(name, times, body_name) for name in names]
    position, velocity = (np.stack(parts, axis=1) for parts in zip(*states, strict=True))
    axes = rtn_axes(position, velocity) @ np.swapaxes(turn, -1, -2)[:, None]
    return packed(in_axes(known.at(times), axes))


def error_epochs(study: Study, errors: NavigationErrors) -> Floats:
    """Return the epochs of the error maps: those of the scenario, thinned to the step that is asked for."""
    base = study.scenario.time.step
    stride = 1 if errors.step is None else max(1, round(errors.step / base))
    return fields.epochs(study.scenario)[::stride]


def within(known: SignalInSpace, times: Floats) -> Floats:
    """Return the epochs at which orbit and clock errors are known; InputError where there is none."""
    first, last = known.span
    found = times[(times >= first) & (times <= last)]
    if not found.size:
        raise InputError(
            f"signal in space: known from {format_utc(first)} to {format_utc(last)}, which holds no epoch between "
            f"{format_utc(float(times[0]))} and {format_utc(float(times[-1]))}"
        )
    return found


def grid_errors(study: Study, grid: Grid, advance: Callable[[float], None]) -> ErrorResult:
    """Compute users' errors on a grid with an error budget; `advance` is told the share done."""
    assert grid.errors is not None
    names = fields.providers(study.scenario, grid)
    model = range_error_model(grid.errors, grid.body)
    known = signal_in_space(study, grid.errors, grid.body, names)
    times = within(known, error_epochs(study, grid.errors))
    analysis = ErrorAnalysis(grid.body, fields.observers(grid), fields.surface_grid(grid).weights, model)
    done = 0
    for chunk, satellites in fields.body_fixed(
        study.trajectories_of(names), study.ephemeris, names, grid.body, times
    ):
        for first in range(0, len(chunk), CHUNK):
            piece = slice(first, first + CHUNK)
            covariances = body_fixed_covariances(study, known, names, grid.body, chunk[piece])
            analysis.update(chunk[piece], satellites[piece], covariances)
        done += len(chunk)
        advance(done / len(times))
    return analysis.result(typical_budget(study, grid, known, model, names))


def typical_budget(
    study: Study, grid: Grid, known: SignalInSpace, model: RangeErrorModel, names: list[str]
) -> ErrorBudget:
    """Return the budget of the middle line of sight: median range and elevation, mean orbit and clock."""
    assert grid.errors is not None
    times = within(known, error_epochs(study, grid.errors))
    times = times[:: max(1, len(times) // _SAMPLE_EPOCHS)]
    look = fields.observers(grid)
    every = slice(None, None, max(1, len(look) // _SAMPLE_POINTS))
    position, up, mask = look.position_km[:, every].T, look.up[:, every].T, look.mask_rad[every]
    ranges, elevations, variances = [], [], []
    for chunk, satellites in fields.body_fixed(
        study.trajectories_of(names), study.ephemeris, names, grid.body, times
    ):
        line = satellites[:, None] - position[:, None]
        distance = np.linalg.norm(line, axis=-1)
        line /= distance[..., None]
        elevation = np.arcsin(np.clip(np.einsum("tpsi,pi->tps", line, up), -1.0, 1.0))
        seen = elevation >= mask[:, None]
        if not seen.any():
            continue
        k = body_fixed_covariances(study, known, names, grid.body, chunk)
        t, _, s = np.nonzero(seen)
        k = k[t if len(k) > 1 else np.zeros_like(t), s]
        x, y, z = line[seen].T
        orbit = k[:, 0] * x * x + k[:, 1] * y * y + k[:, 2] * z * z
        orbit += 2.0 * (k[:, 3] * x * y + k[:, 4] * x * z + k[:, 5] * y * z)
        both = -(k[:, 6] * x + k[:, 7] * y + k[:, 8] * z)
        variances.append(np.stack([orbit, k[:, 9], both]))
        ranges.append(distance[seen])
        elevations.append(elevation[seen])
    if not ranges:
        return ErrorBudget((), "no satellite is ever in view")
    orbit2, clock2, both2 = np.concatenate(variances, axis=1).mean(axis=1)
    scale = float(np.sqrt(orbit2 * clock2))
    return range_budget(
        model,
        float(np.median(np.concatenate(ranges))),
        float(np.median(np.concatenate(elevations))),
        float(np.sqrt(orbit2)),
        float(np.sqrt(clock2)),
        correlation=float(both2 / scale) if scale else 0.0,
        signal_in_space_source={
            "given": "signal_in_space of the scenario",
            "file": str(grid.errors.signal_in_space.file),
            "orbit-determination": "orbit determination",
        }[grid.errors.signal_in_space.source],
    )
