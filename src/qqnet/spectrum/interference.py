"""What simultaneous transmissions do to each other: carrier, noise and interference at every receiver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.geometry import segment_clearance_km
from qqnet.links import rf
from qqnet.links.antennas import Antenna
from qqnet.links.domain import FloatArray

Integers = NDArray[np.int64]

GRID: Final = 4096
"""Angles at which the gain of an antenna is kept."""


class GainTables:
    """Off-axis gain of many antennas at their frequencies, as one table that is quick to look up.

    The grid is even in the square root of the angle, from 0 to 180 deg: its first step is 0.2 microradian, so that
    the narrowest radio beams are held.

    Parameters
    ----------
    antennas : sequence of (Antenna, float)
        Antenna and frequency [Hz].

    Examples
    --------
    >>> tables = GainTables([(Antenna(diameter_m=1.0), 26e9)])
    >>> print(f"{tables.gain_dbi([0], [0.0])[0]:.2f} dBi")
    46.49 dBi
    """

    def __init__(self, antennas: Sequence[tuple[Antenna, float]]):
        angles = np.pi * np.linspace(0.0, 1.0, GRID) ** 2
        rows = [antenna.gain_off_axis_dbi(frequency_hz, angles) for antenna, frequency_hz in antennas]
        self._table = np.array(rows, dtype=np.float64).reshape(len(rows), GRID)

    def gain_dbi(self, antenna: ArrayLike, angle_rad: ArrayLike) -> FloatArray:
        """Gain [dBi] of antennas (index) at angles off their axes [rad], linear in decibels between the grid."""
        place = np.sqrt(np.clip(np.asarray(angle_rad), 0.0, np.pi) / np.pi) * (GRID - 1)
        low = np.minimum(place.astype(np.int64), GRID - 2)
        share = place - low
        which = np.asarray(antenna, dtype=np.int64)
        lower, upper = self._table[which, low], self._table[which, low + 1]
        gain: FloatArray = lower + share * (upper - lower)
        return gain


@dataclass(frozen=True, eq=False)
class Transmissions:
    """What is sent at one moment; one element a directed link.

    Attributes
    ----------
    sender, receiver : ndarray of int, shape [A]
        Nodes.
    transmit_antenna, receive_antenna : ndarray of int, shape [A]
        Rows of the gain tables.
    power_dbw : ndarray, shape [A]
        At the sending antenna, after circuit losses [dBW].
    receive_loss_db : ndarray, shape [A]
        Between the receiving antenna and the receiver [dB].
    other_loss_db : ndarray, shape [A]
        Of the wanted signal on its way, beside free space: pointing, atmosphere [dB].
    noise_dbw_hz : ndarray, shape [A]
        Noise density of the receiver [dBW/Hz].
    carrier_hz, bandwidth_hz : ndarray, shape [A]
        What is occupied [Hz].
    """

    sender: Integers
    receiver: Integers
    transmit_antenna: Integers
    receive_antenna: Integers
    power_dbw: FloatArray
    receive_loss_db: FloatArray
    other_loss_db: FloatArray
    noise_dbw_hz: FloatArray
    carrier_hz: FloatArray
    bandwidth_hz: FloatArray

    def __len__(self) -> int:
        return int(self.sender.size)

    def take(self, which: ArrayLike) -> Transmissions:
        """Return some of them."""
        chosen = np.asarray(which)
        return Transmissions(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True, eq=False)
class Powers:
    """Powers at the receivers of simultaneous transmissions.

    Attributes
    ----------
    carrier_dbw : ndarray, shape [A]
        Of the wanted signal [dBW].
    noise_dbw : ndarray, shape [A]
        Of the receiver's noise in the bandwidth of its signal [dBW].
    interference_w : ndarray, shape [A, A]
        Of each transmission (second index) at each receiver (first), as far as it falls into the receiver's
        band [W].
    density_w_hz : ndarray, shape [A, A]
        Density of each transmission at each receiver where both overlap [W/Hz].
    """

    carrier_dbw: FloatArray
    noise_dbw: FloatArray
    interference_w: FloatArray
    density_w_hz: FloatArray

    @property
    def total_dbw(self) -> FloatArray:
        """Sum of the interference at each receiver [dBW]; minus infinity where there is none."""
        with np.errstate(divide="ignore"):
            total: FloatArray = 10.0 * np.log10(self.interference_w.sum(axis=1))
        return total

    @property
    def i_over_n_db(self) -> FloatArray:
        """Interference over noise [dB]."""
        return self.total_dbw - self.noise_dbw

    @property
    def c_over_i_db(self) -> FloatArray:
        """Carrier over interference [dB]; infinite where there is none."""
        return self.carrier_dbw - self.total_dbw

    @property
    def c_over_n_plus_i_db(self) -> FloatArray:
        """Carrier over the sum of noise and interference [dB]."""
        both = 10.0 ** (self.noise_dbw / 10.0) + self.interference_w.sum(axis=1)
        found: FloatArray = self.carrier_dbw - 10.0 * np.log10(both)
        return found


def overlap(carrier_hz: FloatArray, bandwidth_hz: FloatArray) -> FloatArray:
    """Share of each transmission's power that falls into each receiver's band.

    Parameters
    ----------
    carrier_hz, bandwidth_hz : ndarray, shape [A]
        Of the transmissions; a receiver's band is that of its wanted signal [Hz].

    Returns
    -------
    ndarray, shape [A, A]
        Share [1], first index the receiver; spectra are taken as flat over their bandwidth.

    Examples
    --------
    >>> overlap(np.array([1.0e9, 1.0e9 + 2e6]), np.array([4e6, 2e6])).tolist()
    [[1.0, 0.5], [0.25, 1.0]]
    """
    low, high = carrier_hz - 0.5 * bandwidth_hz, carrier_hz + 0.5 * bandwidth_hz
    common = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    share: FloatArray = np.maximum(common, 0.0) / bandwidth_hz
    return share


def powers(
    sent: Transmissions,
    positions_km: ArrayLike,
    tables: GainTables,
    centres_km: ArrayLike,
    radii_km: ArrayLike,
) -> Powers:
    """Work out the powers at all receivers of simultaneous transmissions.

    Antennas point at their peers. A transmission disturbs every receiver but its own, those of its own node, and
    those that a body hides from it. Geometry is that of one instant, without light time.

    Parameters
    ----------
    sent : Transmissions
        A of them.
    positions_km : array_like, shape [nodes, 3]
        Of all nodes, in any inertial axes [km].
    tables : GainTables
        Gains of the antennas.
    centres_km : array_like, shape [bodies, 3]
        Bodies that may stand in the way [km].
    radii_km : array_like, shape [bodies]
        Their radii [km].

    Returns
    -------
    Powers
        For every receiver.

    References
    ----------
    Friis' formula for each pair; ITU-R S.738 and SA.609 count interference in this way.
    """
    place = np.asarray(positions_km, dtype=np.float64)
    here, there = place[sent.sender], place[sent.receiver]
    ahead = there - here
    wanted_km = np.linalg.norm(ahead, axis=-1)
    carrier = (
        sent.power_dbw
        + tables.gain_dbi(sent.transmit_antenna, np.zeros(len(sent)))
        + tables.gain_dbi(sent.receive_antenna, np.zeros(len(sent)))
        - sent.receive_loss_db
        - sent.other_loss_db
        - rf.free_space_loss_db(wanted_km, sent.carrier_hz)
    )
    noise = sent.noise_dbw_hz + 10.0 * np.log10(sent.bandwidth_hz)
    share = overlap(sent.carrier_hz, sent.bandwidth_hz)
    own = np.eye(len(sent), dtype=np.bool_) | (sent.receiver[:, None] == sent.sender)
    victim, source = np.nonzero((share > 0.0) & ~own)
    way = there[victim] - here[source]
    distance = np.linalg.norm(way, axis=-1)
    seen = distance > 0.0
    for centre, radius in zip(np.asarray(centres_km), np.asarray(radii_km), strict=True):
        seen &= _passes(here[source], there[victim], centre, float(radius))
    victim, source, way, distance = victim[seen], source[seen], way[seen], distance[seen]
    off_source = _angle(ahead[source], way)
    off_victim = _angle(-ahead[victim], -way)
    level = (
        sent.power_dbw[source]
        + tables.gain_dbi(sent.transmit_antenna[source], off_source)
        + tables.gain_dbi(sent.receive_antenna[victim], off_victim)
        - sent.receive_loss_db[victim]
        - rf.free_space_loss_db(distance, sent.carrier_hz[source])
    )
    found, density = np.zeros((2, len(sent), len(sent)))
    found[victim, source] = 10.0 ** (level / 10.0) * share[victim, source]
    density[victim, source] = 10.0 ** (level / 10.0) / sent.bandwidth_hz[source]
    return Powers(carrier, noise, found, density)


def _passes(one: FloatArray, other: FloatArray, centre: FloatArray, radius_km: float) -> NDArray[np.bool_]:
    """Whether the line between two points passes a sphere; a point on it sees what is above its horizon."""
    way = other - one
    along = -np.sum((one - centre) * way, axis=-1) / np.maximum(np.sum(way * way, axis=-1), 1e-12)
    clear = segment_clearance_km(one, other, centre, radius_km) >= 0.0
    seen: NDArray[np.bool_] = clear | (along <= 0.0) | (along >= 1.0)
    return seen


def _angle(one: FloatArray, other: FloatArray) -> FloatArray:
    """Angle between vectors [rad], exact for small ones."""
    cross = np.linalg.norm(np.cross(one, other), axis=-1)
    found: FloatArray = np.arctan2(cross, np.sum(one * other, axis=-1))
    return found
