"""Spherical harmonics against a plain sum in extended precision, and against the laws that they obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.dynamics.harmonics import (
    LANES,
    SCRATCH_ROWS,
    harmonic_acceleration,
    harmonic_gradient,
    highest_order,
    terms,
)
from qqnet.space.gravity import gravity_field

GM = 4902.8


def evaluated(kernel, field, places, size):
    """Return the kernel's result at any number of places, [N, size]."""
    table, order = terms(field), highest_order(field)
    found = []
    for start in range(0, len(places), LANES):
        block = np.resize(places[start : start + LANES], (LANES, 3))
        out = np.zeros(size * LANES)
        kernel(
            LANES, np.ascontiguousarray(block.T).ravel(), GM, field.radius_km, field.degree, order, 0, table,
            np.zeros(SCRATCH_ROWS * LANES), out,
        )  # fmt: skip
        found.append(out.reshape(size, LANES).T)
    return np.concatenate(found)[: len(places)]


def pull(field, places):
    return evaluated(harmonic_acceleration, field, places, 3)


def gradient(field, places):
    xx, xy, xz, yy, yz, zz = evaluated(harmonic_gradient, field, places, 6).T
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]).transpose(2, 0, 1)


def potential(field, x, y, z):
    """The sum as it is written in textbooks, in extended precision; takes complex coordinates."""
    real = np.longdouble
    r = np.sqrt(x * x + y * y + z * z)
    re, im, diagonal, total = np.clongdouble(1), np.clongdouble(0), np.clongdouble(1), np.clongdouble(0)
    for m in range(field.degree + 1):
        if m:
            diagonal = diagonal * np.sqrt(real(3) if m == 1 else real(2 * m + 1) / real(2 * m))
            re, im = (re * x - im * y) / r, (re * y + im * x) / r
        q, before = diagonal, np.clongdouble(0)
        for n in range(m, field.degree + 1):
            if n > m:
                up = np.sqrt(real((2 * n + 1) * (2 * n - 1)) / real((n - m) * (n + m)))
                down = np.sqrt(
                    real((2 * n + 1) * (n - m - 1) * (n + m - 1)) / real((2 * n - 3) * (n + m) * (n - m))
                )
                q, before = up * z / r * q - down * before, q
            if n > 1:
                amplitude = real(field.cosine[n, m]) * re + real(field.sine[n, m]) * im
                total += (real(field.radius_km) / r) ** n * q * amplitude
    return real(GM) / r * total


PLACES = np.array([
    [1800.0, 0.0, 0.0], [0.0, 0.0, 1750.0], [1e-7, 0.0, -1750.0], [-900.0, 1300.0, 700.0], [20.0, -3000.0, 1.0],
])  # fmt: skip


@pytest.mark.parametrize("degree", [2, 8, 60])
def test_the_pull_is_the_potentials_gradient(degree):
    """Derivative by a step along the imaginary axis, which loses no digits. Each degree rounds once more."""
    field, step = gravity_field("Moon", degree), np.longdouble(1e-20)
    found = pull(field, PLACES)
    for place, value in zip(PLACES, found, strict=True):
        expected = []
        for axis in range(3):
            moved = [np.clongdouble(c) for c in place]
            moved[axis] += np.clongdouble(1j) * step
            expected.append(float(potential(field, *moved).imag / step))
        np.testing.assert_allclose(
            value, expected, rtol=0, atol=1e-15 * (3 + degree) * np.linalg.norm(expected)
        )


@pytest.mark.parametrize("degree", [2, 8, 120])
def test_the_gradient_is_the_pulls_derivative(degree):
    field, h = gravity_field("Moon", degree), 0.02
    found = gradient(field, PLACES)
    for axis in range(3):
        d = h * np.eye(3)[axis]
        once, twice = (pull(field, PLACES + k * d) - pull(field, PLACES - k * d) for k in (1, 2))
        np.testing.assert_allclose(
            (8.0 * once - twice) / (12.0 * h), found[:, :, axis], rtol=0, atol=1e-9 * np.max(np.abs(found))
        )


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.integers(2, 120))
def test_laplace(seed, degree):
    """Outside of all mass the trace of the gradient is zero."""
    places = np.random.default_rng(seed).normal(size=(LANES, 3))
    places *= 1740.0 / np.linalg.norm(places, axis=1)[:, None]
    found = gradient(gravity_field("Moon", degree), places)
    trace = np.abs(np.trace(found, axis1=1, axis2=2))
    assert np.max(trace) < 1e-12 * np.max(np.abs(found))


def test_j2_as_everybody_writes_it():
    field = gravity_field("Earth", 2, 0)
    place = np.array([[4000.0, 3000.0, 5000.0]])
    x, y, z = place[0]
    r, j2 = np.linalg.norm(place), -field.cosine[2, 0] * np.sqrt(5.0)
    k = -1.5 * j2 * GM * field.radius_km**2 / r**5
    expected = k * np.array([x, y, z]) * (np.array([1.0, 1.0, 3.0]) - 5.0 * (z / r) ** 2)
    np.testing.assert_allclose(pull(field, place)[0], expected, rtol=0, atol=1e-15 * np.linalg.norm(expected))


def test_orders_beyond_the_last_are_not_computed():
    field = gravity_field("Moon", 20, 3)
    assert highest_order(field) == 3
    assert len(terms(field)) == 21 + 20 + 19 + 18


def test_lanes_do_not_know_of_each_other():
    field = gravity_field("Moon", 12)
    places = np.random.default_rng(1).normal(size=(LANES, 3)) * 3000.0
    together = pull(field, places)
    for n in (0, LANES // 2, LANES - 1):
        np.testing.assert_array_equal(pull(field, np.tile(places[n], (LANES, 1)))[0], together[n])
