"""The two ends of a link as a scenario has them: terminals, and the places of those that stand on a body."""

from __future__ import annotations

from dataclasses import dataclass

from qqnet.links import optical
from qqnet.scenario.terminals import RfTerminal, Terminal

M_PER_KM = 1e3


@dataclass(frozen=True)
class Place:
    """Where an end stands on (or above) the surface of a body.

    Attributes
    ----------
    body : str
        The body.
    latitude_rad, longitude_rad : float
        Geodetic on Earth, planetocentric elsewhere; longitude counts to the east [rad].
    altitude_km : float
        Above the reference surface [km].
    name : str
        The node, for messages.
    """

    body: str
    latitude_rad: float
    longitude_rad: float
    altitude_km: float
    name: str = ""


@dataclass(frozen=True, eq=False)
class Ends:
    """What a link is made of.

    Attributes
    ----------
    transmit, receive : Terminal
        The scenario's terminals.
    sender, receiver : Place or None
        Where they stand; None in space.
    seed : int
        Of what is drawn, such as the weather.
    """

    transmit: Terminal
    receive: Terminal
    sender: Place | None = None
    receiver: Place | None = None
    seed: int = 0

    @property
    def frequency_hz(self) -> float:
        """Carrier, or frequency of the light [Hz]; the sending terminal must have a transmitter."""
        if isinstance(self.transmit, RfTerminal):
            assert self.transmit.transmit is not None
            return self.transmit.transmit.frequency
        return float(optical.frequency_hz(self.transmit.wavelength * M_PER_KM))
