"""Light that is not the signal."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import optical_background as background
from qqnet.links.path import Disc, Path, View
from qqnet.space.constants import AU_KM

TELESCOPE = background.Collector(1550e-9, 1.0, 0.5, 1e-9, 100e-6)


def _path(angle: float, radius: float, phase: float = 0.0, sun: float = 1.0, sun_km: float = AU_KM) -> Path:
    at = np.asarray
    disc = Disc(at(angle), at(radius), at(phase))
    view = View(sun_angle_rad=at(sun), sun_range_km=at(sun_km), discs={"Mars": disc})
    return Path(at(1e8), receiver=view)


@given(st.floats(0.0, 3e-4), st.floats(1e-7, 1e-3))
def test_overlap_never_exceeds_either_circle(angle: float, radius: float) -> None:
    shared = float(background.overlap_sr(angle, radius, 100e-6))
    assert 0.0 <= shared <= math.pi * min(radius, 50e-6) ** 2 * (1.0 + 1e-12)


@pytest.mark.parametrize("radius", [20e-6, 60e-6, 5e-3, 0.3])
def test_overlap_against_a_raster(radius: float) -> None:
    """Points of the field that lie in the disc, for a limb through the field."""
    angle = radius + 15e-6
    x = np.linspace(-50e-6, 50e-6, 1201)
    xx, yy = np.meshgrid(x, x)
    inside = (np.hypot(xx, yy) < 50e-6) & (np.hypot(xx + angle, yy) < radius)
    raster = inside.sum() * (x[1] - x[0]) ** 2
    assert background.overlap_sr(angle, radius, 100e-6) == pytest.approx(raster, rel=0.01)


def test_light_of_a_whole_disc_is_its_irradiance() -> None:
    """Albedo, phase, (R/d)^2 and sunlight at the body, in photons of 1550 nm on a square metre."""
    light = background.BodyLight(TELESCOPE)
    irradiance = 271.4 * 1e-3 * 0.17 * (10e-6) ** 2 / 1.524**2  # W in 1 nm
    photons = irradiance / 1.28158e-19 * 0.5
    assert light.amount(_path(0.0, 10e-6)) == pytest.approx(photons, rel=1e-4)
    half = float(light.amount(_path(0.0, 10e-6, math.pi / 2)))
    assert half == pytest.approx(photons / math.pi, rel=1e-4)
    assert light.amount(_path(1e-3, 10e-6)) == 0.0
    assert light.amount(Path.straight(1e8)) == 0.0


def test_phase_of_a_diffuse_sphere() -> None:
    phase = background.lambert_phase([0.0, math.pi / 2, math.pi])
    assert phase.tolist() == pytest.approx([1.0, 1.0 / math.pi, 0.0], abs=1e-12)


def test_a_field_full_of_a_body_counts_its_radiance_alone() -> None:
    """Nearer bodies are larger, not brighter."""
    light = background.BodyLight(TELESCOPE)
    near, far = light.amount(_path(0.0, 0.5)), light.amount(_path(0.0, 1e-3))
    assert near == far > 0.0


def test_the_sun_in_the_field_and_beside_it() -> None:
    sun = background.SunLight(TELESCOPE, 0.3)
    counts = [float(sun.amount(_path(1.0, 1e-6, sun=math.radians(away)))) for away in (0.0, 1.0, 2.0, 10.0)]
    a_radiance = 271.4 * TELESCOPE.field_sr * TELESCOPE.counts_a_flux
    assert counts[1] == pytest.approx(0.3 * a_radiance * math.cos(math.radians(1.0)), rel=1e-9)
    assert counts[1] / counts[2] == pytest.approx(4.0, rel=1e-3)
    radius = background.SUN_RADIUS_KM / AU_KM
    scattered = 0.3 * (math.radians(1.0) / radius) ** 2  # on the axis no more than at the limb
    assert counts[0] == pytest.approx(a_radiance * (1.0 / (math.pi * radius**2) + scattered), rel=1e-9)
    twice = float(sun.amount(_path(1.0, 1e-6, sun=math.radians(2.0), sun_km=2.0 * AU_KM)))
    assert twice == pytest.approx(counts[2] / 4.0, rel=1e-9)
    assert sun.amount(Path.straight(1e8)) == 0.0


def test_behind_the_telescope_the_sun_does_not_shine_in() -> None:
    assert background.SunLight(TELESCOPE, 0.3).amount(_path(1.0, 1e-6, sun=2.0)) == 0.0


def test_counts_scale_with_filter_field_and_area() -> None:
    sky = background.SkyLight(TELESCOPE, 2.0)
    wide = background.SkyLight(replace(TELESCOPE, filter_m=2e-9, field_rad=200e-6, area_m2=3.0), 2.0)
    path = Path.straight(np.array([1.0, 2.0]))
    assert (wide.amount(path) / sky.amount(path)).tolist() == pytest.approx([24.0, 24.0])
    assert background.DarkCounts(500.0).amount(path).tolist() == [500.0, 500.0]


def test_refusals() -> None:
    with pytest.raises(
        InputError, match="the wavelength is 10600 nm; the spectrum of the Sun is known here from 450"
    ):
        background.solar_irradiance_w_m2_um(10.6e-6)
    with pytest.raises(InputError, match="the field of view is 20 deg"):
        replace(TELESCOPE, field_rad=math.radians(20.0))
