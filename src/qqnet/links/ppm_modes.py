"""Pulse-position modes of which the need of photons follows from the channel: background, code, detector."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from qqnet.links import optical
from qqnet.links.domain import FloatArray, not_negative
from qqnet.links.ends import Mode
from qqnet.links.photon_detectors import PhotonDetector, kept_in_slot, live_share, photons_for_counts
from qqnet.links.ppm_capacity import LEAST_BACKGROUND, MOST_BACKGROUND, required_signal_db

_NODES_A_DECADE: Final = 25
_ROUNDS: Final = 60


@dataclass(frozen=True)
class PpmMode(Mode):
    """A pulse-position mode on a photon-counting receiver.

    Attributes
    ----------
    name, rate_bps : str, float
        As of every mode.
    required_db : float
        Photons a bit without background [dB].
    order : int
        Slots a symbol M.
    slot_s : float
        Slot width [s].
    code_rate : float
        Information bits a coded bit [1].
    gap_db : float
        Distance of the code from capacity [dB].
    detector : PhotonDetector
        What counts at the other end.
    """

    order: int
    slot_s: float
    code_rate: float
    gap_db: float
    detector: PhotonDetector = field(default_factory=PhotonDetector)

    @classmethod
    def of(cls, order: int, slot_s: float, code_rate: float, gap_db: float, name: str = "") -> Self:
        """Make the mode of an order, slot width [s], code rate and distance from capacity [dB].

        Examples
        --------
        >>> mode = PpmMode.of(16, 0.5e-9, 2 / 3, 1.0)
        >>> print(f"{mode.rate_bps / 1e6:.2f} Mbit/s, {mode.required_db:.2f} dB")
        266.67 Mbit/s, -2.85 dB
        >>> print(f"{float(mode.demand_db_hz(0.0)):.2f} {float(mode.demand_db_hz(1e7)):.2f} dB-Hz")
        81.41 81.82 dB-Hz
        """
        rate = float(optical.ppm_rate_bps(order, slot_s, code_rate))
        made = cls(
            name, rate, 0.0, order, slot_s, code_rate, not_negative(gap_db, "the code gap", "dB").item()
        )
        return made._with_need()

    def on(self, detector: PhotonDetector) -> Self:
        """Return the mode as a detector counts it; InputError where its jitter is too large for the slot."""
        return replace(self, detector=detector)._with_need()

    def _with_need(self) -> Self:
        per_bit = float(self._photons_a_pulse_db(np.zeros(()))) - 10.0 * math.log10(
            self.code_rate * math.log2(self.order)
        )
        return replace(self, required_db=per_bit)

    @property
    def source(self) -> str:
        """Where the need of photons comes from, for a budget."""
        lost = "" if self.detector.ideal else ", dead time and jitter of the detector"
        return (
            f"mode {self.name}: capacity of {self.order}-PPM at code rate {self.code_rate:.3g} on the Poisson "
            f"channel and {self.gap_db:g} dB of the code{lost}"
        )

    @property
    def symbol_rate_hz(self) -> float:
        """Symbols a second [1/s]."""
        return self.rate_bps / (self.code_rate * math.log2(self.order))

    def demand_db_hz(self, noise: ArrayLike = 0.0) -> FloatArray:
        """Signal photons a second that the mode demands without margin.

        Parameters
        ----------
        noise : array_like
            Counts of background and darkness [1/s].

        Returns
        -------
        ndarray
            Level [dB-Hz]; infinite where the background is beyond what is tabulated, or the detector saturates.
        """
        counts = not_negative(noise, "the background", "counts/s") * self.slot_s
        return self._photons_a_pulse_db(counts) + 10.0 * math.log10(self.symbol_rate_hz)

    def _photons_a_pulse_db(self, background: FloatArray) -> FloatArray:
        """Detectable signal photons a pulse [dB] for background counts a slot."""
        if self.detector.ideal:
            return required_signal_db(background, self.order, self.code_rate) + self.gap_db
        nodes, need = self._detector_table
        found = np.interp(np.log10(np.clip(background, LEAST_BACKGROUND, MOST_BACKGROUND)), nodes, need)
        last = float(10.0 ** nodes[-1]) if nodes.size else 0.0
        # rounding must not shut the last node out
        return np.where(background <= last * (1.0 + 1e-9), found, np.inf)

    @cached_property
    def _detector_table(self) -> tuple[FloatArray, FloatArray]:
        """Logarithms of background a slot and the need at them [dB], as far as the detector is not saturated."""
        first, last = math.log10(LEAST_BACKGROUND), math.log10(MOST_BACKGROUND)
        nodes = np.linspace(first, last, round((last - first) * _NODES_A_DECADE) + 1)
        need = self._saturating_need(10.0**nodes)
        good = np.isfinite(need)
        stop = int(np.argmin(good)) if not good.all() else nodes.size
        if stop == 0:
            return np.array([first]), np.array([np.inf])
        return nodes[:stop], need[:stop]

    def _saturating_need(self, background: FloatArray) -> FloatArray:
        """Photons a pulse [dB] on a detector that is not ideal: what is blocked depends on the light itself."""
        detector, kept = self.detector, kept_in_slot(self.detector.jitter_s, self.slot_s)
        piles_up = detector.dead_time_s >= self.slot_s
        photons = np.full(background.shape, 1.0)
        new = photons
        for _ in range(_ROUNDS):
            arriving = background / self.slot_s + photons * self.symbol_rate_hz
            live = live_share(np.minimum(arriving, 1e30), detector)
            counts_db = required_signal_db(background * live, self.order, self.code_rate) + self.gap_db
            counts = 10.0 ** (counts_db / 10.0)
            new = photons_for_counts(counts, detector.elements * live) if piles_up else counts / live
            new = new / kept
            if np.allclose(new, photons, rtol=1e-9, atol=0.0, equal_nan=True):
                return 10.0 * np.log10(new)
            photons = np.minimum(new, 1e20)
        # what has not settled runs away: no number of photons is enough
        settled = np.isclose(new, photons, rtol=1e-6, atol=0.0)
        return np.where(settled, 10.0 * np.log10(new), np.inf)
