"""Motion of the satellites' errors: transition, process noise and consider parameters over each step.

States go on under the linearised force model, clocks by their two or three states. What acts during a step is
integrated with Simpson's rule over the transition to the step's end,

    int_0^h phi(h, s) B(s) ds  =  h/6 (phi(h, 0) B(0) + 4 phi(h, h/2) B(h/2) + B(h)),

good to (n h)^4 / 2880 of the effect, with n the mean motion: 1e-6 for 5 minutes at 7000 km from the Moon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.transition import transitions
from qqnet.orbit_determination.clocks import clock_noise_root, clock_transition
from qqnet.orbit_determination.parameters import (
    DEGREE_TWO,
    Parameters,
    degree_two_acceleration,
    gm_acceleration,
    sunlight_acceleration,
)
from qqnet.orbit_determination.signal_in_space import rtn_axes
from qqnet.orbit_determination.srif import Step
from qqnet.orbit_determination.states import Spacecraft
from qqnet.orbits.trajectory import Trajectories
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.gravity import gravity_field

Floats = NDArray[np.float64]

NOISES = 5
"""Sources of noise of a satellite: three accelerations, white and random walk of frequency."""


@dataclass(frozen=True, eq=False)
class Motion:
    """How the errors of satellites move.

    Attributes
    ----------
    center : str
        The body that they are about.
    names : tuple of str, length S
        The satellites.
    models : tuple of ForceModel, length S
        The forces on each.
    spacecraft : Spacecraft
        Clock, noise and states.
    parameters : Parameters
        What is not estimated.
    trajectories : Trajectories
        The reference motion.
    ephemeris : Ephemeris
        Where the bodies are.
    """

    center: str
    names: tuple[str, ...]
    models: tuple[ForceModel, ...]
    spacecraft: Spacecraft
    parameters: Parameters
    trajectories: Trajectories
    ephemeris: Ephemeris

    def states(self, times_s: Floats) -> Floats:
        """Return reference states about the body, shape [T, S, 6] [km, km/s], ICRF axes."""
        pairs = [self.trajectories.state(name, times_s, self.center) for name in self.names]
        return np.stack([np.concatenate(pair, axis=-1) for pair in pairs], axis=1)

    def steps(self, times_s: Floats) -> list[Step]:
        """Return the motion between times.

        Parameters
        ----------
        times_s : ndarray [K + 1]
            Ascending [TDB s past J2000].

        Returns
        -------
        list of Step, length K
        """
        half = np.diff(times_s) / 2.0
        nodes = np.stack([times_s[:-1], times_s[:-1] + half, times_s[1:]], axis=1)
        reference = self.states(nodes.ravel()).reshape(*nodes.shape, len(self.names), 6)
        halves = np.stack([self._carried(nodes[:, n : n + 2], reference[:, n])[1] for n in (0, 1)])
        return self._steps(nodes, reference, halves)

    def flown(self, states: Floats, start_s: float, stop_s: float) -> tuple[Floats, list[Step]]:
        """Integrate several sets of states over one step, with the motion of errors about each.

        Parameters
        ----------
        states : ndarray [K, S, 6]
            At the start, about the body [km, km/s].
        start_s, stop_s : float
            From and to [TDB s past J2000].

        Returns
        -------
        ends : ndarray [K, S, 6]
            At the stop.
        steps : list of Step, length K
        """
        nodes = np.tile([start_s, 0.5 * (start_s + stop_s), stop_s], (len(states), 1))
        middle, first = self._carried(nodes[:, :2], states)
        ends, second = self._carried(nodes[:, 1:], middle)
        reference = np.stack([states, middle, ends], axis=1)
        return ends, self._steps(nodes, reference, np.stack([first, second]))

    def _steps(self, nodes: Floats, reference: Floats, halves: Floats) -> list[Step]:
        step = nodes[:, 2] - nodes[:, 0]
        to_end = np.stack(
            [halves[1] @ halves[0], halves[1], np.broadcast_to(np.eye(6), halves[0].shape)]
        )  # [3, K, S, 6, 6]
        weights = np.array([1.0, 4.0, 1.0])[:, None] / 6.0 * step
        # What an acceleration that acts at each node does by the end: [3, K, S, 6, 3].
        pushed = weights[:, :, None, None, None] * to_end[..., 3:]
        axes = np.swapaxes(rtn_axes(reference[..., :3], reference[..., 3:]), -1, -2)
        by_axes = np.einsum("nksij,knsjl->ksil", pushed, axes)
        forces = self._forces(nodes, reference)
        by_parameter = np.einsum("nksij,knsjl->ksil", pushed, forces)
        light = self._sunlight(nodes, reference)
        by_light = np.einsum("nksij,knsj->ksi", pushed, light)
        return [
            self._step(float(step[k]), to_end[0, k], by_axes[k], by_parameter[k], by_light[k])
            for k in range(len(step))
        ]

    def _carried(self, spans: Floats, states: Floats) -> tuple[Floats, Floats]:
        """Integrate states [K, S, 6] over spans [K, 2]; return the last ones and the transition matrices."""
        ends, matrices = np.empty_like(states), np.empty((*states.shape, 6))
        for model in dict.fromkeys(self.models):
            places = np.array([n for n, one in enumerate(self.models) if one == model])
            begin, end = (np.repeat(spans[:, n, None], len(places), axis=1).ravel() for n in (0, 1))
            first = states[:, places].reshape(-1, 6)
            final, made = transitions(model, first, begin, end, self.ephemeris, threads=1)
            ends[:, places] = final.reshape(-1, len(places), 6)
            matrices[:, places] = made.reshape(-1, len(places), 6, 6)
        return ends, matrices

    def _forces(self, nodes: Floats, reference: Floats) -> Floats:
        """Return accelerations by each parameter, shape [K, 3, S, 3, p]."""
        place = reference[..., :3]
        forces = np.zeros((*place.shape, len(self.parameters)))
        if (n := self.parameters.at("gm")) is not None:
            forces[..., n] = gm_acceleration(place, self.center)
        wanted = [(k, n) for k, name in enumerate(DEGREE_TWO) if (n := self.parameters.at(name)) is not None]
        if wanted:
            frame = gravity_field(self.center, 2).frame
            turned = rotation(frame, nodes, self.ephemeris)[:, :, None]
            made = degree_two_acceleration(place, turned, self.center)
            for k, n in wanted:
                forces[..., n] = made[..., k]
        return forces

    def _sunlight(self, nodes: Floats, reference: Floats) -> Floats:
        sun = self.ephemeris.position("Sun", self.center, nodes.ravel()).reshape(*nodes.shape, 1, 3)
        return sunlight_acceleration(reference[..., :3], sun, self.center, self.spacecraft.sunlight_km_s2)

    def _step(
        self, step_s: float, phi: Floats, by_axes: Floats, by_parameter: Floats, by_light: Floats
    ) -> Step:
        craft, layout = self.spacecraft, self.spacecraft.layout
        satellites = len(self.names)
        whole = np.broadcast_to(np.eye(layout.size), (satellites, layout.size, layout.size)).copy()
        gamma = np.zeros((satellites, layout.size, NOISES))
        theta = np.zeros((satellites, layout.size, len(self.parameters)))
        whole[:, :6, :6] = phi
        clock = 2 + layout.aging
        whole[:, 6 : 6 + clock, 6 : 6 + clock] = clock_transition(step_s, clock)
        gamma[:, 6:8, 3:5] = SPEED_OF_LIGHT_KM_S * clock_noise_root(craft.clock, step_s)
        sigma, memory = np.array(craft.acceleration.sigma_km_s2), craft.acceleration.correlation_s
        if layout.acceleration:
            at = layout.acceleration_at
            kept = np.exp(-step_s / memory)
            whole[:, :6, at] = by_axes
            whole[:, at, at] = kept * np.eye(3)
            gamma[:, at, :3] = np.sqrt(1.0 - kept**2) * np.diag(sigma)
        else:
            gamma[:, :6, :3] = by_axes * sigma * np.sqrt(2.0 * memory / step_s)
        if layout.sunlight:
            whole[:, :6, layout.sunlight_at] = by_light
        theta[:, :6] = by_parameter
        for n, name in enumerate(self.names):
            if (p := self.parameters.at(f"{name} sunlight")) is not None:
                theta[n, :6, p] = by_light[n]
        return Step(whole, gamma, theta)
