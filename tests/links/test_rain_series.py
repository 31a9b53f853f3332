"""Rain drawn in time: the process, its law, and the long run against P.618."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri

from qqnet.errors import InputError
from qqnet.links.drawn_rain import DrawnRain
from qqnet.links.itu import rain_db
from qqnet.links.itu_carriers import Carrier
from qqnet.links.itu_stations import Station
from qqnet.links.path import Path, View
from qqnet.links.rain_series import RATE_PER_S, exceeded_by, rain_law, rain_process

JIAMUSI = Station(math.radians(46.4939), math.radians(130.7706))
SINGAPORE = Station(math.radians(1.35), math.radians(103.8))
KA, SLANT = 26.25e9, math.pi / 4
YEAR_S = 365.25 * 86400.0


@pytest.fixture(scope="module")
def years() -> np.ndarray:
    """The process over 20 years, every 650 s, which is no multiple of its steps."""
    return rain_process(11, JIAMUSI, np.arange(0.0, 20 * YEAR_S, 650.0))


def test_process_is_standard_normal_and_forgets_as_it_should(years: np.ndarray) -> None:
    """Over 20 years with 63 000 correlation times, so that mean and variance are known to about 0.01."""
    assert abs(years.mean()) < 0.03
    assert years.std() == pytest.approx(1.0, abs=0.02)
    for steps in (1, 6, 18):
        found = float((years[steps:] * years[:-steps]).mean())
        assert found == pytest.approx(math.exp(-RATE_PER_S * steps * 650.0), abs=0.03)


def test_long_run_exceeds_each_attenuation_as_long_as_p618_says(years: np.ndarray) -> None:
    """Within four standard errors: there are some 63 000 x p independent showers."""
    elevation = np.full(years.shape, math.radians(25.0))
    drawn = rain_law(JIAMUSI, KA, SLANT).loss_db(years, elevation)
    for percent in (0.1, 0.3, 1.0, 3.0):
        level = float(rain_db(JIAMUSI, Carrier(KA, percent, 1.0), elevation[:1])[0])
        found = 100.0 * float((drawn > level).mean())
        assert found == pytest.approx(percent, rel=4.0 / math.sqrt(63_000 * percent / 100.0))


@pytest.mark.parametrize("station", [JIAMUSI, SINGAPORE])
@pytest.mark.parametrize("frequency", [8.475e9, KA])
def test_law_is_that_of_p618(station: Station, frequency: float) -> None:
    """At percentages and elevations that are not in the table."""
    elevation = np.radians([5.0, 8.3, 17.7, 33.3, 61.0, 89.5])
    for percent in (0.0013, 0.01, 0.077, 0.4, 1.7, 4.9):
        wanted = rain_db(station, Carrier(frequency, percent, 1.0, scintillation=False), elevation)
        found = rain_law(station, frequency, SLANT).loss_db(float(exceeded_by(percent)), elevation)
        assert found == pytest.approx(wanted, rel=3e-3, abs=5e-3)


def test_it_is_dry_most_of_the_time_and_no_worse_than_the_worst() -> None:
    law = rain_law(JIAMUSI, KA, SLANT)
    elevation = np.full(3, math.radians(30.0))
    assert (law.loss_db(np.array([-9.0, 0.0, 1.28]), elevation) == 0.0).all()
    worst = rain_db(JIAMUSI, Carrier(KA, 0.001, 1.0, scintillation=False), elevation[:1])
    assert law.loss_db(8.0, elevation[0]) == pytest.approx(worst[0], rel=1e-3)
    rising = law.loss_db(np.linspace(1.2, 4.5, 400), math.radians(30.0))
    assert (np.diff(rising) >= 0.0).all()


def test_law_of_p1853_has_less_rain() -> None:
    """Why its law is not taken: itur's P.1853-1, its process held where it is exceeded for 0.1 % of time."""
    from itur.models.itu1853 import rain_attenuation_synthesis

    keep = math.exp(-RATE_PER_S)
    state = float(ndtri(0.001))  # itur fits a falling line, so its rain is where the state is low
    noise = np.full(40, state * (1.0 - keep) / math.sqrt(1.0 - keep * keep))
    noise[0] = state / math.sqrt(1.0 - keep * keep)
    place = JIAMUSI.place
    held = rain_attenuation_synthesis(*place, 26.25, 30.0, JIAMUSI.height_above_sea_km, 40, n=noise)
    theirs = float(getattr(held, "value", held)[-1])
    ours = float(rain_law(JIAMUSI, KA, SLANT).loss_db(-state, math.radians(30.0)))
    assert theirs / ours == pytest.approx(0.83, abs=0.01)


def test_what_is_drawn_depends_on_seed_and_place_alone() -> None:
    times = np.array([8.0e8, 8.0e8 + 31.0, 8.0e8 + 86400.0, -3.0e8])
    drawn = rain_process(5, JIAMUSI, times)
    assert rain_process(5, JIAMUSI, times[::-1])[::-1] == pytest.approx(drawn, abs=0.0)
    assert rain_process(5, Station(*_angles(JIAMUSI), 1.0), times[1]) == drawn[1]
    assert (rain_process(6, JIAMUSI, times) != drawn).all()
    assert (rain_process(5, SINGAPORE, times) != drawn).all()
    with pytest.raises(InputError, match="rain drawn in time needs the time of the path"):
        rain_process(5, JIAMUSI, [1.0, math.nan])


def test_midnight_is_not_seen() -> None:
    around = 86400.0 * 9000 + np.arange(-600.0, 600.0, 5.0)
    steps = np.abs(np.diff(rain_process(3, JIAMUSI, around)))
    assert steps.max() < 0.02


def _angles(station: Station) -> tuple[float, float]:
    return station.latitude_rad, station.longitude_rad


def test_on_a_path_without_time_or_elevation() -> None:
    rain = DrawnRain(JIAMUSI, rain_law(JIAMUSI, KA, SLANT), 7, "receiving")
    assert float(rain.loss_db(Path.straight(4e5))) == 0.0
    with pytest.raises(InputError, match="needs the time of the path, which is not known"):
        rain.loss_db(Path.straight(4e5, elevation_to_rad=1.0))
    timed = Path(np.array(4e5), receiver=View(np.array(1.0)), time_s=np.array(7e8))
    assert float(rain.loss_db(timed)) >= 0.0
    assert rain.source(timed) == "ITU-R P.618-13 and P.1853-1, drawn in time by seed 7, at 57.3 deg"


def test_below_four_gigahertz_it_is_refused() -> None:
    with pytest.raises(InputError, match=r"the carrier is 2\.245 GHz, and rain drawn in time"):
        rain_law(JIAMUSI, 2.245e9, SLANT)
