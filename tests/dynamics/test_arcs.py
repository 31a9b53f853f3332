"""Arcs: joined in time or against it, read anywhere, and looked through for surfaces."""

import itertools

import numpy as np
from numpy.polynomial import chebyshev

from qqnet.dynamics.arcs import Arc, joined, meeting, places
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.surroundings import surroundings


def arc_of(function, edges, count=12):
    """Return an arc whose position follows a function of time."""
    x = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    pieces = []
    for start, stop in itertools.pairwise(edges):
        values = function(start + 0.5 * (stop - start) * (x + 1.0))
        pieces.append(chebyshev.chebfit(x, values, count - 1).T)
    return Arc(np.array(edges, dtype=float), np.array(pieces), np.zeros(6))


def spiral(t):
    t = np.asarray(t)
    return np.stack([np.cos(t), np.sin(t), 0.1 * t], axis=-1)


def test_arcs_against_time_are_turned_round():
    back, ahead = arc_of(spiral, [0.0, -0.7, -2.0]), arc_of(spiral, [0.0, 0.5, 1.5, 2.0])
    edges, coefficients = joined([back, ahead])
    np.testing.assert_array_equal(edges, [-2.0, -0.7, 0.0, 0.5, 1.5, 2.0])
    times = np.random.default_rng(0).uniform(-2.0, 2.0, 200)
    out = np.empty((200, 3))
    places(edges, coefficients, times, out)
    np.testing.assert_allclose(out, spiral(times), rtol=0, atol=1e-12)


def test_series_of_different_length_are_joined():
    edges, coefficients = joined([arc_of(spiral, [0.0, 0.5], 12), arc_of(spiral, [0.5, 1.0], 9)])
    assert coefficients.shape == (2, 3, 12)
    out = np.empty((1, 3))
    places(edges, coefficients, np.array([0.8]), out)
    np.testing.assert_allclose(out[0], spiral(0.8), rtol=0, atol=1e-9)


def test_where_a_line_enters_a_sphere(ephemeris):
    """Straight through the Moon, 1700 km from its centre: in at half a chord before the middle."""
    around = surroundings(ForceModel("Moon"), (8e8, 8e8 + 1e5), ephemeris)
    columns = np.zeros(around.n_columns * LANES)

    def line(t):
        t = np.asarray(t)
        return np.stack([t - 5000.0, np.full_like(t, 1700.0), np.zeros_like(t)], axis=-1)

    piece = arc_of(line, [0.0, 10_000.0]).coefficients[0]
    x, surface = meeting(around, piece, 0.0, 10_000.0, columns)
    half_chord = np.sqrt(1737.4**2 - 1700.0**2)
    assert surface == 0
    np.testing.assert_allclose(5000.0 * (x + 1.0), 5000.0 - half_chord, rtol=0, atol=1e-6)
    piece[1, 0] = 1738.0
    assert meeting(around, piece, 0.0, 10_000.0, columns)[1] == -1
