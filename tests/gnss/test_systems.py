"""Systems, blocks and signals of the packaged tables."""

from typing import get_args

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.gnss.systems import (
    GROUND_ATMOSPHERE_DB,
    block,
    edge_of_earth,
    geosynchronous_axis_km,
    power_from_ground_dbw,
    signals,
    system,
    systems,
)
from qqnet.links.rf import free_space_loss_db
from qqnet.scenario.gnss import GnssBlock, GnssSystem
from qqnet.space.bodies import body

BLOCKS = [one for found in systems().values() for one in found.blocks]


def test_a_scenario_can_name_just_what_the_tables_hold():
    assert set(get_args(GnssSystem)) == set(systems())
    assert set(get_args(GnssBlock)) == {one.name for one in BLOCKS}


@pytest.mark.parametrize("one", BLOCKS, ids=lambda one: one.name)
def test_every_block_says_where_it_comes_from_and_what_is_assumed(one):
    assert one.source
    assert one.assumption
    assert one.transmissions


@pytest.mark.parametrize("one", BLOCKS, ids=lambda one: one.name)
def test_a_derived_power_gives_what_the_interface_document_promises(one):
    """At the edge of the Earth, with the margin; and powers are those of satellites, 5 to 120 W."""
    radius = float(one.orbit.get("a_km", geosynchronous_axis_km()))
    angle, distance = edge_of_earth(radius)
    for sent in one.transmissions.values():
        assert 5.0 < 10.0 ** (sent.power_dbw / 10.0) < 120.0
        loss = free_space_loss_db(distance, sent.signal.frequency_hz)
        received = sent.eirp_dbw(angle) - float(loss) - GROUND_ATMOSPHERE_DB
        # Interface documents promise -163 to -154 dBW; no satellite gives more than some dB above.
        assert -161.5 < received < -150.0
        if sent.derived:
            again = power_from_ground_dbw(received - 2.0, 2.0, sent.pattern, sent.signal.frequency_hz, radius)
            assert again == pytest.approx(sent.power_dbw)


def test_edge_of_the_earth_is_a_triangle():
    angle, distance = edge_of_earth(29_599.8)
    earth = body("Earth").mean_radius_km
    across = distance * np.sin(angle)
    down = distance * np.cos(angle)
    assert np.hypot(across, 29_599.8 - down) == pytest.approx(earth)
    up = np.array([across, 29_599.8 - down]) / earth
    line = np.array([-across, down]) / distance
    assert np.degrees(np.arcsin(up @ line)) == pytest.approx(5.0)


def test_geosynchronous_axis():
    assert geosynchronous_axis_km() == pytest.approx(42_164.17, abs=0.05)


def test_signals_have_the_rates_of_their_documents():
    assert signals()["L5"].chip_rate_hz == 10.23e6
    assert signals()["L1CA"].frequency_hz == 1575.42e6
    assert signals()["B1C"].modulation == "BOC"


def test_unknown_names_are_told():
    with pytest.raises(InputError, match="unknown navigation system 'Galilei'; known: GPS, Galileo"):
        system("Galilei")
    with pytest.raises(InputError, match="unknown block of satellites 'gps-iv'"):
        block("gps-iv")
    assert system("galileo").name == "Galileo"
