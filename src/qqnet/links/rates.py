"""Rates over a distance that changes: which mode, with how much margin, from when to when."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import rf
from qqnet.links.domain import FloatArray
from qqnet.links.link import IntArray, Link

EDGE_S: Final = 0.1
"""A change of mode is found to this [s]."""

LONGEST_STEP_S: Final = 600.0
"""Longest step at which a window is first looked at [s]: nine looks a turn of the lowest orbits."""

FEWEST_STEPS: Final = 8
LEVEL_TOLERANCE_DB: Final = 0.01
"""Samples are refined, where a change of mode is near, until the level between two is known to this [dB]."""

MARGIN_TOLERANCE_DB: Final = 0.1
"""Likewise where none is near, so that the least margin is known to this [dB]."""

MOST_SAMPLES: Final = 200_000

TimeFunction = Callable[[FloatArray], FloatArray]


class RateSegment(NamedTuple):
    """A part of a window in which one mode is used.

    Attributes
    ----------
    start_s, end_s : float
        In the time base of the window [s].
    rate_bps : float
        Information rate [bit/s].
    margin_db_min : float
        Smallest level above the mode's demand in the segment [dB].
    """

    start_s: float
    end_s: float
    rate_bps: float
    margin_db_min: float


def margin_and_mode(
    link: Link,
    range_km: ArrayLike,
    transmit_elevation_rad: ArrayLike | None = None,
    receive_elevation_rad: ArrayLike | None = None,
) -> tuple[FloatArray, IntArray]:
    """Margin and mode of a link at many distances.

    Parameters
    ----------
    link : Link
        The two ends.
    range_km : array_like
        Distances [km].
    transmit_elevation_rad, receive_elevation_rad : array_like or None
        Elevation of the other end at an end below an atmosphere [rad].

    Returns
    -------
    tuple of ndarray
        Level above the demand of the mode [dB], and the mode's place in ``link.ladder``; -1 where no mode
        closes with the required margin, and the margin is then that of the mode that demands least.

    Raises
    ------
    InputError
        A range is not above zero or an elevation outside 0 to 90 deg.
    """
    level = link.level_db_hz(range_km, transmit_elevation_rad, receive_elevation_rad)
    index = link.mode_index(level)
    return level - link.demands_db_hz[np.maximum(index, 0)], index


def rate_bps(link: Link, index: ArrayLike) -> FloatArray:
    """Rate [bit/s] of places in a link's ladder; 0 where -1, no mode."""
    rates: FloatArray = np.append(link.rates_bps, 0.0)
    return np.take(rates, np.asarray(index, dtype=np.intp), mode="wrap")


def range_limits_km(link: Link) -> FloatArray:
    """Greatest distance at which each mode of a link's ladder closes, without any atmosphere.

    Parameters
    ----------
    link : Link
        The two ends.

    Returns
    -------
    ndarray
        Distance [km] for each mode of ``link.ladder``, falling.
    """
    return rf.distance_for_loss_km(link.fixed_db - link.thresholds_db_hz, link.frequency_hz)


def constant_rate_segments(
    start_s: float,
    end_s: float,
    range_at: TimeFunction,
    elevation_at: TimeFunction | None,
    link: Link,
) -> list[RateSegment]:
    """Turn an access window into segments of constant rate.

    Changes of mode are bracketed on samples and found by root finding to `EDGE_S`; of the final bracket the
    end is taken at which the faster mode still closes, so that no segment promises more than there is. An
    excursion over a threshold by less than about `LEVEL_TOLERANCE_DB` between two samples can be missed, and
    the least margin is right to `MARGIN_TOLERANCE_DB`.

    Parameters
    ----------
    start_s, end_s : float
        The window [s].
    range_at : callable
        Distance [km] at an array of times [s], which need not be in order.
    elevation_at : callable or None
        Elevation [rad] at an array of times: one row for the end below an atmosphere, or, shape [2, T], one
        for the sending and one for the receiving end. None leaves the atmosphere out.
    link : Link
        The two ends.

    Returns
    -------
    list of RateSegment
        In order of time, without overlap; times at which no mode closes are in none of them.

    Raises
    ------
    InputError
        The window ends before it starts, or holds more samples than `MOST_SAMPLES`.
    """
    if not end_s >= start_s:
        raise InputError(f"the window ends at {end_s!r} s, before its start at {start_s!r} s")
    if end_s == start_s:
        return []
    level_at = _level_function(range_at, elevation_at, link)
    times, levels = _sample(level_at, start_s, end_s, link.thresholds_db_hz)
    index = link.mode_index(levels)
    if (index == index[0]).all():
        return _segments(times[[0, -1]], index[:1], times, levels, link)
    edges, modes = _changes(level_at, times, levels, index, link.thresholds_db_hz)
    bounds = np.concatenate(([start_s], edges, [end_s]))
    times = np.concatenate((times, edges))
    levels = np.concatenate((levels, level_at(edges)))
    return _segments(bounds, modes, times, levels, link)


def _level_function(range_at: TimeFunction, elevation_at: TimeFunction | None, link: Link) -> TimeFunction:
    """Level [dB-Hz] at an array of times."""
    up, down = link.zenith_losses_db
    if elevation_at is None or not (up or down):
        return lambda times: link.level_db_hz(range_at(times))

    def level_at(times: FloatArray) -> FloatArray:
        elevation = np.asarray(elevation_at(times))
        if elevation.ndim == 2:
            return link.level_db_hz(range_at(times), elevation[0], elevation[1])
        if up and down:
            raise InputError(
                "both ends have an atmosphere and only one elevation is given; "
                "give two rows, the sending end's and the receiving end's"
            )
        return link.level_db_hz(range_at(times), elevation, elevation)

    return level_at


def _sample(
    level_at: TimeFunction, start_s: float, end_s: float, thresholds: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Sample the level so densely that, where a threshold is near, a straight line between two will do."""
    steps = max(FEWEST_STEPS, math.ceil((end_s - start_s) / LONGEST_STEP_S))
    while True:
        if steps >= MOST_SAMPLES:
            raise InputError(
                f"a window of {end_s - start_s:g} s needs {steps} samples of the rate; "
                f"at most {MOST_SAMPLES} are taken, so divide the window"
            )
        times = np.linspace(start_s, end_s, steps + 1)
        levels = level_at(times)
        bend = float(np.abs(levels[2:] - 2.0 * levels[1:-1] + levels[:-2]).max())
        low, high = np.searchsorted(thresholds, (levels.min() - bend, levels.max() + bend))
        # A parabola through equal steps leaves its chord by an eighth of the second difference.
        tolerance = MARGIN_TOLERANCE_DB if low == high else LEVEL_TOLERANCE_DB
        excess = bend / (8.0 * tolerance)
        if excess <= 1.0:
            return times, levels
        steps *= min(16, math.ceil(math.sqrt(excess)))


def _changes(
    level_at: TimeFunction,
    times: FloatArray,
    levels: FloatArray,
    index: IntArray,
    thresholds: FloatArray,
) -> tuple[FloatArray, IntArray]:
    """Find the times of all changes of mode, and the modes between them."""
    at: list[int] = []
    crossed: list[int] = []
    after: list[int] = []
    for k in np.flatnonzero(index[1:] != index[:-1]).tolist():
        one, other = int(index[k]), int(index[k + 1])
        rising = other > one
        for step in range(one + 1, other + 1) if rising else range(one, other, -1):
            at.append(k)
            crossed.append(step)
            after.append(step if rising else step - 1)
    left = np.array(at)
    values = thresholds[crossed]
    low, high = _brackets(level_at, times[left], times[left + 1], levels[left], levels[left + 1], values)
    rising = levels[left] < values
    edges = np.maximum.accumulate(np.where(rising, high, low))
    return edges, np.array([int(index[0]), *after])


def _brackets(
    level_at: TimeFunction,
    low: FloatArray,
    high: FloatArray,
    level_low: FloatArray,
    level_high: FloatArray,
    values: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Shrink all brackets together to `EDGE_S`: probe both sides of the secant's root, bisect every third time."""
    below = level_low < values  # invariant: `low` keeps this side, `high` the other
    gap_low, gap_high = level_low - values, level_high - values
    turn = 0
    while True:
        width = high - low
        if (width <= EDGE_S).all():
            return low, high
        share = np.full_like(width, 0.5) if turn % 3 == 2 else gap_low / (gap_low - gap_high)
        root = low + share * width
        probes = np.clip([root - 0.4 * EDGE_S, root + 0.4 * EDGE_S], low, high)
        gaps = level_at(probes.ravel()).reshape(probes.shape) - values
        for probe, gap in zip(probes, gaps, strict=True):
            same = (gap < 0.0) == below
            inside = (probe > low) & (probe < high)
            raised, lowered = inside & same, inside & ~same
            low, gap_low = np.where(raised, probe, low), np.where(raised, gap, gap_low)
            high, gap_high = np.where(lowered, probe, high), np.where(lowered, gap, gap_high)
        turn += 1


def _segments(
    bounds: FloatArray, modes: IntArray, times: FloatArray, levels: FloatArray, link: Link
) -> list[RateSegment]:
    """Build segments between bounds, each with the smallest margin of the samples in it, edges included."""
    segments = []
    for start, end, mode in zip(bounds[:-1].tolist(), bounds[1:].tolist(), modes.tolist(), strict=True):
        if mode < 0 or end <= start:
            continue
        least = levels[(times >= start) & (times <= end)].min()
        margin = float(least - link.demands_db_hz[mode])
        segments.append(RateSegment(start, end, float(link.rates_bps[mode]), margin))
    return segments
