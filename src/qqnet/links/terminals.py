"""How a scenario's terminals become the ends of links."""

from __future__ import annotations

from typing import Literal

from qqnet.errors import InputError
from qqnet.links.antenna_of import antenna_of
from qqnet.links.ends import CodedMode, Mode, RfReceive, RfTransmit
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.optical_terminals import optical_receive, optical_transmit
from qqnet.links.rate_control import RateControl
from qqnet.links.receiver_noise import receiver_noise
from qqnet.scenario import terminals as schema
from qqnet.scenario.modes import RatedMode, rated_modes


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
            modes=_picked(
                tuple(_rf_mode(mode) for mode in rated_modes(terminal.transmit.modes)),
                terminal.transmit.rate_control,
            ),
            loss_db=terminal.transmit.loss,
            margin_db=terminal.margin,
            control=_control(terminal.transmit.rate_control),
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


def _rf_mode(mode: RatedMode) -> Mode:
    if not mode.source:
        return Mode(mode.name, mode.rate_bps, mode.eb_n0_db)
    return CodedMode(mode.name, mode.rate_bps, mode.eb_n0_db, mode.source)


def _picked(modes: tuple[Mode, ...], control: schema.RateControl | None) -> tuple[Mode, ...]:
    """Modes that a rate control picks among.

    A mode that is fixed by name stands alone. A policy may keep a slower mode than the best, and must be sure that
    it closes; so modes that are slower than another and demand as much are left out.
    """
    if control is None:
        return modes
    if control.fixes:
        return tuple(mode for mode in modes if mode.name == control.mode)
    ladder: list[Mode] = []
    for mode in sorted(modes, key=lambda mode: (-mode.rate_bps, float(mode.demand_db_hz()))):
        if not ladder or float(mode.demand_db_hz()) < float(ladder[-1].demand_db_hz()):
            ladder.append(mode)
    return tuple(ladder)


def _control(control: schema.RateControl | None) -> RateControl | None:
    if control is None:
        return None
    kind: Literal["adaptive", "per-pass", "stepwise"] = (
        "adaptive" if control.kind == "fixed" else control.kind
    )
    if control.kind == "fixed" and not control.fixes:
        kind = "per-pass"
    return RateControl(kind, control.hysteresis, control.dwell, control.interval)
