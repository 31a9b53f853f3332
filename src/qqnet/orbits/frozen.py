"""Frozen orbits: eccentric orbits whose eccentricity and argument of periapsis stand still on average.

About the Moon the Earth's pull turns the line of apsides and changes the eccentricity of most orbits; where
periapsis lies over the highest northern or southern latitude and eccentricity and inclination fit each other,
both stop. The doubly averaged quadrupole of the Earth gives a first guess; the orbit itself is then sought
under the full forces: Newton's method on the drift of the mean eccentricity vector over whole months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.dynamics.model import ForceModel
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, check_clearance, period_s, state
from qqnet.orbits.mean_elements import MeanElements, mean_elements, osculating_from_mean
from qqnet.space.bodies import body
from qqnet.space.constants import SECONDS_PER_DAY, SECONDS_PER_YEAR
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation

Floats = NDArray[np.float64]

MONTHS: Final = 4
"""Whole months over which a drift is measured: terms of half a month average out."""
MONTH_S: Final = 27.321661547 * SECONDS_PER_DAY
CONVERGED_PER_YEAR: Final = 1e-4
"""Drift of the eccentricity vector at which an orbit counts as frozen [1/year]."""


@dataclass(frozen=True, eq=False)
class FrozenOrbit:
    """A frozen orbit.

    Attributes
    ----------
    mean : Elements
        Mean elements at the epoch, in the frame that was asked for.
    state : ndarray, shape [6]
        Osculating state at the epoch [km, km/s], ICRF axes.
    drift_per_year : float
        Length of the remaining drift of the mean eccentricity vector [1/year].
    libration : float
        Greatest distance of the mean eccentricity vector from its average over a year [1].
    """

    mean: Elements
    state: Floats
    drift_per_year: float
    libration: float


def quadrupole_eccentricity(i_rad: float) -> float:
    """Return the eccentricity that a third body's doubly averaged quadrupole freezes at argp 90 or 270 deg.

    Parameters
    ----------
    i_rad : float
        Inclination to the third body's orbit [rad].

    Returns
    -------
    float
        ``sqrt(1 - 5/3 cos^2 i)`` [1].

    Raises
    ------
    InputError
        Below 39.2 or above 140.8 deg, where there is none.

    References
    ----------
    Lidov 1962, Planet. Space Sci. 9:719; Kozai 1962, Astron. J. 67:591.

    Examples
    --------
    >>> round(quadrupole_eccentricity(0.9076), 3)  # 52 deg
    0.607
    """
    square = 1.0 - 5.0 / 3.0 * np.cos(i_rad) ** 2
    if square <= 0.0:
        raise InputError(
            f"no frozen orbit at an inclination of {np.degrees(i_rad):g} deg; the pull of a third body freezes "
            "orbits between 39.2 and 140.8 deg to its orbit"
        )
    return float(np.sqrt(square))


def quadrupole_inclination(e: float) -> float:
    """Return the inclination below 90 deg [rad] at which `quadrupole_eccentricity` gives an eccentricity."""
    return float(np.arccos(np.sqrt(0.6 * (1.0 - e * e))))


def find_frozen(
    model: ForceModel,
    frame: str,
    epoch_s: float,
    ephemeris: Ephemeris,
    *,
    a_km: float,
    i_rad: float | None = None,
    e: float | None = None,
    raan_rad: float = 0.0,
    argp_rad: float = np.pi / 2.0,
    mean_anomaly_rad: float = 0.0,
    iterations: int = 8,
) -> FrozenOrbit:
    """Find a frozen orbit under full forces.

    Parameters
    ----------
    model : ForceModel
        Forces; its centre is the central body.
    frame : str
        Axes of the elements, at the epoch: the plane of the body that pulls, such as MOON_OP.
    epoch_s : float
        Time of the elements [TDB s past J2000].
    ephemeris : Ephemeris
        Where the bodies are; it reaches a year beyond the epoch.
    a_km : float
        Mean semi-major axis [km].
    i_rad, e : float, optional
        Mean inclination [rad] or eccentricity: one of the two, the other is sought.
    raan_rad : float
        Mean node [rad].
    argp_rad : float
        pi/2 or 3 pi/2 [rad]: periapsis over the north or over the south; the exact value is sought nearby.
    mean_anomaly_rad : float
        Mean anomaly at the epoch [rad].
    iterations : int
        Give up after so many steps of Newton's method.

    Returns
    -------
    FrozenOrbit
        With what drift and libration are left.

    Raises
    ------
    InputError
        If none is found, or it would dip below the surface.
    """
    if (i_rad is None) == (e is None):
        raise InputError("a frozen orbit needs exactly one of i and e; the other is sought")
    center = body(model.center)
    sought = "e" if e is None else "i"
    unknown = np.array([quadrupole_eccentricity(i_rad), argp_rad] if i_rad is not None else [0.0, argp_rad])
    if e is not None:
        unknown[0] = quadrupole_inclination(e)

    def elements(values: Floats) -> Elements:
        shape, tilt = (values[..., 0], i_rad) if sought == "e" else (e, values[..., 0])
        return Elements(a_km, shape, tilt, raan_rad, values[..., 1], mean_anomaly_rad)  # type: ignore[arg-type]

    steps = np.array([2e-3, 4e-3])
    for _ in range(iterations):
        trials = np.vstack([unknown, unknown + np.diag(steps)])
        check_clearance(a_km, np.clip(elements(trials).e, 0.0, 0.999), center.mean_radius_km, center.name)
        states = _states(model, elements(trials), frame, epoch_s, ephemeris)
        drift = _drift(_history(model, states, frame, epoch_s, MONTHS * MONTH_S, ephemeris))
        size = float(np.hypot(*drift[0]))
        if size < CONVERGED_PER_YEAR:
            return FrozenOrbit(
                elements(unknown), states[0], size, _libration(model, states[:1], frame, epoch_s, ephemeris)
            )
        slope = ((drift[1:] - drift[0]) / steps[:, None]).T
        step = np.linalg.lstsq(slope, -drift[0])[0]
        unknown = unknown + step * min(1.0, 0.1 / float(np.max(np.abs(step))))
    raise InputError(
        f"no frozen orbit about {center.name} near a = {a_km:g} km, "
        + (f"i = {np.degrees(i_rad or 0.0):g} deg" if sought == "e" else f"e = {e:g}")
        + f": after {iterations} steps the eccentricity vector still drifts by {size:.2g} a year"
    )


def _states(
    model: ForceModel, elements: Elements, frame: str, epoch_s: float, ephemeris: Ephemeris
) -> Floats:
    """Return osculating states, shape [N, 6], of mean elements."""
    axes = rotation(frame, epoch_s, ephemeris)
    position, velocity = state(elements, body(model.center).gm_km3_s2)
    kepler = np.hstack([position.reshape(-1, 3) @ axes, velocity.reshape(-1, 3) @ axes])
    return osculating_from_mean(model, kepler, epoch_s, frame, ephemeris)


def _history(
    model: ForceModel,
    states: Floats,
    frame: str,
    epoch_s: float,
    duration_s: float,
    ephemeris: Ephemeris,
) -> MeanElements:
    """Return mean elements four times a week, the first at the epoch."""
    from qqnet.dynamics.propagation import propagate

    r, v = states[:, :3], states[:, 3:]
    gm = body(model.center).gm_km3_s2
    a = 1.0 / (2.0 / np.linalg.norm(r, axis=1) - np.sum(v * v, axis=1) / gm)
    reach = 0.6 * float(np.max(period_s(a, gm)))
    span = epoch_s - reach, epoch_s + duration_s + reach
    done = propagate(model, states, epoch_s, span, ephemeris, tolerance_km=1e-3)
    count = max(8, int(duration_s / (1.75 * SECONDS_PER_DAY)))
    times = epoch_s + np.linspace(0.0, duration_s, count)
    return mean_elements(done.tables, model.center, frame, times, ephemeris)


def _vector(history: MeanElements) -> Floats:
    """Return e cos argp and e sin argp, shape [K, N, 2]."""
    return np.stack([history.e * np.cos(history.argp_rad), history.e * np.sin(history.argp_rad)], axis=-1)


def _drift(history: MeanElements) -> Floats:
    """Return the slope of straight lines through the eccentricity vectors, shape [N, 2] [1/year]."""
    vectors = _vector(history)
    years = (history.t_s - history.t_s[0]) / SECONDS_PER_YEAR
    slopes = np.polyfit(years, vectors.reshape(len(years), -1), 1)[0]
    return np.asarray(slopes.reshape(vectors.shape[1:]), dtype=np.float64)


def _libration(model: ForceModel, states: Floats, frame: str, epoch_s: float, ephemeris: Ephemeris) -> float:
    vectors = _vector(_history(model, states, frame, epoch_s, SECONDS_PER_YEAR, ephemeris))[:, 0]
    return float(np.max(np.linalg.norm(vectors - vectors.mean(axis=0), axis=1)))
