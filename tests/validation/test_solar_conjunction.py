"""The corona and conjunctions of Mars, against what is published.

Sources: command moratoria of the Mars missions (NASA press texts of 2013, 2015, 2017 and 2019; Mars within 2 deg
of the Sun; given in days). Morabito & Hastrup 2001, IPN Progress Report 42-147, abstract: of the conjunctions of
2015 to 2026 only that of 2023 has Mars behind the disc, for about a day, and within 0.5 deg for about three days.
Onset of degraded telemetry at 5 deg (S), 2 deg (X), 1 deg (Ka): Acta Astronautica 118 (2016) 246. Interplanetary
scintillation of compact radio sources: m = 0.06 lambda [m] p^-1.6 with p in AU (Rickett 1973, as radio astronomers
use it); independent of the fits to spacecraft. Electron densities of the Mars Orbiter Mission, October 2021:
1e10 per m^3 in order of magnitude at 5 to 8 solar radii (arXiv 2502.09512).
"""

import numpy as np
import pytest

from qqnet.links.corona import SOLAR_RADIUS_KM, electron_density_m3, scintillation_index
from qqnet.space.constants import AU_KM, SPEED_OF_LIGHT_KM_S
from qqnet.space.timescales import tdb_from_utc
from qqnet.study.conjunction import sun_angle

DAY = 86400.0
MORATORIA = [
    ("2013-04-09", "2013-04-26"),
    ("2015-06-07", "2015-06-21"),
    ("2017-07-22", "2017-08-01"),
    ("2019-08-28", "2019-09-07"),
]
CONJUNCTIONS = ("2015-06-14", "2017-07-27", "2019-09-02", "2021-10-08", "2023-11-18", "2026-01-09")
ONSETS = [(2.295e9, 5.0), (8.42e9, 2.0), (32e9, 1.0)]


def days_within(ephemeris, around, limit_deg):
    """Return first and last time [s] at which Mars is within an angle of the Sun; None where it never is."""
    times = tdb_from_utc(f"{around}T00:00:00Z") + np.arange(-20 * DAY, 20 * DAY, 600.0)
    inside = times[np.degrees(sun_angle(ephemeris, "Mars", times)[0]) < limit_deg]
    return (float(inside[0]), float(inside[-1])) if inside.size else None


@pytest.mark.parametrize(("first", "last"), MORATORIA)
def test_moratoria_are_the_days_within_two_degrees(ephemeris, first, last):
    middle = CONJUNCTIONS[MORATORIA.index((first, last)) - 1] if first[:4] != "2013" else "2013-04-18"
    found = days_within(ephemeris, middle, 2.0)
    # Published in whole days: half a day for the hour of each, and half for how they are counted.
    assert found[0] == pytest.approx(tdb_from_utc(f"{first}T12:00:00Z"), abs=DAY)
    assert found[1] == pytest.approx(tdb_from_utc(f"{last}T12:00:00Z"), abs=DAY)


def test_only_in_2023_was_mars_behind_the_disc(ephemeris):
    hidden = [around for around in CONJUNCTIONS if days_within(ephemeris, around, 0.266) is not None]
    assert hidden == ["2023-11-18"]
    disc, near = (days_within(ephemeris, hidden[0], limit) for limit in (0.266, 0.5))
    assert (disc[1] - disc[0]) / DAY == pytest.approx(1.0, abs=0.6)  # about one day
    assert (near[1] - near[0]) / DAY == pytest.approx(3.0, abs=0.5)  # about three days


@pytest.mark.parametrize(("frequency", "angle"), ONSETS)
def test_scintillation_is_strong_where_telemetry_is_known_to_degrade(frequency, angle):
    """At the published onsets the index is near a half, twice as far less than 0.2, half as far over 0.8."""
    near, at, far = scintillation_index(
        AU_KM * np.sin(np.radians(angle * np.array([0.5, 1.0, 2.0]))), frequency
    )
    assert at == pytest.approx(0.47, abs=0.11)
    assert far < 0.22
    assert near > 0.8


@pytest.mark.parametrize(("frequency", "factor"), [(8.42e9, 1.25), (2.295e9, 1.6)])
def test_weak_scintillation_of_radio_sources(frequency, factor):
    """X within a quarter; at S the power of frequency differs (1.42 here, 1 there), which makes 1.6."""
    angle = np.radians(np.array([5.0, 8.0, 12.0]))
    expected = 0.06 * SPEED_OF_LIGHT_KM_S * 1e3 / frequency * np.sin(angle) ** -1.6
    ratio = scintillation_index(AU_KM * np.sin(angle), frequency) / expected
    assert (ratio < factor).all()
    assert (ratio > 1.0 / factor).all()


def test_electron_density():
    # In situ at 1 AU some 5 to 10 per cm^3 in the mean.
    assert 5e6 < float(electron_density_m3(AU_KM)) < 10e6
    coronal = electron_density_m3(np.array([5.0, 8.0]) * SOLAR_RADIUS_KM)
    assert (coronal > 0.5e10).all()
    assert (coronal < 6e10).all()
