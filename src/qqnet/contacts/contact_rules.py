"""Rules about the contacts of a plan: light times, rates, lengths, dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from qqnet.contacts.cutting import TOUCH_S
from qqnet.contacts.findings import Look, PlanFinding, finding
from qqnet.contacts.link_index import in_order_of_time, latest_end_before

DAY_S: Final = 86_400.0
JUMP_S: Final = 0.01
"""Light times of contacts that touch differ by more than what a plan of QQNet is straightened to. [s]"""

FASTEST_KM_S: Final = 300.0
"""No spacecraft has moved faster past another than about this; the Parker Solar Probe reached 192 km/s."""

LIGHT_KM_S: Final = 299_792.458
LEAST_BPS: Final = 8.0
MOST_BPS: Final = 1e13
DIRECTION_S: Final = 1.0
LAST_ION_UTC: Final = "2038-01-19T03:14:07Z"
"""ION 4.1.3 keeps time in 32 bits."""

YEARS: Final = (1957, 2200)
"""Before the first satellite, and far after any plan, a date is a mistake of scale."""


def _empty(look: Look) -> Iterator[PlanFinding]:
    yield from finding(
        "empty",
        "warning",
        (int(len(look.plan) == 0), ()),
        "the plan has no contacts",
        "check the span, and whether the links close",
    )


def _light_time_zero(look: Look) -> Iterator[PlanFinding]:
    zero = (look.column("owlt_start_s") == 0.0) & (look.column("owlt_end_s") == 0.0) & look.rf_or_laser
    yield from finding(
        "light-time-zero",
        "warning",
        look.rows(zero),
        "contacts through space have the light time 0",
        "give the light time (owlt_s, or owlt_start_s and owlt_end_s); µD3TN's format tells none",
    )


def _light_time_long(look: Look) -> Iterator[PlanFinding]:
    longest = np.maximum(look.column("owlt_start_s"), look.column("owlt_end_s"))
    yield from finding(
        "light-time-long",
        "warning",
        look.rows(longest > DAY_S),
        "contacts have a light time above a day, farther than any spacecraft",
        "light times are seconds: is this one in milliseconds, or a distance?",
    )


def _light_time_speed(look: Look) -> Iterator[PlanFinding]:
    change = np.abs(look.column("owlt_end_s") - look.column("owlt_start_s"))
    fast = change * LIGHT_KM_S > FASTEST_KM_S * look.length + JUMP_S * LIGHT_KM_S
    yield from finding(
        "light-time-speed",
        "warning",
        look.rows(fast),
        "contacts change their light time faster than nodes move (300 km/s)",
        "check owlt_start_s against owlt_end_s, and start against end",
    )


def _light_time_directions(look: Look) -> Iterator[PlanFinding]:
    owlt = np.stack([look.column("owlt_start_s"), look.column("owlt_end_s")])
    index, size = look.index, len(look.index.nodes)
    pairs, place = np.unique(index.pair, return_inverse=True)
    least, most = np.full(pairs.size, np.inf), np.full(pairs.size, -np.inf)
    np.minimum.at(least, place.reshape(-1), owlt.min(axis=0))
    np.maximum.at(most, place.reshape(-1), owlt.max(axis=0))
    back = (pairs % max(size, 1)) * size + pairs // max(size, 1)
    other = np.minimum(np.searchsorted(pairs, back), max(pairs.size - 1, 0))
    two_way = pairs[other] == back if pairs.size else np.empty(0, dtype=np.bool_)
    # Contacts of the two directions may lie months apart; light times that never meet by far are a mistake.
    apart = two_way & (least > 2.0 * most[other] + DIRECTION_S)
    yield from finding(
        "light-time-directions",
        "note",
        look.pairs(pairs[apart]),
        "pairs of nodes have light times in one direction that are always over twice those in the other",
        "check the light times of both directions; at the same time they are nearly equal",
    )


def _light_time_jump(look: Look) -> Iterator[PlanFinding]:
    start, end = look.column("start_s"), look.column("end_s")
    order = in_order_of_time(look.index.link, start, end)
    link, start, end = look.index.link[order], start[order], end[order]
    step = np.abs(look.column("owlt_start_s")[order][1:] - look.column("owlt_end_s")[order][:-1])
    jumps = np.zeros(len(order), dtype=np.bool_)
    touch = (link[1:] == link[:-1]) & (np.abs(start[1:] - end[:-1]) <= TOUCH_S)
    jumps[order[1:][touch & (step > JUMP_S)]] = True
    yield from finding(
        "light-time-jump",
        "note",
        look.rows(jumps),
        "contacts begin with another light time than the one before them ended with, though they touch",
        "ranges of whole seconds (ION) do this; otherwise check where the contacts come from",
    )


def _rate_low(look: Look) -> Iterator[PlanFinding]:
    yield from finding(
        "rate-low",
        "warning",
        look.rows(look.column("rate_bps") < LEAST_BPS),
        "contacts are slower than one byte per second",
        "rates are bit/s: is this one in Mbit/s? ION and µD3TN cannot say it",
    )


def _rate_high(look: Look) -> Iterator[PlanFinding]:
    yield from finding(
        "rate-high",
        "warning",
        look.rows(look.column("rate_bps") > MOST_BPS),
        "contacts are faster than 10 Tbit/s",
        "rates are bit/s: check the unit",
    )


def _dates(look: Look) -> Iterator[PlanFinding]:
    base, span = look.plan.time_base, look.plan.span
    if base.scale != "tdb" or not len(look.plan):
        return
    years = [2000.0 + time_s / (365.25 * DAY_S) for time_s in span]
    yield from finding(
        "dates",
        "warning",
        (int(not (years[0] >= YEARS[0] and years[1] <= YEARS[1])), ()),
        f"the plan goes from the year {years[0]:.0f} to {years[1]:.0f}",
        "times are seconds of TDB past J2000: are these seconds of another epoch, or milliseconds?",
    )


def _parallel(look: Look) -> Iterator[PlanFinding]:
    start, end = look.column("start_s"), look.column("end_s")
    order = in_order_of_time(look.index.pair, start, end)
    meets = np.zeros(len(order), dtype=np.bool_)
    meets[order] = start[order] < latest_end_before(look.index.pair[order], end[order])
    yield from finding(
        "parallel",
        "note",
        look.rows(meets),
        "contacts overlap one of another link between the same two nodes",
        "ION, HDTN and µD3TN know one contact of a pair at a time: there the faster one of each moment stays",
    )


def _short(look: Look) -> Iterator[PlanFinding]:
    yield from finding(
        "short",
        "note",
        look.rows(look.length < 1.0),
        "contacts are shorter than a second",
        "formats of whole seconds may lose them; `qqnet plan thin --shortest '1 s'` leaves them out",
    )


def _shorter_than_light_time(look: Look) -> Iterator[PlanFinding]:
    least = np.minimum(look.column("owlt_start_s"), look.column("owlt_end_s"))
    yield from finding(
        "shorter-than-light-time",
        "note",
        look.rows(look.length < least),
        "contacts are over before their first bit has arrived",
        "no protocol that waits for an answer works within them (TCP); LTP does, across contacts",
    )


def _no_dates(look: Look) -> Iterator[PlanFinding]:
    yield from finding(
        "no-dates",
        "note",
        (int(not look.plan.time_base.is_absolute and len(look.plan) > 0), ()),
        "the plan counts seconds from an instant that it does not name",
        "µD3TN needs dates, and plans of others can be merged and compared only with one",
    )


def _ion_2038(look: Look) -> Iterator[PlanFinding]:
    from qqnet.space.timescales import tdb_from_utc

    base, late = look.plan.time_base, False
    if base.is_absolute and len(look.plan):
        late = float(base.tdb(look.plan.span[1])) >= float(tdb_from_utc(LAST_ION_UTC))
    yield from finding(
        "ion-2038",
        "note",
        (int(late), ()),
        "the plan ends after 19 January 2038, the last date of ION 4.1.3",
        "`qqnet convert --to ion` writes offsets from the plan's start instead of dates",
    )


CONTACT_RULES: tuple[Callable[[Look], Iterator[PlanFinding]], ...] = (
    _empty,
    _light_time_zero,
    _light_time_long,
    _light_time_speed,
    _light_time_directions,
    _light_time_jump,
    _rate_low,
    _rate_high,
    _dates,
    _parallel,
    _short,
    _shorter_than_light_time,
    _no_dates,
    _ion_2038,
)
