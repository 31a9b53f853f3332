"""A receiver's system noise temperature: as stated, or built from its parts."""

from __future__ import annotations

from qqnet.links.noise import receiver_temperature_k, system_noise_temperature_k
from qqnet.scenario.radio import RfReceiver


def receiver_noise(receiver: RfReceiver) -> tuple[float, str]:
    """Return the system noise temperature at the antenna port, and what it is made of.

    Parameters
    ----------
    receiver : RfReceiver
        With a stated temperature, or the parts of one.

    Returns
    -------
    temperature_k : float
        System noise temperature [K].
    parts : str
        The parts in words, for a budget line; empty where the temperature is stated as a whole.
    """
    if receiver.noise is None:
        assert receiver.noise_temperature is not None  # a rule of the schema
        return receiver.noise_temperature, ""
    parts = receiver.noise
    own = parts.receiver_temperature
    if own is None:
        assert parts.noise_figure is not None
        own = float(receiver_temperature_k(parts.noise_figure))
    total = float(
        system_noise_temperature_k(parts.antenna_temperature, own, parts.line_loss, parts.line_temperature)
    )
    times = 10.0 ** (parts.line_loss / 10.0)
    words = [f"antenna {parts.antenna_temperature:.4g} K"]
    if parts.line_loss:
        words.append(
            f"line of {parts.line_loss:g} dB at {parts.line_temperature:g} K "
            f"{parts.line_temperature * (times - 1.0):.4g} K"
        )
    figure = "" if parts.noise_figure is None else f" (noise figure {parts.noise_figure:g} dB)"
    before = "" if not parts.line_loss else f" x {times:.4g}"
    words.append(f"receiver {own:.4g} K{figure}{before}")
    return total, f"{total:.5g} K = " + " + ".join(words)
