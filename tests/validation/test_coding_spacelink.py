"""Required Eb/N0 and capacities against spacelink 0.1.12 and published limits.

Numbers of spacelink were printed by its registry (``Registry.get_performance_curve(...).error_rate_to_ebn0``). It
can not be installed beside QQNet, which needs a newer pandas.
"""

from __future__ import annotations

import pytest

from qqnet.coding.performance import required_eb_n0
from qqnet.coding.tables import codes, modulation

SPACELINK_CURVES = [
    ("ccsds-concatenated-1/2-223-i5", "frame", 1e-4, 2.3853113765139873),
    ("ccsds-concatenated-1/2-223-i1", "frame", 1e-3, 2.698816140894782),
    ("ccsds-concatenated-1/2-223-i5", "bit", 1e-6, 2.4407912237448586),
    ("ccsds-turbo-1/2-1784", "frame", 1e-3, 1.34963411366272),
    ("ccsds-turbo-1/6-1784", "frame", 1e-3, 0.16231409199981775),
]

# Eb/N0 of DVB-S2 at a packet error rate of 1e-7, phy/data/perf of spacelink, to 0.01 dB.
SPACELINK_DVB_S2 = {
    "QPSK": [0.75, 0.59, 0.73, 1.05, 1.48, 1.89, 2.31, 2.67, 2.99, 3.73, 3.89],
    "8PSK": [3.0, 3.65, 4.43, 5.41, 6.46, 6.7],
    "16APSK": [4.76, 5.49, 6.03, 6.42, 7.42, 7.61],
    "32APSK": [7.04, 7.67, 8.13, 9.26, 9.56],
}


@pytest.mark.parametrize(("name", "metric", "error_rate", "eb_n0_db"), SPACELINK_CURVES)
def test_curves(name: str, metric: str, error_rate: float, eb_n0_db: float) -> None:
    """The same points and the same interpolation, to the five digits that are carried."""
    found = required_eb_n0(name, error_rate, metric)  # type: ignore[arg-type]
    assert found.eb_n0_db == pytest.approx(eb_n0_db, abs=1e-4)


def test_uncoded() -> None:
    """The formula against an interpolated table with a point every decibel."""
    assert required_eb_n0("uncoded", 1e-5, "bit").eb_n0_db == pytest.approx(9.58802631362403, abs=2e-3)


@pytest.mark.parametrize("name", SPACELINK_DVB_S2)
def test_dvb_s2(name: str) -> None:
    """From Es/N0 and our own spectral efficiencies."""
    mine = [one for one in codes().values() if one.modulation == modulation(name).name]
    for one, eb_n0_db in zip(mine, SPACELINK_DVB_S2[name], strict=True):
        found = required_eb_n0(one.name, 1e-7, modulation_name=name).eb_n0_db
        assert found == pytest.approx(eb_n0_db, abs=0.0051), one.name
