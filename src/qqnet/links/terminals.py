"""How a scenario's terminals become the ends of links."""

from __future__ import annotations

from qqnet.errors import InputError
from qqnet.links.antenna_of import antenna_of
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.optical_terminals import optical_receive, optical_transmit, rate_name
from qqnet.links.receiver_noise import receiver_noise
from qqnet.scenario import terminals as schema


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
                Mode(mode.name or rate_name(mode.rate), mode.rate, mode.eb_n0)
                for mode in terminal.transmit.modes
            ),
            loss_db=terminal.transmit.loss,
            margin_db=terminal.margin,
        )
    return optical_transmit(terminal)


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
    return optical_receive(terminal)
