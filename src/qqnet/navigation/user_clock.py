"""A user's clock: two numbers of its Allan deviation, and the noise that they put into phase and frequency.

    sigma_y²(tau) = white² / tau + walk² tau,

white frequency noise and random walk of frequency. In phase and frequency, times the speed of light, their
spectral densities are ``c² white²`` and ``3 c² walk²``. Flicker noise has no finite state and is left to
the two.

References
----------
R. G. Brown, P. Y. C. Hwang, Introduction to Random Signals and Applied Kalman Filtering, 3rd ed., 1997,
section 10.1: ``h0 = 2 white²``, ``h-2 = 3 walk² / (2 pi²)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

Floats = NDArray[np.float64]

_C_M_S: Final = SPEED_OF_LIGHT_KM_S * 1e3


@dataclass(frozen=True)
class ReceiverClock:
    """A clock by its Allan deviation.

    Attributes
    ----------
    name : str
        What it is.
    white_1s, walk_1s : float
        Allan deviation at 1 s by white frequency noise, and by random walk of frequency [1].
    """

    name: str
    white_1s: float
    walk_1s: float

    def allan_deviation(self, tau_s: float) -> float:
        """Allan deviation [1] over an averaging time [s]."""
        return float(np.hypot(self.white_1s / np.sqrt(tau_s), self.walk_1s * np.sqrt(tau_s)))

    def process_noise(self, step_s: float) -> Floats:
        """Covariance that a step adds to phase and frequency.

        Parameters
        ----------
        step_s : float
            Length of the step [s].

        Returns
        -------
        ndarray [2, 2]
            Of phase and frequency offset, both times the speed of light [m², m²/s, m²/s²].

        Examples
        --------
        >>> noise = ReceiverClock("none", 1e-10, 0.0).process_noise(4.0)
        >>> float(np.sqrt(noise[0, 0]).round(6)), round(1e-10 * 2.0 * 299792458.0, 6)
        (0.059958, 0.059958)
        """
        white, walk = (_C_M_S * self.white_1s) ** 2, 3.0 * (_C_M_S * self.walk_1s) ** 2
        t = step_s
        return np.array([[white * t + walk * t**3 / 3.0, walk * t**2 / 2.0], [walk * t**2 / 2.0, walk * t]])


# Orders of magnitude, none verified: crystals as tabulated by Brown and Hwang, 1997; SA.45s data sheet;
# ultra-stable oscillators of deep-space probes; rubidium standards of GPS IIF.
CLOCKS: Final = {
    clock.name: clock
    for clock in (
        ReceiverClock("tcxo", 3.2e-10, 3.6e-10),
        ReceiverClock("ocxo", 2.0e-10, 1.6e-11),
        ReceiverClock("csac", 3.0e-10, 3.0e-14),
        ReceiverClock("uso", 2.0e-13, 3.0e-15),
        ReceiverClock("rafs", 2.0e-12, 1.0e-17),
    )
}
