"""Beams: truncation, widening, jitter and outage, point-ahead."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links import optical
from qqnet.links import optical_pointing as pointing
from qqnet.links.ends import Mode
from qqnet.links.optical_ends import OpticalTransmit

ANY = (Mode("any", 1e6, 0.0),)


def test_an_even_aperture_is_the_limit_of_a_wide_gaussian() -> None:
    """A Gaussian much wider than the aperture lights it evenly, and passes almost nothing of itself."""
    narrow = pointing.diffraction_rad(0.3, 1550e-9, 0.0, 0.01)
    assert narrow == pytest.approx(float(optical.divergence_rad(0.3, 1550e-9)), rel=1e-4)
    assert pointing.diffraction_rad(0.3, 1550e-9) == float(optical.divergence_rad(0.3, 1550e-9))


@pytest.mark.parametrize(("obscuration", "truncation"), [(0.0, 1.12), (0.3, 1.02), (0.2, 0.5)])
def test_beam_follows_the_diffraction_integral_near_the_axis(obscuration: float, truncation: float) -> None:
    """Pattern of Klein and Degnan by quadrature, at a third of the half-angle at 1/e^2."""
    from scipy.integrate import quad
    from scipy.special import j0

    def field(angle: float) -> float:
        x = math.pi * 0.3 / 1550e-9 * angle
        return quad(lambda u: math.exp(-(truncation**2) * u) * j0(x * math.sqrt(u)), obscuration**2, 1.0)[0]

    beam = pointing.diffraction_rad(0.3, 1550e-9, obscuration, truncation)
    loss = -20.0 * math.log10(field(beam / 3.0) / field(0.0))
    assert loss == pytest.approx(float(optical.pointing_loss_db(beam / 3.0, beam)), abs=0.03)
    gain = 2.0 * (truncation * field(0.0)) ** 2
    assert pointing.fill_loss_db(obscuration, truncation) == pytest.approx(-10.0 * math.log10(gain), abs=1e-6)


@given(st.floats(1.0, 50.0))
def test_a_wider_beam_has_the_gain_of_its_width(factor: float) -> None:
    """8 / w^2, the gain of a Gaussian beam, whatever the telescope."""
    narrow = float(optical.divergence_rad(0.22, 1550e-9))
    ideal = float(optical.aperture_gain_dbi(0.22, 1550e-9))
    left = ideal - pointing.widening_loss_db(factor * narrow, narrow)
    assert left == pytest.approx(10.0 * math.log10(8.0 / (factor * narrow) ** 2), abs=1e-9)


@pytest.mark.parametrize(("error", "jitter"), [(0.0, 1e-6), (2e-6, 0.7e-6)])
def test_outage_against_drawn_pointing(error: float, jitter: float) -> None:
    draw = np.random.default_rng(11)
    x = error + jitter * draw.standard_normal(400_000)
    y = jitter * draw.standard_normal(400_000)
    loss = 20.0 * math.log10(math.e) * (x**2 + y**2) / (6e-6) ** 2
    for outage in (0.1, 0.01):
        assert pointing.outage_loss_db(error, 6e-6, jitter, outage) == pytest.approx(
            np.quantile(loss, 1.0 - outage), rel=0.02
        )


def test_outage_of_pure_jitter_is_a_power_law() -> None:
    """P(I < x) = x^(w^2 / (4 s^2))."""
    beta = 6.0**2 / (4.0 * 1.0**2)
    expected = -10.0 * math.log10(0.01 ** (1.0 / beta))
    assert pointing.outage_loss_db(0.0, 6.0, 1.0, 0.01) == pytest.approx(expected, abs=1e-9)


def test_point_ahead_is_twice_the_speed_across() -> None:
    """Only the velocity across counts; a satellite in GEO seen from the ground asks for some 20 microradian."""
    assert pointing.point_ahead_rad([1e5, 0.0, 0.0], [5.0, 0.0, 0.0]) == pytest.approx(0.0, abs=1e-15)
    rows = pointing.point_ahead_rad([[1e5, 0, 0], [0, 1e6, 0]], [[1.0, 3.0, 4.0], [0.0, 2.0, 0.0]])
    assert rows.tolist() == pytest.approx([2.0 * 5.0 / 299_792.458, 0.0], abs=1e-15)


def test_point_ahead_beyond_reach_costs_and_then_misses() -> None:
    sender = OpticalTransmit(1550e-9, 1.0, 0.22, ANY, pointing_jitter_rad=0.5e-6, point_ahead_max_rad=100e-6)
    loss = sender.beyond_point_ahead_db(np.array([50e-6, 100e-6, 103e-6, 120e-6]))
    assert loss[:2].tolist() == [0.0, 0.0]
    both = optical.pointing_loss_db([3e-6, 0.0], sender.beam_rad, 0.5e-6)
    assert loss[2] == pytest.approx(both[0] - both[1], abs=1e-6)
    assert loss[3] == math.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: pointing.outage_loss_db(0.0, 6e-6, 3e-6, 0.01),
            "for 0.01 of the time the pointing error is above",
        ),
        (lambda: pointing.outage_loss_db(0.0, 6e-6, 3e-6, 1.0), "the pointing outage is 1"),
        (lambda: pointing.fill_loss_db(1.0), "the central obscuration is 1 of the aperture"),
        (
            lambda: OpticalTransmit(1550e-9, 1.0, 0.22, ANY, divergence_rad=3e-6).widening_loss_db,
            "the divergence is 3 microradian (half-angle at 1/e^2), narrower than the 6.343",
        ),
        (
            lambda: OpticalTransmit(
                1550e-9, 1.0, 0.22, ANY, pointing_error_rad=5e-6, point_ahead_error_rad=4e-6
            ).pointing_loss_db(),
            "the pointing error is 9 microradian with jitter, and the beam only 6.343",
        ),
        (lambda: pointing.point_ahead_rad([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]), "the distance is 0 km"),
    ],
)
def test_refusals(call, words) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        call()
