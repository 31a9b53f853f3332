"""How a scenario's terminals become the ends of links."""

from __future__ import annotations

from typing import Final

from qqnet.errors import InputError
from qqnet.links import optical, rf
from qqnet.links.antenna_of import antenna_of
from qqnet.links.ends import Mode, OpticalReceive, OpticalTransmit, RfReceive, RfTransmit
from qqnet.links.receiver_noise import receiver_noise
from qqnet.scenario import terminals as schema

M_PER_KM: Final = 1e3


def transmit_end(terminal: schema.RfTerminal | schema.OpticalTerminal) -> RfTransmit | OpticalTransmit:
    """Sending end of a scenario's terminal.

    Parameters
    ----------
    terminal : RfTerminal or OpticalTerminal
        A terminal with a transmitter.

    Returns
    -------
    RfTransmit or OpticalTransmit
        The same values, in metres where lengths are apertures or wavelengths.

    Raises
    ------
    InputError
        The terminal has no transmitter.
    """
    if terminal.transmit is None:
        raise InputError("the terminal has no transmitter, so no link starts there")
    if isinstance(terminal, schema.RfTerminal):
        return RfTransmit(
            frequency_hz=terminal.transmit.frequency,
            power_w=terminal.transmit.power,
            antenna=antenna_of(terminal.antenna),
            modes=tuple(
                Mode(mode.name or _rate_name(mode.rate), mode.rate, mode.eb_n0)
                for mode in terminal.transmit.modes
            ),
            loss_db=terminal.transmit.loss,
            margin_db=terminal.margin,
        )
    return OpticalTransmit(
        wavelength_m=terminal.wavelength * M_PER_KM,
        power_w=terminal.transmit.power,
        diameter_m=terminal.transmit.aperture * M_PER_KM,
        modes=tuple(_optical_mode(mode) for mode in terminal.transmit.modes),
        efficiency=terminal.transmit.efficiency,
        pointing_error_rad=terminal.transmit.pointing_error,
        margin_db=terminal.margin,
    )


def receive_end(terminal: schema.RfTerminal | schema.OpticalTerminal) -> RfReceive | OpticalReceive:
    """Receiving end of a scenario's terminal.

    Parameters
    ----------
    terminal : RfTerminal or OpticalTerminal
        A terminal with a receiver.

    Returns
    -------
    RfReceive or OpticalReceive
        The same values, in metres where lengths are apertures or wavelengths.

    Raises
    ------
    InputError
        The terminal has no receiver.
    """
    if terminal.receive is None:
        raise InputError("the terminal has no receiver, so no link ends there")
    if isinstance(terminal, schema.RfTerminal):
        temperature, parts = receiver_noise(terminal.receive)
        return RfReceive(
            antenna=antenna_of(terminal.antenna),
            noise_temperature_k=temperature,
            noise_parts=parts,
            lowest_hz=terminal.receive.lowest,
            highest_hz=terminal.receive.highest,
            loss_db=terminal.receive.loss,
            margin_db=terminal.margin,
        )
    return OpticalReceive(
        wavelength_m=terminal.wavelength * M_PER_KM,
        diameter_m=terminal.receive.aperture * M_PER_KM,
        efficiency=terminal.receive.efficiency,
        loss_db=terminal.receive.loss,
        margin_db=terminal.margin,
    )


def _optical_mode(mode: schema.PpmMode | schema.CoherentMode) -> Mode:
    required_db = float(rf.decibel(mode.photons_per_bit, "the need of photons a bit"))
    if isinstance(mode, schema.PpmMode):
        rate = float(optical.ppm_rate_bps(mode.order, mode.slot, mode.code_rate))
        return Mode(mode.name or f"{mode.order}-PPM {_rate_name(rate)}", rate, required_db)
    return Mode(mode.name or _rate_name(mode.rate), mode.rate, required_db)


def _rate_name(rate_bps: float) -> str:
    for factor, unit in ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")):
        if rate_bps >= factor:
            return f"{rate_bps / factor:.4g} {unit}"
    return f"{rate_bps:.4g} bit/s"
