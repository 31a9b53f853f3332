"""Manoeuvres: changes of velocity at an instant, and burns of an engine that last.

A burn that lasts is centred on its time; its length follows from the rocket equation, and its thrust points where
the change of velocity is to point. Axes other than ICRF are those of the motion at ignition, relative to the
centre of the force model. They then stay fixed, as a spacecraft holds its attitude, unless the burn is to turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.errors import InputError
from qqnet.space.constants import STANDARD_GRAVITY_M_S2
from qqnet.space.timescales import format_utc

Floats = NDArray[np.float64]

AXES: Final = ("ICRF", "RTN", "VNC")
"""Axes that a change of velocity is given in: of the ephemeris; radial, transverse, normal; velocity, normal,
co-normal. The normal is that of the orbit, along r x v. The transverse axis is n x r, the co-normal v x n."""

NO_THRUST: Final = np.zeros(7)
"""What `thrust` returns, of an engine that is off."""


@dataclass(frozen=True)
class Burn:
    """One manoeuvre.

    Attributes
    ----------
    time_s : float
        When; of a burn that lasts its middle [TDB s past J2000].
    delta_v_km_s : tuple of 3 float
        Change of velocity [km/s], in the axes of `frame`.
    frame : str
        One of `AXES`.
    thrust_n : float, optional
        Thrust [N]; None for a change at an instant.
    isp_s : float, optional
        Specific impulse [s]; with thrust.
    mass_kg : float, optional
        Mass before the burn [kg]; with thrust. Where not given, what the burn before leaves: see `in_order`.
    turning : bool
        Whether thrust turns with RTN or VNC instead of keeping its direction of ignition. The change of velocity
        is then near one at an instant, in the middle of the burn.

    Examples
    --------
    >>> burn = Burn(0.0, (0.0, 0.1, 0.0), "RTN", thrust_n=400.0, isp_s=320.0, mass_kg=1000.0)
    >>> round(burn.duration_s, 1), round(burn.mass_after_kg, 1)
    (246.1, 968.6)
    """

    time_s: float
    delta_v_km_s: tuple[float, float, float]
    frame: str = "ICRF"
    thrust_n: float | None = None
    isp_s: float | None = None
    mass_kg: float | None = None
    turning: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.time_s):
            raise InputError(f"burn at {self.time_s} s; right is a number of seconds past J2000")
        delta_v = tuple(float(component) for component in self.delta_v_km_s)
        if len(delta_v) != 3 or not np.isfinite(delta_v).all():
            raise InputError(
                f"{self._place()}: change of velocity {self.delta_v_km_s}; right are 3 numbers, km/s"
            )
        object.__setattr__(self, "delta_v_km_s", delta_v)
        if self.frame not in AXES:
            raise InputError(f"{self._place()}: axes {self.frame!r}; right are {', '.join(AXES)}")
        if (self.thrust_n is None) != (self.isp_s is None):
            raise InputError(f"{self._place()}: a burn that lasts needs both thrust and specific impulse")
        numbers = {"thrust": self.thrust_n, "specific impulse": self.isp_s, "mass": self.mass_kg}
        for quantity, value in numbers.items():
            if value is not None and not 0.0 < value < np.inf:
                raise InputError(f"{self._place()}: {quantity} {value}; right is above 0")

    def _place(self) -> str:
        return f"burn at {format_utc(self.time_s, 0)}"

    @property
    def size_km_s(self) -> float:
        """Size of the change of velocity [km/s]."""
        return float(np.linalg.norm(self.delta_v_km_s))

    @property
    def lasts(self) -> bool:
        """Whether it takes time."""
        return self.thrust_n is not None and self.size_km_s > 0.0

    @property
    def exhaust_km_s(self) -> float:
        """Velocity of the exhaust [km/s]; infinite where no specific impulse is given."""
        return np.inf if self.isp_s is None else self.isp_s * STANDARD_GRAVITY_M_S2 * 1e-3

    @property
    def mass_after_kg(self) -> float:
        """Mass after the burn [kg], by the rocket equation."""
        return self._mass() * float(np.exp(-self.size_km_s / self.exhaust_km_s))

    @property
    def flow_kg_s(self) -> float:
        """Mass that leaves in a second while the engine is on [kg/s]."""
        return 0.0 if self.thrust_n is None else self.thrust_n / (self.exhaust_km_s * 1e3)

    @property
    def duration_s(self) -> float:
        """How long the engine is on [s]."""
        return (self._mass() - self.mass_after_kg) / self.flow_kg_s if self.lasts else 0.0

    @property
    def span_s(self) -> tuple[float, float]:
        """Ignition and cut-off [TDB s past J2000]."""
        half = 0.5 * self.duration_s
        return self.time_s - half, self.time_s + half

    def _mass(self) -> float:
        if self.mass_kg is None:
            raise InputError(
                f"{self._place()}: thrust is given without the mass that it pushes; give the mass"
            )
        return self.mass_kg


def in_order(burns: Iterable[Burn], name: str = "") -> tuple[Burn, ...]:
    """Return burns by time, each with the mass that the one before leaves.

    Parameters
    ----------
    burns : iterable of Burn
        Those of one spacecraft.
    name : str
        Its name, for messages.

    Returns
    -------
    tuple of Burn
        By time, masses filled in.

    Raises
    ------
    InputError
        If two overlap, or a burn that lasts has no mass.
    """
    found: list[Burn] = []
    mass: float | None = None
    for burn in sorted(burns, key=lambda burn: burn.time_s):
        if burn.mass_kg is None and mass is not None:
            burn = replace(burn, mass_kg=mass)
        if found and burn.span_s[0] < found[-1].span_s[1]:
            raise InputError(
                f"{name + ': ' if name else ''}the burns at {format_utc(found[-1].time_s, 0)} and "
                f"{format_utc(burn.time_s, 0)} overlap: the first is on until "
                f"{format_utc(found[-1].span_s[1], 0)}, the second from {format_utc(burn.span_s[0], 0)}. "
                "Move one, or give it more thrust"
            )
        mass = burn.mass_after_kg if burn.lasts or burn.mass_kg is not None else None
        found.append(burn)
    return tuple(found)


def axes(frame: str, state: ArrayLike) -> Floats:
    """Return the axes that a change of velocity is given in.

    Parameters
    ----------
    frame : str
        One of `AXES`.
    state : array_like, shape [6]
        Position and velocity relative to the centre [km, km/s], ICRF axes.

    Returns
    -------
    ndarray, shape [3, 3]
        Their unit vectors in ICRF axes, one a column: ``v_icrf = axes @ v_frame``.

    Raises
    ------
    InputError
        If position and velocity lie on one line, which leaves the orbit's normal open.

    Examples
    --------
    >>> axes("VNC", [7000.0, 0.0, 0.0, 0.0, 7.5, 0.0]).T.tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    if frame == "ICRF":
        return np.eye(3)
    position, velocity = np.asarray(state, dtype=np.float64).reshape(2, 3)
    normal = np.cross(position, velocity)
    if not np.linalg.norm(normal) > 1e-12 * np.linalg.norm(position) * np.linalg.norm(velocity):
        raise InputError(f"{frame} axes do not exist where a motion is straight up or down; use ICRF")
    normal /= np.linalg.norm(normal)
    along = position if frame == "RTN" else velocity
    along = along / np.linalg.norm(along)
    if frame == "RTN":
        return np.stack([along, np.cross(normal, along), normal], axis=1)
    return np.stack([along, normal, np.cross(along, normal)], axis=1)


def kicked(burn: Burn, state: ArrayLike) -> Floats:
    """Return the state after a change of velocity at an instant.

    Parameters
    ----------
    burn : Burn
        The manoeuvre; its thrust takes no part.
    state : array_like, shape [6]
        State before [km, km/s], ICRF axes.

    Returns
    -------
    ndarray, shape [6]
        State after.
    """
    after = np.array(state, dtype=np.float64)
    after[3:] += axes(burn.frame, after) @ np.array(burn.delta_v_km_s)
    return after


def thrust(burn: Burn, state: ArrayLike, reference_s: float = 0.0) -> Floats:
    """Return the engine's push in the form of the kernels: `qqnet.dynamics.forces.THRUST_SIZE`.

    Parameters
    ----------
    burn : Burn
        A burn that lasts, with its mass.
    state : array_like, shape [6]
        State at ignition [km, km/s], ICRF axes.
    reference_s : float
        What the kernels' times count from [TDB s past J2000].

    Returns
    -------
    ndarray, shape [7]
        Acceleration at ignition [km/s^2], mass flow over mass at ignition [1/s], ignition [s since the reference],
        axes (0 fixed, 1 RTN, 2 VNC), direction in these.
    """
    if burn.thrust_n is None:
        return NO_THRUST.copy()
    mass = burn.mass_after_kg + burn.flow_kg_s * burn.duration_s
    direction = np.array(burn.delta_v_km_s) / burn.size_km_s
    turning = AXES.index(burn.frame) if burn.turning else 0
    if not turning:
        direction = axes(burn.frame, state) @ direction
    push, flow = 1e-3 * burn.thrust_n / mass, burn.flow_kg_s / mass
    return np.array([push, flow, burn.span_s[0] - reference_s, float(turning), *direction])
