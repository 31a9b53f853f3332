"""The providers' promises to space users: power at the geostationary distance, at the edge of the main lobe."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qqnet.gnss.patterns import read_table
from qqnet.gnss.systems import Block, geosynchronous_axis_km
from qqnet.links.rf import free_space_loss_db


@dataclass(frozen=True)
class Promise:
    """One row of the table of the space service volume.

    Attributes
    ----------
    block : str
        Satellites.
    signal : str
        What they send.
    angle_rad : float
        Off-nadir angle of the edge [rad].
    power_dbw : float
        Least power there [dBW], of an isotropic antenna on the far side of the geostationary radius.
    angle_mark, power_mark : str
        How far each is verified.
    """

    block: str
    signal: str
    angle_rad: float
    power_dbw: float
    angle_mark: str
    power_mark: str


def promises() -> list[Promise]:
    """Return the table: ST/SPACE/75, the Interoperable GNSS Space Service Volume, as far as it is known here."""
    return [
        Promise(
            row["block"],
            row["signal"],
            math.radians(row["angle_deg"]),
            row["power_dbw"],
            row["angle_mark"],
            row["power_mark"],
        )
        for row in read_table("service_volume.yaml")
    ]


def power_at_geostationary_dbw(one: Block, signal: str, angle_rad: float) -> float:
    """Power at an isotropic antenna where a ray from a satellite meets the geostationary radius on the far side.

    Parameters
    ----------
    one : Block
        The satellites.
    signal : str
        What they send.
    angle_rad : float
        Off-nadir angle of the ray [rad].

    Returns
    -------
    float
        Received power [dBW].

    Examples
    --------
    >>> from qqnet.gnss.systems import block
    >>> print(f"{power_at_geostationary_dbw(block('gps-iir-m'), 'L1CA', math.radians(23.5)):.1f}")
    -177.8
    """
    radius = float(one.orbit.get("a_km", geosynchronous_axis_km()))
    across = radius * math.sin(angle_rad)
    distance = radius * math.cos(angle_rad) + math.sqrt(geosynchronous_axis_km() ** 2 - across**2)
    sent = next(sent for sent in one.transmissions.values() if sent.signal.name == signal)
    loss = float(free_space_loss_db(distance, sent.signal.frequency_hz))
    return float(sent.eirp_dbw(angle_rad)) - loss
