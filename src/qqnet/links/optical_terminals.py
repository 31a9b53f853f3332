"""How a scenario's laser terminals become ends of links, and what stands between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links import optical, optical_acquisition, optical_background, rf
from qqnet.links.atmosphere import ZenithLoss
from qqnet.links.domain import FloatArray
from qqnet.links.effects import Effect, Looks, NoiseSource
from qqnet.links.ends import Mode
from qqnet.links.optical_detection import photons_per_bit_limit
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.optical_turbulence import Turbulence, TurbulenceLoss
from qqnet.links.path import Path
from qqnet.links.photon_detectors import PhotonDetector
from qqnet.links.ppm_modes import PpmMode
from qqnet.scenario import laser as schema
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

if TYPE_CHECKING:
    from qqnet.links.place import Ends

M_PER_KM: Final = 1e3


def optical_transmit(terminal: schema.OpticalTerminal) -> OpticalTransmit:
    """Sending end of a laser terminal; InputError where it has no transmitter or a mode can not work."""
    sender = terminal.transmit
    if sender is None:
        raise InputError("the terminal has no transmitter, so no link starts there")
    return OpticalTransmit(
        wavelength_m=terminal.wavelength * M_PER_KM,
        power_w=sender.power,
        diameter_m=sender.aperture * M_PER_KM,
        modes=tuple(_mode(mode) for mode in sender.modes),
        efficiency=sender.efficiency,
        pointing_error_rad=sender.pointing_error,
        pointing_jitter_rad=sender.pointing_jitter,
        margin_db=terminal.margin,
        pointing_outage=sender.pointing_outage,
        divergence_rad=sender.divergence,
        obscuration=sender.obscuration,
        truncation=sender.truncation,
        point_ahead_max_rad=sender.point_ahead_max,
        point_ahead_error_rad=sender.point_ahead_error,
    )


def optical_receive(terminal: schema.OpticalTerminal) -> OpticalReceive:
    """Receiving end of a laser terminal; InputError where it has no receiver."""
    receiver = terminal.receive
    if receiver is None:
        raise InputError("the terminal has no receiver, so no link ends there")
    return OpticalReceive(
        wavelength_m=terminal.wavelength * M_PER_KM,
        diameter_m=receiver.aperture * M_PER_KM,
        efficiency=receiver.efficiency,
        loss_db=receiver.loss,
        margin_db=terminal.margin,
        obscuration=receiver.obscuration,
        detector=PhotonDetector(receiver.elements, receiver.dead_time, receiver.timing_jitter),
    )


def _mode(mode: schema.PpmMode | schema.CoherentMode) -> Mode:
    if isinstance(mode, schema.CoherentMode):
        return Mode(mode.name or rate_name(mode.rate), mode.rate, _coherent_need_db(mode))
    rate = float(optical.ppm_rate_bps(mode.order, mode.slot, mode.code_rate))
    name = mode.name or f"{mode.order}-PPM {rate_name(rate)}"
    if mode.photons_per_bit is not None:
        return Mode(name, rate, float(rf.decibel(mode.photons_per_bit, "the need of photons a bit")))
    gap = schema.DEFAULT_CODE_GAP_DB if mode.code_gap is None else mode.code_gap
    return PpmMode.of(mode.order, mode.slot, mode.code_rate, gap, name)


def _coherent_need_db(mode: schema.CoherentMode) -> float:
    if mode.photons_per_bit is not None:
        return float(rf.decibel(mode.photons_per_bit, "the need of photons a bit"))
    assert mode.modulation is not None
    assert mode.detection is not None
    assert mode.code_rate is not None
    assert mode.code_gap is not None
    limit = photons_per_bit_limit(mode.modulation, mode.detection, mode.code_rate)
    return float(rf.decibel(limit)) + mode.code_gap


def rate_name(rate_bps: float) -> str:
    """Return a data rate for people, such as ``266.7 Mbit/s``."""
    for factor, unit in ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")):
        if rate_bps >= factor:
            return f"{rate_bps / factor:.4g} {unit}"
    return f"{rate_bps:.4g} bit/s"


@dataclass(frozen=True)
class PointAheadLoss:
    """Loss where the motion of the other end asks for more point-ahead than the terminal can set.

    Attributes
    ----------
    sender : OpticalTransmit
        The sending end.
    """

    sender: OpticalTransmit
    name: str = "Point-ahead out of reach"
    looks_at: Looks = "sky"

    def needed_rad(self, path: Path) -> FloatArray:
        """Point-ahead angle that the path asks for [rad]: 2 v / c of the speed across it; NaN where not known."""
        return 2.0 * path.across_km_s / SPEED_OF_LIGHT_KM_S

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB]: none within reach or where the motion is not known, infinite where the beam misses."""
        return self.sender.beyond_point_ahead_db(np.nan_to_num(self.needed_rad(path)))

    def source(self, path: Path) -> str:
        """Angle needed and angle there is."""
        assert self.sender.point_ahead_max_rad is not None
        needed, reach = float(self.needed_rad(path)) * 1e6, self.sender.point_ahead_max_rad * 1e6
        return f"needs {needed:.4g} microradian (2 v / c), the terminal sets {reach:.4g}"


def laser_parts(ends: Ends) -> Iterator[Effect | NoiseSource]:
    """Give what weakens a laser link on its way, and the light that is not its signal."""
    transmit, receive = ends.transmit, ends.receive
    if not (isinstance(transmit, schema.OpticalTerminal) and isinstance(receive, schema.OpticalTerminal)):
        return
    sender, receiver = optical_transmit(transmit), optical_receive(receive)
    if sender.point_ahead_max_rad is not None:
        yield PointAheadLoss(sender)
    if ends.sender is not None and transmit.zenith_attenuation:
        yield ZenithLoss(transmit.zenith_attenuation, "sending")
    if ends.receiver is not None and receive.zenith_attenuation:
        yield ZenithLoss(receive.zenith_attenuation, "receiving")
    if ends.sender is not None and ends.sender.body == "Earth" and transmit.turbulence is not None:
        radius = sender.wavelength_m / (math.pi * sender.beam_rad)
        yield _turbulence_loss(
            transmit.turbulence, ends.sender.altitude_km, sender.wavelength_m, radius, True
        )
    if ends.receiver is not None and ends.receiver.body == "Earth" and receive.turbulence is not None:
        size, above = receiver.diameter_m, ends.receiver.altitude_km
        yield _turbulence_loss(receive.turbulence, above, receiver.wavelength_m, size, False)
    if any(isinstance(mode, PpmMode) for mode in sender.modes):
        yield from _background(receive, receiver, ends.receiver is not None)


def _turbulence_loss(
    part: schema.OpticalTurbulence, altitude_km: float, wavelength_m: float, size_m: float, up: bool
) -> TurbulenceLoss:
    above = Turbulence(part.ground_cn2, part.wind * M_PER_KM, altitude_km * M_PER_KM)
    above.lowest_elevation_rad(
        wavelength_m
    )  # raises here, and not in a run, where turbulence is not weak at zenith
    return TurbulenceLoss(above, wavelength_m, size_m, part.outage, "sender" if up else "receiver")


def _background(terminal: schema.OpticalTerminal, end: OpticalReceive, site: bool) -> Iterator[NoiseSource]:
    part = terminal.receive
    assert part is not None
    if part.filter_bandwidth is not None and part.field_of_view is not None:
        collector = optical_background.Collector(
            wavelength_m=end.wavelength_m,
            area_m2=math.pi / 4.0 * end.diameter_m**2 * (1.0 - end.obscuration**2),
            efficiency=end.efficiency * 10.0 ** (-end.loss_db / 10.0),
            filter_m=part.filter_bandwidth * M_PER_KM,
            field_rad=part.field_of_view,
        )
        yield optical_background.BodyLight(collector)
        yield optical_background.SunLight(collector, part.stray_light)
        night = optical_background.night_sky_w_m2_sr_um(end.wavelength_m)
        yield optical_background.SkyLight(collector, night)
        if site and part.sky_radiance is not None:
            yield optical_background.SkyLight(collector, part.sky_radiance, "Day sky")
    if part.dark_counts is not None:
        yield optical_background.DarkCounts(part.dark_counts)


def acquisition_time_s(terminal: schema.OpticalTerminal, owlt_s: ArrayLike) -> FloatArray:
    """Time from line of sight to data of one laser terminal [s], stated or computed, for light times [s]."""
    part = terminal.acquisition
    if not isinstance(part, schema.BeaconSearch):
        return np.full(np.shape(owlt_s), part)
    search = optical_acquisition.BeaconSearch(
        part.uncertainty, part.beacon_divergence, part.dwell, part.settling
    )
    return optical_acquisition.acquisition_time_s(search, owlt_s)


def acquisition_delay_s(
    one: schema.OpticalTerminal, other: schema.OpticalTerminal, owlt_s: ArrayLike, gap_s: ArrayLike
) -> FloatArray:
    """Time from line of sight to data of a link: the slower of its two terminals.

    Parameters
    ----------
    one, other : OpticalTerminal
        The ends.
    owlt_s : array_like
        One-way light time [s].
    gap_s : array_like
        Time since the link was last up [s]; infinite where it never was.

    Returns
    -------
    ndarray
        Time [s]; that of a reacquisition where both know it and the gap is short enough for both.
    """
    full = np.maximum(acquisition_time_s(one, owlt_s), acquisition_time_s(other, owlt_s))
    again = max(one.reacquisition or 0.0, other.reacquisition or 0.0)
    known = one.reacquisition_gap is not None and other.reacquisition_gap is not None
    longest = min(one.reacquisition_gap or 0.0, other.reacquisition_gap or 0.0) if known else -np.inf
    return optical_acquisition.reacquisition_time_s(gap_s, full, again, longest)
