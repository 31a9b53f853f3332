"""Receivers of navigation signals, and what each hears from a set of satellites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.gnss.constellation import Transmitters
from qqnet.gnss.geometry import Lines
from qqnet.gnss.reception import beam_of_gain_rad, c_n0_db_hz, check_beam, receive_gain_dbi
from qqnet.gnss.systems import BANDS, Band, Transmission, system
from qqnet.gnss.tracking import SLOPE, code_noise_m, range_rate_noise_m_s
from qqnet.links.rf import aperture_gain_dbi, beamwidth_rad

if TYPE_CHECKING:
    from qqnet.scenario.gnss import GnssReceiver

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BAND_CENTER_HZ: Final[Mapping[Band, float]] = {"L1": 1575.42e6, "L5": 1176.45e6}
"""Where the gain of an aperture is taken [Hz]."""

BOC_SPACING: Final = 1.0 / 3.0
"""Widest correlator on the steep middle of a BOC(1,1) peak [chips]."""


@dataclass(frozen=True)
class Receiver:
    """A receiver as computed.

    Attributes
    ----------
    name : str
        Of the receiver.
    gain_dbi, beam_rad : mapping
        Band -> peak gain [dBi], half-power width [rad]. Bands that it has no front end for are left out.
    noise_temperature_k : float
        Of the system [K].
    loss_db : float
        Polarisation, implementation, correlation [dB].
    threshold_db_hz : float
        Least C/N0 at which a signal is acquired [dB-Hz].
    tracking_db_hz : float
        Least C/N0 at which it is kept [dB-Hz]; that of acquisition where not given.
    code_loop_hz, frequency_loop_hz, integration_s, spacing_chips : float
        Loops.
    pointing : str
        ``earth``: the axis stays on the Earth; ``steered``: the peak gain for every satellite.
    offsets_solved : bool
        Whether offsets between the systems' time scales are unknowns.
    """

    name: str
    gain_dbi: Mapping[Band, float]
    beam_rad: Mapping[Band, float]
    noise_temperature_k: float
    loss_db: float = 0.0
    threshold_db_hz: float = 26.0
    code_loop_hz: float = 0.1
    frequency_loop_hz: float = 1.0
    integration_s: float = 0.1
    spacing_chips: float = 0.5
    pointing: Literal["earth", "steered"] = "earth"
    offsets_solved: bool = True
    tracking_db_hz: float = np.nan

    def __post_init__(self) -> None:
        if np.isnan(self.tracking_db_hz):
            object.__setattr__(self, "tracking_db_hz", self.threshold_db_hz)
        if self.tracking_db_hz > self.threshold_db_hz:
            raise InputError(
                f"receiver {self.name}: signals are kept from {self.tracking_db_hz:g} dB-Hz, above the "
                f"{self.threshold_db_hz:g} dB-Hz that acquire them; it must be at most as much"
            )
        for band, width in self.beam_rad.items():
            check_beam(self.gain_dbi[band], width)

    @classmethod
    def of(cls, written: GnssReceiver) -> Receiver:
        """Make it from what a scenario says; InputError where gain and beam contradict each other."""
        gains: dict[Band, float] = {}
        beams: dict[Band, float] = {}
        for band in written.bands:
            antenna = written.antenna
            if antenna.diameter is not None:
                size = antenna.diameter * 1e3
                gains[band] = float(aperture_gain_dbi(size, BAND_CENTER_HZ[band], antenna.efficiency))
                rule = float(beamwidth_rad(size, BAND_CENTER_HZ[band]))
                beams[band] = min(rule, float(beam_of_gain_rad(gains[band])))
            else:
                gains[band] = float(antenna.gain or 0.0)
                beams[band] = float(
                    beam_of_gain_rad(gains[band]) if written.beamwidth is None else written.beamwidth
                )
        return cls(
            written.name,
            gains,
            beams,
            written.noise_temperature,
            written.loss,
            written.threshold,
            written.code_loop,
            written.frequency_loop,
            written.integration,
            written.spacing,
            written.pointing,
            written.time_offsets == "solved",
            written.threshold if written.tracking is None else written.tracking,
        )


@dataclass(frozen=True, eq=False)
class Heard:
    """What a receiver hears; T epochs, S satellites.

    Attributes
    ----------
    c_n0_db_hz : ndarray, shape [T, S]
        Of the band that gives the better range, of the stronger one where none is usable [dB-Hz].
    band : ndarray of int8, shape [T, S]
        That band's place in `BANDS`; -1 where the satellite sends in none of the receiver's.
    usable : ndarray of bool, shape [T, S]
        Whether it is tracked: it reached the threshold, and since then nothing hid it and it stayed above the
        tracking threshold.
    range_sigma_m : ndarray, shape [T, S]
        Thermal noise of the pseudorange [m]; infinite where it is not usable.
    range_rate_sigma_m_s : ndarray, shape [T, S]
        Thermal noise of the range rate [m/s], likewise.
    held : ndarray of bool, shape [B, S]
        What is tracked at the last epoch, by band: for the epochs that follow.
    """

    c_n0_db_hz: Floats
    band: NDArray[np.int8]
    usable: Flags
    range_sigma_m: Floats
    range_rate_sigma_m_s: Floats
    held: Flags


def hear(
    receiver: Receiver,
    transmitters: Transmitters,
    lines: Lines,
    clear: Flags,
    held: Flags | None = None,
) -> Heard:
    """Compute what a receiver hears along given lines.

    Parameters
    ----------
    receiver : Receiver
        Who listens.
    transmitters : Transmitters
        The satellites.
    lines : Lines
        From these to the receiver.
    clear : ndarray of bool, shape [T, S]
        Whether nothing stands between.
    held : ndarray of bool, shape [B, S], optional
        What was tracked just before the first epoch, by band; nothing where not given.

    Returns
    -------
    Heard
        By satellite.
    """
    shape = (len(BANDS), *lines.range_km.shape)
    level = np.full(shape, -np.inf)
    code, rate = np.full(shape, np.inf), np.full(shape, np.inf)
    for number, band in enumerate(BANDS):
        for columns, sent in _by_transmission(transmitters, band) if band in receiver.gain_dbi else ():
            level[number][:, columns] = _level(receiver, band, sent, lines, columns)
            code[number][:, columns], rate[number][:, columns] = _noise(
                receiver, sent, level[number][:, columns]
            )
    tracked = _tracked(
        clear & (level >= receiver.threshold_db_hz), clear & (level >= receiver.tracking_db_hz), held
    )
    code = np.where(tracked, code, np.inf)
    # The better range; of bands that give none, the louder.
    best = np.where(tracked.any(axis=0), code.argmin(axis=0), level.argmax(axis=0))[None]

    def of_best(values: Floats) -> Floats:
        return np.asarray(np.take_along_axis(values, best, axis=0)[0])

    loudest = of_best(level)
    sigma = of_best(code)
    usable = np.isfinite(sigma)
    return Heard(
        loudest,
        np.where(np.isfinite(loudest), best[0], -1).astype(np.int8),
        usable,
        sigma,
        np.where(usable, of_best(rate), np.inf),
        tracked[:, -1],
    )


def _tracked(acquired: Flags, holds: Flags, before: Flags | None) -> Flags:
    """Which signals are tracked, shape [B, T, S]: from where they are acquired to where they no longer hold."""
    decided = acquired | ~holds
    epoch = np.arange(acquired.shape[1])[None, :, None]
    last = np.maximum.accumulate(np.where(decided, epoch, -1), axis=1)
    found = np.take_along_axis(acquired, np.maximum(last, 0), axis=1)
    first = np.zeros_like(acquired[:, 0]) if before is None else before
    return np.where(last < 0, first[:, None], found)


def _by_transmission(transmitters: Transmitters, band: Band) -> list[tuple[NDArray[np.int64], Transmission]]:
    """Satellites that send the same in a band, with what they send."""
    found: dict[str, list[int]] = {}
    for k, one in enumerate(transmitters.blocks):
        if band in one.transmissions:
            found.setdefault(one.name, []).append(k)
    return [
        (np.array(columns), transmitters.blocks[columns[0]].transmissions[band]) for columns in found.values()
    ]


def _level(
    receiver: Receiver, band: Band, sent: Transmission, lines: Lines, columns: NDArray[np.int64]
) -> Floats:
    """C/N0 [dB-Hz] of the satellites in some columns."""
    off_axis = (
        lines.off_earth_rad[:, columns]
        if receiver.pointing == "earth"
        else np.zeros(lines.range_km[:, columns].shape)
    )
    return c_n0_db_hz(
        sent.eirp_dbw(lines.off_boresight_rad[:, columns]),
        lines.range_km[:, columns],
        sent.signal.frequency_hz,
        receive_gain_dbi(receiver.gain_dbi[band], receiver.beam_rad[band], off_axis),
        receiver.noise_temperature_k,
        receiver.loss_db,
    )


def _noise(receiver: Receiver, sent: Transmission, level: Floats) -> tuple[Floats, Floats]:
    """Thermal noise of range [m] and range rate [m/s] at levels of C/N0; below the threshold it means nothing."""
    signal = sent.signal
    usual = np.maximum(level, receiver.tracking_db_hz)
    spacing = (
        min(receiver.spacing_chips, BOC_SPACING) if signal.modulation == "BOC" else receiver.spacing_chips
    )
    code = code_noise_m(
        usual,
        signal.chip_rate_hz,
        bandwidth_hz=receiver.code_loop_hz,
        integration_s=receiver.integration_s,
        spacing_chips=spacing,
        slope=SLOPE[signal.modulation],
    )
    rate = range_rate_noise_m_s(
        usual,
        signal.frequency_hz,
        bandwidth_hz=receiver.frequency_loop_hz,
        integration_s=receiver.integration_s,
    )
    return code, rate


def sise_m(transmitters: Transmitters) -> Floats:
    """Error of broadcast orbit and clock of each satellite along a line of sight, 1 sigma [m], shape [S]."""
    return np.array([system(one.system).sise_m for one in transmitters.blocks])


def receiver_of(receivers: Mapping[str, Receiver], node: str) -> Receiver:
    """Return a node's receiver; InputError where it carries none."""
    if node not in receivers:
        known = ", ".join(receivers) or "none"
        raise InputError(f"node {node!r} carries no navigation receiver; these do: {known}")
    return receivers[node]
