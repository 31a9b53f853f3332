"""What every link of a study does over its span: up time, rates, margin, volume, and what a decibel gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.links.rates import LinkBook
from qqnet.links.volumes import volumes_bit
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.study.acquisition import acquisition_delays_s
from qqnet.study.network import geometry, links_of, served_windows
from qqnet.study.paths import PathEvaluator

if TYPE_CHECKING:
    import pandas as pd

    from qqnet.study.study import Study

OFFSETS_DB: Final = (-3.0, -1.0, 1.0, 3.0)
"""Changes of the level of which the volume is told [dB]."""

BITS_PER_BYTE: Final = 8.0


@dataclass(frozen=True)
class NextDecibel:
    """What one decibel more at a terminal gives.

    Attributes
    ----------
    terminal, side : str
        Terminal type; ``transmit`` (power, or the antenna as a sender), ``receive`` (G/T) or ``both`` (the antenna
        itself).
    links : int
        Links that it is part of, and that have a line of sight.
    volume_bytes_per_day : float
        What they carry today [byte].
    added_bytes_per_day : float
        What one decibel adds [byte].
    opened : int
        Links that carry nothing today and would then.
    carried_bytes_per_day : float or None
        What flows send over these links [byte]; None where traffic was not asked for.
    """

    terminal: str
    side: str
    links: int
    volume_bytes_per_day: float
    added_bytes_per_day: float
    opened: int
    carried_bytes_per_day: float | None


@dataclass(frozen=True, eq=False)
class LinkPerformance:
    """Links over the span of a study.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a directed link that the equipment allows: ``from``, ``to``, ``link``, ``kind``, ``transmit``,
        ``receive``; ``view`` and ``up``, shares of the span with a line of sight that is served and with data;
        ``rate_min_bps``, ``rate_mean_bps`` (over up time), ``rate_max_bps``; ``margin_min_db``, least above the
        demand of the mode in use; ``range_min_km``, ``range_max_km``; ``volume_bytes_per_day``; and
        ``volume_bytes_per_day_-3db`` and so on, by samples, with the level changed. What is never there is NaN.
    """

    table: pd.DataFrame

    def next_decibels(self, carried: NDArray[np.float64] | None = None) -> list[NextDecibel]:
        """Where the next decibel gives most: terminals and sides, the greatest addition first.

        Parameters
        ----------
        carried : ndarray, shape [links], optional
            What flows send over each link in a day [byte].
        """
        rows = self.table[self.table["view"] > 0.0]
        now = rows["volume_bytes_per_day_0db"].to_numpy()
        more = rows["volume_bytes_per_day_+1db"].to_numpy()
        sent = None if carried is None else carried[rows.index.to_numpy()]
        found = []
        for terminal in sorted({*rows["transmit"], *rows["receive"]}):
            sender = (rows["transmit"] == terminal).to_numpy()
            receiver = (rows["receive"] == terminal).to_numpy()
            for side, which in (("transmit", sender), ("receive", receiver), ("both", sender | receiver)):
                if which.any() and not (side == "both" and (sender == receiver).all()):
                    found.append(
                        NextDecibel(
                            terminal,
                            side,
                            int(which.sum()),
                            float(now[which].sum()),
                            float((more - now)[which].sum()),
                            int(((now <= 0.0) & (more > 0.0))[which].sum()),
                            None if sent is None else float(sent[which].sum()),
                        )
                    )
        return sorted(found, key=lambda one: -one.added_bytes_per_day)


def link_performance(
    study: Study, offsets_db: Sequence[float] = OFFSETS_DB, which: NDArray[np.int64] | None = None
) -> LinkPerformance:
    """Look at links of a study over its span.

    Parameters
    ----------
    study : Study
        For contacts and trajectories.
    offsets_db : sequence of float
        Changes of the level of which the volume is told [dB].
    which : ndarray of int, optional
        Indices into ``study.links``; all where not given.

    Returns
    -------
    LinkPerformance
        One row a link, with the index of ``study.links``.
    """
    import pandas as pd

    pairs = study.links
    chosen = np.arange(len(pairs)) if which is None else np.asarray(which, dtype=np.int64)
    table = pd.DataFrame(
        [
            {
                "from": pair.source,
                "to": pair.target,
                "link": pair.name,
                "kind": pair.kind,
                "transmit": pair.transmit,
                "receive": pair.receive,
            }
            for pair in (pairs[n] for n in chosen)
        ],
        index=chosen,
    )
    windows = served_windows(study)
    windows = windows[windows["link"].isin(chosen)]
    duration = study.scenario.time.duration
    length = (windows["end_s"] - windows["start_s"]).groupby(windows["link"]).sum()
    table["view"] = length.reindex(chosen, fill_value=0.0).to_numpy() / duration
    table = table.join(_of_contacts(study, duration))
    for name in ("up", "volume_bytes_per_day"):
        table[name] = table[name].fillna(0.0)
    for offset, volume in _sampled(study, windows, chosen, (0.0, *offsets_db)):
        table[f"volume_bytes_per_day_{offset:+g}db".replace("+0db", "0db")] = volume
    return LinkPerformance(table)


def _of_contacts(study: Study, duration_s: float) -> pd.DataFrame:
    """Up time, rates, margin and volume of each link that has a contact, from the contact plan."""
    import pandas as pd

    index = {(pair.source, pair.target, pair.name): n for n, pair in enumerate(study.links)}
    rows = study.contacts.contacts
    rows = rows[rows["kind"] != "terrestrial"]
    keys = zip(rows["from"], rows["to"], rows["link"], strict=True)
    rows = rows.assign(
        index=[index[key] for key in keys],
        up=rows["end_s"] - rows["start_s"],
        bits=rows["rate_bps"] * (rows["end_s"] - rows["start_s"]),
        nearest=rows[["range_start_km", "range_end_km"]].min(axis=1),
        farthest=rows[["range_start_km", "range_end_km"]].max(axis=1),
    )
    by_link = rows.groupby("index")
    up, bits = by_link["up"].sum(), by_link["bits"].sum()
    return pd.DataFrame(
        {
            "up": up / duration_s,
            "rate_min_bps": by_link["rate_bps"].min(),
            "rate_mean_bps": bits / up,
            "rate_max_bps": by_link["rate_bps"].max(),
            "margin_min_db": by_link["margin_db"].min(),
            "range_min_km": by_link["nearest"].min(),
            "range_max_km": by_link["farthest"].max(),
            "volume_bytes_per_day": bits / BITS_PER_BYTE * SECONDS_PER_DAY / duration_s,
        }
    )


def _sampled(
    study: Study, windows: pd.DataFrame, chosen: NDArray[np.int64], offsets_db: Sequence[float]
) -> list[tuple[float, NDArray[np.float64]]]:
    """Volume a day of each chosen link with the level changed [byte]."""
    pairs = study.links
    links = links_of(study.scenario, pairs)
    book = LinkBook(links, PathEvaluator(study, pairs, links))
    index = windows["link"].to_numpy().astype(np.int64)
    start, end = windows["start_s"].to_numpy(), windows["end_s"].to_numpy()
    delay = acquisition_delays_s(study.scenario, pairs, windows, geometry(study))
    bits = volumes_bit(book, index, start + delay, end, offsets_db)
    daily = bits / BITS_PER_BYTE * SECONDS_PER_DAY / study.scenario.time.duration
    found = []
    for offset, volume in zip(offsets_db, daily, strict=True):
        total = np.zeros(len(pairs))
        np.add.at(total, index, volume)
        found.append((offset, total[chosen]))
    return found


def carried_bytes_per_day(study: Study) -> NDArray[np.float64]:
    """What the flows of the scenario send over each link of the study in a day, mean over the span [byte]."""
    index = {(pair.source, pair.target, pair.name): n for n, pair in enumerate(study.links)}
    rows = study.contacts.contacts
    bits = rows["rate_bps"].to_numpy() * study.traffic.busy_s
    total = np.zeros(len(study.links))
    for key, sent in zip(zip(rows["from"], rows["to"], rows["link"], strict=True), bits, strict=True):
        if key in index:
            total[index[key]] += sent
    return total / BITS_PER_BYTE * SECONDS_PER_DAY / study.scenario.time.duration
