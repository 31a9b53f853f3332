"""Ends of links used by several tests."""

from __future__ import annotations

import pytest

from qqnet.links import optical, rf
from qqnet.links.antennas import Antenna
from qqnet.links.atmosphere import AtmosphereNoise, ZenithLoss
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit


@pytest.fixture
def relay_link() -> Link:
    """A Ka relay to a user, three modes."""
    modes = (Mode("low", 1e6, 2.0), Mode("middle", 10e6, 2.5), Mode("high", 100e6, 4.2))
    transmit = RfTransmit(26.5e9, 20.0, Antenna(diameter_m=0.5, pointing_error_rad=2e-3), modes, 1.0, 3.0)
    receive = RfReceive(Antenna(diameter_m=0.3), 500.0, 25.5e9, 27.5e9, 0.5, 2.0)
    return Link(transmit, receive)


@pytest.fixture
def downlink() -> Link:
    """A Ka downlink to a site below an atmosphere, two modes."""
    modes = (Mode("low", 1e6, 2.0), Mode("high", 8e6, 2.0))
    transmit = RfTransmit(26.0e9, 10.0, Antenna(diameter_m=1.0), modes, margin_db=3.0)
    receive = RfReceive(Antenna(diameter_m=9.0), 120.0, 25.5e9, 27.0e9)
    loss = ZenithLoss(0.4, "receiving")
    return Link(transmit, receive, (loss,), (AtmosphereNoise(loss),))


@pytest.fixture
def trunk() -> Link:
    """A laser trunk, three pulse-position modes."""
    modes = tuple(
        Mode(
            f"{order}-PPM",
            float(optical.ppm_rate_bps(order, slot_s, code)),
            float(rf.decibel(2.0 * optical.ppm_photons_per_bit_limit(order, code))),
        )
        for order, slot_s, code in ((16, 0.5e-9, 2 / 3), (64, 1e-9, 1 / 3), (128, 8e-9, 1 / 3))
    )
    transmit = OpticalTransmit(1550e-9, 4.0, 0.22, modes, 0.3, 2e-6, 0.5e-6, 3.0)
    return Link(transmit, OpticalReceive(1550e-9, 1.0, 0.4, 0.7, 2.0))
