"""One link over time: distance, Doppler, level, margin and rate, and what takes and gives at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qqnet.access.windows import find_windows
from qqnet.contacts.build import build_contacts
from qqnet.links.link import Link, best_mode
from qqnet.links.pairs import TerminalPair
from qqnet.links.path import Path
from qqnet.links.rates import LinkBook
from qqnet.links.volumes import volumes_bit
from qqnet.space.constants import SECONDS_PER_DAY, SPEED_OF_LIGHT_KM_S
from qqnet.space.timescales import format_utc
from qqnet.study.acquisition import acquisition_delays_s
from qqnet.study.clouds import between_clouds
from qqnet.study.network import candidates, geometry_of, links_of, occulters
from qqnet.study.paths import PathEvaluator

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

SENSITIVITY_DB = (-6.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 6.0)
"""Changes of the level of which the volume is told [dB]."""


@dataclass(frozen=True, eq=False)
class LinkSeries:
    """A link over the span, as if it were the only one.

    Attributes
    ----------
    pair : TerminalPair
        Nodes and terminals.
    link : Link
        Its physics.
    times_s : ndarray, shape [T]
        Times of transmission, the base step apart [TDB s past J2000].
    path : Path
        Distance, elevations, Sun at these times.
    in_view : ndarray of bool, shape [T]
        Whether there is a line of sight within all limits.
    contacts : pandas.DataFrame
        Its contacts, exactly cut: ``start_s``, ``end_s``, ``rate_bps``, ``margin_db``.
    sensitivity : dict of float to float
        Change of the level [dB] -> volume a day, by samples [byte].
    span_s : float
        Length of the span [s].
    """

    pair: TerminalPair
    link: Link
    times_s: NDArray[np.float64]
    path: Path
    in_view: NDArray[np.bool_]
    contacts: pd.DataFrame
    sensitivity: dict[float, float]
    span_s: float

    @property
    def level_db_hz(self) -> NDArray[np.float64]:
        """C/N0, or detected photons a second, whether in view or not [dB-Hz]."""
        return self.link.level_db_hz(self.path)

    def best(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rate [bit/s] and margin over the demand of its mode [dB] at each time; 0 and NaN out of view."""
        excess = self.link.excess_db(self.path)
        index = best_mode(excess)
        held = np.where(index >= 0, index, np.argmax(excess, axis=0))
        margin = np.take_along_axis(excess, held[None], axis=0)[0] + self.link.required_margin_db
        rate = np.where(index >= 0, self.link.rates_bps[np.maximum(index, 0)], 0.0)
        return np.where(self.in_view, rate, 0.0), np.where(self.in_view, margin, np.nan)

    @property
    def doppler_hz(self) -> NDArray[np.float64]:
        """Shift of the received carrier, one way, by the change of the distance [Hz]."""
        beta = self.path.range_rate_km_s / SPEED_OF_LIGHT_KM_S
        return -self.link.frequency_hz * beta / (1.0 + beta)

    def frame(self) -> pd.DataFrame:
        """One row a time, with units in the names of columns; losses and noises by their names."""
        import pandas as pd

        rate, margin = self.best()
        table = pd.DataFrame(
            {
                "time_utc": [format_utc(float(at)) for at in self.times_s],
                "time_s": self.times_s,
                "in_view": self.in_view,
                "range_km": self.path.range_km,
                "owlt_s": self.path.range_km / SPEED_OF_LIGHT_KM_S,
                "range_rate_km_s": self.path.range_rate_km_s,
                "doppler_hz": self.doppler_hz,
                "doppler_rate_hz_s": np.gradient(self.doppler_hz, self.times_s),
                "elevation_from_deg": np.degrees(self.path.sender.elevation_rad),
                "elevation_to_deg": np.degrees(self.path.receiver.elevation_rad),
                "level_db_hz": self.level_db_hz,
                "margin_db": margin,
                "rate_bps": rate,
            }
        )
        for effect in self.link.effects:
            table[f"{effect.name} [dB]"] = np.broadcast_to(effect.loss_db(self.path), self.times_s.shape)
        unit = "K" if self.link.kind == "rf" else "1/s"
        for source in self.link.noises:
            table[f"{source.name} [{unit}]"] = np.broadcast_to(source.amount(self.path), self.times_s.shape)
        return table

    def to_json(self) -> dict[str, Any]:
        """Shares of time, rates, margins, volume a day and its change with decibels."""
        rows = self.contacts
        length = (rows["end_s"] - rows["start_s"]).to_numpy()
        rate = rows["rate_bps"].to_numpy()
        there = len(rows) > 0
        bits = float((rate * length).sum())
        days = self.span_s / SECONDS_PER_DAY
        return {
            "in_view": float(np.mean(self.in_view)),
            "up": float(length.sum()) / self.span_s,
            "contacts": len(rows),
            "rate_min_bps": float(rate.min()) if there else None,
            "rate_mean_bps": bits / float(length.sum()) if there else None,
            "rate_max_bps": float(rate.max()) if there else None,
            "margin_min_db": float(rows["margin_db"].min()) if there else None,
            "doppler_max_hz": float(np.abs(self.doppler_hz[self.in_view]).max())
            if self.in_view.any()
            else None,
            "volume_bytes_per_day": bits / 8.0 / days,
            "sensitivity": [
                {"offset_db": offset, "volume_bytes_per_day": volume}
                for offset, volume in self.sensitivity.items()
            ],
        }


def link_series(study: Study, pair: TerminalPair) -> LinkSeries:
    """Follow one link of a study over its span, as if it were the only one.

    Parameters
    ----------
    study : Study
        For trajectories and terminals.
    pair : TerminalPair
        The link.

    Returns
    -------
    LinkSeries
        On the scenario's base step.
    """
    scenario = study.scenario
    time = scenario.time
    links = links_of(scenario, [pair])
    evaluate = PathEvaluator(study, [pair], links)
    windows = find_windows(
        study.scene.bank,
        candidates(scenario, study.scene, [pair]),
        occulters(scenario, study.trajectories),
        time.start_s,
        time.stop_s,
        step_s=time.step,
        light_time=scenario.compute.light_time,
    )
    windows = between_clouds(study, windows, [pair])
    where = geometry_of(study, [pair])
    delay = acquisition_delays_s(scenario, [pair], windows, where)
    contacts = build_contacts(windows, links, delay, where, evaluate)
    start, end = windows["start_s"].to_numpy() + delay, windows["end_s"].to_numpy()
    index = np.zeros(len(windows), dtype=np.int64)
    volumes = volumes_bit(LinkBook(links, evaluate), index, start, end, SENSITIVITY_DB).sum(axis=1)
    daily = volumes / 8.0 * SECONDS_PER_DAY / time.duration
    times = np.append(np.arange(time.start_s, time.stop_s, time.step), time.stop_s)
    opened = np.searchsorted(windows["start_s"].to_numpy(), times, side="right")
    closed = np.searchsorted(windows["end_s"].to_numpy(), times, side="left")
    return LinkSeries(
        pair,
        links[0],
        times,
        evaluate(np.zeros(times.size, dtype=np.int64), times),
        opened > closed,
        contacts,
        dict(zip(SENSITIVITY_DB, daily.tolist(), strict=True)),
        time.duration,
    )
