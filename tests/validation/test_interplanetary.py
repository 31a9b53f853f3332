"""Published figures of interplanetary geometry, on DE440.

Sources: command moratoria of the Mars missions around the conjunction of June 2015 (NASA press text, 7 to
21 June, Mars within 2 deg of the Sun); light times between Earth and Mars or Venus over 2013 to 2050 and the
geometry of a relay at the Sun-Earth triangular points, computed independently with approximate planetary
elements and with the Earth-Moon barycentre for the Earth, hence the tolerances.
"""

from __future__ import annotations

import numpy as np
import pytest

from qqnet.space.constants import AU_KM, SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.timescales import tdb_from_utc
from qqnet.study.conjunction import sun_angle

DAY = 86400.0


@pytest.fixture(scope="module")
def ephemeris():
    return Ephemeris.packaged()


@pytest.mark.parametrize(
    ("around", "first", "last"),
    [
        # Published: 7 to 21 June 2015; independent computation: 7.6 to 21.5 June.
        ("2015-06-14T00:00:00Z", "2015-06-07T14:24:00Z", "2015-06-21T12:00:00Z"),
        # Independent computation: 10 to 24 December 2040.
        ("2040-12-17T00:00:00Z", "2040-12-10T12:00:00Z", "2040-12-24T12:00:00Z"),
    ],
)
def test_mars_within_two_degrees_of_the_sun(ephemeris, around, first, last):
    times = tdb_from_utc(around) + np.arange(-20 * DAY, 20 * DAY, 600.0)
    angle, _ = sun_angle(ephemeris, "Mars", times)
    inside = times[np.degrees(angle) < 2.0]
    # The independent figures are given to a tenth of a day (2015) or a day (2040).
    tolerance = 0.15 * DAY if "2015" in around else 0.6 * DAY
    assert inside[0] == pytest.approx(tdb_from_utc(first), abs=tolerance)
    assert inside[-1] == pytest.approx(tdb_from_utc(last), abs=tolerance)


@pytest.fixture(scope="module")
def years(ephemeris):
    # To the end of 2050: the closest approach of Mars in the reference's span is that of August 2050.
    return np.arange(tdb_from_utc("2013-01-01T00:00:00Z"), tdb_from_utc("2051-01-01T00:00:00Z"), 0.25 * DAY)


@pytest.mark.parametrize(
    ("planet", "shortest", "longest", "mean"), [("Mars", 186.8, 1335.0, 845.0), ("Venus", 132.2, 866.0, None)]
)
def test_light_times(ephemeris, years, planet, shortest, longest, mean):
    distance = np.linalg.norm(ephemeris.position(planet, "EMB", years), axis=-1)
    owlt = distance / SPEED_OF_LIGHT_KM_S
    # Digits as given; the approximate elements are good to about 0.2 s.
    assert owlt.min() == pytest.approx(shortest, abs=0.25)
    assert owlt.max() == pytest.approx(longest, abs=0.25)
    if mean is not None:
        assert owlt.mean() == pytest.approx(mean, rel=0.002)


def test_a_relay_sixty_degrees_off_is_never_in_conjunction_with_mars_when_the_earth_is(ephemeris, years):
    """T18: the angle at the relay between Sun and Mars is 32.5 to 41.1 deg, the way 307 to 371 s longer."""
    mars = ephemeris.position("Mars", "Sun", years)
    earth = ephemeris.position("EMB", "Sun", years)
    angle, _ = sun_angle(ephemeris, "Mars", years)
    now = (np.degrees(angle) < 3.0) & (np.linalg.norm(mars - earth, axis=-1) > 2.0 * AU_KM)
    mars, earth = mars[now], earth[now]
    velocity = ephemeris.state("EMB", "Sun", years[now])[1]
    pole = np.cross(earth, velocity)
    pole /= np.linalg.norm(pole, axis=-1, keepdims=True)
    angles, extra = [], []
    for lead in (60.0, -60.0):
        c, s = np.cos(np.radians(lead)), np.sin(np.radians(lead))
        relay = c * earth + s * np.cross(pole, earth)
        to_mars, to_sun = mars - relay, -relay
        cosine = (
            (to_mars * to_sun).sum(-1) / np.linalg.norm(to_mars, axis=-1) / np.linalg.norm(to_sun, axis=-1)
        )
        angles.append(np.degrees(np.arccos(cosine)))
        way = np.linalg.norm(to_mars, axis=-1) + np.linalg.norm(relay - earth, axis=-1)
        extra.append((way - np.linalg.norm(mars - earth, axis=-1)) / SPEED_OF_LIGHT_KM_S)
    assert min(a.min() for a in angles) == pytest.approx(32.5, abs=0.4)
    assert max(a.max() for a in angles) == pytest.approx(41.1, abs=0.4)
    assert min(e.min() for e in extra) == pytest.approx(307.0, abs=4.0)
    assert max(e.max() for e in extra) == pytest.approx(371.0, abs=4.0)


@pytest.mark.parametrize(("range_km", "seconds"), [(356_500, 1.189), (384_400, 1.282), (406_700, 1.357)])
def test_light_time_of_the_moon(range_km, seconds):
    from qqnet.links.rf import one_way_light_time_s

    assert float(one_way_light_time_s(range_km)) == pytest.approx(seconds, abs=5e-4)
