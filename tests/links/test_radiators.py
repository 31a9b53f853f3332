"""All kinds of antenna: the power of their patterns, beams that halve, what each refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.links.arrays import PhasedArray, Tabulated
from qqnet.links.beam_share import full_sphere_share
from qqnet.links.radiators import Radiator, lobe_and_rest_dbi
from qqnet.links.reflectors import Reflector, StatedGain, ruze_loss_db
from qqnet.links.small_antennas import Helix, Patch

CUT = tuple((math.radians(angle), 20.0 - 0.3 * angle) for angle in range(0, 181, 5))
KINDS: dict[str, tuple[Radiator, float]] = {
    "large reflector": (Reflector(34.0, 0.71), 8.42e9),
    "small reflector": (Reflector(0.25, 0.55), 23.4e9),
    "very efficient reflector": (Reflector(3.0, 1.0), 8.4e9),
    "S.465": (Reflector(18.0, 0.65, side_lobes="S.465"), 8.4e9),
    "surface and blockage": (Reflector(34.0, 0.7, 0.3e-3, 0.1), 32e9),
    "stated gain": (StatedGain(33.0), 23.35e9),
    "low gain": (StatedGain(3.0), 0.4e9),
    "isotropic": (StatedGain(0.0), 2e9),
    "helix": (Helix(10.0, 47e-3, 34e-3), 2.05e9),
    "patch": (Patch(40e-3, 50e-3, 1.0), 2.25e9),
    "array": (PhasedArray((16, 16), 5.5e-3, 5.0), 26e9),
    "scanned array": (PhasedArray((16, 16), 5.5e-3, 5.0, scan_rad=math.radians(50.0)), 26e9),
    "line of elements": (PhasedArray((8, 1), 60e-3, 5.0), 2.2e9),
    "table": (Tabulated((CUT,)), 8e9),
}  # fmt: skip
LOSSLESS = [name for name in KINDS if name not in ("surface and blockage", "table")]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[Radiator, float]:
    return KINDS[request.param]


@pytest.mark.parametrize("name", LOSSLESS)
def test_mean_patterns_hold_all_power_and_no_more(name: str) -> None:
    """4 pi over the sphere, to the 2 % that side lobes hold at least and 6 % that F.1245 leaves open."""
    share = full_sphere_share(*KINDS[name])
    assert 0.94 <= share <= 1.0201


def test_the_axis_has_the_peak_and_half_the_beamwidth_half_of_it(kind: tuple[Radiator, float]) -> None:
    radiator, frequency = kind
    peak, beam = radiator.peak_dbi(frequency), radiator.beamwidth_rad(frequency)
    mean = radiator.mean_dbi(frequency, [0.0, min(0.5 * beam, math.pi)])
    assert mean[0] == pytest.approx(peak, abs=1e-6)
    # Broad beams stand on a level of their own, an isotropic one is level; all others halve.
    loss = 3.0103 if peak > 10.0 else 0.0
    assert peak - 3.02 <= mean[1] <= peak - loss + (0.75 if loss else 0.0)


def test_envelopes_lie_above_the_mean_and_below_the_peak(kind: tuple[Radiator, float]) -> None:
    radiator, frequency = kind
    angles = np.linspace(0.0, math.pi, 721)
    envelope, mean = radiator.envelope_dbi(frequency, angles), radiator.mean_dbi(frequency, angles)
    outside = angles > radiator.beamwidth_rad(frequency)
    assert (envelope <= radiator.peak_dbi(frequency) + 1e-6).all()
    assert envelope.shape == mean.shape == angles.shape
    assert np.mean(10.0 ** (mean[outside] / 10.0)) <= np.mean(10.0 ** (envelope[outside] / 10.0)) * 1.6 + 1e-9


def test_ruze_loss_follows_the_square_of_frequency_to_its_limit() -> None:
    assert ruze_loss_db(0.3e-3, 16e9) == pytest.approx(ruze_loss_db(0.3e-3, 32e9) / 4.0, rel=1e-12)
    limit = 299_792_458.0 / (4.0 * math.pi * 0.3e-3)
    assert ruze_loss_db(0.3e-3, limit) == pytest.approx(10.0 / math.log(10.0), rel=1e-6)
    with pytest.raises(
        InputError, match=r"surface error of 0\.3 mm rms, and Ruze's loss is used up to 0\.080 wave"
    ):
        ruze_loss_db(0.3e-3, 1.01 * limit)


def test_blockage_and_surface_come_off_the_gain() -> None:
    whole, less = Reflector(34.0, 0.7), Reflector(34.0, 0.7, 0.3e-3, 0.1)
    lost = whole.peak_dbi(32e9) - less.peak_dbi(32e9)
    assert lost == pytest.approx(float(ruze_loss_db(0.3e-3, 32e9)) - 20.0 * math.log10(1.0 - 0.01), rel=1e-12)
    assert "surface 0.3 mm rms" in less.describe()


def test_a_gain_above_what_its_aperture_can_give_is_refused() -> None:
    assert StatedGain(46.0, diameter_m=3.0).peak_dbi(8.4e9) == 46.0
    with pytest.raises(
        InputError, match=r"gain of 60 dBi, and an aperture of 3 m can give at most 48\.43 dBi at 8\.4 GHz"
    ):
        StatedGain(60.0, diameter_m=3.0).peak_dbi(8.4e9)


def test_a_helix_grows_with_its_length_and_is_refused_off_its_frequency() -> None:
    short, long = Helix(8.0, 47e-3, 34e-3), Helix(16.0, 47e-3, 34e-3)
    assert long.peak_dbi(2.05e9) - short.peak_dbi(2.05e9) == pytest.approx(10.0 * math.log10(2.0))
    assert short.beamwidth_rad(2.05e9) / long.beamwidth_rad(2.05e9) == pytest.approx(math.sqrt(2.0))
    with pytest.raises(
        InputError, match=r"helix of 0\.493 wavelengths around at 1 GHz; .* 95\.43 mm would be right"
    ):
        short.peak_dbi(1e9)


def test_a_patch_is_refused_where_another_mode_would_radiate() -> None:
    with pytest.raises(
        InputError, match=r"patch with a length of 1\.07 wavelengths at 8 GHz; .* 5\.621 to 18\.74 mm"
    ):
        Patch(40e-3, 50e-3).peak_dbi(8e9)


def test_an_array_gains_with_its_number_and_loses_by_scan() -> None:
    broadside = PhasedArray((16, 16), 5.5e-3, 5.0)
    scanned = PhasedArray((16, 16), 5.5e-3, 5.0, scan_rad=math.radians(60.0), scan_exponent=1.5)
    assert broadside.peak_dbi(26e9) == pytest.approx(5.0 + 10.0 * math.log10(256.0))
    assert broadside.peak_dbi(26e9) - scanned.peak_dbi(26e9) == pytest.approx(15.0 * math.log10(2.0))
    assert scanned.beamwidth_rad(26e9) / broadside.beamwidth_rad(26e9) == pytest.approx(math.sqrt(2.0))
    with pytest.raises(
        InputError, match=r"elements 8 mm apart; at 26 GHz a scan to 60 deg has grating lobes"
    ):
        PhasedArray((16, 16), 8e-3, 5.0, scan_rad=math.radians(60.0)).peak_dbi(26e9)
    with pytest.raises(
        InputError, match=r"elements of 9 dBi, and a cell of 5\.5 mm can give at most 4\.56 dBi"
    ):
        PhasedArray((16, 16), 5.5e-3, 9.0).peak_dbi(26e9)


def test_a_table_is_read_between_its_points_and_never_beyond() -> None:
    table = Tabulated((((0.0, 30.0), (0.02, 27.0), (0.1, 0.0)),), beyond_dbi=-10.0)
    np.testing.assert_allclose(
        table.mean_dbi(1e9, [0.0, 0.01, 0.06, 0.2]), [30.0, 28.5, 13.5, -10.0], atol=1e-9
    )
    assert table.beamwidth_rad(1e9) == pytest.approx(2.0 * (0.02 + 0.08 * 0.0103 / 27.0), rel=1e-4)
    with pytest.raises(InputError, match=r"ends at 5\.72958 deg; let it reach 180 deg, or say with 'beyond'"):
        Tabulated((((0.0, 30.0), (0.02, 27.0), (0.1, 0.0)),))


def test_cuts_are_averaged_for_noise_and_the_largest_counts_for_interference() -> None:
    wide, narrow = ((0.0, 20.0), (0.5, 10.0), (math.pi, 0.0)), ((0.0, 20.0), (0.5, 0.0), (math.pi, -10.0))
    table = Tabulated((wide, narrow))
    assert table.envelope_dbi(1e9, 0.5) == pytest.approx(10.0)
    assert table.mean_dbi(1e9, 0.5) == pytest.approx(10.0 * math.log10(5.5))


@pytest.mark.parametrize("gain", [-5.0, 0.0, 3.0, 15.0])
def test_a_lobe_over_a_rest_peaks_at_its_gain(gain: float) -> None:
    levels = lobe_and_rest_dbi([0.0, math.pi], gain, 1.5)
    assert levels[0] == pytest.approx(gain, abs=1e-9)
    assert levels[1] <= gain + 1e-9


def test_envelopes_outside_of_their_recommendation_are_refused() -> None:
    with pytest.raises(
        InputError, match=r"side lobes of ITU-R S\.465, which is for 2 to 31 GHz and not 32 GHz"
    ):
        Reflector(1.0, side_lobes="S.465").envelope_dbi(32e9, 0.1)
    with pytest.raises(InputError, match=r"ITU-R F\.699, which is for 0\.1 to 70 GHz and not 80 GHz"):
        StatedGain(40.0).envelope_dbi(80e9, 0.1)
    assert Reflector(1.0, side_lobes="Airy").envelope_dbi(80e9, 0.1) < 40.0


def test_pointing_outside_the_beam_is_refused_for_every_kind(kind: tuple[Radiator, float]) -> None:
    radiator, frequency = kind
    beam = radiator.beamwidth_rad(frequency)
    lost = Antenna(radiator=radiator, pointing_error_rad=0.25 * beam).pointing_loss_at_db(frequency)
    assert lost == pytest.approx(2.5 * math.log10(2.0))
    wrong = Antenna(radiator=radiator, pointing_error_rad=0.51 * beam)
    with pytest.raises(
        InputError, match=r"the pointing error is .* outside the half-power beam of .* full width"
    ):
        wrong.pointing_loss_at_db(frequency)
