"""A random field over sites and time whose level decides between clear sky and cloud.

At each site a stationary Gaussian process x(t) of mean 0 and variance 1 with the Matern covariance of order 3/2,

    k(lag) = (1 + |lag|/a) exp(-|lag|/a),

which is white noise through a critically damped oscillator: x'' + 2 x'/a + x/a^2 = w. It is once
differentiable, so that Rice's formula gives finite spells; an Ornstein-Uhlenbeck process, which is not, crosses
its threshold infinitely often in no time. (x, x') is Markov, so steps of any length are exact (Rasmussen &
Williams 2006, Gaussian Processes for Machine Learning, 4.2.1 and appendix B).

The noises of two sites are correlated by exp(-d/L), with d along the great circle; that is positive definite on
a sphere (Gneiting 2013, Strictly and non-strictly positive definite functions on spheres). Jones (1992,
Cloud-cover distributions and correlations) found that observed cloud cover decorrelates exponentially with
distance and with time; clear and cloudy, as the threshold makes them of x, decorrelate in time with the sharp
tip that an exponential has.

Noise comes from a counter-based generator by seed, site and block of time since J2000. What the sky does at a
site at a date does therefore not depend on the span that is asked for, nor on sites that come after it in the
list.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.weather.orthants import bivariate_normal

Floats = NDArray[np.float64]

STEP_S: Final = 600.0
"""Step of the field, counted from J2000 [s]."""

_MEMORY: Final = 40.0
"""The field has forgotten what was this many scales ago to one part in 10^15."""

_BLOCK: Final = 1440
"""Steps whose noise is drawn together."""

_ORIGIN: Final = 1 << 40
"""Blocks before J2000 count from here, since counters are not negative."""

_OWN: Final = 1e-9
"""Share of the noise that a site has for itself, so that two sites at one place make no singular matrix."""


def scale_s(clear: ArrayLike, correlation_time_s: ArrayLike) -> Floats:
    """Scale a of the field for which clear and cloudy decorrelate to 1/e in a given time.

    Parameters
    ----------
    clear : array_like, shape [...]
        Share of clear sky.
    correlation_time_s : array_like, shape [...]
        Time at which the correlation of the state has fallen to 1/e [s].

    Returns
    -------
    ndarray, shape [...]
        a [s].
    """
    from scipy.special import ndtri

    p, wanted = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (clear, correlation_time_s)))
    level = ndtri(p)
    low, high = np.zeros(p.shape), np.full(p.shape, 60.0)
    for _ in range(45):
        middle = 0.5 * (low + high)
        state = bivariate_normal(level, level, (1.0 + middle) * np.exp(-middle)) - p * p
        above = state > p * (1.0 - p) / np.e
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(wanted / (0.5 * (low + high)), dtype=np.float64)


def crossings_per_s(clear: ArrayLike, scale_s: ArrayLike) -> Floats:
    """How often a clear sky becomes cloudy, and as often a cloudy one clear.

    Parameters
    ----------
    clear : array_like, shape [...]
        Share of clear sky.
    scale_s : array_like, shape [...]
        Scale a of the field [s].

    Returns
    -------
    ndarray, shape [...]
        By Rice's formula, exp(-u^2/2)/(2 pi a) at the level u of that share [1/s]. Shares over it are the mean
        lengths of clear and of cloudy spells.

    Examples
    --------
    >>> round(0.5 / float(crossings_per_s(0.5, 3600.0)) / 3600.0, 4)
    3.1416
    """
    from scipy.special import ndtri

    level = ndtri(np.asarray(clear, dtype=np.float64))
    return np.asarray(np.exp(-0.5 * level**2) / (2.0 * np.pi * np.asarray(scale_s, dtype=np.float64)))


@dataclass(frozen=True, eq=False)
class CloudField:
    """The field above S sites.

    Attributes
    ----------
    names : tuple of str, length S
        Sites, by which their noise is drawn.
    scales_s : ndarray, shape [S]
        Scale a of each [s].
    noise : ndarray, shape [S, S]
        Correlation of their noises.
    """

    names: tuple[str, ...]
    scales_s: Floats
    noise: Floats

    @classmethod
    def build(
        cls, names: tuple[str, ...], scales_s: ArrayLike, distances_km: ArrayLike, length_km: float
    ) -> CloudField:
        """Make the field of sites at distances [S, S] from each other, for a correlation length [km]."""
        distances = np.asarray(distances_km, dtype=np.float64)
        near = np.exp(-distances / length_km) * (1.0 - _OWN)
        np.fill_diagonal(near, 1.0)
        return cls(names, np.asarray(scales_s, dtype=np.float64), near)

    @property
    def correlation(self) -> Floats:
        """Correlation of x between sites at one time, shape [S, S]; scales that differ lower it."""
        a, b = self.scales_s[:, None], self.scales_s[None, :]
        return np.asarray(self.noise * 8.0 * (a * b) ** 1.5 / (a + b) ** 3, dtype=np.float64)

    def sample(self, first: int, last: int, seed: int, realisation: int = 0) -> tuple[Floats, Floats]:
        """Draw the field.

        Parameters
        ----------
        first, last : int
            Steps of `STEP_S` since J2000, both included.
        seed, realisation : int
            Which draw.

        Returns
        -------
        x, slope : ndarray, shape [last - first + 1, S]
            The field, and its change in a step at its present rate.
        """
        from scipy.signal import lfilter

        begin = first - int(np.ceil(_MEMORY * float(self.scales_s.max()) / STEP_S))
        shaped = self._kicks(begin, last, seed, realisation)
        x, slope = np.empty((2, last - first + 1, len(self.names)))
        for n, scale in enumerate(self.scales_s):
            s = STEP_S / scale
            fade = np.exp(-s)
            # z = (x, a x') goes over a step as z <- A z + kick; its two components as filters of the kicks.
            a11, a12, a21, a22 = fade * (1.0 + s), fade * s, -fade * s, fade * (1.0 - s)
            poles = [1.0, -2.0 * fade, fade * fade]
            of_x, of_y = shaped[:, n, 0], shaped[:, n, 1]
            level = lfilter([1.0, -a22], poles, of_x) + lfilter([0.0, a12], poles, of_y)
            rate = lfilter([0.0, a21], poles, of_x) + lfilter([1.0, -a11], poles, of_y)
            x[:, n], slope[:, n] = level[first - begin :], rate[first - begin :] * s
        return x, slope

    def _kicks(self, begin: int, last: int, seed: int, realisation: int) -> Floats:
        """What noise adds to (x, a x') in each step up to steps begin .. last, shape [steps, S, 2]."""
        count = len(self.names)
        blocks = range(begin // _BLOCK, last // _BLOCK + 1)
        white = np.empty((len(blocks) * _BLOCK, count, 2))
        for n, name in enumerate(self.names):
            for k, block in enumerate(blocks):
                drawn = _generator(seed, name, realisation, block).standard_normal((_BLOCK, 2))
                white[k * _BLOCK : (k + 1) * _BLOCK, n] = drawn
        offset = begin - blocks[0] * _BLOCK
        chosen = white[offset : offset + last - begin + 1].reshape(-1, 2 * count)
        factor = np.linalg.cholesky(self._step_covariance())
        return np.asarray((chosen @ factor.T).reshape(-1, count, 2), dtype=np.float64)

    def _step_covariance(self) -> Floats:
        """Covariance of a step's kicks, shape [2 S, 2 S], site by site."""
        points, weights = np.polynomial.legendre.leggauss(20)
        lag = 0.5 * STEP_S * (points[:, None] + 1.0)
        a = self.scales_s
        # Response of (x, a x') to a unit of noise, a lag ago.
        response = 2.0 / a**1.5 * np.exp(-lag / a) * np.stack(np.broadcast_arrays(lag, a - lag))
        both = np.einsum("t,ctm,dtn->mcnd", 0.5 * STEP_S * weights, response, response)
        size = 2 * a.size
        return np.asarray((both * self.noise[:, None, :, None]).reshape(size, size), dtype=np.float64)


def _generator(seed: int, name: str, realisation: int, block: int) -> np.random.Generator:
    mixed = hashlib.sha256(f"clouds {seed} {name}".encode()).digest()
    key = np.frombuffer(mixed[:16], dtype="<u8").astype(np.uint64)
    counter = np.array([0, 0, realisation, _ORIGIN + block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))
