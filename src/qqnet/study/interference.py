"""Interference between the links of a study while its contacts last, and channels that would remove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.links import noise
from qqnet.links.antennas import Antenna
from qqnet.links.ends import RfReceive, RfTransmit
from qqnet.links.pairs import TerminalPair
from qqnet.links.rf import decibel
from qqnet.scenario.nodes import GroundStation, Node, member_names
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.bodies import body
from qqnet.space.timescales import format_utc
from qqnet.spectrum.channels import Assignment, Channelled, assign_channels
from qqnet.spectrum.emissions import link_kind, region
from qqnet.spectrum.interference import GainTables, Powers, Transmissions, powers
from qqnet.spectrum.limits import Criterion, limits
from qqnet.spectrum.rule_table import rule_table
from qqnet.spectrum.rules import CANDIDATE
from qqnet.study.network import links_of
from qqnet.study.paths import DISCS

if TYPE_CHECKING:
    from qqnet.study.study import Study

CRITERION_DB: Final = -6.0
"""Interference over noise that a receiver bears where no Recommendation speaks of it [dB]: it adds 1 dB to the
noise. So far the limits of ITU-R SA.609 lie below noise (unverified)."""

SHARE: Final = 0.001
"""Share of a link's time for which more is borne: 0.1 %, unmanned missions in ITU-R SA.609 (unverified)."""

OVER_NOISE: Final = "I/N"
"""What a link is held to where no Recommendation is."""

MOST_POSITIONS: Final = 200
"""Times looked at together, to bound the memory."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Disturbed:
    """What interference does to one link over the span.

    Attributes
    ----------
    pair : TerminalPair
        The link.
    carrier_hz, bandwidth_hz : float
        Its carrier, and what it occupies [Hz].
    assumed : bool
        Whether the bandwidth is assumed: one hertz for each bit a second of the fastest mode.
    samples : int
        Moments at which the link was in use.
    share_above : float
        Share of them with more interference than the criterion.
    criterion : str
        What it is held to: a Recommendation, or ``I/N``.
    margin_min_db : float
        Least distance below the criterion [dB]; infinite without any interference.
    i_over_n_max_db : float
        Greatest interference over noise [dB]; minus infinity without any.
    c_over_i_min_db, c_over_n_plus_i_min_db : float
        Least carrier over interference (infinite without any), and over noise and interference [dB].
    worst_at_s : float
        When the interference was greatest [TDB s past J2000].
    worst_source : TerminalPair or None
        What disturbed most then.
    """

    pair: TerminalPair
    carrier_hz: float
    bandwidth_hz: float
    assumed: bool
    samples: int
    share_above: float
    criterion: str
    margin_min_db: float
    i_over_n_max_db: float
    c_over_i_min_db: float
    c_over_n_plus_i_min_db: float
    worst_at_s: float
    worst_source: TerminalPair | None

    def to_json(self) -> dict[str, Any]:
        """Plain values for programs; what is infinite is None."""

        def finite(value: float) -> float | None:
            return value if np.isfinite(value) else None

        worst = self.worst_source
        return {
            "from": self.pair.source,
            "to": self.pair.target,
            "link": self.pair.name,
            "carrier_hz": self.carrier_hz,
            "bandwidth_hz": self.bandwidth_hz,
            "bandwidth_assumed": self.assumed,
            "samples": self.samples,
            "share_above": self.share_above,
            "criterion": self.criterion,
            "margin_min_db": finite(self.margin_min_db),
            "i_over_n_max_db": finite(self.i_over_n_max_db),
            "c_over_i_min_db": finite(self.c_over_i_min_db),
            "c_over_n_plus_i_min_db": finite(self.c_over_n_plus_i_min_db),
            "worst_at": None if worst is None else format_utc(self.worst_at_s),
            "worst_from": None if worst is None else f"{worst.source} to {worst.target}",
        }


@dataclass(frozen=True, eq=False)
class InterferenceResult:
    """Interference over the span.

    Attributes
    ----------
    links : list of Disturbed
        Radio links that were in use, the most disturbed first.
    conflicts : dict of (str, str) to float
        Channel users of which one disturbs the other beyond what is borne -> share of time.
    users : dict of str to Channelled
        All channel users: a lunar or planetary user in one direction, or a directed link between other nodes.
    criterion_db, share : float
        Interference over noise [dB] where no Recommendation speaks of the receiver, and share of the time for
        which more than the criterion is borne.
    step_s : float
        Time between samples [s].
    """

    links: list[Disturbed]
    conflicts: dict[tuple[str, str], float]
    users: dict[str, Channelled]
    criterion_db: float
    share: float
    step_s: float

    @property
    def disturbed(self) -> list[Disturbed]:
        """Links above the criterion for longer than is borne."""
        return [link for link in self.links if link.share_above > self.share]


class _Fleet:
    """All radio links of a study as arrays; rows are the study's link indices."""

    def __init__(
        self, study: Study, channels: Mapping[str, float], criterion_db: float, recommendations: bool
    ):
        scenario = study.scenario
        entries = {name: node for node in scenario.nodes for name in member_names(node)}
        self.pairs = study.links
        self.names = sorted({name for pair in study.links for name in (pair.source, pair.target)})
        place = {name: n for n, name in enumerate(self.names)}
        self.users = [channel_user(pair, entries) for pair in self.pairs]
        self.radio = np.array([pair.kind == "rf" for pair in self.pairs], dtype=np.bool_)
        antennas: dict[tuple[Antenna, float], int] = {}
        rows: list[tuple[float, ...]] = []
        self.assumed = np.zeros(len(self.pairs), dtype=np.bool_)
        self.held_to = [OVER_NOISE] * len(self.pairs)
        self.limit_dbw_hz = np.full(len(self.pairs), np.inf)
        for n, (pair, link) in enumerate(zip(self.pairs, links_of(scenario, self.pairs), strict=True)):
            sender, receiver = link.transmit, link.receive
            if not (isinstance(sender, RfTransmit) and isinstance(receiver, RfReceive)):
                rows.append((0.0,) * 10)
                continue
            carrier = channels.get(self.users[n], sender.frequency_hz)
            width = bandwidth_of(scenario.terminals[pair.transmit])
            self.assumed[n] = width is None
            noise_dbw_hz = float(noise.noise_density_dbw_hz(receiver.noise_temperature_k))
            self.limit_dbw_hz[n] = noise_dbw_hz + criterion_db
            known = (
                _criterion(entries[pair.source], entries[pair.target], carrier) if recommendations else None
            )
            if known is not None:
                self.held_to[n], self.limit_dbw_hz[n] = known.cite, known.density_dbw_hz
            lost = sum(end.antenna.pointing_loss_at_db(carrier) for end in (sender, receiver))
            rows.append(
                (
                    place[pair.source],
                    place[pair.target],
                    antennas.setdefault((sender.antenna, carrier), len(antennas)),
                    antennas.setdefault((receiver.antenna, carrier), len(antennas)),
                    float(decibel(sender.power_w)) - sender.loss_db,
                    receiver.loss_db,
                    lost,
                    noise_dbw_hz,
                    carrier,
                    max(mode.rate_bps for mode in sender.modes) if width is None else width,
                )
            )
        columns = np.array(rows, dtype=np.float64).reshape(-1, 10).T
        self.sent = Transmissions(*(column.astype(np.int64) for column in columns[:4]), *columns[4:])
        self.tables = GainTables(list(antennas))


def _criterion(source: Node, target: Node, carrier_hz: float) -> Criterion | None:
    """Protection criterion of the receiver of a link, as a Recommendation of the ITU-R gives it."""
    regions = {region(source), region(target)}
    deep = bool(regions - {"Earth", "Moon", None})
    kind: Literal["earth-station", "space-station"] = (
        "earth-station" if isinstance(target, GroundStation) else "space-station"
    )
    return limits().criterion(kind, "deep-space" if deep else "near-earth", carrier_hz)


def bandwidth_of(terminal: object) -> float | None:
    """Occupied bandwidth of a radio terminal's transmitter [Hz]; None where the scenario does not say."""
    if isinstance(terminal, RfTerminal) and terminal.transmit is not None:
        return terminal.transmit.bandwidth
    return None


def channel_user(pair: TerminalPair, entries: Mapping[str, Node]) -> str:
    """Name of who needs one channel: a user in one direction, whoever serves it; else the directed link.

    Parameters
    ----------
    pair : TerminalPair
        The link.
    entries : mapping of str to Node
        Entry of each single node.

    Returns
    -------
    str
        The same for all links that use one channel.
    """
    source, target = entries[pair.source], entries[pair.target]
    if "relay" in target.services and "relay" not in source.services:
        return f"from {pair.source} by {pair.transmit}"
    if "relay" in source.services and "relay" not in target.services:
        return f"to {pair.target} by {pair.transmit}"
    return f"{pair.source} to {pair.target} by {pair.transmit}"


def interference(
    study: Study,
    *,
    step_s: float = 1800.0,
    criterion_db: float = CRITERION_DB,
    recommendations: bool = True,
    share: float = SHARE,
    channels: Mapping[str, float] | None = None,
    advance: Callable[[float], None] = lambda _: None,
) -> InterferenceResult:
    """Look at all radio links of the contact plan together, at samples of the span.

    Parameters
    ----------
    study : Study
        For contacts and trajectories.
    step_s : float
        Time between samples [s].
    criterion_db : float
        Interference over noise that is borne where no Recommendation speaks of the receiver [dB].
    recommendations : bool
        Whether ITU-R SA.609 and SA.1157 hold; otherwise the interference over noise counts everywhere.
    share : float
        Share of a link's time for which more is borne [1].
    channels : mapping of str to float, optional
        Carriers instead of the terminals' own, by channel user [Hz].
    advance : callable
        Told the share done, 0 to 1.

    Returns
    -------
    InterferenceResult
        Links, conflicts, and who uses channels.
    """
    fleet = _Fleet(study, channels or {}, criterion_db, recommendations)
    tally = _Tally(fleet)
    for time_s, active, positions, centres, radii in _moments(study, fleet, step_s, advance):
        found = powers(fleet.sent.take(active), positions, fleet.tables, centres, radii)
        tally.add(time_s, active, found)
    return InterferenceResult(
        tally.links(), tally.conflicts(share), _channel_users(study, fleet), criterion_db, share, step_s
    )


def proposal(result: InterferenceResult, seed: int) -> Assignment:
    """Propose carriers that remove the conflicts, each in the bands that its rules and receivers allow."""
    return assign_channels(list(result.users.values()), result.conflicts, seed)


def _moments(study: Study, fleet: _Fleet, step_s: float, advance: Callable[[float], None]) -> Any:
    """Yield time, links in use, positions of nodes, and bodies, at every sample with a radio link in use."""
    time = study.scenario.time
    times = np.arange(time.start_s + 0.5 * min(step_s, time.duration), time.stop_s, step_s)
    index = {(pair.source, pair.target, pair.name): n for n, pair in enumerate(fleet.pairs)}
    rows = study.contacts.contacts
    rows = rows[rows["kind"] == "rf"]
    which = np.array(
        [index[key] for key in zip(rows["from"], rows["to"], rows["link"], strict=True)], dtype=np.int64
    )
    start, end = rows["start_s"].to_numpy(), rows["end_s"].to_numpy()
    bodies = [name for name in DISCS if name in study.trajectories.body_names]
    radii = np.array([body(name).mean_radius_km for name in bodies])
    done = 0
    for part in np.array_split(times, -(-times.size // MOST_POSITIONS)):
        nodes = np.stack([study.trajectories.position(name, part) for name in fleet.names])
        centres = np.stack([study.trajectories.position(name, part) for name in bodies])
        for n, at in enumerate(part.tolist()):
            active = np.unique(which[(start <= at) & (at < end)])
            if active.size:
                yield at, active, nodes[:, n], centres[:, n], radii
        done += part.size
        advance(done / times.size)


class _Tally:
    """Counts over the samples."""

    def __init__(self, fleet: _Fleet):
        count = len(fleet.pairs)
        self._fleet = fleet
        self._samples = np.zeros(count, dtype=np.int64)
        self._above = np.zeros(count, dtype=np.int64)
        self._worst = np.full(count, -np.inf)
        self._margin = np.full(count, np.inf)
        self._c_i, self._c_ni = np.full(count, np.inf), np.full(count, np.inf)
        self._at, self._source = np.full(count, np.nan), np.full(count, -1, dtype=np.int64)
        self._pairs: dict[tuple[int, int], int] = defaultdict(int)

    def add(self, time_s: float, active: NDArray[np.int64], found: Powers) -> None:
        i_n = found.i_over_n_db
        densities = self._densities_w_hz(active, found)
        limit_w_hz = 10.0 ** (self._fleet.limit_dbw_hz[active] / 10.0)
        with np.errstate(divide="ignore"):
            margin = 10.0 * np.log10(limit_w_hz / densities.sum(axis=1))
        self._samples[active] += 1
        self._above[active] += margin < 0.0
        self._margin[active] = np.minimum(self._margin[active], margin)
        worse = i_n > self._worst[active]
        rows = active[worse]
        self._worst[rows] = i_n[worse]
        self._at[rows] = time_s
        self._source[rows] = active[np.argmax(found.interference_w[worse], axis=1)] if rows.size else -1
        self._c_i[active] = np.minimum(self._c_i[active], found.c_over_i_db)
        self._c_ni[active] = np.minimum(self._c_ni[active], found.c_over_n_plus_i_db)
        for victim, source in np.argwhere(densities > limit_w_hz[:, None]):
            self._pairs[int(active[victim]), int(active[source])] += 1

    def _densities_w_hz(self, active: NDArray[np.int64], found: Powers) -> Floats:
        """What is held to the criterion: density in the overlap for a Recommendation, else mean over the band."""
        fleet = self._fleet
        mean = found.interference_w / fleet.sent.bandwidth_hz[active][:, None]
        over_noise = np.array([fleet.held_to[n] == OVER_NOISE for n in active])
        return np.where(over_noise[:, None], mean, found.density_w_hz)

    def links(self) -> list[Disturbed]:
        fleet, found = self._fleet, []
        for n in np.flatnonzero(self._samples):
            source = int(self._source[n])
            quiet = not np.isfinite(self._worst[n])
            found.append(
                Disturbed(
                    fleet.pairs[n],
                    float(fleet.sent.carrier_hz[n]),
                    float(fleet.sent.bandwidth_hz[n]),
                    bool(fleet.assumed[n]),
                    int(self._samples[n]),
                    float(self._above[n] / self._samples[n]),
                    fleet.held_to[n],
                    float(self._margin[n]),
                    float(self._worst[n]),
                    float(self._c_i[n]),
                    float(self._c_ni[n]),
                    float(self._at[n]),
                    None if quiet else fleet.pairs[source],
                )
            )
        return sorted(found, key=lambda one: (-one.share_above, -one.i_over_n_max_db))

    def conflicts(self, share: float) -> dict[tuple[str, str], float]:
        """Channel users in conflict; a single source above the criterion counts."""
        found: dict[tuple[str, str], float] = {}
        for (victim, source), count in self._pairs.items():
            part = count / int(self._samples[victim])
            one, other = sorted((self._fleet.users[victim], self._fleet.users[source]))
            if part > share and one != other:
                found[one, other] = max(found.get((one, other), 0.0), part)
        return found


def _channel_users(study: Study, fleet: _Fleet) -> dict[str, Channelled]:
    """Where each channel user may be: in the bands of its rules that hold its carrier, and of its receivers."""
    scenario = study.scenario
    entries = {name: node for node in scenario.nodes for name in member_names(node)}
    users: dict[str, Channelled] = {}
    table = rule_table().on(scenario.time.start[:10])
    for n in np.flatnonzero(fleet.radio):
        pair, name = fleet.pairs[n], fleet.users[n]
        transmit, receive = scenario.terminals[pair.transmit], scenario.terminals[pair.receive]
        assert isinstance(receive, RfTerminal)
        assert receive.receive is not None
        low, high = receive.receive.lowest, receive.receive.highest
        carrier, width = float(fleet.sent.carrier_hz[n]), float(fleet.sent.bandwidth_hz[n])
        kind = link_kind(entries[pair.source], entries[pair.target], transmit, receive)
        standing = (rule for rule in table.about(kind) if rule.status != CANDIDATE)
        for band in (band for rule in standing for band in rule.bands):
            if band.holds(carrier, carrier):
                low, high = max(low, band.lowest), min(high, band.highest)
                break
        known = users.get(name)
        if known is not None:
            low, high = max(low, known.lowest_hz), min(high, known.highest_hz)
            width = max(width, known.width_hz)
        users[name] = Channelled(name, carrier, width, low, high)
    return {
        # Who fills a band on all of its width stays where it is.
        name: user
        if user.highest_hz - user.lowest_hz >= user.width_hz
        else replace(
            user,
            lowest_hz=user.carrier_hz - 0.5 * user.width_hz,
            highest_hz=user.carrier_hz + 0.5 * user.width_hz,
        )
        for name, user in users.items()
    }
