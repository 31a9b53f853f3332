"""What surrounds a spacecraft, in flat arrays: where bodies are, how they are turned, what they weigh.

Over a span the positions of all bodies relative to the centre, and the rotations of those with a gravity field,
are put on one table of short records that all hold the same few powers of time. One evaluation is then a handful
of vector instructions, where walking the ephemeris' own chains costs as much as the forces. Time runs from the
start of the span: seconds past J2000 are rounded to 1.2e-7 s at 2040, a millimetre of a low orbit.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.polynomial.chebyshev import cheb2poly
from numpy.typing import NDArray

from qqnet.dynamics.harmonics import LANES, ROW, highest_order, terms
from qqnet.dynamics.model import ForceModel
from qqnet.space.bodies import BODIES
from qqnet.space.chebyshev import check_span, fit
from qqnet.space.constants import AU_KM, SOLAR_FLUX_W_M2, SPEED_OF_LIGHT_KM_S
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.frames import rotation
from qqnet.space.gravity import gravity_field

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POSITION_TOLERANCE_KM: Final = 1e-9
"""How far a body's tabulated position may be off [km], beside the rounding of its distance."""

ROTATION_TOLERANCE: Final = 1e-11
"""How far an element of a rotation may be off; that of the Earth 1e-10: as observed it is not smoother."""

FAR_DEGREE: Final = 4
"""Degree of a body's field where the centre is: what is beyond falls by the distance over its radius."""

_N_POWERS: Final = 8
_KEPT: Final = 4


class Surroundings(NamedTuple):
    """Arrays of a force model over a span, for compiled kernels.

    Attributes
    ----------
    lanes : int
        `LANES`; see `qqnet.dynamics.harmonics`.
    reference_s : float
        Time that all times in kernels count from [TDB s past J2000].
    interval_s : float
        Length of a record [s].
    n_records, n_columns : int
        Records; numbers a record and power, padded to whole vector registers.
    powers : ndarray, shape [n_records * n_powers * n_columns]
        Coefficients of tau^7 ... tau^0 of each column, tau from -1 to 1 over the record.
    center_gm : float
        [km^3/s^2].
    body_gm, body_column : ndarray, shape [n_bodies]
        Bodies that pull as point masses, and the column where their position starts.
    field_gm, field_radius : ndarray, shape [n_fields]
        Gravity fields: GM [km^3/s^2] and reference radius [km].
    field_shape : ndarray of int64, shape [n_fields, 8]
        Column of the body's position or -1 for the centre, column of its rotation, degree, order, first term; and
        the last three once more for the low field with which a body that is not the centre pulls at the centre.
    terms : ndarray, shape [n_terms, ROW]
        Coefficients, see `qqnet.dynamics.harmonics.terms`.
    sunlight : float
        Acceleration by sunlight times the square of the distance from the Sun [km^3/s^2]; 0 for none.
    sun_column, sun_radius : int, float
        Column of the Sun's position, -1 if it is the centre; its radius [km].
    occulter_column, occulter_radius : ndarray
        Bodies that cast shadows; column -1 for the centre.
    inverse_c2 : float
        1/c^2 [s^2/km^2] if the Schwarzschild term is wanted, else 0.
    surface_column, surface_radius : ndarray
        Bodies that a spacecraft can meet; the first is the centre, column -1.
    """

    lanes: int
    reference_s: float
    interval_s: float
    n_records: int
    n_columns: int
    powers: Floats
    center_gm: float
    body_gm: Floats
    body_column: Integers
    field_gm: Floats
    field_radius: Floats
    field_shape: Integers
    terms: Floats
    sunlight: float
    sun_column: int
    sun_radius: float
    occulter_column: Integers
    occulter_radius: Floats
    inverse_c2: float
    surface_column: Integers
    surface_radius: Floats


_recent: list[tuple[ForceModel, Ephemeris, tuple[float, float], Surroundings]] = []


def surroundings(model: ForceModel, span: tuple[float, float], ephemeris: Ephemeris) -> Surroundings:
    """Put everything that the forces depend on into arrays.

    The last few results are kept: many short motions inside one span cost one preparation.

    Parameters
    ----------
    model : ForceModel
        The forces.
    span : (float, float)
        Time to be covered [TDB s past J2000].
    ephemeris : Ephemeris
        Where the bodies are.

    Returns
    -------
    Surroundings
        The arrays.

    Raises
    ------
    EphemerisRangeError
        If the ephemeris does not cover the span.
    """
    for known, source, covered, ready in _recent:
        if known == model and source is ephemeris and covered[0] <= span[0] and span[1] <= covered[1]:
            return ready
    check_span(f"bodies about the {model.center}", ephemeris.span, span)
    made = _build(model, span, ephemeris)
    _recent.append((model, ephemeris, span, made))
    del _recent[:-_KEPT]
    return made


def surface_bodies(model: ForceModel) -> tuple[str, ...]:
    """Return the bodies that a spacecraft can meet, in the order of `Surroundings.surface_radius`."""
    return (model.center, *model.bodies)


def _build(model: ForceModel, span: tuple[float, float], ephemeris: Ephemeris) -> Surroundings:
    center = model.center
    needed = [*model.bodies, *model.occulters, *(["Sun"] if model.radiation else [])]
    places = [name for name in dict.fromkeys(needed) if name != center]
    column = {center: -1} | {name: 3 * i for i, name in enumerate(places)}
    fields = [gravity_field(field.body, field.degree, field.order) for field in model.harmonics]
    frames = [field.frame for field in fields]
    low = [field.cut(min(field.degree, FAR_DEGREE)) for field in fields]
    tables = [terms(field) for field in (*fields, *low)]
    firsts = [int(first) for first in np.cumsum([0, *(len(table) for table in tables)])]
    interval, powers, width = _powers(places, frames, center, span, ephemeris)
    shape = [
        (
            column[field.body], 3 * len(places) + 9 * i,
            field.degree, highest_order(field), firsts[i],
            low[i].degree, highest_order(low[i]), firsts[len(fields) + i],
        )
        for i, field in enumerate(fields)
    ]  # fmt: skip
    light = 0.0
    if model.radiation is not None:
        pressure_pa = SOLAR_FLUX_W_M2 / (SPEED_OF_LIGHT_KM_S * 1e3)
        light = (
            pressure_pa * 1e-3 * AU_KM**2 * model.radiation.reflectivity * model.radiation.area_to_mass_m2_kg
        )
    surfaces = surface_bodies(model)
    return Surroundings(
        lanes=LANES,
        reference_s=span[0],
        interval_s=interval,
        n_records=len(powers),
        n_columns=width,
        powers=powers.ravel(),
        center_gm=BODIES[center].gm_km3_s2,
        body_gm=np.array([BODIES[name].gm_km3_s2 for name in model.bodies], dtype=np.float64),
        body_column=np.array([column[name] for name in model.bodies], dtype=np.int64),
        field_gm=np.array([BODIES[field.body].gm_km3_s2 for field in fields], dtype=np.float64),
        field_radius=np.array([field.radius_km for field in fields], dtype=np.float64),
        field_shape=np.array(shape, dtype=np.int64).reshape(-1, 8),
        terms=np.concatenate(tables) if tables else np.empty((0, ROW)),
        sunlight=light,
        sun_column=column.get("Sun", -1),
        sun_radius=BODIES["Sun"].mean_radius_km,
        occulter_column=np.array([column[name] for name in model.occulters], dtype=np.int64),
        occulter_radius=np.array([BODIES[name].mean_radius_km for name in model.occulters], dtype=np.float64),
        inverse_c2=SPEED_OF_LIGHT_KM_S**-2 if model.relativity else 0.0,
        surface_column=np.array([column[name] for name in surfaces], dtype=np.int64),
        surface_radius=np.array([BODIES[name].mean_radius_km for name in surfaces], dtype=np.float64),
    )


def _powers(
    places: list[str], frames: list[str], center: str, span: tuple[float, float], ephemeris: Ephemeris
) -> tuple[float, Floats, int]:
    """Return record length, powers [n_records, n_powers, width] and width of the table of columns."""
    n_columns = 3 * len(places) + 9 * len(frames)
    width = max(8, -(-n_columns // 8) * 8)
    start, length = span[0], max(span[1] - span[0], 1.0)
    if n_columns == 0:
        return length, np.zeros((1, _N_POWERS, width)), width
    length = min(length, ephemeris.span[1] - start) if ephemeris.span[1] > start else length
    tolerance = np.concatenate([
        *(np.full(3, POSITION_TOLERANCE_KM + _rounding(name, center, span, ephemeris)) for name in places),
        *(np.full(9, ROTATION_TOLERANCE * (1.0 if frame == "MOON_PA" else 10.0)) for frame in frames),
    ])  # fmt: skip

    def columns(dt: Floats) -> Floats:
        t = start + dt
        late = dt - (t - start)  # what the rounding of t leaves out
        parts = []
        for name in places:
            position, velocity = ephemeris.state(name, center, t)
            parts.append(position + velocity * late[:, None])
        parts += [rotation(frame, t, ephemeris).reshape(-1, 9) for frame in frames]
        return np.asarray(np.concatenate(parts, axis=1) / tolerance, dtype=np.float64)

    table = fit(
        columns,
        0.0,
        length,
        1.0,
        n_coefficients=_N_POWERS,
        interval_s=14_400.0,
        name=f"bodies about the {center}",
    )
    to_powers = np.stack([np.pad(cheb2poly(row), (0, k)) for row, k in _units()], axis=1)
    powers = np.zeros((len(table.coefficients), _N_POWERS, width))
    powers[:, ::-1, :n_columns] = np.einsum("pk,rck->rpc", to_powers, table.coefficients) * tolerance
    return table.interval_s, powers, width


def _units() -> list[tuple[Floats, int]]:
    return [(np.eye(_N_POWERS)[k, : k + 1], _N_POWERS - 1 - k) for k in range(_N_POWERS)]


def _rounding(name: str, center: str, span: tuple[float, float], ephemeris: Ephemeris) -> float:
    """Return what the rounding of distance and of time since the start leaves of a body's place [km]."""
    sizes = [
        np.max(np.linalg.norm(part, axis=-1)) for part in ephemeris.state(name, center, np.linspace(*span, 9))
    ]
    return float(5e-15 * sizes[0] + np.spacing(span[1] - span[0]) * sizes[1])


@njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def look_around(around, time, columns):  # type: ignore[no-untyped-def]
    """Evaluate all columns at the times of all lanes [s since the reference]: ``columns[c * LANES + lane]``."""
    width = around.n_columns
    powers = around.powers
    sums = np.empty(width)
    for k in range(around.lanes):
        record = min(max(int(time[k] / around.interval_s), 0), around.n_records - 1)
        tau = (time[k] - (record + 0.5) * around.interval_s) * (2.0 / around.interval_s)
        base = record * _N_POWERS * width
        for c in range(width):
            sums[c] = powers[base + c]
        for _ in range(1, _N_POWERS):
            base += width
            for c in range(width):
                sums[c] = sums[c] * tau + powers[base + c]
        for c in range(width):
            columns[c * LANES + k] = sums[c]
