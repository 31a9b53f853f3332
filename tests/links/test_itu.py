"""Attenuation above stations: laws, the table that is kept, and refusals outside of the models' ranges."""

from __future__ import annotations

import math
import re
import warnings

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.itu import Parts, parts_db
from qqnet.links.itu_carriers import Carrier
from qqnet.links.itu_stations import Station
from qqnet.links.slant import slant_table

JIAMUSI = Station(math.radians(46.4939), math.radians(130.7706))
HAWAII = Station(math.radians(21.0), math.radians(-157.0), 0.1)
X = Carrier(8.475e9, 0.1, 14.5)
KA = Carrier(26.25e9, 1.0, 13.3)


@pytest.mark.parametrize("station", [JIAMUSI, HAWAII])
@pytest.mark.parametrize("carrier", [X, KA, Carrier(8.475e9, 0.1, 0.8)])
def test_table_follows_the_models_closely(station: Station, carrier: Carrier) -> None:
    """Within 0.002 dB of itur between the points of the table.

    P.618 itself jumps in some places (its term beta at 25 deg below a latitude of 36 deg; scintillation where the
    aperture averages it to nothing). There the table ramps over one step of at most 0.08 deg.
    """
    elevation = np.radians(np.random.default_rng(5).uniform(5.0, 90.0, 4000))
    table, direct = slant_table(station, carrier).parts(elevation), parts_db(station, carrier, elevation)
    assert table.gases == pytest.approx(direct.gases, rel=1e-12)
    assert table.clouds == pytest.approx(direct.clouds, rel=1e-12)
    for part in ("rain", "scintillation"):
        error = np.abs(getattr(table, part) - getattr(direct, part))
        assert np.count_nonzero(error > 2e-3) <= 4, part
        assert error.max() <= 0.04, part


def test_tables_are_made_once() -> None:
    assert slant_table(JIAMUSI, KA) is slant_table(Station(*_angles(JIAMUSI)), KA)


def _angles(station: Station) -> tuple[float, float]:
    return station.latitude_rad, station.longitude_rad


@pytest.mark.parametrize("carrier", [X, KA])
def test_less_availability_and_more_elevation_attenuate_less(carrier: Carrier) -> None:
    elevation = np.radians(np.linspace(10.0, 80.0, 60))
    total = slant_table(JIAMUSI, carrier).parts(elevation).total
    assert (np.diff(total) < 0.0).all()
    before = total
    for percent in (2.0, 5.0):
        easier = Carrier(carrier.frequency_hz, percent, carrier.aperture_m)
        after = slant_table(JIAMUSI, easier).parts(elevation).total
        assert (after < before).all()
        before = after


def test_parts_can_be_left_out() -> None:
    elevation = math.radians(30.0)
    full = parts_db(JIAMUSI, KA, elevation)
    bare = parts_db(
        JIAMUSI, Carrier(26.25e9, 1.0, 13.3, clouds=False, rain=False, scintillation=False), elevation
    )
    assert (bare.clouds, bare.rain, bare.scintillation) == (0.0, 0.0, 0.0)
    assert bare.total == bare.gases == full.gases


def test_total_is_that_of_the_recommendation() -> None:
    parts = Parts(*(np.array(value) for value in (1.0, 2.0, 1.0, 4.0)))
    assert float(parts.total) == 6.0


def test_it_does_not_rain_above_the_rain_and_where_none_falls() -> None:
    """The plateau of Atacama stands near the height of rain, Dome C has no rain that P.837 knows of."""
    above = Station(math.radians(-23.0), math.radians(-67.8), 6.5)
    dry = Station(math.radians(-75.0), math.radians(123.0))
    for station in (above, dry):
        assert (parts_db(station, KA, np.radians([5.0, 45.0, 90.0])).rain == 0.0).all()


def test_height_is_that_of_the_map_where_none_is_stated() -> None:
    """P.1511 puts Kashi's station at 1.45 km; less air above it lets more through."""
    place = math.radians(38.4214), math.radians(76.7144)
    mapped, low = Station(*place), Station(*place, 0.0)
    assert mapped.height_above_sea_km == pytest.approx(1.45, abs=0.05)
    assert low.height_above_sea_km == 0.0
    for name in ("gases", "rain"):
        assert getattr(parts_db(mapped, KA, 1.0), name) < getattr(parts_db(low, KA, 1.0), name)


def test_nothing_warns_and_numpy_warns_as_before() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parts_db(JIAMUSI, X, np.radians([5.0, 90.0]))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        _ = np.array([1.0]) / 0.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Carrier(437e6, 1.0, 1.0), "the carrier is 0.437 GHz, and ITU-R P.618 holds from 1 to 55 GHz"),
        (lambda: Carrier(60e9, 1.0, 1.0), "the carrier is 60 GHz, and ITU-R P.618 holds from 1 to 55 GHz"),
        (lambda: Carrier(8e9, 10.0, 1.0), "the availability, 90 %, is below 95 %, from where on rain"),
        (lambda: Carrier(8e9, 0.005, 1.0), "the availability, 99.995 %, is above 99.99 %, up to which scintil"),
        (lambda: Carrier(8e9, 60.0, 1.0, rain=False), "the availability, 40 %, must be from 50 % to 99.999 %"),
        (lambda: Carrier(8e9, 1.0, 0.0), "the aperture of the antenna is 0 m; it must be above zero"),
        (lambda: Carrier(8e9, 1.0, 1.0, 2.0), "the tilt of the polarisation is 114.592 deg; it must be from 0"),
        (lambda: Station(2.0, 0.0), "the latitude is 114.592 deg; it must be from -90 to 90 deg"),
        (lambda: Station(0.5, math.nan), "the longitude is nan rad; it must be finite"),
        (lambda: Station(0.5, 0.5, 20.0), "the station is 20 km above the sea; ITU-R P.676 and P.618 hold from"),
        (lambda: parts_db(JIAMUSI, X, math.radians(3.0)), "the elevation is 3 deg; the ITU-R models of the atmos"),
        (lambda: slant_table(JIAMUSI, X).parts([1.0, 0.01]), "the elevation is 0.572958 deg; the ITU-R models"),
    ],
)  # fmt: skip
def test_outside_the_ranges_is_refused(make, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        make()
