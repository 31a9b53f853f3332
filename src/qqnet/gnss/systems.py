"""Navigation satellite systems: their blocks of equal satellites, and the signals that these send."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal

import numpy as np

from qqnet.errors import InputError
from qqnet.gnss.patterns import Pattern, read_table, transmit_pattern
from qqnet.links.rf import free_space_loss_db
from qqnet.space.bodies import body

Band = Literal["L1", "L5"]
BANDS: Final[tuple[Band, ...]] = ("L1", "L5")

GROUND_ELEVATION_RAD: Final = math.radians(5.0)
"""Elevation at which interface documents promise a received power."""
GROUND_ATMOSPHERE_DB: Final = 0.5
"""Loss in the atmosphere that goes with that promise [dB]."""


@dataclass(frozen=True)
class Signal:
    """A ranging signal.

    Attributes
    ----------
    name : str
        Such as ``L1CA``.
    band : str
        ``L1`` (1.56 to 1.61 GHz) or ``L5`` (1.18 GHz).
    frequency_hz : float
        Carrier [Hz].
    chip_rate_hz : float
        Rate of the ranging code [chips/s].
    modulation : str
        ``BPSK``, or ``BOC`` for BOC(1,1) and what a narrow receiver makes of CBOC and TMBOC.
    """

    name: str
    band: Band
    frequency_hz: float
    chip_rate_hz: float
    modulation: Literal["BPSK", "BOC"]


@dataclass(frozen=True)
class Transmission:
    """One signal as one block of satellites sends it.

    Attributes
    ----------
    signal : Signal
        What is sent.
    pattern : Pattern
        Antenna, at the signal's frequency.
    power_dbw : float
        Power into the antenna [dBW].
    derived : bool
        Whether the power follows from what an interface document promises on the ground.
    """

    signal: Signal
    pattern: Pattern
    power_dbw: float
    derived: bool

    def eirp_dbw(self, off_boresight_rad: float | np.ndarray[Any, np.dtype[np.float64]]) -> Any:
        """Power as if sent evenly in all directions [dBW], towards an angle from the axis [rad]."""
        return self.power_dbw + self.pattern.gain(off_boresight_rad)


@dataclass(frozen=True)
class Block:
    """Satellites of one kind.

    Attributes
    ----------
    name : str
        Such as ``gps-iif``.
    system : str
        Such as ``GPS``.
    orbit : mapping
        As the table gives it: size, shape, and the places of the satellites.
    transmissions : mapping
        Band -> what is sent there.
    source, assumption : str
        Where it was read; what was assumed and why.
    """

    name: str
    system: str
    orbit: Mapping[str, Any]
    transmissions: Mapping[Band, Transmission]
    source: str
    assumption: str


@dataclass(frozen=True)
class System:
    """A navigation satellite system.

    Attributes
    ----------
    name : str
        Such as ``Galileo``.
    sise_m : float
        Error of broadcast orbit and clock along a line of sight, 1 sigma [m].
    blocks : tuple of Block
        What its constellation is made of.
    """

    name: str
    sise_m: float
    blocks: tuple[Block, ...]


def edge_of_earth(radius_km: float) -> tuple[float, float]:
    """Angle from the nadir and distance to where a satellite stands 5 deg high, the place of a promise.

    Parameters
    ----------
    radius_km : float
        Distance of the satellite from the Earth's centre [km].

    Returns
    -------
    angle_rad, distance_km : float
        Off-nadir angle [rad] and slant range [km].

    Examples
    --------
    >>> angle, distance = edge_of_earth(26559.7)
    >>> round(math.degrees(angle), 2), round(distance)
    (13.83, 25235)
    """
    earth = body("Earth").mean_radius_km
    sine = earth * math.cos(GROUND_ELEVATION_RAD) / radius_km
    angle = math.asin(sine)
    return angle, radius_km * math.cos(GROUND_ELEVATION_RAD + angle) / math.cos(GROUND_ELEVATION_RAD)


def power_from_ground_dbw(
    ground_minimum_dbw: float, margin_db: float, pattern: Pattern, frequency_hz: float, radius_km: float
) -> float:
    """Power into a transmit antenna that a promised power on the ground means [dBW].

    The promise holds at 5 deg elevation: it fixes the EIRP towards the edge of the Earth, and with the pattern
    the power.
    """
    angle, distance = edge_of_earth(radius_km)
    loss = float(free_space_loss_db(distance, frequency_hz)) + GROUND_ATMOSPHERE_DB
    return ground_minimum_dbw + margin_db + loss - float(pattern.gain(angle))


@cache
def signals() -> dict[str, Signal]:
    """Return every known ranging signal by name."""
    return {
        name: Signal(
            name,
            entry["band"],
            entry["frequency_mhz"] * 1e6,
            entry["chip_rate_mcps"] * 1e6,
            entry["modulation"],
        )
        for name, entry in _systems()["signals"].items()
    }


@cache
def systems() -> dict[str, System]:
    """Return every packaged system by name.

    Examples
    --------
    >>> sorted(systems())
    ['BeiDou', 'GLONASS', 'GPS', 'Galileo', 'NavIC', 'QZSS', 'SBAS']
    """
    margin = float(_systems()["ground_margin_db"])
    return {
        name: System(
            name,
            float(entry["sise_m"]),
            tuple(_block(one, name, data, margin) for one, data in entry["blocks"].items()),
        )
        for name, entry in _systems()["systems"].items()
    }


def system(name: str) -> System:
    """Return a system by name, in any case; InputError where there is none."""
    for known, found in systems().items():
        if known.lower() == name.lower():
            return found
    raise InputError(f"unknown navigation system {name!r}; known: {', '.join(systems())}")


def block(name: str) -> Block:
    """Return a block by name; InputError where there is none."""
    known = {one.name: one for found in systems().values() for one in found.blocks}
    if name not in known:
        raise InputError(f"unknown block of satellites {name!r}; known: {', '.join(known)}")
    return known[name]


def geosynchronous_axis_km() -> float:
    """Semi-major axis of an orbit of one sidereal day [km]."""
    return float((body("Earth").gm_km3_s2 * (SIDEREAL_DAY_S / (2.0 * math.pi)) ** 2) ** (1.0 / 3.0))


SIDEREAL_DAY_S: Final = 86_164.0989
"""Turn of the Earth against the moving equinox's successor, the celestial intermediate origin [s] (IERS 2010)."""


def _block(name: str, system_name: str, data: dict[str, Any], margin_db: float) -> Block:
    orbit: dict[str, Any] = {key: data[key] for key in _PLACES if key in data}
    orbit |= data["orbit"]
    radius = float(orbit.get("a_km", geosynchronous_axis_km()))
    sent: dict[Band, Transmission] = {}
    for signal_name, entry in data["signals"].items():
        signal = signals()[signal_name]
        pattern = _pattern(entry, signal)
        derived = "power_dbw" not in entry
        power = (
            power_from_ground_dbw(
                float(entry["ground_minimum_dbw"]), margin_db, pattern, signal.frequency_hz, radius
            )
            if derived
            else float(entry["power_dbw"])
        )
        sent[signal.band] = Transmission(signal, pattern, power, derived)
    return Block(name, system_name, orbit, sent, data.get("source", ""), data.get("assumption", ""))


def _pattern(entry: dict[str, Any], signal: Signal) -> Pattern:
    """The antenna of a signal: widened as promises to space users have it, or else scaled with the wavelength."""
    tabled = transmit_pattern(entry["pattern"])
    if "widened" not in entry:
        return tabled.at_frequency(signal.frequency_hz)
    return replace(tabled.widened(float(entry["widened"])), frequency_hz=signal.frequency_hz)


_PLACES: Final = ("slots", "walker", "geosynchronous", "raan_deg", "argument_of_latitude_deg")


@cache
def _systems() -> dict[str, Any]:
    table: dict[str, Any] = read_table("systems.yaml")
    return table
