"""The report's section on navigation satellites."""

import numpy as np
import pytest

from qqnet.report.gnss_section import gnss_blocks
from qqnet.report.page import Figures, Fold, Table
from qqnet.report.style import drawing
from qqnet.scenario.loading import from_text
from qqnet.study.study import Study

TEXT = """
version: 1
name: listeners
time: {start: 2030-03-01T00:00:00Z, duration: 6 h, step: 10 min}
nodes:
  - {name: base, kind: site, network: moon, body: Moon, latitude: 10 deg, longitude: 20 deg, ipn: 2}
  - {name: sat, kind: constellation, network: moon, ipn: 10,
     pattern: {type: walker-delta, satellites: 3, planes: 1, phasing: 0},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
gnss:
  systems: [GPS, NavIC]
  step: 30 min
  receivers: [{name: rx, nodes: [base, sat], antenna: {gain: 12 dBi}, noise_temperature: 300 K}]
"""


@pytest.fixture(scope="module")
def study():
    return Study(from_text(TEXT))


def test_every_listener_has_a_row_and_every_entry_a_figure(study):
    with drawing():
        blocks = gnss_blocks(study)
    tables = [one for one in blocks if isinstance(one, Table)]
    assert [row[0] for row in tables[0].rows] == ["base", "sat-01", "sat-02", "sat-03"]
    figures = [one for one in blocks if isinstance(one, Figures)]
    assert len(figures) == 3  # one a node or constellation, and one for all
    (fold,) = [one for one in blocks if isinstance(one, Fold)]
    assert len(fold.blocks[0].rows) == 8


def test_what_never_is_told_as_none(study):
    """So small an antenna finds few satellites, and never a fix."""
    assert not np.isfinite(study.gnss.data["pdop"].sel(node="base")).any()
    with drawing():
        table = next(one for one in gnss_blocks(study) if isinstance(one, Table))
    assert table.rows[0][5:] == ["none"] * 5
